/* rewrite.h: private to opt: walks a graph in order and builds another, node by node. */
#ifndef DSPC_REWRITE_H
#define DSPC_REWRITE_H

#include "opt/opt.h"

/* What stands for `old` in dst, given its arguments there; NULL: a plain copy. uses[id] tells how often a node of the
 * graph that old is in is read (by nodes that are needed, and by results). */
typedef node *rewrite_rule(void *context, graph *dst, const node *old, node *const *args, const int *uses);

/* Rebuilds g by the rule, nested graphs too. *changed (may be NULL) becomes true when the rule gave anything. */
graph *rewrite(arena *a, const graph *g, rewrite_rule *rule, void *context, bool *changed);

#endif
