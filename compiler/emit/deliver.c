/* deliver.c: what a loop does with its values: stores, and reductions with their accumulators. */
#include "emit/nest.h"

#include <string.h>

bool item_is_arg(const item *it) {
    return it->root->kind == ROOT_ARGMAX || it->root->kind == ROOT_ARGMIN;
}
bool item_is_sum(const item *it) {
    return it->root->kind == ROOT_SUM;
}
bool item_is_int(const item *it) {
    return it->root->value->type.dt == T_INT;
}
bool item_pair(const item *it) {
    return it->val.im != NULL;
}

/* ---- accumulators ---------------------------------------------------------------------------------------------- */
static const char *name_of(const nest *n, const root *r) {
    if (r->dst->kind == B_LOCAL) return r->dst->var;
    return r->node->name ? r->node->name : arena_printf(n->e->mem, "%s_acc", op_info(r->node->op)->name);
}

static const char *neutral(const nest *n, const item *it) {
    if (item_is_sum(it)) return item_is_int(it) ? "0" : n->e->f32 ? "0.0f" : "0.0";
    bool least = it->root->kind == ROOT_MIN || it->root->kind == ROOT_ARGMIN;
    return least ? "INFINITY" : "-INFINITY";
}

/* A sum that ends up in a C local of the function needs no other accumulator. */
static bool into_local(const item *it) {
    return it->root->dst->kind == B_LOCAL && !it->lanes && !it->wide && !item_is_arg(it);
}

void open_accumulator(nest *n, item *it) {
    emitter *e = n->e;
    const char *t = dtype_text(e, it->root->value->type.dt), *base = name_of(n, it->root);
    const char *init = neutral(n, it);
    if (item_is_arg(it)) {
        it->acc[0] = name_new(&e->names, arena_printf(e->mem, "%s_best", base));
        it->acc[1] = name_new(&e->names, arena_printf(e->mem, "%s_at", base));
        line(e, "%s %s = %s;", t, it->acc[0], init);
        line(e, "int32_t %s = 0;", it->acc[1]);
        return;
    }
    for (int k = 0; k < (item_pair(it) ? 2 : 1); k++) {
        const char *part = it->root->value->type.dt == T_COMPLEX ? (k ? "_im" : "_re") : "";
        if (into_local(it)) it->acc[k] = arena_printf(e->mem, "%s%s", base, part);
        else
            it->acc[k] =
                name_new(&e->names, arena_printf(e->mem, "%s_%s%s", base, item_is_sum(it) ? "sum" : "best", part));
        if (it->wide) line(e, "double %s = 0.0;", it->acc[k]);
        else if (into_local(it) && it->root->dst->outside) line(e, "%s = %s;", it->acc[k], init);
        else if (!it->lanes) line(e, "%s %s = %s;", t, it->acc[k], init);
        else if (item_is_sum(it)) line(e, "%s %s[%d] = {%s};", t, it->acc[k], n->lanes, init);
        else {
            line(e, "%s %s[%d];", t, it->acc[k], n->lanes);
            line(e, "for (int lane = 0; lane < %d; lane++) %s[lane] = %s;", n->lanes, it->acc[k], init);
        }
    }
}

void open_block_lanes(nest *n, item *it) {
    if (!it->wide || !it->lanes) return;
    for (int k = 0; k < (item_pair(it) ? 2 : 1); k++) {
        it->part[k] = name_new(&n->e->names, arena_printf(n->e->mem, "%s_part", it->acc[k]));
        line(n->e, "%s %s[%d] = {%s};", n->e->real, it->part[k], n->lanes, neutral(n, it));
    }
}

/* The lanes taken together, by a function at the top of the file. */
static char *folded(nest *n, const item *it, int k) {
    const char *fn = item_is_sum(it) ? "sum" : it->root->kind == ROOT_MAX ? "max" : "min";
    bool most = n->lanes > (n->e->f32 ? LANES_F32 : LANES_F64);
    if (most) n->e->uses_many_lanes = true;
    else if (item_is_sum(it)) n->e->uses_sum_lanes = true;
    else if (it->root->kind == ROOT_MAX) n->e->uses_max_lanes = true;
    else n->e->uses_min_lanes = true;
    return arena_printf(n->e->mem, "%s_%slanes(%s)", fn, most ? "many_" : "", it->wide ? it->part[k] : it->acc[k]);
}

/* ---- stores ---------------------------------------------------------------------------------------------------- */
/* A complex local of which only the imaginary part is read: the other one is not unused by oversight. */
static void local_done(emitter *e, const buffer *b) {
    if (b->kind == B_LOCAL && b->type.dt == T_COMPLEX && !(b->parts & 1)) line(e, "(void)%s_re;", b->var);
}

