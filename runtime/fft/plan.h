/* plan.h: what a plan holds; private to runtime/fft. */
#ifndef DSPC_FFT_PLAN_H
#define DSPC_FFT_PLAN_H

#include <dspc.h>

struct dspc_plan {
    int kind, precision, rank;
    int n[3]; /* of the real (or complex) array */
    ptrdiff_t howmany;
    size_t real_total, half_total; /* elements of the whole batch: of the array, of its half spectrum */
    void *aligned, *unaligned;     /* FFTW plans of the precision */
    void *scratch;                 /* memory the transform may destroy, or NULL */
};

/* Held while FFTW plans or its wisdom changes. */
void dspc_planner_lock(void);
void dspc_planner_unlock(void);

#endif
