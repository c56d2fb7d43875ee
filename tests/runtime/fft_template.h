/* fft_template.h: tests of the transforms in one precision; T is the real type, PRECISION 32 or 64. */

static T *L(signal)(size_t n, int off, unsigned *seed) {
    T *p = aligned_alloc(64, (n * sizeof(T) + 191) / 64 * 64);
    for (size_t k = 0; k < n + 1; k++) p[k] = (T)noise(seed);
    return p + off;
}

static void L(drop)(T *p, int off) {
    free(p - off);
}

/* Sum over all axes of x[n] exp(sign 2 pi i sum k n / N) for one transform of the batch. */
static cd L(dft_at)(const cd *x, const ptrdiff_t *n, const ptrdiff_t *k, int sign) {
    cd s = 0;
    for (ptrdiff_t a = 0; a < n[0]; a++)
        for (ptrdiff_t b = 0; b < n[1]; b++)
            for (ptrdiff_t c = 0; c < n[2]; c++) {
                double turn = (double)(a * k[0] % n[0]) / (double)n[0] + (double)(b * k[1] % n[1]) / (double)n[1] +
                              (double)(c * k[2] % n[2]) / (double)n[2];
                s += x[(a * n[1] + b) * n[2] + c] * cd_make(cos(2 * DSPC_PI * turn), sign * sin(2 * DSPC_PI * turn));
            }
    return s;
}

/* Shape n (padded with ones to three axes, the used ones last), a batch of `many`, arrays `off` numbers from
 * alignment. */
