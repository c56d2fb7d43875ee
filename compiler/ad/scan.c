/* scan.c: derivatives of loops.
 *
 * The tangent of a loop is a loop that is linear in the tangents of its states, slices and constants; at step t it reads the
 * states that the loop itself had before that step (`keep_states` makes every loop collect them). Its transpose runs the
 * other way: it carries the cotangents of the states, adds up those of the constants, and collects those of the slices.
 *
 * As graphs, all states are collected, whatever memory.c has chosen for the loop: its flags, which the derived loops inherit, say
 * how many of the stacks shall exist. Then
 *     opt/merge_scan.c   makes a loop and its tangent one, so that no stack lies between them;
 *     opt/gather_scan.c  makes in the loops what is made of their signals element by element;
 *     plan/keep.c        replaces the stacks of states by slots for a few, from which the loop is run again;
 *     emit/keep.c        writes that.
 * So every derivative, the Hessian-vector product too, and the evaluator know one kind of loop only. */
#include "ad/internal.h"

#include <string.h>

typedef struct shape_of_scan {
    int64_t trip, nstates, nslices, nconsts, flags;
    int nresults;
} shape_of_scan;

static shape_of_scan scan_shape(const node *n) {
    return (shape_of_scan){attr_int(n, SCAN_TRIP),   attr_int(n, SCAN_STATES), attr_int(n, SCAN_SLICES),
                           attr_int(n, SCAN_CONSTS), attr_int(n, SCAN_FLAGS),  n->body->results.len};
}

static node *make_scan(ad *w, graph *body, node *const *args, shape_of_scan s, const origin *from) {
    const int64_t v[SCAN_NATTRS] = {s.trip, s.nstates, s.nslices, s.nconsts, s.flags};
    attr at[SCAN_NATTRS];
    for (int i = 0; i < SCAN_NATTRS; i++) { at[i] = (attr){1, &v[i]}; }
    return graph_scan(w->g, body, args, (int)(s.nstates + s.nslices + s.nconsts), at, SCAN_NATTRS, from);
}

static node *part_of(ad *w, node *scan, int64_t k) {
    attr index = {1, &k};
    return graph_op(w->g, OP_part, &scan, 1, &index, 1, scan->from);
}

/* ---- keeping the states ---------------------------------------------------------------------------------------------------- */
static graph *collecting_body(session *s, const graph *body, int64_t nstates) {
    arena *a = body->mem;
    graph *g = keep_states(s, body); /* loops within loops too */
    for (int64_t i = 0; i < nstates; i++) {
        const node *leaf = g->leaves.data[1 + i];
        graph_result(g, OUT_RESULT, arena_printf(a, "%s_was", leaf->name), (node *)leaf);
    }
    return g;
}

node *ad_kept_scan(session *s, graph *g, const node *n, node *const *args) {
    graph *body = collecting_body(s, n->body, attr_int(n, SCAN_STATES));
    node *kept = graph_scan(g, body, args, n->nargs, n->attrs, n->nattrs, n->from);
    kept->kept_states = n->body->results.len;
    return kept;
}

static node *kept_loop(void *context, graph *g, const node *n, node *const *args) {
    return n->op == OP_scan ? ad_kept_scan(context, g, n, args) : NULL;
}

/* A copy of f whose loops also collect their states as they were before each step: parts nresults, nresults + 1, ... */
graph *keep_states(session *s, const graph *f) {
    f = graph_prune(f->mem, f); /* without the placeholders that a transpose leaves behind */
    return graph_rebuild(f->mem, f, kept_loop, s);
}

/* A state that is the window of the last M values of what the loop collects, B new ones in each step: its values before the
 * steps are overlapping frames of one signal, which takes the memory of the signal instead of M for each step. NULL: the
 * state is no such window. */
