/* copy.c: carrying nodes from one graph to another. */
#include <string.h>

#include "ir/graph.h"
#include "ir/optable.h"

static node *copy_node(graph *dst, const node *n, node *const *args, bool share) {
    graph *body = n->body && !share ? graph_copy(dst->mem, n->body) : n->body;
    graph *rule = n->rule && !share ? graph_copy(dst->mem, n->rule) : n->rule;
    node *c;
    switch (n->op) {
    case OP_leaf: c = graph_leaf(dst, n->name, n->role, n->type, n->from); break;
    case OP_constant:
        c = share ? graph_same_constant(dst, n)
                  : graph_constant(dst, n->type, n->konst->value, n->konst->splat, n->from);
        break;
    case OP_scan: c = graph_scan(dst, body, args, n->nargs, n->attrs, n->nattrs, n->from); break;
    case OP_custom: c = graph_custom(dst, body, rule, n->surrogate, args, n->nargs, n->from); break;
    default: c = graph_node(dst, n->op, n->type, args, n->nargs, n->attrs, n->nattrs, n->from);
    }
    if (n->name) graph_name(c, n->name);
    c->guarded |= n->guarded;
    c->rule_at = n->rule_at;
    c->kept_states = n->kept_states;
    return c;
}

node *graph_copy_node(graph *dst, const node *n, node *const *args) {
    return copy_node(dst, n, args, true);
}

/* needed[id] is set for every node the results reach. */
static bool *needed_nodes(const graph *g, arena *a) {
    bool *needed = NEW_ARRAY(a, bool, g->nodes.len + 1);
    for (int k = 0; k < g->results.len; k++)
        if (g->results.data[k].value) needed[g->results.data[k].value->id] = true;
    for (int k = g->nodes.len - 1; k >= 0; k--) {
        const node *n = g->nodes.data[k];
        if (!needed[k]) continue;
        for (int i = 0; i < n->nargs; i++) needed[n->args[i]->id] = true;
    }
    return needed;
}

/* Copies what is needed in order; at entry map[] holds the images of the leaves. Within an arena memory is shared. */
static void copy_needed(graph *dst, const graph *src, const bool *needed, node **map, arena *scratch) {
    for (int k = 0; k < src->nodes.len; k++) {
        const node *n = src->nodes.data[k];
        if (!needed[k] || map[k]) continue;
        node **args = NEW_ARRAY(scratch, node *, n->nargs + 1);
        for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]->id];
        map[k] = copy_node(dst, n, args, dst->mem == src->mem);
    }
}

void graph_inline(graph *dst, const graph *src, node *const *leaf_map, node **results) {
    arena *scratch = arena_new("inlining");
    bool *needed = needed_nodes(src, scratch);
    node **map = NEW_ARRAY(scratch, node *, src->nodes.len + 1);
    for (int k = 0; k < src->leaves.len; k++) {
        int id = src->leaves.data[k]->id;
        map[id] = leaf_map[k];
        if (!leaf_map[k] && needed[id])
            die(4, "internal error: leaf %s of %s is not bound", src->leaves.data[k]->name, src->name);
    }
    copy_needed(dst, src, needed, map, scratch);
    for (int k = 0; k < src->results.len; k++) {
        const node *v = src->results.data[k].value;
        results[k] = v ? map[v->id] : NULL;
    }
    arena_free(scratch);
}

graph *graph_rebuild(arena *a, const graph *g, graph_replacement *by, void *context) {
    arena *scratch = arena_new("rebuilding");
    graph *out = graph_new(a, g->ops, g->name);
    node **map = NEW_ARRAY(scratch, node *, g->nodes.len + 1);
    for (int k = 0; k < g->leaves.len; k++) map[g->leaves.data[k]->id] = graph_copy_node(out, g->leaves.data[k], NULL);
    for (int k = 0; k < g->nodes.len; k++) {
        const node *n = g->nodes.data[k];
        if (map[k] || n->op == OP_leaf) continue; /* a leaf that is not listed is a placeholder that nothing reads */
        node **args = NEW_ARRAY(scratch, node *, n->nargs + 1);
        for (int i = 0; i < n->nargs; i++) args[i] = map[n->args[i]->id];
        node *m = by(context, out, n, args);
        map[k] = m ? m : graph_copy_node(out, n, args);
        if (!m) continue;
        if (n->name && m->op != OP_leaf && m->op != OP_constant) graph_name(m, n->name);
        m->guarded |= n->guarded;
    }
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        graph_result(out, r->kind, r->name, r->value ? map[r->value->id] : NULL);
    }
    arena_free(scratch);
    return out;
}

graph *graph_prune(arena *a, const graph *g) {
    arena *scratch = arena_new("pruning");
    graph *out = graph_new(a, g->ops, g->name);
    bool *needed = needed_nodes(g, scratch);
    node **map = NEW_ARRAY(scratch, node *, g->nodes.len + 1);
    for (int k = 0; k < g->leaves.len; k++) needed[g->leaves.data[k]->id] = true;
    copy_needed(out, g, needed, map, scratch);
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        graph_result(out, r->kind, r->name, r->value ? map[r->value->id] : NULL);
    }
    arena_free(scratch);
    return out;
}

graph *graph_copy(arena *a, const graph *g) {
    return graph_prune(a, g);
}
