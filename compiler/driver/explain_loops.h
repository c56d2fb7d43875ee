/* explain_loops.h: what the gradient of each loop keeps and repeats. */
#ifndef DSPC_EXPLAIN_LOOPS_H
#define DSPC_EXPLAIN_LOOPS_H

#include "plan/plan.h"
#include "sema/sema.h"

typedef struct loop_note { /* one loop that runs backwards */
    int line, depth;       /* depth: loops around it */
    int64_t trip;
    int64_t slots, every; /* slots 0: all states are kept; every 0: by the binomial schedule */
    double bytes;         /* of what is kept */
    double again;         /* steps that run again, for each time it runs */
    double flops;         /* of all those, each time */
} loop_note;

typedef struct loop_notes {
    loop_note *data;
    int len, cap;
} loop_notes;

void find_loops(arena *a, session *s, const plan *gradient, loop_notes *out);
void table_loops(arena *a, strbuf *b, const loop_notes *l);
void json_loops(strbuf *b, const loop_notes *l);

#endif
