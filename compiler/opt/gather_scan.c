/* gather_scan.c: what is made of a loop's signals element by element is computed in the loop.
 *
 * A loop that keeps its states at some steps only (scan_keep) should not leave signals of full length in memory either.
 * Where F is such a loop and R the one that goes back over its states:
 *   - a slice of R that is computed element by element from what F collects becomes a value in R's body: there the row of F's
 *     signal is computed again from the states of the step, which R reads anyway (2 (y - d)/N of a squared error);
 *   - a sum over the steps of such an expression becomes a state of F (the loss itself), added up with compensation (Kahan
 *     1965): one running sum over millions of steps would lose its digits in single precision.
 * What F collected for them alone is dropped by trim_scan. Without R, sums become states where that leaves no signal.
 *
 * Requires: a verified graph, simplified. Maintains: values to rounding. Breaks: the numbering of parts; runs after the last
 * simplify, which must not see that the compensation of a sum is zero on paper. */
#include <string.h>

#include "opt/opt.h"

#include "ir/optable.h"

typedef struct wire { /* a leaf of a new body, and the argument of the new scan, in the new graph */
    node *leaf, *arg;
} wire;
typedef VEC(wire) wires;

typedef struct gathering { /* one pair in one graph */
    arena *a;
    const graph *old;
    graph *out;
    node **map; /* by id of an old node: its image in out */
    const node *f;
    int64_t trip;
    signed char *from_f; /* by id: an elementwise expression over rows of F's signals: 1; not: -1; not yet known: 0 */
    bool *after_f;       /* by id: depends on F in any way */
    node *new_f;         /* in out; NULL: not made yet */
    const node **sums;   /* old nodes that become states of F */
    int nsums;
    int64_t *was; /* by state of F: the result of its new body that is the state before the step */
} gathering;

typedef struct body { /* a new body; leaves are put in order when it is done */
    gathering *w;
    graph *g;
    node *index;
    wires states, slices, consts;
    node **own; /* by result of F's body: its value here */
} body;

static node *image(gathering *w, const node *n);

/* ---- asking --------------------------------------------------------------------------------------------------------------- */
static bool backwards(const node *n) {
    return attr_int(n, SCAN_FLAGS) & SCAN_REVERSE;
}

static bool is_signal_of(const node *n, const node *f) {
    return n->op == OP_part && n->args[0] == f && attr_int(n, 0) >= attr_int(f, SCAN_STATES);
}

static int state_of_stack(const node *n) {
    const graph *b = n->args[0]->body;
    for (int i = 0; i < attr_int(n->args[0], SCAN_STATES); i++)
        if (b->results.data[attr_int(n, 0)].value == b->leaves.data[1 + i]) return i;
    return -1;
}

/* An argument of an element-wise operator whose result has rows: has it rows too, or is it the same in each? */
typedef enum { ROWS, WHOLE, NEITHER } shape_kind;
static shape_kind argument_kind(const node *n, const node *arg, int64_t trip) {
    if (arg->type.rank < n->type.rank) return WHOLE;
    return arg->type.shape[0] == trip ? ROWS : NEITHER;
}

/* Is n made row by row, with at least one signal that F collects (not merely a stack of its states) in it? */
static bool made_of_rows(gathering *w, const node *n) {
    if (w->from_f[n->id]) return w->from_f[n->id] > 0;
    bool any = is_signal_of(n, w->f) && state_of_stack(n) < 0;
    bool rows = n->type.rank > 0 && n->type.shape[0] == w->trip && op_info(n->op)->kind == K_POINTWISE;
    for (int k = 0; rows && k < n->nargs; k++) {
        shape_kind kind = argument_kind(n, n->args[k], w->trip);
        rows = kind != NEITHER;
        any |= rows && kind == ROWS && made_of_rows(w, n->args[k]);
    }
    bool yes = any && (rows || is_signal_of(n, w->f));
    w->from_f[n->id] = yes ? 1 : -1;
    return yes;
}

/* Nothing in the expression but the rows themselves comes after F. */
static bool ready_for_f(const gathering *w, const node *n) {
    if (w->from_f[n->id] <= 0) return !w->after_f[n->id];
    for (int k = 0; n->op != OP_part && k < n->nargs; k++)
        if (!ready_for_f(w, n->args[k])) return false;
    return true;
}

