/* plan_template.h: making and executing plans in one precision; W(name) is FFTW's name. HALF: real transforms of even
 * length go through complex ones of half the length (half_template.h). */

/* ---- the whole batch by one FFTW plan ---- */

static W(plan) L(make_batch)(const dspc_plan *p, int sign_or_kind, unsigned flags, T *y, T *x) {
    int many = (int)p->howmany, real = 1, half = 1;
    for (int k = 0; k < p->rank; k++) {
        real *= p->n[k];
        half *= k == p->rank - 1 ? p->n[k] / 2 + 1 : p->n[k];
    }
    W(complex) *cx = (W(complex) *)x, *cy = (W(complex) *)y;
    W(r2r_kind) kind = (W(r2r_kind))R2R_KINDS[p->kind == DSPC_R2R ? sign_or_kind : 0];
    unsigned keep = flags | FFTW_PRESERVE_INPUT;
    switch (p->kind) {
    case DSPC_FFT:
        return W(plan_many_dft)(p->rank, p->n, many, cx, NULL, 1, real, cy, NULL, 1, real, sign_or_kind, keep);
    case DSPC_RFFT: return W(plan_many_dft_r2c)(p->rank, p->n, many, x, NULL, 1, real, cy, NULL, 1, half, keep);
    case DSPC_HC2R: /* FFTW keeps the input in one dimension only */
        return W(plan_many_dft_c2r)(p->rank, p->n, many, cx, NULL, 1, half, y, NULL, 1, real,
                                    p->rank == 1 && !p->overwrite ? keep : flags | FFTW_DESTROY_INPUT);
    default: return W(plan_many_r2r)(1, p->n, many, x, NULL, 1, real, y, NULL, 1, real, &kind, keep);
    }
}

static int L(make_batches)(dspc_plan *p, int sign_or_kind, unsigned level) {
    size_t reals = 2 * (p->real_total > p->half_total ? p->real_total : p->half_total); /* enough for all kinds */
    T *x = W(malloc)(reals * sizeof(T)), *y = W(malloc)(reals * sizeof(T)); /* planning may overwrite its arrays */
    if (x && y) {
        memset(x, 0, reals * sizeof(T));
        p->aligned = L(make_batch)(p, sign_or_kind, level, y, x);
        p->unaligned = L(make_batch)(p, sign_or_kind, level | FFTW_UNALIGNED, y, x);
    }
    W(free)(y);
    if (p->kind == DSPC_HC2R && p->rank > 1 && !p->overwrite) p->scratch = x;
    else W(free)(x);
    return p->aligned && p->unaligned;
}

static W(plan) L(choose)(const dspc_plan *p, T *y, T *x) {
    return W(alignment_of)(x) == 0 && W(alignment_of)(y) == 0 ? p->aligned : p->unaligned;
}

/* ---- real transforms row by row, through scratch memory of the plan ---- */

/* Rows are taken one by one where that was measured to be faster than FFTW's own batch (FFTW 3.3.10, AVX2, 62 rows,
 * time of a row):
 *   float, even n     512: 0.43 -> 0.22 us, 1024: 0.90 -> 0.45, 2048: 1.98 -> 1.08; FFTW's float r2c makes little use
 *                     of SIMD;
 *   double, inverse   1024: 1.03 -> 0.94 us: a copy for a plan that may destroy it beats FFTW_PRESERVE_INPUT.
 * In several dimensions the axes before the last follow (or, going back, come first) as complex transforms. */
static int L(by_rows)(const dspc_plan *p) {
    int last = p->n[p->rank - 1];
    if (last < 64 || (p->kind != DSPC_RFFT && p->kind != DSPC_HC2R)) return 0;
    return (HALF && last % 2 == 0) || (p->kind == DSPC_HC2R && p->rank == 1 && !p->overwrite);
}

/* Over the axes before the last of one half spectrum: in place forward, from x to the plane going back. */
static int L(make_columns)(dspc_plan *p, unsigned level) {
    int half = p->n[p->rank - 1] / 2 + 1, back = p->kind == DSPC_HC2R;
    size_t bytes = p->half_total / (size_t)p->howmany * sizeof(W(complex));
    W(complex) *x = W(malloc)(bytes), *y = back ? W(malloc)(bytes) : x;
    if (x && y) {
        memset(x, 0, bytes);
        memset(y, 0, bytes);
        for (int k = 0; k < 2; k++)
            p->columns[k] = W(plan_many_dft)(p->rank - 1, p->n, half, x, NULL, half, 1, y, NULL, half, 1, back ? 1 : -1,
                                             level | (k ? FFTW_UNALIGNED : 0));
    }
    if (back) p->plane = y;
    W(free)(x);
    return p->columns[0] && p->columns[1];
}

static W(plan) L(choose_columns)(const dspc_plan *p, T *array) {
    return p->columns[W(alignment_of)(array) != 0];
}

