/* kit_native.h: the C of many pipelines at once: emitted, compiled in one go, loaded, run, compared with the evaluator. */
#ifndef TESTS_KIT_NATIVE_H
#define TESTS_KIT_NATIVE_H

#include "kit_derive.h"

typedef struct native_item {
    derive_job *job; /* the pipeline, its leaves' values and directions */
    graph *fn[FN_COUNT];        /* as ad made them; NULL: not built */
    graph *optimised[FN_COUNT]; /* the same functions after opt */
    const char *prefix;
    size_t work_bytes;
    bool unstable;  /* differs, but so does the evaluator when its inputs move by 1e-12: a jump is near */
    char why[400];  /* empty: agrees */
} native_item;

/* Builds and optimises the functions of an item; compares the evaluator on both. False with the reason in `why`. */
bool native_prepare(native_item *it);
/* Compiles the items that are right so far with `cc` and `flags`, and compares the C (f64) with the evaluator. */
void native_run(arena *a, native_item *items, int n, const char *cc, const char *flags);

#endif
