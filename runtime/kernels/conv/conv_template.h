/* conv_template.h: conv, corr, conv2, corr2 of one element type; see conv.c. Included by each_type.h. */

/* One problem. `s` is the direction in which x is read as the tap index grows: -1 conv, +1 corr. Output (i, j) and
 * tap (p, q) meet at x[i - s lo0 + s p, j - s lo1 + s q]. `cj` conjugates h. */
typedef struct {
    E *y;
    const E *x, *h;
    ptrdiff_t H, W, P, Q, lo0, lo1, n0, n1;
    int s, cj;
} L(conv_job);

#if DSPC_VECTORS
#include "kernels/conv/tile_template.h"
#include "kernels/conv/dot_template.h"
#endif

static inline E L(tap)(const L(conv_job) * c, ptrdiff_t p, ptrdiff_t q) {
    E h = c->h[p * c->Q + q];
    return c->cj ? e_conj(h) : h;
}

/* y[j0..j1) += h x[j0 + d .. j1 + d) */
INLINE void L(axpy)(E *restrict y, const E *restrict x, E h, ptrdiff_t n) {
    for (ptrdiff_t j = 0; j < n; j++) y[j] = e_mad(y[j], h, x[j]);
}

static void L(conv_plain)(const L(conv_job) * c) {
    for (ptrdiff_t i = 0; i < c->n0; i++) {
        E *y = c->y + i * c->n1;
        for (ptrdiff_t j = 0; j < c->n1; j++) y[j] = e_zero();
        for (ptrdiff_t p = 0; p < c->P; p++) {
            ptrdiff_t r = i + c->s * (p - c->lo0);
            if (r < 0 || r >= c->H) continue;
            for (ptrdiff_t q = 0; q < c->Q; q++) {
                ptrdiff_t d = c->s * (q - c->lo1), j0 = pd_max(0, -d), j1 = pd_min(c->n1, c->W - d);
                if (j1 > j0) L(axpy)(y + j0, c->x + r * c->W + j0 + d, L(tap)(c, p, q), j1 - j0);
            }
        }
    }
}

/* Limits measured on one core (AVX2): below 192 products the set-up of the tiles costs more than it saves; from 8
 * vectors of taps on, the dot way beats a tile that would be less than three quarters full. */
static void L(conv_run)(const L(conv_job) * c) {
    if (c->n0 <= 0 || c->n1 <= 0) return;
#if DSPC_VECTORS
    double products = (double)(c->n0 * c->n1) * (double)(c->P * c->Q);
    if (products < 192) L(conv_plain)(c);
    else if (c->n1 < 3 * L(TILE) / 4 && c->Q >= 8 * L(LANES)) L(conv_dot)(c);
    else L(conv_wide)(c);
#else
    L(conv_plain)(c);
#endif
}

void S(conv2)(T *restrict y, const T *restrict x, const T *restrict h, ptrdiff_t H, ptrdiff_t W, ptrdiff_t P,
              ptrdiff_t Q, ptrdiff_t lo0, ptrdiff_t lo1, ptrdiff_t n0, ptrdiff_t n1) {
    L(conv_job) c = {(E *)y, (const E *)x, (const E *)h, H, W, P, Q, lo0, lo1, n0, n1, -1, 0};
    if (P * Q > H * W) { /* convolution commutes: the shorter operand plays the taps */
        c.x = (const E *)h;
        c.h = (const E *)x;
        c.H = P;
        c.W = Q;
        c.P = H;
        c.Q = W;
    }
    L(conv_run)(&c);
}

void S(corr2)(T *restrict y, const T *restrict x, const T *restrict h, ptrdiff_t H, ptrdiff_t W, ptrdiff_t P,
              ptrdiff_t Q, ptrdiff_t lo0, ptrdiff_t lo1, ptrdiff_t n0, ptrdiff_t n1) {
    L(conv_job) c = {(E *)y, (const E *)x, (const E *)h, H, W, P, Q, lo0, lo1, n0, n1, 1, CPLX};
    L(conv_run)(&c);
}

void S(conv)(T *restrict y, const T *restrict x, const T *restrict h, ptrdiff_t N, ptrdiff_t K, ptrdiff_t lo,
             ptrdiff_t n) {
    S(conv2)(y, x, h, 1, N, 1, K, 0, lo, 1, n);
}

void S(corr)(T *restrict y, const T *restrict x, const T *restrict h, ptrdiff_t N, ptrdiff_t K, ptrdiff_t lo,
             ptrdiff_t n) {
    S(corr2)(y, x, h, 1, N, 1, K, 0, lo, 1, n);
}
