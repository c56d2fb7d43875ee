/* Scalar functions against long double references, at ordinary, tiny, huge and singular arguments. */
#include "common.h"

CU_ErrorCode add_runtime_scalar_tests(void);

#if !defined(SUITE_NAME)
#define SUITE_NAME "runtime scalar"
#endif

typedef long double real;
typedef long double complex wide;

static wide wide_make(real re, real im) {
    real parts[2] = {re, im};
    wide z;
    memcpy(&z, parts, sizeof z);
    return z;
}

/* Distance in units in the last place of a type with epsilon eps and least normal number tiny. */
static double ulps(real got, real want, real eps, real tiny) {
    if (got == want) return 0;
    real size = fabsl(want) > tiny ? fabsl(want) : tiny;
    return (double)(fabsl(got - want) / (size * eps));
}
#define ULPS64(got, want) ulps(got, want, 0x1p-52L, 0x1p-1022L)
#define ULPS32(got, want) ulps(got, want, 0x1p-23L, 0x1p-126L)

static real ref_bessel(int n, real x) { /* power series, all terms positive */
    real t = n ? x / 2 : 1, s = t;
    for (int k = 1; k < 1500; k++) s += t *= x / 2 / k * (x / 2 / (k + n));
    return s;
}

static real ref_sinc(real x, int order) { /* Taylor series of the derivative of this order, for |x| <= 3 */
    real pi = 3.14159265358979323846264338327950288L, s = 0;
    for (int k = 60; k >= 0; k--) {
        real t = 1;
        for (int j = 1; j <= 2 * k + 1; j++) t *= j <= 2 * k ? pi / j : 1.0L / j;
        if (2 * k < order) continue;
        real c = order == 0 ? 1 : order == 1 ? 2 * k : 2.0L * k * (2 * k - 1);
        s += (k % 2 ? -1 : 1) * c * t * powl(x, 2 * k - order);
    }
    return s;
}

static void test_bessel(void) {
    for (double x = 0.01; x < 700; x *= 1.3) {
        float f = (float)x;
        CU_ASSERT_TRUE(ULPS64(dspc_i0_f64(x), ref_bessel(0, x)) < 8);
        CU_ASSERT_TRUE(ULPS64(dspc_i1_f64(x), ref_bessel(1, x)) < 8);
        CU_ASSERT_TRUE(ULPS64(dspc_i1_over_x_f64(x), ref_bessel(1, x) / x) < 8);
        if (x > 85) continue;
        CU_ASSERT_TRUE(ULPS32(dspc_i0_f32(f), ref_bessel(0, f)) < 1);
        CU_ASSERT_TRUE(ULPS32(dspc_i1_f32(-f), -ref_bessel(1, f)) < 1);
        CU_ASSERT_TRUE(ULPS32(dspc_i1_over_x_f32(-f), ref_bessel(1, f) / f) < 1);
    }
    CU_ASSERT_EQUAL(dspc_i0_f64(0), 1);
    CU_ASSERT_EQUAL(dspc_i1_f64(0), 0);
    CU_ASSERT_EQUAL(dspc_i1_over_x_f64(0), 0.5);
    CU_ASSERT_TRUE(isfinite(dspc_i0_f64(713)) && isinf(dspc_i0_f64(800)) && isnan(dspc_i0_f64(NAN)));
}

static void test_sinc(void) {
    CU_ASSERT_TRUE(dspc_sinc_f64(0) == 1 && dspc_dsinc_f64(0) == 0);
    CU_ASSERT_TRUE(ULPS64(dspc_d2sinc_f64(0), -3.28986813369645287294483033329205L) < 4);
    for (int k = 1; k < 50; k++) CU_ASSERT_TRUE(dspc_sinc_f64(k) == 0 && dspc_sinc_f32((float)k) == 0);
    for (double x = 1e-12; x < 2.9; x = x < 0.01 ? x * 17 : x + 0.0371) {
        float f = (float)x;
        CU_ASSERT_TRUE(fabsl(dspc_sinc_f64(x) - ref_sinc(x, 0)) < 4e-16L);
        CU_ASSERT_TRUE(fabsl(dspc_dsinc_f64(x) - ref_sinc(x, 1)) < 4e-15L * (x < 1 ? fabsl(ref_sinc(x, 1)) : 1));
        CU_ASSERT_TRUE(fabsl(dspc_d2sinc_f64(x) - ref_sinc(x, 2)) < 2e-14L);
        CU_ASSERT_TRUE(fabsl(dspc_sinc_f32(f) - ref_sinc(f, 0)) < 3e-7L);
        CU_ASSERT_TRUE(fabsl(dspc_dsinc_f32(f) - ref_sinc(f, 1)) < 2e-6L * (f < 1 ? fabsl(ref_sinc(f, 1)) : 1));
        CU_ASSERT_TRUE(fabsl(dspc_d2sinc_f32(f) - ref_sinc(f, 2)) < 1e-5L);
    }
}

