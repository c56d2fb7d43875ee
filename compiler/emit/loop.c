/* loop.c: a loop step as C: nested loops, split where choices change, with stores and reductions.
 *
 * A reduction whose innermost axis is reduced accumulates in locals, in several lanes when the loop is long, so that the
 * compiler may use vector instructions (it must not reorder a sum itself); one over outer axes only adds rows into its
 * cleared result. Requires a planned step; values of the step's roots are expressions in its body. */
#include "emit/nest.h"

#include <string.h>

enum { MOST_SEGMENTS = 12, LANES_F64 = 8, LANES_F32 = 16, LANES_FROM = 32 };

static const char *const LOOP_VAR[MAX_RANK] = {"i", "j", "k", "l", "m", "n"};

static void level(nest *n, int v, const sval *val, const space *s);

static int lanes_of(const nest *n) {
    return n->e->f32 ? LANES_F32 : LANES_F64;
}

static bool is_arg(const item *it) {
    return it->root->kind == ROOT_ARGMAX || it->root->kind == ROOT_ARGMIN;
}
static bool is_sum(const item *it) {
    return it->root->kind == ROOT_SUM;
}
static bool is_int(const item *it) {
    return it->root->value->type.dt == T_INT;
}
static bool pair(const item *it) {
    return it->val.im != NULL;
}

/* ---- accumulators ------------------------------------------------------------------------------------------------------------- */
static const char *name_of(const nest *n, const root *r) {
    if (r->dst->kind == B_LOCAL) return r->dst->var;
    return r->node->name ? r->node->name : arena_printf(n->e->mem, "%s_acc", op_info(r->node->op)->name);
}

static const char *neutral(const nest *n, const item *it) {
    if (is_sum(it)) return is_int(it) ? "0" : n->e->f32 ? "0.0f" : "0.0";
    bool least = it->root->kind == ROOT_MIN || it->root->kind == ROOT_ARGMIN;
    return least ? "INFINITY" : "-INFINITY";
}

/* A sum that ends up in a C local of the function needs no other accumulator. */
static bool into_local(const item *it) {
    return it->root->dst->kind == B_LOCAL && !it->lanes && !is_arg(it);
}

static void open_accumulator(nest *n, item *it) {
    emitter *e = n->e;
    const char *t = dtype_text(e, it->root->value->type.dt), *base = name_of(n, it->root);
    const char *init = neutral(n, it);
    if (is_arg(it)) {
        it->acc[0] = name_new(&e->names, arena_printf(e->mem, "%s_best", base));
        it->acc[1] = name_new(&e->names, arena_printf(e->mem, "%s_at", base));
        line(e, "%s %s = %s;", t, it->acc[0], init);
        line(e, "int32_t %s = 0;", it->acc[1]);
        return;
    }
    for (int k = 0; k < (pair(it) ? 2 : 1); k++) {
        const char *part = it->root->value->type.dt == T_COMPLEX ? (k ? "_im" : "_re") : "";
        if (into_local(it)) it->acc[k] = arena_printf(e->mem, "%s%s", base, part);
        else it->acc[k] = name_new(&e->names, arena_printf(e->mem, "%s_%s%s", base, is_sum(it) ? "sum" : "best", part));
        if (!it->lanes) line(e, "%s %s = %s;", t, it->acc[k], init);
        else if (is_sum(it)) line(e, "%s %s[%d] = {%s};", t, it->acc[k], lanes_of(n), init);
        else {
            line(e, "%s %s[%d];", t, it->acc[k], lanes_of(n));
            line(e, "for (int lane = 0; lane < %d; lane++) %s[lane] = %s;", lanes_of(n), it->acc[k], init);
        }
    }
}

/* The lanes taken together, by a function at the top of the file. */
static char *folded(nest *n, const item *it, int k) {
    const char *fn = is_sum(it) ? "sum" : it->root->kind == ROOT_MAX ? "max" : "min";
    if (is_sum(it)) n->e->uses_sum_lanes = true;
    else if (it->root->kind == ROOT_MAX) n->e->uses_max_lanes = true;
    else n->e->uses_min_lanes = true;
    return arena_printf(n->e->mem, "%s_lanes(%s)", fn, it->acc[k]);
}

