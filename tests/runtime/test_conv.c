/* Convolutions against their defining sums, and their adjoints by the dot test: <A x, y> = <x, A* y>. */
#define TEMPLATE "conv_template.h"
#include "each_type.h"

CU_ErrorCode add_runtime_conv_tests(void);

/* sizes that reach every way of the kernels and all their edges: H, W, P, Q, lo0, lo1, n0, n1 */
static const ptrdiff_t SIZES[][8] = {
    {1, 1, 1, 1, 0, 0, 1, 1},          {1, 5, 1, 3, 0, 0, 1, 7},         {1, 5, 1, 3, 0, 1, 1, 5},
    {1, 3, 1, 9, 0, -2, 1, 15},        {1, 200, 1, 64, 0, 0, 1, 263},    {1, 200, 1, 63, 0, 31, 1, 200},
    {1, 300, 1, 300, 0, 0, 1, 599},    {1, 64, 1, 300, 0, 40, 1, 250},   {1, 5000, 1, 4937, 0, 4936, 1, 64},
    {1, 5000, 1, 5000, 0, 17, 1, 33},  {1, 3000, 1, 2995, 0, -3, 1, 9},  {1, 700, 1, 2000, 0, 1500, 1, 1},
    {1, 40, 1, 33, 0, 500, 1, 80},     {1, 1000, 1, 31, 0, 15, 1, 1000}, {6, 7, 3, 2, 0, 0, 8, 8},
    {20, 30, 5, 5, 2, 2, 20, 30},      {40, 90, 15, 15, 7, 7, 40, 90},   {40, 300, 40, 300, 7, 7, 15, 15},
    {33, 201, 33, 201, 1, 1, 3, 3},    {4, 70, 9, 170, 3, 80, 5, 21},    {12, 12, 3, 3, -1, 5, 9, 20},
    {1, 4900, 1, 4300, 0, 30, 1, 700},
};
enum { CASES = sizeof SIZES / sizeof SIZES[0] };

static void test_conv(void) {
    for (int k = 0; k < CASES; k++)
        for (int corr = 0; corr < 2; corr++) {
            against_sum_f64(SIZES[k], corr);
            against_sum_f32(SIZES[k], corr);
            against_sum_c64(SIZES[k], corr);
            against_sum_c32(SIZES[k], corr);
        }
}

static void test_adjoint(void) {
    for (int k = 0; k < CASES; k++)
        for (int corr = 0; corr < 2; corr++) {
            adjoints_f64(SIZES[k], corr);
            adjoints_f32(SIZES[k], corr);
            adjoints_c64(SIZES[k], corr);
            adjoints_c32(SIZES[k], corr);
        }
}

/* C, H, W, O, P, Q, sh, sw, dh, dw, ph, pw, groups */
static const ptrdiff_t LAYERS[][13] = {
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1},   {3, 8, 9, 5, 3, 3, 1, 1, 1, 1, 1, 1, 1},
    {4, 7, 20, 6, 3, 2, 2, 1, 1, 2, 1, 1, 2},  {2, 11, 13, 4, 3, 5, 2, 3, 2, 1, 3, 2, 1},
    {8, 1, 50, 8, 1, 7, 1, 2, 1, 3, 0, 4, 8},  {40, 6, 6, 17, 3, 3, 1, 1, 1, 1, 0, 0, 1},
    {2, 20, 33, 3, 2, 2, 1, 1, 1, 1, 2, 2, 1}, {40, 9, 21, 3, 2, 3, 3, 4, 1, 1, 0, 1, 1},
    {70, 8, 40, 5, 4, 3, 4, 2, 2, 4, 5, 3, 1}, {2, 3, 4, 2, 3, 2, 5, 7, 1, 3, 1, 2, 1},
    {3, 5, 30, 90, 3, 2, 2, 6, 3, 4, 3, 4, 1},
};
enum { LAYER_CASES = sizeof LAYERS / sizeof LAYERS[0] };

static void test_convnn(void) {
    for (int k = 0; k < LAYER_CASES; k++) {
        layer_f64(LAYERS[k]);
        layer_f32(LAYERS[k]);
        layer_c64(LAYERS[k]);
        layer_c32(LAYERS[k]);
    }
}

CU_ErrorCode add_runtime_conv_tests(void) {
    CU_pSuite s = CU_add_suite("runtime conv", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "conv and corr equal their sums", test_conv);
    CU_add_test(s, "their adjoints are exact", test_adjoint);
    CU_add_test(s, "layers equal their sums, adjoints are exact", test_convnn);
    return CU_get_error();
}