static node *window_stack(ad *w, node *n, int64_t state) {
    const graph *body = n->body;
    const node *next = body->results.data[state].value, *leaf = body->leaves.data[1 + state];
    int64_t trip = attr_int(n, SCAN_TRIP), nstates = attr_int(n, SCAN_STATES), axis = 0, size = leaf->type.shape[0];
    bool joins = next->op == OP_concat && next->nargs == 2 && leaf->type.rank == 1;
    const node *rest = joins ? next->args[0] : NULL, *fresh = joins ? next->args[1] : NULL;
    if (!joins || attr_int(n, SCAN_FLAGS) & SCAN_REVERSE) { return NULL; }
    int64_t hop = fresh->type.shape[0];
    bool moves = rest->op == OP_slice && rest->args[0] == leaf && attr_int(rest, 0) == hop && attr_int(rest, 1) == 1;
    if (!moves) { return NULL; }
    if (fresh->op == OP_reshape && fresh->args[0]->type.rank == 0) { fresh = fresh->args[0]; } /* one value */
    node *made = NULL;
    for (int64_t j = nstates; j < n->kept_states && !made; j++) {
        if (body->results.data[j].value == fresh) { made = part_of(w, n, j); }
    }
    if (!made) { return NULL; }
    int64_t all = trip * hop, used = (trip - 1) * hop, zero = 0, one = 1;
    node *both[2] = {n->args[state], g_reshape(w->g, made, 1, &all, n->from)};
    if (used == 0) { return g_reshape(w->g, both[0], 2, (const int64_t[]){1, size}, n->from); }
    both[1] = graph_op(w->g, OP_slice, &both[1], 1, (attr[]){{1, &zero}, {1, &one}, {1, &used}}, 3, n->from);
    node *signal = graph_op(w->g, OP_concat, both, 2, &(attr){1, &axis}, 1, n->from);
    return graph_op(w->g, OP_frame, &signal, 1, (attr[]){{1, &size}, {1, &hop}}, 2, n->from);
}

/* The stack of a state's values before each step. A state that takes over what the loop collects anyway (y[n-1]), or
 * another state (y[n-2] from y[n-1]), is that stack one step later; any other is collected by keep_states. */
static node *stack_before(ad *w, node *n, int64_t state, int depth) {
    const graph *body = n->body;
    int64_t nstates = attr_int(n, SCAN_STATES), trip = attr_int(n, SCAN_TRIP);
    const node *next = body->results.data[state].value;
    node *stack = NULL;
    bool apart = keep_of(n).kind > KEEP_ALL; /* a stack of its own, which the plan need not make */
    for (int64_t j = nstates; j < n->kept_states && !stack && !apart; j++) {
        if (body->results.data[j].value == next) { stack = part_of(w, n, j); }
    }
    for (int64_t i = 0; i < nstates && !stack && !apart && depth < 64; i++) {
        if (body->leaves.data[1 + i] == next && i != state) { stack = stack_before(w, n, i, depth + 1); }
    }
    if (!stack || depth >= 64) {
        stack = apart ? NULL : window_stack(w, n, state);
        return stack ? stack : part_of(w, n, n->kept_states + state);
    }
    node *first = n->args[state];
    int64_t shape[MAX_RANK] = {1}, start[MAX_RANK] = {0}, step[MAX_RANK], count[MAX_RANK], axis = 0;
    int r = stack->type.rank;
    for (int k = 0; k < r; k++) {
        step[k] = 1;
        count[k] = stack->type.shape[k];
        shape[k] = k ? count[k] : 1;
    }
    first = g_reshape(w->g, first, r, shape, n->from);
    if (trip == 1) { return first; }
    bool reverse = attr_int(n, SCAN_FLAGS) & SCAN_REVERSE;
    count[0] = trip - 1;
    start[0] = reverse;
    attr at3[3] = {{r, start}, {r, step}, {r, count}};
    node *rest = graph_op(w->g, OP_slice, &stack, 1, at3, 3, n->from);
    node *both[2] = {reverse ? rest : first, reverse ? first : rest};
    return graph_op(w->g, OP_concat, both, 2, &(attr){1, &axis}, 1, n->from);
}

/* ---- which states move -------------------------------------------------------------------------------------------------------- */
/* Marks body nodes whose value depends, differentiably, on an active leaf; then states whose next value does, until stable. */
static void spread(const graph *body, int64_t nstates, bool *active_leaf, bool *active_result) {
    bool changed = true;
    while (changed) {
        changed = false;
        bool *on = NEW_ARRAY(body->mem, bool, body->nodes.len + 1);
        for (int i = 0; i < body->leaves.len; i++) { on[body->leaves.data[i]->id] = active_leaf[i]; }
        for (int i = 0; i < body->nodes.len; i++) {
            const node *n = body->nodes.data[i];
            bool flows = n->op != OP_leaf && !op_info(n->op)->zero && (n->type.dt != T_INT || n->op == OP_scan);
            for (int k = 0; flows && k < n->nargs; k++) { on[i] |= on[n->args[k]->id]; }
        }
        for (int i = 0; i < body->results.len; i++) {
            active_result[i] = on[body->results.data[i].value->id];
            if (i < nstates && active_result[i] && !active_leaf[1 + i]) { active_leaf[1 + i] = changed = true; }
        }
    }
}

