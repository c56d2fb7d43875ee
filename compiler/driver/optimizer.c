/* optimizer.c: see optimizer.h. */
#include "driver/optimizer.h"

#include <math.h>

static double rate(const descent *d, int k) {
    double t = (double)k / d->steps;
    switch (d->schedule) {
    case SCHEDULE_LINEAR: return d->lr * (1 - t);
    case SCHEDULE_COSINE: return d->lr * 0.5 * (1 + cos(3.14159265358979323846 * t));
    default: return d->lr;
    }
}

void minimise_sgd(arena *a, const objective *f, double *u, const descent *d) {
    double *g = NEW_ARRAY(a, double, f->n + 1), *v = NEW_ARRAY(a, double, f->n + 1);
    for (int k = 0; k < d->steps; k++) {
        double loss = f->value(f->ctx, u, g), lr = rate(d, k);
        if (!f->step_done(f->ctx, k, loss, g)) return;
        for (int64_t i = 0; i < f->n; i++) {
            v[i] = d->momentum * v[i] + g[i];
            u[i] -= lr * (v[i] + d->weight_decay * u[i]);
        }
        if (f->project) f->project(f->ctx, u);
    }
    f->step_done(f->ctx, d->steps, f->value(f->ctx, u, g), g);
}

void minimise_adam(arena *a, const objective *f, double *u, const descent *d) {
    const double b1 = 0.9, b2 = 0.999, eps = 1e-8;
    double *g = NEW_ARRAY(a, double, f->n + 1), *m = NEW_ARRAY(a, double, f->n + 1),
           *v = NEW_ARRAY(a, double, f->n + 1);
    for (int k = 0; k < d->steps; k++) {
        double loss = f->value(f->ctx, u, g), lr = rate(d, k);
        if (!f->step_done(f->ctx, k, loss, g)) return;
        double c1 = 1 - pow(b1, k + 1), c2 = 1 - pow(b2, k + 1);
        for (int64_t i = 0; i < f->n; i++) {
            m[i] = b1 * m[i] + (1 - b1) * g[i];
            v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
            u[i] -= lr * ((m[i] / c1) / (sqrt(v[i] / c2) + eps) + d->weight_decay * u[i]);
        }
        if (f->project) f->project(f->ctx, u);
    }
    f->step_done(f->ctx, d->steps, f->value(f->ctx, u, g), g);
}
