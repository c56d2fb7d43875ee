/* opt.h: graph to graph: the same results for less work.
 *
 * Every pass takes a verified graph and makes another one in the arena given; the old graph is left as it is, but the
 * new one may share constants and nested graphs with it, so it must live as long. Leaves keep their order, results
 * theirs. */
#ifndef DSPC_OPT_H
#define DSPC_OPT_H

#include "ir/graph.h"

typedef enum { CONV_BY_COST, CONV_DIRECT, CONV_FFT, CONV_BLOCKS } conv_choice;

typedef struct opt_options {
    bool keep_operators; /* no lowering: convolutions stay one operator */
    conv_choice conv;    /* how to lower convolutions; by cost unless a test says otherwise */
} opt_options;

/* All passes in their order. options NULL: the defaults. check_each: verify after each pass; a fault ends the
 * command. */
graph *opt_run(arena *a, const graph *g, const opt_options *options, bool check_each);

typedef graph *opt_pass(arena *a, const graph *g);
opt_pass pass_inline_custom; /* custom nodes become their bodies, stop_gradient its argument: after differentiation */
opt_pass pass_fold;          /* operators on constants become constants */
opt_pass pass_simplify;      /* algebra */
opt_pass pass_trim_scan;     /* loops carry, read and collect only what is used */
opt_pass pass_hoist_scan;    /* what is the same in every step of a loop is computed before it */
opt_pass pass_merge_scan;    /* a loop that reads what another collects, step by step, becomes one with it */
opt_pass pass_gather_scan;   /* what is made of a loop's signals element by element is computed in the loop */
opt_pass pass_dce;           /* what no result needs goes; equal nodes are one */
opt_pass pass_lower;         /* convolutions become direct kernels, FFTs or blocks of FFTs by cost */
opt_pass pass_reuse;         /* backward loops read what forward ones computed, where that is less work */
opt_pass pass_split_states;  /* array states that are taken apart and put together become scalars */
opt_pass pass_small;         /* in loops, products and triangles of small matrices become sums and quotients */
graph *pass_lower_as(arena *a, const graph *g, conv_choice how);

/* The pass of that name ("simplify"), or NULL. */
opt_pass *opt_pass_by_name(const char *name);

#endif
