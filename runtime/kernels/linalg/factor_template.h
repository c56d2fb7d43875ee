/* factor_template.h: lu, lu_solve, lu_logabsdet, lu_det, cholesky, trisolve of one element type. */
#include "kernels/linalg/dot_product.h"

static inline T L(size1)(E a) {
#if CPLX
    return (T)(fabs((double)a.re) + fabs((double)a.im));
#else
    return e_abs(a);
#endif
}

static inline T L(real_part)(E a) {
#if CPLX
    return a.re;
#else
    return a;
#endif
}

static void L(swap_rows)(E *a, E *b, ptrdiff_t n) {
    if (a == b) return;
    for (ptrdiff_t k = 0; k < n; k++) {
        E t = a[k];
        a[k] = b[k];
        b[k] = t;
    }
}

/* Column by column: the largest element of the rest of column k comes to the diagonal, what stands below becomes L,
 * and the rest of the rows is reduced. */
HOT void S(lu)(T *restrict y_, const T *restrict a, ptrdiff_t N) {
    E *y = (E *)y_, *pivot = y + N * N;
    memcpy(y, a, (size_t)(N * N) * sizeof(E));
    for (ptrdiff_t k = 0; k < N; k++) {
        ptrdiff_t best = k;
        for (ptrdiff_t i = k + 1; i < N; i++)
            if (L(size1)(y[i * N + k]) > L(size1)(y[best * N + k])) best = i;
        pivot[k] = e_real((T)best);
        L(swap_rows)(y + k * N, y + best * N, N);
        for (ptrdiff_t i = k + 1; i < N; i++) {
            E *row = y + i * N, l = L(size1)(row[k]) == 0 ? e_zero() : e_div(row[k], y[k * N + k]);
            row[k] = l;
            L(subtract_row)(row + k + 1, y + k * N + k + 1, l, N - k - 1);
        }
    }
}

/* Solves in place for triangular f: order of the unknowns upward (up = 1) or downward; `ct` takes f^H; unit diagonal
 * or not. */
HOT static void L(solve_rows)(E *restrict x, const E *restrict f, ptrdiff_t N, ptrdiff_t M, int lower, int ct,
                              int unit) {
    int up = lower != ct; /* a lower matrix, or the conjugate transpose of an upper one, begins with unknown 0 */
    for (ptrdiff_t step = 0; step < N; step++) {
        ptrdiff_t i = up ? step : N - 1 - step;
        E *xi = x + i * M;
        const E *fi = f + i * N;
        if (!ct) { /* x[i] = (b[i] - sum over known k of f[i, k] x[k]) / f[i, i] */
            ptrdiff_t k0 = lower ? 0 : i + 1, k1 = lower ? i : N;
            if (M == 1) xi[0] = e_sub(xi[0], L(dot_product)(fi + k0, x + k0, k1 - k0, 0));
            else
                for (ptrdiff_t k = k0; k < k1; k++) L(subtract_row)(xi, x + k * M, fi[k], M);
        }
        if (!unit) {
            E d = ct ? e_conj(fi[i]) : fi[i];
            for (ptrdiff_t m = 0; m < M; m++) xi[m] = e_div(xi[m], d);
        }
        if (ct) { /* x[i] leaves the equations that remain: row i of f holds column i of f^H */
            ptrdiff_t k0 = lower ? 0 : i + 1, k1 = lower ? i : N;
            if (M == 1)
                for (ptrdiff_t k = k0; k < k1; k++) x[k] = e_msub(x[k], e_conj(fi[k]), xi[0]);
            else
                for (ptrdiff_t k = k0; k < k1; k++) L(subtract_row)(x + k * M, xi, e_conj(fi[k]), M);
        }
    }
}

void S(lu_solve)(T *restrict y_, const T *restrict a, const T *restrict f_, const T *restrict b, ptrdiff_t N,
                 ptrdiff_t M, int ct) {
    E *y = (E *)y_;
    const E *f = (const E *)f_, *pivot = f + N * N;
    (void)a;
    memcpy(y, b, (size_t)(N * M) * sizeof(E));
    if (!ct) { /* P a = L U */
        for (ptrdiff_t k = 0; k < N; k++) L(swap_rows)(y + k * M, y + (ptrdiff_t)L(real_part)(pivot[k]) * M, M);
        L(solve_rows)(y, f, N, M, 1, 0, 1);
        L(solve_rows)(y, f, N, M, 0, 0, 0);
    } else { /* a^H = U^H L^H P */
        L(solve_rows)(y, f, N, M, 0, 1, 0);
        L(solve_rows)(y, f, N, M, 1, 1, 1);
        for (ptrdiff_t k = N - 1; k >= 0; k--) L(swap_rows)(y + k * M, y + (ptrdiff_t)L(real_part)(pivot[k]) * M, M);
    }
}

void S(lu_logabsdet)(T *restrict y, const T *restrict a, const T *restrict f_, ptrdiff_t N) {
    const E *f = (const E *)f_;
    double s = 0;
    (void)a;
    for (ptrdiff_t k = 0; k < N; k++) s += log((double)e_abs(f[k * N + k]));
    *y = (T)s;
}

void S(lu_det)(T *restrict y, const T *restrict a, const T *restrict f_, ptrdiff_t N) {
    const E *f = (const E *)f_, *pivot = f + N * N;
    E d = e_real(1);
    (void)a;
    for (ptrdiff_t k = 0; k < N; k++) {
        d = e_mul(d, f[k * N + k]);
        if ((ptrdiff_t)L(real_part)(pivot[k]) != k) d = e_sub(e_zero(), d);
    }
    *(E *)y = d;
}

/* L[i, j] = (a[i, j] - sum over k < j of L[i, k] conj(L[j, k])) / L[j, j], row by row */
HOT void S(cholesky)(T *restrict y_, const T *restrict a_, ptrdiff_t N) {
    E *y = (E *)y_;
    const E *a = (const E *)a_;
    for (ptrdiff_t i = 0; i < N; i++) {
        E *yi = y + i * N;
        for (ptrdiff_t j = 0; j < i; j++) {
            E s = e_sub(a[i * N + j], L(dot_product)(y + j * N, yi, j, 1));
            yi[j] = e_scale(1 / L(real_part)(y[j * N + j]), s);
        }
        T d = L(real_part)(a[i * N + i]) - L(real_part)(L(dot_product)(yi, yi, i, 1));
        yi[i] = e_real(d > 0 ? (T)sqrt((double)d) : (T)NAN);
        for (ptrdiff_t j = i + 1; j < N; j++) yi[j] = e_zero();
    }
}

void S(trisolve)(T *restrict y, const T *restrict l, const T *restrict b, ptrdiff_t N, ptrdiff_t M, int lower, int ct) {
    memcpy(y, b, (size_t)(N * M) * sizeof(E));
    L(solve_rows)((E *)y, (const E *)l, N, M, lower != 0, ct != 0, 0);
}
