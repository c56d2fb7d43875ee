/* kit_native.h: the C of many pipelines at once: emitted, compiled in one go, loaded, run, compared with the evaluator. */
#ifndef TESTS_KIT_NATIVE_H
#define TESTS_KIT_NATIVE_H

#include "kit_derive.h"

typedef struct native_dot { /* one side of the dot test */
    double product, aa, bb;
} native_dot;

typedef struct native_item {
    derive_job *job; /* the pipeline, its leaves' values and directions */
    graph *fn[FN_COUNT];        /* as ad made them; NULL: not built */
    graph *optimised[FN_COUNT]; /* the same functions after opt */
    const char *prefix;
    bool forward_only;
    int precision;  /* 64, or 32: leaves' values are rounded to float when prepared */
    double limit;   /* of the difference between C and evaluator, over 1 + the largest size; 0: 1e-8 */
    double dot_limit; /* of the dot test on what the C returns, relative to the norms; 0: none */
    double dot;       /* what it was */
    native_dot left, right;
    bool unstable;  /* differs, but so does the evaluator when every value in it moves by 1e-13: a jump is near */
    char why[400];  /* empty: agrees */
} native_item;

/* Builds and optimises the functions of an item; compares the evaluator on both. False with the reason in `why`. */
bool native_prepare(native_item *it);
/* Compiles the items that are right so far with `cc` and `flags`, and compares the C with the evaluator. */
void native_run(arena *a, native_item *items, int n, const char *cc, const char *flags);

#endif
