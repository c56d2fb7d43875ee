/* recurrence.c: a linear time-invariant recurrence becomes the recursive filter that it is.
 *
 * In a loop over scalars
 *     y[n] = u[n] + c0 y[n-1] + ... + c(P-1) y[n-P]
 * whose coefficients do not change and whose u[n] does not depend on y, all else is element by element over n: u is computed
 * as a whole, y = allpole(u, -c), and what the loop collects of y and its past too. Then the recurrence runs in blocks, its
 * derivative is the filter against time, and sums over n are vector instructions. The start y[-1], ..., y[-P] goes into the
 * first P of u: y[m] gets c(k) y[m-1-k] from k >= m.
 *
 * Only where whole signals may be kept: a loop that says how its states are kept, or a run that does, keeps its loops.
 * Requires: a verified graph. Maintains: values to rounding, results, leaves. */
#include "ad/internal.h"

enum { MOST_POLES = 8, LEAST_STEPS = 16 };

typedef enum { FIXED, GIVEN, LINKED } class; /* constant; depends on the step; depends on y */

typedef struct recurrence {
    graph *g;
    const node *scan;
    const graph *b;
    node *const *args;
    const origin *from;
    int64_t trip;
    int poles;
    int order[MOST_POLES];  /* the state that is y[n-1], that is y[n-2], ... */
    const node *y;          /* in the body */
    class *kind;            /* by node of the body */
    node **whole;           /* by node of the body: its values over all n, or the constant */
    node *coef[MOST_POLES]; /* found by `linear`; NULL: 0 */
} recurrence;

/* ---- is it one? -------------------------------------------------------------------------------------------------- */
static int state_of(const recurrence *r, const node *leaf) {
    for (int k = 0; k < r->poles; k++) {
        if (r->b->leaves.data[1 + r->order[k]] == leaf) { return k; }
    }
    return -1;
}

static bool real_scalar(const node *n) {
    return n->type.rank == 0 && n->type.dt == T_REAL;
}

/* States in a chain: y goes into the first, each into the next. */
static bool find_chain(recurrence *r, int states) {
    const node *next = NULL;
    for (int i = 0; i < states; i++) {
        const node *v = r->b->results.data[i].value;
        if (!real_scalar(v)) { return false; }
        if (v->op != OP_leaf && (next || v->op == OP_constant)) { return false; }
        if (v->op != OP_leaf) { next = v; }
    }
    r->y = next;
    for (r->poles = 0; next && r->poles < states; r->poles++) {
        int at = -1;
        for (int i = 0; i < states; i++) {
            if (r->b->results.data[i].value == next) { at = at < 0 ? i : states; }
        }
        if (at < 0 || at >= states) { return false; }
        r->order[r->poles] = at;
        next = r->b->leaves.data[1 + at];
    }
    return r->poles == states && states > 0;
}

static bool classify(recurrence *r) {
    int64_t states = attr_int(r->scan, SCAN_STATES), slices = attr_int(r->scan, SCAN_SLICES);
    for (int i = 0; i < r->b->leaves.len; i++) {
        const node *l = r->b->leaves.data[i];
        r->kind[l->id] = i > states + slices ? FIXED : i > 0 && i <= states ? LINKED : GIVEN;
        if (r->kind[l->id] == GIVEN && l->type.rank > 0) { return false; }
    }
    for (int i = 0; i < r->b->nodes.len; i++) {
        const node *n = r->b->nodes.data[i];
        if (n->op == OP_leaf) { continue; }
        for (int k = 0; k < n->nargs; k++) {
            if (r->kind[n->args[k]->id] > r->kind[i]) { r->kind[i] = r->kind[n->args[k]->id]; }
        }
        if (n->body || n->op == OP_stop_gradient) { return false; }
        if (r->kind[i] != FIXED && (n->type.rank > 0 || op_info(n->op)->kind != K_POINTWISE)) { return false; }
    }
    return true;
}

/* ---- its parts --------------------------------------------------------------------------------------------------- */
static node *as_one(recurrence *r, node *x) {
    int64_t one = 1;
    return g_reshape(r->g, x, 1, &one, r->from);
}

static node *join(recurrence *r, node **x, int n) {
    int64_t axis = 0;
    return n == 1 ? x[0] : graph_op(r->g, OP_concat, x, n, &(attr){1, &axis}, 1, r->from);
}

