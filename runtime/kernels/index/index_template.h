/* index_template.h: gather, scatter_add and (real types) argsort of one element type. */

void S(gather)(T *restrict y_, const T *restrict x_, const int32_t *restrict i, ptrdiff_t N, ptrdiff_t M) {
    E *y = (E *)y_;
    const E *x = (const E *)x_;
    for (ptrdiff_t m = 0; m < M; m++) y[m] = i[m] >= 0 && i[m] < N ? x[i[m]] : e_zero();
}

/* Runs of the same index, as in filter banks, are summed before they are added: no waiting for memory between them. */
void S(scatter_add)(T *restrict y_, const T *restrict v_, const int32_t *restrict i, ptrdiff_t M, ptrdiff_t n) {
    E *y = (E *)y_;
    const E *v = (const E *)v_;
    for (ptrdiff_t k = 0; k < n; k++) y[k] = e_zero();
    for (ptrdiff_t m = 0; m < M;) {
        const int32_t place = i[m];
        E sum = v[m++];
        for (; m < M && i[m] == place; m++) sum = e_add(sum, v[m]);
        if (place >= 0 && place < n) y[place] = e_add(y[place], sum);
    }
}

#if !CPLX
/* b goes before a: NaN after everything else */
static inline int L(before)(T b, T a) {
    return b < a || (a != a && b == b);
}

/* Stable merge sort from the bottom up: runs of 16 by insertion, then merged into the other array and back. */
void S(argsort)(int32_t *restrict y, const T *restrict x, ptrdiff_t N, T *restrict scratch) {
    const ptrdiff_t run = 16;
    int32_t *from = y, *to = (int32_t *)(void *)scratch; /* N elements of T hold N indices */
    for (ptrdiff_t s = 0; s < N; s += run)
        for (ptrdiff_t k = s; k < pd_min(s + run, N); k++) {
            ptrdiff_t m = k;
            for (; m > s && L(before)(x[k], x[y[m - 1]]); m--) y[m] = y[m - 1];
            y[m] = (int32_t)k;
        }
    for (ptrdiff_t width = run; width < N; width *= 2) {
        for (ptrdiff_t s = 0; s < N; s += 2 * width) {
            ptrdiff_t a = s, am = pd_min(s + width, N), b = am, bm = pd_min(s + 2 * width, N), k = s;
            while (a < am && b < bm) to[k++] = L(before)(x[from[b]], x[from[a]]) ? from[b++] : from[a++];
            while (a < am) to[k++] = from[a++];
            while (b < bm) to[k++] = from[b++];
        }
        int32_t *t = from;
        from = to;
        to = t;
    }
    if (from != y) memcpy(y, from, (size_t)N * sizeof(int32_t));
}
#endif
