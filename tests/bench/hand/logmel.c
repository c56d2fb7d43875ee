/* logmel.c: 16 clips of 16,000 samples; STFT of 1024 by 256 (periodic Hann, centred, reflected ends), magnitude, 80 mel bands,
 * log with floor 1e-5, mean over time, dense 80-128 relu, dense 128-10, mean cross entropy.
 *
 * Two clips share one complex transform. The mel filters are triangles: only their non-zero part is kept, once by band and
 * once by bin. Way back, from p = softmax(logits) - onehot: outer products for the weights; for the signal the cotangent of
 * a bin is X/|X| sum_m filter[m][k] e[m]/(frames mel[m]) and then as in mrstft.c. */
#include "hand.h"

enum { CLIPS = 16, N = 16000, FFT = 1024, HOP = 256, HALF = FFT / 2, BINS = HALF + 1, FRAMES = N / HOP + 1, BANDS = 80,
       HIDDEN = 128, CLASSES = 10, RATE = 16000 };
static const REAL FLOOR = (REAL)1e-5;

typedef struct {
    size_t first, count;
    REAL w[BINS];
} filter;

typedef struct {
    REAL window[FFT], *pad[2];
    filter band[BANDS];
    size_t lowest[BINS]; /* a bin lies in the bands lowest and lowest + 1 at most */
    REAL share[BINS][2];
    CPLX *z, *X;               /* one pair of frames; [CLIPS, FRAMES, BINS] */
    REAL *mag, *mel;           /* [CLIPS, FRAMES, BINS], [CLIPS, FRAMES, BANDS] */
    REAL f[CLIPS][BANDS], h[CLIPS][HIDDEN], p[CLIPS][CLASSES], fb[CLIPS][BANDS];
    FFTW(plan) there, back;
} state;

static double hz_to_mel(double f) { return 2595 * log10(1 + f / 700); }
static double mel_to_hz(double m) { return 700 * (pow(10, m / 2595) - 1); }

/* Triangles between BANDS + 2 points equally spaced on the HTK mel scale from 0 to RATE/2, height 1. */
static void make_filters(state *s) {
    double edge[BANDS + 2], top = hz_to_mel(RATE / 2.0);
    for (size_t m = 0; m < BANDS + 2; m++) edge[m] = mel_to_hz(top * (double)m / (BANDS + 1));
    for (size_t k = 0; k < BINS; k++) s->lowest[k] = BANDS;
    for (size_t m = 0; m < BANDS; m++) {
        filter *b = &s->band[m];
        for (size_t k = 0; k < BINS; k++) {
            double f = (double)k * RATE / FFT, up = (f - edge[m]) / (edge[m + 1] - edge[m]);
            double down = (edge[m + 2] - f) / (edge[m + 2] - edge[m + 1]), w = up < down ? up : down;
            if (w <= 0) continue;
            if (b->count == 0) b->first = k;
            b->count = k - b->first + 1;
            b->w[k - b->first] = (REAL)w;
            if (s->lowest[k] == BANDS) s->lowest[k] = m;
            s->share[k][m - s->lowest[k]] = (REAL)w;
        }
    }
}

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    for (size_t i = 0; i < FFT; i++) s->window[i] = (REAL)(0.5 - 0.5 * cos(2 * 3.14159265358979323846 * (double)i / FFT));
    s->pad[0] = bench_alloc((N + FFT) * sizeof(REAL));
    s->pad[1] = bench_alloc((N + FFT) * sizeof(REAL));
    s->z = bench_alloc(FFT * sizeof(CPLX));
    s->X = bench_alloc((size_t)CLIPS * FRAMES * BINS * sizeof(CPLX));
    s->mag = bench_alloc((size_t)CLIPS * FRAMES * BINS * sizeof(REAL));
    s->mel = bench_alloc((size_t)CLIPS * FRAMES * BANDS * sizeof(REAL));
    make_filters(s);
    s->there = FFTW(plan_dft_1d)(FFT, s->z, s->z, FFTW_FORWARD, FFTW_MEASURE);
    s->back = FFTW(plan_dft_1d)(FFT, s->z, s->z, FFTW_BACKWARD, FFTW_MEASURE);
    return s;
}

static void split(const REAL *restrict z, REAL *restrict X, REAL *restrict Y, REAL *restrict ax, REAL *restrict ay) {
    const REAL half = (REAL)0.5;
    X[0] = z[0], X[1] = 0, Y[0] = z[1], Y[1] = 0, ax[0] = M(fabs)(z[0]), ay[0] = M(fabs)(z[1]);
    for (size_t k = 1; k < BINS; k++) {
        REAL a = z[2 * k], b = z[2 * k + 1], c = z[2 * (FFT - k)], d = z[2 * (FFT - k) + 1];
        REAL xr = half * (a + c), xi = half * (b - d), yr = half * (b + d), yi = half * (c - a);
        X[2 * k] = xr, X[2 * k + 1] = xi, Y[2 * k] = yr, Y[2 * k + 1] = yi;
        ax[k] = M(sqrt)(xr * xr + xi * xi), ay[k] = M(sqrt)(yr * yr + yi * yi);
    }
}