void store_value(nest *n, const root *r, affine at, const char *op, const char *re, const char *im) {
    emitter *e = n->e;
    buffer *b = r->dst;
    if (b->kind == B_LOCAL || b->by_value) {
        const char *place = b->by_value ? result_place(e, b->result) : b->var;
        bool fresh = b->kind == B_LOCAL && !b->outside;
        const char *t = fresh ? arena_printf(e->mem, "const %s ", dtype_text(e, b->type.dt)) : "";
        line(e, "%s%s%s %s %s;", t, place, b->type.dt == T_COMPLEX ? "_re" : "", op, re);
        if (im) line(e, "%s%s_im %s %s;", t, place, op, im);
        local_done(e, b);
        return;
    }
    at = in_piece(b, at);
    bool optional = b->kind == B_RESULT && n->step->space.nv == 0 && !b->redirect &&
                    (e->plan->nullable >> b->result & 1) && n->step->guard != (uint64_t)1 << b->result;
    char *guard = optional ? arena_printf(e->mem, "if (%s != NULL) ", b->var) : arena_strdup(e->mem, "");
    if (!im) {
        line(e, "%s%s[%s] %s %s;", guard, b->var, affine_text(e->mem, &at, n->var), op, re);
        return;
    }
    affine two = aff_scale(at, 2), odd = aff_plus(two, 1);
    line(e, "%s%s[%s] %s %s;", guard, b->var, affine_text(e->mem, &two, n->var), op, re);
    line(e, "%s%s[%s] %s %s;", guard, b->var, affine_text(e->mem, &odd, n->var), op, im);
}

/* x = x + y is x += y, and x = x is nothing. */
void store_root(nest *n, const root *r, affine at, const sval *v, const char *im) {
    emitter *e = n->e;
    const char *op = "=";
    sx *re = v->re;
    if (!im && r->dst->kind != B_LOCAL && !r->dst->by_value) {
        affine in = in_piece(r->dst, at);
        const char *place = arena_printf(e->mem, "%s[%s]", r->dst->var, affine_text(e->mem, &in, n->var));
        if (re->kind == SX_LOAD && strcmp(sx_text(e, re, n->var), place) == 0) return;
        bool plus = !re->var && re->kind == SX_BINARY && *re->text == '+';
        bool minus = !re->var && re->kind == SX_BINARY && *re->text == '-';
        for (int k = 0; k < 2 && (plus || (minus && k == 0)) && *op == '='; k++) {
            const sx *x = re->arg[k];
            if (x->kind != SX_LOAD || x->var || strcmp(sx_text(e, x, n->var), place) != 0) continue;
            op = plus ? "+=" : "-=";
            re = v->re->arg[1 - k];
        }
    }
    store_value(n, r, at, op, sx_text(e, re, n->var), im);
}

affine affine_fixed(const affine *a, const space *s) {
    affine r = *a;
    for (int v = 0; v < s->nv; v++) {
        if (s->hi[v] - s->lo[v] != 1) continue;
        r.c0 += r.c[v] * s->lo[v];
        r.c[v] = 0;
    }
    return r;
}

void add_block_lanes(nest *n, const item *it) {
    for (int k = 0; it->wide && it->lanes && k < (item_pair(it) ? 2 : 1); k++)
        line(n->e, "%s += (double)%s;", it->acc[k], folded(n, it, k));
}

void flush_accumulator(nest *n, item *it, const space *s) {
    if (into_local(it)) {
        local_done(n->e, it->root->dst);
        return;
    }
    const char *re = item_is_arg(it) ? it->acc[1] : it->acc[0], *im = item_pair(it) ? it->acc[1] : NULL;
    if (it->wide) {
        re = arena_printf(n->e->mem, "(%s)%s", n->e->real, re);
        im = im ? arena_printf(n->e->mem, "(%s)%s", n->e->real, im) : NULL;
    } else if (it->lanes) {
        re = folded(n, it, 0);
        im = im ? folded(n, it, 1) : NULL;
    }
    store_value(n, it->root, affine_fixed(&it->at, s), it->rows ? "+=" : "=", re, im);
}

/* Within the lanes to those of the block, else straight to the sum. */
static void add_to_total(nest *n, const item *it, int k, const char *lane, const char *value) {
    if (strcmp(lane, "[lane]") == 0) line(n->e, "%s%s += %s;", it->part[k], lane, value);
    else line(n->e, "%s += (double)(%s);", it->acc[k], value);
}

void accumulate(nest *n, const item *it, sval v, const char *lane, const space *s) {
    emitter *e = n->e;
    const char *re = sx_text(e, v.re, n->var);
    if (item_is_arg(it)) {
        int last = n->space.nv - 1;
        affine index = aff_var(last);
        index = affine_fixed(&index, s);
        open_block(e, "if (%s %s %s)", re, it->root->kind == ROOT_ARGMAX ? ">" : "<", it->acc[0]);
        line(e, "%s = %s;", it->acc[0], re);
        line(e, "%s = %s;", it->acc[1], affine_text(e->mem, &index, n->var));
        close_block(e);
    } else if (item_is_sum(it)) {
        if (sx_is_zero(v.re) && (!v.im || sx_is_zero(v.im))) return;
        if (it->wide) {
            add_to_total(n, it, 0, lane, re);
            if (v.im) add_to_total(n, it, 1, lane, sx_text(e, v.im, n->var));
            return;
        }
        line(e, "%s%s += %s;", it->acc[0], lane, re);
        if (v.im) line(e, "%s%s += %s;", it->acc[1], lane, sx_text(e, v.im, n->var));
    } else {
        const char *a = arena_printf(e->mem, "%s%s", it->acc[0], lane), *op = it->root->kind == ROOT_MAX ? ">" : "<";
        line(e, "%s = %s %s %s ? %s : %s;", a, re, op, a, re, a);
    }
}
