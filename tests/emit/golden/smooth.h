/* smooth.h: pipeline smooth, written by dspc test. Do not edit.
 *
 * Use       smooth_init once; then the functions as often as needed; then smooth_free.
 * Memory    the caller gives SMOOTH_WORK_BYTES bytes, aligned to 64, which stay in use until smooth_free; nothing is
 *           allocated while computing.
 * Arrays    double, row-major, complex numbers as pairs re, im. Inputs and params are only read; results must not
 *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is not computed,
 *           unless it is the only result.
 * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what they mean).
 * Threads   reentrant: two instances may run on two threads. */
#ifndef SMOOTH_H_DSPC
#define SMOOTH_H_DSPC

#include <dspc.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* All the memory it will ever need, exactly. */
enum { SMOOTH_WORK_BYTES = 8000 };

typedef struct smooth { /* private */
    double *work;
} smooth;

/* Inputs. */
typedef struct smooth_in {
    const double *y; /* real[1000] @ 8000Hz */
    const double *d; /* real[1000] @ 8000Hz */
} smooth_in;

/* Parameters. */
typedef struct smooth_params {
    const double *gain; /* real */
} smooth_params;

/* Outputs and loss. */
typedef struct smooth_out {
    double *z; /* real[1000] */
    double loss; /* real, by value */
} smooth_out;

/* Gradient of the loss, complex: dL/dre + i dL/dim. */
typedef struct smooth_grad {
    double *gain; /* real */
} smooth_grad;

int smooth_init(smooth *self, void *work, size_t bytes);
/* Computes the outputs and the loss. */
int smooth_forward(smooth *self, const smooth_in *in, const smooth_params *p, smooth_out *out);
/* Computes the loss and its gradient; the forward values come for free. */
int smooth_gradient(smooth *self, const smooth_in *in, const smooth_params *p, smooth_out *out, smooth_grad *g);
void smooth_free(smooth *self);
/* Names, roles, shapes, ranges, entry points: for loaders. */
const dspc_module *smooth_module(void);

#if defined(__cplusplus)
}
#endif

#endif
