/* optimizer.c: see optimizer.h. */
#include "driver/optimizer.h"

#include <math.h>

void minimise_sgd(arena *a, const objective *f, double *u, int steps, double lr) {
    double *g = NEW_ARRAY(a, double, f->n + 1);
    for (int k = 0; k < steps; k++) {
        double loss = f->value(f->ctx, u, g);
        if (!f->step_done(f->ctx, k, loss, g)) return;
        for (int64_t i = 0; i < f->n; i++) u[i] -= lr * g[i];
        if (f->project) f->project(f->ctx, u);
    }
    f->step_done(f->ctx, steps, f->value(f->ctx, u, g), g);
}

void minimise_adam(arena *a, const objective *f, double *u, int steps, double lr) {
    const double b1 = 0.9, b2 = 0.999, eps = 1e-8;
    double *g = NEW_ARRAY(a, double, f->n + 1), *m = NEW_ARRAY(a, double, f->n + 1),
           *v = NEW_ARRAY(a, double, f->n + 1);
    for (int k = 0; k < steps; k++) {
        double loss = f->value(f->ctx, u, g);
        if (!f->step_done(f->ctx, k, loss, g)) return;
        double c1 = 1 - pow(b1, k + 1), c2 = 1 - pow(b2, k + 1);
        for (int64_t i = 0; i < f->n; i++) {
            m[i] = b1 * m[i] + (1 - b1) * g[i];
            v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
            u[i] -= lr * (m[i] / c1) / (sqrt(v[i] / c2) + eps);
        }
        if (f->project) f->project(f->ctx, u);
    }
    f->step_done(f->ctx, steps, f->value(f->ctx, u, g), g);
}