/* ---- tangent ------------------------------------------------------------------------------------------------------------------- */
typedef struct tangent_body {
    graph *g;
    node **primal;  /* by leaf of the loop's body: the leaf that stands for its value */
    node **tangent; /* ... and for its tangent, or NULL */
} tangent_body;

/* A second of the same name gets a mark: the body of a gradient has a W_bar of its own. */
static node *body_leaf(graph *g, const char *name, const char *suffix, const node *like) {
    name = arena_printf(g->mem, "%s%s", name, suffix);
    while (graph_index_of_leaf(g, name) >= 0) { name = arena_printf(g->mem, "%s_", name); }
    return graph_leaf(g, name, ROLE_NONE, like->type, like->from);
}

/* Leaves in the order a scan wants: index; tangents of states; tangents of slices, states as they were, slices; tangents of
 * constants, constants. */
static tangent_body tangent_leaves(ad *w, const graph *body, shape_of_scan s, const bool *active) {
    tangent_body b = {graph_new(w->a, w->ops, arena_printf(w->a, "%s_dot", body->name)),
                      NEW_ARRAY(w->a, node *, body->leaves.len), NEW_ARRAY(w->a, node *, body->leaves.len)};
    int64_t first_slice = 1 + s.nstates, first_const = first_slice + s.nslices, end = first_const + s.nconsts;
    const node *const *leaf = (const node *const *)body->leaves.data;
    b.primal[0] = body_leaf(b.g, leaf[0]->name, "", leaf[0]);
    for (int64_t i = 1; i < first_slice; i++) {
        b.tangent[i] = active[i] ? body_leaf(b.g, leaf[i]->name, "_dot", leaf[i]) : NULL;
    }
    for (int64_t i = first_slice; i < first_const; i++) {
        b.tangent[i] = active[i] ? body_leaf(b.g, leaf[i]->name, "_dot", leaf[i]) : NULL;
    }
    for (int64_t i = 1; i < first_const; i++) { b.primal[i] = body_leaf(b.g, leaf[i]->name, "", leaf[i]); }
    for (int64_t i = first_const; i < end; i++) {
        b.tangent[i] = active[i] ? body_leaf(b.g, leaf[i]->name, "_dot", leaf[i]) : NULL;
    }
    for (int64_t i = first_const; i < end; i++) { b.primal[i] = body_leaf(b.g, leaf[i]->name, "", leaf[i]); }
    return b;
}

static bool tangent_results(ad *w, const graph *body, shape_of_scan s, tangent_body *b, const bool *active,
                            const bool *active_result) {
    int nres = s.nresults, nseeds = 0;
    node **res = NEW_ARRAY(w->a, node *, nres), **tan = NEW_ARRAY(w->a, node *, nres);
    seeding *seeds = NEW_ARRAY(w->a, seeding, body->leaves.len);
    graph_inline(b->g, body, b->primal, res);
    for (int i = 0; i < body->leaves.len; i++) {
        if (b->tangent[i]) { seeds[nseeds++] = (seeding){b->primal[i], b->tangent[i]}; }
    }
    if (!ad_linearise(w->s, b->g, seeds, nseeds, res, nres, tan)) { return false; }
    for (int i = 0; i < nres; i++) {
        if (i < s.nstates ? active[1 + i] : active_result[i]) {
            node *t = tan[i] ? tan[i] : graph_fill(b->g, res[i]->type, 0.0, res[i]->from);
            graph_result(b->g, OUT_RESULT, body->results.data[i].name, t);
        }
    }
    return true;
}

