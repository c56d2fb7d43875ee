/* data.c: see data.h */
#include "data.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DECLARE(name) extern const hand_case hand_##name##_f32, hand_##name##_f64;
HAND_CASES(DECLARE)
#define LIST(name) &hand_##name##_f32, &hand_##name##_f64,
const hand_case *const hand_cases[] = {HAND_CASES(LIST) NULL};

void *bench_alloc(size_t bytes) {
    size_t size = (bytes + 63) / 64 * 64;
    void *p = aligned_alloc(64, size);
    if (!p) {
        fprintf(stderr, "bench: out of memory\n");
        exit(4);
    }
    return memset(p, 0, size);
}

/* SplitMix64 */
static double uniform(uint64_t *s) {
    uint64_t z = (*s += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *s) {
    double r = sqrt(-2 * log(uniform(s)));
    return r * cos(6.283185307179586 * uniform(s));
}

static size_t number_size(const hand_case *c) {
    return c->bits == 32 ? sizeof(float) : sizeof(double);
}

static void set(const hand_case *c, void *array, size_t i, double x) {
    if (c->bits == 32) ((float *)array)[i] = (float)x;
    else ((double *)array)[i] = x;
}

double data_at(const data *d, const void *array, size_t i) {
    return d->hand->bits == 32 ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

/* Poles at 0.8 to 0.95 of the unit circle, zeros within it. */
static void fill_sections(const hand_case *c, void *a, size_t sections, uint64_t *seed) {
    for (size_t s = 0; s < sections; s++) {
        double a0 = 0.8 + 0.4 * uniform(seed), gain = 0.5 + 0.5 * uniform(seed);
        for (size_t k = 0; k < 2; k++) {
            double by = k ? a0 : gain, r = k ? 0.8 + 0.15 * uniform(seed) : uniform(seed), t = 3 * uniform(seed);
            double row[3] = {by, -2 * by * r * cos(t), by * r * r};
            for (size_t i = 0; i < 3; i++) set(c, a, 6 * s + 3 * k + i, row[i]);
        }
    }
}

static void *fill(const hand_case *c, const hand_port *p, uint64_t *seed) {
    if (p->fill == FILL_LABEL) {
        int32_t *label = bench_alloc(p->count * sizeof *label);
        for (size_t i = 0; i < p->count; i++) label[i] = (int32_t)(uniform(seed) * p->scale);
        return label;
    }
    void *a = bench_alloc(p->count * number_size(c));
    size_t side = (size_t)(sqrt((double)p->count) + 0.5);
    for (size_t i = 0; i < p->count; i++) {
        double x = p->fill == FILL_POSITIVE ? 2 * uniform(seed) / (double)p->count : normal(seed);
        set(c, a, i, p->scale * x + (p->fill == FILL_FACTOR && i % (side + 1) == 0));
    }
    if (p->fill == FILL_SECTIONS) fill_sections(c, a, p->count / 6, seed);
    return a;
}

data data_new(const hand_case *c) {
    data d = {.hand = c};
    uint64_t seed = 1;
    for (const char *s = c->name; *s; s++) seed = seed * 31 + (uint64_t)(unsigned char)*s;
    for (const hand_port *p = c->ports; p->name; p++)
        if (p->role == PORT_PARAM) d.params[d.nparams++] = fill(c, p, &seed);
        else d.in[d.nin++] = fill(c, p, &seed);
    for (int wanted = PORT_PARAM; wanted <= PORT_WRT_INPUT; wanted++)
        for (const hand_port *p = c->ports; p->name; p++) {
            if (p->role != (hand_role)wanted) continue;
            d.grad_port[d.ngrads] = p;
            d.grad[d.ngrads++] = bench_alloc(p->count * number_size(c));
        }
    return d;
}

void data_copy(data *to, const data *from) {
    int in = 0, param = 0;
    for (const hand_port *p = from->hand->ports; p->name; p++) {
        bool is_param = p->role == PORT_PARAM;
        void *x = is_param ? to->params[param] : to->in[in];
        const void *y = is_param ? from->params[param] : from->in[in];
        param += is_param, in += !is_param;
        if (p->fill == FILL_LABEL) memcpy(x, y, p->count * sizeof(int32_t));
        else
            for (size_t i = 0; i < p->count; i++) set(to->hand, x, i, data_at(from, y, i));
    }
}

void data_free(data *d) {
    for (int i = 0; i < MAX_PORTS; i++) free(d->in[i]), free(d->params[i]), free(d->grad[i]);
}

/* The array that gradient k is taken with respect to. */
static void *leaf(const data *d, int k) {
    if (k < d->nparams) return d->params[k];
    int i = 0;
    for (const hand_port *p = d->hand->ports; p != d->grad_port[k]; p++) i += p->role != PORT_PARAM;
    return d->in[i];
}

static double loss_at(const data *d, void *self, void *x, const double *base, const double *dir, size_t n,
                      double step) {
    double loss = 0;
    for (size_t i = 0; i < n; i++) set(d->hand, x, i, base[i] + step * dir[i]);
    d->hand->forward(self, (const void *const *)d->in, (const void *const *)d->params, &loss);
    return data_at(d, &loss, 0);
}

static double verify_leaf(const data *d, void *self, int k) {
    size_t n = d->grad_port[k]->count;
    double *base = bench_alloc(n * sizeof *base), *dir = bench_alloc(n * sizeof *dir);
    double inner = 0, size = 0, scale = 0;
    uint64_t seed = 99;
    void *x = leaf(d, k);
    for (size_t i = 0; i < n; i++) {
        double g = data_at(d, d->grad[k], i);
        base[i] = data_at(d, x, i);
        scale += base[i] * base[i];
        size += g * g;
    }
    /* a random direction that leans towards the gradient, so that the slope is not a small difference of large numbers */
    double spread = sqrt(scale / (double)n) + 1e-3, lean = size > 0 ? spread * sqrt((double)n / size) : 0;
    for (size_t i = 0; i < n; i++) {
        dir[i] = spread * normal(&seed) + lean * data_at(d, d->grad[k], i);
        inner += dir[i] * data_at(d, d->grad[k], i);
    }
    double best = INFINITY; /* the loss may be steep or flat: the best of several steps */
    for (double h = 1e-3; h > 1e-10; h *= 0.01) {
        double slope = (loss_at(d, self, x, base, dir, n, h) - loss_at(d, self, x, base, dir, n, -h)) / (2 * h);
        double e = fabs(slope - inner) / (fabs(inner) + 1e-300);
        if (e < best) best = e;
    }
    for (size_t i = 0; i < n; i++) set(d->hand, x, i, base[i]);
    free(base), free(dir);
    return best;
}

double verify_hand(const hand_case *c) {
    data d = data_new(c);
    void *self = c->create();
    double loss = 0, worst = 0;
    c->gradient(self, (const void *const *)d.in, (const void *const *)d.params, &loss, d.grad);
    for (int k = 0; k < d.ngrads; k++) {
        double e = verify_leaf(&d, self, k);
        printf("  %-12s f%d  dloss/d%-6s relative error %.1e\n", c->name, c->bits, d.grad_port[k]->name, e);
        if (!(e <= worst)) worst = e;
    }
    c->destroy(self);
    data_free(&d);
    return worst;
}
