/* tile_template.h: the wide way of conv.c: rows of outputs in tiles of TILE elements that stay in registers.
 *
 * The tile at column j meets tap q at x[b + s q .. b + s q + TILE), b = j - s lo1. Taps for which all of it lies
 * inside the row are the interior and read x directly; for the others the row is copied, with zeros outside, into a
 * buffer, so that the inner loop needs no bounds tests anywhere. */

enum {
    L(LANES) = VW / (1 + CPLX),     /* elements in a vector */
    L(TILE_VECTORS) = CPLX ? 4 : 8, /* complex ones have two sums: 8 in both cases hide the latency of FMA */
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

/* Taps h [P, Q] with rows hp apart, met by x at steps of xp and xq; all in reals. */
typedef struct {
    const T *h;
    ptrdiff_t hp, P, Q, xp, xq;
} L(taps);

#if CPLX
#define ALL(M)  M(0) M(1) M(2) M(3)
#define ZERO(j) V a##j = {0}, b##j = {0};
#define STEP(j)                         \
    if (j < nv) {                       \
        V v = *(const V *)(u + j * VW); \
        a##j += g[0] * v;               \
        b##j += g[1] * v;               \
    }
#define ADD(j)                      \
    if (j < nv) {                   \
        a##j += *(V *)(a + j * VW); \
        b##j += *(V *)(b + j * VW); \
    }
#define STORE(j)                   \
    if (j < nv) {                  \
        *(V *)(a + j * VW) = a##j; \
        *(V *)(b + j * VW) = b##j; \
    }
#else
#define ALL(M)  M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7)
#define ZERO(j) V a##j = {0};
#define STEP(j) \
    if (j < nv) a##j += g[0] * *(const V *)(u + j * VW);
#define ADD(j) \
    if (j < nv) a##j += *(V *)(a + j * VW);
#define STORE(j) \
    if (j < nv) *(V *)(a + j * VW) = a##j;
#endif

/* nv vectors of sums over all taps of Re(h) x into a, and of Im(h) x into b; added to what is there with `add`. */
INLINE void L(tile_sum)(T *restrict a, T *restrict b, const T *restrict x, const L(taps) * t, int nv, int add) {
    const T *g = t->h;
    const ptrdiff_t Q = t->Q, xq = t->xq;
    (void)b;
    ALL(ZERO)
    for (ptrdiff_t p = 0; p < t->P; p++, x += t->xp, g += t->hp - Q * (1 + CPLX)) {
        const T *u = x;
        for (ptrdiff_t q = 0; q < Q; q++, u += xq, g += 1 + CPLX) { ALL(STEP) }
    }
    if (add) { ALL(ADD) }
    ALL(STORE)
}
#undef ALL
#undef ZERO
#undef STEP
#undef ADD
#undef STORE

/* The smaller tiles are for the ends of rows. */
HOT static void L(tile_add)(T *restrict a, T *restrict b, const T *restrict x, const L(taps) * t, int nv) {
    if (nv == L(TILE_VECTORS)) L(tile_sum)(a, b, x, t, L(TILE_VECTORS), 1);
    else if (nv == L(TILE_VECTORS) / 2) L(tile_sum)(a, b, x, t, L(TILE_VECTORS) / 2, 1);
    else L(tile_sum)(a, b, x, t, L(TILE_VECTORS) / 4, 1);
}

/* m results of a tile: y = a + i sign b, sign = -1 for conjugated taps. */
INLINE void L(tile_store)(T *restrict y, const T *restrict a, const T *restrict b, ptrdiff_t m, T sign) {
#if CPLX
    for (ptrdiff_t k = 0; k < m; k++) {
        y[2 * k] = a[2 * k] - sign * b[2 * k + 1];
        y[2 * k + 1] = a[2 * k + 1] + sign * b[2 * k];
    }
#else
    (void)b, (void)sign;
    memcpy(y, a, (size_t)m * sizeof(T));
#endif
}

/* Full tiles one after the other, all of whose taps are inside. */
HOT static void L(strip)(T *restrict y, const T *restrict x, const L(taps) * t, ptrdiff_t tiles, T sign) {
    const ptrdiff_t step = L(TILE_VECTORS) * VW;
    for (ptrdiff_t n = 0; n < tiles; n++, x += step, y += step) {
#if CPLX
        L(tile) s;
        L(tile_sum)(s.a, s.b, x, t, L(TILE_VECTORS), 0);
        L(tile_store)(y, s.a, s.b, L(TILE), sign);
#else
        (void)sign;
        L(tile_sum)(y, NULL, x, t, L(TILE_VECTORS), 0);
#endif
    }
}

/* Rows p.. and columns q.. of the taps of a problem. */
static L(taps) L(taps_of)(const L(conv_job) * c, ptrdiff_t p, ptrdiff_t rows, ptrdiff_t q, ptrdiff_t count) {
    const ptrdiff_t e = 1 + CPLX;
    return (L(taps)){(const T *)(c->h + p * c->Q + q), c->Q * e, rows, count, c->s * c->W * e, c->s * e};
}

static T *L(second)(L(tile) * t) {
#if CPLX
    return t->b;
#else
    (void)t;
    return NULL;
#endif
}

/* Taps p0..p1, q0..q1 of the interior of the tile at row i, base b, in pieces. */
static void L(tile_inside)(L(tile) * t, const L(conv_job) * c, ptrdiff_t i, ptrdiff_t b, const ptrdiff_t *p,
                           ptrdiff_t q0, ptrdiff_t q1, int nv) {
    if (q1 <= q0) return;
    ptrdiff_t rows = pd_max(1, L(PIECE) / (q1 - q0));
    for (ptrdiff_t r = p[0]; r < p[1]; r += rows)
        for (ptrdiff_t q = q0; q < q1; q += L(PIECE)) {
            const E *x = c->x + (i + c->s * (r - c->lo0)) * c->W + b + c->s * q;
            L(taps) h = L(taps_of)(c, r, pd_min(rows, p[1] - r), q, pd_min(L(PIECE), q1 - q));
            L(tile_add)(t->a, L(second)(t), (const T *)x, &h, nv);
        }
}

/* The same for taps that reach over the ends of the rows: x from a copy with zeros outside. */
static void L(tile_edge)(L(tile) * t, const L(conv_job) * c, ptrdiff_t i, ptrdiff_t b, const ptrdiff_t *p, ptrdiff_t q0,
                         ptrdiff_t q1, int nv) {
    E u[2 * L(TILE)];
    for (ptrdiff_t r = p[0]; r < p[1]; r++)
        for (ptrdiff_t q = q0; q < q1; q += L(TILE)) {
            ptrdiff_t m = pd_min(L(TILE), q1 - q), len = nv * L(LANES) + m - 1;
            ptrdiff_t first = c->s > 0 ? b + q : b - (q + m - 1); /* place of u[0] in the row */
            ptrdiff_t from = pd_clip(-first, 0, len), to = pd_clip(c->W - first, from, len);
            const E *row = c->x + (i + c->s * (r - c->lo0)) * c->W;
            for (ptrdiff_t k = 0; k < from; k++) u[k] = e_zero();
            for (ptrdiff_t k = from; k < to; k++) u[k] = row[first + k];
            for (ptrdiff_t k = to; k < len; k++) u[k] = e_zero();
            L(taps) h = L(taps_of)(c, r, 1, q, m);
            L(tile_add)(t->a, L(second)(t), (const T *)(c->s > 0 ? u : u + m - 1), &h, nv);
        }
}

/* The rows p[0]..p[1] of taps that meet rows of x at row i of outputs. */
static void L(tap_rows)(ptrdiff_t *p, const L(conv_job) * c, ptrdiff_t i) {
    ptrdiff_t d = i - c->s * c->lo0;
    p[0] = pd_clip(c->s > 0 ? -d : d - c->H + 1, 0, c->P);
    p[1] = pd_clip(c->s > 0 ? c->H - d : d + 1, p[0], c->P);
}

/* Taps part[0]..part[1] of each row, for the nv vectors of outputs from (i, j) on. */
static void L(tile_part)(L(tile) * t, const L(conv_job) * c, ptrdiff_t i, ptrdiff_t j, int nv, const ptrdiff_t *part) {
    ptrdiff_t width = nv * L(LANES), b = j - c->s * c->lo1, p[2], some0, some1, all0, all1;
    if (c->s > 0) { /* some of, and all of b + q .. b + q + width inside 0..W */
        some0 = 1 - b - width, some1 = c->W - b, all0 = -b, all1 = c->W - b - width + 1;
    } else {
        some0 = b - c->W + 1, some1 = b + width, all0 = b + width - c->W, all1 = b + 1;
    }
    some0 = pd_clip(some0, part[0], part[1]), some1 = pd_clip(some1, some0, part[1]);
    all0 = pd_clip(all0, some0, some1), all1 = pd_clip(all1, all0, some1);
    L(tap_rows)(p, c, i);
    L(tile_edge)(t, c, i, b, p, some0, all0, nv);
    L(tile_inside)(t, c, i, b, p, all0, all1, nv);
    L(tile_edge)(t, c, i, b, p, all1, some1, nv);
}

/* How many vectors cover `left` outputs, at most a tile. */
static int L(tile_vectors)(ptrdiff_t left) {
    const int full = L(TILE_VECTORS);
    return left > L(TILE) / 2 ? full : left > L(TILE) / 4 ? full / 2 : full / 4;
}

/* Outputs from column j of row i on, as many as SIDE tiles hold; the column behind them. Many taps go piece by piece
 * through all of these tiles: both factors come from memory once. */
static ptrdiff_t L(tiles_run)(const L(conv_job) * c, ptrdiff_t i, ptrdiff_t j) {
    enum { SIDE = 4 };
    L(tile) t[SIDE];
    ptrdiff_t at[SIDE + 1] = {j}, most = c->Q > 2 * L(PIECE) ? SIDE : 1, n = 0;
    int nv[SIDE];
    for (; n < most && at[n] < c->n1; n++) {
        nv[n] = L(tile_vectors)(c->n1 - at[n]);
        at[n + 1] = pd_min(c->n1, at[n] + nv[n] * L(LANES));
        memset(&t[n], 0, sizeof t[n]);
    }
    ptrdiff_t piece = n > 1 ? L(PIECE) : c->Q;
    for (ptrdiff_t q = 0; q < c->Q; q += piece) {
        const ptrdiff_t part[2] = {q, pd_min(c->Q, q + piece)};
        for (ptrdiff_t k = 0; k < n; k++) L(tile_part)(&t[k], c, i, at[k], nv[k], part);
    }
    for (ptrdiff_t k = 0; k < n; k++) L(tile_store)
    ((T *)(c->y + i * c->n1 + at[k]), t[k].a, L(second)(&t[k]), at[k + 1] - at[k], c->cj ? -1 : 1);
    return at[n];
}

/* Row i from column j on: as many full tiles as lie wholly inside, if sums are short; the column behind them. */
static ptrdiff_t L(row_strip)(const L(conv_job) * c, ptrdiff_t i, ptrdiff_t j) {
    ptrdiff_t b = j - c->s * c->lo1, p[2];
    ptrdiff_t first = c->s > 0 ? b : b - c->Q + 1, last = first + c->Q - 1; /* read for output j */
    ptrdiff_t tiles = pd_min(c->n1 - j, c->W - last) / L(TILE);
    L(tap_rows)(p, c, i);
    if (first < 0 || tiles <= 0 || p[1] <= p[0] || (p[1] - p[0]) * c->Q > L(PIECE)) return j;
    L(taps) h = L(taps_of)(c, p[0], p[1] - p[0], 0, c->Q);
    const E *x = c->x + (i + c->s * (p[0] - c->lo0)) * c->W + b;
    L(strip)((T *)(c->y + i * c->n1 + j), (const T *)x, &h, tiles, c->cj ? -1 : 1);
    return j + tiles * L(TILE);
}

static void L(conv_wide)(const L(conv_job) * c) {
    for (ptrdiff_t i = 0; i < c->n0; i++)
        for (ptrdiff_t j = 0; j < c->n1;) {
            j = L(row_strip)(c, i, j);
            if (j < c->n1) j = L(tiles_run)(c, i, j);
        }
}
