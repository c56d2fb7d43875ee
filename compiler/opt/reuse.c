/* reuse.c: a loop that runs backwards reads what the forward loop had instead of computing it again.
 * Requires: derivatives taken. Maintains: values. Breaks: the numbering of a loop's slices and constants.
 *
 * The derivative of a loop computes at each step, from the states kept, what the loop itself computed there. Values
 * whose work exceeds that of storing and loading them are collected by the loop and become slices of its derivative;
 * what that then no longer reads is no longer kept (trim_scan). The stack of an array state before each step becomes the stack of
 * its next values, one step later: the loop then writes each value once, and both are at hand.
 * Loops whose states are kept at some steps only (scan_keep) stay as they are, unless none is read any more. */
#include "opt/reuse.h"

#include <string.h>

#include "ir/optable.h"

static int64_t states(const node *scan) {
    return attr_int(scan, SCAN_STATES);
}

int64_t collects(const reuse *r, const node *scan, const node *value) {
    const graph *b = scan->body;
    for (int64_t j = states(scan); j < b->results.len; j++)
        if (b->results.data[j].value == value) return j;
    const loop *l = &r->loops[scan->id];
    for (int j = 0; j < l->collected.len; j++)
        if (l->collected.data[j] == value) return b->results.len + j;
    return -1;
}

/* ---- pairs ------------------------------------------------------------------------------------------------------- */
static bool is_stack(const node *n) {
    return n->op == OP_part && attr_int(n, 0) >= states(n->args[0]);
}

/* The stack of a state before each step is its start and the stack of its next values without the last one. */
static const node *delayed_stack(const node *n) {
    if (n->op != OP_concat || n->nargs != 2 || attr_int(n, 0) != 0) return NULL;
    const node *a = n->args[0], *b = n->args[1], *s = a->op == OP_slice ? a : b, *first = a->op == OP_slice ? b : a;
    if (s->op != OP_slice || !is_stack(s->args[0]) || first->type.shape[0] != 1) return NULL;
    const node *stack = s->args[0], *scan = stack->args[0];
    bool reverse = attr_int(scan, SCAN_FLAGS) & SCAN_REVERSE;
    if (s->attrs[0].v[0] != reverse || s->type.shape[0] != stack->type.shape[0] - 1 || (s == a) != reverse) return NULL;
    if (first->op == OP_reshape) first = first->args[0];
    const graph *body = scan->body;
    for (int64_t i = 0; i < states(scan); i++)
        if (scan->args[i] == first && body->results.data[i].value == body->results.data[attr_int(stack, 0)].value)
            return stack;
    return NULL;
}

static const node *state_of_delayed(const node *n) {
    const node *stack = delayed_stack(n), *scan = stack->args[0];
    const node *first = n->args[n->args[0]->op == OP_slice];
    const graph *body = scan->body;
    if (first->op == OP_reshape) first = first->args[0];
    for (int64_t i = 0; i < states(scan); i++)
        if (scan->args[i] == first && body->results.data[i].value == body->results.data[attr_int(stack, 0)].value)
            return body->leaves.data[1 + i];
    return NULL;
}

static const node *origin_of_rows(const node *arg) {
    if (is_stack(arg)) return arg->args[0];
    const node *stack = delayed_stack(arg);
    return stack ? stack->args[0] : NULL;
}

static bool first_slice_to_last(const node *scan, int k) {
    return k >= states(scan) && k < states(scan) + attr_int(scan, SCAN_SLICES);
}

static const node *forward_of(const node *back) {
    for (int k = 0; k < back->nargs; k++) {
        const node *f = first_slice_to_last(back, k) ? origin_of_rows(back->args[k]) : NULL;
        if (f && attr_int(f, SCAN_TRIP) == attr_int(back, SCAN_TRIP)) return f;
    }
    return NULL;
}

/* What argument k of `back` is at each step, as a node of the body of `f`. */
static const node *image_of_argument(const node *back, int k, const node *f) {
    const node *arg = back->args[k];
    bool slice = first_slice_to_last(back, k);
    if (k < states(back)) return NULL;
    if (slice && is_stack(arg) && arg->args[0] == f) return f->body->results.data[attr_int(arg, 0)].value;
    if (slice && delayed_stack(arg) && delayed_stack(arg)->args[0] == f) return state_of_delayed(arg);
    for (int i = (int)states(f); i < f->nargs; i++)
        if (f->args[i] == arg && slice == first_slice_to_last(f, i)) return f->body->leaves.data[1 + i];
    return NULL;
}

