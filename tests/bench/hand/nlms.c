/* nlms.c: normalised LMS of 256 taps over 480,000 samples, loss = mean e^2. With u the last 256 samples, p their energy:
 *     e = d - w.u,   s = 1/(eps + p),   w += mu s e u.
 * Way back, with l the cotangent of the weights behind a step and q = l.u:
 *     e_ = 2/N e + mu s q,   mu_ += s e q,   d_ = e_,   l -= e_ u.
 * Only e and s are kept. The lines lie in the signal, oldest first, behind 255 zeros; p is updated in double by the sample
 * that comes and the one that goes. */
#include "hand.h"

enum { N = 480000, TAPS = 256, PAST = TAPS - 1, WIDE = 4 };
static const REAL EPS = (REAL)1e-3;

typedef struct {
    REAL *x, *e, *s, *w;
} state;

static void *create(void) {
    state *s = bench_alloc(sizeof *s);
    s->x = bench_alloc((PAST + N) * sizeof(REAL));
    s->e = bench_alloc(N * sizeof(REAL));
    s->s = bench_alloc(N * sizeof(REAL));
    s->w = bench_alloc(TAPS * sizeof(REAL));
    return s;
}

static inline REAL dot(const REAL *restrict w, const REAL *restrict u) {
    vec acc[WIDE] = {{0}};
    for (size_t i = 0; i < TAPS; i += WIDE * V)
        for (size_t k = 0; k < WIDE; k++) acc[k] += LOAD(w + i + k * V) * LOAD(u + i + k * V);
    return vsum((acc[0] + acc[1]) + (acc[2] + acc[3]));
}

static inline void add(REAL *restrict w, REAL by, const REAL *restrict u) {
    for (size_t i = 0; i < TAPS; i++) w[i] += by * u[i];
}

static REAL adapt(state *st, const REAL *x, const REAL *d, REAL mu, int keep) {
    double p = 0, sum = 0;
    memcpy(st->x + PAST, x, N * sizeof(REAL));
    memset(st->w, 0, TAPS * sizeof(REAL));
    for (size_t n = 0; n < N; n++) {
        const REAL *u = st->x + n;
        double new = (double)u[PAST], old = n ? (double)u[-1] : 0;
        p += new * new - old * old;
        REAL e = d[n] - dot(st->w, u), s = 1 / (EPS + (REAL)p);
        add(st->w, mu * s * e, u);
        if (keep) st->e[n] = e, st->s[n] = s;
        sum += (double)(e * e);
    }
    return (REAL)(sum / N);
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    *(REAL *)loss = adapt(self, in[0], in[1], *(const REAL *)params[0], 0);
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    state *st = self;
    REAL mu = *(const REAL *)params[0], *db = grad[1];
    double total = 0;
    *(REAL *)loss = adapt(st, in[0], in[1], mu, 1);
    memset(st->w, 0, TAPS * sizeof(REAL)); /* from here on the cotangent of the weights */
    for (size_t n = N; n-- > 0;) {
        const REAL *u = st->x + n;
        REAL q = dot(st->w, u), eb = (REAL)(2.0 / N) * st->e[n] + mu * st->s[n] * q;
        total += (double)(st->s[n] * st->e[n] * q);
        if (db) db[n] = eb;
        add(st->w, -eb, u);
    }
    *(REAL *)grad[0] = (REAL)total;
}

static void destroy(void *self) {
    state *s = self;
    free(s->x), free(s->e), free(s->s), free(s->w), free(s);
}

const hand_case HAND(nlms) = {
    "nlms", BITS,
    {{"x", PORT_INPUT, FILL_NORMAL, N, 1}, {"d", PORT_WRT_INPUT, FILL_NORMAL, N, 1}, {"mu", PORT_PARAM, FILL_POSITIVE, 1, 0.1}},
    create, forward, gradient, destroy};
