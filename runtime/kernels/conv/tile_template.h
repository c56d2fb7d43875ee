/* tile_template.h: the wide way of conv.c: rows of outputs in tiles of TILE elements that stay in registers.
 *
 * The tile at column j0 meets tap q at x[b + s q ..  b + s q + TILE), b = j0 - s lo1. Taps for which all of it lies inside the row are
 * the interior and read x directly; for the others the row is copied, with zeros outside, into a buffer, so that the inner loop
 * needs no bounds tests anywhere. */

enum {
    L(LANES) = VW / (1 + CPLX), /* elements in a vector */
    L(TILE_VECTORS) =
        CPLX ? 4 : 8, /* with complex numbers each has two sums: 8 in both cases hide the latency of FMA */
    L(TILE) = L(TILE_VECTORS) * L(LANES),
    L(PIECE) = 1024 /* taps summed before they are added to the total */
};

/* Totals of a tile: sums of Re(h) x, and of Im(h) x for complex h. */
typedef struct {
    T a[L(TILE_VECTORS) * VW];
#if CPLX
    T b[L(TILE_VECTORS) * VW];
#endif
} L(tile);

#if CPLX
#define FOUR(M) M(0) M(1) M(2) M(3)
#define ZERO(j) V a##j = {0}, b##j = {0};
#define STEP(j)                         \
    if (j < nv) {                       \
        V v = *(const V *)(u + j * VW); \
        a##j += h[0] * v;               \
        b##j += h[1] * v;               \
    }
#define STORE(j)                       \
    if (j < nv) {                      \
        *(V *)(t->a + j * VW) += a##j; \
        *(V *)(t->b + j * VW) += b##j; \
    }
#define ALL(M) FOUR(M)
#else
#define EIGHT(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7)
#define ZERO(j)  V a##j = {0};
#define STEP(j) \
    if (j < nv) a##j += h[0] * *(const V *)(u + j * VW);
#define STORE(j) \
    if (j < nv) *(V *)(t->a + j * VW) += a##j;
#define ALL(M) EIGHT(M)
#endif

/* t += sum over p < P, q < Q of h[p, q] x[p xp + q xq ..), all strides in reals; nv vectors of the tile are in use. */
INLINE void L(tile_sum)(L(tile) *restrict t, const T *x, ptrdiff_t xp, ptrdiff_t xq, const T *h, ptrdiff_t hp,
                        ptrdiff_t P, ptrdiff_t Q, const int nv) {
    ALL(ZERO)
    for (ptrdiff_t p = 0; p < P; p++, x += xp, h += hp - Q * (1 + CPLX)) {
        const T *u = x;
        for (ptrdiff_t q = 0; q < Q; q++, u += xq, h += 1 + CPLX) { ALL(STEP) }
    }
    ALL(STORE)
}
#undef FOUR
#undef EIGHT
#undef ZERO
#undef STEP
#undef STORE
#undef ALL

HOT static void L(tile_sum_)(L(tile) *restrict t, const T *x, ptrdiff_t xp, ptrdiff_t xq, const T *h, ptrdiff_t hp,
                             ptrdiff_t P, ptrdiff_t Q, int nv) {
    if (nv == L(TILE_VECTORS)) L(tile_sum)(t, x, xp, xq, h, hp, P, Q, L(TILE_VECTORS));
    else if (nv == L(TILE_VECTORS) / 2) L(tile_sum)(t, x, xp, xq, h, hp, P, Q, L(TILE_VECTORS) / 2);
    else L(tile_sum)(t, x, xp, xq, h, hp, P, Q, L(TILE_VECTORS) / 4);
}

/* Taps p0..p1, q0..q1 of the interior, in pieces. */
static void L(tile_inside)(L(tile) * t, const L(conv_job) * c, ptrdiff_t i, ptrdiff_t b, ptrdiff_t p0, ptrdiff_t p1,
                           ptrdiff_t q0, ptrdiff_t q1, int nv) {
    if (q1 <= q0) return;
    ptrdiff_t rows = pd_max(1, L(PIECE) / (q1 - q0));
    for (ptrdiff_t p = p0; p < p1; p += rows)
        for (ptrdiff_t q = q0; q < q1; q += L(PIECE)) {
            const E *x = c->x + (i + c->s * (p - c->lo0)) * c->W + b + c->s * q;
            L(tile_sum_)
            (t, (const T *)x, c->s * c->W * (1 + CPLX), c->s * (1 + CPLX), (const T *)(c->h + p * c->Q + q),
             c->Q * (1 + CPLX), pd_min(rows, p1 - p), pd_min(L(PIECE), q1 - q), nv);
        }
}

