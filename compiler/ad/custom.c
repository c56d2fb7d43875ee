/* custom.c: nodes with a rule of the user's own.
 *
 * A rule gives, for fixed arguments, the linear map dy -> (dx, dh, ...): the transpose of the derivative. Its transpose
 * therefore is the tangent: y_dot = sum over arguments of R_k^T x_k_dot. Transposing that again, as the gradient does,
 * gives the rule back; so one rule serves every mode. */
#include "ad/internal.h"

bool custom_tangent(ad *w, node *n, node **tan) {
    const graph *rule = n->rule;
    int nargs = n->nargs;
    /* the rule's leaves: the arguments, y, dy; dy is a placeholder that the transpose removes */
    node **leaf = NEW_ARRAY(w->a, node *, rule->leaves.len), **dx = NEW_ARRAY(w->a, node *, rule->results.len + 1);
    for (int k = 0; k < nargs; k++) { leaf[k] = n->args[k]; }
    leaf[nargs] = n;
    node *dy = graph_leaf(w->g, "dy", ROLE_NONE, n->type, n->from);
    w->g->leaves.len--; /* not a leaf of the pipeline: gone again once the rule is transposed */
    leaf[nargs + 1] = dy;
    graph_inline(w->g, rule, leaf, dx);
    node **roots = NEW_ARRAY(w->a, node *, nargs), **cts = NEW_ARRAY(w->a, node *, nargs);
    for (int k = 0; k < nargs; k++) {
        roots[k] = dx[k];
        cts[k] = tan[n->args[k]->id];
    }
    node *t = NULL;
    if (!ad_transpose(w->s, w->g, roots, cts, nargs, &dy, 1, &t)) { return false; }
    tan[n->id] = t;
    return true;
}
