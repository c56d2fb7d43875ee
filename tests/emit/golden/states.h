/* states.h: pipeline states, written by dspc test. Do not edit.
 *
 * Use       states_init once; then the functions as often as needed; then states_free.
 * Memory    the caller gives STATES_WORK_BYTES bytes, aligned to 64, which stay in use until states_free; nothing is
 *           allocated while computing.
 * Arrays    double, row-major, complex numbers as pairs re, im. Inputs and params are only read; results must not
 *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is not computed,
 *           unless it is the only result.
 * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what they mean).
 * Threads   reentrant: two instances may run on two threads. */
#ifndef STATES_H_DSPC
#define STATES_H_DSPC

#include <dspc.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* All the memory it will ever need, exactly. */
enum { STATES_WORK_BYTES = 9016 };

typedef struct states { /* private */
    double *work;
} states;

/* Inputs. */
typedef struct states_in {
    const double *x; /* real[7] */
    const double *first; /* real[1] */
    const double *v0; /* real[100] */
} states_in;

/* Parameters. */
typedef struct states_params {
    const double *w0; /* real[100] */
} states_params;

/* Outputs and loss. */
typedef struct states_out {
    double *y; /* real[7] */
    double *vs; /* real[7, 100] */
    double *w; /* real[100] */
    double *u; /* real[100] */
    double *v; /* real[100] */
} states_out;

int states_init(states *self, void *work, size_t bytes);
/* Computes the outputs and the loss. */
int states_forward(states *self, const states_in *in, const states_params *p, states_out *out);
void states_free(states *self);
/* Names, roles, shapes, ranges, entry points: for loaders. */
const dspc_module *states_module(void);

#if defined(__cplusplus)
}
#endif

#endif
