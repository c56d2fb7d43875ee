/* energy.c: loss = sum_k w[k] |X[k]|^2 with X = rfft(x); compiled for each length N (48,000 and 65,536).
 *
 * dloss/dx[n] = sum_k 2 w[k] Re(X[k] e^(2 pi i k n / N)). FFTW's c2r counts every bin but the first and the last twice, so it
 * is given w X there and 2 w X at both ends. */
#include "hand.h"

enum { BINS = N / 2 + 1 };

typedef struct {
    CPLX *X;
    FFTW(plan) there, back;
} state;

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    REAL *x = bench_alloc(N * sizeof(REAL));
    s->X = bench_alloc(BINS * sizeof(CPLX));
    s->there = FFTW(plan_dft_r2c_1d)(N, x, s->X, FFTW_MEASURE);
    s->back = FFTW(plan_dft_c2r_1d)(N, s->X, x, FFTW_MEASURE);
    free(x);
    return s;
}

static double energy(const REAL *restrict X, const REAL *restrict w) {
    enum { LANES = 2 * V };
    REAL acc[LANES] = {0};
    size_t k = 0;
    for (; k + LANES <= BINS; k += LANES)
        for (size_t l = 0; l < LANES; l++) {
            REAL re = X[2 * (k + l)], im = X[2 * (k + l) + 1];
            acc[l] += w[k + l] * (re * re + im * im);
        }
    double total = 0;
    for (; k < BINS; k++) total += (double)(w[k] * (X[2 * k] * X[2 * k] + X[2 * k + 1] * X[2 * k + 1]));
    for (size_t l = 0; l < LANES; l++) total += (double)acc[l];
    return total;
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    state *s = self;
    FFTW(execute_dft_r2c)(s->there, (REAL *)params[0], s->X);
    *(REAL *)loss = (REAL)energy((const REAL *)s->X, in[0]);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    state *s = self;
    const REAL *restrict w = in[0];
    REAL *restrict X = (REAL *)s->X;
    forward(self, in, params, loss);
    if (!grad[0]) return;
    for (size_t k = 0; k < BINS; k++) X[2 * k] *= w[k], X[2 * k + 1] *= w[k];
    X[0] *= 2, X[2 * BINS - 2] *= 2;
    FFTW(execute_dft_c2r)(s->back, s->X, grad[0]);
}

static void destroy(void *self) {
    state *s = self;
    FFTW(destroy_plan)(s->there), FFTW(destroy_plan)(s->back);
    free(s->X), free(s);
}

#define CASE_(n) HAND(energy##n)
#define CASE(n) CASE_(n)
#define TEXT_(n) #n
#define TEXT(n) TEXT_(n)
const hand_case CASE(N) = {
    "energy" TEXT(N), BITS,
    {{"w", PORT_INPUT, FILL_POSITIVE, BINS, 1}, {"x", PORT_PARAM, FILL_NORMAL, N, 1}},
    create, forward, gradient, destroy};
