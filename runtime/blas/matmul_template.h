/* matmul_template.h: matmul of one element type. */
#include "kernels/linalg/dot_product.h"
#include "kernels/linalg/panel_template.h"

/* A factor: element (i, j) is p[i si + j sj], conjugated with cj. */
typedef struct {
    const E *p;
    ptrdiff_t si, sj;
    int cj;
} L(factor);

static inline E L(factor_at)(const L(factor) * f, ptrdiff_t i, ptrdiff_t j) {
    E v = f->p[i * f->si + j * f->sj];
    return f->cj ? e_conj(v) : v;
}

static void L(matmul_plain)(E *restrict y, const L(factor) * a, const L(factor) * b, ptrdiff_t M, ptrdiff_t K,
                            ptrdiff_t N) {
    for (ptrdiff_t m = 0; m < M; m++)
        for (ptrdiff_t n = 0; n < N; n++) {
            E s = e_zero();
            for (ptrdiff_t k = 0; k < K; k++) s = e_mad(s, L(factor_at)(a, m, k), L(factor_at)(b, k, n));
            y[m * N + n] = s;
        }
}

INLINE void L(conjugate)(E *y, ptrdiff_t n) {
    for (ptrdiff_t k = 0; k < n; k++) y[k] = e_conj(y[k]);
}

/* y[n] = sum over k of x[k] b[k, n], x contiguous. Rows of b or columns of b are contiguous. With conjugated b, y is
 * found as conj(sum of conj(x) b): the vector is conjugated instead of the matrix. */
HOT static void L(vector_matrix)(E *restrict y, const E *restrict x, int cx, const L(factor) * b, ptrdiff_t K,
                                 ptrdiff_t N) {
    int flip = b->cj, conj_x = cx != flip;
    if (b->si == 1 && !(b->sj == 1 && N > K)) {
        for (ptrdiff_t n = 0; n < N; n++)
            y[n] = conj_x ? L(dot_product)(x, b->p + n * b->sj, K, 1) : L(dot_product)(x, b->p + n * b->sj, K, 0);
    } else {
        for (ptrdiff_t n = 0; n < N; n++) y[n] = e_zero();
        ptrdiff_t k = 0, s = b->si;
        for (; k + 4 <= K; k += 4) { /* four rows for each pass over y */
            const E *r = b->p + k * s;
            E x0 = x[k], x1 = x[k + 1], x2 = x[k + 2], x3 = x[k + 3];
            if (conj_x) x0 = e_conj(x0), x1 = e_conj(x1), x2 = e_conj(x2), x3 = e_conj(x3);
            for (ptrdiff_t n = 0; n < N; n++)
                y[n] = e_mad(e_mad(e_mad(e_mad(y[n], x0, r[n]), x1, r[s + n]), x2, r[2 * s + n]), x3, r[3 * s + n]);
        }
        for (; k < K; k++) {
            E v = conj_x ? e_conj(x[k]) : x[k];
            const E *r = b->p + k * s;
            for (ptrdiff_t n = 0; n < N; n++) y[n] = e_mad(y[n], v, r[n]);
        }
    }
    if (flip) L(conjugate)(y, N);
}

#if DSPC_VECTORS
/* Rows k0..k0+kc, columns n0..n0+n of b into a panel. */
static void L(matmul_pack)(E *restrict to, const L(factor) * b, ptrdiff_t k0, ptrdiff_t kc, ptrdiff_t n0, ptrdiff_t n) {
    const E *p = b->p + k0 * b->si + n0 * b->sj;
    if (n == L(NR) && b->sj == 1) {
        for (ptrdiff_t k = 0; k < kc; k++) memcpy(to + k * L(NR), p + k * b->si, L(NR) * sizeof(E));
    } else {
        for (ptrdiff_t j = 0; j < L(NR); j++)
            for (ptrdiff_t k = 0; k < kc; k++) to[k * L(NR) + j] = j < n ? p[k * b->si + j * b->sj] : e_zero();
    }
    if (b->cj) L(conjugate)(to, kc * L(NR));
}

/* Rows m0..m0+m, columns k0..k0+kc of a transposed matrix, so that rows become contiguous. */
static void L(matmul_turn)(E *restrict to, const L(factor) * a, ptrdiff_t m0, ptrdiff_t m, ptrdiff_t k0, ptrdiff_t kc) {
    for (ptrdiff_t k = 0; k < kc; k++)
        for (ptrdiff_t i = 0; i < m; i++) to[i * L(KC) + k] = a->p[(m0 + i) * a->si + (k0 + k) * a->sj];
}

/* Depth KC at a time, a block of rows of a at a time, a panel of columns of b at a time. A transposed a is read
 * across its rows: when it is large and used for several panels, blocks of it are turned first. */
static void L(matmul_blocked)(E *restrict y, const L(factor) * a, const L(factor) * b, ptrdiff_t M, ptrdiff_t K,
                              ptrdiff_t N) {
    enum { TURNED = 32 / (1 + CPLX) };
    E panel[L(KC) * L(NR)], turned[TURNED * L(KC)];
    ptrdiff_t at[L(KC)];
    const int turn = a->sj > 64 && N > 2 * L(NR);
    const ptrdiff_t rows = turn ? TURNED : 128; /* what stays in a second-level cache */
    for (ptrdiff_t k = 0; k < pd_min(L(KC), K); k++) at[k] = turn ? k : k * a->sj;
    for (ptrdiff_t k = 0; k < K; k += L(KC))
        for (ptrdiff_t m = 0; m < M; m += rows) {
            ptrdiff_t kc = pd_min(L(KC), K - k), mc = pd_min(rows, M - m), step = turn ? L(KC) : a->si;
            const E *part = turn ? turned : a->p + m * a->si + k * a->sj;
            if (turn) L(matmul_turn)(turned, a, m, mc, k, kc);
            for (ptrdiff_t n = 0; n < N; n += L(NR)) {
                ptrdiff_t nc = pd_min(L(NR), N - n);
                L(matmul_pack)(panel, b, k, kc, n, nc);
                L(panel_multiply)(y + m * N + n, N, part, step, at, (const T *)panel, mc, kc, (int)nc, a->cj, k > 0);
            }
        }
}
#endif

void S(matmul)(T *restrict y_, const T *restrict a_, const T *restrict b_, ptrdiff_t M, ptrdiff_t K, ptrdiff_t N,
               int ta, int tb) {
    E *y = (E *)y_;
    L(factor)
    a = {(const E *)a_, ta ? 1 : K, ta ? M : 1, ta ? CPLX : 0},
    b = {(const E *)b_, tb ? 1 : N, tb ? K : 1, tb ? CPLX : 0};
    if (M == 1) {
        L(vector_matrix)(y, a.p, a.cj, &b, K, N);
    } else if (N == 1) { /* y' = b' a' */
        L(factor) at = {a.p, a.sj, a.si, a.cj};
        L(vector_matrix)(y, b.p, b.cj, &at, K, M);
    } else if (M * K * N <= 128 || K == 0) {
        L(matmul_plain)(y, &a, &b, M, K, N);
    } else if (gemm_pays(M, K, N)) {
        L(gemm)(y_, a_, b_, M, K, N, ta, tb);
    } else {
#if DSPC_VECTORS
        L(matmul_blocked)(y, &a, &b, M, K, N);
#else
        L(matmul_plain)(y, &a, &b, M, K, N);
#endif
    }
}
