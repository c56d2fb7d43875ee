/* spectral.h: pipeline spectral, written by dspc test. Do not edit.
 *
 * Use       spectral_init once; then the functions as often as needed; then spectral_free.
 * Memory    the caller gives SPECTRAL_WORK_BYTES bytes, aligned to 64, which stay in use until spectral_free; nothing is
 *           allocated while computing (FFT plans are made in _init).
 * Arrays    double, row-major, complex numbers as pairs re, im. Inputs and params are only read; results must not
 *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is not computed,
 *           unless it is the only result.
 * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what they mean).
 * Threads   reentrant: two instances may run on two threads. */
#ifndef SPECTRAL_H_DSPC
#define SPECTRAL_H_DSPC

#include <dspc.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* All the memory it will ever need, exactly. */
enum { SPECTRAL_WORK_BYTES = 6656 };

typedef struct spectral { /* private */
    double *work;
    dspc_plan *plan[1];
} spectral;

/* Inputs. */
typedef struct spectral_in {
    const double *x; /* real[2, 96] @ 16000Hz */
} spectral_in;

/* Parameters. */
typedef struct spectral_params {
    const double *w; /* complex[5], interleaved re, im */
} spectral_params;

/* Outputs and loss. */
typedef struct spectral_out {
    double *spectrum; /* complex[2, 23, 5], interleaved re, im */
    double *bands; /* real[2, 5] */
    double *level; /* real[2, 23] */
    double *total; /* complex, interleaved re, im */
} spectral_out;

int spectral_init(spectral *self, void *work, size_t bytes);
/* Computes the outputs and the loss. */
int spectral_forward(spectral *self, const spectral_in *in, const spectral_params *p, spectral_out *out);
void spectral_free(spectral *self);
/* Names, roles, shapes, ranges, entry points: for loaders. */
const dspc_module *spectral_module(void);

#if defined(__cplusplus)
}
#endif

#endif
