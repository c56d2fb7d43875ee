/* dspc_elementary.h: exp and log without branches or tables, so that loops over them run in vector instructions; included by
 * dspc_scalar.h. Errors stay below one unit in the last place (below two for dspc_exp_f32). Zeros, infinities, NaN,
 * subnormal numbers, overflow and underflow give what libm gives; errno is not set.
 *
 * The reductions and the coefficients of log and of the double exp are those of fdlibm (Sun Microsystems, 1993: e_log.c,
 * e_logf.c, e_exp.c), those of the float exp of Cephes (S. L. Moshier). */
#ifndef DSPC_ELEMENTARY_H
#define DSPC_ELEMENTARY_H

#include <math.h>
#include <stdint.h>

typedef union dspc_bits64 {
    double x;
    uint64_t u;
} dspc_bits64;
typedef union dspc_bits32 {
    float x;
    uint32_t u;
} dspc_bits32;

/* x = 2^k m with m in [sqrt(1/2), sqrt(2)): adding 1.0 - sqrt(1/2) to the bits carries into the exponent where it must.
 * log m = log(1 + f) = 2 atanh(s), s = f/(2 + f). The exponent field becomes a double as the mantissa of 2^52 + field. */
static inline double dspc_log_f64(double x) {
    const double scaled = x * 18014398509481984.0; /* 2^54, for subnormal numbers */
    dspc_bits64 m, e;
    m.x = x < 2.2250738585072014e-308 ? scaled : x;
    m.u += UINT64_C(0x3ff0000000000000) - UINT64_C(0x3fe6a09e667f3bcd);
    e.u = (m.u >> 52) | UINT64_C(0x4330000000000000);
    m.u = (m.u & UINT64_C(0x000fffffffffffff)) + UINT64_C(0x3fe6a09e667f3bcd);
    const double k = e.x - 4503599627370496.0 - (x < 2.2250738585072014e-308 ? 1077.0 : 1023.0);
    const double f = m.x - 1.0, s = f / (2.0 + f), z = s * s, w = z * z, h = 0.5 * f * f;
    const double t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const double t2 = z * (6.666666666666735130e-01 +
                           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double y = k * 6.93147180369123816490e-01 - ((h - (s * (h + (t1 + t2)) + k * 1.90821492927058770002e-10)) - f);
    y = x > 0.0 ? y : (x == 0.0 ? -(double)INFINITY : (double)NAN);
    return x < (double)INFINITY ? y : x;
}

static inline float dspc_log_f32(float x) {
    const float scaled = x * 33554432.0f; /* 2^25 */
    dspc_bits32 m;
    m.x = x < 1.17549435e-38f ? scaled : x;
    m.u += UINT32_C(0x3f800000) - UINT32_C(0x3f3504f3);
    const float k = (float)(int32_t)(m.u >> 23) - (x < 1.17549435e-38f ? 152.0f : 127.0f);
    m.u = (m.u & UINT32_C(0x007fffff)) + UINT32_C(0x3f3504f3);
    const float f = m.x - 1.0f, s = f / (2.0f + f), z = s * s, w = z * z, h = 0.5f * f * f;
    const float t1 = w * (0.40000972152f + w * 0.24279078841f), t2 = z * (0.66666662693f + w * 0.28498786688f);
    float y = s * (h + (t1 + t2)) + k * 9.0580006145e-06f - h + f + k * 6.9313812256e-01f;
    y = x > 0.0f ? y : (x == 0.0f ? -INFINITY : NAN);
    return x < INFINITY ? y : x;
}

/* x = n log 2 + r with n whole, |r| <= log(2)/2. Adding 1.5 2^52 rounds to a whole number, whose bits then stand in the
 * mantissa: shifted up they are the exponent of a power of two. 2^n is applied in two factors, for results at the ends. */
static inline double dspc_pow2_f64(double n) {
    dspc_bits64 p;
    p.x = n + (6755399441055744.0 + 1023.0);
    p.u <<= 52;
    return p.x;
}

static inline double dspc_exp_f64(double x) {
    const double c = x > 710.0 ? 710.0 : (x < -746.0 ? -746.0 : x);
    const double n = (c * 1.44269504088896338700 + 6755399441055744.0) - 6755399441055744.0;
    const double hi = c - n * 6.93147180369123816490e-01, lo = n * 1.90821492927058770002e-10, r = hi - lo, t = r * r;
    const double p = t * (-2.77777777770155933842e-03 +
                          t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)));
    const double q = r - t * 1.66666666666666019037e-01 - t * p;
    const double y = 1.0 - ((lo - r * q / (2.0 - q)) - hi);
    const double half = (n * 0.5 + 6755399441055744.0) - 6755399441055744.0;
    return y * dspc_pow2_f64(half) * dspc_pow2_f64(n - half);
}

static inline float dspc_pow2_f32(float n) {
    dspc_bits32 p;
    p.x = n + (12582912.0f + 127.0f);
    p.u <<= 23;
    return p.x;
}

static inline float dspc_exp_f32(float x) {
    const float c = x > 89.0f ? 89.0f : (x < -105.0f ? -105.0f : x);
    const float n = (c * 1.44269504f + 12582912.0f) - 12582912.0f, r = c - n * 0.693359375f - n * -2.12194440e-4f;
    float y = 1.9875691500e-4f;
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1.0f;
    const float half = (n * 0.5f + 12582912.0f) - 12582912.0f;
    return y * dspc_pow2_f32(half) * dspc_pow2_f32(n - half);
}

#endif
