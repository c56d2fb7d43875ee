/* loop_read.c: what the body of a `for` reads: values from outside, x[n-k] of signals from outside, y[n-k] of its own. */
#include "sema/loop.h"

#include <string.h>

static int affine_sum(elab *e, const loop *lp, const expr *x, int64_t *mul, int64_t *add) {
    int64_t m1, a1, m2, a2;
    if (!affine(e, lp, x->args[0].value, &m1, &a1) || !affine(e, lp, x->args[1].value, &m2, &a2)) { return 0; }
    int64_t s = x->op == OP_SUB ? -1 : 1;
    *mul = m1 + s * m2;
    *add = a1 + s * a2;
    return 1;
}

/* Is x = mul * n + add, with n the loop's index? A size counts as mul = 0. */
int affine(elab *e, const loop *lp, const expr *x, int64_t *mul, int64_t *add) {
    if (x->kind == E_NAME && strcmp(x->text, lp->index) == 0 && !strmap_get(e->sc->names, x->text)) {
        *mul = 1;
        *add = 0;
        return 1;
    }
    if (x->kind == E_BINARY && (x->op == OP_ADD || x->op == OP_SUB)) { return affine_sum(e, lp, x, mul, add); }
    if (x->kind == E_BINARY && x->op == OP_MUL) {
        int64_t m1, a1, m2, a2;
        if (!affine(e, lp, x->args[0].value, &m1, &a1) || !affine(e, lp, x->args[1].value, &m2, &a2) || (m1 && m2)) {
            return 0;
        }
        *mul = m1 * a2 + m2 * a1;
        *add = a1 * a2;
        return 1;
    }
    bool plain = x->kind == E_NUMBER ||
                 (x->kind == E_NAME && !has_name(&lp->plain, x->text) && !has_name(&lp->collected, x->text)) ||
                 (x->kind == E_UNARY && x->op == OP_NEG);
    if (!plain || x->unit.time) { return 0; }
    if (x->kind == E_UNARY) {
        int ok = affine(e, lp, x->args[0].value, mul, add);
        *mul = -*mul;
        *add = -*add;
        return ok;
    }
    sval v = NONE;
    if (x->kind == E_NUMBER ? !x->is_int : !lookup_name(e, x->text, &v)) { return 0; }
    *mul = 0;
    if (x->kind == E_NUMBER) {
        *add = (int64_t)x->number;
        return 1;
    }
    return v.kind == V_NODE && v.node->type.rank == 0 && v.node->type.dt == T_INT && static_int(e, &v, add);
}

/* ---- what comes from outside --------------------------------------------------------------------------------------------- */
static node *row_leaf(elab *e, wire_list *wires, node *outer, const char *name, type t) {
    for (int i = 0; i < wires->len; i++) {
        if (wires->data[i].outer == outer) { return wires->data[i].leaf; }
    }
    while (graph_index_of_leaf(e->g, name) >= 0) { name = arena_printf(e->a, "%s_", name); }
    wire w = {.outer = outer, .leaf = graph_leaf(e->g, name, ROLE_NONE, bare(t), outer->from)};
    vec_push(e->a, wires, w);
    return w.leaf;
}

static sval loop_capture(elab *e, const char *name, sval v) {
    if (v.kind != V_NODE) { return v; }
    if (v.node->op == OP_constant) {
        v.node = graph_constant(e->g, v.node->type, v.node->konst->value, v.node->konst->splat, v.node->from);
        return v;
    }
    node *leaf = row_leaf(e, &e->loop->consts, v.node, name, v.node->type);
    return val_node(leaf);
}

bool lookup_name(elab *e, const char *name, sval *out) {
    const sval *local = scope_find(e->sc, name);
    if (local) {
        *out = e->around ? bring_in(e, name, *local) : *local;
        return true;
    }
    if (!e->loop) { return false; }
    if (strcmp(name, e->loop->index) == 0) {
        *out = val_node(e->loop->index_node);
        return true;
    }
    sval v;
    if (!lookup_name(e->loop->outside, name, &v)) { return false; }
    *out = loop_capture(e, name, v);
    return true;
}

