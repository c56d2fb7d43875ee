/* sampling_template.h: resampling by ratios for one element type, against its sum; transposes by the dot test. */
static void L(updown)(ptrdiff_t N, ptrdiff_t K, ptrdiff_t up, ptrdiff_t down, ptrdiff_t lo, ptrdiff_t n) {
    unsigned seed = 41;
    T *x = L(make)(N, &seed), *h = L(make)(K, &seed), *v = L(make)(n, &seed), *y = L(alloc)(n), *hb = L(alloc)(K);
    S(upfirdn)(y, x, h, N, K, up, down, lo, n);
    S(upfirdn_h)(hb, v, x, n, N, up, down, lo, K);
    cd *r = ref_new(n), *rh = ref_new(K);
    for (ptrdiff_t m = 0; m < n; m++)
        for (ptrdiff_t k = 0; k < K; k++) {
            ptrdiff_t t = m * down + lo - k;
            if (t < 0 || t % up != 0 || t / up >= N) continue;
            r[m] += L(get)(h, k) * L(get)(x, t / up);
            rh[k] += L(get)(v, m) * conj(L(get)(x, t / up));
        }
    CU_ASSERT_TRUE(L(agrees)(y, r, n));
    CU_ASSERT_TRUE(L(agrees)(hb, rh, K));
    free(r), free(rh);
    L(release)(x, N), L(release)(h, K), L(release)(v, n), L(release)(y, n), L(release)(hb, K);
}

#if !CPLX
/* Weighted neighbours: with K = 1 and weights 1 the kernel is a gather from the continued signal, which pad_fold spells out. */
static void L(neighbours)(ptrdiff_t N, int mode) {
    unsigned seed = 43;
    const ptrdiff_t pad = 2 * N + 3, M = N + 2 * pad;
    T *x = L(make)(N, &seed), *w = L(alloc)(M), *y = L(alloc)(M), *want = L(alloc)(M), *back = L(alloc)(N);
    int32_t *i = malloc((size_t)M * sizeof *i), *row = calloc((size_t)M, sizeof *row);
    for (ptrdiff_t m = 0; m < M; m++) i[m] = (int32_t)(m - pad), w[m] = 1;
    S(sample)(y, x, w, i, N, M, 1, mode, 1);
    if (mode) S(pad_fold)(want, x, N, pad, pad, mode);
    else
        for (ptrdiff_t m = 0; m < M; m++) want[m] = m >= pad && m < pad + N ? x[m - pad] : 0;
    CU_ASSERT_EQUAL(memcmp(y, want, (size_t)M * sizeof(T)), 0);
    S(sample2)(y, x, w, w, row, i, 1, N, M, 1, 1, mode);
    CU_ASSERT_EQUAL(memcmp(y, want, (size_t)M * sizeof(T)), 0);
    S(spread)(back, w, w, i, M, 1, mode, N, 1); /* how often each sample stands in the continued signal */
    double all = 0;
    for (ptrdiff_t k = 0; k < N; k++) all += (double)back[k];
    CU_ASSERT_EQUAL(all, (double)(mode ? M : N));
    free(i), free(row);
    L(release)(x, N), L(release)(w, M), L(release)(y, M), L(release)(want, M), L(release)(back, N);
}

/* Rows at once are the rows one by one, and spread is the transpose of sample. Places repeat, and reach beyond both ends. */
static void L(rows)(ptrdiff_t N, ptrdiff_t M, ptrdiff_t K, ptrdiff_t rows, int mode) {
    unsigned seed = 47;
    T *x = L(make)(N * rows, &seed), *v = L(make)(M * rows, &seed), *w = L(make)(M * K, &seed);
    T *y = L(alloc)(M * rows), *xb = L(alloc)(N * rows), *one = L(alloc)(M), *back = L(alloc)(N);
    int32_t *i = malloc((size_t)M * sizeof *i);
    for (ptrdiff_t m = 0; m < M; m++) i[m] = (int32_t)((m / 3 * 5) % (N + 3)) - 2;
    S(sample)(y, x, w, i, N, M, K, mode, rows);
    S(spread)(xb, v, w, i, M, K, mode, N, rows);
    for (ptrdiff_t r = 0; r < rows; r++) {
        S(sample)(one, x + r * N, w, i, N, M, K, mode, 1);
        S(spread)(back, v + r * M, w, i, M, K, mode, N, 1);
        cd *a = L(ref)(one, M), *b = L(ref)(back, N), *rx = L(ref)(x + r * N, N), *rv = L(ref)(v + r * M, M);
        CU_ASSERT_TRUE(L(agrees)(y + r * M, a, M) && L(agrees)(xb + r * N, b, N));
        CU_ASSERT_TRUE(adjoint_holds(inner(a, rv, M), inner(rx, b, N), norm2(a, M) * norm2(rv, M), TOL));
        free(a), free(b), free(rx), free(rv);
    }
    free(i);
    L(release)(x, N * rows), L(release)(v, M * rows), L(release)(w, M * K), L(release)(y, M * rows);
    L(release)(xb, N * rows), L(release)(one, M), L(release)(back, N);
}
#endif
