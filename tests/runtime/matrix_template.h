/* matrix_template.h: tests of the matrix kernels for one element type. */

/* Element (i, j) of a or, with t, of its conjugate transpose; a is stored with `cols` columns. */
static cd L(at)(const T *a, ptrdiff_t i, ptrdiff_t j, ptrdiff_t cols, int t) {
    return t ? conj(L(get)(a, j * cols + i)) : L(get)(a, i * cols + j);
}

static void L(product)(ptrdiff_t M, ptrdiff_t K, ptrdiff_t N, int ta, int tb) {
    unsigned seed = 5;
    T *a = L(make)(M * K, &seed), *b = L(make)(K * N, &seed), *y = L(alloc)(M * N);
    cd *r = ref_new(M * N);
    for (ptrdiff_t i = 0; i < M; i++)
        for (ptrdiff_t j = 0; j < N; j++)
            for (ptrdiff_t k = 0; k < K; k++)
                r[i * N + j] += L(at)(a, i, k, ta ? M : K, ta) * L(at)(b, k, j, tb ? K : N, tb);
    S(matmul)(y, a, b, M, K, N, ta, tb);
    CU_ASSERT_TRUE(L(agrees)(y, r, M * N));
    free(r);
    L(release)(a, M * K), L(release)(b, K * N), L(release)(y, M * N);
}

/* A random matrix with a strong diagonal, so that solving loses few digits; shuffled, it asks for row exchanges. */
static T *L(matrix)(ptrdiff_t N, int shuffled, unsigned *seed) {
    T *a = L(make)(N * N, seed);
    for (ptrdiff_t i = 0; i < N; i++) {
        ptrdiff_t j = shuffled ? (i * 5 + 2) % N : i;
        L(put)(a, i * N + j, L(get)(a, i * N + j) + 3 * sqrt((double)N));
    }
    return a;
}

/* Determinant by elimination with row exchanges; destroys a. */
static cd L(determinant)(cd *a, ptrdiff_t N) {
    cd d = 1;
    for (ptrdiff_t k = 0; k < N; k++) {
        ptrdiff_t best = k;
        for (ptrdiff_t i = k; i < N; i++)
            if (cabs(a[i * N + k]) > cabs(a[best * N + k])) best = i;
        for (ptrdiff_t j = 0; j < N && best != k; j++) {
            cd t = a[k * N + j];
            a[k * N + j] = a[best * N + j];
            a[best * N + j] = t;
        }
        d *= best == k ? a[k * N + k] : -a[k * N + k];
        for (ptrdiff_t i = k + 1; i < N; i++) {
            cd f = a[i * N + k] / a[k * N + k];
            for (ptrdiff_t j = k; j < N; j++) a[i * N + j] -= f * a[k * N + j];
        }
    }
    return d;
}

static void L(solve)(ptrdiff_t N, ptrdiff_t M, int ct) {
    unsigned seed = 11;
    T *a = L(matrix)(N, 1, &seed), *f = L(alloc)((N + 1) * N), *x = L(make)(N * M, &seed), *b = L(alloc)(N * M),
      *y = L(alloc)(N * M);
    for (ptrdiff_t i = 0; i < N; i++)
        for (ptrdiff_t m = 0; m < M; m++) {
            cd s = 0;
            for (ptrdiff_t k = 0; k < N; k++) s += L(at)(a, i, k, N, ct) * L(get)(x, k * M + m);
            L(put)(b, i * M + m, s);
        }
    S(lu)(f, a, N);
    S(lu_solve)(y, a, f, b, N, M, ct);
    cd *r = L(ref)(x, N * M);
    CU_ASSERT_TRUE(L(agrees)(y, r, N * M));
    cd *copy = L(ref)(a, N * N), d = L(determinant)(copy, N);
    T det[2] = {0, 0}, logdet;
    S(lu_det)(det, a, f, N);
    S(lu_logabsdet)(&logdet, a, f, N);
    CU_ASSERT_TRUE(cabs(L(get)(det, 0) - d) <= 10 * TOL * cabs(d));
    CU_ASSERT_TRUE(fabs((double)logdet - log(cabs(d))) <= 10 * TOL * (1 + log(cabs(d))));
    free(r), free(copy);
    L(release)(a, N * N), L(release)(f, (N + 1) * N), L(release)(x, N * M), L(release)(b, N * M), L(release)(y, N * M);
}

static void L(triangular)(ptrdiff_t N, ptrdiff_t M, int lower, int ct) {
    unsigned seed = 13;
    T *l = L(matrix)(N, 0, &seed), *x = L(make)(N * M, &seed), *b = L(alloc)(N * M), *y = L(alloc)(N * M);
    for (ptrdiff_t i = 0; i < N; i++)
        for (ptrdiff_t m = 0; m < M; m++) {
            cd s = 0;
            for (ptrdiff_t k = 0; k < N; k++) {
                ptrdiff_t row = ct ? k : i, col = ct ? i : k;
                if (lower ? col <= row : col >= row) s += L(at)(l, i, k, N, ct) * L(get)(x, k * M + m);
            }
            L(put)(b, i * M + m, s);
        }
    S(trisolve)(y, l, b, N, M, lower, ct);
    cd *r = L(ref)(x, N * M);
    CU_ASSERT_TRUE(L(agrees)(y, r, N * M));
    free(r);
    L(release)(l, N * N), L(release)(x, N * M), L(release)(b, N * M), L(release)(y, N * M);
}

/* L L^H = a for a = B B^H + 1; the upper triangle of a is not read and that of L is zero. */
static void L(positive)(ptrdiff_t N) {
    unsigned seed = 17;
    T *b = L(make)(N * N, &seed), *a = L(alloc)(N * N), *y = L(alloc)(N * N);
    cd *r = ref_new(N * N), *back = ref_new(N * N);
    for (ptrdiff_t i = 0; i < N; i++)
        for (ptrdiff_t j = 0; j < N; j++) {
            for (ptrdiff_t k = 0; k < N; k++) r[i * N + j] += L(get)(b, i * N + k) * conj(L(get)(b, j * N + k));
            if (i == j) r[i * N + j] += 1;
            if (j <= i) L(put)(a, i * N + j, r[i * N + j]);
        }
    S(cholesky)(y, a, N);
    double worst = 0;
    for (ptrdiff_t i = 0; i < N; i++)
        for (ptrdiff_t j = 0; j < N; j++) {
            for (ptrdiff_t k = 0; k < N; k++) back[i * N + j] += L(get)(y, i * N + k) * conj(L(get)(y, j * N + k));
            worst = fmax(worst, cabs(back[i * N + j] - r[i * N + j]));
            if (j > i) CU_ASSERT_TRUE(cabs(L(get)(y, i * N + j)) == 0);
        }
    CU_ASSERT_TRUE(worst <= TOL * (double)(N + 1));
    free(r), free(back);
    L(release)(a, N * N), L(release)(b, N * N), L(release)(y, N * N);
}