bool scan_tangent(ad *w, node *n, node **tan) {
    shape_of_scan s = scan_shape(n);
    const graph *body = n->body;
    bool *active = NEW_ARRAY(w->a, bool, body->leaves.len + 1), *active_result = NEW_ARRAY(w->a, bool, s.nresults + 1);
    for (int k = 0; k < n->nargs; k++) { active[1 + k] = tan[n->args[k]->id] != NULL; }
    spread(body, s.nstates, active, active_result);
    tangent_body b = tangent_leaves(w, body, s, active);
    if (!tangent_results(w, body, s, &b, active, active_result)) { return false; }
    node **args = NEW_ARRAY(w->a, node *, 2 * n->nargs + 1);
    shape_of_scan out = {.trip = s.trip, .flags = s.flags};
    int at = 0;
    for (int64_t i = 0; i < s.nstates + s.nslices; i++) { /* tangents of states, then of slices */
        node *a = n->args[i];
        if (active[1 + i]) {
            args[at++] = tan[a->id] ? tan[a->id] : graph_fill(w->g, a->type, 0.0, a->from);
            *(i < s.nstates ? &out.nstates : &out.nslices) += 1;
        }
    }
    for (int64_t i = 0; i < s.nstates + s.nslices; i++, out.nslices++) {
        args[at++] = i < s.nstates ? stack_before(w, n, i, 0) : n->args[i];
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t i = s.nstates + s.nslices; i < n->nargs; i++) {
            if (pass || active[1 + i]) {
                args[at++] = pass ? n->args[i] : tan[n->args[i]->id];
                out.nconsts++;
            }
        }
    }
    if (b.g->results.len == 0) { return true; }
    node *t = make_scan(w, graph_prune(w->a, b.g), args, out, n->from);
    tan[n->id] = t;
    int *map = NEW_ARRAY(w->a, int, s.nresults + 1); /* part of the loop -> part of its tangent, or -1 */
    for (int i = 0, k = 0; i < s.nresults; i++) {
        map[i] = (i < s.nstates ? active[1 + i] : active_result[i]) ? k++ : -1;
    }
    n->mark = map;
    return true;
}

bool part_tangent(ad *w, node *n, node **tan) {
    node *scan = n->args[0];
    int64_t k = attr_int(n, 0);
    const int *map = scan->mark;
    if (k < scan->body->results.len && map[k] >= 0) { tan[n->id] = part_of(w, tan[scan->id], map[k]); }
    return true;
}

/* ---- transpose -------------------------------------------------------------------------------------------------------------------- */
typedef struct backward { /* the body of the transposed loop while it is made */
    graph *g;
    node **leaf;   /* by leaf of the tangent body: what stands for it; for linear ones a placeholder */
    node **lambda; /* cotangents of the next states */
    node **mu;     /* sums of the cotangents of linear constants, by leaf */
    node **ybar;   /* cotangents of what is collected, by result; NULL where none arrives */
} backward;

/* The cotangent that belongs to a tangent: y_bar for y_dot. */
static node *bar_leaf(ad *w, graph *g, const char *dot, const node *like) {
    return body_leaf(g, bar_name(w, dot), "", like);
}

static backward backward_leaves(ad *w, const graph *body, shape_of_scan s, const bool *lin, node *const *ct_part) {
    int nleaves = body->leaves.len;
    backward b = {graph_new(w->a, w->ops, arena_printf(w->a, "%s_bar", body->name)),
                  NEW_ARRAY(w->a, node *, nleaves + 1), NEW_ARRAY(w->a, node *, s.nstates + 1),
                  NEW_ARRAY(w->a, node *, nleaves + 1), NEW_ARRAY(w->a, node *, s.nresults + 1)};
    node *const *leaf = body->leaves.data;
    int64_t first_slice = 1 + s.nstates, first_const = first_slice + s.nslices;
    b.leaf[0] = body_leaf(b.g, leaf[0]->name, "", leaf[0]);
    for (int64_t i = 0; i < s.nstates; i++) { b.lambda[i] = bar_leaf(w, b.g, leaf[1 + i]->name, leaf[1 + i]); }
    for (int64_t i = first_const; i < nleaves; i++) {
        b.mu[i] = lin[i] ? bar_leaf(w, b.g, leaf[i]->name, leaf[i]) : NULL;
    }
    for (int64_t i = s.nstates; i < s.nresults; i++) {
        b.ybar[i] = ct_part[i] ? bar_leaf(w, b.g, body->results.data[i].name, body->results.data[i].value) : NULL;
    }
    for (int64_t i = first_slice; i < nleaves; i++) {
        b.leaf[i] = lin[i] ? NULL : body_leaf(b.g, leaf[i]->name, "", leaf[i]);
    }
    int real_leaves = b.g->leaves.len;
    for (int64_t i = 1; i < nleaves; i++) {
        if (!b.leaf[i]) { b.leaf[i] = body_leaf(b.g, leaf[i]->name, "", leaf[i]); /* a placeholder */ }
    }
    b.g->leaves.len = real_leaves;
    return b;
}

