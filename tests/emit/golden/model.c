/* model.c: pipeline model, written by dspc test. Do not edit.
 * The contract stands in model.h. The adjoint of `y` is called y_bar, its tangent y_dot. */
#include "model.h"

#include <string.h>

int model_init(model *self, void *work, size_t bytes) {
    if (self == NULL) return DSPC_E_ARG;
    if (work == NULL || bytes < (size_t)MODEL_WORK_BYTES) return DSPC_E_WORK;
    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;
    self->work = (double *)work;
    return DSPC_OK;
}

void model_free(model *self) {
    if (self == NULL) return;
    self->work = NULL;
}

int model_forward(model *self, const model_in *in, const model_params *p, model_out *out) {
    if (self == NULL || in == NULL || p == NULL || out == NULL) return DSPC_E_ARG;
    const double *const features = in->features; /* real[6, 40] */
    const int32_t *const label = in->label; /* int[6, 1] */
    const double *const W = p->W; /* real[10, 40] */
    const double *const b = p->b; /* real[10] */
    if (features == NULL || label == NULL || W == NULL || b == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    double *const matmul = work; /* real[6, 10] */
    dspc_matmul_f64(matmul, features, W, 6, 40, 10, 0, 1);

    double *const logits = out->logits != NULL ? out->logits : work + 64; /* real[6, 10] */
    double *const reduce_max = work + 128; /* real[6] */
    for (int i = 0; i < 6; i++) {
        double reduce_max_acc_best = -INFINITY;
        for (int j = 0; j < 10; j++) {
            const double logits_v = matmul[10 * i + j] + b[j];
            logits[10 * i + j] = logits_v;
            reduce_max_acc_best = logits_v > reduce_max_acc_best ? logits_v : reduce_max_acc_best;
        }
        reduce_max[i] = reduce_max_acc_best;
    }

    double *const sum = work; /* real[6] */
    for (int i = 0; i < 6; i++) {
        const double reduce_max_v = reduce_max[i];
        double sum_acc_sum = 0.0;
        for (int j = 0; j < 10; j++)
            sum_acc_sum += dspc_exp_f64(logits[10 * i + j] - reduce_max_v);
        sum[i] = sum_acc_sum;
    }

    double *const gather = work + 8; /* real[6, 1] */
    for (int i = 0; i < 6; i++) {
        dspc_gather_f64(gather + i, logits + 10 * i, label + i, 10, 1);
    }

    double sum_2 = 0.0;
    for (int i = 0; i < 6; i++)
        sum_2 += dspc_log_f64(sum[i]) + reduce_max[i] - gather[i];

    out->loss = sum_2;
    return DSPC_OK;
}

/* ---- metadata for loaders ---- */
static const long shape_0[] = {6, 40};
static const long shape_1[] = {6, 1};
static const long shape_2[] = {10, 40};
static const long shape_3[] = {10};
static const long shape_4[] = {6, 10};
static const dspc_port ports[] = {
    {"features", DSPC_INPUT, DSPC_REAL, 2, shape_0, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"label", DSPC_INPUT, DSPC_INT, 2, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"W", DSPC_PARAM, DSPC_REAL, 2, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"b", DSPC_PARAM, DSPC_REAL, 1, shape_3, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"logits", DSPC_OUTPUT, DSPC_REAL, 2, shape_4, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"loss", DSPC_LOSS, DSPC_REAL, 0, NULL, 0.0, 0.0, 0.0, 0, NULL, 0},
};

static int module_init(void *self, void *work, size_t bytes) {
    return model_init((model *)self, work, bytes);
}

static void module_free(void *self) {
    model_free((model *)self);
}

static model_in module_in(const void *const *at) {
    return (model_in){(const double *)at[0], (const int32_t *)at[1]};
}

static model_params module_params(const void *const *at) {
    return (model_params){(const double *)at[0], (const double *)at[1]};
}

static int module_forward(void *self, const void *const *in, const void *const *params, void *const *out) {
    const model_in in_struct = module_in(in);
    const model_params params_struct = module_params(params);
    model_out out_struct = {(double *)out[0], 0};
    const int status = model_forward((model *)self, &in_struct, &params_struct, &out_struct);
    if (out[1] != NULL) *(double *)out[1] = out_struct.loss;
    return status;
}

const dspc_module *model_module(void) {
    static const dspc_module module = {
        DSPC_ABI, "model", "test", 64, sizeof(model), MODEL_WORK_BYTES, 6, ports,
        module_init, module_free, module_forward, NULL, NULL, NULL, NULL
    };
    return &module;
}
