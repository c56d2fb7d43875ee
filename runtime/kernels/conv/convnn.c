/* Multi-channel 2-D correlation and its two transposes, as matrix products whose right factor is never stored whole: panels of
 * it are gathered from the image, with zeros outside, just before they are used (panel_template.h).
 *
 *   convnn    y[o, pixel]      = sum over (c, p, q)  of w[o, (c,p,q)]        x[c, pixel * stride + (p,q) * dilation - padding]
 *   convnn_x  xbar[c, pixel]   = sum over (o, p, q)  of conj(w[o, c, (p,q)]) y[o, (pixel + padding - (p,q) * dilation) / stride]
 *   convnn_w  wbar[o, (c,p,q)] = sum over pixels of y of y[o, pixel]         conj(x[c, pixel * stride + (p,q) * dilation - padding])
 *
 * In convnn_x only pixels that the stride divides count. Groups of channels are separate products. */
#include <string.h>

#define DSPC_TEMPLATE "kernels/conv/convnn_template.h"
#include "kernels/each_type.h"
