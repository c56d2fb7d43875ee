/* eval.h: the reference evaluator: what every operator means, in double precision.
 *
 * Each operator is computed by its defining formula (a DFT is the sum, a solve is elimination), never by the runtime's
 * kernels: slow, plain, and the oracle that generated C is compared with. sema and opt fold constants with it.
 * Requires: a verified graph. Changes nothing in it. */
#ifndef DSPC_EVAL_H
#define DSPC_EVAL_H

#include "ir/graph.h"

/* An array value: row-major, complex interleaved re, im; ints exact in double. */
typedef struct tensor {
    type type;
    double *v;
    const struct tensor *parts; /* the value of a scan: its results, in the order of `part`; NULL for everything else */
    int nparts;
} tensor;

tensor tensor_new(arena *a, type t);                /* zeros */
tensor tensor_of_constant(arena *a, const node *n); /* the value of a constant node, splats written out */
size_t tensor_doubles(const type *t);               /* numbers stored: count, twice that when complex */

/* The value of one operator from the values of its arguments; its type is that of the node. False with the reason in *why
 * (a leaf, an operator without an evaluator: internal errors). A leaf has no value here; a constant has. */
bool eval_node(arena *a, const node *n, const tensor *const *args, tensor *out, const char **why);
/* The results of a graph, in order, from the values of its leaves, in order. A result without a node (a gradient that is
 * structurally zero) gets v = NULL. */
bool eval_graph(arena *a, const graph *g, const tensor *const *leaves, tensor *results);
/* As eval_graph; *why tells what failed. */
bool eval_graph_why(arena *a, const graph *g, const tensor *const *leaves, tensor *results, const char **why);

/* True when n can be replaced by a constant: it has arguments, all of them constant (for `part`: those of its loop). */
bool eval_fold(const node *n);
/* The constant that n, for which eval_fold holds, is worth; made in g. A value that is the same everywhere is a splat. */
node *eval_to_constant(graph *g, const node *n);
/* About how many multiplications eval_node spends on n: for passes that fold only what is cheap enough. */
double eval_cost(const node *n);

/* True when the operator has an evaluator (leaf has none by nature): for the test that walks the table. */
bool eval_has(op_id op);

#endif