static bool same_attributes(const node *a, const node *b) {
    if (a->nattrs != b->nattrs) return false;
    for (int k = 0; k < a->nattrs; k++) {
        if (a->attrs[k].n != b->attrs[k].n) return false;
        if (memcmp(a->attrs[k].v, b->attrs[k].v, sizeof(int64_t) * (size_t)a->attrs[k].n) != 0) return false;
    }
    return true;
}

static bool same_constant(const constant *a, const constant *b, const type *t) {
    if (a == b) return true;
    size_t n = (size_t)(a->splat ? 1 : type_count(t)) * (t->dt == T_COMPLEX ? 2 : 1);
    return a && b && a->splat == b->splat && memcmp(a->value, b->value, n * sizeof(double)) == 0;
}

static const node *counterpart(const loop *l, const node *n) {
    const graph *f = l->forward->body;
    if (n->body || n->op == OP_leaf) return NULL;
    for (int k = 0; k < n->nargs; k++)
        if (!l->image[n->args[k]->id]) return NULL;
    for (int i = 0; i < f->nodes.len; i++) {
        const node *m = f->nodes.data[i];
        if (m->op != n->op || m->nargs != n->nargs || !same_type(&m->type, &n->type) || !same_attributes(m, n))
            continue;
        if (!same_constant(m->konst, n->konst, &n->type)) continue;
        bool same = true;
        for (int k = 0; k < n->nargs; k++) same &= m->args[k] == l->image[n->args[k]->id];
        if (same) return m;
    }
    return NULL;
}

static void find_images(reuse *r, loop *l) {
    const graph *b = l->scan->body;
    l->image = NEW_ARRAY(r->mem, const node *, b->nodes.len + 1);
    l->read = NEW_ARRAY(r->mem, bool, b->nodes.len + 1);
    l->image[b->leaves.data[0]->id] = l->forward->body->leaves.data[0];
    for (int k = 0; k < l->scan->nargs; k++) {
        const node *m = image_of_argument(l->scan, k, l->forward);
        if (m && same_type(&m->type, &b->leaves.data[1 + k]->type)) l->image[b->leaves.data[1 + k]->id] = m;
    }
    for (int i = 0; i < b->nodes.len; i++)
        if (!l->image[i]) l->image[i] = counterpart(l, b->nodes.data[i]);
}

/* ---- stacks of states -------------------------------------------------------------------------------------------- */
enum { SMALL = 64 };

/* The state whose values before each step part k of a loop is, or -1. */
static int64_t stacked_state(const node *scan, int64_t k) {
    const graph *b = scan->body;
    for (int64_t i = 0; k >= states(scan) && i < states(scan); i++)
        if (b->results.data[k].value == b->leaves.data[1 + i] && b->results.data[i].value != b->leaves.data[1 + i])
            return i;
    return -1;
}

static bool reads_next(const reuse *r, const node *scan, int64_t state) {
    return collects(r, scan, scan->body->results.data[state].value) >= 0;
}

/* Large states are collected as they become, not as they were. */
static void collect_large_states(reuse *r, const node *part) {
    const node *scan = part->args[0];
    int64_t i = stacked_state(scan, attr_int(part, 0));
    if (i < 0 || keep_of(scan).kind > KEEP_ALL || type_count(&scan->args[i]->type) <= SMALL || reads_next(r, scan, i))
        return;
    vec_push(r->mem, &r->loops[scan->id].collected, scan->body->results.data[i].value);
}

static node *first_row(graph *g, node *start, const origin *from) {
    int64_t shape[MAX_RANK] = {1};
    for (int k = 0; k < start->type.rank; k++) shape[k + 1] = start->type.shape[k];
    return g_reshape(g, start, start->type.rank + 1, shape, from);
}

static node *rows_of(graph *g, node *stack, int64_t from_row, int64_t rows, const origin *from) {
    int64_t start[MAX_RANK] = {from_row}, step[MAX_RANK], count[MAX_RANK];
    for (int k = 0; k < stack->type.rank; k++) {
        step[k] = 1;
        count[k] = k ? stack->type.shape[k] : rows;
    }
    attr at[3] = {{stack->type.rank, start}, {stack->type.rank, step}, {stack->type.rank, count}};
    return graph_op(g, OP_slice, &stack, 1, at, 3, from);
}

