/* panel_template.h: the inner part of all matrix-like products: y[m, 0..n) += sum over k < K of a[m, k] b[k, 0..n).
 *
 * b is a packed panel: K rows of NR elements in order, zeros beyond n. a is read in place: element (m, k) is a[m am +
 * at[k]], so that transposed matrices and the weights of convolutions need no copy. MR rows of NR results stay in
 * registers. Complex numbers as in conv.c: sums of Re(a) b and Im(a) b over the interleaved b, combined at the end. */
#if DSPC_VECTORS

enum {
    L(MR) = CPLX ? 2 : 4,
    L(NR) = 2 * VW / (1 + CPLX),
    L(KC) = 256 /* depth of a panel: 16 KB, half of a first-level cache */
};

#if CPLX
#define ROWS(M) M(0) M(1)
#define ZERO(r) V p##r = {0}, q##r = {0}, s##r = {0}, t##r = {0};
#define STEP(r)                                 \
    {                                           \
        const T *e = (const T *)(a##r + at[k]); \
        p##r += e[0] * u;                       \
        q##r += e[0] * v;                       \
        s##r += e[1] * u;                       \
        t##r += e[1] * v;                       \
    }
#define STORE(r)                             \
    *(V *)(c + r * 2 * VW) = p##r;           \
    *(V *)(c + r * 2 * VW + VW) = q##r;      \
    *(V *)(c + (L(MR) + r) * 2 * VW) = s##r; \
    *(V *)(c + (L(MR) + r) * 2 * VW + VW) = t##r;
#else
#define ROWS(M) M(0) M(1) M(2) M(3)
#define ZERO(r) V p##r = {0}, q##r = {0};
#define STEP(r)            \
    {                      \
        T e = a##r[at[k]]; \
        p##r += e * u;     \
        q##r += e * v;     \
    }
#define STORE(r)                   \
    *(V *)(c + r * 2 * VW) = p##r; \
    *(V *)(c + r * 2 * VW + VW) = q##r;
#endif

/* Rows m of y, `rows` of them, from the sums in c; ca: a was to be conjugated; add to y or set it. */
INLINE void L(panel_store)(E *restrict y, ptrdiff_t ym, const T *restrict c, int rows, int n, int ca, int add) {
    for (int r = 0; r < rows; r++, y += ym, c += 2 * VW) {
#if CPLX
        const T *d = c + L(MR) * 2 * VW;
        T sign = ca ? -1 : 1;
        for (int j = 0; j < n; j++) {
            E v = {c[2 * j] - sign * d[2 * j + 1], c[2 * j + 1] + sign * d[2 * j]};
            y[j] = add ? e_add(y[j], v) : v;
        }
#else
        (void)ca;
        if (add)
            for (int j = 0; j < n; j++) y[j] += c[j];
        else
            for (int j = 0; j < n; j++) y[j] = c[j];
#endif
    }
}

HOT static void L(panel_multiply)(E *restrict y, ptrdiff_t ym, const E *restrict a, ptrdiff_t am,
                                  const ptrdiff_t *restrict at, const T *restrict b, ptrdiff_t M, ptrdiff_t K, int n,
                                  int ca, int add) {
    for (ptrdiff_t m = 0; m < M; m += L(MR)) {
        const ptrdiff_t last = M - 1 - m; /* rows beyond the last repeat it and are not stored */
        const E *a0 = a + m * am, *a1 = a0 + pd_min(1, last) * am;
#if !CPLX
        const E *a2 = a0 + pd_min(2, last) * am, *a3 = a0 + pd_min(3, last) * am;
#endif
        T c[L(MR) * 2 * VW * (1 + CPLX)];
        ROWS(ZERO)
        for (ptrdiff_t k = 0; k < K; k++) {
            V u = *(const V *)(b + k * 2 * VW), v = *(const V *)(b + k * 2 * VW + VW);
            ROWS(STEP)
        }
        ROWS(STORE)
        if (n == L(NR)) /* a constant length for the compiler */
            L(panel_store)(y + m * ym, ym, c, (int)pd_min(L(MR), last + 1), L(NR), ca, add);
        else L(panel_store)(y + m * ym, ym, c, (int)pd_min(L(MR), last + 1), n, ca, add);
    }
}
#undef ROWS
#undef ZERO
#undef STEP
#undef STORE
#endif
