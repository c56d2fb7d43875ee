/* transpose.c: cotangents, one walk backwards over the linear part of a graph.
 * Requires: `roots` are linear in `wrt`: every node between them is linear in its arguments that depend on wrt, and only
 * in one of them at a time unless its row is `joint`. linearise makes nothing else.
 * Maintains: a cotangent has the type of its node. What the linear part reads of the rest is what the gradient keeps. */
#include "ad/internal.h"

#include <string.h>

const char *bar_name(ad *w, const char *dot) {
    size_t n = strlen(dot);
    if (n > 4 && strcmp(dot + n - 4, "_dot") == 0) { n -= 4; }
    return arena_printf(w->a, "%.*s_bar", (int)n, dot);
}

void cotangent_add(ad *w, node **ct, const bool *linear, const node *to, node *share, const origin *from) {
    if (!linear[to->id]) { return; }
    share = g_coerce(w->g, share, to->type, from);
    if (to->type.dt == T_COMPLEX) { share = g_to_complex(w->g, share, from); }
    share = g_broadcast(w->g, share, to->type, from); /* a scalar zero of `where` */
    ct[to->id] = g_add_opt(w, ct[to->id], share, from);
    if (to->name) { graph_name(ct[to->id], bar_name(w, to->name)); }
}

/* Each part of a concat gets back its own piece. */
static void concat_transpose(ad *w, node *n, const bool *linear, node **ct) {
    int axis = (int)attr_int(n, 0), r = n->type.rank;
    int64_t at = 0;
    for (int k = 0; k < n->nargs; k++) {
        node *a = n->args[k];
        if (linear[a->id]) {
            int64_t start[MAX_RANK] = {0}, step[MAX_RANK];
            for (int i = 0; i < r; i++) { step[i] = 1; }
            start[axis] = at;
            attr at3[3] = {{r, start}, {r, step}, {r, a->type.shape}};
            cotangent_add(w, ct, linear, a, graph_op(w->g, OP_slice, &ct[n->id], 1, at3, 3, n->from), n->from);
        }
        at += a->type.shape[axis];
    }
}

static bool transpose_node(ad *w, node *n, const bool *linear, node **ct) {
    const op_row *row = op_info(n->op);
    if (n->op == OP_concat) {
        concat_transpose(w, n, linear, ct);
        return true;
    }
    if (n->op == OP_part) {
        node *scan = n->args[0];
        node ***of = &w->part_cts[scan->id];
        if (!*of) { *of = NEW_ARRAY(w->a, node *, scan->body->results.len + 1); }
        (*of)[attr_int(n, 0)] = ct[n->id];
        ct[scan->id] = ct[n->id]; /* something arrives: scan_transpose looks at the parts */
        return true;
    }
    if (n->op == OP_scan) { return scan_transpose(w, n, linear, ct); }
    for (int k = 0; k < n->nargs; k++) {
        node *a = n->args[k];
        if (!linear[a->id]) { continue; }
        if (k >= OP_MAX_ARGS || !row->adj[k]) {
            die(4, "internal error: %s is not linear in argument %d, or has no adjoint", row->name, k);
        }
        rule_name bar = {"y_", ct[n->id]};
        cotangent_add(w, ct, linear, a, sema_expand_rule(w->s, w->g, n, row->adj[k], &bar, 1), n->from);
    }
    return true;
}

bool ad_transpose(session *s, graph *g, node *const *roots, node *const *cotangents, int nroots, node *const *wrt,
                  int nwrt, node **out) {
    ad w = ad_new(s, g);
    int count = g->nodes.len;
    bool *linear = NEW_ARRAY(w.a, bool, count + 1);
    w.part_cts = NEW_ARRAY(w.a, node **, count + 1);
    node **ct = NEW_ARRAY(w.a, node *, count + 1);
    for (int i = 0; i < nwrt; i++) { linear[wrt[i]->id] = true; }
    for (int i = 0; i < count; i++) {
        const node *n = g->nodes.data[i];
        for (int k = 0; k < n->nargs; k++) { linear[i] |= linear[n->args[k]->id]; }
    }
    for (int i = 0; i < nroots; i++) {
        if (roots[i] && cotangents[i] && linear[roots[i]->id]) {
            ct[roots[i]->id] = g_add_opt(&w, ct[roots[i]->id], cotangents[i], roots[i]->from);
        }
    }
    for (int i = count - 1; i >= 0; i--) {
        node *n = g->nodes.data[i];
        if (linear[i] && ct[i] && n->op != OP_leaf && !transpose_node(&w, n, linear, ct)) { return false; }
    }
    for (int i = 0; i < nwrt; i++) { out[i] = ct[wrt[i]->id]; }
    return true;
}