/* ---- x[n - k] ------------------------------------------------------------------------------------------------------------- */
/* The rows mul*n + add of a signal, for n over the range, made outside the loop: zero where the signal has none. */
static node *rows_outside(loop *lp, node *x, int axis, int64_t mul, int64_t add, loc at) {
    elab *o = lp->outside;
    const origin *from = origin_at(o, at);
    int r = x->type.rank;
    if (axis != 0) {
        int64_t perm[MAX_RANK] = {axis};
        for (int i = 0, k = 1; i < r; i++) {
            if (i != axis) { perm[k++] = i; }
        }
        attr p = attr_of_ints(o->a, perm, r);
        x = graph_op(o->g, OP_permute, &x, 1, &p, 1, from);
    }
    int64_t size = x->type.shape[0], first = mul * lp->from + add;
    int64_t t0 = 0, t1 = lp->trip; /* the steps whose row exists */
    while (t0 < t1 && (first + mul * t0 < 0 || first + mul * t0 >= size)) { t0++; }
    while (t1 > t0 && (first + mul * (t1 - 1) < 0 || first + mul * (t1 - 1) >= size)) { t1--; }
    if (t0 == t1) {
        type z = bare(x->type);
        z.shape[0] = lp->trip;
        return graph_fill(o->g, z, 0.0, from);
    }
    node *y = x;
    if (first + mul * t0 != 0 || mul != 1 || t1 - t0 != size) {
        y = slice_axis(o, x, 0, first + mul * t0, mul, t1 - t0, at);
    }
    if (t0 == 0 && t1 == lp->trip) { return y; }
    int64_t start[MAX_RANK] = {t0}, step[MAX_RANK], shape[MAX_RANK];
    for (int i = 0; i < r; i++) {
        step[i] = 1;
        shape[i] = i ? y->type.shape[i] : lp->trip;
    }
    attr at3[3] = {attr_of_ints(o->a, start, r), attr_of_ints(o->a, step, r), attr_of_ints(o->a, shape, r)};
    return graph_op(o->g, OP_embed, &y, 1, at3, 3, from);
}

/* The remaining indices of x[.., n-k, ..] applied to the row. */
bool rest_of_index(elab *e, const expr *x, int taken, node *row, sval *out) {
    if (x->nitems == 1) {
        *out = val_node(row);
        return true;
    }
    expr rest = *x;
    expr base = {.kind = E_NAME, .text = "<row>", .at = x->at};
    arg a = {.value = &base, .at = x->at};
    index_item *items = NEW_ARRAY(e->a, index_item, x->nitems);
    for (int i = 0, k = 0; i < x->nitems; i++) {
        if (i != taken) { items[k++] = x->items[i]; }
    }
    rest.args = &a;
    rest.items = items;
    rest.nitems = x->nitems - 1;
    scope *saved = e->sc;
    e->sc = scope_new(e, saved, saved->space);
    scope_set(e, e->sc, "<row>", val_node(row));
    *out = eval_index(e, &rest);
    e->sc = saved;
    return true;
}

delay_line *line_of(elab *e, loop *lp, const char *name) {
    for (int i = 0; i < lp->lines.len; i++) {
        if (strcmp(lp->lines.data[i]->name, name) == 0) { return lp->lines.data[i]; }
    }
    delay_line *l = NEW(e->a, delay_line);
    l->name = name;
    l->type = type_scalar(T_REAL);
    vec_push(e->a, &lp->lines, l);
    return l;
}

static const stmt *assignment_of(stmt *const *body, int n, const char *name) {
    for (int i = 0; i < n; i++) {
        if (body[i]->kind == S_LET && body[i]->nindex > 0 && strcmp(body[i]->names[0], name) == 0) { return body[i]; }
    }
    return NULL;
}

