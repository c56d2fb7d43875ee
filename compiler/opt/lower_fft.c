/* lower_fft.c: a convolution as a product of spectra.
 *
 * With X, H the transforms of length L of x and h, each padded at its end, the inverse transform of X H is the sum
 * over m of f[j + m L], where f[j] = sum of h[k] x[j - k] has its support on 0 .. Nx + Nh - 2; that of X conj(H) the
 * same for r[j] = sum of conj(h[k]) x[j + k] on -(Nh - 1) .. Nx - 1. The result reads f at lo .. lo + n - 1, r at -lo
 * .. n - 1 - lo. L is large enough when no other m falls on a place that is read. For a convolution and its two
 * adjoints that gives the same L, so the spectra are shared. */
#include "opt/lower.h"

#include <stdlib.h>

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}
static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t fast_length(int64_t n) {
    for (;; n++) {
        int64_t m = n;
        while (m % 2 == 0) m /= 2;
        while (m % 3 == 0) m /= 3;
        while (m % 5 == 0) m /= 5;
        while (m % 7 == 0) m /= 7;
        if (m == 1) return n;
    }
}

/* What is read (first..last) and where there is anything at all (from..to), along one axis. */
typedef struct span {
    int64_t first, last, from, to;
} span;

static span read_span(const conv *c, int k) {
    span s;
    s.from = c->corr ? -(c->nh[k] - 1) : 0;
    s.to = c->corr ? c->nx[k] - 1 : c->nx[k] + c->nh[k] - 2;
    int64_t start = c->corr ? -c->lo[k] : c->lo[k];
    s.first = larger(start, s.from);
    s.last = smaller(start + c->n[k] - 1, s.to);
    return s;
}

int64_t conv_fft_length(const conv *c, int k) {
    span s = read_span(c, k);
    int64_t need = larger(c->nx[k], c->nh[k]);
    if (s.first > s.last) return need;
    return larger(need, larger(s.to - s.first + 1, s.last - s.from + 1));
}

static node *spectrum(const conv *c, node *x, const int64_t *length) {
    for (int k = 0; k < c->dims; k++) x = lower_window(c, x, 0, length[k], c->dims - k);
    int64_t dims = c->dims, sign = -1;
    attr at[] = {{1, &dims}, {1, &sign}};
    return c->complex ? lower_op(c, OP_fft_, &x, 1, at, 2) : lower_op(c, OP_rfft_, &x, 1, at, 1);
}

static node *inverse(const conv *c, node *s, const int64_t *length) {
    int64_t dims = c->dims, sign = 1, n = length[c->dims - 1];
    attr forward[] = {{1, &dims}, {1, &sign}}, half[] = {{1, &dims}, {1, &n}};
    return c->complex ? lower_op(c, OP_fft_, &s, 1, forward, 2) : lower_op(c, OP_hc2r, &s, 1, half, 2);
}

/* The places first..last of a periodic axis of length L, which may begin before 0. */
static node *read_circular(const conv *c, node *y, int64_t length, const span *s, int axis_from_last) {
    int64_t count = s->last - s->first + 1, start = ((s->first % length) + length) % length;
    if (start + count <= length) return lower_slice(c, y, start, count, axis_from_last);
    node *parts[2];
    parts[0] = lower_slice(c, y, start, length - start, axis_from_last);
    parts[1] = lower_slice(c, y, 0, count - (length - start), axis_from_last);
    int64_t axis = y->type.rank - axis_from_last;
    attr at = {1, &axis};
    return lower_op(c, OP_concat, parts, 2, &at, 1);
}

node *conv_by_fft(const conv *c) {
    int64_t length[2] = {0, 0};
    double scale = 1;
    for (int k = 0; k < c->dims; k++) {
        span s = read_span(c, k);
        if (s.first > s.last) return graph_fill(c->g, c->out, 0.0, c->from);
        length[k] = fast_length(conv_fft_length(c, k));
        scale /= (double)length[k];
    }
    node *sx = spectrum(c, c->x, length), *sh = spectrum(c, c->h, length);
    if (c->corr) sh = lower_op(c, OP_conj, &sh, 1, NULL, 0);
    node *y = inverse(c, g_mul(c->g, sx, sh, c->from), length);
    for (int k = 0; k < c->dims; k++) {
        span s = read_span(c, k);
        y = read_circular(c, y, length[k], &s, c->dims - k);
    }
    y = lower_scale(c, y, scale);
    for (int k = 0; k < c->dims; k++) { /* zeros where the result reaches beyond the support */
        int64_t start = c->corr ? -c->lo[k] : c->lo[k];
        y = lower_window(c, y, start - read_span(c, k).first, c->n[k], c->dims - k);
    }
    return y;
}
