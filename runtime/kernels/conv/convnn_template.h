/* convnn_template.h: convnn, convnn_x, convnn_w of one element type; see convnn.c. */
#include "kernels/linalg/panel_template.h"

/* One image plane of h x w seen through a tap at (p, q): pixel (i, j) of the other side meets row (i mul + p dil -
 * pad) / div. */
typedef struct {
    ptrdiff_t h, w;
    ptrdiff_t mul0, mul1, dil0, dil1, pad0, pad1, div0, div1;
} L(view);

/* The place along one axis where pixel i meets tap p, or -1. */
INLINE ptrdiff_t L(meet)(ptrdiff_t i, ptrdiff_t p, ptrdiff_t mul, ptrdiff_t dil, ptrdiff_t pad, ptrdiff_t div,
                         ptrdiff_t size) {
    ptrdiff_t r = i * mul + p * dil - pad;
    if (div != 1) {
        if (r < 0 || r % div != 0) return -1;
        r /= div;
    }
    return r >= 0 && r < size ? r : -1;
}

/* n pixels of a row from (i, j) on, as seen by tap (p, q) of `plane`. */
static void L(view_row)(E *restrict to, const L(view) * v, const E *restrict plane, ptrdiff_t i, ptrdiff_t j,
                        ptrdiff_t n, ptrdiff_t p, ptrdiff_t q) {
    ptrdiff_t r = L(meet)(i, p, v->mul0, v->dil0, v->pad0, v->div0, v->h);
    if (r < 0) {
        for (ptrdiff_t k = 0; k < n; k++) to[k] = e_zero();
    } else if (v->mul1 == 1 && v->div1 == 1) {
        ptrdiff_t c = j + q * v->dil1 - v->pad1, from = pd_clip(-c, 0, n), end = pd_clip(v->w - c, from, n);
        const E *row = plane + r * v->w + c;
        for (ptrdiff_t k = 0; k < from; k++) to[k] = e_zero();
        for (ptrdiff_t k = from; k < end; k++) to[k] = row[k];
        for (ptrdiff_t k = end; k < n; k++) to[k] = e_zero();
    } else {
        for (ptrdiff_t k = 0; k < n; k++) {
            ptrdiff_t c = L(meet)(j + k, q, v->mul1, v->dil1, v->pad1, v->div1, v->w);
            to[k] = c < 0 ? e_zero() : plane[r * v->w + c];
        }
    }
}

#if DSPC_VECTORS
/* A product out[m, pixel] = sum over (g, p, q) of weight[m am + g ag + p Q + q] image[g, pixel as seen by (p, q)]. */
typedef struct {
    E *out;
    const E *weight, *image;
    ptrdiff_t M, pixels, row; /* rows of out, pixels in each, pixels in a row of the plane */
    ptrdiff_t am, ag, G, P, Q;
    int ca;
    L(view) view;
} L(product);

static void L(product_run)(const L(product) * t) {
    E panel[L(KC) * L(NR)];
    ptrdiff_t at[L(KC)], PQ = t->P * t->Q, K = t->G * PQ, plane = t->view.h * t->view.w;
    for (ptrdiff_t n = 0; n < t->pixels; n += L(NR)) {
        ptrdiff_t nc = pd_min(L(NR), t->pixels - n);
        for (ptrdiff_t k0 = 0; k0 < K; k0 += L(KC)) {
            ptrdiff_t kc = pd_min(L(KC), K - k0), g = k0 / PQ, p = k0 % PQ / t->Q, q = k0 % t->Q;
            for (ptrdiff_t k = 0; k < kc; k++) {
                E *to = panel + k * L(NR);
                at[k] = g * t->ag + p * t->Q + q;
                ptrdiff_t i = n / t->row, j = n % t->row;
                for (ptrdiff_t done = 0, m; done < nc; done += m, i++, j = 0) {
                    m = pd_min(nc - done, t->row - j);
                    L(view_row)(to + done, &t->view, t->image + g * plane, i, j, m, p, q);
                }
                for (ptrdiff_t j1 = nc; j1 < L(NR); j1++) to[j1] = e_zero();
                if (++q == t->Q) q = 0, p++;
                if (p == t->P) p = 0, g++;
            }
            L(panel_multiply)
            (t->out + n, t->pixels, t->weight, t->am, at, (const T *)panel, t->M, kc, (int)nc, t->ca, k0 > 0);
        }
    }
}
#else
/* The same product without vectors: one row of the plane at a time. */
typedef struct {
    E *out;
    const E *weight, *image;
    ptrdiff_t M, pixels, row, am, ag, G, P, Q;
    int ca;
    L(view) view;
} L(product);

