/* conv.c: y = x * h in full, 480,000 by 48,000 samples, through one real FFT; loss = mean (y - d)^2.
 *
 * With r = 2/M (y - d), X, H, R the transforms padded to L:   dloss/dx = irfft(R conj(H)),  dloss/dh = irfft(R conj(X)).
 * The spectra of the forward way serve the way back: 3 transforms forward, 3 more for both gradients. */
#include "hand.h"

enum { N = 480000, K = 48000, Y = N + K - 1, L = 540000, BINS = L / 2 + 1 }; /* L: fastest of the lengths near 528,000 */

typedef struct {
    REAL *x, *h, *y; /* zeros behind N, K and Y samples */
    CPLX *X, *H, *R, *P;
    FFTW(plan) there, back;
} state;

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    s->x = bench_alloc(L * sizeof(REAL));
    s->h = bench_alloc(L * sizeof(REAL));
    s->y = bench_alloc(L * sizeof(REAL));
    s->X = bench_alloc(BINS * sizeof(CPLX));
    s->H = bench_alloc(BINS * sizeof(CPLX));
    s->R = bench_alloc(BINS * sizeof(CPLX));
    s->P = bench_alloc(BINS * sizeof(CPLX));
    s->there = FFTW(plan_dft_r2c_1d)(L, s->y, s->X, FFTW_MEASURE);
    s->back = FFTW(plan_dft_c2r_1d)(L, s->P, s->y, FFTW_MEASURE);
    memset(s->y, 0, L * sizeof(REAL)); /* planning wrote there */
    return s;
}

static void spectrum(const state *s, CPLX *S, REAL *padded, const REAL *x, size_t n) {
    memcpy(padded, x, n * sizeof(REAL));
    FFTW(execute_dft_r2c)(s->there, padded, S);
}

/* p = a b, or a conj(b) */
static void product(CPLX *p, const CPLX *a, const CPLX *b, REAL sign) {
    REAL *restrict q = (REAL *)p;
    const REAL *restrict u = (const REAL *)a, *restrict v = (const REAL *)b;
    for (size_t k = 0; k < 2 * BINS; k += 2) {
        q[k] = u[k] * v[k] - sign * u[k + 1] * v[k + 1];
        q[k + 1] = u[k + 1] * v[k] + sign * u[k] * v[k + 1];
    }
}

static double residual(REAL *restrict y, const REAL *restrict d) {
    double total = 0;
    for (size_t i = 0; i < Y;) {
        size_t n = Y - i < 4096 ? Y - i : 4096, m = n / V * V;
        vec acc = {0};
        REAL rest = 0;
        for (size_t j = 0; j < m; j += V) {
            vec e = LOAD(y + i + j) * (REAL)(1.0 / L) - LOAD(d + i + j);
            STORE(y + i + j, e * (REAL)(2.0 / Y));
            acc += e * e;
        }
        for (size_t j = m; j < n; j++) {
            REAL e = y[i + j] * (REAL)(1.0 / L) - d[i + j];
            y[i + j] = e * (REAL)(2.0 / Y);
            rest += e * e;
        }
        total += (double)(vsum(acc) + rest);
        i += n;
    }
    return total;
}

static void deliver(const state *s, REAL *g, size_t n) {
    FFTW(execute_dft_c2r)(s->back, s->P, s->y);
    for (size_t i = 0; i < n; i++) g[i] = s->y[i] * (REAL)(1.0 / L);
}

static void run(state *s, const REAL *d, const REAL *x, const REAL *h, REAL *loss, REAL *gx, REAL *gh) {
    spectrum(s, s->X, s->x, x, N);
    spectrum(s, s->H, s->h, h, K);
    product(s->P, s->X, s->H, 1);
    FFTW(execute_dft_c2r)(s->back, s->P, s->y);
    *loss = (REAL)(residual(s->y, d) / Y);
    if (!gx && !gh) return;
    memset(s->y + Y, 0, (L - Y) * sizeof(REAL));
    FFTW(execute_dft_r2c)(s->there, s->y, s->R);
    if (gx) product(s->P, s->R, s->H, -1), deliver(s, gx, N);
    if (gh) product(s->P, s->R, s->X, -1), deliver(s, gh, K);
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    run(self, in[0], params[0], params[1], loss, NULL, NULL);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    run(self, in[0], params[0], params[1], loss, grad[0], grad[1]);
}

static void destroy(void *self) {
    state *s = self;
    FFTW(destroy_plan)(s->there), FFTW(destroy_plan)(s->back);
    free(s->x), free(s->h), free(s->y), free(s->X), free(s->H), free(s->R), free(s->P), free(s);
}

const hand_case HAND(conv) = {
    "conv", BITS,
    {{"d", PORT_INPUT, FILL_NORMAL, Y, 1}, {"x", PORT_PARAM, FILL_NORMAL, N, 1}, {"h", PORT_PARAM, FILL_NORMAL, K, 0.005}},
    create, forward, gradient, destroy};
