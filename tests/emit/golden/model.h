/* model.h: pipeline model, written by dspc test. Do not edit.
 *
 * Use       model_init once; then the functions as often as needed; then model_free.
 * Memory    the caller gives MODEL_WORK_BYTES bytes, aligned to 64, which stay in use until model_free; nothing is
 *           allocated while computing.
 * Arrays    double, row-major, complex numbers as pairs re, im. Inputs and params are only read; results must not
 *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is not computed,
 *           unless it is the only result.
 * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what they mean).
 * Threads   reentrant: two instances may run on two threads. */
#ifndef MODEL_H_DSPC
#define MODEL_H_DSPC

#include <dspc.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* All the memory it will ever need, exactly. */
enum { MODEL_WORK_BYTES = 1072 };

typedef struct model { /* private */
    double *work;
} model;

/* Inputs. */
typedef struct model_in {
    const double *features; /* real[6, 40] */
    const int32_t *label; /* int[6, 1] */
} model_in;

/* Parameters. */
typedef struct model_params {
    const double *W; /* real[10, 40] */
    const double *b; /* real[10] */
} model_params;

/* Outputs and loss. */
typedef struct model_out {
    double *logits; /* real[6, 10] */
    double loss; /* real, by value */
} model_out;

int model_init(model *self, void *work, size_t bytes);
/* Computes the outputs and the loss. */
int model_forward(model *self, const model_in *in, const model_params *p, model_out *out);
void model_free(model *self);
/* Names, roles, shapes, ranges, entry points: for loaders. */
const dspc_module *model_module(void);

#if defined(__cplusplus)
}
#endif

#endif
