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
    S(sample)(y, x, w, i, N, M, 1, mode);
    if (mode) S(pad_fold)(want, x, N, pad, pad, mode);
    else
        for (ptrdiff_t m = 0; m < M; m++) want[m] = m >= pad && m < pad + N ? x[m - pad] : 0;
    CU_ASSERT_EQUAL(memcmp(y, want, (size_t)M * sizeof(T)), 0);
    S(sample2)(y, x, w, w, row, i, 1, N, M, 1, 1, mode);
    CU_ASSERT_EQUAL(memcmp(y, want, (size_t)M * sizeof(T)), 0);
    S(spread)(back, w, w, i, M, 1, mode, N); /* how often each sample stands in the continued signal */
    double all = 0;
    for (ptrdiff_t k = 0; k < N; k++) all += (double)back[k];
    CU_ASSERT_EQUAL(all, (double)(mode ? M : N));
    free(i), free(row);
    L(release)(x, N), L(release)(w, M), L(release)(y, M), L(release)(want, M), L(release)(back, N);
}
#endif
