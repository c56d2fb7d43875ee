/* Transforms against their defining sums: ranks, batches, odd and even sizes, unaligned arrays, two threads. */
#include "common.h"

#include <pthread.h>
#include <unistd.h>

CU_ErrorCode add_runtime_fft_tests(void);

#define T         double
#define PRECISION 64
#define TOL       1e-12
#define L(name)   name##_f64
#define R(name)   dspc_##name##_f64
#define C(name)   dspc_##name##_c64
#include "fft_template.h"
#undef T
#undef PRECISION
#undef TOL
#undef L
#undef R
#undef C

#define T         float
#define PRECISION 32
#define TOL       2e-5
#define L(name)   name##_f32
#define R(name)   dspc_##name##_f32
#define C(name)   dspc_##name##_c32
#include "fft_template.h"

/* rank, three axes, batch */
static const ptrdiff_t SHAPES[][5] = {
    {1, 1, 1, 1, 1},  {1, 1, 1, 2, 3},  {1, 1, 1, 7, 1},   {1, 1, 1, 16, 5}, {1, 1, 1, 45, 8}, {1, 1, 1, 64, 7},
    {1, 1, 1, 66, 2}, {1, 1, 1, 90, 3}, {1, 1, 1, 100, 1}, {1, 1, 1, 65, 2}, {2, 1, 1, 1, 2},  {2, 1, 3, 5, 1},
    {2, 1, 8, 6, 3},  {2, 1, 3, 70, 2}, {3, 2, 3, 64, 2},  {2, 1, 5, 1, 1},  {3, 2, 3, 4, 1},  {3, 3, 1, 5, 4}};

static void test_sums(void) {
    for (size_t k = 0; k < sizeof SHAPES / sizeof SHAPES[0]; k++)
        for (int off = 0; off < 2; off++) {
            transforms_f64((int)SHAPES[k][0], SHAPES[k] + 1, SHAPES[k][4], off);
            transforms_f32((int)SHAPES[k][0], SHAPES[k] + 1, SHAPES[k][4], off);
        }
}

static void test_cosines(void) {
    for (int kind = 1; kind <= 8; kind++)
        for (ptrdiff_t N = kind == 1 ? 2 : 1; N < 14; N += 3) cosines_f64(N, kind), cosines_f32(N, kind);
}

/* The imaginary parts at 0 and n/2 are ignored by hc2r, so that it is the true transpose of what it is used for. */
static void test_ignored(void) {
    ptrdiff_t n = 6;
    double a[8] = {1, 0, 2, 3, -1, 4, 5, 0}, b[8] = {1, 9, 2, 3, -1, 4, 5, -7}, y[6], z[6];
    dspc_plan *p = dspc_plan_create(DSPC_HC2R, 64, 1, &n, 1, 0, DSPC_ESTIMATE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    dspc_hc2r_c64(p, y, a);
    dspc_hc2r_c64(p, z, b);
    CU_ASSERT_EQUAL(memcmp(y, z, sizeof y), 0);
    dspc_plan_destroy(p);
}

static void test_threads(void) {
    pthread_t a, b;
    int bad_a = 0, bad_b = 0;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&a, NULL, thread_f64, &bad_a), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&b, NULL, thread_f32, &bad_b), 0);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    CU_ASSERT_EQUAL(bad_a + bad_b, 0);
}

static void test_refused(void) {
    ptrdiff_t n = 8, none = 0, one = 1, huge = (ptrdiff_t)1 << 40;
    CU_ASSERT_PTR_NULL(dspc_plan_create(DSPC_FFT, 64, 1, &none, 1, -1, DSPC_ESTIMATE));
    CU_ASSERT_PTR_NULL(dspc_plan_create(DSPC_FFT, 64, 1, &huge, 1, -1, DSPC_ESTIMATE));
    CU_ASSERT_PTR_NULL(dspc_plan_create(DSPC_FFT, 64, 0, &n, 1, -1, DSPC_ESTIMATE));
    CU_ASSERT_PTR_NULL(dspc_plan_create(DSPC_FFT, 64, 1, &n, 1, 2, DSPC_ESTIMATE));
    CU_ASSERT_PTR_NULL(dspc_plan_create(DSPC_R2R, 64, 1, &one, 1, 1, DSPC_ESTIMATE));
    CU_ASSERT_PTR_NULL(dspc_plan_create(DSPC_R2R, 64, 1, &n, 1, 9, DSPC_ESTIMATE));
    CU_ASSERT_PTR_NULL(dspc_plan_create(99, 64, 1, &n, 1, 0, DSPC_ESTIMATE));
    dspc_plan_destroy(NULL);
    for (int s = DSPC_OK; s <= DSPC_E_PLAN; s++) CU_ASSERT_STRING_NOT_EQUAL(dspc_status_text(s), dspc_status_text(-1));
}

static void test_wisdom(void) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/dspc-wisdom-%ld", (long)getpid());
    ptrdiff_t n = 96;
    dspc_plan *p = dspc_plan_create(DSPC_RFFT, 32, 1, &n, 4, 0, DSPC_MEASURE);
    CU_ASSERT_PTR_NOT_NULL(p);
    dspc_plan_destroy(p);
    CU_ASSERT_EQUAL(dspc_wisdom_save(path), DSPC_OK);
    CU_ASSERT_EQUAL(dspc_wisdom_load(path), DSPC_OK);
    remove(path);
    CU_ASSERT_EQUAL(dspc_wisdom_load(path), DSPC_E_PLAN);
}

CU_ErrorCode add_runtime_fft_tests(void) {
    CU_pSuite s = CU_add_suite("runtime fft", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "transforms equal their sums, inputs are kept", test_sums);
    CU_add_test(s, "DCT and DST of every kind", test_cosines);
    CU_add_test(s, "ignored imaginary parts", test_ignored);
    CU_add_test(s, "two threads with their own plans", test_threads);
    CU_add_test(s, "what is refused", test_refused);
    CU_add_test(s, "wisdom is saved and loaded", test_wisdom);
    return CU_get_error();
}