static bool sums_rows(const node *n) {
    bool first = n->attrs[0].n == 0;
    for (int k = 0; k < n->attrs[0].n; k++) first |= n->attrs[0].v[k] == 0;
    return first;
}

static bool becomes_state(gathering *w, const node *n) {
    return n->op == OP_sum && n->type.dt != T_INT && sums_rows(n) && made_of_rows(w, n->args[0]) &&
           ready_for_f(w, n->args[0]);
}

static bool reads_states_of(const node *r, const node *f) {
    if (r->op != OP_scan || !backwards(r) || attr_int(r, SCAN_TRIP) != attr_int(f, SCAN_TRIP)) return false;
    int64_t at = attr_int(r, SCAN_STATES), end = at + attr_int(r, SCAN_SLICES);
    for (; at < end; at++)
        if (is_signal_of(r->args[at], f) && state_of_stack(r->args[at]) >= 0) return true;
    return false;
}

/* ---- bodies --------------------------------------------------------------------------------------------------------------- */
static type row_type(const type *t) {
    return type_make(t->dt, t->rank - 1, t->shape + 1);
}

static body body_new(gathering *w, const node *scan) {
    body b = {.w = w, .g = graph_new(w->a, w->old->ops, scan->body->name)};
    const node *index = scan->body->leaves.data[0];
    b.index = graph_leaf(b.g, index->name, ROLE_NONE, index->type, index->from);
    return b;
}

static const char *fresh_name(const body *b, const char *hint) {
    const char *name = hint;
    for (int k = 2; graph_index_of_leaf(b->g, name) >= 0; k++) name = arena_printf(b->w->a, "%s_%d", hint, k);
    return name;
}

static node *new_leaf(body *b, wires *to, node *arg, const char *hint, type t) {
    wire x = {graph_leaf(b->g, fresh_name(b, hint), ROLE_NONE, t, arg->from), arg};
    vec_push(b->w->a, to, x);
    return x.leaf;
}

/* A row of an array, or the whole array: one leaf for each. */
static node *read_array(body *b, node *arg, const char *hint, bool row) {
    wires *to = row ? &b->slices : &b->consts;
    for (int k = 0; k < to->len; k++)
        if (to->data[k].arg == arg) return to->data[k].leaf;
    return new_leaf(b, to, arg, hint, row ? row_type(&arg->type) : arg->type);
}

static const char *hint_of(const node *n) {
    return n->name ? n->name : op_info(n->op)->name;
}

/* Leaves of the old body for its arguments first..end. */
static void take_leaves(body *b, const node *scan, int64_t first, int64_t end, wires *to, node **leaf) {
    for (int64_t k = first; k < end; k++) {
        const node *l = scan->body->leaves.data[1 + k];
        leaf[1 + k] = new_leaf(b, to, image(b->w, scan->args[k]), l->name, l->type);
    }
}

static node *row_of(body *b, const node *n);

/* The stack of a state of the new F, as it was before each step. */
static node *stack_of(gathering *w, int state) {
    const type *row = &w->f->args[state]->type;
    type t = *row;
    t.rank = row->rank + 1;
    t.shape[0] = w->trip;
    for (int k = 0; k < row->rank; k++) t.shape[k + 1] = row->shape[k];
    return graph_node(w->out, OP_part, t, &w->new_f, 1, &(attr){1, &w->was[state]}, 1, w->f->from);
}

/* The row of a signal that F collects, computed again in R from the states of the step. */
static node *signal_again(body *b, const node *part) {
    gathering *w = b->w;
    const graph *fb = w->f->body;
    if (!b->own) {
        node **leaf = NEW_ARRAY(w->a, node *, fb->leaves.len + 1);
        int states = (int)attr_int(w->f, SCAN_STATES), slices = (int)attr_int(w->f, SCAN_SLICES);
        (void)image(w, w->f);
        leaf[0] = b->index;
        for (int k = 0; k < w->f->nargs; k++) {
            node *arg = k < states ? stack_of(w, k) : image(w, w->f->args[k]);
            leaf[1 + k] = read_array(b, arg, fb->leaves.data[1 + k]->name, k < states + slices);
        }
        b->own = NEW_ARRAY(w->a, node *, fb->results.len + 1);
        graph_inline(b->g, fb, leaf, b->own);
    }
    return b->own[attr_int(part, 0)];
}

