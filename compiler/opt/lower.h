/* lower.h: private to the pass lower. */
#ifndef DSPC_LOWER_H
#define DSPC_LOWER_H

#include "opt/rewrite.h"

/* A convolution or correlation y[i] = sum of h[k] x[i + lo - k] or conj(h[k]) x[i + k - lo] over `dims` axes. */
typedef struct conv {
    graph *g;
    const origin *from;
    node *x, *h;
    type out;
    bool corr, complex;
    int dims;
    int64_t lo[2], n[2], nx[2], nh[2]; /* offsets; sizes of result, x and h along the axes */
    int family; /* how many of the graph have these three lengths: it and its adjoints, which share spectra */
} conv;

int64_t fast_length(int64_t n);                   /* the next 2^a 3^b 5^c 7^d */
int64_t conv_fft_length(const conv *c, int axis); /* enough for no alias to reach the result */
node *conv_by_fft(const conv *c);                 /* lower_fft.c: one transform of the whole */

/* Blocks (1-D): the short one of three sequences (h, or the result when both arguments are long) has `taps` places. */
typedef enum { BLOCKS_NONE, BLOCKS_SHORT_H, BLOCKS_SHORT_RESULT } blocks_kind;
blocks_kind conv_blocks_kind(const conv *c, int64_t *taps, int64_t *samples);
int64_t block_length(int64_t taps, int64_t samples);
node *conv_by_blocks(const conv *c); /* lower_blocks.c */

node *lower_op(const conv *c, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs);
node *lower_slice(const conv *c, node *x, int64_t start, int64_t count, int axis_from_last);
/* x[start .. start + count - 1] of the axis, zeros where that is outside. */
node *lower_window(const conv *c, node *x, int64_t start, int64_t count, int axis_from_last);
node *lower_scale(const conv *c, node *x, double by);

#endif
