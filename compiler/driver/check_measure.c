/* check_measure.c: the numbers: dot tests, Taylor slopes, rounding. See check.h for what is measured.
 *
 * Vectors are double and hold all leaves that are differentiated, one after the other. Points and directions are
 * rounded to single precision, so that both modules see the same numbers. */
#include "driver/check.h"

#include <math.h>
#include <string.h>

enum { FIRST_H = 3, LAST_H = 27, WINDOW = 6 };

typedef struct bench { /* one subject at one point */
    arena *a;
    subject *s;
    instance *x; /* the double precision one */
    int64_t n;   /* numbers in the differentiated leaves */
    double *x0, *v, *u, *g, *hv, *probe;
    double f0;
    const double *w; /* weights of the outputs when there is no loss */
    const char **why;
    bool ok;
} bench;

/* ---- leaves as one vector ---------------------------------------------------------------------------------------- */
/* The array that part k of the gradient belongs to. */
static slot *leaf_of(instance *x, int k) {
    const char *name = x->grad.v.data[k].name;
    slot *s = slot_find(&x->params, name);
    return s ? s : slot_find(&x->in, name);
}

static void get_leaves(instance *x, double *v) {
    for (int k = 0; k < x->grad.v.len; k++) {
        const slot *s = leaf_of(x, k);
        slot_load(x, s, v);
        v += slot_numbers(s);
    }
}

static void put_leaves(instance *x, const double *v) {
    for (int k = 0; k < x->grad.v.len; k++) {
        slot *s = leaf_of(x, k);
        slot_store(x, s, v);
        v += slot_numbers(s);
    }
}

static void round_to_single(double *v, int64_t n) {
    for (int64_t i = 0; i < n; i++) v[i] = (double)(float)v[i];
}

static double dot(const double *a, const double *b, int64_t n) {
    double s = 0;
    for (int64_t i = 0; i < n; i++) s += a[i] * b[i];
    return s;
}

static double norm(const double *a, int64_t n) {
    return sqrt(dot(a, a, n));
}

static double worse(double a, double b) {
    return isnan(a) || isnan(b) ? NAN : a > b ? a : b;
}

static int64_t count_nonfinite(const double *v, int64_t n) {
    int64_t c = 0;
    for (int64_t i = 0; i < n; i++) c += !isfinite(v[i]);
    return c;
}

/* A direction: each leaf moved in proportion to its own size. */
static void random_direction(random_state *r, instance *x, const double *at, double *v) {
    for (int k = 0; k < x->grad.v.len; k++) {
        int64_t n = slot_numbers(&x->grad.v.data[k]);
        double rms = norm(at, n) / sqrt((double)n), by = rms > 1e-6 ? rms : 1;
        for (int64_t i = 0; i < n; i++) v[i] = by * random_spread(r);
        round_to_single(v, n);
        v += n;
        at += n;
    }
}

/* ---- functions of the subject ------------------------------------------------------------------------------------ */
/* The scalar that is differentiated: the loss, or the outputs weighted by w. */
static double scalar_value(bench *b) {
    if (b->x->loss >= 0) return instance_loss(b->x);
    int64_t n = slots_numbers(&b->x->out);
    double *y = NEW_ARRAY(b->a, double, n + 1);
    slots_load(b->x, &b->x->out, y);
    return dot(y, b->w, n);
}

static double value_at(bench *b, double h) {
    for (int64_t i = 0; i < b->n; i++) b->probe[i] = b->x0[i] + h * b->v[i];
    put_leaves(b->x, b->probe);
    b->ok = b->ok && instance_forward(b->x, b->why);
    return b->ok ? scalar_value(b) : NAN;
}

/* Gradient of that scalar at x0 + h v. */
static void gradient_at(bench *b, double h, double *g) {
    for (int64_t i = 0; i < b->n; i++) b->probe[i] = b->x0[i] + h * b->v[i];
    put_leaves(b->x, b->probe);
    if (b->x->m->gradient) {
        b->ok = b->ok && instance_gradient(b->x, b->why);
    } else {
        slots_store(b->x, &b->x->bar, b->w);
        b->ok = b->ok && instance_vjp(b->x, b->why);
    }
    slots_load(b->x, &b->x->grad, g);
}

