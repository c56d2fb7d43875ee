/* proximal_fit.c: ista and fista; see optimizer.h. With f the loss, y the point extrapolated to, g its gradient there:
 *   x+ = prox(y - g/L, 1/L),   t+ = (1 + sqrt(1 + 4 t^2))/2,   y+ = x+ + (t - 1)/t+ (x+ - x)
 * L is large enough where f(x+) <= f(y) + <g, x+ - y> + L/2 |x+ - y|^2. */
#include "driver/optimizer.h"

#include <math.h>
#include <string.h>

typedef struct walk {
    const objective *f;
    double *x, *next, *y, *g, *map; /* map: L (y - next), the gradient where there is no prior */
    double L, t;
    bool fixed; /* L is the user's */
} walk;

static double norm(const double *v, int64_t n) {
    double s = 0;
    for (int64_t i = 0; i < n; i++) s += v[i] * v[i];
    return sqrt(s);
}

/* The largest curvature at x by power iteration on differences of gradients, exact for quadratic losses; too small a result
 * is raised later. Starts from the gradient, whose direction matters most. */
static double curvature(walk *w) {
    const objective *f = w->f;
    int64_t n = f->n;
    double *v = w->map, *there = w->next, L = 0;
    f->value(f->ctx, w->x, w->g);
    double span = 1e-3 * (1 + norm(w->x, n)), length = norm(w->g, n);
    memcpy(v, w->g, sizeof(double) * (size_t)n);
    for (int k = 0; k < 8 && length > 0 && isfinite(length); k++) {
        for (int64_t i = 0; i < n; i++) w->y[i] = w->x[i] + span * v[i] / length;
        f->value(f->ctx, w->y, there);
        for (int64_t i = 0; i < n; i++) v[i] = (there[i] - w->g[i]) / span;
        length = norm(v, n);
        if (length > L) L = length;
    }
    return L > 0 && isfinite(L) ? L : 1;
}

/* Is the parabola of curvature L above f at next? A difference that rounding explains does not count. */
static bool below(const walk *w, double at_next, double at_y) {
    double slope = 0, squares = 0, rounding = 1e-10 * (fabs(at_next) + fabs(at_y));
    for (int64_t i = 0; i < w->f->n; i++) {
        double d = w->next[i] - w->y[i];
        slope += w->g[i] * d;
        squares += d * d;
    }
    return at_next <= at_y + slope + 0.5 * w->L * squares + rounding;
}

/* From y to next; the loss with the prior there. */
static double step(walk *w) {
    const objective *f = w->f;
    double at_y = f->value(f->ctx, w->y, w->g);
    for (;;) {
        for (int64_t i = 0; i < f->n; i++) w->next[i] = w->y[i] - w->g[i] / w->L;
        double prior = f->prox(f->ctx, 1 / w->L, w->next), at_next = f->value_only(f->ctx, w->next);
        if (w->fixed || !isfinite(at_y) || below(w, at_next, at_y) || w->L > 1e300) return at_next + prior;
        w->L *= 1.5;
    }
}

static void extrapolate(walk *w, bool accelerate) {
    double uphill = 0, t = 0.5 * (1 + sqrt(1 + 4 * w->t * w->t));
    for (int64_t i = 0; i < w->f->n; i++) uphill += (w->y[i] - w->next[i]) * (w->next[i] - w->x[i]);
    bool restart = uphill > 0 || !accelerate;
    double forward = restart ? 0 : (w->t - 1) / t;
    for (int64_t i = 0; i < w->f->n; i++) {
        w->y[i] = w->next[i] + forward * (w->next[i] - w->x[i]);
        w->x[i] = w->next[i];
    }
    w->t = restart ? 1 : t;
}

void minimise_proximal(arena *a, const objective *f, double *u, int steps, double size, bool accelerate) {
    int64_t n = f->n;
    size_t bytes = sizeof(double) * (size_t)n;
    walk w = {.f = f, .x = u, .t = 1, .fixed = size > 0, .L = size > 0 ? 1 / size : 1};
    double **all[] = {&w.next, &w.y, &w.g, &w.map};
    for (size_t i = 0; i < COUNT_OF(all); i++) *all[i] = NEW_ARRAY(a, double, n + 1);
    double prior = f->prox(f->ctx, 0, u);
    if (!w.fixed) w.L = curvature(&w);
    if (!f->step_done(f->ctx, 0, f->value(f->ctx, u, w.g) + prior, w.g)) return;
    memcpy(w.y, u, bytes);
    for (int k = 1; k <= steps; k++) {
        double loss = step(&w), still = 1e-14 * norm(w.next, n);
        for (int64_t i = 0; i < n; i++) w.map[i] = w.L * (w.y[i] - w.next[i]);
        if (!f->step_done(f->ctx, k, loss, w.map)) return;
        if (norm(w.map, n) <= w.L * still && k > 1) break;
        extrapolate(&w, accelerate);
    }
}
