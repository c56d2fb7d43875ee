/* loop_delay.c: reads of the past that are no short constant delays: y[n-d] with a real d (between two samples, linearly), with
 * a d that changes from step to step, and y[n-k] with a long constant k; x[n-d] of signals from outside.
 *
 * How much of the past y[n-d] needs follows from the range of d (interval.c). Where d is known before the loop and always at
 * least NEAR_DELAY, the loop runs in blocks no longer than the least delay, and what a block reads is taken from the past all
 * at once (loop_block.c). Else the last values are one state, a window that moves by one in each step. */
#include "sema/loop.h"

#include <math.h>
#include <string.h>

/* ---- n - d -------------------------------------------------------------------------------------------------------------------- */
static bool is_index(elab *e, const expr *x) {
    return x->kind == E_NAME && strcmp(x->text, e->loop->index) == 0 && !strmap_get(e->sc->names, x->text);
}

static bool holds_index(elab *e, const expr *x) {
    if (is_index(e, x)) { return true; }
    bool sum = x->kind == E_BINARY && (x->op == OP_ADD || x->op == OP_SUB);
    return sum && (holds_index(e, x->args[0].value) || holds_index(e, x->args[1].value));
}

/* Adds the terms of x, but for the index itself, to the delay: x = seen*n - delay. The index is never computed with, so that
 * nothing is lost to rounding when n is large. */
static bool delay_terms(elab *e, const expr *x, bool minus, int *seen, node **delay) {
    if (is_index(e, x)) {
        *seen += minus ? -1 : 1;
        return true;
    }
    if (holds_index(e, x)) {
        bool second = x->op == OP_SUB ? !minus : minus;
        return delay_terms(e, x->args[0].value, minus, seen, delay) &&
               delay_terms(e, x->args[1].value, second, seen, delay);
    }
    sval v = eval_expr(e, x);
    node *term = v.kind == V_NONE ? NULL : need_node(e, v, x->at);
    if (!term) { return false; }
    if (!*delay && minus) {
        *delay = term;
        return true;
    }
    if (!*delay) { *delay = int_node(e, 0, origin_at(e, x->at)); }
    *delay = binary(e, minus ? OP_ADD : OP_SUB, *delay, term, x->at);
    return *delay != NULL;
}

/* The d of n - d; NULL when x is no such thing, or after an error. */
static node *delay_of(elab *e, const expr *x) {
    node *delay = NULL;
    int seen = 0;
    if (!holds_index(e, x) || !delay_terms(e, x, false, &seen, &delay) || seen != 1) { return NULL; }
    return delay && delay->type.dt != T_COMPLEX ? delay : NULL;
}

/* ---- between two rows --------------------------------------------------------------------------------------------------------- */
static node *one_op(graph *g, op_id op, node *a, const origin *from) {
    return graph_op(g, op, &a, 1, NULL, 0, from);
}

static node *pick(graph *g, node *rows, node *at, const origin *from) {
    return graph_op(g, OP_gather, (node *const[]){rows, at}, 2, NULL, 0, from);
}

node *between_rows(graph *g, node *rows, node *last, node *d, const origin *from) {
    if (d->type.dt == T_INT) { return pick(g, rows, g_sub(g, last, d, from), from); }
    node *whole = one_op(g, OP_floor, d, from);
    node *at = g_sub(g, last, one_op(g, OP_to_int, whole, from), from);
    node *one = graph_constant(g, type_scalar(T_INT), (const double[]){1}, true, from);
    node *newer = pick(g, rows, at, from), *older = pick(g, rows, g_sub(g, at, one, from), from);
    node *share = g_sub(g, d, whole, from);
    return g_add(g, newer, g_mul(g, share, g_sub(g, older, newer, from), from), from);
}

/* Time moved from the first axis to the last. */
static node *time_last(elab *e, node *x, const origin *from) {
    int r = x->type.rank;
    if (r < 2) { return x; }
    int64_t perm[MAX_RANK];
    for (int i = 0; i < r; i++) { perm[i] = (i + 1) % r; }
    attr p = attr_of_ints(e->a, perm, r);
    return graph_op(e->g, OP_permute, &x, 1, &p, 1, from);
}

/* One row at delay d, of rows with time first; `now` is the index of the row of this step. */
static node *one_row(elab *e, node *rows, node *now, node *d, const origin *from) {
    int64_t shape[MAX_RANK];
    int r = d->type.rank;
    memcpy(shape, d->type.shape, sizeof *shape * (size_t)r);
    shape[r] = 1;
    node *y = between_rows(e->g, time_last(e, rows, from), now, g_reshape(e->g, d, r + 1, shape, from), from);
    return g_reshape(e->g, y, y->type.rank - 1, y->type.shape, from);
}

/* ---- y[n-d] -------------------------------------------------------------------------------------------------------------------- */
/* Does the delay depend on what the loop makes? */
static bool made_by_loop(const loop *lp, const node *n, bool *seen) {
    if (seen[n->id]) { return false; }
    seen[n->id] = true;
    if (n->op == OP_leaf) {
        bool outside = n == lp->counter;
        for (int i = 0; i < lp->slices.len; i++) { outside |= lp->slices.data[i].leaf == n; }
        for (int i = 0; i < lp->consts.len; i++) { outside |= lp->consts.data[i].leaf == n; }
        return !outside;
    }
    for (int i = 0; i < n->nargs; i++) {
        if (made_by_loop(lp, n->args[i], seen)) { return true; }
    }
    return false;
}

