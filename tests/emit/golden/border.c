/* border.c: pipeline border, written by dspc test. Do not edit.
 * The contract stands in border.h. The adjoint of `y` is called y_bar, its tangent y_dot. */
#include "border.h"

#include <string.h>

int border_init(border *self, void *work, size_t bytes) {
    if (self == NULL) return DSPC_E_ARG;
    if (work == NULL || bytes < (size_t)BORDER_WORK_BYTES) return DSPC_E_WORK;
    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;
    self->work = (double *)work;
    return DSPC_OK;
}

void border_free(border *self) {
    if (self == NULL) return;
    self->work = NULL;
}

int border_forward(border *self, const border_in *in, const border_params *p, border_out *out) {
    (void)p; /* there are none */
    if (self == NULL || in == NULL || out == NULL) return DSPC_E_ARG;
    const double *const picture = in->picture; /* real[12, 17] */
    const int32_t *const class_2 = in->class_; /* int[12] */
    if (picture == NULL || class_2 == NULL) return DSPC_E_ARG;
    double *const work = self->work;

    if (out->across != NULL) {
        double *const across = out->across; /* real[14, 20] */
        for (int j = 0; j < 20; j++)
            across[j] = 0.0;
        for (int i = 1; i < 13; i++) {
            across[20 * i] = 0.0;
            across[20 * i + 1] = picture[17 * i - 17];
            for (int j = 2; j < 18; j++)
                across[20 * i + j] = picture[17 * i + j - 18] - picture[17 * i + j - 19];
            across[20 * i + 18] = -picture[17 * i - 1];
            across[20 * i + 19] = 0.0;
        }
        for (int j = 0; j < 20; j++)
            across[j + 260] = 0.0;
    }

    if (out->flat != NULL) {
        double *const flat = out->flat; /* real[34, 12] */
        for (int i = 0; i < 17; i++)
            for (int j = 0; j < 12; j++)
                flat[12 * i + j] = picture[i + 17 * j];
        for (int i = 17; i < 34; i++)
            for (int j = 0; j < 12; j++)
                flat[12 * i + j] = picture[i + 17 * j - 17];
    }

    if (out->spread != NULL) {
        double *const spread = out->spread; /* real[23, 25] */
        memset(spread, 0, sizeof(double) * 575);

        for (int i = 0; i < 12; i++)
            for (int j = 0; j < 9; j++)
                spread[50 * i + 3 * j] = picture[203 - 17 * i - 2 * j];
    }

    if (out->chosen != NULL) {
        int32_t *const argmax = (int32_t *)work; /* int[12] */
        for (int i = 0; i < 12; i++) {
            double argmax_acc_best = -INFINITY;
            int32_t argmax_acc_at = 0;
            for (int j = 0; j < 17; j++) {
                const double picture_v = picture[17 * i + j];
                if (picture_v > argmax_acc_best) {
                    argmax_acc_best = picture_v;
                    argmax_acc_at = j;
                }
            }
            argmax[i] = argmax_acc_at;
        }

        int32_t *const chosen = out->chosen; /* int[12] */
        for (int i = 0; i < 12; i++) {
            const int32_t argmax_v = argmax[i];
            chosen[i] = i == class_2[i] ? argmax_v : i;
        }
    }
    return DSPC_OK;
}

/* ---- metadata for loaders ---- */
static const long shape_0[] = {12, 17};
static const long shape_1[] = {12};
static const long shape_2[] = {14, 20};
static const long shape_3[] = {408};
static const long shape_4[] = {23, 25};
static const dspc_port ports[] = {
    {"picture", DSPC_INPUT, DSPC_REAL, 2, shape_0, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"class", DSPC_INPUT, DSPC_INT, 1, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"across", DSPC_OUTPUT, DSPC_REAL, 2, shape_2, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"flat", DSPC_OUTPUT, DSPC_REAL, 1, shape_3, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"spread", DSPC_OUTPUT, DSPC_REAL, 2, shape_4, 0.0, 0.0, 0.0, 0, NULL, 0},
    {"chosen", DSPC_OUTPUT, DSPC_INT, 1, shape_1, 0.0, 0.0, 0.0, 0, NULL, 0},
};

static int module_init(void *self, void *work, size_t bytes) {
    return border_init((border *)self, work, bytes);
}

static void module_free(void *self) {
    border_free((border *)self);
}

static border_in module_in(const void *const *at) {
    return (border_in){(const double *)at[0], (const int32_t *)at[1]};
}

static border_params module_params(const void *const *at) {
    (void)at;
    return (border_params){0};
}

static int module_forward(void *self, const void *const *in, const void *const *params, void *const *out) {
    const border_in in_struct = module_in(in);
    const border_params params_struct = module_params(params);
    border_out out_struct = {(double *)out[0], (double *)out[1], (double *)out[2], (int32_t *)out[3]};
    const int status = border_forward((border *)self, &in_struct, &params_struct, &out_struct);
    return status;
}

const dspc_module *border_module(void) {
    static const dspc_module module = {
        DSPC_ABI, "border", "test", 64, sizeof(border), BORDER_WORK_BYTES, 6, ports,
        module_init, module_free, module_forward, NULL, NULL, NULL, NULL
    };
    return &module;
}
