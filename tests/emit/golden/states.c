/* states.c: pipeline states, written by dspc test. Do not edit.
 * The contract stands in states.h. The adjoint of `y` is called y_bar, its tangent y_dot. */
#include "states.h"

#include <string.h>

/* The sum of the lanes of an accumulator, in pairs. */
static double sum_many_lanes(const double a[16]) {
    double b[8], c[4];
    for (int k = 0; k < 8; k++) b[k] = a[k] + a[k + 8];
    for (int k = 0; k < 4; k++) c[k] = b[k] + b[k + 4];
    return (c[0] + c[2]) + (c[1] + c[3]);
}

int states_init(states *self, void *work, size_t bytes) {
    if (self == NULL) return DSPC_E_ARG;
    if (work == NULL || bytes < (size_t)STATES_WORK_BYTES) return DSPC_E_WORK;
    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;
    self->work = (double *)work;
    return DSPC_OK;
}

void states_free(states *self) {
    if (self == NULL) return;
    self->work = NULL;
}

int states_forward(states *self, const states_in *in, const states_params *p, states_out *out) {
    if (self == NULL || in == NULL || p == NULL || out == NULL) return DSPC_E_ARG;
    const double *const x = in->x; /* real[7] */
    const double *const first = in->first; /* real[1] */
    const double *const w0 = p->w0; /* real[100] */
    const double *const v0_2 = in->v0; /* real[100] */
    if (x == NULL || first == NULL || w0 == NULL || v0_2 == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    double *const w = out->w != NULL ? out->w : work + 704; /* real[100] */
    for (int i = 0; i < 100; i++)
        w[i] = w0[i];

    double *const u_next = work + 1016; /* real[100] */
    for (int i = 0; i < 100; i++)
        u_next[i] = 0.0;

    double *const u_2 = out->u != NULL ? out->u : work + 808; /* real[100] */
    double *const v_2 = out->v != NULL ? out->v : work + 912; /* real[100] */
    double *const y = out->y != NULL ? out->y : work + 1120; /* real[7] */
    double *const vs = out->vs != NULL ? out->vs : work; /* real[7, 100] */
    double *u_now = u_next, *u_then = u_2;
    const double *v_now = v0_2;
    for (int n = 0; n < 7; n++) {
        const double xn = x[n];
        const double x1 = n < 1 ? first[n] : x[n - 1];
        const double x2 = n < 2 ? 0.0 : x[n - 2];
        double *const vn_row = vs + 100 * n;

        double y_2_sum[16] = {0.0};
        /* i = 0 */ {
            const double w_v = w[0];
            const double add = xn + x1;
            w[0] = w_v + x2 * add;
            y_2_sum[0] += w_v * u_now[0];
            u_then[0] = add;
        }
        for (int i0 = 1; i0 < 97; i0 += 16)
            for (int lane = 0; lane < 16; lane++) {
                const int i = i0 + lane;
                const double w_v = w[i];
                const double u_now_v = u_now[i - 1];
                w[i] = w_v + x2 * u_now_v;
                y_2_sum[lane] += w_v * u_now[i];
                u_then[i] = u_now_v;
            }
        for (int i = 97; i < 100; i++) {
            const double w_v = w[i];
            const double u_now_v = u_now[i - 1];
            w[i] = w_v + x2 * u_now_v;
            y_2_sum[0] += w_v * u_now[i];
            u_then[i] = u_now_v;
        }
        const double y_2 = sum_many_lanes(y_2_sum);

        for (int i = 0; i < 100; i++)
            vn_row[i] = tanh(v_now[i]) + x2;
        y[n] = y_2;
        double *const u_last = u_now;
        u_now = u_then;
        u_then = u_last;
        v_now = vn_row;
    }
    memcpy(v_2, v_now, sizeof(double) * 100);
    return DSPC_OK;
}

/* ---- metadata for loaders ---- */
static const long shape_0[] = {7};
static const long shape_1[] = {1};
static const long shape_2[] = {100};
static const long shape_5[] = {7, 100};
static const dspc_port ports[] = {
    {"x", DSPC_INPUT, DSPC_REAL, 1, shape_0, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"first", DSPC_INPUT, DSPC_REAL, 1, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"v0", DSPC_INPUT, DSPC_REAL, 1, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"w0", DSPC_PARAM, DSPC_REAL, 1, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"y", DSPC_OUTPUT, DSPC_REAL, 1, shape_0, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"vs", DSPC_OUTPUT, DSPC_REAL, 2, shape_5, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"w", DSPC_OUTPUT, DSPC_REAL, 1, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"u", DSPC_OUTPUT, DSPC_REAL, 1, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"v", DSPC_OUTPUT, DSPC_REAL, 1, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
};

static int module_init(void *self, void *work, size_t bytes) {
    return states_init((states *)self, work, bytes);
}

static void module_free(void *self) {
    states_free((states *)self);
}

static states_in module_in(const void *const *at) {
    return (states_in){(const double *)at[0], (const double *)at[1], (const double *)at[2]};
}

static states_params module_params(const void *const *at) {
    return (states_params){(const double *)at[0]};
}

static int module_forward(void *self, const void *const *in, const void *const *params, void *const *out) {
    const states_in in_struct = module_in(in);
    const states_params params_struct = module_params(params);
    states_out out_struct = {(double *)out[0], (double *)out[1], (double *)out[2], (double *)out[3], (double *)out[4]};
    const int status = states_forward((states *)self, &in_struct, &params_struct, &out_struct);
    return status;
}

const dspc_module *states_module(void) {
    static const dspc_module module = {
        DSPC_ABI, "states", "test", 64, sizeof(states), STATES_WORK_BYTES, 9, ports,
        module_init, module_free, module_forward, NULL, NULL, NULL, NULL
    };
    return &module;
}
