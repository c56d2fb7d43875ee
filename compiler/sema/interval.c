/* interval.c: between which bounds the elements of a value lie, as far as constants, the declared ranges of params and simple
 * arithmetic say. It sizes the delay lines of loops. */
#include "sema/loop.h"

#include <math.h>
#include <string.h>

enum { MAX_DEPTH = 64 };

typedef struct bounds {
    double lo, hi;
} bounds;

static const bounds UNKNOWN = {-INFINITY, INFINITY};

static bounds range_of(const elab *e, const node *n, int depth);

static bounds of_constant(const node *n) {
    if (n->type.dt == T_COMPLEX) { return UNKNOWN; }
    bounds b = {INFINITY, -INFINITY};
    int64_t count = n->konst->splat ? 1 : type_count(&n->type);
    for (int64_t i = 0; i < count; i++) {
        b.lo = fmin(b.lo, n->konst->value[i]);
        b.hi = fmax(b.hi, n->konst->value[i]);
    }
    return b;
}

/* The leaf of a loop's body stands for a value outside; a param may have a declared range. */
static bounds of_leaf(const elab *e, const node *n, int depth) {
    const loop *lp = e->loop;
    if (lp && n == lp->counter) { return (bounds){0, (double)(lp->trip - 1)}; }
    for (int i = 0; lp && i < lp->slices.len + lp->consts.len; i++) {
        const wire *w = i < lp->slices.len ? &lp->slices.data[i] : &lp->consts.data[i - lp->slices.len];
        if (w->leaf == n) { return range_of(lp->outside, w->outer, depth + 1); }
    }
    for (int i = 0; e->prog && n->role == ROLE_PARAM && i < e->prog->leaves.len; i++) {
        const leaf_info *l = &e->prog->leaves.data[i];
        if (l->has_range && strcmp(l->name, n->name) == 0) { return (bounds){l->lo, l->hi}; }
    }
    return UNKNOWN;
}

static bounds corners(double a, double b, double c, double d) {
    if (isnan(a) || isnan(b) || isnan(c) || isnan(d)) { return UNKNOWN; } /* 0 * infinity */
    return (bounds){fmin(fmin(a, b), fmin(c, d)), fmax(fmax(a, b), fmax(c, d))};
}

static bounds of_two(op_id op, bounds a, bounds b) {
    switch (op) {
    case OP_add: return (bounds){a.lo + b.lo, a.hi + b.hi};
    case OP_sub: return (bounds){a.lo - b.hi, a.hi - b.lo};
    case OP_mul: return corners(a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi);
    case OP_div: return b.lo > 0 || b.hi < 0 ? corners(a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi) : UNKNOWN;
    case OP_maximum: return (bounds){fmax(a.lo, b.lo), fmax(a.hi, b.hi)};
    case OP_minimum: return (bounds){fmin(a.lo, b.lo), fmin(a.hi, b.hi)};
    default: return UNKNOWN;
    }
}

static bounds of_one(op_id op, bounds a) {
    switch (op) {
    case OP_neg: return (bounds){-a.hi, -a.lo};
    case OP_exp: return (bounds){exp(a.lo), exp(a.hi)};
    case OP_sqrt: return a.lo >= 0 ? (bounds){sqrt(a.lo), sqrt(a.hi)} : UNKNOWN;
    case OP_floor: return (bounds){floor(a.lo), floor(a.hi)};
    case OP_ceil: return (bounds){ceil(a.lo), ceil(a.hi)};
    case OP_round: return (bounds){floor(a.lo), ceil(a.hi)};
    case OP_to_int: return (bounds){trunc(a.lo), trunc(a.hi)};
    case OP_sin:
    case OP_cos:
    case OP_tanh: return (bounds){-1, 1};
    case OP_sigmoid: return (bounds){0, 1};
    case OP_abs: return (bounds){a.lo > 0 ? a.lo : a.hi < 0 ? -a.hi : 0, fmax(-a.lo, a.hi)};
    case OP_to_real:
    case OP_reshape:
    case OP_broadcast:
    case OP_permute:
    case OP_slice: return a;
    default: return UNKNOWN;
    }
}

static bounds range_of(const elab *e, const node *n, int depth) {
    if (depth > MAX_DEPTH || n->type.dt == T_COMPLEX) { return UNKNOWN; }
    if (n->op == OP_constant) { return of_constant(n); }
    if (n->op == OP_leaf) { return of_leaf(e, n, depth); }
    if (n->op == OP_iota) { return (bounds){0, (double)(type_count(&n->type) - 1)}; }
    if (n->op == OP_clip) {
        bounds x = range_of(e, n->args[0], depth + 1);
        bounds lo = range_of(e, n->args[1], depth + 1), hi = range_of(e, n->args[2], depth + 1);
        return (bounds){fmin(fmax(x.lo, lo.lo), hi.lo), fmin(fmax(x.hi, lo.hi), hi.hi)};
    }
    if (n->op == OP_where || n->op == OP_concat) {
        int first = n->op == OP_where;
        bounds all = range_of(e, n->args[first], depth + 1);
        for (int k = first + 1; k < n->nargs; k++) {
            bounds b = range_of(e, n->args[k], depth + 1);
            all = (bounds){fmin(all.lo, b.lo), fmax(all.hi, b.hi)};
        }
        return all;
    }
    if (n->nargs == 2) { return of_two(n->op, range_of(e, n->args[0], depth + 1), range_of(e, n->args[1], depth + 1)); }
    return n->nargs == 1 ? of_one(n->op, range_of(e, n->args[0], depth + 1)) : UNKNOWN;
}

bool value_range(const elab *e, const node *n, double *lo, double *hi) {
    bounds b = range_of(e, n, 0);
    *lo = b.lo;
    *hi = b.hi;
    return isfinite(b.lo) && isfinite(b.hi);
}
