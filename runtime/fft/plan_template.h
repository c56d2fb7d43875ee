/* plan_template.h: making and executing plans in one precision; W(name) is FFTW's name. */

static size_t L(bytes)(const dspc_plan *p, int spectrum) {
    if (p->kind == DSPC_R2R || (!spectrum && p->kind != DSPC_FFT)) return p->real_total * sizeof(T);
    return (p->kind == DSPC_FFT ? p->real_total : p->half_total) * sizeof(W(complex));
}

static W(plan) L(make_one)(const dspc_plan *p, int sign_or_kind, unsigned flags, T *y, T *x) {
    int many = (int)p->howmany, real = 1, half = 1;
    for (int k = 0; k < p->rank; k++) {
        real *= p->n[k];
        half *= k == p->rank - 1 ? p->n[k] / 2 + 1 : p->n[k];
    }
    W(complex) *cx = (W(complex) *)x, *cy = (W(complex) *)y;
    W(r2r_kind) kind = (W(r2r_kind))R2R_KINDS[p->kind == DSPC_R2R ? sign_or_kind : 0];
    switch (p->kind) {
    case DSPC_FFT:
        return W(plan_many_dft)(p->rank, p->n, many, cx, NULL, 1, real, cy, NULL, 1, real, sign_or_kind,
                                flags | FFTW_PRESERVE_INPUT);
    case DSPC_RFFT:
        return W(plan_many_dft_r2c)(p->rank, p->n, many, x, NULL, 1, real, cy, NULL, 1, half,
                                    flags | FFTW_PRESERVE_INPUT);
    case DSPC_HC2R:
        return W(plan_many_dft_c2r)(p->rank, p->n, many, cx, NULL, 1, half, y, NULL, 1, real,
                                    flags | (p->rank == 1 ? FFTW_PRESERVE_INPUT : FFTW_DESTROY_INPUT));
    default:
        return W(plan_many_r2r)(1, p->n, many, x, NULL, 1, real, y, NULL, 1, real, &kind, flags | FFTW_PRESERVE_INPUT);
    }
}

static int L(make)(dspc_plan *p, int sign_or_kind, unsigned level) {
    int inverse = p->kind == DSPC_HC2R;
    size_t in = L(bytes)(p, inverse), out = L(bytes)(p, !inverse);
    T *x = W(malloc)(in), *y = W(malloc)(out); /* planning may overwrite its arrays */
    if (x && y) {
        memset(x, 0, in);
        p->aligned = L(make_one)(p, sign_or_kind, level, y, x);
        p->unaligned = L(make_one)(p, sign_or_kind, level | FFTW_UNALIGNED, y, x);
    }
    W(free)(y);
    if (inverse && p->rank > 1) p->scratch = x;
    else W(free)(x);
    return p->aligned && p->unaligned;
}

static void L(unmake)(dspc_plan *p) {
    if (p->aligned) W(destroy_plan)(p->aligned);
    if (p->unaligned) W(destroy_plan)(p->unaligned);
    W(free)(p->scratch);
}

static W(plan) L(choose)(const dspc_plan *p, T *y, T *x) {
    return W(alignment_of)(x) == 0 && W(alignment_of)(y) == 0 ? p->aligned : p->unaligned;
}

void S_COMPLEX(fft)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x; /* FFTW's interface has no const; PRESERVE_INPUT keeps it */
    if (p->aligned) W(execute_dft)(L(choose)(p, y, from), (W(complex) *)from, (W(complex) *)y);
}

void S_REAL(rfft)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x;
    if (p->aligned) W(execute_dft_r2c)(L(choose)(p, y, from), from, (W(complex) *)y);
}

void S_COMPLEX(hc2r)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x;
    if (!p->aligned) return;
    if (p->scratch) {
        memcpy(p->scratch, x, p->half_total * sizeof(W(complex)));
        from = p->scratch;
    }
    W(execute_dft_c2r)(L(choose)(p, y, from), (W(complex) *)from, y);
}

void S_REAL(r2r)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x;
    if (p->aligned) W(execute_r2r)(L(choose)(p, y, from), from, y);
}