static void test_activations(void) {
    for (double x = -80; x < 80; x += 0.37) {
        real s = 1 / (1 + expl(-(real)x)), p = log1pl(expl(x));
        CU_ASSERT_TRUE(ULPS64(dspc_sigmoid_f64(x), s) < 4 && ULPS64(dspc_softplus_f64(x), p) < 4);
        float f = (float)x;
        CU_ASSERT_TRUE(ULPS32(dspc_sigmoid_f32(f), 1 / (1 + expl(-(real)f))) < 4);
        CU_ASSERT_TRUE(ULPS32(dspc_softplus_f32(f), log1pl(expl(f))) < 4);
    }
    CU_ASSERT_TRUE(dspc_sigmoid_f64(-1e300) == 0 && dspc_sigmoid_f64(1e300) == 1 && dspc_softplus_f64(1e300) == 1e300);
    CU_ASSERT_TRUE(dspc_sign_f64(-3) == -1 && dspc_sign_f64(0) == 0 && dspc_sign_f32(2) == 1 &&
                   isnan(dspc_sign_f64(NAN)));
}

static void test_log(void) {
    for (uint32_t b = 1; b < 0x7f800000u; b += 99991) { /* floats of all sizes, denormal ones too */
        float x;
        memcpy(&x, &b, sizeof x);
        CU_ASSERT_TRUE(ULPS32(dspc_log_f32(x), logl(x)) < 2);
    }
    for (float x = 0.98f; x < 1.02f; x += 1e-5f) CU_ASSERT_TRUE(ULPS32(dspc_log_f32(x), logl(x)) < 2);
    CU_ASSERT_TRUE(dspc_log_f32(1) == 0 && isnan(dspc_log_f32(-1)) && isnan(dspc_log_f32(NAN)) &&
                   isnan(dspc_log_f32(-INFINITY)));
    CU_ASSERT_TRUE(dspc_log_f32(0) == -INFINITY && dspc_log_f32(-0.0f) == -INFINITY &&
                   dspc_log_f32(INFINITY) == INFINITY);
    for (double x = 1e-321; x < 1e308; x *= 1.37) CU_ASSERT_TRUE(ULPS64(dspc_log_f64(x), logl(x)) < 2);
    CU_ASSERT_TRUE(dspc_log_f64(0) == -INFINITY && dspc_log_f64(1) == 0);
}

static void test_exp(void) {
    for (double x = -744; x < 709.7; x += 0.0731) CU_ASSERT_TRUE(ULPS64(dspc_exp_f64(x), expl(x)) < 2);
    for (float x = -103; x < 88.7f; x += 0.00371f) CU_ASSERT_TRUE(ULPS32(dspc_exp_f32(x), expl(x)) < 2);
    CU_ASSERT_TRUE(dspc_exp_f64(0) == 1 && dspc_exp_f64(-1e300) == 0 && isinf(dspc_exp_f64(1e300)) &&
                   isnan(dspc_exp_f64(NAN)));
    CU_ASSERT_TRUE(dspc_exp_f32(0) == 1 && dspc_exp_f32(-INFINITY) == 0 && isinf(dspc_exp_f32(INFINITY)) &&
                   isnan(dspc_exp_f32(NAN)));
}

static void test_ints(void) {
    CU_ASSERT_TRUE(dspc_imod(7, 3) == 1 && dspc_imod(-7, 3) == 2 && dspc_imod(7, -3) == -2 && dspc_imod(5, 0) == 0);
    CU_ASSERT_TRUE(dspc_idiv(7, 2) == 3 && dspc_idiv(-7, 2) == -4 && dspc_idiv(7, -2) == -4 && dspc_idiv(5, 0) == 0);
    CU_ASSERT_TRUE(dspc_idiv(INT32_MIN, -1) == INT32_MAX && dspc_imod(INT32_MIN, -1) == 0);
    CU_ASSERT_TRUE(dspc_to_int_f64(1.7) == 1 && dspc_to_int_f64(-1.7) == -1 && dspc_to_int_f64(NAN) == 0);
    CU_ASSERT_TRUE(dspc_to_int_f64(1e30) == INT32_MAX && dspc_to_int_f32(-1e30f) == INT32_MIN &&
                   dspc_to_int_f32(3e9f) == INT32_MAX);
}

