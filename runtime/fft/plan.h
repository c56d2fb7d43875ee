/* plan.h: what a plan holds; private to runtime/fft. */
#ifndef DSPC_FFT_PLAN_H
#define DSPC_FFT_PLAN_H

#include <dspc.h>

struct dspc_plan {
    int kind, precision, rank;
    int n[3]; /* of the real (or complex) array */
    ptrdiff_t howmany;
    size_t real_total, half_total; /* elements of the whole batch: of the array, of its half spectrum */
    void *aligned, *unaligned;     /* FFTW plans of the whole batch */
    void *row;             /* or an FFTW plan for one transform of the batch, from one half of scratch to the other */
    void *scratch, *table; /* memory of the plan's own, or NULL */
    size_t scratch_half;   /* where the second half begins, in reals */
};

/* Held while FFTW plans or its wisdom changes. */
void dspc_planner_lock(void);
void dspc_planner_unlock(void);

#endif