static node *cut(recurrence *r, node *x, int64_t start, int64_t count) {
    int64_t step = 1;
    attr at[3] = {{1, &start}, {1, &step}, {1, &count}};
    return count == x->type.shape[0] ? x : graph_op(r->g, OP_slice, &x, 1, at, 3, r->from);
}

/* Node n over all steps at once; the whole of y and of its past is there by then. */
static node *lift(recurrence *r, const node *n) {
    if (r->whole[n->id]) { return r->whole[n->id]; }
    node **args = NEW_ARRAY(r->g->mem, node *, n->nargs + 1);
    for (int k = 0; k < n->nargs; k++) { args[k] = lift(r, n->args[k]); }
    node *x = r->kind[n->id] == FIXED ? graph_copy_node(r->g, n, args)
                                      : graph_op(r->g, n->op, args, n->nargs, n->attrs, n->nattrs, n->from);
    return r->whole[n->id] = x;
}

static void add_coef(recurrence *r, int k, node *c) {
    r->coef[k] = r->coef[k] ? g_add(r->g, r->coef[k], c, r->from) : c;
}

/* Takes n, times `by` (NULL: 1), apart into coefficients of the states and the rest, which is added to *rest. */
static bool linear(recurrence *r, const node *n, node *by, node **rest) {
    if (r->kind[n->id] != LINKED) {
        node *x = lift(r, n);
        if (by) { x = g_mul(r->g, by, x, n->from); }
        *rest = *rest ? g_add(r->g, *rest, x, n->from) : x;
        return true;
    }
    int k = n->op == OP_leaf ? state_of(r, n) : -1;
    node *minus = by ? g_neg(r->g, by, n->from) : graph_scalar(r->g, -1, n->from);
    switch (n->op) {
    case OP_leaf: add_coef(r, k, by ? by : graph_scalar(r->g, 1, n->from)); return true;
    case OP_add: return linear(r, n->args[0], by, rest) && linear(r, n->args[1], by, rest);
    case OP_sub: return linear(r, n->args[0], by, rest) && linear(r, n->args[1], minus, rest);
    case OP_neg: return linear(r, n->args[0], minus, rest);
    case OP_mul: {
        int fixed = r->kind[n->args[0]->id] == FIXED ? 0 : 1;
        if (r->kind[n->args[fixed]->id] != FIXED) { return false; }
        node *c = lift(r, n->args[fixed]);
        return linear(r, n->args[1 - fixed], by ? g_mul(r->g, by, c, n->from) : c, rest);
    }
    case OP_div: {
        if (r->kind[n->args[1]->id] != FIXED) { return false; }
        node *c = lift(r, n->args[1]);
        node *over = by ? g_div(r->g, by, c, n->from) : g_div(r->g, graph_scalar(r->g, 1, n->from), c, n->from);
        return linear(r, n->args[0], over, rest);
    }
    default: return false;
    }
}

static node *start_of(recurrence *r, int k) {
    return r->args[r->order[k]];
}

static node *coef(recurrence *r, int k) {
    return r->coef[k] ? r->coef[k] : graph_scalar(r->g, 0, r->from);
}

/* What y[-1], y[-2], ... give to the first steps. */
static node *from_start(recurrence *r) {
    node *first[MOST_POLES];
    bool any = false;
    double v;
    for (int m = 0; m < r->poles; m++) {
        node *sum = graph_scalar(r->g, 0, r->from);
        for (int k = m; k < r->poles; k++) {
            node *s = start_of(r, k - m);
            if (is_splat(s, &v) && v == 0) { continue; }
            any = true;
            sum = g_add(r->g, sum, g_mul(r->g, coef(r, k), s, r->from), r->from);
        }
        first[m] = as_one(r, sum);
    }
    if (!any) { return NULL; }
    int64_t start = 0, step = 1;
    node *x = join(r, first, r->poles);
    return graph_op(r->g, OP_embed, &x, 1, (attr[]){{1, &start}, {1, &step}, {1, &r->trip}}, 3, r->from);
}

/* y[n-1-k] for all n. */
static node *past(recurrence *r, node *y, int k) {
    node *x[MOST_POLES + 1];
    for (int i = 0; i <= k; i++) { x[i] = as_one(r, start_of(r, k - i)); }
    x[k + 1] = cut(r, y, 0, r->trip - 1 - k);
    return join(r, x, k + 2);
}

