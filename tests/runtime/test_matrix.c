/* Matrix products and factorisations against their definitions. */
#define TEMPLATE "matrix_template.h"
#include "each_type.h"

CU_ErrorCode add_runtime_matrix_tests(void);

#define EACH_TYPE(call) \
    do {                \
        call(f64);      \
        call(f32);      \
        call(c64);      \
        call(c32);      \
    } while (0)

static const ptrdiff_t PRODUCTS[][3] = {{1, 1, 1},    {2, 3, 4},    {1, 7, 9},     {9, 7, 1},    {1, 1, 33},
                                        {5, 5, 5},    {6, 1, 50},   {17, 31, 8},   {33, 70, 37}, {4, 600, 5},
                                        {1, 300, 45}, {45, 300, 1}, {300, 20, 19}, {70, 300, 40}};

static void test_matmul(void) {
    for (size_t k = 0; k < sizeof PRODUCTS / sizeof PRODUCTS[0]; k++)
        for (int t = 0; t < 4; t++) {
            const ptrdiff_t *z = PRODUCTS[k];
#define CALL(S) product_##S(z[0], z[1], z[2], t & 1, t >> 1)
            EACH_TYPE(CALL);
#undef CALL
        }
}

static void test_lu(void) {
    static const ptrdiff_t N[] = {1, 2, 3, 8, 21};
    for (size_t k = 0; k < sizeof N / sizeof N[0]; k++)
        for (ptrdiff_t M = 1; M <= 3; M += 2)
            for (int ct = 0; ct < 2; ct++) {
#define CALL(S) solve_##S(N[k], M, ct)
                EACH_TYPE(CALL);
#undef CALL
            }
}

static void test_triangular(void) {
    for (ptrdiff_t N = 1; N < 40; N += 6)
        for (ptrdiff_t M = 1; M <= 4; M += 3) {
            for (int t = 0; t < 4; t++) {
#define CALL(S) triangular_##S(N, M, t & 1, t >> 1)
                EACH_TYPE(CALL);
#undef CALL
            }
#define CALL(S) positive_##S(N)
            EACH_TYPE(CALL);
#undef CALL
        }
}

static void test_singular(void) {
    double zero[4] = {0, 0, 0, 0}, f[6], y[2], one[2] = {1, 1}, indefinite[4] = {1, 2, 2, 1}, l[4];
    dspc_lu_f64(f, zero, 2);
    dspc_lu_logabsdet_f64(y, zero, f, 2);
    CU_ASSERT_TRUE(isinf(y[0]) && y[0] < 0);
    dspc_lu_det_f64(y, zero, f, 2);
    CU_ASSERT_EQUAL(y[0], 0);
    dspc_lu_solve_f64(y, zero, f, one, 2, 1, 0);
    CU_ASSERT_FALSE(isfinite(y[0]));
    dspc_cholesky_f64(l, indefinite, 2);
    CU_ASSERT_TRUE(isnan(l[3]));
}

CU_ErrorCode add_runtime_matrix_tests(void) {
    CU_pSuite s = CU_add_suite("runtime matrix", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "matrix products", test_matmul);
    CU_add_test(s, "LU: solutions, determinants", test_lu);
    CU_add_test(s, "triangular solves, Cholesky", test_triangular);
    CU_add_test(s, "singular matrices", test_singular);
    return CU_get_error();
}