/* ---- stores ------------------------------------------------------------------------------------------------------------------------ */
/* A complex local of which only the imaginary part is read: the other one is not unused by oversight. */
static void local_done(emitter *e, const buffer *b) {
    if (b->kind == B_LOCAL && b->type.dt == T_COMPLEX && !(b->parts & 1)) line(e, "(void)%s_re;", b->var);
}

static void store(nest *n, const root *r, affine at, const char *op, const char *re, const char *im) {
    emitter *e = n->e;
    buffer *b = r->dst;
    if (b->kind == B_LOCAL || b->by_value) {
        const char *place = b->by_value ? result_place(e, b->result) : b->var;
        const char *t = b->kind == B_LOCAL ? arena_printf(e->mem, "const %s ", dtype_text(e, b->type.dt)) : "";
        line(e, "%s%s%s %s %s;", t, place, b->type.dt == T_COMPLEX ? "_re" : "", op, re);
        if (im) line(e, "%s%s_im %s %s;", t, place, op, im);
        local_done(e, b);
        return;
    }
    bool optional =
        b->kind == B_RESULT && n->step->space.nv == 0 && !b->redirect && (e->plan->nullable >> b->result & 1);
    char *guard = optional ? arena_printf(e->mem, "if (%s != NULL) ", b->var) : arena_strdup(e->mem, "");
    if (!im) {
        line(e, "%s%s[%s] %s %s;", guard, b->var, affine_text(e->mem, &at, n->var), op, re);
        return;
    }
    affine two = aff_scale(at, 2), odd = aff_plus(two, 1);
    line(e, "%s%s[%s] %s %s;", guard, b->var, affine_text(e->mem, &two, n->var), op, re);
    line(e, "%s%s[%s] %s %s;", guard, b->var, affine_text(e->mem, &odd, n->var), op, im);
}

static affine fixed(const affine *a, const space *s) {
    affine r = *a;
    for (int v = 0; v < s->nv; v++) {
        if (s->hi[v] - s->lo[v] != 1) continue;
        r.c0 += r.c[v] * s->lo[v];
        r.c[v] = 0;
    }
    return r;
}

static void flush(nest *n, item *it, const space *s) {
    if (into_local(it)) {
        local_done(n->e, it->root->dst);
        return;
    }
    const char *re = is_arg(it) ? it->acc[1] : it->acc[0], *im = pair(it) ? it->acc[1] : NULL;
    if (it->lanes) {
        re = folded(n, it, 0);
        im = im ? folded(n, it, 1) : NULL;
    }
    store(n, it->root, fixed(&it->at, s), it->rows ? "+=" : "=", re, im);
}

static void accumulate(nest *n, const item *it, sval v, const char *lane, const space *s) {
    emitter *e = n->e;
    const char *re = sx_text(e, v.re, n->var);
    if (is_arg(it)) {
        int last = n->space.nv - 1;
        affine index = aff_var(last);
        index = fixed(&index, s);
        open_block(e, "if (%s %s %s)", re, it->root->kind == ROOT_ARGMAX ? ">" : "<", it->acc[0]);
        line(e, "%s = %s;", it->acc[0], re);
        line(e, "%s = %s;", it->acc[1], affine_text(e->mem, &index, n->var));
        close_block(e);
    } else if (is_sum(it)) {
        if (sx_is_zero(v.re) && (!v.im || sx_is_zero(v.im))) return;
        line(e, "%s%s += %s;", it->acc[0], lane, re);
        if (v.im) line(e, "%s%s += %s;", it->acc[1], lane, sx_text(e, v.im, n->var));
    } else {
        const char *a = arena_printf(e->mem, "%s%s", it->acc[0], lane), *op = it->root->kind == ROOT_MAX ? ">" : "<";
        line(e, "%s = %s %s %s ? %s : %s;", a, re, op, a, re, a);
    }
}

/* ---- the innermost body ---------------------------------------------------------------------------------------------------------- */
static void body(nest *n, const sval *val, const space *s, const char *lane) {
    emitter *e = n->e;
    int scope = name_scope(&e->names);
    bound_list bound = {0};
    sval *v = NEW_ARRAY(e->mem, sval, n->nitems + 1);
    memcpy(v, val, sizeof *v * (size_t)n->nitems);
    bind_body(n, v, &bound);
    for (int k = 0; k < n->nitems; k++) {
        item *it = &n->items[k];
        const char *im = v[k].im ? sx_text(e, v[k].im, n->var) : NULL;
        if (it->root->kind == ROOT_STORE) store(n, it->root, fixed(&it->at, s), "=", sx_text(e, v[k].re, n->var), im);
        else if (it->start < n->space.nv) accumulate(n, it, v[k], it->lanes ? lane : "", s);
        else if (it->reduced == 0 && is_arg(it)) store(n, it->root, fixed(&it->at, s), "=", "0", NULL);
        else store(n, it->root, fixed(&it->at, s), it->rows ? "+=" : "=", sx_text(e, v[k].re, n->var), im);
    }
    unbind(&bound, 0);
    name_leave(&e->names, scope);
}

