/* biquad.c: a cascade of 4 biquads over 48,000 samples, loss = mean (y - d)^2.
 *
 * With c = sos/a0, section s maps y[s] to y[s+1] (y[0] = x): y' = c0 y + c1 y- + c2 y-- - c4 y'- - c5 y'--. Way back, from
 * r[4] = 2/N (y[4] - d), each section runs the all-pole part in reverse, v = r - c4 v+ - c5 v++, and gives
 *     dloss/dc_k = sum v[n] y[n-k],   dloss/dc_(3+k) = -sum v[n] y'[n-k],   r below = c0 v + c1 v+ + c2 v++.
 * All sections go through the samples together: the four recursions overlap in the processor's pipeline. The way back
 * goes in blocks, so that the sums over v are vector instructions on what is in the first-level cache. */
#include "hand.h"

enum { N = 48000, S = 4, PAST = 8, BLOCK = 480 };

typedef struct {
    REAL *y[S + 1]; /* the signal between the sections, PAST zeros before it */
    REAL *v[S];     /* a block of v, and the 2 values behind it */
} state;

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    for (int k = 0; k <= S; k++) s->y[k] = (REAL *)bench_alloc((N + PAST) * sizeof(REAL)) + PAST;
    for (int k = 0; k < S; k++) s->v[k] = bench_alloc((BLOCK + 2) * sizeof(REAL));
    return s;
}

static void normalise(REAL c[S][6], const REAL *sos) {
    for (int s = 0; s < S; s++)
        for (int k = 0; k < 6; k++) c[s][k] = sos[6 * s + k] / sos[6 * s + 3];
}

/* Transposed direct form II; `keep` stores the signals between the sections. */
static inline __attribute__((always_inline)) double filter(state *st, const REAL *restrict x, const REAL *restrict d,
                                                          const REAL *sos, int keep) {
    REAL c[S][6], s1[S] = {0}, s2[S] = {0};
    double sum = 0;
    normalise(c, sos);
    REAL *restrict y1 = st->y[1], *restrict y2 = st->y[2], *restrict y3 = st->y[3], *restrict y4 = st->y[4];
    for (size_t n = 0; n < N; n++) {
        REAL v = x[n], out[S];
        for (int s = 0; s < S; s++) {
            REAL y = c[s][0] * v + s1[s];
            s1[s] = c[s][1] * v + s2[s] - c[s][4] * y;
            s2[s] = c[s][2] * v - c[s][5] * y;
            out[s] = v = y;
        }
        if (keep) y1[n] = out[0], y2[n] = out[1], y3[n] = out[2], y4[n] = out[3];
        sum += (double)((v - d[n]) * (v - d[n]));
    }
    return sum / N;
}

static double dot(const REAL *restrict a, const REAL *restrict b) {
    vec acc[4] = {{0}};
    for (size_t i = 0; i < BLOCK; i += 4 * V)
        for (size_t w = 0; w < 4; w++) acc[w] += LOAD(a + i + w * V) * LOAD(b + i + w * V);
    return (double)vsum((acc[0] + acc[1]) + (acc[2] + acc[3]));
}

static void back(state *st, const REAL *restrict d, const REAL *sos, REAL *gs, REAL *restrict gx) {
    REAL c[S][6], v1[S] = {0}, v2[S] = {0};
    double g[S][6] = {{0}};
    normalise(c, sos);
    for (size_t from = N; from > 0;) {
        from -= BLOCK;
        for (size_t i = BLOCK; i-- > 0;) {
            REAL r = (REAL)(2.0 / N) * (st->y[S][from + i] - d[from + i]);
            for (int s = S - 1; s >= 0; s--) {
                REAL v = r - c[s][4] * v1[s] - c[s][5] * v2[s];
                r = c[s][0] * v + c[s][1] * v1[s] + c[s][2] * v2[s];
                v2[s] = v1[s];
                v1[s] = v;
                st->v[s][i] = v;
            }
            gx[from + i] = r;
        }
        for (int s = 0; s < S; s++)
            for (int k = 0; k < 3; k++) {
                g[s][k] += dot(st->v[s], st->y[s] + from - k);
                if (k) g[s][3 + k] -= dot(st->v[s], st->y[s + 1] + from - k);
            }
    }
    for (int s = 0; s < S; s++) {
        double a0 = 0;
        for (int k = 0; k < 6; k++) {
            gs[6 * s + k] = (REAL)(g[s][k] / (double)sos[6 * s + 3]);
            a0 -= g[s][k] * (double)c[s][k] / (double)sos[6 * s + 3];
        }
        gs[6 * s + 3] = (REAL)a0;
    }
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    *(REAL *)loss = (REAL)filter(self, in[0], in[1], params[0], 0);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    state *st = self;
    REAL *none = NULL, *gx = grad[1];
    if (!gx) gx = none = bench_alloc(N * sizeof(REAL));
    memcpy(st->y[0], in[0], N * sizeof(REAL));
    *(REAL *)loss = (REAL)filter(st, in[0], in[1], params[0], 1);
    back(st, in[1], params[0], grad[0], gx);
    free(none);
}

static void destroy(void *self) {
    state *s = self;
    for (int k = 0; k <= S; k++) free(s->y[k] - PAST);
    for (int k = 0; k < S; k++) free(s->v[k]);
    free(s);
}

const hand_case HAND(biquad) = {"biquad", BITS,
    {{"x", PORT_WRT_INPUT, FILL_NORMAL, N, 1}, {"d", PORT_INPUT, FILL_NORMAL, N, 1}, {"sos", PORT_PARAM, FILL_SECTIONS, 6 * S, 1}},
    create, forward, gradient, destroy};
