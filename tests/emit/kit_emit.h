/* kit_emit.h: emits the C of graphs, compiles it strictly, runs it and compares it with the reference evaluator. */
#ifndef TESTS_KIT_EMIT_H
#define TESTS_KIT_EMIT_H

#include "emit/emit.h"

typedef struct emit_case {
    const char *name; /* of the pipeline */
    int nfns;
    const char *kind[5]; /* "forward", ... */
    const graph *graph[5];
} emit_case;

typedef struct emit_text {
    char *c, *h;
    size_t work_bytes;
} emit_text;

/* A pipeline whose leaves are those of the first graph. */
program *program_of(arena *a, const char *name, const graph *g);
emit_text emit_text_of(arena *a, const emit_case *c, int precision);
/* Compiles with `cc` and flags (strict warnings are errors), loads, runs every function on random values between
 * canaries, and compares results with the evaluator's. NULL, or what is wrong. Values must agree to `tolerance` of 1
 * + the largest. */
const char *emit_run(arena *a, const emit_case *c, int precision, const char *cc, const char *flags, double tolerance);
/* Runs a shell command; true when it succeeds. Its output is in *log when it does not. */
bool shell(arena *a, const char *command, const char **log);
const char *test_folder(arena *a); /* a fresh temporary folder */

#endif
