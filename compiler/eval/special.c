/* special.c: scalar functions by series and definitions, for the reference evaluator. */
#include <complex.h>
#include <limits.h>
#include <math.h>

#include "eval/evaluators.h"

static const double PI = 3.141592653589793238462643383279502884;

/* sin(pi x), cos(pi x): x is reduced exactly before the angle is formed, so that whole x give exact zeros. */
static double sinpi(double x) {
    double r = remainder(x, 2.0);
    if (fabs(r) > 0.5) r = copysign(1.0, r) - r;
    return sin(PI * r);
}

static double cospi(double x) {
    double r = fabs(remainder(x, 2.0));
    if (r <= 0.25) return cos(PI * r);
    if (r <= 0.75) return sin(PI * (0.5 - r));
    return -cos(PI * (1.0 - r));
}

/* sinc(x) = sum over k of (-1)^k (pi x)^(2k) / (2k+1)!; its derivatives term by term where the closed forms cancel. */
static double sinc_series(double x, int derivative) {
    long double term = 1.0L, sum = 0.0L, p = (long double)PI * (long double)PI;
    for (int k = 0; k < 40; k++) { /* term = (-1)^k pi^(2k) / (2k+1)! */
        int e = 2 * k - derivative;
        long double factor = derivative == 0 ? 1.0L : derivative == 1 ? 2.0L * k : 2.0L * k * (2.0L * k - 1.0L);
        if (e >= 0) sum += term * factor * powl((long double)x, (long double)e);
        term *= -p / ((2.0L * k + 2.0L) * (2.0L * k + 3.0L));
    }
    return (double)sum;
}

double ref_sinc(double x) {
    return x == 0.0 ? 1.0 : sinpi(x) / (PI * x);
}

double ref_dsinc(double x) {
    return fabs(x) < 0.5 ? sinc_series(x, 1) : (cospi(x) - ref_sinc(x)) / x;
}

double ref_d2sinc(double x) {
    return fabs(x) < 0.5 ? sinc_series(x, 2) : -PI * PI * ref_sinc(x) - 2.0 * ref_dsinc(x) / x;
}

/* sum over k of (x^2/4)^k / (k! (k + order)!): all terms are positive, so it is accurate for every x. */
static double bessel_series(double x, int order) {
    long double q = (long double)x * (long double)x / 4.0L, term = 1.0L, sum = 1.0L;
    for (int k = 1; k < 100000 && term > 1e-22L * sum; k++) {
        term *= q / ((long double)k * (long double)(k + order));
        sum += term;
    }
    return (double)sum;
}

double ref_i0(double x) {
    return bessel_series(x, 0);
}

double ref_i1_over_x(double x) {
    return 0.5 * bessel_series(x, 1);
}

double ref_i1(double x) {
    return x * ref_i1_over_x(x);
}

double ref_sigmoid(double x) {
    double e = exp(-fabs(x));
    return x >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

double ref_softplus(double x) {
    return (x > 0.0 ? x : 0.0) + log1p(exp(-fabs(x)));
}

/* p / (a^2 + b^2) as (p/h)/h with h = hypot(a, b): no square is formed. */
double ref_ratio_h(double p, double a, double b) {
    double h = hypot(a, b);
    return h == 0.0 ? 0.0 : p / h / h;
}

double ref_to_int(double x) {
    if (isnan(x)) return 0.0;
    if (x >= (double)INT_MAX) return (double)INT_MAX;
    if (x <= (double)INT_MIN) return (double)INT_MIN;
    return trunc(x);
}

double ref_idiv(double a, double b) {
    return b == 0.0 ? 0.0 : floor(a / b);
}

double ref_imod(double a, double b) {
    return b == 0.0 ? 0.0 : a - floor(a / b) * b;
}

static uint64_t mix64(uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double ref_uniform01(double i, double seed) {
    uint64_t key = mix64((uint32_t)(int32_t)seed), bits = mix64(key + 0x9e3779b97f4a7c15u * (uint32_t)(int32_t)i);
    return ldexp((double)(bits >> 41) + 0.5, -23);
}

/* ---- complex ----------------------------------------------------------------------------------------------------- */
static double complex to_c(cval x) {
    double complex z;
    ((double *)&z)[0] = x.re; /* C11 6.2.5: a complex number has the layout of two of its parts */
    ((double *)&z)[1] = x.im;
    return z;
}

static cval of_c(double complex z) {
    return cv(creal(z), cimag(z));
}

cval cv_div(cval a, cval b) {
    double m = fmax(fabs(b.re), fabs(b.im));
    if (m == 0.0 || !isfinite(m)) return cv(a.re / m, a.im / m);
    int e = ilogb(m);
    double br = scalbn(b.re, -e), bi = scalbn(b.im, -e), den = br * br + bi * bi;
    return cv(scalbn((a.re * br + a.im * bi) / den, -e), scalbn((a.im * br - a.re * bi) / den, -e));
}

cval ref_cunit(cval x) {
    double m = fmax(fabs(x.re), fabs(x.im));
    if (m == 0.0) return cv(0.0, 0.0);
    double h = hypot(x.re / m, x.im / m);
    return cv(x.re / m / h, x.im / m / h);
}

/* With u = x/|x|: the part of t at right angles to u is i u Im(conj(u) t). */
cval ref_cunit_tangent(cval x, cval t) {
    cval u = ref_cunit(x);
    double h = hypot(x.re, x.im);
    if (h == 0.0) return cv(0.0, 0.0);
    double along = (u.re * t.im - u.im * t.re) / h;
    return cv(-u.im * along, u.re * along);
}

cval ref_cpow(cval a, cval b) {
    if (b.re == 0.0 && b.im == 0.0) return cv(1.0, 0.0);
    if (a.re == 0.0 && a.im == 0.0) return cv(b.re > 0.0 ? 0.0 : HUGE_VAL, 0.0);
    return of_c(cpow(to_c(a), to_c(b)));
}

cval ref_cexp(cval x) {
    return of_c(cexp(to_c(x)));
}

cval ref_clog(cval x) {
    return of_c(clog(to_c(x)));
}

cval ref_csqrt(cval x) {
    return of_c(csqrt(to_c(x)));
}

cval ref_csin(cval x) {
    return of_c(csin(to_c(x)));
}

cval ref_ccos(cval x) {
    return of_c(ccos(to_c(x)));
}