static bool bad_range(elab *e, const expr *x, const delay_line *l, double lo, double hi) {
    bool known = isfinite(lo) && isfinite(hi);
    report_from(e->d, DIAG_delay_range, origin_at(e, x->at), l->name, e->loop->index,
                known ? arena_printf(e->a, "%g to %g", lo, hi) : "not known");
    report_help(e->d,
                known ? "a delay in a loop is at least 1 and at most %d samples"
                      : "give the param a range, as in `param d : real = 40 in 1..100`, or limit it by clip(d, 1, 100)",
                MAX_DELAY);
    return false;
}

static sval far_value(elab *e, const expr *x, far_read far) {
    loop *lp = e->loop;
    const char *name = arena_printf(e->a, "%s_far", far.line->name);
    while (graph_index_of_leaf(e->g, name) >= 0) { name = arena_printf(e->a, "%s_", name); }
    far.leaf = graph_leaf(e->g, name, ROLE_NONE, far.line->type, origin_at(e, x->at));
    far.line->read_far = true;
    vec_push(e->a, &lp->fars, far);
    sval v = NONE;
    rest_of_index(e, x, 0, far.leaf, &v);
    return v;
}

sval read_far(elab *e, const expr *x, delay_line *l, int64_t k) {
    if (k > MAX_DELAY) {
        bad_range(e, x, l, (double)k, (double)k);
        return NONE;
    }
    return far_value(e, x, (far_read){.line = l, .lo = k, .hi = k, .at = x->at});
}

/* The state that holds the last values; longer than before when this read needs more. */
static node *window_of(elab *e, delay_line *l, int64_t rows, const expr *x) {
    if (l->window < rows) {
        e->loop->grown |= l->window_leaf != NULL;
        l->window = rows;
    }
    if (!l->window_leaf) {
        type t = l->type;
        memmove(t.shape + 1, t.shape, sizeof *t.shape * (size_t)t.rank);
        t.shape[0] = l->window;
        t.rank++;
        const char *name = arena_printf(e->a, "%s_past", l->name);
        while (graph_index_of_leaf(e->g, name) >= 0) { name = arena_printf(e->a, "%s_", name); }
        l->window_leaf = graph_leaf(e->g, name, ROLE_NONE, t, origin_at(e, x->at));
    }
    return l->window_leaf;
}

sval read_delayed(elab *e, const expr *x, delay_line *l) {
    loop *lp = e->loop;
    const index_item *it = &x->items[0];
    int before = diags_errors(e->d);
    node *d = it->is_slice || it->is_ellipsis ? NULL : delay_of(e, it->at);
    double lo, hi;
    if (diags_errors(e->d) > before) { return NONE; }
    if (!d) {
        report_from(e->d, DIAG_bad_delay, origin_at(e, x->at), l->name, lp->index);
        report_help(e->d, "read it as %s[%s-1], %s[%s-2] ... or %s[%s-d]", l->name, lp->index, l->name, lp->index,
                    l->name, lp->index);
        return NONE;
    }
    sval known = val_node(d);
    int64_t k;
    type both;
    if (static_int(e, &known, &k) && k >= 1) { return read_constant_delay(e, x, l, k); }
    if (d->type.rank > l->type.rank && broadcast_types(&d->type, &l->type, &both)) { /* the first guess was a scalar */
        both.dt = l->type.dt;
        l->type = bare(both);
        lp->grown = true;
    }
    bool fits = d->type.rank == 0 || same_shape(&d->type, &l->type);
    if (!fits || l->type.rank == MAX_RANK) {
        report_from(e->d, DIAG_shape_mismatch, origin_at(e, x->at), "delay",
                    arena_printf(e->a, "one delay, or one for each element of %s, found %s", type_text(e->a, &l->type),
                                 type_text(e->a, &d->type)));
        return NONE;
    }
    if (!value_range(e, d, &lo, &hi) || lo < 1 || hi > MAX_DELAY) {
        bad_range(e, x, l, lo, hi);
        return NONE;
    }
    far_read far = {.line = l, .delay = d, .lo = (int64_t)floor(lo), .hi = (int64_t)floor(hi), .at = x->at};
    far.hi += d->type.dt == T_REAL; /* the older of two neighbours */
    bool *seen = NEW_ARRAY(e->a, bool, e->g->nodes.len + 1);
    if (far.lo >= NEAR_DELAY && !made_by_loop(lp, d, seen)) { return far_value(e, x, far); }
    const origin *from = origin_at(e, x->at);
    node *past = window_of(e, l, far.hi, x);
    sval v = NONE;
    rest_of_index(e, x, 0, one_row(e, past, int_node(e, past->type.shape[0], from), d, from), &v);
    return v;
}

/* ---- x[n-d] -------------------------------------------------------------------------------------------------------------------- */
bool read_between(elab *e, const expr *x, node *signal, sval *out) {
    const index_item *it = &x->items[0];
    if (it->is_slice || it->is_ellipsis || !holds_index(e, it->at) || signal->type.dt == T_INT) { return false; }
    int before = diags_errors(e->d);
    node *d = delay_of(e, it->at);
    if (diags_errors(e->d) > before) {
        *out = NONE;
        return true;
    }
    if (!d) { return false; }
    type row = signal->type;
    row.rank--;
    memmove(row.shape, row.shape + 1, sizeof *row.shape * (size_t)row.rank);
    bool each = d->type.dt == T_REAL && same_shape(&d->type, &row); /* an array of ints gathers */
    if (d->type.rank != 0 && !each) { return false; }
    return rest_of_index(e, x, 0, one_row(e, signal, e->loop->index_node, d, origin_at(e, x->at)), out);
}
