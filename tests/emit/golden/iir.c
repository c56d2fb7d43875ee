/* iir.c: pipeline iir, written by dspc test. Do not edit.
 * The contract stands in iir.h. The adjoint of `y` is called y_bar, its tangent y_dot. */
#include "iir.h"

#include <string.h>

/* The sum of the lanes of an accumulator, in pairs. */
static double sum_many_lanes(const double a[16]) {
    double b[8], c[4];
    for (int k = 0; k < 8; k++) b[k] = a[k] + a[k + 8];
    for (int k = 0; k < 4; k++) c[k] = b[k] + b[k + 4];
    return (c[0] + c[2]) + (c[1] + c[3]);
}

int iir_init(iir *self, void *work, size_t bytes) {
    if (self == NULL) return DSPC_E_ARG;
    if (work == NULL || bytes < (size_t)IIR_WORK_BYTES) return DSPC_E_WORK;
    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;
    self->work = (double *)work;
    return DSPC_OK;
}

void iir_free(iir *self) {
    if (self == NULL) return;
    self->work = NULL;
}

int iir_forward(iir *self, const iir_in *in, const iir_params *p, iir_out *out) {
    if (self == NULL || in == NULL || p == NULL || out == NULL) return DSPC_E_ARG;
    const double *const x = in->x; /* real[100] */
    const double *const b = p->b; /* real[2] */
    const double *const a = p->a; /* real[2] */
    if (x == NULL || b == NULL || a == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    double h[3] = {0};

    double *const y = out->y != NULL ? out->y : work + 304; /* real[100] */
    double *const hs = out->hs != NULL ? out->hs : work; /* real[100, 3] */
    double ylast = 0.0;
    double y2 = 0.0;
    const double b0 = b[0];
    for (int n = 0; n < 100; n++) {
        const double xn = x[n];
        double *const hn_row = hs + 3 * n;

        const double y_2 = b0 * xn - tanh(a[0]) * ylast - tanh(a[1]) * y2;
        const double tanh_2 = tanh(y_2);
        const double y1_2 = ylast;

        for (int i = 0; i < 3; i++) {
            const double hn_v = h[i] + tanh_2;
            h[i] = hn_v;
            hn_row[i] = hn_v;
        }
        y[n] = y_2;
        ylast = tanh_2;
        y2 = y1_2;
    }
    if (out->hlast != NULL) memcpy(out->hlast, h, sizeof(double) * 3);

    double sum_sum[16] = {0.0};
    for (int i0 = 0; i0 < 96; i0 += 16)
        for (int lane = 0; lane < 16; lane++) {
            const int i = i0 + lane;
            sum_sum[lane] += y[i] * y[i];
        }
    for (int i = 96; i < 100; i++) {
        sum_sum[0] += y[i] * y[i];
    }
    const double sum = sum_many_lanes(sum_sum);

    if (out->ylast != NULL) out->ylast[0] = ylast;
    out->loss = sum;
    return DSPC_OK;
}

/* ---- metadata for loaders ---- */
static const long shape_0[] = {100};
static const long shape_1[] = {2};
static const long shape_4[] = {100, 3};
static const long shape_5[] = {3};
static const dspc_port ports[] = {
    {"x", DSPC_INPUT, DSPC_REAL, 1, shape_0, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"b", DSPC_PARAM, DSPC_REAL, 1, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"a", DSPC_PARAM, DSPC_REAL, 1, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"y", DSPC_OUTPUT, DSPC_REAL, 1, shape_0, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"hs", DSPC_OUTPUT, DSPC_REAL, 2, shape_4, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"hlast", DSPC_OUTPUT, DSPC_REAL, 1, shape_5, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"ylast", DSPC_OUTPUT, DSPC_REAL, 0, NULL, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"loss", DSPC_LOSS, DSPC_REAL, 0, NULL, 0.0, 0.0, 0.0, 0, NULL, 0},
};

static int module_init(void *self, void *work, size_t bytes) {
    return iir_init((iir *)self, work, bytes);
}

static void module_free(void *self) {
    iir_free((iir *)self);
}

static iir_in module_in(const void *const *at) {
    return (iir_in){(const double *)at[0]};
}

static iir_params module_params(const void *const *at) {
    return (iir_params){(const double *)at[0], (const double *)at[1]};
}

static int module_forward(void *self, const void *const *in, const void *const *params, void *const *out) {
    const iir_in in_struct = module_in(in);
    const iir_params params_struct = module_params(params);
    iir_out out_struct = {(double *)out[0], (double *)out[1], (double *)out[2], (double *)out[3], 0};
    const int status = iir_forward((iir *)self, &in_struct, &params_struct, &out_struct);
    if (out[4] != NULL) *(double *)out[4] = out_struct.loss;
    return status;
}

const dspc_module *iir_module(void) {
    static const dspc_module module = {
        DSPC_ABI, "iir", "test", 64, sizeof(iir), IIR_WORK_BYTES, 8, ports,
        module_init, module_free, module_forward, NULL, NULL, NULL, NULL
    };
    return &module;
}