static void hessian_times(bench *b, const double *v, double *hv) {
    put_leaves(b->x, b->x0);
    slots_store(b->x, &b->x->dot, v);
    b->ok = b->ok && instance_hvp(b->x, b->why);
    slots_load(b->x, &b->x->hv, hv);
}

/* ---- dot tests --------------------------------------------------------------------------------------------------- */
static double residual(double a, double b, double scale) {
    double top = fmax(scale, fmax(fabs(a), fabs(b)));
    return top > 0 ? fabs(a - b) / top : isfinite(a - b) ? 0 : NAN;
}

/* Forward against reverse on module x at its present leaves. */
static double dot_test(bench *b, instance *x, const double *v, const double *w) {
    int64_t ny = slots_numbers(&x->out), nv = b->n;
    double *ydot = NEW_ARRAY(b->a, double, ny + 1), *g = NEW_ARRAY(b->a, double, nv + 1), r = 0;
    slots_store(x, &x->dot, v);
    b->ok = b->ok && instance_jvp(x, b->why);
    slots_load(x, &x->out_dot, ydot);
    if (x->m->vjp) {
        slots_store(x, &x->bar, w);
        b->ok = b->ok && instance_vjp(x, b->why);
        slots_load(x, &x->grad, g);
        r = residual(dot(w, ydot, ny), dot(g, v, nv), fmax(norm(w, ny) * norm(ydot, ny), norm(g, nv) * norm(v, nv)));
    }
    if (x->m->gradient) {
        b->ok = b->ok && instance_gradient(x, b->why);
        slots_load(x, &x->grad, g);
        double lossdot;
        slot_load(x, &x->out_dot.v.data[x->loss], &lossdot);
        r = worse(r, residual(lossdot, dot(g, v, nv), norm(g, nv) * norm(v, nv)));
    }
    return r;
}

static bool clear_of(double r, double noise) {
    return r > 40 * noise;
}

/* ---- Taylor slopes ----------------------------------------------------------------------------------------------- */
/* Remainder of order one or two at each h = 2^-k, in r[k], down to the first that is lost in rounding. */
static void remainders(bench *b, double gv, double vhv, double noise, double *r) {
    for (int k = FIRST_H; k < LAST_H; k++) {
        double h = ldexp(1, -k);
        r[k] = fabs(value_at(b, h) - b->f0 - h * gv - 0.5 * h * h * vhv);
        if (isfinite(r[k]) && !clear_of(r[k], noise)) break;
    }
}

/* Size of the rounding error of f: what is left of the remainder at steps far too small for any curvature. */
static double noise_level(bench *b, double gv) {
    double worst = 4e-16 * fabs(b->f0);
    for (int k = 0; k < 4; k++) {
        double h = ldexp(1.1 + 0.3 * k, -42);
        worst = fmax(worst, fabs(value_at(b, h) - b->f0 - h * gv));
    }
    return worst;
}

/* Slope of log r over log h, by least squares over the smallest steps that stand clear of rounding. */
static slope fit_slope(const double *r, double noise) {
    slope s = {.measured = true, .difference = NAN};
    double x[LAST_H], y[LAST_H], mx = 0, my = 0, sxx = 0, sxy = 0;
    int n = 0, last = LAST_H, finite = 0;
    for (int k = FIRST_H; k < LAST_H; k++) {
        if (!isfinite(r[k])) continue; /* a large step may leave the domain */
        finite++;
        if (!clear_of(r[k], noise)) break;
        last = k;
    }
    for (int k = FIRST_H; k <= last && last < LAST_H; k++)
        if (last - k < WINDOW && isfinite(r[k])) {
            x[n] = -k * log(2.0);
            y[n] = log(r[k]);
            mx += x[n];
            my += y[n++];
        }
    if (n < 3) {
        s.exact = finite > 0;
        s.value = NAN;
        return s;
    }
    mx /= n;
    my /= n;
    for (int i = 0; i < n; i++) {
        sxx += (x[i] - mx) * (x[i] - mx);
        sxy += (x[i] - mx) * (y[i] - my);
    }
    s.value = sxy / sxx;
    return s;
}

