/* reuse_choose.c: which values of the forward loop are worth keeping. */
#include "opt/reuse.h"

#include <stdlib.h>

#include "ir/optable.h"

static const double WORTH = 6;        /* operations per element from which on it is better stored and loaded again */
static const int64_t MOST = 48 << 20; /* bytes of all values that are kept so */

static bool moves(const node *n) {
    op_kind k = op_info(n->op)->kind;
    return k == K_VIEW || k == K_LEAF;
}

/* Operations of one node, roughly. */
static double work(const node *n) {
    const op_row *row = op_info(n->op);
    double count = (double)type_count(&n->type), in = count;
    for (int k = 0; k < n->nargs; k++)
        if ((double)type_count(&n->args[k]->type) > in) in = (double)type_count(&n->args[k]->type);
    if (moves(n)) return 0;
    if (n->op == OP_matmul_) {
        const type *a = &n->args[0]->type;
        return 2 * count * (double)a->shape[a->rank - (attr_int(n, 0) ? 2 : 1)];
    }
    if (row->kind == K_KERNEL) return 10 * in;
    return in * (row->flops ? strtod(row->flops, NULL) : 1) * (n->type.dt == T_COMPLEX ? 3 : 1);
}

/* Operations to compute n again; each node is counted once. */
static double again(const loop *b, const node *n, bool *seen) {
    if (seen[n->id] || b->read[n->id]) return 0;
    seen[n->id] = true;
    double sum = work(n);
    for (int k = 0; k < n->nargs; k++) sum += again(b, n->args[k], seen);
    return sum;
}

/* Primal values that the rest of the body reads; through views, what they are views of. */
static void want(const loop *b, const node *n, bool *wanted) {
    if (!b->image[n->id] || wanted[n->id]) return;
    wanted[n->id] = true;
    for (int k = 0; moves(n) && k < n->nargs; k++) want(b, n->args[k], wanted);
}

static bool *find_wanted(const reuse *r, const loop *b) {
    const graph *g = b->scan->body;
    bool *wanted = NEW_ARRAY(r->mem, bool, g->nodes.len + 1);
    for (int i = 0; i < g->nodes.len; i++)
        for (int k = 0; !b->image[i] && k < g->nodes.data[i]->nargs; k++) want(b, g->nodes.data[i]->args[k], wanted);
    for (int k = 0; k < g->results.len; k++) want(b, g->results.data[k].value, wanted);
    return wanted;
}

/* The next value of a state is at hand when the state is collected anyway. */
static bool at_hand(const reuse *r, const loop *b, const node *image) {
    return collects(r, b->forward, image) >= 0;
}

static bool worth(const reuse *r, const loop *b, const node *n, bool there) {
    bool *seen = NEW_ARRAY(r->mem, bool, b->scan->body->nodes.len + 1);
    double count = (double)type_count(&n->type) * (n->type.dt == T_COMPLEX ? 2 : 1);
    return again(b, n, seen) >= (there ? 2 : WORTH) * count;
}

static void choose(reuse *r, loop *b) {
    const graph *g = b->scan->body;
    loop *f = &r->loops[b->forward->id];
    bool *wanted = find_wanted(r, b);
    int64_t bytes = 0, trip = attr_int(b->scan, SCAN_TRIP);
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (!wanted[i] || !b->image[i] || moves(n) || n->type.dt == T_INT || n->type.rank == MAX_RANK) continue;
        bool there = at_hand(r, b, b->image[i]);
        int64_t more = there ? 0 : type_count(&n->type) * (n->type.dt == T_COMPLEX ? 16 : 8) * trip;
        if (!worth(r, b, n, there) || bytes + more > MOST) continue;
        b->read[i] = true;
        bytes += more;
        if (!there) vec_push(r->mem, &f->collected, b->image[i]);
    }
}

/* Does the body, as chosen, still read a state that the forward loop would have to keep? */
static bool reads_states(const reuse *r, const loop *b) {
    const graph *g = b->scan->body;
    bool *seen = NEW_ARRAY(r->mem, bool, g->nodes.len + 1);
    for (int k = 0; k < g->results.len; k++) seen[g->results.data[k].value->id] = true;
    for (int i = g->nodes.len - 1; i >= 0; i--) {
        const node *n = g->nodes.data[i], *m = b->image[i];
        for (int k = 0; seen[i] && !b->read[i] && k < n->nargs; k++) seen[n->args[k]->id] = true;
        if (!seen[i] || n->op != OP_leaf || !m) continue;
        for (int64_t k = 0; k < attr_int(b->forward, SCAN_STATES); k++)
            if (m == b->forward->body->leaves.data[1 + k]) return true;
    }
    return false;
}

/* Where states are kept at some steps only, the loop is left as it is, unless no state need be kept at all. */
void choose_reads(reuse *r, loop *b) {
    loop *f = &r->loops[b->forward->id];
    int before = f->collected.len;
    choose(r, b);
    if (keep_of(b->forward).kind <= KEEP_ALL || !reads_states(r, b)) return;
    f->collected.len = before;
    for (int i = 0; i < b->scan->body->nodes.len; i++) b->read[i] = false;
}

graph *with_reads(const reuse *r, const loop *b) {
    const graph *old = b->scan->body;
    graph *g = graph_new(r->graph->mem, old->ops, old->name);
    node **map = NEW_ARRAY(r->mem, node *, old->nodes.len + 1);
    int64_t end = 1 + attr_int(b->scan, SCAN_STATES) + attr_int(b->scan, SCAN_SLICES);
    for (int k = 0; k < end; k++) {
        const node *l = old->leaves.data[k];
        map[l->id] = graph_leaf(g, l->name, l->role, l->type, l->from);
    }
    for (int i = 0; b->read && i < old->nodes.len; i++) {
        const node *n = old->nodes.data[i];
        if (!b->read[i]) continue;
        const char *name = n->name ? n->name : op_info(n->op)->name;
        for (bool taken = true; taken;) {
            taken = graph_index_of_leaf(g, name) >= 0;
            for (int k = 0; k < old->leaves.len && !taken; k++) taken = graph_index_of_leaf(old, name) >= 0;
            if (taken) name = arena_printf(g->mem, "%s_", name);
        }
        map[i] = graph_leaf(g, name, ROLE_NONE, n->type, n->from);
    }
    for (int k = (int)end; k < old->leaves.len; k++) {
        const node *l = old->leaves.data[k];
        map[l->id] = graph_leaf(g, l->name, l->role, l->type, l->from);
    }
    for (int i = 0; i < old->nodes.len; i++) {
        const node *n = old->nodes.data[i];
        if (map[i]) continue;
        node **args = NEW_ARRAY(r->mem, node *, n->nargs + 1);
        for (int k = 0; k < n->nargs; k++) args[k] = map[n->args[k]->id];
        map[i] = graph_copy_node(g, n, args);
    }
    for (int k = 0; k < old->results.len; k++) {
        const result *x = &old->results.data[k];
        graph_result(g, x->kind, x->name, map[x->value->id]);
    }
    for (int k = 0; k < b->collected.len; k++) {
        const node *v = b->collected.data[k];
        graph_result(g, OUT_RESULT, v->name ? v->name : op_info(v->op)->name, map[v->id]);
    }
    return graph_prune(g->mem, g);
}