static bool backward_results(ad *w, const graph *body, shape_of_scan s, backward *b, const bool *lin) {
    int nleaves = body->leaves.len, nw = 0;
    node **res = NEW_ARRAY(w->a, node *, s.nresults), **cts = NEW_ARRAY(w->a, node *, s.nresults);
    node **wrt = NEW_ARRAY(w->a, node *, nleaves), **bars = NEW_ARRAY(w->a, node *, nleaves);
    graph_inline(b->g, body, b->leaf, res);
    for (int i = 0; i < s.nresults; i++) { cts[i] = i < s.nstates ? b->lambda[i] : b->ybar[i]; }
    for (int i = 1; i < nleaves; i++) {
        if (lin[i]) { wrt[nw++] = b->leaf[i]; }
    }
    if (!ad_transpose(w->s, b->g, res, cts, s.nresults, wrt, nw, bars)) { return false; }
    node **bar = NEW_ARRAY(w->a, node *, nleaves);
    for (int i = 1, k = 0; i < nleaves; i++) {
        if (lin[i]) {
            const node *leaf = body->leaves.data[i];
            bar[i] = bars[k] ? bars[k] : graph_fill(b->g, leaf->type, 0.0, leaf->from);
            k++;
        }
    }
    int64_t first_slice = 1 + s.nstates, first_const = first_slice + s.nslices;
    for (int64_t i = 1; i < first_slice; i++) { graph_result(b->g, OUT_RESULT, body->leaves.data[i]->name, bar[i]); }
    for (int64_t i = first_const; i < nleaves; i++) {
        if (lin[i]) {
            graph_result(b->g, OUT_RESULT, body->leaves.data[i]->name, g_add(b->g, b->mu[i], bar[i], b->mu[i]->from));
        }
    }
    for (int64_t i = first_slice; i < first_const; i++) {
        if (lin[i]) { graph_result(b->g, OUT_RESULT, body->leaves.data[i]->name, bar[i]); }
    }
    return true;
}

bool scan_transpose(ad *w, node *n, const bool *linear, node **ct) {
    shape_of_scan s = scan_shape(n);
    const graph *body = n->body;
    int nleaves = body->leaves.len;
    node **ct_part = w->part_cts[n->id];
    bool *lin = NEW_ARRAY(w->a, bool, nleaves);
    for (int i = 1; i < nleaves; i++) { lin[i] = i <= s.nstates || linear[n->args[i - 1]->id]; }
    backward b = backward_leaves(w, body, s, lin, ct_part);
    if (!backward_results(w, body, s, &b, lin)) { return false; }
    node **args = NEW_ARRAY(w->a, node *, 2 * nleaves + s.nresults + 1);
    shape_of_scan out = {.trip = s.trip, .flags = s.flags ^ SCAN_REVERSE};
    int at = 0;
    int64_t first_slice = 1 + s.nstates, first_const = first_slice + s.nslices;
    for (int64_t i = 0; i < s.nstates; i++, out.nstates++) {
        args[at++] = ct_part[i] ? ct_part[i] : graph_fill(w->g, n->args[i]->type, 0.0, n->from);
    }
    for (int64_t i = first_const; i < nleaves; i++) {
        if (lin[i]) {
            args[at++] = graph_fill(w->g, n->args[i - 1]->type, 0.0, n->from);
            out.nstates++;
        }
    }
    for (int64_t i = s.nstates; i < s.nresults; i++) {
        if (ct_part[i]) {
            args[at++] = ct_part[i];
            out.nslices++;
        }
    }
    for (int64_t i = first_slice; i < nleaves; i++) {
        if (!lin[i]) {
            args[at++] = n->args[i - 1];
            *(i < first_const ? &out.nslices : &out.nconsts) += 1;
        }
    }
    node *back = make_scan(w, graph_prune(w->a, b.g), args, out, n->from); /* without the placeholders */
    int64_t part = 0;
    for (int64_t i = 1; i < first_slice; i++, part++) {
        cotangent_add(w, ct, linear, n->args[i - 1], part_of(w, back, part), n->from);
    }
    for (int pass = 0; pass < 2; pass++) { /* sums for constants are states, cotangents of slices are collected */
        for (int64_t i = pass ? first_slice : first_const; i < (pass ? first_const : nleaves); i++) {
            if (lin[i]) { cotangent_add(w, ct, linear, n->args[i - 1], part_of(w, back, part++), n->from); }
        }
    }
    return true;
}
