/* Resampling by ratios and weighted neighbours against their definitions. */
#define TEMPLATE "sampling_template.h"
#include "each_type.h"

CU_ErrorCode add_runtime_sampling_tests(void);

/* N, K, up, down, lo, n; the last ones have more taps than the table of phases holds */
static const ptrdiff_t RATIOS[][6] = {{6, 5, 3, 2, 2, 8},         {7, 4, 1, 2, 1, 4},      {4, 3, 2, 1, -2, 9},
                                      {1, 1, 1, 1, 0, 1},         {40, 9, 1, 3, 4, 14},    {5, 2, 4, 3, 3, 7},
                                      {60, 5000, 3, 2, 2500, 90}, {30, 4200, 1, 7, 50, 40}};

static void test_ratios(void) {
    for (size_t k = 0; k < sizeof RATIOS / sizeof RATIOS[0]; k++) {
        const ptrdiff_t *r = RATIOS[k];
        updown_f64(r[0], r[1], r[2], r[3], r[4], r[5]);
        updown_f32(r[0], r[1], r[2], r[3], r[4], r[5]);
        updown_c64(r[0], r[1], r[2], r[3], r[4], r[5]);
        updown_c32(r[0], r[1], r[2], r[3], r[4], r[5]);
    }
}

static void test_neighbours(void) {
    for (ptrdiff_t N = 1; N < 9; N += 2)
        for (int mode = 0; mode <= 4; mode++) neighbours_f64(N, mode), neighbours_f32(N, mode);
}

static void test_rows(void) {
    for (int mode = 0; mode <= 4; mode++)
        for (ptrdiff_t K = 1; K <= 3; K++)
            for (ptrdiff_t n = 1; n <= 9; n += 4) rows_f64(n, 14, K, n, mode), rows_f32(n, 14, K, n, mode);
}

CU_ErrorCode add_runtime_sampling_tests(void) {
    CU_pSuite s = CU_add_suite("runtime sampling", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "up, filter, down", test_ratios);
    CU_add_test(s, "neighbours beyond the ends", test_neighbours);
    CU_add_test(s, "rows with the same weights and places", test_rows);
    return CU_get_error();
}
