/* spectral.c: pipeline spectral, written by dspc test. Do not edit.
 * The contract stands in spectral.h. The adjoint of `y` is called y_bar, its tangent y_dot. */
#include "spectral.h"

#include <string.h>

/* real[8] */
static const double window_table[8] = {
    0.0, 0.25, 0.5, 0.75, 1.0, 0.75, 0.5, 0.25
};

/* How much time _init may take to find fast FFTs: DSPC_ESTIMATE, DSPC_MEASURE, DSPC_PATIENT. */
#ifndef DSPC_PLANNING
#define DSPC_PLANNING DSPC_ESTIMATE
#endif

int spectral_init(spectral *self, void *work, size_t bytes) {
    if (self == NULL) return DSPC_E_ARG;
    if (work == NULL || bytes < (size_t)SPECTRAL_WORK_BYTES) return DSPC_E_WORK;
    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;
    self->work = (double *)work;
    static const ptrdiff_t n0[] = {8};
    self->plan[0] = dspc_plan_create(DSPC_RFFT, 64, 1, n0, 46, 0, DSPC_PLANNING);
    for (int k = 0; k < 1; k++) {
        if (self->plan[k] != NULL) continue;
        spectral_free(self);
        return DSPC_E_PLAN;
    }
    return DSPC_OK;
}

void spectral_free(spectral *self) {
    if (self == NULL) return;
    for (int k = 0; k < 1; k++) {
        dspc_plan_destroy(self->plan[k]);
        self->plan[k] = NULL;
    }
    self->work = NULL;
}

int spectral_forward(spectral *self, const spectral_in *in, const spectral_params *p, spectral_out *out) {
    if (self == NULL || in == NULL || p == NULL || out == NULL) return DSPC_E_ARG;
    const double *const x = in->x; /* real[2, 96] @ 16000Hz */
    const double *const w = p->w; /* complex[5] */
    if (x == NULL || w == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    double *const spectrum = out->spectrum != NULL ? out->spectrum : work; /* complex[2, 23, 5] */
    if (out->spectrum != NULL || out->bands != NULL || out->level != NULL || out->total != NULL) {
        double *const frames = work + 464; /* real[2, 23, 8] */
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 23; j++)
                for (int k = 0; k < 8; k++)
                    frames[184 * i + 8 * j + k] = x[96 * i + 4 * j + k] * window_table[k];

        dspc_rfft_f64(self->plan[0], spectrum, frames);
    }

    double sum_re = 0.0;
    double sum_im = 0.0;
    if (out->bands != NULL || out->level != NULL || out->total != NULL) {
        double *const bands = out->bands != NULL ? out->bands : work + 512; /* real[2, 5] */
        double *const level = out->level != NULL ? out->level : work + 464; /* real[2, 23] */
        memset(bands, 0, sizeof(double) * 10);
        sum_re = 0.0;
        sum_im = 0.0;
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 23; j++) {
                double sum_acc_sum = 0.0;
                for (int k = 0; k < 5; k++) {
                    const double spectrum_re = spectrum[230 * i + 10 * j + 2 * k];
                    const double spectrum_im = spectrum[230 * i + 10 * j + 2 * k + 1];
                    const double magnitude = dspc_hypot_f64(spectrum_re, spectrum_im);
                    const dspc_c64 t = dspc_cexp_c64(spectrum_re * w[2 * k] - spectrum_im * w[2 * k + 1],
                            -(spectrum_re * w[2 * k + 1] + spectrum_im * w[2 * k]));
                    bands[5 * i + k] += magnitude;
                    sum_acc_sum += magnitude;
                    sum_re += t.re;
                    sum_im += t.im;
                }
                level[23 * i + j] = sum_acc_sum;
            }
        }
    }

    if (out->total != NULL) {
        out->total[0] = sum_re;
        out->total[1] = sum_im;
    }
    return DSPC_OK;
}

/* ---- metadata for loaders ---- */
static const long shape_0[] = {2, 96};
static const long shape_1[] = {5};
static const long shape_2[] = {2, 23, 5};
static const long shape_3[] = {2, 5};
static const long shape_4[] = {2, 23};
static const dspc_port ports[] = {
    {"x", DSPC_INPUT, DSPC_REAL, 2, shape_0, 16000.0, 0.0, 0.0, 0, NULL, 0},
    {"w", DSPC_PARAM, DSPC_COMPLEX, 1, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"spectrum", DSPC_OUTPUT, DSPC_COMPLEX, 3, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"bands", DSPC_OUTPUT, DSPC_REAL, 2, shape_3, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"level", DSPC_OUTPUT, DSPC_REAL, 2, shape_4, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"total", DSPC_OUTPUT, DSPC_COMPLEX, 0, NULL, 0.0, 0.0, 0.0, 0, NULL, 0},
};

static int module_init(void *self, void *work, size_t bytes) {
    return spectral_init((spectral *)self, work, bytes);
}

static void module_free(void *self) {
    spectral_free((spectral *)self);
}

static spectral_in module_in(const void *const *at) {
    return (spectral_in){(const double *)at[0]};
}

static spectral_params module_params(const void *const *at) {
    return (spectral_params){(const double *)at[0]};
}

static int module_forward(void *self, const void *const *in, const void *const *params, void *const *out) {
    const spectral_in in_struct = module_in(in);
    const spectral_params params_struct = module_params(params);
    spectral_out out_struct = {(double *)out[0], (double *)out[1], (double *)out[2], (double *)out[3]};
    const int status = spectral_forward((spectral *)self, &in_struct, &params_struct, &out_struct);
    return status;
}

const dspc_module *spectral_module(void) {
    static const dspc_module module = {
        DSPC_ABI, "spectral", "test", 64, sizeof(spectral), SPECTRAL_WORK_BYTES, 6, ports,
        module_init, module_free, module_forward, NULL, NULL, NULL, NULL
    };
    return &module;
}