static void L(product_run)(const L(product) * t) {
    for (ptrdiff_t m = 0; m < t->M; m++)
        for (ptrdiff_t n = 0; n < t->pixels; n++) {
            E s = e_zero(), v;
            for (ptrdiff_t g = 0; g < t->G; g++)
                for (ptrdiff_t k = 0; k < t->P * t->Q; k++) {
                    E w = t->weight[m * t->am + g * t->ag + k];
                    L(view_row)
                    (&v, &t->view, t->image + g * t->view.h * t->view.w, n / t->row, n % t->row, 1, k / t->Q, k % t->Q);
                    s = e_mad(s, t->ca ? e_conj(w) : w, v);
                }
            t->out[m * t->pixels + n] = s;
        }
}
#endif

void S(convnn)(T *restrict y, const T *restrict x, const T *restrict w, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W,
               ptrdiff_t O, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh, ptrdiff_t sw,
               ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups) {
    ptrdiff_t M = O / groups;
    L(view) v = {H, W, sh, sw, dh, dw, ph, pw, 1, 1};
    (void)C;
    for (ptrdiff_t g = 0; g < groups; g++) {
        L(product)
        t = {(E *)y + g * M * I * J,
             (const E *)w + g * M * G * P * Q,
             (const E *)x + g * G * H * W,
             M,
             I * J,
             J,
             G * P * Q,
             P * Q,
             G,
             P,
             Q,
             0,
             v};
        L(product_run)(&t);
    }
}

void S(convnn_x)(T *restrict xbar, const T *restrict y, const T *restrict w, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W,
                 ptrdiff_t O, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh,
                 ptrdiff_t sw, ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups) {
    ptrdiff_t M = O / groups;
    L(view) v = {I, J, 1, 1, -dh, -dw, -ph, -pw, sh, sw};
    (void)C;
    for (ptrdiff_t g = 0; g < groups; g++) {
        L(product)
        t = {(E *)xbar + g * G * H * W,
             (const E *)w + g * M * G * P * Q,
             (const E *)y + g * M * I * J,
             G,
             H * W,
             W,
             P * Q,
             G * P * Q,
             M,
             P,
             Q,
             CPLX,
             v};
        L(product_run)(&t);
    }
}

#if DSPC_VECTORS
/* wbar[o, n] += sum over pixels k of y[o, k] conj(image seen by tap n): panels hold a piece of a row of pixels by NR
 * taps. */
static void L(weights_run)(E *wbar, const E *y, const E *x, ptrdiff_t M, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q,
                           ptrdiff_t I, ptrdiff_t J, const L(view) * v) {
    E panel[L(KC) * L(NR)], line[L(KC)];
    ptrdiff_t at[L(KC)], PQ = P * Q, N = G * PQ, pixels = I * J;
    for (ptrdiff_t k = 0; k < L(KC); k++) at[k] = k;
    for (ptrdiff_t k0 = 0; k0 < pixels; k0 += L(KC)) {
        ptrdiff_t kc = pd_min(L(KC), pixels - k0);
        for (ptrdiff_t n = 0; n < N; n += L(NR)) {
            ptrdiff_t nc = pd_min(L(NR), N - n);
            for (ptrdiff_t c = 0; c < L(NR); c++) {
                ptrdiff_t g = (n + c) / PQ, p = (n + c) % PQ / Q, q = (n + c) % Q, i = k0 / J, j = k0 % J;
                for (ptrdiff_t done = 0, m; done < kc && c < nc; done += m, i++, j = 0) {
                    m = pd_min(kc - done, J - j);
                    L(view_row)(line + done, v, x + g * v->h * v->w, i, j, m, p, q);
                }
                for (ptrdiff_t k = 0; k < kc; k++) panel[k * L(NR) + c] = c < nc ? e_conj(line[k]) : e_zero();
            }
            L(panel_multiply)(wbar + n, N, y + k0, pixels, at, (const T *)panel, M, kc, (int)nc, 0, 1);
        }
    }
}
#else
static void L(weights_run)(E *wbar, const E *y, const E *x, ptrdiff_t M, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q,
                           ptrdiff_t I, ptrdiff_t J, const L(view) * v) {
    E u;
    for (ptrdiff_t m = 0; m < M; m++)
        for (ptrdiff_t n = 0; n < G * P * Q; n++)
            for (ptrdiff_t k = 0; k < I * J; k++) {
                L(view_row)(&u, v, x + n / (P * Q) * v->h * v->w, k / J, k % J, 1, n % (P * Q) / Q, n % Q);
                wbar[m * G * P * Q + n] = e_mad(wbar[m * G * P * Q + n], y[m * I * J + k], e_conj(u));
            }
}
#endif

void S(convnn_w)(T *restrict wbar, const T *restrict y, const T *restrict x, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W,
                 ptrdiff_t O, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh,
                 ptrdiff_t sw, ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups) {
    ptrdiff_t M = O / groups;
    L(view) v = {H, W, sh, sw, dh, dw, ph, pw, 1, 1};
    (void)C;
    for (ptrdiff_t g = 0; g < groups; g++) L(weights_run)
    ((E *)wbar + g * M * G * P * Q, (const E *)y + g * M * I * J, (const E *)x + g * G * H * W, M, G, P, Q, I, J, &v);
}