/* Magnitudes from one end of the range to the other; parts of one number differ by up to 2^20. */
static const double SIZES[] = {1, 1e-3, 1e3, 1e-38, 1e30, 1e-150, 1e150, 1e-300, 1e300, 5e-324, 1e308};
enum { NSIZES = sizeof SIZES / sizeof SIZES[0] };

static double miss(wide got, wide want, real eps, real tiny) {
    real size = cabsl(want) > tiny ? cabsl(want) : tiny;
    return (double)(cabsl(got - want) / (size * eps));
}

#define Z64(z) wide_make((z).re, (z).im)
#define NEAR64(call, want)                                             \
    do {                                                               \
        dspc_c64 z_ = call;                                            \
        CU_ASSERT_TRUE(miss(Z64(z_), want, 0x1p-52L, 0x1p-1022L) < 8); \
    } while (0)
#define NEAR32(call, want)                                            \
    do {                                                              \
        dspc_c32 z_ = call;                                           \
        CU_ASSERT_TRUE(miss(Z64(z_), want, 0x1p-23L, 0x1p-126L) < 2); \
    } while (0)

static void one_complex(double re, double im) {
    wide z = wide_make(re, im);
    real h = hypotl(re, im);
    NEAR64(dspc_cunit_c64(re, im), z / h);
    NEAR64(dspc_csqrt_c64(re, im), csqrtl(z));
    NEAR64(dspc_clog_c64(re, im), clogl(z));
    if (h < 8e307L) CU_ASSERT_TRUE(ULPS64(dspc_hypot_f64(re, im), h) < 2);
    CU_ASSERT_TRUE(isfinite(dspc_ratio_h_f64(re, re, im)) || h < 1e-307L);
    if (h > 1e-307L && h < 1e307L) {
        CU_ASSERT_TRUE(ULPS64(dspc_ratio_h_f64(re, re, im), re / h / h) < 4);
        NEAR64(dspc_crecip_c64(re, im), 1 / z);
        dspc_c64 t = dspc_cunit_tangent_c64(re, im, -im / 2, re / 2); /* a turn by half a radian: i u / 2 */
        CU_ASSERT_TRUE(cabsl(Z64(t) - wide_make(-im / h / 2, re / h / 2)) < 1e-15L);
    }
    float fre = (float)re, fim = (float)im;
    z = wide_make(fre, fim);
    h = hypotl(fre, fim);
    if (!(h > 0) || h > 1e38L) return;
    NEAR32(dspc_cunit_c32(fre, fim), z / h);
    NEAR32(dspc_csqrt_c32(fre, fim), csqrtl(z));
    NEAR32(dspc_clog_c32(fre, fim), clogl(z));
    CU_ASSERT_TRUE(ULPS32(dspc_hypot_f32(fre, fim), h) < 2);
    if (h > 1e-37L) {
        CU_ASSERT_TRUE(ULPS32(dspc_ratio_h_f32(fre, fre, fim), fre / h / h) < 2);
        NEAR32(dspc_crecip_c32(fre, fim), 1 / z);
    }
}

static void test_complex_range(void) {
    unsigned seed = 53;
    for (int s = 0; s < NSIZES; s++)
        for (int k = 0; k < 40; k++) {
            double re = noise(&seed) * SIZES[s], im = noise(&seed) * SIZES[s] * (k % 4 == 0 ? 1e-6 : 1);
            if (k % 5 == 0) im = 0;
            if (k % 7 == 0) re = 0;
            if (re != 0 || im != 0) one_complex(re, im);
        }
}

