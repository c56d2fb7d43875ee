/* reuse.h: private to opt: what a loop that runs backwards reads of the loop it belongs to. */
#ifndef DSPC_REUSE_H
#define DSPC_REUSE_H

#include "opt/opt.h"

typedef struct loop { /* of one scan of the graph */
    const node *scan;
    const node *forward; /* the loop whose values it can read, or NULL */
    const node **image;  /* by node of its body: the node of the forward body that has the same value at each step */
    bool *read;          /* by node of its body: its value is read instead of computed */
    VEC(const node *) collected; /* nodes of its body that become results too, for the loops that read them */
    node *made;                  /* the loop in the new graph */
} loop;

typedef struct reuse {
    arena *mem;
    const graph *graph;
    loop *loops; /* by node id */
    bool *used;  /* by node id: a part that something reads */
} reuse;

int64_t collects(const reuse *r, const node *scan, const node *value); /* the part that is its stack, or -1 */
void choose_reads(reuse *r, loop *b);                                  /* reuse_choose.c */
graph *with_reads(const reuse *r, const loop *b);                      /* the body rebuilt */
#endif
