/* rewrite.c: the walk that all passes share.
 * Requires: a verified graph. Maintains: leaves, results, names, origins, guards. Breaks: node numbers. */
#include "opt/rewrite.h"

#include "ir/optable.h"

typedef struct walk {
    graph *dst;
    rewrite_rule *rule;
    void *context;
    bool *changed;
    arena *scratch;
    node **map;
    int *uses;
} walk;

static graph *rewrite_nested(walk *w, const graph *g) {
    return g ? rewrite(w->dst->mem, g, w->rule, w->context, w->changed) : NULL;
}

/* The copy of a scan or custom whose nested graphs are rebuilt too. */
static node *copy_nested(walk *w, const node *n, node *const *args) {
    node shell = *n;
    shell.body = rewrite_nested(w, n->body);
    shell.rule = rewrite_nested(w, n->rule);
    return graph_copy_node(w->dst, &shell, args);
}

static node *image(walk *w, const node *n) {
    node **args = NEW_ARRAY(w->scratch, node *, n->nargs + 1);
    for (int k = 0; k < n->nargs; k++) args[k] = w->map[n->args[k]->id];
    node *m = w->rule(w->context, w->dst, n, args, w->uses);
    if (!m) return n->body ? copy_nested(w, n, args) : graph_copy_node(w->dst, n, args);
    if (w->changed) *w->changed = true;
    if (!same_type(&m->type, &n->type)) die(4, "internal error: rewriting %s changed its type", op_info(n->op)->name);
    if (n->name && m->op != OP_leaf && m->op != OP_constant) graph_name(m, n->name);
    m->guarded |= n->guarded;
    return m;
}

/* How often each node is read; 0: not needed. Leaves are always needed. */
static void count_uses(const graph *g, int *uses) {
    for (int k = 0; k < g->results.len; k++)
        if (g->results.data[k].value) uses[g->results.data[k].value->id]++;
    for (int k = g->nodes.len - 1; k >= 0; k--)
        for (int i = 0; uses[k] > 0 && i < g->nodes.data[k]->nargs; i++) uses[g->nodes.data[k]->args[i]->id]++;
}

graph *rewrite(arena *a, const graph *g, rewrite_rule *rule, void *context, bool *changed) {
    arena *scratch = arena_new("rewriting");
    walk w = {
        .dst = graph_new(a, g->ops, g->name), .rule = rule, .context = context, .changed = changed, .scratch = scratch};
    w.map = NEW_ARRAY(scratch, node *, g->nodes.len + 1);
    w.uses = NEW_ARRAY(scratch, int, g->nodes.len + 1);
    count_uses(g, w.uses);
    for (int k = 0; k < g->nodes.len; k++) {
        const node *n = g->nodes.data[k];
        if (w.uses[k] == 0 && n->op != OP_leaf) continue;
        w.map[k] = n->op == OP_leaf ? graph_copy_node(w.dst, n, NULL) : image(&w, n);
    }
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        graph_result(w.dst, r->kind, r->name, r->value ? w.map[r->value->id] : NULL);
    }
    arena_free(scratch);
    return w.dst;
}
