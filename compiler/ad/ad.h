/* ad.h: derivative graphs, by linearise and transpose.
 *
 * linearise walks the graph once and makes each node's tangent from the tangents of its arguments; transpose walks the
 * tangent part backwards and makes cotangents. (A. Radul, A. Paszke, R. Frostig, M. Johnson, D. Maclaurin, "You Only
 * Linearize Once", POPL 2023.)
 *     gradient = transpose(linearise(f)),   HVP = linearise(gradient).
 * Inner product <a, b> = Re(sum conj(a) b): the gradient to a complex z is dL/dRe + i dL/dIm.
 *
 * Requires: a verified forward graph. Maintains: types; leaves keep their order. Gives new graphs; the forward graph stays. */
#ifndef DSPC_AD_H
#define DSPC_AD_H

#include "sema/sema.h"

typedef enum { FN_FORWARD, FN_GRADIENT, FN_JVP, FN_VJP, FN_HVP, FN_COUNT } fn_kind;

const char *fn_kind_name(fn_kind k); /* "forward", "gradient", ... */

/* The derivatives that the program itself asks for, by grad(), vjp(), jvp(), jacobian(), become ordinary nodes. False (NULL)
 * after an error. ad_build does it where it has not been done. */
bool ad_expand(session *s, program *p);
const graph *ad_expand_graph(session *s, const graph *g);

/* The graph of one function of the pipeline. Differentiated are all params, and the inputs named in `wrt`.
 *   FN_GRADIENT  outputs, loss, OUT_GRAD per leaf
 *   FN_JVP       outputs, loss, OUT_TANGENT "y" for each output and the loss; seeds "<leaf>_dot"
 *   FN_VJP       outputs, loss, OUT_GRAD per leaf; seeds "<output>_bar" for each output and the loss
 *   FN_HVP       outputs, loss, OUT_GRAD per leaf, OUT_TANGENT per leaf (Hessian times seed); seeds "<leaf>_dot"
 * NULL after an error (reported). Warnings about gradients that are structurally zero are given once, for FN_GRADIENT. */
graph *ad_build(session *s, const program *p, fn_kind kind, const char *const *wrt, int nwrt);

/* Writes the gradients to complex leaves as dL/dz = conj(dL/dx + i dL/dy) / 2; with `tangents` their tangents too (HVP). */
void ad_wirtinger(graph *g, bool tangents);

/* ---- the two halves, for tests and for the rules of custom nodes ------------------------------------------------------------ */
typedef struct seeding { /* a leaf of the graph and the node that stands for its tangent */
    node *leaf;
    node *tangent;
} seeding;

/* Appends to g the tangents of `targets`, given those of some leaves; NULL: structurally zero. False after an error. */
bool ad_linearise(session *s, graph *g, const seeding *seeds, int nseeds, node *const *targets, int ntargets,
                  node **tangents);
/* g holds `roots` that are linear in `wrt` (all else held fixed). Appends the cotangents of wrt, given those of the roots
 * (either may be NULL: zero). */
bool ad_transpose(session *s, graph *g, node *const *roots, node *const *cotangents, int nroots, node *const *wrt,
                  int nwrt, node **out);

#endif