/* The same for taps that reach over the ends of the rows: x from a copy with zeros outside. */
static void L(tile_edge)(L(tile) * t, const L(conv_job) * c, ptrdiff_t i, ptrdiff_t b, ptrdiff_t p0, ptrdiff_t p1,
                         ptrdiff_t q0, ptrdiff_t q1, int nv) {
    E u[2 * L(TILE)];
    for (ptrdiff_t p = p0; p < p1; p++)
        for (ptrdiff_t q = q0; q < q1; q += L(TILE)) {
            ptrdiff_t m = pd_min(L(TILE), q1 - q), first = c->s > 0 ? b + q : b - (q + m - 1),
                      len = nv * L(LANES) + m - 1;
            ptrdiff_t from = pd_clip(-first, 0, len), to = pd_clip(c->W - first, from, len);
            const E *row = c->x + (i + c->s * (p - c->lo0)) * c->W;
            for (ptrdiff_t k = 0; k < from; k++) u[k] = e_zero();
            for (ptrdiff_t k = from; k < to; k++) u[k] = row[first + k];
            for (ptrdiff_t k = to; k < len; k++) u[k] = e_zero();
            L(tile_sum_)
            (t, (const T *)(c->s > 0 ? u : u + m - 1), 0, c->s * (1 + CPLX), (const T *)(c->h + p * c->Q + q), 0, 1, m,
             nv);
        }
}

/* Outputs j0..j0+m of row i, m <= TILE; nv vectors cover them. */
static void L(tile_run)(const L(conv_job) * c, ptrdiff_t i, ptrdiff_t j0, ptrdiff_t m, int nv) {
    L(tile) t;
    memset(&t, 0, sizeof t);
    ptrdiff_t width = nv * L(LANES), b = j0 - c->s * c->lo1, d = i - c->s * c->lo0, p0, p1, any0, any1, all0, all1;
    if (c->s > 0) { /* 0 <= d + p < H;  some of, all of b + q .. b + q + width inside 0..W */
        p0 = -d, p1 = c->H - d, any0 = 1 - b - width, any1 = c->W - b, all0 = -b, all1 = c->W - b - width + 1;
    } else {
        p0 = d - c->H + 1, p1 = d + 1, any0 = b - c->W + 1, any1 = b + width, all0 = b + width - c->W, all1 = b + 1;
    }
    p0 = pd_clip(p0, 0, c->P), p1 = pd_clip(p1, p0, c->P);
    any0 = pd_clip(any0, 0, c->Q), any1 = pd_clip(any1, any0, c->Q);
    all0 = pd_clip(all0, any0, any1), all1 = pd_clip(all1, all0, any1);
    L(tile_edge)(&t, c, i, b, p0, p1, any0, all0, nv);
    L(tile_inside)(&t, c, i, b, p0, p1, all0, all1, nv);
    L(tile_edge)(&t, c, i, b, p0, p1, all1, any1, nv);
    T *y = (T *)(c->y + i * c->n1 + j0);
#if CPLX
    T sign = c->cj ? -1 : 1; /* conj(h) x = a x - i b x */
    for (ptrdiff_t k = 0; k < m; k++) {
        y[2 * k] = t.a[2 * k] - sign * t.b[2 * k + 1];
        y[2 * k + 1] = t.a[2 * k + 1] + sign * t.b[2 * k];
    }
#else
    memcpy(y, t.a, (size_t)m * sizeof(T));
#endif
}

static void L(conv_wide)(const L(conv_job) * c) {
    for (ptrdiff_t i = 0; i < c->n0; i++)
        for (ptrdiff_t j = 0; j < c->n1;) {
            ptrdiff_t left = c->n1 - j;
            int nv = left > L(TILE) / 2   ? L(TILE_VECTORS)
                     : left > L(TILE) / 4 ? L(TILE_VECTORS) / 2
                                          : L(TILE_VECTORS) / 4;
            ptrdiff_t m = pd_min(left, nv * L(LANES));
            L(tile_run)(c, i, j, m, nv);
            j += m;
        }
}
