/* emit.h: C99 text from graphs.
 *
 * One call writes the .c and .h of a pipeline: forward function, derivatives, metadata. The text depends on the
 * graphs and the options only: the same input gives the same bytes. Its size does not depend on the length of the
 * signals, tables aside. */
#ifndef DSPC_EMIT_H
#define DSPC_EMIT_H

#include "plan/plan.h"

typedef struct emit_function {
    const char *kind; /* "forward", "gradient", "jvp", "vjp", "hvp" */
    const graph *graph;
} emit_function;

typedef struct emit_options {
    int precision;       /* 32 or 64 */
    const char *version; /* of the compiler, for the first line */
} emit_options;

/* What the driver wants to know of the program it has written. */
typedef struct emit_report {
    size_t work_bytes;
    int plans;
} emit_report;

/* The name functions and types of a pipeline start with: its own, unless that is a word of C or C++. */
const char *emit_prefix(arena *a, const char *pipeline);
void emit_program(arena *a, const program *prog, const emit_function *fns, int nfns, const emit_options *opt,
                  strbuf *c_text, strbuf *h_text, emit_report *report);
#endif
