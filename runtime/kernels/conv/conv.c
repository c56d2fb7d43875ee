/* Convolution and correlation in one and two dimensions.
 *
 *   conv: y[i] = sum over k of h[k] x[i + lo - k]        corr: y[i] = sum over k of conj(h[k]) x[i + k - lo]
 *
 * One dimension is the case of one row. Three ways, chosen by size in conv_template.h:
 *   plain  few products: loops over the taps outside, over the outputs inside
 *   wide   rows of outputs are long (filtering): a tile of outputs is held in registers while all taps pass
 *          (tile_template.h)
 *   dot    rows of outputs are short, taps many (the adjoint with respect to the taps): products are summed in vector
 *          lanes, several outputs at a time, from a packed piece of h (dot_template.h)
 *
 * Complex numbers need no shuffles: with h = a + ib, the sums of a x and b x run over the interleaved parts of x as
 * real vectors, and are combined at the end: y = (sum a x) + i (sum b x). Sums are broken into pieces of about a
 * thousand terms, which keeps rounding errors of long sums small. */
#include <string.h>

#define DSPC_TEMPLATE "kernels/conv/conv_template.h"
#include "kernels/each_type.h"
