/* border.h: pipeline border, written by dspc test. Do not edit.
 *
 * Use       border_init once; then the functions as often as needed; then border_free.
 * Memory    the caller gives BORDER_WORK_BYTES bytes, aligned to 64, which stay in use until border_free; nothing is
 *           allocated while computing.
 * Arrays    double, row-major, complex numbers as pairs re, im. Inputs and params are only read; results must not
 *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is not computed,
 *           unless it is the only result.
 * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what they mean).
 * Threads   reentrant: two instances may run on two threads. */
#ifndef BORDER_H_DSPC
#define BORDER_H_DSPC

#include <dspc.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* All the memory it will ever need, exactly. */
enum { BORDER_WORK_BYTES = 48 };

typedef struct border { /* private */
    double *work;
} border;

/* Inputs. */
typedef struct border_in {
    const double *picture; /* real[12, 17] */
    const int32_t *class_; /* int[12] */
} border_in;

/* Parameters. */
typedef struct border_params {
    char none; /* there are none: pass NULL */
} border_params;

/* Outputs and loss. */
typedef struct border_out {
    double *across; /* real[14, 20] */
    double *flat; /* real[408] */
    double *spread; /* real[23, 25] */
    int32_t *chosen; /* int[12] */
} border_out;

int border_init(border *self, void *work, size_t bytes);
/* Computes the outputs and the loss. */
int border_forward(border *self, const border_in *in, const border_params *p, border_out *out);
void border_free(border *self);
/* Names, roles, shapes, ranges, entry points: for loaders. */
const dspc_module *border_module(void);

#if defined(__cplusplus)
}
#endif

#endif
