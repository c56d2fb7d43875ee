/* check_random.c: random values: SplitMix64 and the Box-Muller transform, so that a seed gives the same numbers
 * anywhere. */
#include "driver/check.h"

#include "ir/opcase.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t next(random_state *r) { /* S. Vigna, splitmix64 */
    uint64_t z = r->s += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double random_uniform(random_state *r) {
    return (double)(next(r) >> 11) * 0x1p-53;
}

double random_normal(random_state *r) {
    double u = 1 - random_uniform(r), v = random_uniform(r);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

double random_spread(random_state *r) {
    return 3.4641016151377544 * (random_uniform(r) - 0.5);
}

static void fill_normal(random_state *r, int64_t n, double *v) {
    for (int64_t i = 0; i < n; i++) v[i] = random_normal(r);
}

/* A stack of n x n matrices: 2 I + B B^H / n, or 2 I + B / (2 sqrt n). */
static void fill_matrices(random_state *r, const type *t, bool positive, double *v) {
    int64_t n = t->shape[t->rank - 1], each = n * n, w = t->dt == T_COMPLEX ? 2 : 1;
    double *b = malloc(sizeof(double) * (size_t)(each * w));
    if (!b) die(EXIT_INTERNAL, "out of memory");
    for (int64_t m = 0; m < type_count(t) / each; m++, v += each * w) {
        fill_normal(r, each * w, b);
        for (int64_t i = 0; i < n; i++)
            for (int64_t k = 0; k < n; k++) {
                double re = b[(i * n + k) * w] / (2 * sqrt((double)n)),
                       im = w == 2 ? b[(i * n + k) * w + 1] / (2 * sqrt((double)n)) : 0;
                for (int64_t q = 0; positive && q < n; q++) {
                    const double *x = b + (i * n + q) * w, *y = b + (k * n + q) * w;
                    re = (q ? re : 0) + (x[0] * y[0] + (w == 2 ? x[1] * y[1] : 0)) / (double)n;
                    im = (q ? im : 0) + (w == 2 ? (x[1] * y[0] - x[0] * y[1]) / (double)n : 0);
                }
                v[(i * n + k) * w] = re + (i == k ? 2 : 0);
                if (w == 2) v[(i * n + k) * w + 1] = im;
            }
    }
    free(b);
}

static void fill_domain(random_state *r, const arg_domain *d, const type *t, double *v) {
    int64_t n = type_count(t) * (t->dt == T_COMPLEX ? 2 : 1);
    switch (d->kind) {
    case DOMAIN_RANGE:
        for (int64_t i = 0; i < n; i++)
            v[i] = t->dt == T_COMPLEX && i % 2 ? 0.3 * random_normal(r) : d->lo + (d->hi - d->lo) * random_uniform(r);
        break;
    case DOMAIN_POSITIVE_DEFINITE:
    case DOMAIN_WELL_CONDITIONED: fill_matrices(r, t, d->kind == DOMAIN_POSITIVE_DEFINITE, v); break;
    default: fill_normal(r, n, v);
    }
}

/* A def with a rule has no row; if it takes a Cholesky factor, its square matrices are drawn so that their triangles are
 * those of positive definite ones. Not symmetric: with symmetric ones a rule that forgets a transpose would pass. */
static bool takes_cholesky(const node *custom, const type *t) {
    if (t->rank < 2 || t->shape[t->rank - 1] != t->shape[t->rank - 2]) return false;
    for (int i = 0; i < custom->body->nodes.len; i++)
        if (custom->body->nodes.data[i]->op == OP_cholesky) return true;
    return false;
}

/* The domain the operator's row gives the argument of that name. */
static bool find_domain(arena *a, const session *ss, const subject *s, const char *name, const type *t,
                        arg_domain *out) {
    op_case_list cases = {0};
    const char *why = "";
    if (s->node && s->node->op == OP_custom && takes_cholesky(s->node, t)) {
        out->kind = DOMAIN_WELL_CONDITIONED;
        return true;
    }
    if (!s->node || s->node->op == OP_custom || !op_cases(a, session_ops(ss), s->node->op, &cases, &why)) return false;
    for (int k = 0; cases.items.len && k < cases.items.data[0].nargs; k++)
        if (strcmp(cases.items.data[0].name[k], name) == 0) {
            *out = cases.items.data[0].domain[k];
            return true;
        }
    return false;
}

/* A param of the pipeline: its initial value moved a little, so that nothing stands on a special point by
 * construction, but not so far that a stable recursion of many samples becomes an unstable one: by
 * 2 percent. */
static void near_initial(random_state *r, const leaf_info *leaf, int64_t n, double *v) {
    double squares = 0;
    for (int64_t i = 0; i < n; i++) squares += v[i] * v[i];
    double rms = sqrt(squares / (double)n), by = 0.02 * (rms > 0 ? rms : 1);
    for (int64_t i = 0; i < n; i++) {
        v[i] += by * random_normal(r);
        if (!leaf->has_range) continue;
        double margin = 0.02 * (leaf->hi - leaf->lo), lo = leaf->lo + (leaf->log_range ? 0.02 * leaf->lo : margin);
        v[i] = v[i] < lo ? lo : v[i] > leaf->hi - margin ? leaf->hi - margin : v[i];
    }
}

void random_leaf(random_state *r, const subject *s, const session *ss, const leaf_info *leaf, const slot *at,
                 double *v) {
    int64_t n = slot_numbers(at);
    arena *a = arena_new("check");
    arg_domain d = {.kind = DOMAIN_NORMAL};
    if (leaf->type.dt == T_INT) {
        for (int64_t i = 0; i < n; i++) v[i] = (double)(next(r) & 1); /* valid as a truth value and as most indices */
    } else if (s->kind == SUBJECT_PIPELINE && leaf->role == ROLE_PARAM && at->port->initial) {
        near_initial(r, leaf, n, v);
    } else {
        find_domain(a, ss, s, leaf->name, &leaf->type, &d);
        fill_domain(r, &d, &leaf->type, v);
    }
    arena_free(a);
}
