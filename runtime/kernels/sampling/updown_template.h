/* updown_template.h: up-sampling, FIR filter, down-sampling in one step, for one element type.
 *
 * y[m] = sum over k of h[k] x[(m down + lo - k) / up], over the k for which up divides: with t = m down + lo = s up + r,
 * 0 <= r < up, the taps r, r + up, r + 2 up, ... meet x[s], x[s-1], x[s-2], ... */
#include "kernels/linalg/dot_product.h"

enum { L(UPDOWN_BANK) = 4096 };

typedef struct {
    ptrdiff_t r, s, from, to; /* taps r + q up for q in from..to-1 meet x[s - q] */
} L(meeting);

INLINE L(meeting) L(meet_taps)(ptrdiff_t t, ptrdiff_t up, ptrdiff_t N, ptrdiff_t K) {
    ptrdiff_t r = t % up;
    if (r < 0) r += up;
    ptrdiff_t s = (t - r) / up, taps = K > r ? (K - r + up - 1) / up : 0;
    return (L(meeting)){r, s, pd_max(0, s - (N - 1)), pd_min(taps, s + 1)};
}

/* With the taps of each phase laid out backwards, every sample of the result is a product of two rows. */
static HOT void L(by_phases)(E *restrict y, const E *restrict x, const E *restrict h, ptrdiff_t N, ptrdiff_t K,
                             ptrdiff_t up, ptrdiff_t down, ptrdiff_t lo, ptrdiff_t n, ptrdiff_t per) {
    E bank[L(UPDOWN_BANK)];
    for (ptrdiff_t r = 0; r < up; r++)
        for (ptrdiff_t q = 0; q < per; q++) bank[r * per + per - 1 - q] = r + q * up < K ? h[r + q * up] : e_zero();
    for (ptrdiff_t m = 0; m < n; m++) {
        L(meeting) at = L(meet_taps)(m * down + lo, up, N, K);
        ptrdiff_t count = at.to - at.from;
        y[m] = count <= 0 ? e_zero() : L(dot_product)(bank + at.r * per + per - at.to, x + at.s - at.to + 1, count, 0);
    }
}

void S(upfirdn)(T *restrict y_, const T *restrict x_, const T *restrict h_, ptrdiff_t N, ptrdiff_t K, ptrdiff_t up,
                ptrdiff_t down, ptrdiff_t lo, ptrdiff_t n) {
    E *y = (E *)y_;
    const E *x = (const E *)x_, *h = (const E *)h_;
    ptrdiff_t per = (K + up - 1) / up;
    if (per * up <= L(UPDOWN_BANK)) {
        L(by_phases)(y, x, h, N, K, up, down, lo, n, per);
        return;
    }
    for (ptrdiff_t m = 0; m < n; m++) {
        L(meeting) at = L(meet_taps)(m * down + lo, up, N, K);
        E s = e_zero();
        for (ptrdiff_t q = at.from; q < at.to; q++) s = e_mad(s, h[at.r + q * up], x[at.s - q]);
        y[m] = s;
    }
}

/* The transpose in h, of K taps: v[m] conj(x[s - q]) is added to tap r + q up. */
void S(upfirdn_h)(T *restrict h_, const T *restrict v_, const T *restrict x_, ptrdiff_t M, ptrdiff_t N, ptrdiff_t up,
                  ptrdiff_t down, ptrdiff_t lo, ptrdiff_t K) {
    E *h = (E *)h_;
    const E *v = (const E *)v_, *x = (const E *)x_;
    for (ptrdiff_t k = 0; k < K; k++) h[k] = e_zero();
    for (ptrdiff_t m = 0; m < M; m++) {
        L(meeting) at = L(meet_taps)(m * down + lo, up, N, K);
        for (ptrdiff_t q = at.from; q < at.to; q++)
            h[at.r + q * up] = e_mad(h[at.r + q * up], v[m], e_conj(x[at.s - q]));
    }
}
