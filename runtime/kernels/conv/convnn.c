/* Multi-channel 2-D correlation and its two transposes, as matrix products whose right factor is never stored whole:
 * panels of it are gathered from the image, with zeros outside, just before they are used (panel_template.h).
 *
 * With r = (p, q) a tap, s the stride, d the dilation, e the padding, u and v pixels of x and y (all along both axes):
 *
 *   convnn    y[o, v]         = sum over c, r of w[o, c, r] x[c, s v + d r - e]
 *   convnn_x  xbar[c, u]      = sum over o, r of conj(w[o, c, r]) y[o, (u + e - d r) / s]
 *   convnn_w  wbar[o, c, r]  += sum over v of y[o, v] conj(x[c, s v + d r - e])
 *
 * In convnn_x only the places that the stride divides count. The pixels with one remainder by the stride (a phase) see
 * the same taps, every so many, and each of these an image shifted by whole pixels: each phase is a product of its own,
 * which multiplies no zeros. Groups of channels are separate products. */
#include <stddef.h>
#include <string.h>

/* Along one axis of convnn_x: the pixels first + i stride, 0 <= i < count, see the taps tap + t every, 0 <= t < taps,
 * at the place i + start - t back of y. */
typedef struct {
    ptrdiff_t first, stride, count, tap, every, taps, start, back;
} phase;

/* The phase of pixel u < s of n, for P taps: d p = u + e modulo s. */
static phase phase_of(ptrdiff_t u, ptrdiff_t n, ptrdiff_t P, ptrdiff_t s, ptrdiff_t d, ptrdiff_t e) {
    phase a = {.first = u, .stride = s, .count = (n - u + s - 1) / s, .every = 1};
    while (a.every * d % s != 0) a.every++;
    while (a.tap < a.every && (u + e - d * a.tap) % s != 0) a.tap++;
    if (a.tap == a.every || a.tap >= P) {
        a.tap = 0;
        return a; /* no tap */
    }
    a.taps = (P - a.tap + a.every - 1) / a.every;
    a.start = (u + e - d * a.tap) / s;
    a.back = a.every * d / s;
    return a;
}

#define DSPC_TEMPLATE "kernels/conv/convnn_template.h"
#include "kernels/each_type.h"