static node *filter(recurrence *r, node *u) {
    node *a[MOST_POLES];
    int64_t reverse = 0;
    for (int k = 0; k < r->poles; k++) { a[k] = as_one(r, g_neg(r->g, coef(r, k), r->from)); }
    node *args[2] = {u, join(r, a, r->poles)};
    return graph_op(r->g, OP_allpole, args, 2, &(attr){1, &reverse}, 1, r->from);
}

static node *over_time(recurrence *r, node *x) {
    return g_broadcast(r->g, x, type_make(T_REAL, 1, &r->trip), r->from);
}

static void lift_leaves(recurrence *r) {
    int64_t states = attr_int(r->scan, SCAN_STATES);
    for (int k = 0; k < r->b->leaves.len; k++) {
        const node *l = r->b->leaves.data[k];
        if (k == 0) {
            r->whole[l->id] = graph_op(r->g, OP_iota, NULL, 0, &(attr){1, &r->trip}, 1, r->from);
        } else if (k > states) {
            r->whole[l->id] = r->args[k - 1];
        }
    }
}

/* The parts of the loop; NULL when it is none of these. */
static node **as_filter(recurrence *r) {
    node *u = NULL, **part = NEW_ARRAY(r->g->mem, node *, r->b->results.len + 1);
    lift_leaves(r);
    if (!linear(r, r->y, NULL, &u)) { return NULL; }
    node *start = from_start(r);
    u = over_time(r, u ? u : graph_scalar(r->g, 0, r->from));
    node *y = filter(r, start ? g_add(r->g, u, start, r->from) : u);
    r->whole[r->y->id] = y;
    for (int k = 0; k < r->poles; k++) { r->whole[r->b->leaves.data[1 + r->order[k]]->id] = past(r, y, k); }
    for (int k = 0; k < r->poles; k++) {
        part[r->order[k]] = g_reshape(r->g, cut(r, y, r->trip - 1 - k, 1), 0, NULL, r->from);
    }
    for (int k = r->poles; k < r->b->results.len; k++) {
        const node *v = r->b->results.data[k].value;
        node *x = lift(r, v);
        type t = v->type;
        for (int i = t.rank; i > 0 && r->kind[v->id] == FIXED; i--) { t.shape[i] = t.shape[i - 1]; }
        if (r->kind[v->id] == FIXED) {
            t.rank++;
            t.shape[0] = r->trip;
            x = g_broadcast(r->g, x, t, r->from);
        } else if (x->type.rank == 0) {
            x = over_time(r, x);
        }
        part[k] = x;
    }
    return part;
}

static bool may_be_filter(session *s, const node *n) {
    loop_memory m = session_memory(s);
    int64_t states = attr_int(n, SCAN_STATES), trip = attr_int(n, SCAN_TRIP);
    bool all = m.keep.kind <= KEEP_ALL && keep_of(n).kind == KEEP_UNSAID && !(attr_int(n, SCAN_FLAGS) & SCAN_REVERSE);
    return all && states >= 1 && states <= MOST_POLES && trip >= LEAST_STEPS &&
           trip * 8 * (states + 2) <= KEEP_ALL_LIMIT;
}

static node **recognise(session *s, graph *g, const node *n, node *const *args) {
    if (!may_be_filter(s, n)) { return NULL; }
    graph *b = graph_prune(g->mem, n->body);
    recurrence r = {.g = g, .scan = n, .b = b, .args = args, .from = n->from, .trip = attr_int(n, SCAN_TRIP)};
    r.kind = NEW_ARRAY(g->mem, class, b->nodes.len + 1);
    r.whole = NEW_ARRAY(g->mem, node *, b->nodes.len + 1);
    if (!find_chain(&r, (int)attr_int(n, SCAN_STATES)) || !classify(&r)) { return NULL; }
    return as_filter(&r);
}

typedef struct recognising {
    session *s;
    node ***parts; /* by node of the old graph: what the parts of a loop became */
} recognising;

static node *recognised(void *context, graph *g, const node *n, node *const *args) {
    recognising *r = context;
    if (n->op == OP_part && r->parts[n->args[0]->id]) { return r->parts[n->args[0]->id][attr_int(n, 0)]; }
    if (n->op != OP_scan || !(r->parts[n->id] = recognise(r->s, g, n, args))) { return NULL; }
    return r->parts[n->id][0]; /* read by its parts alone */
}

graph *recognise_filters(session *s, const graph *f) {
    recognising r = {s, NEW_ARRAY(f->mem, node **, f->nodes.len + 1)};
    return graph_prune(f->mem, graph_rebuild(f->mem, f, recognised, &r));
}
