/* dot_product.h: sum of a[k] b[k] (conj(a[k]) b[k] with cj) in vector lanes; included by templates, for HOT callers. */
INLINE E L(dot_product)(const E *restrict a, const E *restrict b, ptrdiff_t n, const int cj) {
    ptrdiff_t k = 0;
#if CPLX
    E s0 = e_zero(), s1 = e_zero();
    for (; k + 1 < n; k += 2) {
        s0 = e_mad(s0, cj ? e_conj(a[k]) : a[k], b[k]);
        s1 = e_mad(s1, cj ? e_conj(a[k + 1]) : a[k + 1], b[k + 1]);
    }
    if (k < n) s0 = e_mad(s0, cj ? e_conj(a[k]) : a[k], b[k]);
    return e_add(s0, s1);
#else
    E s = 0;
    (void)cj;
#if DSPC_VECTORS
    if (n >= 2 * VW) {
        V v0 = {0}, v1 = {0};
        for (; k + 2 * VW <= n; k += 2 * VW) {
            v0 += *(const V *)(a + k) * *(const V *)(b + k);
            v1 += *(const V *)(a + k + VW) * *(const V *)(b + k + VW);
        }
        v0 += v1;
        for (int l = 0; l < VW; l++) s += v0[l];
    }
#endif
    for (; k < n; k++) s += a[k] * b[k];
    return s;
#endif
}

/* y -= h x */
INLINE void L(subtract_row)(E *restrict y, const E *restrict x, E h, ptrdiff_t n) {
    for (ptrdiff_t k = 0; k < n; k++) y[k] = e_msub(y[k], h, x[k]);
}
