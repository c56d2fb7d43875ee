/* fir.c: y = h * x (causal, 64 taps), loss = mean (y - d)^2.
 *
 * With r = y - d:   dloss/dh[k] = 2/N sum_n r[n] x[n-k],   dloss/dx[n] = 2/N sum_k h[k] r[n+k].
 * Everything runs in blocks that stay in the first-level cache; sums over the signal go on in double from block to block. */
#include "hand.h"

enum { N = 1048576, K = 64, BLOCK = 2048, WIDE = 8 };

typedef struct {
    REAL *x; /* K zeros, then the first block: the past of the signal */
    REAL *r; /* residual of the block before and of this one */
} state;

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    s->x = bench_alloc((K + BLOCK) * sizeof(REAL));
    s->r = bench_alloc((2 * BLOCK) * sizeof(REAL));
    return s;
}

/* y[i] = sum_j c[j] x[i+j] for a block */
static void slide(REAL *restrict y, const REAL *restrict x, const REAL *restrict c) {
    for (size_t i = 0; i < BLOCK; i += WIDE * V) {
        vec acc[WIDE] = {{0}};
        for (size_t j = 0; j < K; j++)
            for (size_t w = 0; w < WIDE; w++) acc[w] += c[j] * LOAD(x + i + j + w * V);
        for (size_t w = 0; w < WIDE; w++) STORE(y + i + w * V, acc[w]);
    }
}

/* r = y - d in place; the sum of its squares */
static double residual(REAL *restrict r, const REAL *restrict d) {
    vec acc[4] = {{0}};
    for (size_t i = 0; i < BLOCK; i += 4 * V)
        for (size_t w = 0; w < 4; w++) {
            vec e = LOAD(r + i + w * V) - LOAD(d + i + w * V);
            STORE(r + i + w * V, e);
            acc[w] += e * e;
        }
    return (double)vsum((acc[0] + acc[1]) + (acc[2] + acc[3]));
}

/* g[j] += sum_i r[i] x[i+j] */
static void correlate(double *restrict g, const REAL *restrict r, const REAL *restrict x) {
    for (size_t j = 0; j < K; j += WIDE * V) {
        vec acc[WIDE] = {{0}};
        for (size_t i = 0; i < BLOCK; i++)
            for (size_t w = 0; w < WIDE; w++) acc[w] += r[i] * LOAD(x + i + j + w * V);
        for (size_t w = 0; w < WIDE; w++)
            for (size_t l = 0; l < V; l++) g[j + w * V + l] += (double)acc[w][l];
    }
}

static void run(state *s, const REAL *x, const REAL *d, const REAL *h, REAL *loss, REAL *gh, REAL *gx) {
    REAL reversed[K], scaled[K];
    double total = 0, taps[K] = {0};
    for (size_t k = 0; k < K; k++) {
        reversed[K - 1 - k] = h[k];
        scaled[k] = h[k] * (REAL)(2.0 / N);
    }
    REAL *before = s->r, *now = s->r + BLOCK;
    memcpy(s->x + K, x, BLOCK * sizeof(REAL));
    for (size_t n = 0; n < N; n += BLOCK) {
        const REAL *past = n == 0 ? s->x + 1 : x + n - (K - 1);
        slide(now, past, reversed);
        total += residual(now, d + n);
        if (gh) correlate(taps, now, past);
        if (gx && n > 0) slide(gx + n - BLOCK, before, scaled);
        if (gx) memcpy(before, now, BLOCK * sizeof(REAL));
    }
    if (gx) {
        memset(now, 0, K * sizeof(REAL));
        slide(gx + N - BLOCK, before, scaled);
    }
    if (gh)
        for (size_t k = 0; k < K; k++) gh[k] = (REAL)(2.0 / N * taps[K - 1 - k]);
    *loss = (REAL)(total / N);
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    run(self, in[0], in[1], params[0], loss, NULL, NULL);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    run(self, in[0], in[1], params[0], loss, grad[0], grad[1]);
}

static void destroy(void *self) {
    state *s = self;
    free(s->x), free(s->r), free(s);
}

const hand_case HAND(fir) = {
    "fir", BITS,
    {{"x", PORT_WRT_INPUT, FILL_NORMAL, N, 1}, {"d", PORT_INPUT, FILL_NORMAL, N, 1}, {"h", PORT_PARAM, FILL_NORMAL, K, 0.1}},
    create, forward, gradient, destroy};
