/* transform.c: discrete Fourier, cosine and sine transforms by their defining sums. Over several axes a DFT is one sum per
 * axis. Angles come from a table indexed by k*n mod N, so a sum is as exact as its additions. */
#include <math.h>
#include <stdlib.h>

#include "eval/evaluators.h"

circle circle_new(int64_t d) {
    circle c = {d, scratch_array(2 * d, sizeof(cval))};
    const long double pi = 3.14159265358979323846264338327950288L;
    for (int64_t m = 0; m < 2 * d; m++) {
        long double angle = pi * (long double)m / (long double)d;
        c.at[m] = cv((double)cosl(angle), (double)sinl(angle));
        if (2 * m == d || 2 * m == 3 * d) c.at[m].re = 0.0; /* quarter turns are exact */
        if (m == 0 || m == d) c.at[m].im = 0.0;
    }
    return c;
}

void circle_free(circle *c) {
    free(c->at);
}

/* In place along one axis: x[k] = sum over n of x[n] exp(sign 2 pi i k n / N). `stride` and N are those of the axis. */
static void dft_axis(tensor *x, int axis, int sign) {
    int64_t n = x->type.shape[axis], stride = 1, count = type_count(&x->type);
    for (int k = axis + 1; k < x->type.rank; k++) stride *= x->type.shape[k];
    circle turn = circle_new(n); /* step pi/n: exp(2 pi i m / n) is entry 2m */
    cval *line = scratch_array(n, sizeof *line);
    for (int64_t first = 0; first < count; first++) {
        if (first / stride % n != 0) continue; /* not the beginning of a line */
        for (int64_t j = 0; j < n; j++) line[j] = tensor_get(x, first + j * stride);
        for (int64_t k = 0; k < n; k++) {
            csum s = {0.0L, 0.0L};
            for (int64_t j = 0; j < n; j++) {
                cval w = turn.at[2 * (j * k % n)];
                csum_mul(&s, line[j], sign < 0 ? cv_conj(w) : w);
            }
            tensor_put(x, first + k * stride, csum_value(&s));
        }
    }
    free(line);
    circle_free(&turn);
}

void eval_fft(const call *c) { /* attributes dims, sign */
    int dims = (int)attr_int(c->n, 0), sign = (int)attr_int(c->n, 1), rank = c->out->type.rank;
    for (int64_t i = 0; i < type_count(&c->out->type); i++) tensor_put(c->out, i, tensor_get(c->args[0], i));
    for (int k = 0; k < dims; k++) dft_axis(c->out, rank - 1 - k, sign);
}

void eval_rfft(const call *c) { /* last axis first: n real samples give n div 2 + 1 frequencies; then the other axes */
    const tensor *x = c->args[0];
    int dims = (int)attr_int(c->n, 0), rank = c->out->type.rank;
    int64_t n = axis_size(&x->type, 1), half = axis_size(&c->out->type, 1);
    circle turn = circle_new(n);
    for (int64_t item = 0; item < lead_count(&x->type, 1); item++)
        for (int64_t k = 0; k < half; k++) {
            csum s = {0.0L, 0.0L};
            for (int64_t j = 0; j < n; j++)
                csum_mul(&s, cv(x->v[item * n + j], 0.0), cv_conj(turn.at[2 * (j * k % n)]));
            tensor_put(c->out, item * half + k, csum_value(&s));
        }
    circle_free(&turn);
    for (int k = 1; k < dims; k++) dft_axis(c->out, rank - 1 - k, -1);
}

/* y[t] = Re s[0] + 2 sum over 0 < k < n/2 of Re(s[k] exp(2 pi i k t / n)) + (-1)^t Re s[n/2] (n even), after the inverse
 * transforms along the other axes. */
void eval_hc2r(const call *c) { /* attributes dims, n */
    int dims = (int)attr_int(c->n, 0), rank = c->out->type.rank;
    int64_t n = attr_int(c->n, 1), half = axis_size(&c->args[0]->type, 1);
    tensor s = {.type = c->args[0]->type};
    s.v = scratch_array((int64_t)tensor_doubles(&s.type), sizeof(double));
    for (int64_t i = 0; i < type_count(&s.type); i++) tensor_put(&s, i, tensor_get(c->args[0], i));
    for (int k = 1; k < dims; k++) dft_axis(&s, rank - 1 - k, +1);
    circle turn = circle_new(n);
    for (int64_t item = 0; item < lead_count(&c->out->type, 1); item++)
        for (int64_t t = 0; t < n; t++) {
            csum sum = {0.0L, 0.0L};
            for (int64_t k = 0; k < half; k++) {
                bool alone = k == 0 || 2 * k == n; /* its own mirror image */
                cval e = tensor_get(&s, item * half + k);
                if (alone) e.im = 0.0;
                csum_mul(&sum, cv(alone ? e.re : 2.0 * e.re, alone ? 0.0 : 2.0 * e.im), turn.at[2 * (t * k % n)]);
            }
            c->out->v[item * n + t] = (double)sum.re;
        }
    circle_free(&turn);
    free(s.v);
}

/* The angle of term j of output k, in units of pi / (the circle's d). */
static int64_t r2r_turns(int64_t kind, int64_t j, int64_t k) {
    switch (kind) {
    case 1: return j * k;                      /* / (n-1) */
    case 2: return (2 * j + 1) * k;            /* / 2n */
    case 3: return j * (2 * k + 1);            /* / 2n */
    case 4: return (2 * j + 1) * (2 * k + 1);  /* / 4n */
    case 5: return (j + 1) * (k + 1);          /* / (n+1) */
    case 6: return (2 * j + 1) * (k + 1);      /* / 2n */
    case 7: return (j + 1) * (2 * k + 1);      /* / 2n */
    default: return (2 * j + 1) * (2 * k + 1); /* kind 8, / 4n */
    }
}

static int64_t r2r_divisor(int64_t kind, int64_t n) {
    switch (kind) {
    case 1: return n - 1;
    case 4:
    case 8: return 4 * n;
    case 5: return n + 1;
    default: return 2 * n;
    }
}

/* Every term counts twice but those that are their own mirror image: the ends of DCT-I, the first of DCT-III, the last of
 * DST-III (FFTW manual, "1d Real-even DFTs", "1d Real-odd DFTs"). */
static double r2r_weight(int64_t kind, int64_t j, int64_t n) {
    bool alone = (kind == 1 && (j == 0 || j == n - 1)) || (kind == 3 && j == 0) || (kind == 7 && j == n - 1);
    return alone ? 1.0 : 2.0;
}

void eval_r2r(const call *c) {
    const tensor *x = c->args[0];
    int64_t kind = attr_int(c->n, 0), n = axis_size(&x->type, 1);
    circle turn = circle_new(r2r_divisor(kind, n));
    for (int64_t item = 0; item < lead_count(&x->type, 1); item++)
        for (int64_t k = 0; k < n; k++) {
            long double s = 0.0L;
            for (int64_t j = 0; j < n; j++) {
                cval w = circle_at(&turn, r2r_turns(kind, j, k));
                s += (long double)x->v[item * n + j] * (kind <= 4 ? w.re : w.im) * r2r_weight(kind, j, n);
            }
            c->out->v[item * n + k] = (double)s;
        }
    circle_free(&turn);
}