/* ---- loops ------------------------------------------------------------------------------------------------------------------------------ */
static bool any_lanes(const nest *n) {
    for (int k = 0; k < n->nitems; k++)
        if (n->items[k].lanes) return true;
    return false;
}

static void inner(nest *n, int v, const sval *val, const space *s) {
    int scope = name_scope(&n->e->names);
    level(n, v + 1, val, s);
    name_leave(&n->e->names, scope);
}

static void lane_loops(nest *n, int v, const sval *val, const space *s) {
    emitter *e = n->e;
    int64_t lo = s->lo[v], hi = s->hi[v], lanes = lanes_of(n), whole = lo + (hi - lo) / lanes * lanes;
    const char *var = n->var[v];
    if (whole > lo) {
        line(e, "for (int %s0 = %lld; %s0 < %lld; %s0 += %lld)", var, (long long)lo, var, (long long)whole, var,
             (long long)lanes);
        e->indent++;
        open_block(e, "for (int lane = 0; lane < %lld; lane++)", (long long)lanes);
        line(e, "const int %s = %s0 + lane;", var, var);
        body(n, val, s, "[lane]");
        close_block(e);
        e->indent--;
    }
    if (whole == hi) return;
    if (hi - whole == 1) {
        space last = *s;
        last.lo[v] = whole;
        last.hi[v] = hi;
        sval *now = NEW_ARRAY(e->mem, sval, n->nitems + 1);
        sx_rebuild_begin(n->b);
        for (int k = 0; k < n->nitems; k++) {
            now[k].re = sx_rebuild(n->b, val[k].re, &last, NULL, NULL);
            now[k].im = val[k].im ? sx_rebuild(n->b, val[k].im, &last, NULL, NULL) : NULL;
        }
        open_block(e, "/* the last one */");
        body(n, now, &last, "[0]");
        close_block(e);
        return;
    }
    open_block(e, "for (int %s = %lld; %s < %lld; %s++)", var, (long long)whole, var, (long long)hi, var);
    body(n, val, s, "[0]");
    close_block(e);
}

static int lines_from(const strbuf *b, size_t at) {
    int n = 0;
    for (; at < b->len; at++) n += b->text[at] == '\n';
    return n;
}

/* One value of the variable: no loop. The innermost body gets a block for its locals, unless it is one statement. */
static void single(nest *n, int v, const sval *val, const space *s) {
    emitter *e = n->e;
    if (v < n->space.nv - 1) {
        level(n, v + 1, val, s); /* its locals stand in the block around: their names stay taken */
        return;
    }
    size_t start = e->body.len;
    inner(n, v, val, s);
    if (lines_from(&e->body, start) <= 1) return;
    e->body.len = start;
    open_block(e, "/* %s = %lld */", n->var[v], (long long)s->lo[v]);
    inner(n, v, val, s);
    close_block(e);
}

static void segment(nest *n, int v, const sval *val, const space *s) {
    emitter *e = n->e;
    int64_t lo = s->lo[v], hi = s->hi[v];
    if (hi - lo == 1) {
        single(n, v, val, s);
        return;
    }
    if (v == n->space.nv - 1 && any_lanes(n)) {
        lane_loops(n, v, val, s);
        return;
    }
    open_block(e, "for (int %s = %lld; %s < %lld; %s++)", n->var[v], (long long)lo, n->var[v], (long long)hi,
               n->var[v]);
    inner(n, v, val, s);
    close_block(e);
}

