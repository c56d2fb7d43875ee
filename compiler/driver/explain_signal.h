/* explain_signal.h: what `explain` says of a pipeline as a system in time: what each step reads of the signal, how far outputs look
 * ahead, where samples are left out. */
#ifndef DSPC_EXPLAIN_SIGNAL_H
#define DSPC_EXPLAIN_SIGNAL_H

#include "driver/compile.h"
#include "timeline/timeline.h"

/* "1024 (21.3 ms)", "all", "the past"; "-" for what does not read the signal. */
const char *reads_text(arena *a, const timeline *t, const node *n);
/* "512": samples from one element to the next along time; "-". */
const char *every_text(arena *a, const timeline *t, const node *n);
void table_signal(arena *a, strbuf *b, const timeline *t);
void json_signal(strbuf *b, const timeline *t);

/* explain_measure.c: compiles the pipeline and runs it at one point: group delay, saturation, params without a gradient. t is NULL
 * when there is no signal. Exit status. */
int table_measured(job *j, loaded *l, const program *p, const timeline *t, strbuf *b);

#endif