static int L(make_row)(dspc_plan *p, unsigned level) {
    int n = p->n[p->rank - 1], M = n / 2;
    p->scratch_half = ((size_t)n + 2 + 15) / 16 * 16;
    T *a = p->scratch = W(malloc)(2 * p->scratch_half * sizeof(T));
    if (!a) return 0;
    T *b = a + p->scratch_half;
    memset(a, 0, 2 * p->scratch_half * sizeof(T));
#if HALF
    if (n % 2 == 0) {
        T *u = p->table = W(malloc)(4 * ((size_t)M / 2 + 1) * sizeof(T));
        if (!u) return 0;
        L(half_table)(u, M, p->kind == DSPC_HC2R);
        int back = p->kind == DSPC_HC2R; /* which transforms scratch, while forward may read x itself */
        unsigned flags = level | (back ? FFTW_DESTROY_INPUT : FFTW_PRESERVE_INPUT);
        p->row = W(plan_dft_1d)(M, (W(complex) *)a, (W(complex) *)b, back ? 1 : -1, flags);
        return p->row != NULL;
    }
#endif
    (void)M;
    p->row = W(plan_dft_c2r_1d)(n, (W(complex) *)a, b, level | FFTW_DESTROY_INPUT);
    return p->row != NULL;
}

#if HALF
/* x [n] -> y [n/2 + 1] */
static void L(row_forward)(const dspc_plan *p, T *y, const T *x, size_t n) {
    T *a = p->scratch, *b = a + p->scratch_half, *from = (T *)(size_t)x;
    if (W(alignment_of)(from) != 0) from = memcpy(a, x, n * sizeof(T));
    W(execute_dft)(p->row, (W(complex) *)from, (W(complex) *)b);
    L(half_forward)(y, b, p->table, (ptrdiff_t)n / 2);
}
#endif

/* x [n/2 + 1] -> y [n] */
static void L(row_back)(const dspc_plan *p, T *y, const T *x, size_t n) {
    T *a = p->scratch, *b = a + p->scratch_half, *to = W(alignment_of)(y) == 0 ? y : b;
#if HALF
    if (p->table) {
        L(half_back)(a, x, p->table, (ptrdiff_t)n / 2);
        W(execute_dft)(p->row, (W(complex) *)a, (W(complex) *)to);
    } else
#endif
    {
        memcpy(a, x, 2 * (n / 2 + 1) * sizeof(T));
        W(execute_dft_c2r)(p->row, (W(complex) *)a, to);
    }
    if (to != y) memcpy(y, b, n * sizeof(T));
}

/* The whole batch, item by item. */
static void L(rows)(const dspc_plan *p, T *y, const T *x) {
    size_t n = (size_t)p->n[p->rank - 1], h = 2 * (n / 2 + 1), lines = p->real_total / (size_t)p->howmany / n;
    for (ptrdiff_t item = 0; item < p->howmany; item++) {
        if (p->kind == DSPC_HC2R) {
            T *spectrum = (T *)(size_t)x + (size_t)item * lines * h;
            if (p->plane) {
                W(complex) *from = (W(complex) *)spectrum;
                W(execute_dft)(L(choose_columns)(p, spectrum), from, p->plane);
                spectrum = p->plane;
            }
            for (size_t k = 0; k < lines; k++) L(row_back)(p, y + ((size_t)item * lines + k) * n, spectrum + k * h, n);
        } else {
#if HALF
            T *to = y + (size_t)item * lines * h;
            for (size_t k = 0; k < lines; k++) L(row_forward)(p, to + k * h, x + ((size_t)item * lines + k) * n, n);
            if (p->columns[0]) W(execute_dft)(L(choose_columns)(p, to), (W(complex) *)to, (W(complex) *)to);
#endif
        }
    }
}

/* ---- entry points ---- */

static int L(make)(dspc_plan *p, int sign_or_kind, unsigned level) {
    if (!L(by_rows)(p)) return L(make_batches)(p, sign_or_kind, level);
    return L(make_row)(p, level) && (p->rank == 1 || L(make_columns)(p, level));
}

static void L(unmake)(dspc_plan *p) {
    if (p->aligned) W(destroy_plan)(p->aligned);
    if (p->unaligned) W(destroy_plan)(p->unaligned);
    if (p->row) W(destroy_plan)(p->row);
    for (int k = 0; k < 2; k++)
        if (p->columns[k]) W(destroy_plan)(p->columns[k]);
    W(free)(p->scratch);
    W(free)(p->plane);
    W(free)(p->table);
}

void S_COMPLEX(fft)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x; /* FFTW's interface has no const; PRESERVE_INPUT keeps it */
    if (p->aligned) W(execute_dft)(L(choose)(p, y, from), (W(complex) *)from, (W(complex) *)y);
}

void S_REAL(rfft)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x;
    if (p->row) L(rows)(p, y, x);
    else if (p->aligned) W(execute_dft_r2c)(L(choose)(p, y, from), from, (W(complex) *)y);
}

void S_COMPLEX(hc2r)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x;
    if (p->row) {
        L(rows)(p, y, x);
    } else if (p->aligned) {
        if (p->scratch) from = memcpy(p->scratch, x, p->half_total * sizeof(W(complex)));
        W(execute_dft_c2r)(L(choose)(p, y, from), (W(complex) *)from, y);
    }
}

void S_REAL(r2r)(const dspc_plan *p, T *y, const T *x) {
    T *from = (T *)(size_t)x;
    if (p->aligned) W(execute_r2r)(L(choose)(p, y, from), from, y);
}
