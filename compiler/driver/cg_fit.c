/* cg_fit.c: conjugate gradients; see optimizer.h. */
#include "driver/optimizer.h"

#include <math.h>

static double dot(const double *a, const double *b, int64_t n) {
    double s = 0;
    for (int64_t i = 0; i < n; i++) s += a[i] * b[i];
    return s;
}

static double parted(const double *g, const double *r, int64_t n) { /* |g + r|: r is minus the gradient foretold */
    double s = 0;
    for (int64_t i = 0; i < n; i++) s += (g[i] + r[i]) * (g[i] + r[i]);
    return sqrt(s);
}

bool minimise_cg(arena *a, const objective *f, double *u, int steps, double rounding, const char **why) {
    int64_t n = f->n;
    double *g = NEW_ARRAY(a, double, n + 1), *r = NEW_ARRAY(a, double, n + 1), *p = NEW_ARRAY(a, double, n + 1),
           *hp = NEW_ARRAY(a, double, n + 1);
    double loss = f->value(f->ctx, u, g), first = sqrt(dot(g, g, n)), rr = first * first;
    for (int64_t i = 0; i < n; i++) p[i] = r[i] = -g[i];
    for (int k = 0;; k++) {
        bool last = k == steps || rr <= 1e-28 * first * first;
        loss = last ? f->value(f->ctx, u, g) : f->curvature(f->ctx, u, p, g, hp);
        double off = parted(g, r, n);
        if (off > rounding * first) {
            *why = arena_printf(a,
                                "cg is for losses that are quadratic in the params, and this one is not: after step %d "
                                "its gradient is off by %.2g of the first one; use --optimizer=lbfgs",
                                k, off / first);
            return false;
        }
        if (!f->step_done(f->ctx, k, loss, g) || last) return true;
        double curvature = dot(p, hp, n);
        if (!(curvature > 0)) {
            *why = arena_printf(a,
                                "cg stopped after step %d: the loss does not curve upwards along its direction (%.3g), "
                                "so it is not convex, or has no smallest value",
                                k, curvature);
            return false;
        }
        double alpha = rr / curvature, before = rr;
        for (int64_t i = 0; i < n; i++) {
            u[i] += alpha * p[i];
            r[i] -= alpha * hp[i];
        }
        rr = dot(r, r, n);
        for (int64_t i = 0; i < n; i++) p[i] = r[i] + rr / before * p[i];
    }
}
