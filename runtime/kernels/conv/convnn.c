/* Multi-channel 2-D correlation and its two transposes, as matrix products whose right factor is never stored whole:
 * panels of it are gathered from the image, with zeros outside, just before they are used (panel_template.h).
 *
 * With r = (p, q) a tap, s the stride, d the dilation, e the padding, u and v pixels of x and y (all along both axes):
 *
 *   convnn    y[o, v]         = sum over c, r of w[o, c, r] x[c, s v + d r - e]
 *   convnn_x  xbar[c, u]      = sum over o, r of conj(w[o, c, r]) y[o, (u + e - d r) / s]
 *   convnn_w  wbar[o, c, r]  += sum over v of y[o, v] conj(x[c, s v + d r - e])
 *
 * In convnn_x only pixels that the stride divides count. Groups of channels are separate products. */
#include <string.h>

#define DSPC_TEMPLATE "kernels/conv/convnn_template.h"
#include "kernels/each_type.h"