static node *argument_row(body *b, const node *n, const node *arg) {
    double x;
    if (argument_kind(n, arg, b->w->trip) == ROWS) return row_of(b, arg);
    if (arg->type.rank == 0 && is_constant(arg)) return graph_same_constant(b->g, arg);
    if (is_splat(arg, &x)) return graph_fill(b->g, arg->type, x, arg->from);
    return read_array(b, image(b->w, arg), hint_of(arg), false);
}

static node *row_of(body *b, const node *n) {
    if (b->w->from_f[n->id] <= 0) {
        double x;
        if (is_splat(n, &x)) return graph_fill(b->g, row_type(&n->type), x, n->from);
        return read_array(b, image(b->w, n), hint_of(n), true);
    }
    if (n->op == OP_part) return signal_again(b, n);
    node *args[OP_MAX_ARGS];
    for (int k = 0; k < n->nargs; k++) args[k] = argument_row(b, n, n->args[k]);
    node *row = graph_op(b->g, n->op, args, n->nargs, n->attrs, n->nattrs, n->from);
    type t = row_type(&n->type);
    row = g_broadcast(b->g, row, t, n->from);
    if (n->name) graph_name(row, n->name);
    row->guarded |= n->guarded;
    return row;
}

/* The scan of a body that is complete; its leaves in the order of a scan. */
static node *finish(body *b, const node *like) {
    gathering *w = b->w;
    const wires *all[] = {&b->states, &b->slices, &b->consts};
    int n = 0;
    graph *g = graph_new(w->a, w->old->ops, b->g->name);
    node **leaf = NEW_ARRAY(w->a, node *, b->g->leaves.len + 1), **args = NEW_ARRAY(w->a, node *, b->g->leaves.len + 1);
    node **res = NEW_ARRAY(w->a, node *, b->g->results.len + 1);
    b->g->leaves.len = 0;
    vec_push(w->a, &b->g->leaves, b->index);
    for (int kind = 0; kind < 3; kind++)
        for (int k = 0; k < all[kind]->len; k++) {
            args[n++] = all[kind]->data[k].arg;
            vec_push(w->a, &b->g->leaves, all[kind]->data[k].leaf);
        }
    for (int k = 0; k <= n; k++) {
        const node *l = b->g->leaves.data[k];
        leaf[k] = graph_leaf(g, l->name, l->role, l->type, l->from);
    }
    graph_inline(g, b->g, leaf, res);
    for (int k = 0; k < b->g->results.len; k++)
        graph_result(g, b->g->results.data[k].kind, b->g->results.data[k].name, res[k]);
    const int64_t v[SCAN_NATTRS] = {w->trip, b->states.len, b->slices.len, b->consts.len, attr_int(like, SCAN_FLAGS)};
    attr at[SCAN_NATTRS];
    for (int k = 0; k < SCAN_NATTRS; k++) at[k] = (attr){1, &v[k]};
    node *scan = graph_scan(w->out, g, args, n, at, SCAN_NATTRS, like->from);
    if (like->name) graph_name(scan, like->name);
    scan->guarded |= like->guarded;
    return scan;
}

/* ---- the forward loop -------------------------------------------------------------------------------------------------------- */
static node *sum_of_row(body *b, const node *sum) {
    node *row = row_of(b, sum->args[0]);
    int64_t axes[MAX_RANK];
    int n = 0;
    for (int k = 1; k < sum->args[0]->type.rank; k++) {
        bool in = sum->attrs[0].n == 0;
        for (int i = 0; i < sum->attrs[0].n; i++) in |= sum->attrs[0].v[i] == k;
        if (in) axes[n++] = k - 1;
    }
    return n ? g_sum_axes(b->g, row, axes, n, false, sum->from) : row;
}

/* s + x with what the addition before lost: y = x - c, t = s + y, c' = (t - s) - y. */
static void add_sum(body *b, const node *sum, node *s, node *c, node **next) {
    node *y = g_sub(b->g, sum_of_row(b, sum), c, sum->from);
    next[0] = g_add(b->g, s, y, sum->from);
    next[1] = g_sub(b->g, g_sub(b->g, next[0], s, sum->from), y, sum->from);
}

/* Results of the new body: those of the old one, the states of the sums behind the old states; and of each state its value
 * before the step, where the old body did not collect that. */
