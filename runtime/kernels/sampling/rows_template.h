/* rows_template.h: sample and spread, in rows with the same weights and places, for one real type. Several rows go at once:
 * they share the reading of places and weights, and what waits in one goes on in the others. Two neighbours (linear
 * interpolation, triangular filters) have loops of their own. */
enum { L(ROWS) = 4 };

/* sum over k of w[k] x[at + k] */
INLINE T L(neighbours)(const T *restrict x, const T *restrict w, ptrdiff_t at, ptrdiff_t N, ptrdiff_t K, int mode) {
    T s = 0;
    for (ptrdiff_t k = 0; k < K; k++) {
        ptrdiff_t n = place(at + k, N, mode);
        if (n >= 0) s += w[k] * x[n];
    }
    return s;
}

INLINE void L(sample_rows)(T *restrict y, const T *restrict x, const T *restrict w, const int32_t *restrict i,
                           ptrdiff_t N, ptrdiff_t M, ptrdiff_t K, int mode, int rows) {
    for (ptrdiff_t m = 0; m < M; m++, w += K) {
        const ptrdiff_t at = i[m];
        if (at < 0 || at + K > N) {
            for (int r = 0; r < rows; r++) y[r * M + m] = L(neighbours)(x + r * N, w, at, N, K, mode);
            continue;
        }
        for (int r = 0; r < rows; r++) {
            T s = 0;
            for (ptrdiff_t k = 0; k < K; k++) s += w[k] * x[r * N + at + k];
            y[r * M + m] = s;
        }
    }
}

INLINE void L(spread_rows)(T *restrict x, const T *restrict v, const T *restrict w, const int32_t *restrict i,
                           ptrdiff_t M, ptrdiff_t K, int mode, ptrdiff_t N) {
    for (ptrdiff_t m = 0; m < M; m++, w += K)
        for (ptrdiff_t k = 0; k < K; k++) {
            ptrdiff_t n = place(i[m] + k, N, mode);
            if (n >= 0) x[n] += v[m] * w[k];
        }
}

/* K = 2. Runs of the same place, as in filter banks, are summed before they are added: no waiting for memory in between. */
INLINE void L(spread_pairs)(T *restrict x, const T *restrict v, const T *restrict w, const int32_t *restrict i,
                            ptrdiff_t M, int mode, ptrdiff_t N, int rows) {
    for (ptrdiff_t m = 0; m < M;) {
        const int32_t at = i[m];
        T s[L(ROWS)][2] = {{0}};
        for (; m < M && i[m] == at; m++)
            for (int r = 0; r < rows; r++) {
                s[r][0] += v[r * M + m] * w[2 * m];
                s[r][1] += v[r * M + m] * w[2 * m + 1];
            }
        const ptrdiff_t first = place(at, N, mode), second = place((ptrdiff_t)at + 1, N, mode);
        for (int r = 0; r < rows; r++) {
            if (first >= 0) x[r * N + first] += s[r][0];
            if (second >= 0) x[r * N + second] += s[r][1];
        }
    }
}

/* y[m] = sum over k of w[m, k] x[i[m] + k] */
HOT void S(sample)(T *restrict y, const T *restrict x, const T *restrict w, const int32_t *restrict i, ptrdiff_t N,
                   ptrdiff_t M, ptrdiff_t K, int mode, ptrdiff_t rows) {
    for (ptrdiff_t r = 0; r < rows;) {
        const int four = r + L(ROWS) <= rows;
        T *to = y + r * M;
        const T *from = x + r * N;
        if (K == 2 && four) L(sample_rows)(to, from, w, i, N, M, 2, mode, L(ROWS));
        else if (K == 2) L(sample_rows)(to, from, w, i, N, M, 2, mode, 1);
        else L(sample_rows)(to, from, w, i, N, M, K, mode, four ? L(ROWS) : 1);
        r += four ? L(ROWS) : 1;
    }
}

/* The transpose in x: v[m] w[m, k] is added to x[i[m] + k]. */
HOT void S(spread)(T *restrict x, const T *restrict v, const T *restrict w, const int32_t *restrict i, ptrdiff_t M,
                   ptrdiff_t K, int mode, ptrdiff_t N, ptrdiff_t rows) {
    for (ptrdiff_t n = 0; n < N * rows; n++) x[n] = 0;
    ptrdiff_t r = 0;
    if (K == 2)
        for (; r + L(ROWS) <= rows; r += L(ROWS)) L(spread_pairs)(x + r * N, v + r * M, w, i, M, mode, N, L(ROWS));
    for (; r < rows; r++) {
        if (K == 2) L(spread_pairs)(x + r * N, v + r * M, w, i, M, mode, N, 1);
        else L(spread_rows)(x + r * N, v + r * M, w, i, M, K, mode, N);
    }
}
