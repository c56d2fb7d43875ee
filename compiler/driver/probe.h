/* probe.h: a pipeline that counts: how many elements on the way stand somewhere in particular. The counting is written as graph
 * nodes, so that it is compiled with the pipeline and sees its values. */
#ifndef DSPC_PROBE_H
#define DSPC_PROBE_H

#include "driver/compile.h"

/* True (1) for the elements to count, as nodes added to g; NULL: nothing to count at n. */
typedef node *probe_condition(graph *g, const node *n);

typedef struct probe_list { /* what is counted: outputs probe_0, probe_1, ... of the new pipeline */
    VEC(const node *) at;
} probe_list;

/* p with one output per node that `condition` finds something to count at, and nothing else; NULL: there is none. The new nodes
 * are added to p's graph, so derive from p first. */
program *probe_program(job *j, const program *p, probe_condition *condition, probe_list *list);

node *probe_two(graph *g, op_id op, node *a, node *b); /* op(a, b) */
node *probe_less(graph *g, node *a, double v);         /* a < v */
node *probe_more(graph *g, node *a, double v);         /* v < a */

#endif
