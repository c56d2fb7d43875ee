/* sampling.c: weighted neighbours and resampling by ratios, by their sums. */
#include "eval/evaluators.h"

enum { MOST = 4 }; /* arrays in a product */

/* A sum of products of `n` real arrays, one of which (NULL in t) is the result. */
typedef struct form {
    int n, core[MOST];
    const tensor *t[MOST];
    const tensor *at[2]; /* int arrays of places */
} form;

/* Adds the product of the other arrays, at their elements e, to the element of the result. */
static void add_product(const call *c, const form *f, const int64_t *base, const int64_t *e) {
    double p = 1;
    int64_t to = 0;
    for (int k = 0; k < f->n; k++) {
        if (f->t[k]) p *= f->t[k]->v[base[k] + e[k]];
        else to = base[k] + e[k];
    }
    c->out->v[to] += p;
}

static const type *type_in(const call *c, const form *f, int k) {
    return f->t[k] ? &f->t[k]->type : &c->out->type;
}

static void find_item(const call *c, const form *f, int wanted, int64_t item, int64_t *base) {
    const type *out = &c->out->type;
    for (int k = 0; k < f->n; k++) base[k] = item_offset(type_in(c, f, k), f->core[k], out, f->core[wanted], item);
}

/* sum of v[m] w[m, k] x[i[m] + k]: sample_, spread_ and sample_w give y (in the place of v), x and w. */
void eval_sample(const call *c) {
    const tensor *const *a = c->args;
    form f = {.n = 3, .core = {1, 2, 1}, .at = {a[2]}};
    int wanted = c->n->op == OP_sample_ ? 0 : c->n->op == OP_sample_w ? 1 : 2;
    f.t[0] = wanted == 0 ? NULL : a[0];
    f.t[1] = wanted == 0 || wanted == 2 ? a[1] : NULL;
    f.t[2] = wanted == 0 ? a[0] : wanted == 1 ? a[1] : NULL;
    int64_t mode = attr_int(c->n, 0), m = axis_size(&a[2]->type, 1);
    int64_t taps = axis_size(type_in(c, &f, 1), 1), n = axis_size(type_in(c, &f, 2), 1), base[MOST];
    for (int64_t item = 0; item < lead_count(&c->out->type, f.core[wanted]); item++) {
        find_item(c, &f, wanted, item, base);
        int64_t i0 = item_offset(&a[2]->type, 1, &c->out->type, f.core[wanted], item);
        for (int64_t e = 0; e < m * taps; e++) {
            int64_t at = (int64_t)a[2]->v[i0 + e / taps] + e % taps;
            if (mode == 0 && (at < 0 || at >= n)) continue;
            add_product(c, &f, base, (int64_t[]){e / taps, e, folded(at, n, mode)});
        }
    }
}

typedef struct grid { /* sizes of a sum over m, a, b */
    int64_t m, p, q, h, w, mode;
} grid;

static void sample2_item(const call *c, const form *f, const grid *g, const int64_t *base, int64_t i0, int64_t j0) {
    for (int64_t e = 0; e < g->m * g->p * g->q; e++) {
        int64_t m = e / (g->p * g->q), a = e / g->q % g->p, b = e % g->q;
        int64_t r = (int64_t)f->at[0]->v[i0 + m] + a, s = (int64_t)f->at[1]->v[j0 + m] + b;
        if (g->mode == 0 && (r < 0 || r >= g->h || s < 0 || s >= g->w)) continue;
        int64_t pixel = folded(r, g->h, g->mode) * g->w + folded(s, g->w, g->mode);
        add_product(c, f, base, (int64_t[]){m, m * g->p + a, m * g->q + b, pixel});
    }
}

/* sum of v[m] p[m, a] q[m, b] x[i[m] + a, j[m] + b]: sample2_, spread2_, sample2_p and sample2_q give y (in the place of
 * v), x, p and q. */
void eval_sample2(const call *c) {
    const tensor *const *a = c->args;
    form f = {.n = 4, .core = {1, 2, 2, 2}, .at = {a[3], a[4]}};
    int wanted = 0;
    switch (c->n->op) {
    case OP_sample2_: f.t[3] = a[0], f.t[1] = a[1], f.t[2] = a[2], wanted = 0; break;
    case OP_spread2_: f.t[0] = a[0], f.t[1] = a[1], f.t[2] = a[2], wanted = 3; break;
    case OP_sample2_p: f.t[0] = a[0], f.t[3] = a[1], f.t[2] = a[2], wanted = 1; break;
    default: f.t[0] = a[0], f.t[3] = a[1], f.t[1] = a[2], wanted = 2; break;
    }
    const type *x = type_in(c, &f, 3);
    grid g = {axis_size(&a[3]->type, 1),
              axis_size(type_in(c, &f, 1), 1),
              axis_size(type_in(c, &f, 2), 1),
              axis_size(x, 2),
              axis_size(x, 1),
              attr_int(c->n, 0)};
    int64_t base[MOST];
    for (int64_t item = 0; item < lead_count(&c->out->type, f.core[wanted]); item++) {
        find_item(c, &f, wanted, item, base);
        int64_t i0 = item_offset(&a[3]->type, 1, &c->out->type, f.core[wanted], item);
        int64_t j0 = item_offset(&a[4]->type, 1, &c->out->type, f.core[wanted], item);
        sample2_item(c, &f, &g, base, i0, j0);
    }
}

/* y[m] = sum of h[k] x[(m down + lo - k) / up]; upfirdn_h: h[k] = sum of v[m] conj(x[(m down + lo - k) / up]). */
void eval_upfirdn(const call *c) {
    bool to_h = c->n->op == OP_upfirdn_h;
    const tensor *x = c->args[to_h], *other = c->args[!to_h];
    int64_t up = attr_int(c->n, 0), down = attr_int(c->n, 1), lo = attr_int(c->n, 2);
    int64_t n = axis_size(&x->type, 1), last = axis_size(&c->out->type, 1), rest = axis_size(&other->type, 1);
    for (int64_t item = 0; item < lead_count(&c->out->type, 1); item++) {
        int64_t x0 = item_offset(&x->type, 1, &c->out->type, 1, item);
        int64_t o0 = item_offset(&other->type, 1, &c->out->type, 1, item);
        for (int64_t e = 0; e < last * rest; e++) {
            int64_t to = e / rest, from = e % rest, m = to_h ? from : to, k = to_h ? to : from, t = m * down + lo - k;
            if (t % up != 0 || t / up < 0 || t / up >= n) continue;
            cval s = tensor_get(x, x0 + t / up);
            tensor_add(c->out, item * last + to, cv_mul(tensor_get(other, o0 + from), to_h ? cv_conj(s) : s));
        }
    }
}
