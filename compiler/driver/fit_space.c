/* fit_space.c: see fit_space.h. */
#include "driver/fit_space.h"

#include <math.h>
#include <string.h>

static bool has_range(const slot *s) {
    return s->port->lo < s->port->hi;
}

static double low(const slot *s) {
    return s->port->log_range ? log(s->port->lo) : s->port->lo;
}
static double high(const slot *s) {
    return s->port->log_range ? log(s->port->hi) : s->port->hi;
}

static double clamp(double v, double lo, double hi) {
    return v < lo ? lo : v > hi ? hi : v;
}

static double to_u(const fit_space *f, const slot *s, double p) {
    if (!has_range(s)) return p;
    double lo = low(s), hi = high(s),
           v = clamp(s->port->log_range ? log(clamp(p, s->port->lo, s->port->hi)) : p, lo, hi);
    if (!f->smooth) return v;
    /* sin has no slope at the walls: start a little inside, or a param that begins on one could never leave it */
    return asin(clamp(2 * (v - lo) / (hi - lo) - 1, -0.999, 0.999));
}

static double to_p(const fit_space *f, const slot *s, double u) {
    if (!has_range(s)) return u;
    double lo = low(s), hi = high(s), v = f->smooth ? lo + (hi - lo) * 0.5 * (1 + sin(u)) : u;
    return clamp(s->port->log_range ? exp(v) : v, s->port->lo, s->port->hi);
}

static double slope(const fit_space *f, const slot *s, double u, double p) { /* dp/du */
    if (!has_range(s)) return 1;
    double d = f->smooth ? (high(s) - low(s)) * 0.5 * cos(u) : 1;
    return s->port->log_range ? d * p : d;
}

fit_space *fit_space_new(arena *a, instance *x, bool smooth) {
    fit_space *f = NEW(a, fit_space);
    f->x = x;
    f->smooth = smooth;
    for (int i = 0; i < x->params.v.len; i++) f->n += slot_numbers(&x->params.v.data[i]);
    f->u = NEW_ARRAY(a, double, f->n + 1);
    f->g = NEW_ARRAY(a, double, f->n + 1);
    f->p = NEW_ARRAY(a, double, f->n + 1);
    f->best = NEW_ARRAY(a, double, f->n + 1);
    double *u = f->u;
    for (int i = 0; i < x->params.v.len; i++) {
        const slot *s = &x->params.v.data[i];
        int64_t n = slot_numbers(s);
        slot_load(x, s, u);
        for (int64_t k = 0; k < n; k++) u[k] = to_u(f, s, u[k]);
        u += n;
    }
    fit_space_keep_best(f);
    return f;
}

void fit_space_set(fit_space *f, const double *u) {
    double *p = f->p;
    for (int i = 0; i < f->x->params.v.len; i++) {
        slot *s = &f->x->params.v.data[i];
        int64_t n = slot_numbers(s);
        for (int64_t k = 0; k < n; k++) p[k] = to_p(f, s, u[k]);
        slot_store(f->x, s, p);
        p += n;
        u += n;
    }
}

void fit_space_gradient(const fit_space *f, const double *u, double *g) {
    const double *p = f->p;
    for (int i = 0; i < f->x->params.v.len; i++) {
        const slot *s = &f->x->grad.v.data[i]; /* the gradient's slots begin with the params, in their order */
        int64_t n = slot_numbers(s);
        slot_load(f->x, s, g);
        for (int64_t k = 0; k < n; k++) g[k] *= slope(f, s, u[k], p[k]);
        g += n;
        u += n;
        p += n;
    }
}

void fit_space_project(const fit_space *f, double *u) {
    if (f->smooth) return;
    for (int i = 0; i < f->x->params.v.len; i++) {
        const slot *s = &f->x->params.v.data[i];
        int64_t n = slot_numbers(s);
        for (int64_t k = 0; has_range(s) && k < n; k++) u[k] = clamp(u[k], low(s), high(s));
        u += n;
    }
}

void fit_space_keep_best(fit_space *f) {
    double *p = f->best;
    for (int i = 0; i < f->x->params.v.len; i++) {
        slot_load(f->x, &f->x->params.v.data[i], p);
        p += slot_numbers(&f->x->params.v.data[i]);
    }
}

void fit_space_restore_best(fit_space *f) {
    const double *p = f->best;
    for (int i = 0; i < f->x->params.v.len; i++) {
        slot_store(f->x, &f->x->params.v.data[i], p);
        p += slot_numbers(&f->x->params.v.data[i]);
    }
}

const slot *fit_space_owner(const fit_space *f, int64_t i, int64_t *index) {
    for (int k = 0; k < f->x->params.v.len; k++) {
        const slot *s = &f->x->params.v.data[k];
        if (i < slot_numbers(s)) {
            *index = i / s->width;
            return s;
        }
        i -= slot_numbers(s);
    }
    return NULL;
}
