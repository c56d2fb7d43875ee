/* strips.c: pipeline strips, written by dspc test. Do not edit.
 * The contract stands in strips.h. The adjoint of `y` is called y_bar, its tangent y_dot. */
#include "strips.h"

#include <string.h>

/* The sum of the lanes of an accumulator, in pairs. */
static double sum_many_lanes(const double a[16]) {
    double b[8], c[4];
    for (int k = 0; k < 8; k++) b[k] = a[k] + a[k + 8];
    for (int k = 0; k < 4; k++) c[k] = b[k] + b[k + 4];
    return (c[0] + c[2]) + (c[1] + c[3]);
}

/* How much time _init may take to find fast FFTs: DSPC_ESTIMATE, DSPC_MEASURE, DSPC_PATIENT. */
#ifndef DSPC_PLANNING
#define DSPC_PLANNING DSPC_ESTIMATE
#endif

int strips_init(strips *self, void *work, size_t bytes) {
    if (self == NULL) return DSPC_E_ARG;
    if (work == NULL || bytes < (size_t)STRIPS_WORK_BYTES) return DSPC_E_WORK;
    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;
    self->work = (double *)work;
    static const ptrdiff_t n0[] = {32};
    self->plan[0] = dspc_plan_create(DSPC_RFFT, 64, 1, n0, 561, 0, DSPC_PLANNING);
    for (int k = 0; k < 1; k++) {
        if (self->plan[k] != NULL) continue;
        strips_free(self);
        return DSPC_E_PLAN;
    }
    return DSPC_OK;
}

void strips_free(strips *self) {
    if (self == NULL) return;
    for (int k = 0; k < 1; k++) {
        dspc_plan_destroy(self->plan[k]);
        self->plan[k] = NULL;
    }
    self->work = NULL;
}

int strips_forward(strips *self, const strips_in *in, const strips_params *p, strips_out *out) {
    if (self == NULL || in == NULL || p == NULL || out == NULL) return DSPC_E_ARG;
    const double *const x = in->x; /* real[6, 9000] @ 8000Hz */
    const double *const window = p->window; /* real[32] */
    if (x == NULL || window == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    /* The next 3 steps go through 6 pieces, one at a time. */
    double *const frames = work + 76304; /* one of 6: real[561, 32] */
    double *const spectrum = work + 57224; /* one of 6: complex[561, 17] */
    double *const level = work; /* real[6, 561, 17] */
    double *const bands = out->bands != NULL ? out->bands : work + 94256; /* real[6, 17] */
    double sum = 0.0;
    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 561; j++)
            for (int k = 0; k < 32; k++)
                frames[32 * j + k] = x[9000 * i + 16 * j + k] * window[k];

        dspc_rfft_f64(self->plan[0], spectrum, frames);

        memset(bands + 17 * i, 0, sizeof(double) * 17);
        for (int j = 0; j < 561; j++) {
            for (int k = 0; k < 17; k++) {
                const double spectrum_re = spectrum[34 * j + 2 * k];
                const double spectrum_im = spectrum[34 * j + 2 * k + 1];
                const double power = spectrum_re * spectrum_re + spectrum_im * spectrum_im;
                const double level_v = dspc_log_f64(power + 1e-06);
                level[9537 * i + 17 * j + k] = level_v;
                bands[17 * i + k] += level_v;
                sum += level_v;
            }
        }
    }

    out->loss = sum * 1e-06;

    if (out->running != NULL) {
        /* The next 2 steps go through 6 pieces, one at a time. */
        double *const cumsum = work + 57224; /* one of 6: real[561, 17] */
        double *const running = out->running; /* real[6] */
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 561; j++) {
                dspc_cumsum_f64(cumsum + 17 * j, level + 9537 * i + 17 * j, 17, 0);
            }

            double sum_acc_sum[16] = {0.0};
            for (int j0 = 0; j0 < 9536; j0 += 16)
                for (int lane = 0; lane < 16; lane++) {
                    const int j = j0 + lane;
                    sum_acc_sum[lane] += cumsum[j];
                }
            /* the last one */ {
                sum_acc_sum[0] += cumsum[9536];
            }
            running[i] = sum_many_lanes(sum_acc_sum);
        }
    }
    return DSPC_OK;
}

/* ---- metadata for loaders ---- */
static const long shape_0[] = {6, 9000};
static const long shape_1[] = {32};
static const long shape_2[] = {6, 17};
static const long shape_3[] = {6};
static const dspc_port ports[] = {
    {"x", DSPC_INPUT, DSPC_REAL, 2, shape_0, 8000.0, 0.0, 0.0, 0, NULL, 0},
    {"window", DSPC_PARAM, DSPC_REAL, 1, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"bands", DSPC_OUTPUT, DSPC_REAL, 2, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"running", DSPC_OUTPUT, DSPC_REAL, 1, shape_3, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"loss", DSPC_LOSS, DSPC_REAL, 0, NULL, 0.0, 0.0, 0.0, 0, NULL, 0},
};

static int module_init(void *self, void *work, size_t bytes) {
    return strips_init((strips *)self, work, bytes);
}

static void module_free(void *self) {
    strips_free((strips *)self);
}

static strips_in module_in(const void *const *at) {
    return (strips_in){(const double *)at[0]};
}

static strips_params module_params(const void *const *at) {
    return (strips_params){(const double *)at[0]};
}

static int module_forward(void *self, const void *const *in, const void *const *params, void *const *out) {
    const strips_in in_struct = module_in(in);
    const strips_params params_struct = module_params(params);
    strips_out out_struct = {(double *)out[0], (double *)out[1], 0};
    const int status = strips_forward((strips *)self, &in_struct, &params_struct, &out_struct);
    if (out[2] != NULL) *(double *)out[2] = out_struct.loss;
    return status;
}

const dspc_module *strips_module(void) {
    static const dspc_module module = {
        DSPC_ABI, "strips", "test", 64, sizeof(strips), STRIPS_WORK_BYTES, 5, ports,
        module_init, module_free, module_forward, NULL, NULL, NULL, NULL
    };
    return &module;
}
