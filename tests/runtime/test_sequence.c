/* Running sums, recurrences, frames, continued signals, indices and sorting against their definitions; transposes by
 * the dot test. */
#define TEMPLATE "sequence_template.h"
#include "each_type.h"

CU_ErrorCode add_runtime_sequence_tests(void);

#define EACH_TYPE(call) \
    do {                \
        call(f64);      \
        call(f32);      \
        call(c64);      \
        call(c32);      \
    } while (0)

static void test_cumulate(void) {
    for (ptrdiff_t N = 1; N < 40; N += 7)
        for (int reverse = 0; reverse < 2; reverse++) {
#define CALL(S) running_##S(N, reverse)
            EACH_TYPE(CALL);
#undef CALL
        }
}

static void test_recursive(void) {
    for (ptrdiff_t N = 1; N < 20; N += 3)
        for (ptrdiff_t P = 1; P < 12; P += P < 3 ? 1 : 4)
            for (int reverse = 0; reverse < 2; reverse++) {
#define CALL(S) recursive_##S(N, P, reverse)
                EACH_TYPE(CALL);
#undef CALL
            }
}

/* F, L, hop, n */
static const ptrdiff_t FRAMES[][4] = {{1, 1, 1, 1},  {3, 4, 3, 11}, {4, 4, 2, 10}, {2, 3, 4, 5},
                                      {3, 2, 5, 20}, {5, 6, 2, 9},  {2, 8, 1, 3}};

static void test_frames(void) {
    for (size_t k = 0; k < sizeof FRAMES / sizeof FRAMES[0]; k++) {
#define CALL(S) frames_##S(FRAMES[k][0], FRAMES[k][1], FRAMES[k][2], FRAMES[k][3])
        EACH_TYPE(CALL);
#undef CALL
    }
}

static void test_fold(void) {
    static const double reflect[] = {3, 2, 1, 2, 3, 2, 1}, edge[] = {1, 1, 1, 2, 3, 3, 3},
                        wrap[] = {2, 3, 1, 2, 3, 1, 2}, symmetric[] = {2, 1, 1, 2, 3, 3, 2}, x[] = {1, 2, 3};
    const double *expected[] = {reflect, edge, wrap, symmetric};
    for (int mode = 1; mode <= 4; mode++) {
        double y[7];
        dspc_pad_fold_f64(y, x, 3, 2, 2, mode);
        CU_ASSERT_EQUAL(memcmp(y, expected[mode - 1], sizeof y), 0);
        for (ptrdiff_t N = 1; N < 8; N += 2) {
#define CALL(S) fold_##S(N, 3, 0, mode), fold_##S(N, 0, 11, mode), fold_##S(N, 2 * N + 1, N, mode)
            EACH_TYPE(CALL);
#undef CALL
        }
    }
}

static void test_index(void) {
#define CALL(S) index_##S(6, 9), index_##S(1, 3), index_##S(30, 1)
    EACH_TYPE(CALL);
#undef CALL
    const int32_t x[] = {5, 6, 7}, i[] = {2, -1, 0, 3};
    int32_t y[4];
    dspc_gather_i32(y, x, i, 3, 4);
    CU_ASSERT_TRUE(y[0] == 7 && y[1] == 0 && y[2] == 5 && y[3] == 0);
}

static void test_sort(void) {
    for (ptrdiff_t N = 1; N < 200; N = N * 2 + 1) sorted_f64(N), sorted_f32(N);
    sorted_f64(1000), sorted_f32(1000);
}

CU_ErrorCode add_runtime_sequence_tests(void) {
    CU_pSuite s = CU_add_suite("runtime sequence", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "running sums and products, recurrences", test_cumulate);
    CU_add_test(s, "all-pole filters", test_recursive);
    CU_add_test(s, "frames added up", test_frames);
    CU_add_test(s, "signals continued, and folded back", test_fold);
    CU_add_test(s, "gather and scatter", test_index);
    CU_add_test(s, "sorting is stable, NaN last", test_sort);
    return CU_get_error();
}
