/* lower_fft.c: a convolution as a product of spectra.
 *
 * Convolution: with X, H the transforms of length L of x and h, each padded at its end, the inverse transform of X H
 * is the sum over m of f[j + m L], where f[j] = sum of h[k] x[j - k] has its support on 0 .. Nx + Nh - 2; read is lo
 * .. lo + n - 1. Correlation: x is put at place lo instead, x'[t] = x[t - lo], so that the lags 0 .. n - 1 of the sum
 * of conj(h[k]) x'[i + k] are read, from X' conj(H).
 * L is large enough when no other m falls on a place that is read. A convolution and its two adjoints, which have the
 * same lo and the same three lengths, get the same L and read the same three spectra. */
#include "opt/lower.h"

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}
static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* How much longer a transform of that length takes than one of a power of two of the same size, roughly (FFTW, real
 * data, estimated plans; odd lengths have no fast real transform). */
static double length_cost(int64_t n, int twos, int odd_factors) {
    double each = n > 65536 ? 0.03 : 0.1;
    return (double)n * (1 + each * odd_factors + (twos == 0 ? 2.0 : twos == 1 ? 0.2 : 0));
}

/* Of the products of 2, 3, 5 and 7 from n on, the one with the fastest transform; a power of two ends the search. */
int64_t fast_length(int64_t n) {
    int64_t best = n;
    double least = -1;
    int64_t top = 1;
    while (top < n) top *= 2;
    for (int64_t s = 1, i = 0; s <= top; s *= 7, i++)
        for (int64_t f = s, j = i; f <= top; f *= 5, j++)
            for (int64_t t = f, k = j; t <= top; t *= 3, k++) {
                int64_t length = t;
                int twos = 0;
                for (; length < n; twos++) length *= 2;
                double cost = length_cost(length, twos, (int)k);
                if (length > top || (least >= 0 && cost >= least)) continue;
                best = length;
                least = cost;
            }
    return best;
}

/* Along one axis: where the inverse transform differs from zero (from..to), and which places are read (first..last). */
typedef struct span {
    int64_t first, last, from, to;
} span;

static span read_span(const conv *c, int k) {
    int64_t start = c->corr ? 0 : c->lo[k];
    span s;
    s.from = c->corr ? c->lo[k] - (c->nh[k] - 1) : 0;
    s.to = c->corr ? c->lo[k] + c->nx[k] - 1 : c->nx[k] + c->nh[k] - 2;
    s.first = larger(start, s.from);
    s.last = smaller(start + c->n[k] - 1, s.to);
    return s;
}

int64_t conv_fft_length(const conv *c, int k) {
    int64_t x = c->nx[k], h = c->nh[k], n = c->n[k], lo = c->lo[k];
    if (c->corr) { /* y = conv(g, h) has y for x here, and g for the result */
        x = n;
        n = c->nx[k];
    }
    int64_t full = x + h - 1;
    return larger(larger(x, h), larger(full - larger(lo, 0), smaller(lo + n, full)));
}

/* The transform of x put at place `at` among zeros. */
static node *spectrum(const conv *c, node *x, const int64_t *at, const int64_t *length) {
    for (int k = 0; k < c->dims; k++) x = lower_window(c, x, -at[k], length[k], c->dims - k);
    int64_t dims = c->dims, sign = -1;
    attr a[] = {{1, &dims}, {1, &sign}};
    return c->complex ? lower_op(c, OP_fft_, &x, 1, a, 2) : lower_op(c, OP_rfft_, &x, 1, a, 1);
}

static node *inverse(const conv *c, node *s, const int64_t *length) {
    int64_t dims = c->dims, sign = 1, n = length[c->dims - 1];
    attr forward[] = {{1, &dims}, {1, &sign}}, half[] = {{1, &dims}, {1, &n}};
    return c->complex ? lower_op(c, OP_fft_, &s, 1, forward, 2) : lower_op(c, OP_hc2r, &s, 1, half, 2);
}

node *conv_by_fft(const conv *c) {
    int64_t length[2] = {0, 0}, zero[2] = {0, 0}, at[2];
    double scale = 1;
    for (int k = 0; k < c->dims; k++) {
        span s = read_span(c, k);
        if (s.first > s.last) return graph_fill(c->g, c->out, 0.0, c->from);
        length[k] = fast_length(conv_fft_length(c, k));
        scale /= (double)length[k];
        at[k] = c->corr ? c->lo[k] : 0;
    }
    node *sx = spectrum(c, c->x, at, length), *sh = spectrum(c, c->h, zero, length);
    if (c->corr) sh = lower_op(c, OP_conj, &sh, 1, NULL, 0);
    node *y = inverse(c, g_mul(c->g, sx, sh, c->from), length);
    for (int k = 0; k < c->dims; k++) {
        span s = read_span(c, k);
        y = lower_slice(c, y, s.first, s.last - s.first + 1, c->dims - k);
    }
    y = lower_scale(c, y, scale);
    for (int k = 0; k < c->dims; k++) { /* zeros where the result reaches beyond the support */
        int64_t start = c->corr ? 0 : c->lo[k];
        y = lower_window(c, y, start - read_span(c, k).first, c->n[k], c->dims - k);
    }
    return y;
}
