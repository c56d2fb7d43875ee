/* cumulate_template.h: cumsum, cumprod, lrec of one element type. */

void S(cumsum)(T *restrict y_, const T *restrict x_, ptrdiff_t N, int reverse) {
    E *y = (E *)y_, s = e_zero();
    const E *x = (const E *)x_;
    if (reverse)
        for (ptrdiff_t n = N - 1; n >= 0; n--) y[n] = s = e_add(s, x[n]);
    else
        for (ptrdiff_t n = 0; n < N; n++) y[n] = s = e_add(s, x[n]);
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
