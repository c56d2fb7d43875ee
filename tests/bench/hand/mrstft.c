/* mrstft.c: multi-resolution STFT loss of 8 signals of 44,100 samples, n_fft 512, 1024, 2048, hop n_fft/4, periodic Hann
 * window, centred frames with reflected ends. With X, Y the magnitudes sqrt(max(|.|^2, EPS)) over the frames and bins of a
 * signal, norms and means over these:
 *     sc = |Y - X| / |Y|,   lm = mean |log X - log Y|,   loss = mean over resolutions and signals of sc + lm.
 *
 * The frame of x and that of y go through one complex transform, z = x + j y: X[k] = (Z[k] + conj Z[n-k])/2,
 * Y[k] = (Z[k] - conj Z[n-k])/2j. The cotangent of a bin of x is its value times c/X, 0 below EPS, with
 *     c = (X - Y)/(|Y - X| |Y|) + sign(X - Y)/(count X);
 * its adjoint, Re sum_k c_k e^(2 pi i k n / N) over the bins 0..N/2, is made for two frames by one complex transform; then
 * window, overlap-add, and the reflected ends folded back. */
#include "hand.h"

enum { ROWS = 8, N = 44100, RESOLUTIONS = 3, LONGEST = 2048 };
static const REAL EPS = (REAL)1e-8;

typedef struct {
    size_t n, hop, frames, bins;
    REAL *window;
    CPLX *X;        /* [ROWS, frames, bins]; kept for the way back */
    REAL *ax, *ay;  /* magnitudes, as many */
    FFTW(plan) there, back;
} resolution;

typedef struct {
    resolution at[RESOLUTIONS];
    REAL *px, *py; /* one padded signal each */
    CPLX *z;       /* one frame */
} state;

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    s->px = bench_alloc((N + LONGEST) * sizeof(REAL));
    s->py = bench_alloc((N + LONGEST) * sizeof(REAL));
    s->z = bench_alloc(LONGEST * sizeof(CPLX));
    for (size_t k = 0; k < RESOLUTIONS; k++) {
        resolution *r = &s->at[k];
        r->n = (size_t)512 << k, r->hop = r->n / 4, r->bins = r->n / 2 + 1, r->frames = N / r->hop + 1;
        size_t count = ROWS * r->frames * r->bins;
        r->window = bench_alloc(r->n * sizeof(REAL));
        for (size_t i = 0; i < r->n; i++) r->window[i] = (REAL)(0.5 - 0.5 * cos(2 * 3.14159265358979323846 * (double)i / (double)r->n));
        r->X = bench_alloc(count * sizeof(CPLX));
        r->ax = bench_alloc(count * sizeof(REAL));
        r->ay = bench_alloc(count * sizeof(REAL));
        r->there = FFTW(plan_dft_1d)((int)r->n, s->z, s->z, FFTW_FORWARD, FFTW_MEASURE);
        r->back = FFTW(plan_dft_1d)((int)r->n, s->z, s->z, FFTW_BACKWARD, FFTW_MEASURE);
    }
    return s;
}

static void pad(REAL *p, const REAL *x, size_t half) {
    memcpy(p + half, x, N * sizeof(REAL));
    for (size_t i = 1; i <= half; i++) p[half - i] = x[i], p[half + N - 1 + i] = x[N - 1 - i];
}

static REAL magnitude(REAL re, REAL im) {
    REAL power = re * re + im * im;
    return M(sqrt)(power > EPS ? power : EPS);
}

/* The spectrum of z = x + j y, taken apart: X and both magnitudes. */
static void split(const REAL *restrict z, size_t n, REAL *restrict X, REAL *restrict ax, REAL *restrict ay) {
    const REAL half = (REAL)0.5;
    X[0] = z[0], X[1] = 0, ax[0] = magnitude(z[0], 0), ay[0] = magnitude(z[1], 0);
    for (size_t k = 1; k <= n / 2; k++) {
        REAL a = z[2 * k], b = z[2 * k + 1], c = z[2 * (n - k)], d = z[2 * (n - k) + 1];
        REAL xr = half * (a + c), xi = half * (b - d), yr = half * (b + d), yi = half * (c - a);
        X[2 * k] = xr, X[2 * k + 1] = xi;
        ax[k] = magnitude(xr, xi), ay[k] = magnitude(yr, yi);
    }
}

static void analyse(state *s, resolution *r, const REAL *x, const REAL *y) {
    for (size_t row = 0; row < ROWS; row++) {
        pad(s->px, x + row * N, r->n / 2), pad(s->py, y + row * N, r->n / 2);
        for (size_t f = 0; f < r->frames; f++) {
            REAL *restrict z = (REAL *)s->z;
            const REAL *restrict u = s->px + f * r->hop, *restrict v = s->py + f * r->hop, *restrict w = r->window;
            for (size_t i = 0; i < r->n; i++) z[2 * i] = w[i] * u[i], z[2 * i + 1] = w[i] * v[i];
            FFTW(execute)(r->there);
            size_t at = (row * r->frames + f) * r->bins;
            split(z, r->n, (REAL *)(r->X + at), r->ax + at, r->ay + at);
        }
    }
}

