/* convnn_template.h: convnn, convnn_x, convnn_w of one element type; see convnn.c. */
#include "kernels/linalg/panel_template.h"

/* One image plane of h x w seen through a tap at (p, q): pixel (i, j) of the other side meets row i mul + p dil - pad. */
typedef struct {
    ptrdiff_t h, w;
    ptrdiff_t mul0, mul1, dil0, dil1, pad0, pad1;
} L(view);

/* n pixels of a row from (i, j) on, as seen by tap (p, q) of `plane`. */
static void L(view_row)(E *restrict to, const L(view) * v, const E *restrict plane, ptrdiff_t i, ptrdiff_t j,
                        ptrdiff_t n, ptrdiff_t p, ptrdiff_t q) {
    ptrdiff_t r = i * v->mul0 + p * v->dil0 - v->pad0, c = j * v->mul1 + q * v->dil1 - v->pad1, mul = v->mul1;
    if (r < 0 || r >= v->h) {
        for (ptrdiff_t k = 0; k < n; k++) to[k] = e_zero();
        return;
    }
    ptrdiff_t from = pd_clip(mul == 1 ? -c : (mul - 1 - c) / mul, 0, n); /* c + k mul is 0 or more from k = from on */
    ptrdiff_t end = pd_clip(mul == 1 ? v->w - c : (v->w + mul - 1 - c) / mul, from, n); /* and below w before k = end */
    const E *row = plane + r * v->w + c;
    for (ptrdiff_t k = 0; k < from; k++) to[k] = e_zero();
    if (mul == 1)
        for (ptrdiff_t k = from; k < end; k++) to[k] = row[k];
    else
        for (ptrdiff_t k = from; k < end; k++) to[k] = row[k * mul];
    for (ptrdiff_t k = end; k < n; k++) to[k] = e_zero();
}

/* A product out[m, pixel] = sum over (g, p, q) of weight[m am + g ag + p ap + q aq] image[g, pixel as seen by (p, q)].
 * Pixel (i, j) of rows x row of them stands at i step0 + j step1 of a plane of `plane` elements. */
typedef struct {
    E *out;
    const E *weight, *image;
    ptrdiff_t M, rows, row, plane, step0, step1;
    ptrdiff_t am, ag, ap, aq, G, P, Q;
    int ca;
    L(view) view;
} L(product);

#if DSPC_VECTORS
/* Row by row of a block of results, to places that lie apart. */
static void L(product_spread)(const L(product) * t, const E *tile, ptrdiff_t m0, ptrdiff_t rows, ptrdiff_t n,
                              ptrdiff_t nc, int add) {
    for (ptrdiff_t m = 0; m < rows; m++) {
        E *out = t->out + (m0 + m) * t->plane;
        const E *from = tile + m * L(NR);
        ptrdiff_t i = n / t->row, j = n % t->row;
        for (ptrdiff_t c = 0; c < nc; c++) {
            E *to = out + i * t->step0 + j * t->step1;
            *to = add ? e_add(*to, from[c]) : from[c];
            if (++j == t->row) j = 0, i++;
        }
    }
}

/* The weights times a panel, into the pixels n .. n + nc - 1. */
static void L(product_panel)(const L(product) * t, const ptrdiff_t *at, const E *panel, ptrdiff_t kc, ptrdiff_t n,
                             ptrdiff_t nc, int add) {
    enum { BLOCK = 32 };
    if (t->step1 == 1 && t->step0 == t->row) {
        L(panel_multiply)
        (t->out + n, t->plane, t->weight, t->am, at, (const T *)panel, t->M, kc, (int)nc, t->ca, add);
        return;
    }
    E tile[BLOCK * L(NR)];
    for (ptrdiff_t m = 0; m < t->M; m += BLOCK) {
        ptrdiff_t rows = pd_min(BLOCK, t->M - m);
        L(panel_multiply)
        (tile, L(NR), t->weight + m * t->am, t->am, at, (const T *)panel, rows, kc, (int)nc, t->ca, 0);
        L(product_spread)(t, tile, m, rows, n, nc, add);
    }
}

