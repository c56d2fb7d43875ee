/* strips.h: pipeline strips, written by dspc test. Do not edit.
 *
 * Use       strips_init once; then the functions as often as needed; then strips_free.
 * Memory    the caller gives STRIPS_WORK_BYTES bytes, aligned to 64, which stay in use until strips_free; nothing is
 *           allocated while computing (FFT plans are made in _init).
 * Arrays    double, row-major, complex numbers as pairs re, im. Inputs and params are only read; results must not
 *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is not computed,
 *           unless it is the only result.
 * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what they mean).
 * Threads   reentrant: two instances may run on two threads. */
#ifndef STRIPS_H_DSPC
#define STRIPS_H_DSPC

#include <dspc.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* All the memory it will ever need, exactly. */
enum { STRIPS_WORK_BYTES = 754864 };

typedef struct strips { /* private */
    double *work;
    dspc_plan *plan[1];
} strips;

/* Inputs. */
typedef struct strips_in {
    const double *x; /* real[6, 9000] @ 8000Hz */
} strips_in;

/* Parameters. */
typedef struct strips_params {
    const double *window; /* real[32] */
} strips_params;

/* Outputs and loss. */
typedef struct strips_out {
    double *bands; /* real[6, 17] */
    double *running; /* real[6] */
    double loss; /* real, by value */
} strips_out;

int strips_init(strips *self, void *work, size_t bytes);
/* Computes the outputs and the loss. */
int strips_forward(strips *self, const strips_in *in, const strips_params *p, strips_out *out);
void strips_free(strips *self);
/* Names, roles, shapes, ranges, entry points: for loaders. */
const dspc_module *strips_module(void);

#if defined(__cplusplus)
}
#endif

#endif