static void L(transforms)(int rank, const ptrdiff_t *n, ptrdiff_t many, int off) {
    unsigned seed = 41;
    ptrdiff_t size = n[0] * n[1] * n[2], half = n[0] * n[1] * (n[2] / 2 + 1);
    T *x = L(signal)((size_t)(2 * size * many), off, &seed), *y = L(signal)((size_t)(2 * size * many), off, &seed);
    T *kept = L(signal)((size_t)(2 * size * many), off, &seed);
    memcpy(kept, x, (size_t)(2 * size * many) * sizeof(T));
    cd *in = ref_new(size);
    double worst[4] = {0, 0, 0, 0}, scale = sqrt((double)size);
    for (int sign = -1; sign <= 1; sign += 2) {
        dspc_plan *p = dspc_plan_create(DSPC_FFT, PRECISION, rank, n + 3 - rank, many, sign, DSPC_ESTIMATE);
        CU_ASSERT_PTR_NOT_NULL_FATAL(p);
        C(fft)(p, y, x);
        dspc_plan_destroy(p);
        for (ptrdiff_t m = 0; m < many; m++) {
            for (ptrdiff_t k = 0; k < size; k++)
                in[k] = cd_make((double)x[2 * (m * size + k)], (double)x[2 * (m * size + k) + 1]);
            for (ptrdiff_t k = 0; k < size; k++) {
                ptrdiff_t at[3] = {k / n[2] / n[1], k / n[2] % n[1], k % n[2]};
                T *v = y + 2 * (m * size + k);
                worst[0] = fmax(worst[0], cabs(cd_make((double)v[0], (double)v[1]) - L(dft_at)(in, n, at, sign)));
            }
        }
    }
    dspc_plan *p = dspc_plan_create(DSPC_RFFT, PRECISION, rank, n + 3 - rank, many, 0, DSPC_ESTIMATE);
    dspc_plan *q = dspc_plan_create(DSPC_HC2R, PRECISION, rank, n + 3 - rank, many, 0, DSPC_ESTIMATE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    CU_ASSERT_PTR_NOT_NULL_FATAL(q);
    R(rfft)(p, y, x);
    for (ptrdiff_t m = 0; m < many; m++) {
        for (ptrdiff_t k = 0; k < size; k++) in[k] = (double)x[m * size + k];
        for (ptrdiff_t k = 0; k < half; k++) {
            ptrdiff_t h = n[2] / 2 + 1, at[3] = {k / h / n[1], k / h % n[1], k % h};
            T *v = y + 2 * (m * half + k);
            worst[1] = fmax(worst[1], cabs(cd_make((double)v[0], (double)v[1]) - L(dft_at)(in, n, at, -1)));
        }
    }
    T *back = L(signal)((size_t)(size * many), off, &seed),
      *spectrum = L(signal)((size_t)(2 * half * many), off, &seed);
    memcpy(spectrum, y, (size_t)(2 * half * many) * sizeof(T));
    C(hc2r)(q, back, y);
    for (ptrdiff_t k = 0; k < size * many; k++) worst[2] = fmax(worst[2], fabs((double)(back[k] / (T)size - x[k])));
    CU_ASSERT_EQUAL(memcmp(spectrum, y, (size_t)(2 * half * many) * sizeof(T)), 0);
    CU_ASSERT_EQUAL(memcmp(kept, x, (size_t)(2 * size * many) * sizeof(T)), 0);
    dspc_plan *o =
        dspc_plan_create(DSPC_HC2R, PRECISION, rank, n + 3 - rank, many, 1, DSPC_ESTIMATE); /* may overwrite */
    CU_ASSERT_PTR_NOT_NULL_FATAL(o);
    C(hc2r)(o, back, y);
    for (ptrdiff_t k = 0; k < size * many; k++) worst[3] = fmax(worst[3], fabs((double)(back[k] / (T)size - x[k])));
    dspc_plan_destroy(o);
    CU_ASSERT_TRUE(worst[3] <= TOL);
    CU_ASSERT_TRUE(worst[0] <= TOL * scale && worst[1] <= TOL * scale && worst[2] <= TOL);
    dspc_plan_destroy(p);
    dspc_plan_destroy(q);
    free(in);
    L(drop)(x, off), L(drop)(y, off), L(drop)(kept, off), L(drop)(back, off), L(drop)(spectrum, off);
}

/* The defining sums of DCT-I to IV and DST-I to IV in FFTW's normalisation. */
static double L(r2r_at)(const T *x, ptrdiff_t N, ptrdiff_t k, int kind) {
    double s = 0, pi = DSPC_PI, n = (double)N, f = (double)k;
    for (ptrdiff_t j = 0; j < N; j++) {
        double v = (double)x[j], t = (double)j;
        switch (kind) {
        case 1: s += (j == 0 || j == N - 1 ? 1 : 2) * v * cos(pi * t * f / (n - 1)); break;
        case 2: s += 2 * v * cos(pi * (t + 0.5) * f / n); break;
        case 3: s += (j == 0 ? 1 : 2) * v * cos(pi * t * (f + 0.5) / n); break;
        case 4: s += 2 * v * cos(pi * (t + 0.5) * (f + 0.5) / n); break;
        case 5: s += 2 * v * sin(pi * (t + 1) * (f + 1) / (n + 1)); break;
        case 6: s += 2 * v * sin(pi * (t + 0.5) * (f + 1) / n); break;
        case 7: s += (j == N - 1 ? 1 : 2) * v * sin(pi * (t + 1) * (f + 0.5) / n); break;
        default: s += 2 * v * sin(pi * (t + 0.5) * (f + 0.5) / n); break;
        }
    }
    return s;
}

static void L(cosines)(ptrdiff_t N, int kind) {
    unsigned seed = 43;
    ptrdiff_t many = 3;
    T *x = L(signal)((size_t)(N * many), 1, &seed), *y = L(signal)((size_t)(N * many), 1, &seed);
    dspc_plan *p = dspc_plan_create(DSPC_R2R, PRECISION, 1, &N, many, kind, DSPC_ESTIMATE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    R(r2r)(p, y, x);
    double worst = 0;
    for (ptrdiff_t m = 0; m < many; m++)
        for (ptrdiff_t k = 0; k < N; k++)
            worst = fmax(worst, fabs((double)y[m * N + k] - L(r2r_at)(x + m * N, N, k, kind)));
    CU_ASSERT_TRUE(worst <= TOL * 4 * sqrt((double)N));
    dspc_plan_destroy(p);
    L(drop)(x, 1), L(drop)(y, 1);
}

/* One thread's work: plans of its own, made and used while the others do the same. */
static void *L(thread)(void *failures) {
    unsigned seed = 47;
    for (int round = 0; round < 20; round++) {
        ptrdiff_t n = 64 + round;
        T *x = L(signal)((size_t)n, 0, &seed), *y = L(signal)((size_t)(n + 2), 0, &seed),
          *z = L(signal)((size_t)n, 0, &seed);
        dspc_plan *p = dspc_plan_create(DSPC_RFFT, PRECISION, 1, &n, 1, 0, DSPC_ESTIMATE);
        dspc_plan *q = dspc_plan_create(DSPC_HC2R, PRECISION, 1, &n, 1, 0, DSPC_ESTIMATE);
        R(rfft)(p, y, x);
        C(hc2r)(q, z, y);
        for (ptrdiff_t k = 0; k < n; k++)
            if (!(fabs((double)(z[k] / (T)n - x[k])) <= TOL)) ++*(int *)failures;
        dspc_plan_destroy(p);
        dspc_plan_destroy(q);
        L(drop)(x, 0), L(drop)(y, 0), L(drop)(z, 0);
    }
    return NULL;
}
