/* recursive_template.h: allpole of one element type,
 *     y[n] = u[n] - a[0] y[n-1] - ... - a[P-1] y[n-P],   zero before the start,
 * and the same against time: with reverse = 1 the past is what lies behind. Inside, sample n stands at n * d from the
 * first one, d = 1 or -1. */

#if !CPLX && DSPC_VECTORS
/* One or two poles, VW samples at a time: with h the impulse response and g1, g2 the responses to y[-1] = 1 and y[-2] = 1,
 *     y[i] = sum over j <= i of h[i-j] u[j] + g1[i] y[-1] + g2[i] y[-2],   i = 0..VW-1.
 * From one block to the next only two products and sums wait for each other, where the plain recurrence has two for every
 * sample. Lanes lie as in memory: lane i is sample i, or VW-1-i against time. What is not finite spreads within its block.
 * The direction is known where this is put in: a lane that is chosen at run time goes through the stack, at half the speed
 * where its place there crosses a cache line. Returns the number of samples done. */
INLINE ptrdiff_t L(pole_blocks_along)(T *restrict y, const T *restrict u, T a0, T a1, ptrdiff_t N, const ptrdiff_t d) {
    T h[VW], g1[VW], g2[VW], lanes[VW][VW] = {{0}}, r1[VW], r2[VW];
    for (int i = 0; i < VW; i++) {
        h[i] = i == 0 ? 1 : -a0 * h[i - 1] - (i > 1 ? a1 * h[i - 2] : 0);
        g1[i] = -a0 * (i > 0 ? g1[i - 1] : 1) - (i > 1 ? a1 * g1[i - 2] : i == 1 ? a1 : 0);
        g2[i] = -a0 * (i > 0 ? g2[i - 1] : 0) - a1 * (i > 1 ? g2[i - 2] : i == 0 ? 1 : 0);
    }
    for (int i = 0; i < VW; i++) {
        const int lane = d > 0 ? i : VW - 1 - i;
        r1[lane] = g1[i];
        r2[lane] = g2[i];
        for (int j = 0; j <= i; j++) lanes[j][lane] = h[i - j];
    }
    V column[VW];
    for (int j = 0; j < VW; j++) column[j] = *(const V *)lanes[j];
    const V G1 = *(const V *)r1, G2 = *(const V *)r2;
    const T m11 = g1[VW - 1], m12 = g2[VW - 1], m21 = g1[VW - 2], m22 = g2[VW - 2];
    const int last = d > 0 ? VW - 1 : 0, before = d > 0 ? VW - 2 : 1;
    const ptrdiff_t lowest = d > 0 ? 0 : 1 - VW;
    T y1 = 0, y2 = 0;
    ptrdiff_t n = 0;
    for (; n + VW <= N; n += VW) {
        V v = column[0] * u[n * d];
        for (int j = 1; j < VW; j++) v += column[j] * u[(n + j) * d];
        const T next = v[last] + m12 * y2 + m11 * y1, older = v[before] + m22 * y2 + m21 * y1;
        *(V *)(y + n * d + lowest) = v + G2 * y2 + G1 * y1;
        y1 = next;
        y2 = older;
    }
    return n;
}

HOT static ptrdiff_t L(pole_blocks)(T *restrict y, const T *restrict u, T a0, T a1, ptrdiff_t N, ptrdiff_t d) {
    return d > 0 ? L(pole_blocks_along)(y, u, a0, a1, N, 1) : L(pole_blocks_along)(y, u, a0, a1, N, -1);
}
#endif

/* One or two poles: a1 = 0 for one. The product with the older sample comes first, so that one multiplication and one
 * subtraction wait for the newest. */
static void L(two_poles)(E *restrict y, const E *restrict u, E a0, E a1, ptrdiff_t N, ptrdiff_t d) {
    ptrdiff_t n = 0;
#if !CPLX && DSPC_VECTORS
    n = L(pole_blocks)(y, u, a0, a1, N, d);
#endif
    E y1 = n > 0 ? y[(n - 1) * d] : e_zero(), y2 = n > 1 ? y[(n - 2) * d] : e_zero();
    for (; n < N; n++) {
        const E v = e_msub(e_msub(u[n * d], a1, y2), a0, y1);
        y2 = y1;
        y[n * d] = y1 = v;
    }
}

/* Three poles or more: the sum over what lies further back, which is known early, in four parts; then as for two. */
static void L(many_poles)(E *restrict y, const E *restrict u, const E *restrict a, ptrdiff_t N, ptrdiff_t P,
                          ptrdiff_t d) {
    E y1 = e_zero(), y2 = e_zero();
    for (ptrdiff_t n = 0; n < N; n++) {
        const ptrdiff_t k1 = pd_min(P, n);
        E s[4] = {u[n * d], e_zero(), e_zero(), e_zero()};
        ptrdiff_t k = 2;
        for (; k + 4 <= k1; k += 4)
            for (int i = 0; i < 4; i++) s[i] = e_msub(s[i], a[k + i], y[(n - 1 - k - i) * d]);
        for (; k < k1; k++) s[0] = e_msub(s[0], a[k], y[(n - 1 - k) * d]);
        const E older = e_add(e_add(s[0], s[1]), e_add(s[2], s[3]));
        const E v = e_msub(e_msub(older, a[1], y2), a[0], y1);
        y2 = y1;
        y[n * d] = y1 = v;
    }
}

void S(allpole)(T *restrict y_, const T *restrict u_, const T *restrict a_, ptrdiff_t N, ptrdiff_t P, int reverse) {
    E *y = (E *)y_;
    const E *u = (const E *)u_, *a = (const E *)a_;
    const ptrdiff_t first = reverse ? N - 1 : 0, d = reverse ? -1 : 1;
    if (N <= 0) return;
    if (P <= 2) L(two_poles)(y + first, u + first, a[0], P == 2 ? a[1] : e_zero(), N, d);
    else L(many_poles)(y + first, u + first, a, N, P, d);
}