static node *new_part(graph *g, node *scan, int64_t k, const origin *from) {
    return graph_op(g, OP_part, &scan, 1, &(attr){1, &k}, 1, from);
}

/* Part k of a loop in the new graph; by another stack where that is at hand. */
static node *rebuilt_part(const reuse *r, graph *g, const node *old, node *scan) {
    const node *was = old->args[0];
    int64_t k = attr_int(old, 0), i = stacked_state(was, k), trip = attr_int(was, SCAN_TRIP), axis = 0;
    bool reverse = attr_int(was, SCAN_FLAGS) & SCAN_REVERSE, kept = keep_of(was).kind > KEEP_ALL;
    if (k < states(was) && type_count(&old->type) > SMALL && !kept &&
        reads_next(r, was, k)) { /* the row written last */
        node *stack = new_part(g, scan, collects(r, was, was->body->results.data[k].value), old->from);
        node *row = rows_of(g, stack, reverse ? 0 : trip - 1, 1, old->from);
        return g_reshape(g, row, old->type.rank, old->type.shape, old->from);
    }
    if (i < 0 || kept || !reads_next(r, was, i)) return new_part(g, scan, k, old->from);
    node *first = first_row(g, scan->args[i], old->from);
    if (trip == 1) return first;
    node *stack = new_part(g, scan, collects(r, was, was->body->results.data[i].value), old->from);
    node *rest = rows_of(g, stack, reverse, trip - 1, old->from);
    node *both[2] = {reverse ? rest : first, reverse ? first : rest};
    return graph_op(g, OP_concat, both, 2, &(attr){1, &axis}, 1, old->from);
}

/* ---- rebuilding -------------------------------------------------------------------------------------------------- */
static node *rebuilt_scan(const reuse *r, graph *g, loop *l, node *const *args) {
    const node *s = l->scan;
    int64_t first = states(s), end = first + attr_int(s, SCAN_SLICES), more = 0;
    node **all = NEW_ARRAY(r->mem, node *, s->nargs + s->body->nodes.len + 1);
    memcpy(all, args, sizeof *all * (size_t)end);
    for (int i = 0; l->read && i < s->body->nodes.len; i++)
        if (l->read[i])
            all[end + more++] =
                new_part(g, r->loops[l->forward->id].made, collects(r, l->forward, l->image[i]), s->from);
    memcpy(all + end + more, args + end, sizeof *all * (size_t)(s->nargs - end));
    int64_t v[SCAN_NATTRS];
    attr at[SCAN_NATTRS];
    for (int k = 0; k < SCAN_NATTRS; k++) {
        v[k] = attr_int(s, k) + (k == SCAN_SLICES ? more : 0);
        at[k] = (attr){1, &v[k]};
    }
    graph *body = pass_reuse(g->mem, with_reads(r, l));
    return l->made = graph_scan(g, body, all, s->nargs + (int)more, at, SCAN_NATTRS, s->from);
}

static node *rebuilt(void *context, graph *g, const node *n, node *const *args) {
    const reuse *r = context;
    if (n->op == OP_scan) return rebuilt_scan(r, g, &r->loops[n->id], args);
    return n->op == OP_part ? rebuilt_part(r, g, n, args[0]) : NULL;
}

graph *pass_reuse(arena *a, const graph *g) {
    arena *scratch = arena_new("reusing");
    g = graph_prune(a, g);
    reuse r = {.mem = scratch, .graph = g, .loops = NEW_ARRAY(scratch, loop, g->nodes.len + 1)};
    for (int k = 0; k < g->nodes.len; k++)
        if (g->nodes.data[k]->op == OP_scan) r.loops[k].scan = g->nodes.data[k];
    for (int k = 0; k < g->nodes.len; k++)
        if (g->nodes.data[k]->op == OP_part) collect_large_states(&r, g->nodes.data[k]);
    for (int k = 0; k < g->nodes.len; k++) {
        loop *l = &r.loops[k];
        l->forward = l->scan ? forward_of(l->scan) : NULL;
        if (!l->forward) continue;
        find_images(&r, l);
        choose_reads(&r, l);
    }
    graph *out = graph_rebuild(a, g, rebuilt, &r);
    arena_free(scratch);
    return graph_prune(a, out);
}
