/* recursive_template.h: allpole of one element type,
 *     y[n] = u[n] - a[0] y[n-1] - ... - a[P-1] y[n-P],   zero before the start,
 * and the same against time: with reverse = 1 the past is what lies behind. Element n is at `n * d` from the first
 * one that is computed, d = 1 or -1. */

static void L(one_pole)(E *restrict y, const E *restrict u, E a0, ptrdiff_t N, ptrdiff_t d) {
    E y1 = e_zero();
    for (ptrdiff_t n = 0; n < N; n++) y[n * d] = y1 = e_msub(u[n * d], a0, y1);
}

/* Two samples a turn, so that the past need not be moved from one register to the other. The product with the older
 * sample comes first: only one multiplication and one subtraction wait for the newest. */
static void L(two_poles)(E *restrict y, const E *restrict u, E a0, E a1, ptrdiff_t N, ptrdiff_t d) {
    E y1 = e_zero(), y2 = e_zero();
    ptrdiff_t n = 0;
    for (; n + 1 < N; n += 2) {
        y[n * d] = y2 = e_msub(e_msub(u[n * d], a1, y2), a0, y1);
        y[(n + 1) * d] = y1 = e_msub(e_msub(u[(n + 1) * d], a1, y1), a0, y2);
    }
    if (n < N) y[n * d] = e_msub(e_msub(u[n * d], a1, y2), a0, y1);
}

/* Each sample, once known, is taken out of the P that follow: independent updates, where a sum over the past would be
 * one long chain. */
static void L(many_poles)(E *restrict y, const E *restrict u, const E *restrict a, ptrdiff_t N, ptrdiff_t P,
                          int reverse) {
    if (reverse) {
        for (ptrdiff_t n = 0; n < N; n++) y[n] = u[n];
        for (ptrdiff_t n = N - 1; n > 0; n--) {
            const E s = y[n];
            const ptrdiff_t k1 = P < n ? P : n;
            for (ptrdiff_t k = 0; k < k1; k++) y[n - 1 - k] = e_msub(y[n - 1 - k], a[k], s);
        }
        return;
    }
    for (ptrdiff_t n = 0; n < N; n++) y[n] = u[n];
    for (ptrdiff_t n = 0; n + 1 < N; n++) {
        const E s = y[n];
        const ptrdiff_t k1 = P < N - 1 - n ? P : N - 1 - n;
        for (ptrdiff_t k = 0; k < k1; k++) y[n + 1 + k] = e_msub(y[n + 1 + k], a[k], s);
    }
}

void S(allpole)(T *restrict y_, const T *restrict u_, const T *restrict a_, ptrdiff_t N, ptrdiff_t P, int reverse) {
    E *y = (E *)y_;
    const E *u = (const E *)u_, *a = (const E *)a_;
    const ptrdiff_t first = reverse ? N - 1 : 0, d = reverse ? -1 : 1;
    if (N <= 0) return;
    if (P == 1) L(one_pole)(y + first, u + first, a[0], N, d);
    else if (P == 2) L(two_poles)(y + first, u + first, a[0], a[1], N, d);
    else L(many_poles)(y, u, a, N, P, reverse);
}