static void level(nest *n, int v, const sval *val, const space *s) {
    emitter *e = n->e;
    bound_list bound = {0};
    if (v == n->space.nv) {
        body(n, val, s, "[0]");
        return;
    }
    hoist(n, val, v - 1, &bound);
    for (int k = 0; k < n->nitems; k++)
        if (n->items[k].start == v) open_accumulator(n, &n->items[k]);
    int64_t at[MOST_SEGMENTS + 1];
    int most = v == n->space.nv - 1 ? MOST_SEGMENTS : 4;
    int cuts = nest_breaks(n, val, s, v, at, most);
    at[cuts] = s->hi[v];
    space part = *s;
    for (int k = 0; k <= cuts; k++) {
        part.lo[v] = k ? at[k - 1] : s->lo[v];
        part.hi[v] = at[k];
        sval *now = NEW_ARRAY(e->mem, sval, n->nitems + 1);
        sx_rebuild_begin(n->b);
        for (int i = 0; i < n->nitems; i++) {
            now[i].re = sx_rebuild(n->b, val[i].re, &part, NULL, NULL);
            now[i].im = val[i].im ? sx_rebuild(n->b, val[i].im, &part, NULL, NULL) : NULL;
        }
        segment(n, v, now, &part);
    }
    for (int k = 0; k < n->nitems; k++)
        if (n->items[k].start == v) flush(n, &n->items[k], s);
    unbind(&bound, 0);
}

/* ---- setting up ---------------------------------------------------------------------------------------------------------------------------- */
static void set_up_item(nest *n, item *it) {
    int last = n->space.nv;
    while (last > 0 && (it->reduced >> (last - 1) & 1)) last--;
    it->start = it->reduced && last < n->space.nv ? last : n->space.nv;
    if (it->start > n->space.nv) it->start = n->space.nv;
    unsigned outer = it->reduced & ((1u << it->start) - 1u);
    it->rows = it->reduced && outer != 0;
    bool long_loop = n->space.nv > 0 && n->space.hi[n->space.nv - 1] >= LANES_FROM;
    it->lanes = it->start < n->space.nv && long_loop && !is_arg(it) && !is_int(it);
}

static void clear_rows(nest *n, const item *it) {
    if (!it->rows) return;
    const buffer *b = it->root->dst;
    long long parts = (long long)type_count(&b->type) * (b->type.dt == T_COMPLEX ? 2 : 1);
    line(n->e, "memset(%s, 0, sizeof(%s) * %lld);", b->var, dtype_text(n->e, b->type.dt), parts);
}

/* Scalars: each a C local, in the order of the graph. */
static void scalars(nest *n) {
    emitter *e = n->e;
    for (int k = 0; k < n->nitems; k++) {
        item *it = &n->items[k];
        bound_list bound = {0};
        nest one = *n;
        one.items = it;
        one.nitems = 1;
        bind_body(&one, &it->val, &bound);
        const char *re = is_arg(it) ? "0" : sx_text(e, it->val.re, n->var);
        store(n, it->root, it->at, "=", re, it->val.im ? sx_text(e, it->val.im, n->var) : NULL);
        if (it->root->dst->kind != B_LOCAL || is_arg(it)) continue; /* the place of a value is not the value */
        bool complex_local = it->root->dst->type.dt == T_COMPLEX; /* later scalars use the name */
        const char *name = it->root->dst->var;
        it->val.re->var = complex_local ? arena_printf(e->mem, "%s_re", name) : name;
        if (it->val.im) it->val.im->var = arena_printf(e->mem, "%s_im", name);
    }
}

void emit_loop(emitter *e, const step *s) {
    nest n = {.e = e, .step = s, .b = s->body, .space = s->space};
    n.items = NEW_ARRAY(e->mem, item, s->roots.len + 1);
    for (int v = 0; v < MAX_RANK; v++) n.var[v] = LOOP_VAR[v];
    for (int k = 0; k < s->roots.len; k++) {
        const root *r = s->roots.data[k];
        if (!r->store) continue; /* a value for the others only */
        item *it = &n.items[n.nitems++];
        *it = (item){.root = r, .val = r->val, .at = r->at, .reduced = r->reduced};
        if (r->dst->kind == B_LOCAL && !(r->dst->parts & 2)) it->val.im = NULL;
    }
    if (n.nitems == 0) return;
    if (s->space.nv == 0) {
        scalars(&n);
        return;
    }
    nest_collapse(&n);
    sval *val = NEW_ARRAY(e->mem, sval, n.nitems + 1);
    for (int k = 0; k < n.nitems; k++) {
        item *it = &n.items[k];
        set_up_item(&n, it);
        val[k] = it->val;
        clear_rows(&n, it);
    }
    level(&n, 0, val, &n.space);
}