/* f[clip] = mean over time of the log of the mel bands */
static void bands(state *s, size_t clip) {
    memset(s->f[clip], 0, sizeof s->f[clip]);
    for (size_t t = 0; t < FRAMES; t++) {
        const REAL *restrict mag = s->mag + (clip * FRAMES + t) * BINS;
        REAL *restrict mel = s->mel + (clip * FRAMES + t) * BANDS;
        for (size_t m = 0; m < BANDS; m++) {
            const filter *b = &s->band[m];
            REAL sum = 0;
            for (size_t k = 0; k < b->count; k++) sum += b->w[k] * mag[b->first + k];
            mel[m] = sum;
            s->f[clip][m] += M(log)(sum > FLOOR ? sum : FLOOR);
        }
    }
    for (size_t m = 0; m < BANDS; m++) s->f[clip][m] *= (REAL)(1.0 / FRAMES);
}

static void features(state *s, const REAL *wave) {
    for (size_t clip = 0; clip < CLIPS; clip += 2) {
        for (size_t j = 0; j < 2; j++) {
            const REAL *x = wave + (clip + j) * N;
            REAL *p = s->pad[j];
            memcpy(p + HALF, x, N * sizeof(REAL));
            for (size_t i = 1; i <= HALF; i++) p[HALF - i] = x[i], p[HALF + N - 1 + i] = x[N - 1 - i];
        }
        for (size_t t = 0; t < FRAMES; t++) {
            REAL *restrict z = (REAL *)s->z;
            const REAL *restrict u = s->pad[0] + t * HOP, *restrict v = s->pad[1] + t * HOP;
            for (size_t i = 0; i < FFT; i++) z[2 * i] = s->window[i] * u[i], z[2 * i + 1] = s->window[i] * v[i];
            FFTW(execute)(s->there);
            size_t at = (clip * FRAMES + t) * BINS, next = at + (size_t)FRAMES * BINS;
            split(z, (REAL *)(s->X + at), (REAL *)(s->X + next), s->mag + at, s->mag + next);
        }
        bands(s, clip), bands(s, clip + 1);
    }
}

/* s->p becomes softmax - onehot, over CLIPS; the loss is returned */
static double classify(state *s, const int *label, const REAL *W1, const REAL *b1, const REAL *W2, const REAL *b2) {
    double loss = 0;
    for (size_t c = 0; c < CLIPS; c++) {
        for (size_t o = 0; o < HIDDEN; o++) {
            REAL acc[V] = {0};
            for (size_t i = 0; i < BANDS; i += V)
                for (size_t l = 0; l < V; l++) acc[l] += W1[o * BANDS + i + l] * s->f[c][i + l];
            REAL sum = b1[o];
            for (size_t l = 0; l < V; l++) sum += acc[l];
            s->h[c][o] = sum > 0 ? sum : 0;
        }
        REAL top = -INFINITY, norm = 0;
        for (size_t o = 0; o < CLASSES; o++) {
            REAL acc[V] = {0}, sum = b2[o];
            for (size_t i = 0; i < HIDDEN; i += V)
                for (size_t l = 0; l < V; l++) acc[l] += W2[o * HIDDEN + i + l] * s->h[c][i + l];
            for (size_t l = 0; l < V; l++) sum += acc[l];
            s->p[c][o] = sum;
            if (sum > top) top = sum;
        }
        double own = (double)s->p[c][label[c]];
        for (size_t o = 0; o < CLASSES; o++) norm += s->p[c][o] = M(exp)(s->p[c][o] - top);
        loss += (double)top + log((double)norm) - own;
        for (size_t o = 0; o < CLASSES; o++) s->p[c][o] *= (REAL)(1.0 / CLIPS) / norm;
        s->p[c][label[c]] -= (REAL)(1.0 / CLIPS);
    }
    return loss / CLIPS;
}

static void clear(REAL *g, size_t n) {
    if (g) memset(g, 0, n * sizeof(REAL));
}

/* Gradients of the two layers; s->fb becomes the cotangent of the features. */
static void backward(state *s, const REAL *W1, const REAL *W2, REAL *gW1, REAL *gb1, REAL *gW2, REAL *gb2) {
    clear(gW1, HIDDEN * BANDS), clear(gb1, HIDDEN), clear(gW2, CLASSES * HIDDEN), clear(gb2, CLASSES);
    memset(s->fb, 0, sizeof s->fb);
    for (size_t c = 0; c < CLIPS; c++) {
        REAL hb[HIDDEN] = {0};
        for (size_t o = 0; o < CLASSES; o++) {
            REAL p = s->p[c][o];
            if (gb2) gb2[o] += p;
            if (gW2)
                for (size_t i = 0; i < HIDDEN; i++) gW2[o * HIDDEN + i] += p * s->h[c][i];
            for (size_t i = 0; i < HIDDEN; i++) hb[i] += p * W2[o * HIDDEN + i];
        }
        for (size_t o = 0; o < HIDDEN; o++) {
            if (s->h[c][o] <= 0) continue;
            if (gb1) gb1[o] += hb[o];
            if (gW1)
                for (size_t i = 0; i < BANDS; i++) gW1[o * BANDS + i] += hb[o] * s->f[c][i];
            for (size_t i = 0; i < BANDS; i++) s->fb[c][i] += hb[o] * W1[o * BANDS + i];
        }
    }
}

