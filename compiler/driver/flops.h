/* flops.h: what a node costs, by the text of its row. */
#ifndef DSPC_FLOPS_H
#define DSPC_FLOPS_H

#include "sema/sema.h"

/* Floating-point operations of one evaluation of n; 0 for what moves no numbers. Complex arithmetic counts four
 * times. */
double node_flops(arena *a, session *s, const node *n);
double graph_flops(arena *a, session *s, const graph *g);

#endif
