/* smooth.c: pipeline smooth, written by dspc test. Do not edit.
 * The contract stands in smooth.h. The adjoint of `y` is called y_bar, its tangent y_dot. */
#include "smooth.h"

#include <string.h>

/* The sum of the lanes of an accumulator, in pairs. */
static double sum_lanes(const double a[8]) {
    double b[4];
    for (int k = 0; k < 4; k++) b[k] = a[k] + a[k + 4];
    return (b[0] + b[2]) + (b[1] + b[3]);
}

int smooth_init(smooth *self, void *work, size_t bytes) {
    if (self == NULL) return DSPC_E_ARG;
    if (work == NULL || bytes < (size_t)SMOOTH_WORK_BYTES) return DSPC_E_WORK;
    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;
    self->work = (double *)work;
    return DSPC_OK;
}

void smooth_free(smooth *self) {
    if (self == NULL) return;
    self->work = NULL;
}

int smooth_forward(smooth *self, const smooth_in *in, const smooth_params *p, smooth_out *out) {
    if (self == NULL || in == NULL || p == NULL || out == NULL) return DSPC_E_ARG;
    const double *const y = in->y; /* real[1000] @ 8000Hz */
    const double *const d = in->d; /* real[1000] @ 8000Hz */
    const double *const gain = p->gain; /* real */
    if (y == NULL || d == NULL || gain == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    double *const z = out->z != NULL ? out->z : work; /* real[1000] */
    const double gain_v = gain[0];
    double sum_sum[8] = {0.0};
    for (int i0 = 0; i0 < 1000; i0 += 8)
        for (int lane = 0; lane < 8; lane++) {
            const int i = i0 + lane;
            const double z_v = tanh(gain_v * y[i]);
            const double e = z_v - d[i];
            z[i] = z_v;
            sum_sum[lane] += e * e;
        }
    const double sum = sum_lanes(sum_sum);

    out->loss = 0.001 * sum;
    return DSPC_OK;
}

int smooth_gradient(smooth *self, const smooth_in *in, const smooth_params *p, smooth_out *out, smooth_grad *g) {
    if (self == NULL || in == NULL || p == NULL || out == NULL || g == NULL) return DSPC_E_ARG;
    const double *const y = in->y; /* real[1000] @ 8000Hz */
    const double *const d = in->d; /* real[1000] @ 8000Hz */
    const double *const gain = p->gain; /* real */
    if (y == NULL || d == NULL || gain == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    double *const z = out->z != NULL ? out->z : work; /* real[1000] */
    const double gain_v = gain[0];
    double sum_sum[8] = {0.0};
    double gain_bar_sum[8] = {0.0};
    for (int i0 = 0; i0 < 1000; i0 += 8)
        for (int lane = 0; lane < 8; lane++) {
            const int i = i0 + lane;
            const double z_v = tanh(gain_v * y[i]);
            const double e = z_v - d[i];
            z[i] = z_v;
            sum_sum[lane] += e * e;
            gain_bar_sum[lane] += 0.002 * e * (1.0 - z_v * z_v) * y[i];
        }
    const double sum = sum_lanes(sum_sum);
    const double gain_bar = sum_lanes(gain_bar_sum);

    out->loss = 0.001 * sum;
    if (g->gain != NULL) g->gain[0] = gain_bar;
    return DSPC_OK;
}

/* ---- metadata for loaders ---- */
static const long shape_0[] = {1000};
static const dspc_port ports[] = {
    {"y", DSPC_INPUT, DSPC_REAL, 1, shape_0, 8000.0, 0.0, 0.0, 0, NULL, 0},
    {"d", DSPC_INPUT, DSPC_REAL, 1, shape_0, 8000.0, 0.0, 0.0, 0, NULL, 0},
    {"gain", DSPC_PARAM, DSPC_REAL, 0, NULL, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"z", DSPC_OUTPUT, DSPC_REAL, 1, shape_0, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"loss", DSPC_LOSS, DSPC_REAL, 0, NULL, 0.0, 0.0, 0.0, 0, NULL, 0},
};

static int module_init(void *self, void *work, size_t bytes) {
    return smooth_init((smooth *)self, work, bytes);
}

static void module_free(void *self) {
    smooth_free((smooth *)self);
}

static smooth_in module_in(const void *const *at) {
    return (smooth_in){(const double *)at[0], (const double *)at[1]};
}

static smooth_params module_params(const void *const *at) {
    return (smooth_params){(const double *)at[0]};
}

static int module_forward(void *self, const void *const *in, const void *const *params, void *const *out) {
    const smooth_in in_struct = module_in(in);
    const smooth_params params_struct = module_params(params);
    smooth_out out_struct = {(double *)out[0], 0};
    const int status = smooth_forward((smooth *)self, &in_struct, &params_struct, &out_struct);
    if (out[1] != NULL) *(double *)out[1] = out_struct.loss;
    return status;
}

static int module_gradient(void *self, const void *const *in, const void *const *params, void *const *out,
        void *const *grad) {
    const smooth_in in_struct = module_in(in);
    const smooth_params params_struct = module_params(params);
    smooth_out out_struct = {(double *)out[0], 0};
    smooth_grad grad_struct = {(double *)grad[0]};
    const int status = smooth_gradient((smooth *)self, &in_struct, &params_struct, &out_struct, &grad_struct);
    if (out[1] != NULL) *(double *)out[1] = out_struct.loss;
    return status;
}

const dspc_module *smooth_module(void) {
    static const dspc_module module = {
        DSPC_ABI, "smooth", "test", 64, sizeof(smooth), SMOOTH_WORK_BYTES, 5, ports,
        module_init, module_free, module_forward, module_gradient, NULL, NULL, NULL
    };
    return &module;
}