/* The cotangent of one frame's spectrum, halved inside so that the Hermitian sum gives Re sum over 0..n/2. */
static void bin_cotangent(const state *s, size_t clip, size_t t, REAL *restrict G) {
    size_t at = (clip * FRAMES + t) * BINS;
    const REAL *restrict mag = s->mag + at, *restrict mel = s->mel + (clip * FRAMES + t) * BANDS, *X = (const REAL *)(s->X + at);
    REAL e[BANDS + 2] = {0};
    for (size_t m = 0; m < BANDS; m++) e[m] = mel[m] >= FLOOR ? s->fb[clip][m] * (REAL)(1.0 / FRAMES) / mel[m] : 0;
    for (size_t k = 0; k < BINS; k++) {
        size_t m = s->lowest[k];
        REAL c = s->share[k][0] * e[m] + s->share[k][1] * e[m + 1];
        c = mag[k] > 0 ? c / mag[k] : 0;
        if (k > 0 && k < BINS - 1) c *= (REAL)0.5;
        G[2 * k] = c * X[2 * k], G[2 * k + 1] = c * X[2 * k + 1];
    }
}

static void synthesise(state *s, REAL *g) {
    REAL A[2 * BINS], B[2 * BINS];
    for (size_t clip = 0; clip < CLIPS; clip += 2) {
        memset(s->pad[0], 0, (N + FFT) * sizeof(REAL)), memset(s->pad[1], 0, (N + FFT) * sizeof(REAL));
        for (size_t t = 0; t < FRAMES; t++) {
            REAL *restrict z = (REAL *)s->z, *restrict u = s->pad[0] + t * HOP, *restrict v = s->pad[1] + t * HOP;
            bin_cotangent(s, clip, t, A), bin_cotangent(s, clip + 1, t, B);
            z[0] = A[0], z[1] = B[0], z[FFT] = A[FFT], z[FFT + 1] = B[FFT];
            for (size_t k = 1; k < HALF; k++) {
                z[2 * k] = A[2 * k] - B[2 * k + 1], z[2 * k + 1] = A[2 * k + 1] + B[2 * k];
                z[2 * (FFT - k)] = A[2 * k] + B[2 * k + 1], z[2 * (FFT - k) + 1] = B[2 * k] - A[2 * k + 1];
            }
            FFTW(execute)(s->back);
            for (size_t i = 0; i < FFT; i++) u[i] += s->window[i] * z[2 * i], v[i] += s->window[i] * z[2 * i + 1];
        }
        for (size_t j = 0; j < 2; j++) {
            REAL *p = s->pad[j];
            for (size_t i = 1; i <= HALF; i++) p[HALF + i] += p[HALF - i], p[HALF + N - 1 - i] += p[HALF + N - 1 + i];
            memcpy(g + (clip + j) * N, p + HALF, N * sizeof(REAL));
        }
    }
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    features(self, in[0]);
    *(REAL *)loss = (REAL)classify(self, in[1], params[0], params[1], params[2], params[3]);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    forward(self, in, params, loss);
    backward(self, params[0], params[2], grad[0], grad[1], grad[2], grad[3]);
    if (grad[4]) synthesise(self, grad[4]);
}

static void destroy(void *self) {
    state *s = self;
    FFTW(destroy_plan)(s->there), FFTW(destroy_plan)(s->back);
    free(s->pad[0]), free(s->pad[1]), free(s->z), free(s->X), free(s->mag), free(s->mel), free(s);
}

const hand_case HAND(logmel) = {
    "logmel", BITS,
    {{"wave", PORT_WRT_INPUT, FILL_NORMAL, (size_t)CLIPS * N, 0.1},
     {"label", PORT_INPUT, FILL_LABEL, CLIPS, CLASSES},
     {"W1", PORT_PARAM, FILL_NORMAL, (size_t)HIDDEN * BANDS, 0.1},
     {"b1", PORT_PARAM, FILL_NORMAL, HIDDEN, 0.1},
     {"W2", PORT_PARAM, FILL_NORMAL, (size_t)CLASSES * HIDDEN, 0.1},
     {"b2", PORT_PARAM, FILL_NORMAL, CLASSES, 0.1}},
    create, forward, gradient, destroy};