typedef struct {
    double difference, reference, log; /* |Y - X|^2, |Y|^2, sum of |log X - log Y| */
} sums;

static sums measure(const resolution *r, size_t row) {
    sums total = {0};
    for (size_t f = 0; f < r->frames; f++) {
        size_t at = (row * r->frames + f) * r->bins;
        const REAL *restrict ax = r->ax + at, *restrict ay = r->ay + at;
        REAL d = 0, y = 0, l = 0;
        for (size_t k = 0; k < r->bins; k++) {
            d += (ay[k] - ax[k]) * (ay[k] - ax[k]);
            y += ay[k] * ay[k];
            l += M(fabs)(M(log)(ax[k] / ay[k]));
        }
        total.difference += (double)d, total.reference += (double)y, total.log += (double)l;
    }
    return total;
}

/* X of one signal becomes its cotangent */
static void cotangent(resolution *r, size_t row, sums m) {
    size_t count = r->frames * r->bins, at = row * count;
    REAL *restrict X = (REAL *)(r->X + at);
    const REAL *restrict ax = r->ax + at, *restrict ay = r->ay + at;
    double spread = sqrt(m.difference) * sqrt(m.reference), weight = 1.0 / (RESOLUTIONS * ROWS);
    const REAL a = (REAL)(spread > 0 ? weight / spread : 0), b = (REAL)(weight / (double)count), least = M(sqrt)(EPS);
    for (size_t k = 0; k < count; k++) {
        REAL x = ax[k], y = ay[k], inverse = x > least ? 1 / x : 0;
        REAL s = (REAL)((x > y) - (x < y));
        REAL c = (a * (x - y) + b * s * inverse) * inverse;
        X[2 * k] *= c, X[2 * k + 1] *= c;
    }
}

/* Spectra A and B of two real frames into one: Z = A' + j B', primes for the Hermitian halves that make Re sum over 0..n/2. */
static void join(REAL *restrict z, size_t n, const REAL *restrict A, const REAL *restrict B) {
    const REAL half = (REAL)0.5;
    z[0] = A[0], z[1] = B[0];
    for (size_t k = 1; k < n / 2; k++) {
        REAL ar = half * A[2 * k], ai = half * A[2 * k + 1], br = half * B[2 * k], bi = half * B[2 * k + 1];
        z[2 * k] = ar - bi, z[2 * k + 1] = ai + br;
        z[2 * (n - k)] = ar + bi, z[2 * (n - k) + 1] = br - ai;
    }
    z[n] = A[n], z[n + 1] = B[n];
}

static void synthesise(state *s, const resolution *r, REAL *g) {
    static const REAL none[2 * (LONGEST / 2 + 1)];
    size_t half = r->n / 2, n = r->n;
    for (size_t row = 0; row < ROWS; row++) {
        REAL *p = s->px, *gr = g + row * N, *restrict z = (REAL *)s->z;
        const REAL *restrict w = r->window;
        memset(p, 0, (N + n) * sizeof(REAL));
        for (size_t f = 0; f < r->frames; f += 2) {
            const REAL *A = (const REAL *)(r->X + (row * r->frames + f) * r->bins);
            int two = f + 1 < r->frames;
            join(z, n, A, two ? A + 2 * r->bins : none);
            FFTW(execute)(r->back);
            REAL *restrict u = p + f * r->hop;
            for (size_t i = 0; i < n; i++) u[i] += w[i] * z[2 * i];
            if (two)
                for (size_t i = 0; i < n; i++) u[r->hop + i] += w[i] * z[2 * i + 1];
        }
        for (size_t i = 1; i <= half; i++) p[half + i] += p[half - i], p[half + N - 1 - i] += p[half + N - 1 + i];
        for (size_t i = 0; i < N; i++) gr[i] += p[half + i];
    }
}

static void run(state *s, const REAL *y, const REAL *x, REAL *loss, REAL *g) {
    double total = 0;
    if (g) memset(g, 0, ROWS * N * sizeof(REAL));
    for (size_t k = 0; k < RESOLUTIONS; k++) {
        resolution *r = &s->at[k];
        analyse(s, r, x, y);
        for (size_t row = 0; row < ROWS; row++) {
            sums m = measure(r, row);
            total += sqrt(m.difference) / sqrt(m.reference) + m.log / (double)(r->frames * r->bins);
            if (g) cotangent(r, row, m);
        }
        if (g) synthesise(s, r, g);
    }
    *loss = (REAL)(total / (RESOLUTIONS * ROWS));
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    run(self, in[0], params[0], loss, NULL);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    run(self, in[0], params[0], loss, grad[0]);
}

static void destroy(void *self) {
    state *s = self;
    for (size_t k = 0; k < RESOLUTIONS; k++) {
        resolution *r = &s->at[k];
        FFTW(destroy_plan)(r->there), FFTW(destroy_plan)(r->back);
        free(r->window), free(r->X), free(r->ax), free(r->ay);
    }
    free(s->px), free(s->py), free(s->z), free(s);
}

const hand_case HAND(mrstft) = {
    "mrstft", BITS,
    {{"y", PORT_INPUT, FILL_NORMAL, ROWS * N, 1}, {"x", PORT_PARAM, FILL_NORMAL, ROWS * N, 1}},
    create, forward, gradient, destroy};
