/* element.h: arrays of one element type for the tests; included by each_type.h.
 *
 * Arrays start one number behind the start of their memory, so that nothing relies on alignment, and end with a
 * canary. */

static inline T *L(alloc)(ptrdiff_t n) {
    T *p = malloc(((size_t)n * (1 + CPLX) + 2) * sizeof(T));
    p[n * (1 + CPLX) + 1] = (T)-12345;
    for (ptrdiff_t k = 0; k < n * (1 + CPLX); k++) p[1 + k] = (T)777; /* kernels write every element of their result */
    return p + 1;
}

static inline void L(release)(T *p, ptrdiff_t n) {
    CU_ASSERT_TRUE(p[n * (1 + CPLX)] == (T)-12345);
    free(p - 1);
}

static inline T *L(make)(ptrdiff_t n, unsigned *seed) {
    T *p = L(alloc)(n);
    for (ptrdiff_t k = 0; k < n * (1 + CPLX); k++) p[k] = (T)noise(seed);
    return p;
}

static inline cd L(get)(const T *p, ptrdiff_t k) {
#if CPLX
    return cd_make((double)p[2 * k], (double)p[2 * k + 1]);
#else
    return (double)p[k];
#endif
}

static inline void L(put)(T *p, ptrdiff_t k, cd v) {
#if CPLX
    p[2 * k] = (T)creal(v);
    p[2 * k + 1] = (T)cimag(v);
#else
    p[k] = (T)creal(v);
#endif
}

static inline cd *L(ref)(const T *p, ptrdiff_t n) {
    cd *r = ref_new(n);
    for (ptrdiff_t k = 0; k < n; k++) r[k] = L(get)(p, k);
    return r;
}

/* Largest difference from the reference, in units of its largest element. */
static inline int L(agrees)(const T *y, const cd *ref, ptrdiff_t n) {
    double worst = 0, largest = 1;
    for (ptrdiff_t k = 0; k < n; k++) {
        double d = cabs(L(get)(y, k) - ref[k]);
        if (!(d <= worst)) worst = d;
        if (cabs(ref[k]) > largest) largest = cabs(ref[k]);
    }
    return worst <= TOL * largest;
}
