/* cumulate_template.h: cumsum, cumprod, lrec of one element type. */

/* Four at a time: each waits for the running sum before the four only, not for that of its neighbour. */
void S(cumsum)(T *restrict y_, const T *restrict x_, ptrdiff_t N, int reverse) {
    E *y = (E *)y_, s = e_zero();
    const E *x = (const E *)x_;
    const ptrdiff_t step = reverse ? -1 : 1, four = N - N % 4;
    ptrdiff_t n = reverse ? N - 1 : 0;
    for (ptrdiff_t k = 0; k < four; k += 4, n += 4 * step) {
        E a = x[n], b = e_add(a, x[n + step]), c = x[n + 2 * step], d = e_add(c, x[n + 3 * step]);
        y[n] = e_add(s, a);
        y[n + step] = e_add(s, b);
        y[n + 2 * step] = e_add(s, e_add(b, c));
        y[n + 3 * step] = s = e_add(s, e_add(b, d));
    }
    for (ptrdiff_t k = four; k < N; k++, n += step) y[n] = s = e_add(s, x[n]);
}

void S(cumprod)(T *restrict y_, const T *restrict x_, ptrdiff_t N) {
    E *y = (E *)y_, s = e_real(1);
    const E *x = (const E *)x_;
    for (ptrdiff_t n = 0; n < N; n++) y[n] = s = e_mul(s, x[n]);
}

/* y[n] = a[n] y[n-1] + u[n] from y[-1] = 0, or y[n] = a[n] y[n+1] + u[n] from y[N] = 0 */
void S(lrec)(T *restrict y_, const T *restrict a_, const T *restrict u_, ptrdiff_t N, int reverse) {
    E *y = (E *)y_, s = e_zero();
    const E *a = (const E *)a_, *u = (const E *)u_;
    if (N <= 0) return;
    if (reverse) { /* the first step does not read a, which may hold anything there */
        y[N - 1] = s = u[N - 1];
        for (ptrdiff_t n = N - 2; n >= 0; n--) y[n] = s = e_mad(u[n], a[n], s);
    } else {
        y[0] = s = u[0];
        for (ptrdiff_t n = 1; n < N; n++) y[n] = s = e_mad(u[n], a[n], s);
    }
}
