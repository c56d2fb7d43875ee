/* sequence_template.h: tests of the kernels along one axis for one element type. */

static void L(running)(ptrdiff_t N, int reverse) {
    unsigned seed = 19;
    T *x = L(make)(N, &seed), *a = L(make)(N, &seed), *y = L(alloc)(N);
    cd *r = ref_new(N), s = 0;
    for (ptrdiff_t k = 0; k < N; k++) {
        ptrdiff_t n = reverse ? N - 1 - k : k;
        r[n] = s += L(get)(x, n);
    }
    S(cumsum)(y, x, N, reverse);
    CU_ASSERT_TRUE(L(agrees)(y, r, N));
    s = 0;
    for (ptrdiff_t k = 0; k < N; k++) {
        ptrdiff_t n = reverse ? N - 1 - k : k;
        r[n] = s = L(get)(a, n) * s + L(get)(x, n);
    }
    S(lrec)(y, a, x, N, reverse);
    CU_ASSERT_TRUE(L(agrees)(y, r, N));
    s = 1;
    for (ptrdiff_t n = 0; n < N; n++) r[n] = s *= L(get)(x, n);
    S(cumprod)(y, x, N);
    CU_ASSERT_TRUE(L(agrees)(y, r, N));
    free(r);
    L(release)(x, N), L(release)(a, N), L(release)(y, N);
}

static void L(recursive)(ptrdiff_t N, ptrdiff_t P, int reverse) {
    unsigned seed = 21;
    T *u = L(make)(N, &seed), *a = L(make)(P, &seed), *y = L(alloc)(N);
    cd *r = ref_new(N);
    for (ptrdiff_t k = 0; k < P * (1 + CPLX); k++) a[k] = a[k] / (T)(2 * P);
    for (ptrdiff_t i = 0; i < N; i++) {
        ptrdiff_t n = reverse ? N - 1 - i : i;
        r[n] = L(get)(u, n);
        for (ptrdiff_t k = 1; k <= P && k <= i; k++) r[n] -= L(get)(a, k - 1) * r[reverse ? n + k : n - k];
    }
    S(allpole)(y, u, a, N, P, reverse);
    CU_ASSERT_TRUE(L(agrees)(y, r, N));
    free(r);
    L(release)(u, N), L(release)(a, P), L(release)(y, N);
}

static void L(frames)(ptrdiff_t F, ptrdiff_t len, ptrdiff_t hop, ptrdiff_t n) {
    unsigned seed = 23;
    T *x = L(make)(F * len, &seed), *y = L(alloc)(n);
    cd *r = ref_new(n);
    for (ptrdiff_t f = 0; f < F; f++)
        for (ptrdiff_t k = 0; k < len; k++)
            if (f * hop + k < n) r[f * hop + k] += L(get)(x, f * len + k);
    S(overlap_add)(y, x, F, len, hop, n);
    CU_ASSERT_TRUE(L(agrees)(y, r, n));
    free(r);
    L(release)(x, F * len), L(release)(y, n);
}

static void L(fold)(ptrdiff_t N, ptrdiff_t lo, ptrdiff_t hi, int mode) {
    unsigned seed = 29;
    ptrdiff_t M = N + lo + hi;
    T *x = L(make)(N, &seed), *v = L(make)(M, &seed), *y = L(alloc)(M), *xb = L(alloc)(N);
    S(pad_fold)(y, x, N, lo, hi, mode);
    S(pad_fold_adj)(xb, v, M, lo, hi, mode);
    cd *rx = L(ref)(x, N), *rv = L(ref)(v, M), *ry = L(ref)(y, M), *rb = L(ref)(xb, N);
    CU_ASSERT_TRUE(adjoint_holds(inner(ry, rv, M), inner(rx, rb, N), norm2(ry, M) * norm2(rv, M), TOL));
    CU_ASSERT_EQUAL(memcmp(y + lo * (1 + CPLX), x, (size_t)N * (1 + CPLX) * sizeof(T)), 0);
    free(rx), free(rv), free(ry), free(rb);
    L(release)(x, N), L(release)(v, M), L(release)(y, M), L(release)(xb, N);
}

static void L(index)(ptrdiff_t N, ptrdiff_t M) {
    unsigned seed = 31;
    int32_t *i = malloc((size_t)M * sizeof *i);
    for (ptrdiff_t m = 0; m < M; m++) i[m] = (int32_t)((m * 7 + 3) % (N + 2)) - 1; /* -1 and N are outside */
    T *x = L(make)(N, &seed), *v = L(make)(M, &seed), *y = L(alloc)(M), *xb = L(alloc)(N);
    S(gather)(y, x, i, N, M);
    S(scatter_add)(xb, v, i, M, N);
    cd *r = ref_new(M), *rb = ref_new(N);
    for (ptrdiff_t m = 0; m < M; m++)
        if (i[m] >= 0 && i[m] < N) r[m] = L(get)(x, i[m]), rb[i[m]] += L(get)(v, m);
    CU_ASSERT_TRUE(L(agrees)(y, r, M));
    CU_ASSERT_TRUE(L(agrees)(xb, rb, N));
    free(r), free(rb), free(i);
    L(release)(x, N), L(release)(v, M), L(release)(y, M), L(release)(xb, N);
}

#if !CPLX
static void L(sorted)(ptrdiff_t N) {
    unsigned seed = 37;
    T *x = L(make)(N, &seed), *scratch = L(alloc)(N);
    int32_t *y = malloc((size_t)N * sizeof *y);
    for (ptrdiff_t k = 0; k < N; k++) {
        x[k] = (T)floor((double)x[k] * 20); /* many equal values */
        if (k % 17 == 5) x[k] = (T)NAN;
    }
    S(argsort)(y, x, N, scratch);
    long sum = 0;
    for (ptrdiff_t k = 0; k < N; k++) sum += y[k];
    CU_ASSERT_EQUAL(sum, (long)(N * (N - 1) / 2));
    for (ptrdiff_t k = 0; k + 1 < N; k++) {
        T a = x[y[k]], b = x[y[k + 1]];
        CU_ASSERT_TRUE(a < b || (a == b && y[k] < y[k + 1]) || (isnan(b) && (!isnan(a) || y[k] < y[k + 1])));
    }
    free(y);
    L(release)(x, N), L(release)(scratch, N);
}
#endif
