/* half_template.h: the step between a real transform of even length N = 2M and a complex one of length M.
 *
 * Forward: z[n] = x[2n] + i x[2n+1] is the real signal read as complex numbers, Z its transform of length M, and
 *   X[k] = (Z[k] + conj Z[M-k])/2 - (i/2) w^k (Z[k] - conj Z[M-k]),   w = exp(-2 pi i / N).
 * Back: Z[k] = (X[k] + conj X[M-k]) + i w^-k (X[k] - conj X[M-k]), and z is read as real numbers again. Both are
 *   out[k] = s e + u[k] o,  out[M-k] = conj(s e - u[k] o)   with e = in[k] + conj in[M-k], o = in[k] - conj in[M-k],
 * s = 1/2, u[k] = -(i/2) w^k forward, s = 1, u[k] = i w^-k back. The table holds u[k] for 0 <= k <= M/2 as pairs (Re,
 * Re) and, behind them, pairs (-Im, Im), so that u o = (Re, Re) o + (-Im, Im) swapped(o). */

static void L(half_table)(T *u, ptrdiff_t M, int inverse) {
    ptrdiff_t count = M / 2 + 1;
    for (ptrdiff_t k = 0; k < count; k++) {
        double angle = DSPC_PI * (double)k / (double)M, c = cos(angle), s = sin(angle);
        double re = inverse ? -s : -s / 2, im = inverse ? c : -c / 2; /* i exp(i angle), -(i/2) exp(-i angle) */
        u[2 * k] = u[2 * k + 1] = (T)re;
        u[2 * (count + k)] = (T)-im;
        u[2 * (count + k) + 1] = (T)im;
    }
}

/* out[k] and out[M-k] for k = 1 .. M/2 */
HOT static void L(half_step)(T *restrict out, const T *restrict in, const T *restrict u, ptrdiff_t M, T s) {
    const T *v = u + 2 * (M / 2 + 1);
    ptrdiff_t k = 1;
#if DSPC_SHUFFLES
    const ptrdiff_t lanes = 4; /* complex numbers in a vector of 8 floats */
    const L(vector) conj = {1, -1, 1, -1, 1, -1, 1, -1};
    for (; k + lanes <= (M + 1) / 2; k += lanes) {
        ptrdiff_t m = M - k - lanes + 1;
        L(vector) a = *(const L(vector) *)(in + 2 * k), b = *(const L(vector) *)(in + 2 * m);
        b = __builtin_shufflevector(b, b, 6, 7, 4, 5, 2, 3, 0, 1) * conj;
        L(vector) e = (a + b) * s, o = a - b, w = __builtin_shufflevector(o, o, 1, 0, 3, 2, 5, 4, 7, 6);
        L(vector) t = *(const L(vector) *)(u + 2 * k) * o + *(const L(vector) *)(v + 2 * k) * w, d = (e - t) * conj;
        *(L(vector) *)(out + 2 * k) = e + t;
        *(L(vector) *)(out + 2 * m) = __builtin_shufflevector(d, d, 6, 7, 4, 5, 2, 3, 0, 1);
    }
#endif
    for (; k <= M / 2; k++) {
        const T *a = in + 2 * k, *b = in + 2 * (M - k);
        T er = s * (a[0] + b[0]), ei = s * (a[1] - b[1]), dr = a[0] - b[0], di = a[1] + b[1];
        T tr = u[2 * k] * dr + v[2 * k] * di, ti = u[2 * k + 1] * di + v[2 * k + 1] * dr;
        out[2 * k] = er + tr;
        out[2 * k + 1] = ei + ti;
        out[2 * (M - k)] = er - tr; /* the same element when k = M/2: there it is written twice with the same value */
        out[2 * (M - k) + 1] = ti - ei;
    }
}

/* y [M + 1] from Z = in [M] */
static void L(half_forward)(T *restrict y, const T *restrict in, const T *u, ptrdiff_t M) {
    L(half_step)(y, in, u, M, (T)0.5);
    y[0] = in[0] + in[1];
    y[1] = 0;
    y[2 * M] = in[0] - in[1];
    y[2 * M + 1] = 0;
}

/* Z = out [M] from the half spectrum x [M + 1] */
static void L(half_back)(T *restrict out, const T *restrict x, const T *u, ptrdiff_t M) {
    L(half_step)(out, x, u, M, 1);
    out[0] = x[0] + x[2 * M];
    out[1] = x[0] - x[2 * M];
}
