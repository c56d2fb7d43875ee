/* simplify.h: private to the pass simplify: its families of rules, and what they share. */
#ifndef DSPC_SIMPLIFY_H
#define DSPC_SIMPLIFY_H

#include "ir/optable.h"
#include "opt/rewrite.h"

/* The node being rewritten: the old one for type, attributes and origin, the new arguments, the graph they live in. */
typedef struct site {
    graph *g;
    const node *old;
    node *const *args;
    const int *uses; /* of the old graph's nodes */
} site;

node *simplify_arithmetic(const site *s); /* simplify_arith.c: sums, products, powers, complex parts, selection */
node *simplify_broadcast(const site *s);  /* simplify_view.c: point-wise operators on broadcast arguments */
node *simplify_view(const site *s);       /* simplify_view.c: compositions of views */
node *simplify_common(const site *s);     /* simplify_common.c: L(a) + L(b) = L(a + b) */
node *simplify_sum(const site *s);        /* simplify_sum.c: sum */
node *simplify_sign(const site *s);       /* simplify_sign.c: what is known to be positive needs no test */
node *simplify_matmul(const site *s);     /* simplify_matmul.c: transposes and stacks of matrix products */

/* ---- simplify.c ---- */
bool is_zero(const node *n);       /* constant 0 everywhere */
node *zero_like(const site *s);    /* zeros of the result type */
node *fit(const site *s, node *n); /* n widened and broadcast to the result type: for identities such as x + 0 */
node *fit_type(const site *s, node *n, const type *t);
node *make1(const site *s, op_id op, node *a);
node *make2(const site *s, op_id op, node *a, node *b);
node *make3(const site *s, op_id op, node *a, node *b, node *c);
node *make_scalar(const site *s, double x);
node *make_splat(const site *s, const constant *c, const type *t); /* the splat c spread over t */

#endif