static void L(product_run)(const L(product) * t) {
    E panel[L(KC) * L(NR)];
    ptrdiff_t at[L(KC)], PQ = t->P * t->Q, K = t->G * PQ, plane = t->view.h * t->view.w, pixels = t->rows * t->row;
    for (ptrdiff_t n = 0; n < pixels; n += L(NR)) {
        ptrdiff_t nc = pd_min(L(NR), pixels - n), k0 = 0;
        do { /* once at least: without taps the results are zeros */
            ptrdiff_t kc = pd_min(L(KC), K - k0), g = 0, p = 0, q = 0;
            if (kc > 0) g = k0 / PQ, p = k0 % PQ / t->Q, q = k0 % t->Q;
            for (ptrdiff_t k = 0; k < kc; k++) {
                E *to = panel + k * L(NR);
                at[k] = g * t->ag + p * t->ap + q * t->aq;
                ptrdiff_t i = n / t->row, j = n % t->row;
                for (ptrdiff_t done = 0, m; done < nc; done += m, i++, j = 0) {
                    m = pd_min(nc - done, t->row - j);
                    L(view_row)(to + done, &t->view, t->image + g * plane, i, j, m, p, q);
                }
                for (ptrdiff_t j1 = nc; j1 < L(NR); j1++) to[j1] = e_zero();
                if (++q == t->Q) q = 0, p++;
                if (p == t->P) p = 0, g++;
            }
            L(product_panel)(t, at, panel, kc, n, nc, k0 > 0);
        } while ((k0 += L(KC)) < K);
    }
}
#else
/* The same product without vectors: one pixel at a time. */
static void L(product_run)(const L(product) * t) {
    for (ptrdiff_t m = 0; m < t->M; m++)
        for (ptrdiff_t n = 0; n < t->rows * t->row; n++) {
            ptrdiff_t i = n / t->row, j = n % t->row;
            E s = e_zero(), v;
            for (ptrdiff_t g = 0; g < t->G; g++)
                for (ptrdiff_t k = 0; k < t->P * t->Q; k++) {
                    E w = t->weight[m * t->am + g * t->ag + k / t->Q * t->ap + k % t->Q * t->aq];
                    L(view_row)(&v, &t->view, t->image + g * t->view.h * t->view.w, i, j, 1, k / t->Q, k % t->Q);
                    s = e_mad(s, t->ca ? e_conj(w) : w, v);
                }
            t->out[m * t->plane + i * t->step0 + j * t->step1] = s;
        }
}
#endif

void S(convnn)(T *restrict y, const T *restrict x, const T *restrict w, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W,
               ptrdiff_t O, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh, ptrdiff_t sw,
               ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups) {
    ptrdiff_t M = O / groups;
    (void)C;
    for (ptrdiff_t g = 0; g < groups; g++) {
        L(product)
        t = {.out = (E *)y + g * M * I * J,
             .weight = (const E *)w + g * M * G * P * Q,
             .image = (const E *)x + g * G * H * W,
             .M = M,
             .rows = I,
             .row = J,
             .plane = I * J,
             .step0 = J,
             .step1 = 1,
             .am = G * P * Q,
             .ag = P * Q,
             .ap = Q,
             .aq = 1,
             .G = G,
             .P = P,
             .Q = Q,
             .ca = 0,
             .view = {H, W, sh, sw, dh, dw, ph, pw}};
        L(product_run)(&t);
    }
}

/* xbar at the pixels (phase0 + i sh, phase1 + j sw), for all i and j: the taps that see y from there. */
static void L(phase_run)(const L(product) * whole, const phase *a0, const phase *a1) {
    L(product) t = *whole;
    t.out += a0->first * whole->step0 + a1->first * whole->step1;
    t.weight += a0->tap * whole->ap + a1->tap * whole->aq;
    t.rows = a0->count, t.row = a1->count;
    t.step0 = whole->step0 * a0->stride, t.step1 = whole->step1 * a1->stride;
    t.ap *= a0->every, t.aq *= a1->every;
    t.P = a0->taps, t.Q = a1->taps;
    t.view.dil0 = -a0->back, t.view.dil1 = -a1->back;
    t.view.pad0 = -a0->start, t.view.pad1 = -a1->start;
    L(product_run)(&t);
}

void S(convnn_x)(T *restrict xbar, const T *restrict y, const T *restrict w, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W,
                 ptrdiff_t O, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh,
                 ptrdiff_t sw, ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups) {
    ptrdiff_t M = O / groups;
    (void)C;
    for (ptrdiff_t g = 0; g < groups; g++) {
        L(product)
        t = {.out = (E *)xbar + g * G * H * W,
             .weight = (const E *)w + g * M * G * P * Q,
             .image = (const E *)y + g * M * I * J,
             .M = G,
             .plane = H * W,
             .step0 = W,
             .step1 = 1,
             .am = P * Q,
             .ag = G * P * Q,
             .ap = Q,
             .aq = 1,
             .G = M,
             .ca = CPLX,
             .view = {.h = I, .w = J, .mul0 = 1, .mul1 = 1}};
        for (ptrdiff_t k = 0; k < pd_min(sh, H) * pd_min(sw, W); k++) {
            ptrdiff_t wide = pd_min(sw, W);
            phase a0 = phase_of(k / wide, H, P, sh, dh, ph), a1 = phase_of(k % wide, W, Q, sw, dw, pw);
            L(phase_run)(&t, &a0, &a1);
        }
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
    L(view) v = {H, W, sh, sw, dh, dw, ph, pw};
    (void)C;
    for (ptrdiff_t g = 0; g < groups; g++) L(weights_run)
    ((E *)wbar + g * M * G * P * Q, (const E *)y + g * M * I * J, (const E *)x + g * G * H * W, M, G, P, Q, I, J, &v);
}