/* Steps of the central differences that stand in for slopes where there are kinks: too large a step crosses some,
 * too small a one drowns in rounding; a wrong derivative is wrong at all of them, so the best one counts. */
static const double STEPS[] = {0x1p-16, 0x1p-20, 0x1p-24, 0x1p-28, 0x1p-32, 0x1p-36};
static const double CLOSE = 1e-7; /* no other step need be tried */

/* First derivative along v. */
static double value_difference(bench *b, double gv) {
    double best = INFINITY;
    for (size_t i = 0; i < COUNT_OF(STEPS) && best > CLOSE; i++) {
        double d = (value_at(b, STEPS[i]) - value_at(b, -STEPS[i])) / (2 * STEPS[i]);
        best = fmin(best, fabs(d - gv) / fmax(fmax(fabs(d), fabs(gv)), 1e-300));
    }
    return best;
}

/* Derivative of the gradient along v. */
static double gradient_difference(bench *b) {
    double *lo = NEW_ARRAY(b->a, double, b->n + 1), *hi = NEW_ARRAY(b->a, double, b->n + 1), best = INFINITY;
    double scale = fmax(norm(b->hv, b->n), 1e-4 * norm(b->g, b->n));
    for (size_t k = 0; k < COUNT_OF(STEPS) && best > CLOSE; k++) {
        double diff = 0, h = STEPS[k];
        gradient_at(b, h, hi);
        gradient_at(b, -h, lo);
        for (int64_t i = 0; i < b->n; i++) {
            double e = (hi[i] - lo[i]) / (2 * h) - b->hv[i];
            diff += e * e;
        }
        best = fmin(best, scale > 0 ? sqrt(diff) / scale : sqrt(diff));
    }
    return best;
}

static slope worse_slope(slope a, slope b) {
    if (!a.measured) return b;
    if (!b.measured || b.exact) return a;
    if (a.exact) return b;
    slope w = !(b.value >= a.value) ? b : a;
    w.difference = isnan(a.difference)   ? b.difference
                   : isnan(b.difference) ? a.difference
                                         : worse(a.difference, b.difference);
    return w;
}

static void taylor(bench *b) {
    double r[LAST_H];
    gradient_at(b, 0, b->g);
    b->f0 = value_at(b, 0);
    double gv = dot(b->g, b->v, b->n), noise = noise_level(b, gv);
    measures *m = &b->s->m;
    remainders(b, gv, 0, noise, r);
    slope s = fit_slope(r, noise);
    if (!s.exact && s.value < 1.9) s.difference = value_difference(b, gv);
    m->taylor = worse_slope(m->taylor, s);
    m->nonfinite += count_nonfinite(b->g, b->n) + !isfinite(b->f0);
    if (!b->x->m->hvp) return;
    double *hu = NEW_ARRAY(b->a, double, b->n + 1);
    hessian_times(b, b->v, b->hv);
    hessian_times(b, b->u, hu);
    double uhv = dot(b->u, b->hv, b->n), vhu = dot(b->v, hu, b->n);
    m->symmetry = worse(
        m->symmetry, residual(uhv, vhu, fmax(norm(b->hv, b->n) * norm(b->u, b->n), norm(hu, b->n) * norm(b->v, b->n))));
    m->nonfinite += count_nonfinite(b->hv, b->n);
    remainders(b, gv, dot(b->v, b->hv, b->n), noise, r);
    s = fit_slope(r, noise);
    if (!s.exact && s.value < 2.9) s.difference = gradient_difference(b);
    m->hessian = worse_slope(m->hessian, s);
}

/* ---- single precision -------------------------------------------------------------------------------------------- */
static double relative_error(const double *a, const double *b, int64_t n) {
    double diff = 0, size = norm(b, n);
    for (int64_t i = 0; i < n; i++) diff += (a[i] - b[i]) * (a[i] - b[i]);
    return size > 0 ? sqrt(diff) / size : sqrt(diff);
}