/* Does x read name[index] itself, without a delay? */
static bool reads_now(const expr *x, const char *name, const char *index) {
    bool base = x->kind == E_INDEX && x->args[0].value->kind == E_NAME && strcmp(x->args[0].value->text, name) == 0;
    const expr *at = base && x->nitems > 0 ? x->items[0].at : NULL;
    if (at && at->kind == E_NAME && strcmp(at->text, index) == 0) { return true; }
    for (int i = 0; i < x->nargs; i++) {
        if (reads_now(x->args[i].value, name, index)) { return true; }
    }
    return false;
}

typedef struct chain { /* y <- z <- ...: each is read, without a delay, by the one before */
    const stmt *link;
    const struct chain *before;
} chain;

static const char *chain_text(elab *e, const chain *c, const char *first) {
    const char *text = first;
    for (; c; c = c->before) { text = arena_printf(e->a, "%s[%s] -> %s", c->link->names[0], e->loop->index, text); }
    return text;
}

/* How the assignment at the end of the chain gets back to `goal` within the step, as text; NULL: it does not. */
static const char *cycle_text(elab *e, const chain *c, const char *goal) {
    const loop *lp = e->loop;
    for (const chain *b = c->before; b; b = b->before) {
        if (b->link == c->link) { return NULL; }
    }
    if (reads_now(c->link->value, goal, lp->index)) {
        return chain_text(e, c, arena_printf(e->a, "%s[%s]", goal, lp->index));
    }
    for (int i = 0; i < lp->nbody; i++) {
        const stmt *st = lp->body[i];
        bool next = st->kind == S_LET && st->nindex > 0 && reads_now(c->link->value, st->names[0], lp->index);
        const char *text = next ? cycle_text(e, &(chain){st, c}, goal) : NULL;
        if (text) { return text; }
    }
    return NULL;
}

/* z[n] where y[n] is being made and z[n] comes later: a cycle when z[n] needs y[n] again, else only the wrong order. */
static void early_read(elab *e, const expr *x, const char *name) {
    loop *lp = e->loop;
    const char *n = lp->index, *making = lp->making;
    const stmt *later = assignment_of(lp->body, lp->nbody, name);
    report_from(e->d, DIAG_early_read, origin_at(e, x->at), name, n);
    const char *cycle = later && making ? cycle_text(e, &(chain){later, NULL}, making) : NULL;
    if (making && strcmp(making, name) == 0) {
        report_note(e->d, x->at, "cycle: %s[%s] -> %s[%s]", name, n, name, n);
    } else if (cycle) {
        report_note(e->d, later->at, "cycle: %s[%s] -> %s", making, n, cycle);
    } else if (later) {
        report_note(e->d, later->at, "it is assigned here, later in the step");
    }
    report_help(e->d, "read its past, %s[%s-1], or assign it before it is read", name, n);
}

/* y[n-k] for a constant k: for a short one the k-th state of its delay line. */
sval read_constant_delay(elab *e, const expr *x, delay_line *l, int64_t k) {
    if (k > MAX_CHAIN) { return read_far(e, x, l, k); }
    while (l->taps.len < k) {
        const char *tap = arena_printf(e->a, "%s_%d", l->name, l->taps.len + 1);
        while (graph_index_of_leaf(e->g, tap) >= 0) { tap = arena_printf(e->a, "%s_", tap); }
        vec_push(e->a, &l->taps, graph_leaf(e->g, tap, ROLE_NONE, l->type, origin_at(e, x->at)));
    }
    sval v = NONE;
    rest_of_index(e, x, 0, l->taps.data[k - 1], &v);
    return v;
}

