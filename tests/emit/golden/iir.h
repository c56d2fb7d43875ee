/* iir.h: pipeline iir, written by dspc test. Do not edit.
 *
 * Use       iir_init once; then the functions as often as needed; then iir_free.
 * Memory    the caller gives IIR_WORK_BYTES bytes, aligned to 64, which stay in use until iir_free; nothing is
 *           allocated while computing.
 * Arrays    double, row-major, complex numbers as pairs re, im. Inputs and params are only read; results must not
 *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is not computed,
 *           unless it is the only result.
 * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what they mean).
 * Threads   reentrant: two instances may run on two threads. */
#ifndef IIR_H_DSPC
#define IIR_H_DSPC

#include <dspc.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* All the memory it will ever need, exactly. */
enum { IIR_WORK_BYTES = 3232 };

typedef struct iir { /* private */
    double *work;
} iir;

/* Inputs. */
typedef struct iir_in {
    const double *x; /* real[100] */
} iir_in;

/* Parameters. */
typedef struct iir_params {
    const double *b; /* real[2] */
    const double *a; /* real[2] */
} iir_params;

/* Outputs and loss. */
typedef struct iir_out {
    double *y; /* real[100] */
    double *hs; /* real[100, 3] */
    double *hlast; /* real[3] */
    double *ylast; /* real */
    double loss; /* real, by value */
} iir_out;

int iir_init(iir *self, void *work, size_t bytes);
/* Computes the outputs and the loss. */
int iir_forward(iir *self, const iir_in *in, const iir_params *p, iir_out *out);
void iir_free(iir *self);
/* Names, roles, shapes, ranges, entry points: for loaders. */
const dspc_module *iir_module(void);

#if defined(__cplusplus)
}
#endif

#endif
