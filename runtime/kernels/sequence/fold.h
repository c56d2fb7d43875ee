/* fold.h: where a place beyond the ends of a signal lies on it. */
#ifndef DSPC_KERNELS_FOLD_H
#define DSPC_KERNELS_FOLD_H

#include "kernels/cpu.h"

/* The element of 0..N-1 that stands at place k of a signal of N elements continued without end:
 *   1 reflect    period 2N - 2, the edges stand once:   2 1 0 1 2 1 0
 *   2 edge       0 0 0 1 2 2 2
 *   3 wrap       period N:                              1 2 0 1 2 0 1
 *   4 symmetric  period 2N, the edges stand twice:      1 0 0 1 2 2 1 */
static inline ptrdiff_t fold(ptrdiff_t k, ptrdiff_t N, int mode) {
    if (mode == 2 || N == 1) return pd_clip(k, 0, N - 1);
    ptrdiff_t period = mode == 1 ? 2 * N - 2 : mode == 3 ? N : 2 * N, r = k % period;
    if (r < 0) r += period;
    if (r < N) return r;
    return mode == 1 ? period - r : period - 1 - r;
}

#endif