static void results_of_f(body *b, node *const *leaf, node *const *sum) {
    gathering *w = b->w;
    const graph *fb = w->f->body;
    int states = (int)attr_int(w->f, SCAN_STATES);
    for (int k = 0; k < states; k++) graph_result(b->g, OUT_RESULT, fb->results.data[k].name, b->own[k]);
    for (int k = 0; k < w->nsums; k++) {
        node *next[2];
        add_sum(b, w->sums[k], sum[2 * k], sum[2 * k + 1], next);
        for (int i = 0; i < 2; i++) graph_result(b->g, OUT_RESULT, sum[2 * k + i]->name, next[i]);
    }
    for (int k = states; k < fb->results.len; k++) {
        graph_result(b->g, OUT_RESULT, fb->results.data[k].name, b->own[k]);
    }
    for (int k = 0; k < states; k++) {
        w->was[k] = -1;
        for (int i = states; i < fb->results.len && w->was[k] < 0; i++)
            if (fb->results.data[i].value == fb->leaves.data[1 + k]) w->was[k] = i + 2 * w->nsums;
        if (w->was[k] >= 0) continue;
        w->was[k] = b->g->results.len;
        graph_result(b->g, OUT_RESULT, arena_printf(w->a, "%s_was", leaf[1 + k]->name), leaf[1 + k]);
    }
}

static node *make_f(gathering *w) {
    const node *f = w->f;
    int64_t states = attr_int(f, SCAN_STATES), slices = attr_int(f, SCAN_SLICES);
    body b = body_new(w, f);
    node **leaf = NEW_ARRAY(w->a, node *, f->nargs + 2), **sum = NEW_ARRAY(w->a, node *, 2 * w->nsums + 1);
    leaf[0] = b.index;
    take_leaves(&b, f, 0, states, &b.states, leaf);
    for (int k = 0; k < 2 * w->nsums; k++) {
        const node *s = w->sums[k / 2];
        sum[k] =
            new_leaf(&b, &b.states, graph_fill(w->out, s->type, 0.0, s->from), k % 2 ? "lost" : hint_of(s), s->type);
    }
    take_leaves(&b, f, states, states + slices, &b.slices, leaf);
    take_leaves(&b, f, states + slices, f->nargs, &b.consts, leaf);
    b.own = NEW_ARRAY(w->a, node *, f->body->results.len + 1);
    graph_inline(b.g, f->body, leaf, b.own);
    results_of_f(&b, leaf, sum);
    return finish(&b, f);
}

/* ---- the backward loop ------------------------------------------------------------------------------------------------------- */
static node *make_r(gathering *w, const node *r) {
    int64_t states = attr_int(r, SCAN_STATES), slices = attr_int(r, SCAN_SLICES);
    body b = body_new(w, r);
    node **leaf = NEW_ARRAY(w->a, node *, r->nargs + 2), **res = NEW_ARRAY(w->a, node *, r->body->results.len + 1);
    leaf[0] = b.index;
    take_leaves(&b, r, 0, states, &b.states, leaf);
    for (int64_t k = states; k < states + slices; k++)
        if (!made_of_rows(w, r->args[k])) take_leaves(&b, r, k, k + 1, &b.slices, leaf);
    take_leaves(&b, r, states + slices, r->nargs, &b.consts, leaf);
    for (int64_t k = states; k < states + slices; k++)
        if (made_of_rows(w, r->args[k])) leaf[1 + k] = row_of(&b, r->args[k]);
    graph_inline(b.g, r->body, leaf, res);
    for (int k = 0; k < r->body->results.len; k++) graph_result(b.g, OUT_RESULT, r->body->results.data[k].name, res[k]);
    return finish(&b, r);
}

static bool reads_rows(gathering *w, const node *r) {
    if (!reads_states_of(r, w->f)) return false;
    int64_t k = attr_int(r, SCAN_STATES), end = k + attr_int(r, SCAN_SLICES);
    for (; k < end; k++)
        if (made_of_rows(w, r->args[k])) return true;
    return false;
}

/* ---- the graph around them --------------------------------------------------------------------------------------------------- */
static node *new_part(gathering *w, const node *old, int64_t k) {
    return graph_node(w->out, OP_part, old->type, &w->new_f, 1, &(attr){1, &k}, 1, old->from);
}

