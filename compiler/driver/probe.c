/* probe.c: see probe.h. */
#include "driver/probe.h"

node *probe_two(graph *g, op_id op, node *a, node *b) {
    node *args[] = {a, b};
    return graph_op(g, op, args, 2, NULL, 0, NULL);
}

node *probe_less(graph *g, node *a, double v) {
    return probe_two(g, OP_lt, a, graph_scalar(g, v, NULL));
}

node *probe_more(graph *g, node *a, double v) {
    return probe_two(g, OP_lt, graph_scalar(g, v, NULL), a);
}

static node *count_true(graph *g, node *c) {
    node *x = graph_op(g, OP_to_real, &c, 1, NULL, 0, NULL);
    int64_t axes[MAX_RANK];
    for (int k = 0; k < x->type.rank; k++) axes[k] = k;
    return x->type.rank ? g_sum_axes(g, x, axes, x->type.rank, false, NULL) : x;
}

static bool *needed_nodes(arena *a, const graph *g) {
    bool *needed = NEW_ARRAY(a, bool, g->nodes.len + 1);
    for (int i = 0; i < g->results.len; i++)
        if (g->results.data[i].value) needed[g->results.data[i].value->id] = true;
    for (int i = g->nodes.len - 1; i >= 0; i--)
        for (int k = 0; needed[i] && k < g->nodes.data[i]->nargs; k++) needed[g->nodes.data[i]->args[k]->id] = true;
    return needed;
}

program *probe_program(job *j, const program *p, probe_condition *condition, probe_list *list) {
    bool *needed = needed_nodes(j->a, p->forward);
    int nodes = p->forward->nodes.len;
    program *q = NEW(j->a, program);
    *q = *p;
    q->name = arena_printf(j->a, "%s_probe", p->name);
    q->nlosses = 0;
    q->forward = NEW(j->a, graph);
    *q->forward = *p->forward;
    q->forward->results.data = NULL;
    q->forward->results.len = q->forward->results.cap = 0;
    graph *g = q->forward; /* the new nodes go here: the pipeline's own list does not grow */
    for (int i = 0; i < nodes; i++) {
        const node *n = g->nodes.data[i];
        node *where = needed[i] ? condition(g, n) : NULL;
        if (!where) continue;
        graph_result(g, OUT_OUTPUT, arena_printf(j->a, "probe_%d", list->at.len), count_true(g, where));
        vec_push(j->a, &list->at, n);
    }
    return list->at.len ? q : NULL;
}
