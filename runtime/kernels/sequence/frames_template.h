/* frames_template.h: overlap_add, pad_fold, pad_fold_adj of one element type. */

/* y[n] = sum over frames f of x[f, n - f hop] */
HOT void S(overlap_add)(T *restrict y, const T *restrict x, ptrdiff_t F, ptrdiff_t L_, ptrdiff_t hop, ptrdiff_t n) {
    const ptrdiff_t c = 1 + CPLX;
    ptrdiff_t done = 0; /* y[0..done) has been written */
    for (ptrdiff_t f = 0; f < F && f * hop < n; f++) {
        T *restrict to = y + f * hop * c;
        const T *restrict from = x + f * L_ * c;
        ptrdiff_t start = f * hop, len = pd_min(L_, n - start), add = pd_clip(done - start, 0, len);
        for (ptrdiff_t k = done * c; k < start * c; k++) y[k] = 0; /* gaps, when hop > L */
        for (ptrdiff_t k = 0; k < add * c; k++) to[k] += from[k];
        for (ptrdiff_t k = add * c; k < len * c; k++) to[k] = from[k];
        done = pd_max(done, start + len);
    }
    for (ptrdiff_t k = done * c; k < n * c; k++) y[k] = 0;
}

void S(pad_fold)(T *restrict y_, const T *restrict x_, ptrdiff_t N, ptrdiff_t lo, ptrdiff_t hi, int mode) {
    E *y = (E *)y_;
    const E *x = (const E *)x_;
    for (ptrdiff_t k = 0; k < lo; k++) y[k] = x[fold(k - lo, N, mode)];
    memcpy(y + lo, x, (size_t)N * sizeof(E));
    for (ptrdiff_t k = N; k < N + hi; k++) y[lo + k] = x[fold(k, N, mode)];
}

void S(pad_fold_adj)(T *restrict y_, const T *restrict x_, ptrdiff_t M, ptrdiff_t lo, ptrdiff_t hi, int mode) {
    ptrdiff_t N = M - lo - hi;
    E *y = (E *)y_;
    const E *x = (const E *)x_;
    memcpy(y, x + lo, (size_t)N * sizeof(E));
    for (ptrdiff_t k = 0; k < lo + hi; k++) {
        ptrdiff_t from = k < lo ? k : k + N, to = fold(from - lo, N, mode);
        y[to] = e_add(y[to], x[from]);
    }
}
