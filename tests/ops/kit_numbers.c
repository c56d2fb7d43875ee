/* kit_numbers.c: see kit_numbers.h. */
#include "kit_numbers.h"

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
