/* dspc_scalar.h: scalar functions that generated C calls inside its point-wise loops.
 *
 * Everything is static inline, reentrant and free of global state. Each function exists in two precisions from the
 * one text of dspc_scalar_template.h: suffix _f64 (double) and _f32 (float). Functions of complex numbers take their
 * arguments as (re, im) pairs, have the suffix _c64 (double) or _c32 (float) and return a dspc_c64 or dspc_c32.
 *
 * Accuracy: a few units in the last place (of the larger part for complex results), also for arguments near the ends
 * of the exponent range: squares are taken of numbers scaled by a power of two or, for float, in double where no loop
 * over spectra waits for it.
 * At the singular points listed by `dspc ops` the value is finite where that table says so.
 *
 *   exp(x), log(x)      libm's; with -fno-math-errno (and -fno-trapping-math, which gcc needs to vectorise loops with
 *                       selections) functions of our own, right to one unit in the last place, without branches, so
 *                       that loops vectorise
 *   sigmoid(x)          1 / (1 + exp(-x))
 *   softplus(x)         log(1 + exp(x))
 *   sign(x)             -1, 0, 1; NaN stays NaN
 *   hypot(a, b)         sqrt(a^2 + b^2), without branches, so that loops over it vectorise
 *   ratio_h(p, a, b)    p / (a^2 + b^2), 0 at a = b = 0
 *   sinc(x)             sin(pi x) / (pi x);  dsinc, d2sinc: its first and second derivative
 *   i0(x), i1(x)        modified Bessel functions of the first kind;  i1_over_x(x): i1(x) / x, 1/2 at 0
 *   to_int(x)           toward zero; NaN gives 0, what does not fit gives the nearest int32_t
 *   revolve(steps, slots)  from a kept state of a loop to the next that is kept, with so many free slots (no suffix)
 *   imod(a, b), idiv(a, b)  on int32_t, rounded down as in Python; 0 for b = 0 (no suffix)
 *   uniform01(i, seed)  number i of a sequence of random numbers, uniform in (0, 1): the same in both precisions
 *   cmul, cdiv, crecip, cexp, clog, csqrt, csin, ccos, cpow    complex arithmetic
 *   cunit(z)            z / |z|, 0 at 0
 *   cunit_tangent(z, t) tangent of z / |z| along t: i u Im(conj(u) t) / |z| with u = z / |z|, 0 at z = 0
 */
#ifndef DSPC_SCALAR_H
#define DSPC_SCALAR_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct dspc_c64 {
    double re, im;
} dspc_c64;
typedef struct dspc_c32 {
    float re, im;
} dspc_c32;

static inline int32_t dspc_idiv(int32_t a, int32_t b) {
    if (b == 0) return 0;
    if (b == -1) return a == INT32_MIN ? INT32_MAX : -a;
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static inline int32_t dspc_imod(int32_t a, int32_t b) {
    if (b == 0 || b == -1) return 0;
    int32_t r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* The low 64 bits of SplitMix64 (Steele, Lea, Flood, 2014): a bijection that leaves no trace of the order of z. */
static inline uint64_t dspc_mix64(uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The binomial schedule (A. Griewank, A. Walther, "Revolve", ACM TOMS 26, 2000): beta(s, r) = C(s + r, s) is the greatest
 * number of steps that s slots and the state at hand reverse with each step run at most r times. Of n steps with the
 * least such r, the first min(beta(s, r-1), n - beta(s-1, r-1)) go before the next slot. 0 < slots. */
static inline int32_t dspc_revolve(int32_t steps, int32_t slots) {
    int64_t before = 1, b = 1, r = 0, s = slots;
    while (b < steps) {
        r++;
        before = b;
        b = b * (s + r) / r;
    }
    const int64_t latest = r > 0 ? steps - before * s / (s + r - 1) : 1;
    return (int32_t)(before < latest ? before : latest);
}

/* A power of two that brings the larger part m of a number to where its square neither over- nor underflows. */
static inline double dspc_scale_f64(double m) {
    /* 2^500, 2^-600, 2^-400, 2^600 in decimal, for C++ before 17 */
    return m > 3.273390607896142e+150 ? 2.409919865102884e-181
                                      : (m < 3.8725919148493183e-121 ? 4.149515568880993e+180 : 1.0);
}

#define DSPC_PI 3.14159265358979323846

#define DSPC_R        double
#define DSPC_C        dspc_c64
#define DSPC_F(name)  dspc_##name##_f64
#define DSPC_Z(name)  dspc_##name##_c64
#define DSPC_M(name)  name
#define DSPC_SCALE(m) dspc_scale_f64(m)
/* for exp and log: the bits of a number, how many are its fraction, log 2 in two parts (n times the first is exact),
 * the range */
#define DSPC_U         uint64_t
#define DSPC_MANTISSA  52
#define DSPC_ROUNDER   6755399441055744.0 /* 1.5 * 2^52 */
#define DSPC_LOG2_HI   0.69314718036912381649
#define DSPC_LOG2_LO   1.9082149292705877000e-10
#define DSPC_EXP_MAX   710.0
#define DSPC_EXP_MIN   (-746.0)
#define DSPC_EXP_FIRST 0
#define DSPC_LOG_FIRST 0
#define DSPC_LEAST     DBL_MIN
#define DSPC_MOST      DBL_MAX
#include "dspc_scalar_template.h"
#undef DSPC_R
#undef DSPC_C
#undef DSPC_F
#undef DSPC_Z
#undef DSPC_M
#undef DSPC_SCALE
#undef DSPC_U
#undef DSPC_MANTISSA
#undef DSPC_ROUNDER
#undef DSPC_LOG2_HI
#undef DSPC_LOG2_LO
#undef DSPC_EXP_MAX
#undef DSPC_EXP_MIN
#undef DSPC_EXP_FIRST
#undef DSPC_LOG_FIRST
#undef DSPC_LEAST
#undef DSPC_MOST

/* float: most intermediate results are double, whose range holds the square of any float */
#define DSPC_R         float
#define DSPC_C         dspc_c32
#define DSPC_F(name)   dspc_##name##_f32
#define DSPC_Z(name)   dspc_##name##_c32
#define DSPC_M(name)   name##f
#define DSPC_SCALE(m)  1.0
#define DSPC_U         uint32_t
#define DSPC_MANTISSA  23
#define DSPC_ROUNDER   12582912.0f /* 1.5 * 2^23 */
#define DSPC_LOG2_HI   0.693145751953125f
#define DSPC_LOG2_LO   1.42860682030941723e-6f
#define DSPC_EXP_MAX   89.0f
#define DSPC_EXP_MIN   (-104.0f)
#define DSPC_EXP_FIRST 6
#define DSPC_LOG_FIRST 5
#define DSPC_LEAST     FLT_MIN
#define DSPC_MOST      FLT_MAX
#include "dspc_scalar_template.h"
#undef DSPC_R
#undef DSPC_C
#undef DSPC_F
#undef DSPC_Z
#undef DSPC_M
#undef DSPC_SCALE
#undef DSPC_U
#undef DSPC_MANTISSA
#undef DSPC_ROUNDER
#undef DSPC_LOG2_HI
#undef DSPC_LOG2_LO
#undef DSPC_EXP_MAX
#undef DSPC_EXP_MIN
#undef DSPC_EXP_FIRST
#undef DSPC_LOG_FIRST
#undef DSPC_LEAST
#undef DSPC_MOST

#endif