static node *make_image(gathering *w, const node *n) {
    if (n == w->f) return w->new_f = make_f(w);
    if (reads_rows(w, n)) return make_r(w, n);
    for (int k = 0; k < w->nsums; k++)
        if (w->sums[k] == n) {
            (void)image(w, w->f);
            return new_part(w, n, attr_int(w->f, SCAN_STATES) + 2 * k);
        }
    if (n->op == OP_part && n->args[0] == w->f) {
        int64_t k = attr_int(n, 0);
        (void)image(w, w->f);
        return new_part(w, n, k < attr_int(w->f, SCAN_STATES) ? k : k + 2 * w->nsums);
    }
    node **args = NEW_ARRAY(w->a, node *, n->nargs + 1);
    for (int k = 0; k < n->nargs; k++) args[k] = image(w, n->args[k]);
    return graph_copy_node(w->out, n, args);
}

/* On demand: what the new F reads may stand behind the old one. */
static node *image(gathering *w, const node *n) {
    if (!w->map[n->id]) {
        node *m = make_image(w, n);
        if (n->name && m->op != OP_leaf && m->op != OP_constant) graph_name(m, n->name);
        m->guarded |= n->guarded;
        w->map[n->id] = m;
    }
    return w->map[n->id];
}

static gathering look_at(arena *a, const graph *g, const node *f) {
    gathering w = {.a = a, .old = g, .f = f, .trip = attr_int(f, SCAN_TRIP)};
    w.map = NEW_ARRAY(a, node *, g->nodes.len + 1);
    w.from_f = NEW_ARRAY(a, signed char, g->nodes.len + 1);
    w.after_f = NEW_ARRAY(a, bool, g->nodes.len + 1);
    w.sums = NEW_ARRAY(a, const node *, g->nodes.len + 1);
    w.was = NEW_ARRAY(a, int64_t, attr_int(f, SCAN_STATES) + 1);
    w.after_f[f->id] = true;
    for (int i = f->id + 1; i < g->nodes.len; i++)
        for (int k = 0; k < g->nodes.data[i]->nargs; k++) w.after_f[i] |= w.after_f[g->nodes.data[i]->args[k]->id];
    return w;
}

static bool is_sum(const gathering *w, const node *n) {
    for (int k = 0; k < w->nsums; k++)
        if (w->sums[k] == n) return true;
    return false;
}

/* Is all that is made of F's signals added up in the end? Else they stay in memory anyway. */
static bool all_added_up(gathering *w) {
    for (int i = w->f->id + 1; i < w->old->nodes.len; i++) {
        const node *n = w->old->nodes.data[i];
        bool reads = false;
        for (int k = 0; k < n->nargs; k++) reads |= made_of_rows(w, n->args[k]);
        if (reads && !made_of_rows(w, n) && !is_sum(w, n)) return false;
    }
    return true;
}

/* The graph with one loop and those that go back over it gathered; NULL when there is nothing to gather. */
static graph *gather(arena *a, const graph *g, const node *f) {
    gathering w = look_at(a, g, f);
    bool back = false, rows = false;
    for (int i = f->id + 1; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        back |= reads_states_of(n, f);
        rows |= reads_rows(&w, n);
        if (becomes_state(&w, n)) w.sums[w.nsums++] = n;
    }
    if (!rows && (!w.nsums || (!back && !all_added_up(&w)))) return NULL;
    w.out = graph_new(a, g->ops, g->name);
    for (int i = 0; i < g->leaves.len; i++)
        w.map[g->leaves.data[i]->id] = graph_copy_node(w.out, g->leaves.data[i], NULL);
    for (int i = 0; i < g->nodes.len; i++) (void)image(&w, g->nodes.data[i]);
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        graph_result(w.out, r->kind, r->name, r->value ? w.map[r->value->id] : NULL);
    }
    return w.out;
}

static node *gathered_within(void *none, graph *out, const node *n, node *const *args) {
    (void)none;
    if (n->op != OP_scan) return NULL;
    node shell = *n;
    shell.body = pass_gather_scan(out->mem, n->body);
    return graph_copy_node(out, &shell, args);
}

/* Nested graphs first. */
graph *pass_gather_scan(arena *a, const graph *g) {
    graph *out = graph_rebuild(a, graph_prune(a, g), gathered_within, NULL);
    for (int i = 0; i < out->nodes.len; i++) {
        const node *n = out->nodes.data[i];
        if (n->op != OP_scan || backwards(n) || keep_of(n).kind <= KEEP_ALL || attr_int(n, SCAN_TRIP) < 3) continue;
        graph *next = gather(a, out, n);
        if (!next) continue;
        out = next;
        i = -1;
    }
    return graph_prune(a, out);
}
