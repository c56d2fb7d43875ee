/* wavelet.h: the filters of the discrete wavelets: haar, db1-20, sym2-20, coif1-5, and the biorthogonal splines bior and
 * rbio. The numbers in wavelet_taps.c are computed by wavelet_taps.py. */
#ifndef DSPC_SEMA_WAVELET_H
#define DSPC_SEMA_WAVELET_H

#include "sema/builtins.h"

typedef struct wavelet_entry {
    const char *name;
    int taps, at; /* length of each filter, place of the first number in wavelet_taps */
    bool
        two_sets; /* biorthogonal: the decomposition low-pass, then the reconstruction low-pass; else only the latter */
} wavelet_entry;

extern const double wavelet_taps[];
extern const wavelet_entry wavelet_index[];
extern const int wavelet_count;

builtin_fn do_wavelet_filters;

#endif
