/* plan.h: what a plan holds; private to runtime/fft. */
#ifndef DSPC_FFT_PLAN_H
#define DSPC_FFT_PLAN_H

#include <dspc.h>

struct dspc_plan {
    int kind, precision, rank;
    int overwrite; /* the argument may be destroyed */
    int n[3];      /* of the real (or complex) array */
    ptrdiff_t howmany;
    size_t real_total, half_total; /* elements of the whole batch: of the array, of its half spectrum */
    void *aligned, *unaligned;     /* FFTW plans of the whole batch */
    void *scratch;                 /* memory of the plan's own, or NULL */
    /* or, for real transforms row by row: */
    void *row;           /* FFTW plan for one row, from one half of scratch to the other */
    size_t scratch_half; /* where the second half begins, in reals */
    void *table;         /* of half_template.h, or NULL */
    void
        *columns[2]; /* FFTW plans over the axes before the last, for aligned and other arrays; NULL in one dimension */
    void *plane;     /* memory for one half spectrum, for the way back */
};

/* Held while FFTW plans or its wisdom changes. */
void dspc_planner_lock(void);
void dspc_planner_unlock(void);

#endif
