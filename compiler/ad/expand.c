/* expand.c: derivatives that the program itself asks for: grad(), vjp(), jvp().
 *
 * sema writes them as nodes vjp_(y, w, x) and jvp_(y, x, v), which say what is wanted: the cotangent of x that belongs to the
 * cotangent w of y, and the tangent of y along v, all that does not depend on x held fixed. Here each becomes the nodes that
 * compute it, by the same linearise and transpose as the gradient of a pipeline; what comes out are ordinary nodes, to be
 * differentiated again.
 *
 * Requires: a graph as sema made it. Maintains: leaves, results, values. Afterwards there is no vjp_ or jvp_ node. Loops
 * that are differentiated collect their states from then on. */
#include "ad/internal.h"

#include <string.h>

static bool is_wanted(const node *n) {
    return n->op == OP_vjp_ || n->op == OP_jvp_;
}

static bool asks(const graph *g) {
    for (int i = 0; g && i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (is_wanted(n) || asks(n->body) || asks(n->rule)) { return true; }
    }
    return false;
}

/* The argument to differentiate with respect to. */
static const node *variable_of(const node *n) {
    return n->op == OP_vjp_ ? n->args[2] : n->args[1];
}

/* Marks the nodes that depend on `from`, itself included. */
static bool *dependents(const graph *g, const node *from) {
    bool *on = NEW_ARRAY(g->mem, bool, g->nodes.len + 1);
    on[from->id] = true;
    for (int i = from->id + 1; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        for (int k = 0; k < n->nargs; k++) { on[i] |= on[n->args[k]->id]; }
    }
    return on;
}

/* Marks the loops between the variable and the value of any wanted derivative: they have to keep their states. */
static bool *loops_to_keep(const graph *g) {
    bool *keep = NEW_ARRAY(g->mem, bool, g->nodes.len + 1);
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (!is_wanted(n)) { continue; }
        bool *on = dependents(g, variable_of(n)), *needed = NEW_ARRAY(g->mem, bool, g->nodes.len + 1);
        needed[n->args[0]->id] = true;
        for (int j = n->args[0]->id; j >= 0; j--) {
            const node *m = g->nodes.data[j];
            for (int k = 0; needed[j] && k < m->nargs; k++) { needed[m->args[k]->id] = true; }
            keep[j] |= needed[j] && on[j] && m->op == OP_scan;
        }
    }
    return keep;
}

static bool independent(session *s, const graph *g, const node *n) {
    const node *x = variable_of(n);
    const char *why = ad_why_zero(g->mem, g, x, n->args[0]), *none = "it was not computed from this value";
    report_from(session_diags(s), DIAG_no_dependence, n->from, x->name ? x->name : "its variable",
                why                    ? why
                : x->op == OP_constant ? "it is a constant"
                                       : none);
    if (!why) {
        report_help(session_diags(s), "compute it from the very name that it is differentiated with respect to");
    }
    return false;
}

/* ---- one request ------------------------------------------------------------------------------------------------------------ */
static bool expand_jvp(session *s, const graph *g, graph *out, const node *n, node **map) {
    seeding seed = {map[n->args[1]->id], map[n->args[2]->id]};
    node *y = map[n->args[0]->id], *t = NULL;
    if (!ad_linearise(s, out, &seed, 1, &y, 1, &t)) { return false; }
    if (!t) { return independent(s, g, n); }
    map[n->id] = t;
    return true;
}

/* Requests for the same y and w whose variables do not depend on each other share one walk. */
static int companions(const graph *g, const node *n, node *const *map, const node **out) {
    int count = 0;
    out[count++] = n;
    for (int i = n->id + 1; i < g->nodes.len; i++) {
        const node *m = g->nodes.data[i];
        bool same = m->op == OP_vjp_ && m->args[0] == n->args[0] && m->args[1] == n->args[1];
        if (!same || !map[m->args[2]->id]) { continue; }
        bool apart = true;
        for (int k = 0; k < count && apart; k++) {
            const node *a = out[k]->args[2], *b = m->args[2];
            apart = !dependents(g, a)[b->id] && !dependents(g, b)[a->id];
        }
        if (apart) { out[count++] = m; }
    }
    return count;
}

static bool expand_vjp(session *s, const graph *g, graph *out, const node *n, node **map) {
    const node **all = NEW_ARRAY(g->mem, const node *, g->nodes.len + 1);
    int count = companions(g, n, map, all), leaves = out->leaves.len;
    seeding *seeds = NEW_ARRAY(g->mem, seeding, count);
    node **dot = NEW_ARRAY(g->mem, node *, count), **bar = NEW_ARRAY(g->mem, node *, count);
    for (int i = 0; i < count; i++) {
        node *x = map[all[i]->args[2]->id];
        dot[i] = graph_leaf(out, arena_printf(g->mem, "%s_dot", x->name ? x->name : "x"), ROLE_NONE, x->type, n->from);
        seeds[i] = (seeding){x, dot[i]};
    }
    out->leaves.len = leaves; /* placeholders: gone once the tangent is transposed */
    node *y = map[n->args[0]->id], *w = map[n->args[1]->id], *t = NULL;
    if (!ad_linearise(s, out, seeds, count, &y, 1, &t) || !ad_transpose(s, out, &t, &w, 1, dot, count, bar)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!bar[i]) { return independent(s, g, all[i]); }
        map[all[i]->id] = bar[i];
    }
    return true;
}

/* ---- the graph --------------------------------------------------------------------------------------------------------------- */
static node *copy_nested(session *s, graph *out, const node *n, node *const *args, bool keep) {
    node old = *n;
    old.body = (graph *)ad_expand_graph(s, n->body);
    old.rule = n->rule ? (graph *)ad_expand_graph(s, n->rule) : NULL;
    if (!old.body || (n->rule && !old.rule)) { return NULL; }
    if (keep) { return ad_kept_scan(s, out, &old, args); }
    return graph_copy_node(out, &old, args);
}

const graph *ad_expand_graph(session *s, const graph *g) {
    if (!asks(g)) { return g; }
    graph *out = graph_new(g->mem, session_ops(s), g->name);
    node **map = NEW_ARRAY(g->mem, node *, g->nodes.len + 1);
    bool *keep = loops_to_keep(g);
    for (int i = 0; i < g->leaves.len; i++) {
        const node *l = g->leaves.data[i];
        map[l->id] = graph_leaf(out, l->name, l->role, l->type, l->from);
    }
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (map[i] || n->op == OP_leaf) { continue; }
        node **args = NEW_ARRAY(g->mem, node *, n->nargs + 1);
        for (int k = 0; k < n->nargs; k++) { args[k] = map[n->args[k]->id]; }
        if (is_wanted(n)) {
            if (!(n->op == OP_jvp_ ? expand_jvp : expand_vjp)(s, g, out, n, map)) { return NULL; }
            continue;
        }
        map[i] = n->body ? copy_nested(s, out, n, args, keep[i]) : graph_copy_node(out, n, args);
        if (!map[i]) { return NULL; }
    }
    for (int i = 0; i < g->results.len; i++) {
        const result *r = &g->results.data[i];
        graph_result(out, r->kind, r->name, r->value ? map[r->value->id] : NULL);
    }
    return graph_prune(g->mem, out); /* without the placeholders */
}

bool ad_expand(session *s, program *p) {
    const graph *g = ad_expand_graph(s, p->forward);
    if (g) { p->forward = (graph *)g; }
    return g != NULL;
}