static double compare_slots(bench *b, slots *single, slots *full) {
    int64_t n = slots_numbers(full);
    double *a = NEW_ARRAY(b->a, double, n + 1), *c = NEW_ARRAY(b->a, double, n + 1), worst = 0;
    slots_load(b->s->x32, single, a);
    slots_load(b->s->x64, full, c);
    for (int k = 0; k < full->v.len; k++) {
        int64_t each = slot_numbers(&full->v.data[k]);
        worst = worse(worst, relative_error(a, c, each));
        a += each;
        c += each;
    }
    return worst;
}

static void rounding(bench *b, const double *w) {
    instance *x64 = b->s->x64, *x32 = b->s->x32;
    put_leaves(x64, b->x0);
    put_leaves(x32, b->x0);
    b->s->m.dot32 = worse(b->s->m.dot32, dot_test(b, x32, b->v, w));
    b->s->m.dot64 = worse(b->s->m.dot64, dot_test(b, x64, b->v, w));
    b->s->m.round_value = worse(b->s->m.round_value, compare_slots(b, &x32->out, &x64->out));
    b->s->m.round_gradient = worse(b->s->m.round_gradient, compare_slots(b, &x32->grad, &x64->grad));
}

/* ---- one point --------------------------------------------------------------------------------------------------- */
/* Random values for every leaf that --in does not set, the same in all modules. */
static void set_point(bench *b, const session *ss, random_state *r) {
    const program *p = b->s->prog;
    instance *all[] = {b->s->x64, b->s->x32, b->s->probe};
    for (int i = 0; i < p->leaves.len; i++) {
        const leaf_info *leaf = &p->leaves.data[i];
        instance *x = b->s->x64;
        slot *s = leaf->role == ROLE_PARAM ? slot_find(&x->params, leaf->name) : slot_find(&x->in, leaf->name);
        double *v = NEW_ARRAY(b->a, double, slot_numbers(s) + 1);
        slot_load(x, s, v);
        if (s->given) continue;
        if (leaf->role == ROLE_PARAM) (void)slot_initial(s, v); /* start again from there at every point */
        random_leaf(r, b->s, ss, leaf, s, v);
        if (leaf->type.dt != T_INT) round_to_single(v, slot_numbers(s));
        for (size_t k = 0; k < COUNT_OF(all); k++) {
            slot *to = !all[k]                    ? NULL
                       : leaf->role == ROLE_PARAM ? slot_find(&all[k]->params, leaf->name)
                                                  : slot_find(&all[k]->in, leaf->name);
            if (to) slot_store(all[k], to, v);
        }
    }
}

static void count_hits(bench *b) {
    instance *x = b->s->probe;
    if (!x) return;
    b->ok = b->ok && instance_forward(x, b->why);
    for (int i = 0; b->ok && i < b->s->hits.len; i++) {
        double c = 0;
        slot *s = slot_find(&x->out, arena_printf(b->a, "probe_%d", i));
        if (s) slot_load(x, s, &c);
        b->s->hits.data[i].count += (int64_t)c;
    }
}

bool measure_subject(job *j, const session *ss, subject *s, int point, const char **why) {
    bench b = {.a = arena_new("check"), .s = s, .x = s->x64, .ok = true, .why = why};
    random_state r = {(uint64_t)opt_int(j->o, OPT_seed, 1) * 1000003u + (uint64_t)point * 7919u +
                      hash_bytes(1, s->prog->name, strlen(s->prog->name))};
    b.n = slots_numbers(&b.x->grad);
    double **vectors[] = {&b.x0, &b.v, &b.u, &b.g, &b.hv, &b.probe};
    for (size_t i = 0; i < COUNT_OF(vectors); i++) *vectors[i] = NEW_ARRAY(b.a, double, b.n + 1);
    int64_t ny = slots_numbers(&b.x->out);
    double *w = NEW_ARRAY(b.a, double, ny + 1);
    set_point(&b, ss, &r);
    for (int64_t i = 0; i < ny; i++) w[i] = (double)(float)random_spread(&r);
    b.w = w;
    get_leaves(b.x, b.x0);
    random_direction(&r, b.x, b.x0, b.v);
    random_direction(&r, b.x, b.x0, b.u);
    count_hits(&b);
    rounding(&b, w);
    taylor(&b);
    put_leaves(b.x, b.x0);
    arena_free(b.a);
    return b.ok;
}
