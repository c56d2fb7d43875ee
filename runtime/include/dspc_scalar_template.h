/* dspc_scalar_template.h: the bodies of dspc_scalar.h, included once for double and once for float.
 *
 * DSPC_R is the real type, DSPC_C the pair type, DSPC_F and DSPC_Z make the names of real and complex functions,
 * DSPC_M those of libm; DSPC_SCALE(m) is a power of two for arguments whose larger part is m (1 for float, which
 * computes in double). */

/* ---- real functions ---- */

static inline DSPC_U DSPC_F(bits)(DSPC_R x) {
    DSPC_U u;
    memcpy(&u, &x, sizeof u);
    return u;
}

static inline DSPC_R DSPC_F(from_bits)(DSPC_U u) {
    DSPC_R x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* The power of two below m, kept to where its inverse is a normal number too; and that inverse. Integers instead of
 * choices: a compiler that makes vectors of choices computes every branch, and squares that underflow there take long. */
static inline DSPC_R DSPC_F(power)(DSPC_R m) {
    m = m > DSPC_LEAST ? m : DSPC_LEAST;
    m = m < DSPC_MOST / 4 ? m : DSPC_MOST / 4;
    return DSPC_F(from_bits)((DSPC_F(bits)(m) >> DSPC_MANTISSA) << DSPC_MANTISSA);
}

static inline DSPC_R DSPC_F(inverse_power)(DSPC_R power) {
    return DSPC_F(from_bits)(2 * DSPC_F(bits)(1) - DSPC_F(bits)(power));
}

static inline DSPC_R DSPC_F(sign)(DSPC_R x) {
    return x > 0 ? (DSPC_R)1 : (x < 0 ? (DSPC_R)-1 : (x == 0 ? (DSPC_R)0 : x));
}

#if defined(__NO_MATH_ERRNO__)

/* exp(x) = 2^n exp(r) with r = x - n log 2, |r| <= log(2)/2, and exp(r) by its power series, summed from the small
 * end. Adding 1.5 * 2^DSPC_MANTISSA rounds to a whole number and leaves it in the low bits. 2^n goes on in two
 * halves, as n may lie outside the exponents of normal numbers. No branches: loops over it vectorise. */
static inline DSPC_R DSPC_F(exp)(DSPC_R x) {
    static const DSPC_R c[] = {(DSPC_R)(1.0 / 6227020800.0), (DSPC_R)(1.0 / 479001600.0), (DSPC_R)(1.0 / 39916800.0),
                               (DSPC_R)(1.0 / 3628800.0),    (DSPC_R)(1.0 / 362880.0),    (DSPC_R)(1.0 / 40320.0),
                               (DSPC_R)(1.0 / 5040.0),       (DSPC_R)(1.0 / 720.0),       (DSPC_R)(1.0 / 120.0),
                               (DSPC_R)(1.0 / 24.0),         (DSPC_R)(1.0 / 6.0),         (DSPC_R)0.5};
    x = x > DSPC_EXP_MAX ? DSPC_EXP_MAX : x;
    x = x < DSPC_EXP_MIN ? DSPC_EXP_MIN : x;
    DSPC_R n = (x * (DSPC_R)1.4426950408889634 + DSPC_ROUNDER) - DSPC_ROUNDER;
    DSPC_R r = (x - n * DSPC_LOG2_HI) - n * DSPC_LOG2_LO, p = c[DSPC_EXP_FIRST];
    for (int k = DSPC_EXP_FIRST + 1; k < 12; k++) p = p * r + c[k];
    DSPC_R h = n * (DSPC_R)0.5 + DSPC_ROUNDER, m = n - (h - DSPC_ROUNDER) + DSPC_ROUNDER;
    DSPC_R u = DSPC_F(from_bits)((DSPC_F(bits)(h) << DSPC_MANTISSA) + DSPC_F(bits)(1));
    DSPC_R v = DSPC_F(from_bits)((DSPC_F(bits)(m) << DSPC_MANTISSA) + DSPC_F(bits)(1));
    return (1 + (r + r * r * p)) * u * v;
}

/* log(x) = n log 2 + log(1 + f) with sqrt(1/2) <= 1 + f < sqrt(2); with s = f/(2 + f), z = s^2,
 *   log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + R)),   R = 2/3 z + 2/5 z^2 + 2/7 z^3 + ...
 * Numbers below the normal ones are scaled up first. No branches. */
static inline DSPC_R DSPC_F(log)(DSPC_R x) {
    static const DSPC_R c[] = {(DSPC_R)(2.0 / 19), (DSPC_R)(2.0 / 17), (DSPC_R)(2.0 / 15),
                               (DSPC_R)(2.0 / 13), (DSPC_R)(2.0 / 11), (DSPC_R)(2.0 / 9),
                               (DSPC_R)(2.0 / 7),  (DSPC_R)(2.0 / 5),  (DSPC_R)(2.0 / 3)};
    const DSPC_U root = DSPC_F(bits)((DSPC_R)0.70710678118654752), one = DSPC_F(bits)(1);
    const DSPC_U mask = ((DSPC_U)1 << DSPC_MANTISSA) - 1, whole = DSPC_F(bits)(DSPC_ROUNDER);
    const DSPC_R up = (DSPC_R)((DSPC_U)1 << DSPC_MANTISSA);
    const int tiny = x<DSPC_LEAST, zero = x == 0, other = !(x >= 0), most = x> DSPC_MOST;
    DSPC_R shift = tiny ? (DSPC_R)DSPC_MANTISSA : 0;
    DSPC_U u = DSPC_F(bits)(x * (tiny ? up : 1)) + (one - root);
    DSPC_R n =
        DSPC_F(from_bits)((u >> DSPC_MANTISSA) + whole) - (DSPC_ROUNDER + (DSPC_R)(one >> DSPC_MANTISSA)) - shift;
    DSPC_R f = DSPC_F(from_bits)((u & mask) + root) - 1, s = f / (2 + f), z = s * s, h = (DSPC_R)0.5 * f * f;
    DSPC_R p = c[DSPC_LOG_FIRST];
    for (int k = DSPC_LOG_FIRST + 1; k < 9; k++) p = p * z + c[k];
    DSPC_R l = n * DSPC_LOG2_HI - ((h - (s * (h + z * p) + n * DSPC_LOG2_LO)) - f);
    l = zero ? -(DSPC_R)HUGE_VAL : l;
    l = other ? (DSPC_R)NAN : l;
    return most ? x : l;
}

#else

static inline DSPC_R DSPC_F(exp)(DSPC_R x) {
    return DSPC_M(exp)(x);
}

static inline DSPC_R DSPC_F(log)(DSPC_R x) {
    return DSPC_M(log)(x);
}

#endif

static inline DSPC_R DSPC_F(sigmoid)(DSPC_R x) {
    DSPC_R e = DSPC_F(exp)(-DSPC_M(fabs)(x)), r = 1 / (1 + e);
    return x >= 0 ? r : e * r;
}

static inline DSPC_R DSPC_F(softplus)(DSPC_R x) {
    return (x > 0 ? x : 0) + DSPC_M(log1p)(DSPC_F(exp)(-DSPC_M(fabs)(x)));
}

static inline DSPC_R DSPC_F(hypot)(DSPC_R a, DSPC_R b) {
    DSPC_R p = DSPC_M(fabs)(a), q = DSPC_M(fabs)(b), m = DSPC_F(power)(p > q ? p : q), s = DSPC_F(inverse_power)(m);
    p *= s;
    q *= s;
    return DSPC_M(sqrt)(p * p + q * q) * m;
}

static inline DSPC_R DSPC_F(ratio_h)(DSPC_R p, DSPC_R a, DSPC_R b) {
    double u = fabs((double)a), v = fabs((double)b), s = DSPC_SCALE(u > v ? u : v);
    u *= s;
    v *= s;
    double d = u * u + v * v;
    return d == 0 ? 0 : (DSPC_R)((double)p * s / d * s);
}

/* Element i of the random numbers of this seed, uniform in (0, 1): a function of both and of nothing else, so that any
 * element can be drawn at any time, in any order, again. 23 bits and a half: exact in float too, and never 0 or 1. */
static inline DSPC_R DSPC_F(uniform01)(int32_t i, int32_t seed) {
    uint64_t bits = dspc_mix64(dspc_mix64((uint32_t)seed) + 0x9e3779b97f4a7c15u * (uint32_t)i);
    return ((DSPC_R)(int32_t)(bits >> 41) + (DSPC_R)0.5) * (DSPC_R)1.1920928955078125e-07; /* 2^-23 */
}

static inline int32_t DSPC_F(to_int)(DSPC_R x) {
    if (!(x == x)) return 0;
    if (x >= (DSPC_R)2147483648.0) return INT32_MAX;
    if (x <= (DSPC_R)-2147483648.0) return INT32_MIN;
    return (int32_t)x;
}

/* sin(pi x): x - rint(x) is exact, so the zeros at whole numbers are exact too. */
static inline DSPC_R DSPC_F(sinpi)(DSPC_R x) {
    DSPC_R n = DSPC_M(rint)(x), s = DSPC_M(sin)((DSPC_R)DSPC_PI * (x - n));
    return DSPC_M(rint)(n / 2) * 2 == n ? s : -s;
}

static inline DSPC_R DSPC_F(cospi)(DSPC_R x) {
    DSPC_R n = DSPC_M(rint)(x), c = DSPC_M(cos)((DSPC_R)DSPC_PI * (x - n));
    return DSPC_M(rint)(n / 2) * 2 == n ? c : -c;
}

static inline DSPC_R DSPC_F(sinc)(DSPC_R x) {
    return x == 0 ? 1 : DSPC_F(sinpi)(x) / ((DSPC_R)DSPC_PI * x);
}

/* Near 0 the closed form cancels: dsinc(x) = sum over k >= 1 of (-1)^k 2k pi^2k x^(2k-1) / (2k+1)!. */
static inline DSPC_R DSPC_F(dsinc)(DSPC_R x) {
    if (DSPC_M(fabs)(x) >= 1) return (DSPC_F(cospi)(x) - DSPC_F(sinc)(x)) / x;
    double q = -DSPC_PI * DSPC_PI * (double)x * (double)x, t = -DSPC_PI * DSPC_PI * (double)x / 6, s = 0;
    for (int k = 1; k <= 14; k++) {
        s += 2 * k * t;
        t *= q / ((2 * k + 2) * (2 * k + 3));
    }
    return (DSPC_R)s;
}

/* d2sinc(x) = sum over k >= 1 of (-1)^k 2k (2k-1) pi^2k x^(2k-2) / (2k+1)! near 0. */
static inline DSPC_R DSPC_F(d2sinc)(DSPC_R x) {
    if (DSPC_M(fabs)(x) >= 1) return (DSPC_R)(-DSPC_PI * DSPC_PI) * DSPC_F(sinc)(x) - 2 * DSPC_F(dsinc)(x) / x;
    double q = -DSPC_PI * DSPC_PI * (double)x * (double)x, t = -DSPC_PI * DSPC_PI / 6, s = 0;
    for (int k = 1; k <= 14; k++) {
        s += 2 * k * (2 * k - 1) * t;
        t *= q / ((2 * k + 2) * (2 * k + 3));
    }
    return (DSPC_R)s;
}

/* Modified Bessel functions of order n = 0, 1 for x >= 0. Up to 20 the power series, whose terms are all positive:
 *   I_n(x) = (x/2)^n sum over k of (x/2)^2k / (k! (k+n)!);
 * beyond it Hankel's expansion, whose smallest term is about exp(-2x):
 *   I_n(x) ~ exp(x) / sqrt(2 pi x) (1 - (4n^2 - 1)/(8x) + (4n^2 - 1)(4n^2 - 9)/(2! (8x)^2) - ...).
 * The result is divided by (x/2)^n when `over` is set. */
static inline DSPC_R DSPC_F(bessel_i)(int n, DSPC_R x, int over) {
    double h = (double)x / 2, s = 1, t = 1;
    if (x <= 20) {
        for (int k = 1; t > 1e-17 * s; k++) {
            t *= h / k * (h / (k + n));
            s += t;
        }
        return (DSPC_R)(n == 0 || over ? s : s * h);
    }
    for (int k = 1; k < 40 && fabs(t) > 1e-17; k++) {
        t *= (double)((2 * k - 1) * (2 * k - 1) - 4 * n * n) / (16 * h * k);
        s += t;
    }
    double e = exp(h); /* exp(x) itself overflows before I_n(x) does */
    return (DSPC_R)(e * (s / sqrt(4 * DSPC_PI * h) * e) / (n == 1 && over ? h : 1));
}

static inline DSPC_R DSPC_F(i0)(DSPC_R x) {
    return x == x ? DSPC_F(bessel_i)(0, DSPC_M(fabs)(x), 0) : x;
}

static inline DSPC_R DSPC_F(i1)(DSPC_R x) {
    return x == x ? (x < 0 ? -DSPC_F(bessel_i)(1, -x, 0) : DSPC_F(bessel_i)(1, x, 0)) : x;
}

static inline DSPC_R DSPC_F(i1_over_x)(DSPC_R x) {
    return x == x ? DSPC_F(bessel_i)(1, DSPC_M(fabs)(x), 1) / 2 : x;
}

/* ---- complex functions ---- */

static inline DSPC_C DSPC_Z(pair)(double re, double im) {
    DSPC_C z;
    z.re = (DSPC_R)re;
    z.im = (DSPC_R)im;
    return z;
}

static inline DSPC_C DSPC_Z(cmul)(DSPC_R are, DSPC_R aim, DSPC_R bre, DSPC_R bim) {
    double a = (double)are, b = (double)aim, c = (double)bre, d = (double)bim;
    return DSPC_Z(pair)(a * c - b * d, a * d + b * c);
}

/* a / b = a conj(b') s / |b'|^2 with b' = s b. The factor s goes onto a first when that brings a toward 1, and onto the
 * product otherwise: no step leaves the range unless the quotient does. */
static inline DSPC_C DSPC_Z(cdiv)(DSPC_R are, DSPC_R aim, DSPC_R bre, DSPC_R bim) {
    double a = (double)are, b = (double)aim, c = fabs((double)bre), d = fabs((double)bim);
    double m = fabs(a) > fabs(b) ? fabs(a) : fabs(b), s = DSPC_SCALE(c > d ? c : d);
    double before = (m < 1) == (s > 1) ? s : 1, after = (m < 1) == (s > 1) ? 1 : s;
    c = (double)bre * s;
    d = (double)bim * s;
    double n = c * c + d * d;
    if (n == 0) return DSPC_Z(pair)(a / n, b / n);
    c /= n;
    d /= n;
    a *= before;
    b *= before;
    return DSPC_Z(pair)((a * c + b * d) * after, (b * c - a * d) * after);
}

static inline DSPC_C DSPC_Z(crecip)(DSPC_R re, DSPC_R im) {
    return DSPC_Z(cdiv)(1, 0, re, im);
}

static inline DSPC_C DSPC_Z(cunit)(DSPC_R re, DSPC_R im) {
    DSPC_R a = DSPC_M(fabs)(re), b = DSPC_M(fabs)(im), s = DSPC_F(inverse_power)(DSPC_F(power)(a > b ? a : b));
    a = re * s;
    b = im * s;
    DSPC_R h = DSPC_M(sqrt)(a * a + b * b), r = h > 0 ? 1 / h : 0;
    DSPC_C z;
    z.re = a * r;
    z.im = b * r;
    return z;
}

static inline DSPC_C DSPC_Z(cunit_tangent)(DSPC_R re, DSPC_R im, DSPC_R tre, DSPC_R tim) {
    double a = fabs((double)re), b = fabs((double)im), s = DSPC_SCALE(a > b ? a : b);
    a = (double)re * s;
    b = (double)im * s;
    double h = sqrt(a * a + b * b), r = h > 0 ? 1 / h : 0;
    a *= r;
    b *= r;
    double w = (a * (double)tim - b * (double)tre) * r * s; /* 1 / |z| = s / h */
    return DSPC_Z(pair)(-b * w, a * w);
}

/* exp(re) in two halves, so that a small cosine or sine brings a product near the end of the range back inside. */
static inline DSPC_C DSPC_Z(cexp)(DSPC_R re, DSPC_R im) {
    double x = (double)re, y = (double)im, e = exp(x > 700 ? x / 2 : x), g = x > 700 ? e : 1;
    if (y == 0) return DSPC_Z(pair)(e * g, y);
    return DSPC_Z(pair)(e * cos(y) * g, e * sin(y) * g);
}

/* log|z|: near |z| = 1 by log1p of |z|^2 - 1 = (m - 1)(m + 1) + n^2, m the larger part. */
static inline DSPC_C DSPC_Z(clog)(DSPC_R re, DSPC_R im) {
    double x = (double)re, y = (double)im, p = fabs(x), q = fabs(y), m = p > q ? p : q, n = p > q ? q : p, l;
    if (m > 0.5 && m < 2) {
        l = 0.5 * log1p((m - 1) * (m + 1) + n * n);
    } else {
        double s = dspc_scale_f64(m);
        m *= s;
        n *= s;
        l = 0.5 * log(m * m + n * n) - log(s);
    }
    return DSPC_Z(pair)(l, atan2(y, x));
}

/* Principal square root: t = sqrt((|re| + |z|)/2) is one part, im/(2t) the other. */
static inline DSPC_C DSPC_Z(csqrt)(DSPC_R re, DSPC_R im) {
    double x = (double)re, y = (double)im, p = fabs(x), q = fabs(y), s = dspc_scale_f64(p > q ? p : q);
    p *= s;
    q *= s;
    double t = sqrt((p + sqrt(p * p + q * q)) / 2), u = t > 0 ? q / (2 * t) : 0, r = 1 / sqrt(s);
    t *= r;
    u *= r;
    return x >= 0 ? DSPC_Z(pair)(t, copysign(u, y)) : DSPC_Z(pair)(u, copysign(t, y));
}

/* sin(x + iy) = sin x cosh y + i cos x sinh y. A factor of exactly 0 stays 0 where the other one overflows. */
static inline DSPC_C DSPC_Z(csin)(DSPC_R re, DSPC_R im) {
    double x = (double)re, y = (double)im;
    return DSPC_Z(pair)(x == 0 ? x : sin(x) * cosh(y), y == 0 ? y : cos(x) * sinh(y));
}

/* cos(x + iy) = cos x cosh y - i sin x sinh y. */
static inline DSPC_C DSPC_Z(ccos)(DSPC_R re, DSPC_R im) {
    double x = (double)re, y = (double)im;
    return DSPC_Z(pair)(cos(x) * cosh(y), x == 0 || y == 0 ? 0 : -(sin(x) * sinh(y)));
}

/* a^b: by squaring for small whole b, else exp(b log a). 0^0 = 1, 0^b = 0 for Re b > 0, infinite otherwise. */
static inline DSPC_C DSPC_Z(cpow)(DSPC_R are, DSPC_R aim, DSPC_R bre, DSPC_R bim) {
    double x = (double)are, y = (double)aim, u = (double)bre, v = (double)bim;
    if (u == 0 && v == 0) return DSPC_Z(pair)(1, 0);
    if (x == 0 && y == 0) return DSPC_Z(pair)(u > 0 ? 0 : HUGE_VAL, 0);
    if (v == 0 && u == rint(u) && fabs(u) <= 64) {
        double pr = 1, pi = 0;
        for (int n = (int)fabs(u); n > 0; n >>= 1) {
            double t = pr * x - pi * y;
            if (n & 1) {
                pi = pr * y + pi * x;
                pr = t;
            }
            t = x * x - y * y;
            y = 2 * x * y;
            x = t;
        }
        if (u > 0) return DSPC_Z(pair)(pr, pi);
        double n = fabs(pr) > fabs(pi) ? fabs(pr) : fabs(pi), s = dspc_scale_f64(n);
        pr *= s;
        pi *= s;
        n = pr * pr + pi * pi;
        return DSPC_Z(pair)(pr / n * s, -pi / n * s);
    }
    double p = fabs(x), q = fabs(y), s = dspc_scale_f64(p > q ? p : q);
    double l = 0.5 * log(x * s * (x * s) + y * s * (y * s)) - log(s), a = atan2(y, x);
    double e = exp(u * l - v * a), w = v * l + u * a;
    return DSPC_Z(pair)(e * cos(w), e * sin(w));
}
