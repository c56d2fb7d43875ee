/* dot_template.h: the dot way of conv.c, for few outputs and many taps: GROUP outputs at a time, sums in vector lanes.
 *
 * A piece of h (a few rows, or part of one) is packed so that x runs upward with it: rows reversed for conv, and for
 * complex numbers as two streams, Re(h) and Im(h), each value twice, that match the interleaved x. Outputs are
 * numbered row by row. */

enum { L(GROUP) = CPLX ? 4 : 8, L(PACK) = 4096 / (1 + CPLX) };

/* Sums of a group, one vector for each output: of Re(h) x, and of Im(h) x for complex numbers. */
typedef struct {
    T a[L(GROUP) * VW];
#if CPLX
    T b[L(GROUP) * VW];
#endif
} L(lanes);

#if CPLX
#define DO(M)   M(0) M(1) M(2) M(3)
#define ZERO(j) V a##j = {0}, b##j = {0};
#define STEP(j)                       \
    {                                 \
        V u = *(const V *)(x##j + t); \
        a##j += v * u;                \
        b##j += w * u;                \
    }
#define STORE(j)                   \
    *(V *)(s->a + j * VW) += a##j; \
    *(V *)(s->b + j * VW) += b##j;
#else
#define DO(M)    M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7)
#define ZERO(j)  V a##j = {0};
#define STEP(j)  a##j += v * *(const V *)(x##j + t);
#define STORE(j) *(V *)(s->a + j * VW) += a##j;
#endif

/* s[o] += sum over t < n of h[t] x[o][t]; n in reals, a multiple of VW. */
HOT static void L(dot_group)(L(lanes) *restrict s, const T *restrict h, const T *const *x, ptrdiff_t n) {
    const T *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
#if !CPLX
    const T *x4 = x[4], *x5 = x[5], *x6 = x[6], *x7 = x[7];
#endif
    DO(ZERO)
    for (ptrdiff_t t = 0; t < n; t += VW) {
        V v = *(const V *)(h + t);
#if CPLX
        V w = *(const V *)(h + 2 * L(PACK) + t);
#endif
        DO(STEP)
    }
    DO(STORE)
}
#undef DO
#undef ZERO
#undef STEP
#undef STORE

#if !CPLX
enum { L(FEW) = 4 };

/* The same for the first four outputs: two vectors of each, so that enough sums are under way. */
HOT static void L(dot_few)(L(lanes) *restrict s, const T *restrict h, const T *const *x, ptrdiff_t n) {
    const T *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
    V a0 = {0}, a1 = {0}, a2 = {0}, a3 = {0}, b0 = {0}, b1 = {0}, b2 = {0}, b3 = {0};
    ptrdiff_t t = 0;
    for (; t + 2 * VW <= n; t += 2 * VW) {
        const V v = *(const V *)(h + t), w = *(const V *)(h + t + VW);
        a0 += v * *(const V *)(x0 + t), b0 += w * *(const V *)(x0 + t + VW);
        a1 += v * *(const V *)(x1 + t), b1 += w * *(const V *)(x1 + t + VW);
        a2 += v * *(const V *)(x2 + t), b2 += w * *(const V *)(x2 + t + VW);
        a3 += v * *(const V *)(x3 + t), b3 += w * *(const V *)(x3 + t + VW);
    }
    if (t < n) {
        const V v = *(const V *)(h + t);
        a0 += v * *(const V *)(x0 + t), a1 += v * *(const V *)(x1 + t);
        a2 += v * *(const V *)(x2 + t), a3 += v * *(const V *)(x3 + t);
    }
    *(V *)s->a += a0 + b0;
    *(V *)(s->a + VW) += a1 + b1;
    *(V *)(s->a + 2 * VW) += a2 + b2;
    *(V *)(s->a + 3 * VW) += a3 + b3;
}
#endif

/* Taps q0..q0+m of row p in the order in which x rises. */
static void L(dot_pack)(T *restrict a, const L(conv_job) * c, ptrdiff_t p, ptrdiff_t q0, ptrdiff_t m) {
    const E *h = c->h + p * c->Q + q0;
    for (ptrdiff_t t = 0; t < m; t++) {
        E v = c->s > 0 ? h[t] : h[m - 1 - t];
#if CPLX
        a[2 * t] = a[2 * t + 1] = v.re;
        a[2 * L(PACK) + 2 * t] = a[2 * L(PACK) + 2 * t + 1] = c->cj ? -v.im : v.im;
#else
        a[t] = v;
#endif
    }
}

static inline E L(dot_tap)(const T *a, ptrdiff_t t) {
#if CPLX
    return (E){a[2 * t], a[2 * L(PACK) + 2 * t]};
#else
    return a[t];
#endif
}

/* The sum of h[t] x[t] over packed taps t0..t1. */
static E L(dot_plain)(const T *a, const E *x, ptrdiff_t t0, ptrdiff_t t1) {
    E sum = e_zero();
    for (ptrdiff_t t = t0; t < t1; t++) sum = e_mad(sum, L(dot_tap)(a, t), x[t]);
    return sum;
}

/* A piece: rows p0..p0+rows of h, taps q0..q0+m, packed in a. */
typedef struct {
    const T *a;
    ptrdiff_t p0, rows, q0, m;
} L(piece);

/* Outputs o..o+count, count <= GROUP, gather their products with one piece. */
static void L(dot_outputs)(const L(conv_job) * c, const L(piece) * g, ptrdiff_t o, int count) {
    L(lanes) s;
    E extra[L(GROUP)];
    ptrdiff_t row[L(GROUP)], col[L(GROUP)], i = o / c->n1, j = o % c->n1, ta = 0, tb = g->m;
    memset(&s, 0, sizeof s);
    for (int k = 0; k < L(GROUP); k++) { /* places beyond count repeat the last output */
        row[k] = i + c->s * (g->p0 - c->lo0);
        col[k] = c->s > 0 ? j - c->lo1 + g->q0 : j + c->lo1 - (g->q0 + g->m - 1);
        extra[k] = e_zero();
        ta = pd_max(ta, -col[k]);
        tb = pd_min(tb, c->W - col[k]);
        if (k + 1 < count && ++j == c->n1) i++, j = 0;
    }
    tb = tb > ta ? ta + (tb - ta) / L(LANES) * L(LANES) : ta;
    for (ptrdiff_t p = 0; p < g->rows; p++) {
        const T *a = g->a + p * g->m * (1 + CPLX), *at[L(GROUP)];
        ptrdiff_t r = c->s * p, lowest = pd_min(row[0], row[count - 1]) + r,
                  highest = pd_max(row[0], row[count - 1]) + r;
        ptrdiff_t u0 = ta, u1 = tb;
        if (u1 > u0 && lowest >= 0 && highest < c->H) {
            for (int k = 0; k < L(GROUP); k++) at[k] = (const T *)(c->x + (row[k] + r) * c->W + col[k] + u0);
#if !CPLX
            if (count <= L(FEW)) L(dot_few)(&s, a + u0, at, u1 - u0);
            else
#endif
                L(dot_group)(&s, a + u0 * (1 + CPLX), at, (u1 - u0) * (1 + CPLX));
        } else {
            u0 = u1 = g->m;
        }
        for (int k = 0; k < count; k++) {
            ptrdiff_t t0 = pd_clip(-col[k], 0, g->m), t1 = pd_clip(c->W - col[k], t0, g->m);
            if (row[k] + r < 0 || row[k] + r >= c->H) continue;
            const E *x = c->x + (row[k] + r) * c->W + col[k];
            if (t0 < u0) extra[k] = e_add(extra[k], L(dot_plain)(a, x, t0, pd_min(u0, t1)));
            if (u1 < t1) extra[k] = e_add(extra[k], L(dot_plain)(a, x, pd_max(u1, t0), t1));
        }
    }
    for (int k = 0; k < count; k++) {
        E sum = extra[k];
        const T *v = s.a + k * VW;
#if CPLX
        const T *w = s.b + k * VW; /* even lanes hold products with Re(x), odd ones with Im(x) */
        for (int l = 0; l < VW; l += 2) sum = e_add(sum, (E){v[l] - w[l + 1], v[l + 1] + w[l]});
#else
        for (int l = 0; l < VW; l++) sum += v[l];
#endif
        c->y[o + k] = e_add(c->y[o + k], sum);
    }
}

static void L(conv_dot)(const L(conv_job) * c) {
    T a[L(PACK) * (CPLX ? 4 : 1)];
    ptrdiff_t n = c->n0 * c->n1, rows = pd_clip(L(PACK) / c->Q, 1, c->P);
    for (ptrdiff_t o = 0; o < n; o++) c->y[o] = e_zero();
    for (ptrdiff_t p = 0; p < c->P; p += rows)
        for (ptrdiff_t q = 0; q < c->Q; q += L(PACK)) {
            L(piece) g = {a, p, pd_min(rows, c->P - p), q, pd_min(L(PACK), c->Q - q)};
            for (ptrdiff_t r = 0; r < g.rows; r++) L(dot_pack)(a + r * g.m * (1 + CPLX), c, p + r, q, g.m);
            for (ptrdiff_t o = 0; o < n; o += L(GROUP)) L(dot_outputs)(c, &g, o, (int)pd_min(L(GROUP), n - o));
        }
}