/* y[n-d] of a signal the loop is making. */
static sval read_collected(elab *e, const expr *x, const char *name) {
    loop *lp = e->loop;
    int64_t mul, add;
    delay_line *l = line_of(e, lp, name);
    if (x->items[0].is_slice || x->items[0].is_ellipsis || !affine(e, lp, x->items[0].at, &mul, &add) || mul != 1) {
        return lp->guessing && !l->sure ? NONE : read_delayed(e, x, l);
    }
    if (add > 0) {
        report_from(e->d, DIAG_future_read, origin_at(e, x->at),
                    arena_printf(e->a, "%s[%s+%lld]", name, lp->index, (long long)add));
        return NONE;
    }
    if (add == 0 && l->failed) { return NONE; } /* no second error where it is used */
    if (add == 0 && !l->current) {
        early_read(e, x, name);
        return NONE;
    }
    if (add == 0) {
        sval v;
        rest_of_index(e, x, 0, l->current, &v);
        return v;
    }
    return lp->guessing && !l->sure ? NONE : read_constant_delay(e, x, l, -add);
}

bool loop_learns_types(const elab *e) {
    return e->loop && e->loop->guessing;
}

/* y[n] and y[n, k] in a loop over k, of a signal that the loop over n around it is making: the row belongs to that loop, and what
 * is left of the index reads it as any value from outside. */
static bool row_of_outer_loop(elab *e, const expr *x, const char *name, sval *out) {
    elab *o = e->loop->outside;
    const elab *maker = o;
    while (maker->loop && !has_name(&maker->loop->collected, name)) { maker = maker->loop->outside; }
    if (!maker->loop || scope_find(o->sc, name)) { return false; }
    expr first = *x, rest = *x;
    sval row;
    first.nitems = 1;
    if (!loop_index(o, &first, &row)) { return false; }
    if (x->nitems == 1 || row.kind == V_NONE) {
        *out = loop_capture(e, name, row);
        return true;
    }
    rest.items++;
    rest.nitems--;
    scope *saved = o->sc;
    o->sc = scope_new(o, saved, saved->space);
    scope_set(o, o->sc, name, row);
    *out = eval_index(e, &rest);
    o->sc = saved;
    return true;
}

bool loop_index(elab *e, const expr *x, sval *out) {
    const expr *base = x->args[0].value;
    loop *lp = e->loop;
    if (base->kind != E_NAME || x->nitems == 0) { return false; }
    if (has_name(&lp->collected, base->text) && !scope_find(e->sc, base->text)) {
        *out = read_collected(e, x, base->text);
        return true;
    }
    if (scope_find(e->sc, base->text)) { return false; }
    sval v;
    if (row_of_outer_loop(e, x, base->text, out)) { return true; }
    if (!lookup_name(lp->outside, base->text, &v) && !resolve_global(lp->outside, base->text, &v)) { return false; }
    if (v.kind != V_NODE || v.node->type.rank == 0) { return false; }
    bool dots = false;
    for (int i = 0; i < x->nitems; i++) {
        int64_t mul, add;
        const index_item *it = &x->items[i];
        dots |= it->is_ellipsis;
        if (it->is_slice || it->is_ellipsis || !affine(e, lp, it->at, &mul, &add) || mul == 0) { continue; }
        int axis = dots ? v.node->type.rank - (x->nitems - i) : i;
        if (axis < 0 || axis >= v.node->type.rank) { return false; }
        node *rows = rows_outside(lp, v.node, axis, mul, add, x->at);
        type t = rows->type;
        t.rank--;
        memmove(t.shape, t.shape + 1, sizeof(int64_t) * (size_t)t.rank);
        const char *row = base->text; /* x_1 is x[n-1], x_p1 is x[n+1] */
        if (add != 0) {
            row = arena_printf(e->a, add < 0 ? "%s_%lld" : "%s_p%lld", row, (long long)(add < 0 ? -add : add));
        }
        rest_of_index(e, x, i, row_leaf(e, &lp->slices, rows, row, t), out);
        return true;
    }
    return lookup_name(e, base->text, &v) && read_between(e, x, v.node, out);
}