static void test_division(void) {
    unsigned seed = 59;
    for (int s = 0; s < NSIZES; s++)
        for (int t = 0; t < NSIZES; t++)
            for (int k = 0; k < 8; k++) {
                wide a = wide_make((double)(noise(&seed) * SIZES[s]), (double)(noise(&seed) * SIZES[s]));
                wide b = wide_make((double)(noise(&seed) * SIZES[t]), (double)(noise(&seed) * SIZES[t]));
                if (b == 0 || cabsl(a / b) > 1e307L) continue;
                NEAR64(dspc_cdiv_c64((double)creall(a), (double)cimagl(a), (double)creall(b), (double)cimagl(b)),
                       a / b);
                a = wide_make((float)creall(a), (float)cimagl(a));
                b = wide_make((float)creall(b), (float)cimagl(b));
                if (b == 0 || cabsl(a) > 1e38L || cabsl(b) > 1e38L || cabsl(a / b) > 1e37L) continue;
                NEAR32(dspc_cdiv_c32((float)creall(a), (float)cimagl(a), (float)creall(b), (float)cimagl(b)), a / b);
            }
}

static void test_complex_functions(void) {
    unsigned seed = 61;
    for (int k = 0; k < 300; k++) {
        double a = noise(&seed) * 3, b = noise(&seed) * 3, c = noise(&seed) * 2, d = k % 3 ? noise(&seed) : 0;
        if (k % 4 == 0) c = floor(c * 3);
        wide z = wide_make(a, b), w = wide_make(c, d);
        NEAR64(dspc_cexp_c64(a, b), cexpl(z));
        NEAR64(dspc_csin_c64(a, b), csinl(z));
        NEAR64(dspc_ccos_c64(a, b), ccosl(z));
        NEAR64(dspc_cmul_c64(a, b, c, d), z * w);
        dspc_c64 p = dspc_cpow_c64(a, b, c, d);
        CU_ASSERT_TRUE(miss(Z64(p), cpowl(z, w), 0x1p-52L, 0x1p-1022L) < 60);
        dspc_c32 f = dspc_cpow_c32((float)a, (float)b, (float)c, (float)d);
        wide exact = cpowl(wide_make((float)a, (float)b), wide_make((float)c, (float)d));
        CU_ASSERT_TRUE(miss(Z64(f), exact, 0x1p-23L, 0x1p-126L) < 2);
    }
}

static void test_singular(void) {
    dspc_c64 z = dspc_cunit_c64(0, 0), t = dspc_cunit_tangent_c64(0, 0, 1, 1), s = dspc_csqrt_c64(0, 0),
             l = dspc_clog_c64(0, 0);
    CU_ASSERT_TRUE(z.re == 0 && z.im == 0 && t.re == 0 && t.im == 0 && s.re == 0 && s.im == 0 && isinf(l.re) &&
                   l.im == 0);
    CU_ASSERT_TRUE(dspc_hypot_f64(0, 0) == 0 && dspc_ratio_h_f64(3, 0, 0) == 0 && dspc_ratio_h_f32(3, 0, 0) == 0);
    CU_ASSERT_TRUE(dspc_hypot_f32(0, 0) == 0 && dspc_hypot_f32(3e38f, 0) == 3e38f && dspc_hypot_f32(1e-45f, 0) > 0);
    dspc_c64 one = dspc_cpow_c64(0, 0, 0, 0), none = dspc_cpow_c64(0, 0, 2, 1), pole = dspc_cpow_c64(0, 0, -1, 0);
    CU_ASSERT_TRUE(one.re == 1 && one.im == 0 && none.re == 0 && none.im == 0 && isinf(pole.re));
    dspc_c64 e = dspc_cexp_c64(1000, 0), big = dspc_cexp_c64(709.9, 1.5707);
    CU_ASSERT_TRUE(isinf(e.re) && e.im == 0 && isfinite(big.re));
    dspc_c32 u = dspc_cunit_c32(1e-38f, -1e-38f), v = dspc_cunit_c32(1e30f, 1e30f);
    CU_ASSERT_TRUE(fabsf(u.re - 0.70710678f) < 1e-6f && fabsf(v.im - 0.70710678f) < 1e-6f);
}

CU_ErrorCode add_runtime_scalar_tests(void) {
    CU_pSuite s = CU_add_suite(SUITE_NAME, NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "Bessel functions", test_bessel);
    CU_add_test(s, "sinc and its derivatives", test_sinc);
    CU_add_test(s, "sigmoid, softplus, sign", test_activations);
    CU_add_test(s, "exp", test_exp);
    CU_add_test(s, "log", test_log);
    CU_add_test(s, "int helpers", test_ints);
    CU_add_test(s, "complex numbers over the whole range", test_complex_range);
    CU_add_test(s, "division over the whole range", test_division);
    CU_add_test(s, "complex functions", test_complex_functions);
    CU_add_test(s, "singular points", test_singular);
    return CU_get_error();
}
