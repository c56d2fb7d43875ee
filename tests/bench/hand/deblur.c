/* deblur.c: loss = mean (blur(x) - y)^2 + lambda sum sqrt(dx^2 + dy^2 + eps^2), 512 x 512 pixels.
 *
 * blur: 15 x 15, same size, zero outside. dx, dy: forward differences, zero behind the last column and row; the last pixel,
 * which has neither, does not count.
 * With r = 2/(H W) (blur(x) - y):  the blur's adjoint correlates r with the point spread function. With t = lambda / sqrt(...):
 * each pixel gives -t (dx + dy) to itself, t dx to its right neighbour and t dy to the one below. */
#include "hand.h"

enum { H = 512, W = 512, P = 15, HALF = P / 2, LD = W + 2 * HALF + 2, WIDE = 8 }; /* LD: a bordered row */
static const REAL LAMBDA = (REAL)1e-6, EPS = (REAL)1e-2;

typedef struct {
    REAL *x, *r; /* with a border of HALF zeros */
} state;

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    s->x = bench_alloc((H + 2 * HALF) * LD * sizeof(REAL));
    s->r = bench_alloc((H + 2 * HALF) * LD * sizeof(REAL));
    return s;
}

/* One row: y[j] = sum_pq c[p][q] x[p][j+q], x the bordered picture at that row. */
static void blur_row(REAL *restrict y, const REAL *restrict x, const REAL *restrict c) {
    for (size_t j = 0; j < W; j += WIDE * V) {
        vec acc[WIDE] = {{0}};
        for (size_t p = 0; p < P; p++)
            for (size_t q = 0; q < P; q++)
                for (size_t w = 0; w < WIDE; w++) acc[w] += c[p * P + q] * LOAD(x + p * LD + q + j + w * V);
        for (size_t w = 0; w < WIDE; w++) STORE(y + j + w * V, acc[w]);
    }
}

static double residual_row(REAL *restrict r, const REAL *restrict y) {
    vec acc = {0};
    for (size_t j = 0; j < W; j += V) {
        vec e = LOAD(r + j) - LOAD(y + j);
        STORE(r + j, e * (REAL)(2.0 / ((double)H * W)));
        acc += e * e;
    }
    return (double)vsum(acc);
}

/* Total variation between a row and the one below (NULL: none); adds to the gradients of both where wanted. */
static double tv_row(const REAL *restrict x, const REAL *below, REAL *restrict g, REAL *restrict g_below) {
    enum { LANES = 2 * V };
    REAL dx[W], dy[W], t[W], acc[LANES] = {0};
    for (size_t j = 0; j < W - 1; j++) dx[j] = x[j + 1] - x[j];
    dx[W - 1] = 0;
    for (size_t j = 0; j < W; j++) dy[j] = below ? below[j] - x[j] : 0;
    for (size_t j = 0; j < W; j += LANES)
        for (size_t l = 0; l < LANES; l++) {
            REAL n = M(sqrt)(dx[j + l] * dx[j + l] + dy[j + l] * dy[j + l] + EPS * EPS);
            acc[l] += n;
            t[j + l] = LAMBDA / n;
        }
    if (g) {
        for (size_t j = 0; j < W; j++) dx[j] *= t[j], dy[j] *= t[j];
        g[0] -= dx[0] + dy[0];
        for (size_t j = 1; j < W; j++) g[j] += dx[j - 1] - dx[j] - dy[j];
        if (g_below)
            for (size_t j = 0; j < W; j++) g_below[j] = dy[j]; /* the first to write there */
    }
    double total = 0;
    for (size_t l = 0; l < LANES; l++) total += (double)acc[l];
    return total;
}

static void run(state *s, const REAL *y, const REAL *psf, const REAL *x, REAL *loss, REAL *g) {
    REAL flipped[P * P], through[W], row[W], next[W] = {0};
    double fit = 0, tv = -(double)EPS;
    for (size_t k = 0; k < P * P; k++) flipped[k] = psf[P * P - 1 - k];
    for (size_t i = 0; i < H; i++) memcpy(s->x + (i + HALF) * LD + HALF, x + i * W, W * sizeof(REAL));
    for (size_t i = 0; i < H; i++) {
        REAL *r = g ? s->r + (i + HALF) * LD + HALF : through;
        blur_row(r, s->x + i * LD, flipped);
        fit += residual_row(r, y + i * W);
    }
    for (size_t i = 0; i < H; i++) {
        const REAL *below = i + 1 < H ? x + (i + 1) * W : NULL;
        memcpy(row, next, sizeof row);
        tv += tv_row(x + i * W, below, g ? row : NULL, below ? next : NULL);
        if (!g) continue;
        blur_row(g + i * W, s->r + i * LD, psf);
        for (size_t j = 0; j < W; j++) g[i * W + j] += row[j];
    }
    *loss = (REAL)(fit / ((double)H * W) + (double)LAMBDA * tv);
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    run(self, in[0], in[1], params[0], loss, NULL);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    run(self, in[0], in[1], params[0], loss, grad[0]);
}

static void destroy(void *self) {
    state *s = self;
    free(s->x), free(s->r), free(s);
}

const hand_case HAND(deblur) = {
    "deblur", BITS,
    {{"y", PORT_INPUT, FILL_NORMAL, H * W, 1}, {"psf", PORT_INPUT, FILL_POSITIVE, P * P, 1}, {"x", PORT_PARAM, FILL_NORMAL, H * W, 1}},
    create, forward, gradient, destroy};
