/* numbers.c: see numbers.h. */
#include "eval/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

rng rng_new(uint64_t seed) {
    return (rng){seed * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u};
}

uint64_t rng_next(rng *r) { /* SplitMix64 */
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double rng_uniform(rng *r, double lo, double hi) {
    return lo + (hi - lo) * (double)(rng_next(r) >> 11) * 0x1p-53;
}

double rng_normal(rng *r) { /* Box and Muller */
    double u = 1.0 - rng_uniform(r, 0.0, 1.0), v = rng_uniform(r, 0.0, 1.0);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

int rng_below(rng *r, int n) {
    return (int)(rng_next(r) % (uint64_t)n);
}

type type_of(dtype dt, const char *sizes) {
    int64_t shape[MAX_RANK];
    int rank = 0;
    char *end;
    for (const char *p = sizes; *p && rank < MAX_RANK; p = *end ? end + 1 : end) shape[rank++] = strtol(p, &end, 10);
    return type_make(dt, rank, shape);
}

tensor random_tensor(arena *a, rng *r, type t) {
    tensor x = tensor_new(a, t);
    for (size_t i = 0; i < tensor_doubles(&t); i++) x.v[i] = t.dt == T_INT ? (double)rng_below(r, 4) : rng_normal(r);
    return x;
}

tensor tensor_from(arena *a, type t, const double *v) {
    tensor x = tensor_new(a, t);
    memcpy(x.v, v, tensor_doubles(&t) * sizeof *v);
    return x;
}

double tensor_dot(const tensor *a, const tensor *b) {
    long double s = 0.0L;
    for (size_t i = 0; i < tensor_doubles(&a->type); i++) s += (long double)a->v[i] * b->v[i];
    return (double)s;
}

double tensor_distance(const tensor *a, const tensor *b) {
    double worst = 0.0, scale = 1.0;
    for (size_t i = 0; i < tensor_doubles(&b->type); i++) {
        double d = fabs(a->v[i] - b->v[i]), s = fabs(b->v[i]);
        if (isnan(a->v[i]) && isnan(b->v[i])) continue;
        if (a->v[i] == b->v[i]) continue; /* infinities too */
        if (!(d <= worst)) worst = isnan(d) ? HUGE_VAL : d;
        if (isfinite(s) && s > scale) scale = s;
    }
    return worst / scale;
}

bool tensor_finite(const tensor *t) {
    for (size_t i = 0; i < tensor_doubles(&t->type); i++)
        if (!isfinite(t->v[i])) return false;
    return true;
}

tensor tensor_plus(arena *a, const tensor *x, double h, const tensor *d) {
    tensor y = tensor_new(a, x->type);
    for (size_t i = 0; i < tensor_doubles(&x->type); i++) y.v[i] = x->v[i] + h * d->v[i];
    return y;
}

/* ---- cases of operators --------------------------------------------------------------------------------------------------- */
enum { SLOTS = 40 };

/* Values on a grid of step 0.11 with no two alike (of as many as there are slots), away from 0, shifted for each argument
 * so that no two arguments have a value in common. */
static void spread_out(tensor *t, rng *r, int arg) {
    int slot[SLOTS];
    for (int k = 0; k < SLOTS; k++) slot[k] = k;
    for (size_t i = 0; i < tensor_doubles(&t->type); i++) {
        int at = (int)(i % SLOTS), other = at + rng_below(r, SLOTS - at), s = slot[other];
        slot[other] = slot[at];
        slot[at] = s;
        t->v[i] = 0.11 * (s - SLOTS / 2) + 0.055 + 0.0375 * (arg % 3 - 1);
    }
}

static void adjust_matrices(tensor *t, domain_kind kind) {
    int64_t n = t->type.shape[t->type.rank - 1], width = t->type.dt == T_COMPLEX ? 2 : 1;
    for (int64_t at = 0; at < type_count(&t->type); at += n * n) {
        double *m = t->v + at * width;
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j <= i && kind == DOMAIN_POSITIVE_DEFINITE; j++) { /* lower triangle decides */
                m[(j * n + i) * width] = m[(i * n + j) * width];
                if (width == 2) m[(j * n + i) * 2 + 1] = i == j ? 0.0 : -m[(i * n + j) * 2 + 1];
                if (width == 2 && i == j) m[(i * n + i) * 2 + 1] = 0.0;
            }
        for (int64_t i = 0; i < n; i++)
            m[(i * n + i) * width] += 2.5 * (double)n; /* beyond the sum of its row, nearly always */
    }
}

void case_values(arena *a, rng *r, const op_case *c, tensor *value) {
    for (int k = 0; k < c->nargs; k++) {
        const arg_domain *d = &c->domain[k];
        value[k] = (tensor){.type = c->arg[k]};
        if (d->kind == DOMAIN_LU) continue;
        value[k] = random_tensor(a, r, c->arg[k]);
        size_t width = c->arg[k].dt == T_COMPLEX ? 2 : 1;
        for (size_t i = 0; d->kind == DOMAIN_RANGE && i < tensor_doubles(&c->arg[k]); i += width)
            value[k].v[i] = rng_uniform(r, d->lo, d->hi);
        if (d->kind == DOMAIN_NORMAL && c->arg[k].dt != T_INT) spread_out(&value[k], r, k);
        if (d->kind == DOMAIN_POSITIVE_DEFINITE || d->kind == DOMAIN_WELL_CONDITIONED)
            adjust_matrices(&value[k], d->kind);
    }
}

tensor case_direction(arena *a, rng *r, const op_case *c, int k) {
    tensor d = random_tensor(a, r, c->arg[k]);
    if (c->domain[k].kind != DOMAIN_POSITIVE_DEFINITE) return d;
    adjust_matrices(&d, DOMAIN_POSITIVE_DEFINITE); /* Hermitian; a large diagonal does no harm to a direction */
    return d;
}

double residual_order(const double *norm, int n, double floor) {
    double last = -HUGE_VAL, before = -HUGE_VAL;
    for (int k = 0; k + 1 < n && norm[k] > floor && norm[k + 1] > floor; k++) {
        before = last;
        last = log2(norm[k] / norm[k + 1]);
    }
    return last == -HUGE_VAL ? HUGE_VAL : fmax(last, before);
}
