/* simplify_arith.c: identities of point-wise operators. Rules in which an argument must be a number take a constant
 * with one value everywhere; fit() broadcasts what remains when that constant was the wider one. */
#include <math.h>

#include "opt/simplify.h"

static bool number(const node *n, double *v) {
    return is_splat(n, v);
}

static bool is_number(const node *n, double want) {
    double v;
    return is_splat(n, &v) && v == want;
}

static node *inner(const node *n) {
    return n->args[0];
}

/* Two factors may become one if that is still a good number in float, or no worse than they were: x*1e-20*1e-20 may be
 * finite for a large x while 1e-40 is not a normal float. */
static bool mergeable(double c, double k) {
    double p = fabs(c * k), lo = fmin(fabs(c), fabs(k)), hi = fmax(fabs(c), fabs(k));
    if (!isfinite(p)) return false;
    if (p == 0.0) return c == 0.0 || k == 0.0;
    return p >= fmin(1e-30, lo) && p <= fmax(1e30, hi);
}

/* A factor that may be taken after a product instead of before: its size hardly changes what overflows. */
static bool moderate(double c) {
    return fabs(c) >= 1e-4 && fabs(c) <= 1e4;
}

/* For commutative operators: constants second, otherwise in order of making, so that a + b and b + a are one node. */
static bool swapped(const node *a, const node *b) {
    if (is_constant(a) != is_constant(b)) return is_constant(a);
    return a->id > b->id;
}

/* ---- sums -------------------------------------------------------------------------------------------------------- */
static node *simplify_add(const site *s) {
    node *a = s->args[0], *b = s->args[1];
    if (is_zero(a)) return fit(s, b);
    if (is_zero(b)) return fit(s, a);
    if (b->op == OP_neg) return make2(s, OP_sub, a, inner(b));
    if (a->op == OP_neg) return make2(s, OP_sub, b, inner(a));
    if (a == b && a->type.dt != T_INT) return make2(s, OP_mul, a, make_scalar(s, 2.0)); /* a factor may meet others */
    return swapped(a, b) ? make2(s, OP_add, b, a) : NULL;
}

static node *simplify_sub(const site *s) {
    node *a = s->args[0], *b = s->args[1];
    if (is_zero(b)) return fit(s, a);
    if (is_zero(a)) return make1(s, OP_neg, fit(s, b));
    if (b->op == OP_neg) return make2(s, OP_add, a, inner(b));
    return NULL;
}

static node *simplify_neg(const site *s) {
    node *a = s->args[0];
    if (a->op == OP_neg) return inner(a);
    if (a->op == OP_sub) return make2(s, OP_sub, a->args[1], a->args[0]);
    return NULL;
}

/* ---- products ---------------------------------------------------------------------------------------------------- */
/* where(c, k, 0) * y is where(c, k*y, 0): no product where nothing is chosen. */
static node *product_with_choice(const site *s, node *w, node *y) {
    if (w->op != OP_where || !is_constant(w->args[1]) || !is_zero(w->args[2]) || w->type.dt == T_INT) return NULL;
    node *kept = is_number(w->args[1], 1.0) ? y : make2(s, OP_mul, w->args[1], y);
    return fit(s, make3(s, OP_where, w->args[0], kept, make_scalar(s, 0.0)));
}

/* where(c, j, k) of two numbers, times a number: still a choice of two. NULL for anything else. */
static node *scaled_choice(const site *s, const node *w, const node *number_node) {
    double a, b, c;
    if (w->op != OP_where || w->type.dt != T_REAL || !number(number_node, &c)) return NULL;
    if (!number(w->args[1], &a) || !number(w->args[2], &b) || !mergeable(a, c) || !mergeable(b, c)) return NULL;
    node *x = make_scalar(s, a * c), *y = make_scalar(s, b * c);
    return make3(s, OP_where, w->args[0], x, y);
}

static bool real_cast(const node *n) {
    return n->op == OP_complex && is_zero(n->args[1]);
}

/* x*c and (x*y)*c, where x or y is a number, a table or a choice of numbers: they become one. */
static node *scaled_table(const site *s, node *a, node *b) {
    double c, k;
    node *w = scaled_choice(s, a, b);
    if (w) return w;
    if (a->op != OP_mul) return NULL;
    if (number(b, &c) && number(a->args[1], &k) && mergeable(c, k))
        return make2(s, OP_mul, a->args[0], graph_fill(s->g, b->type, c * k, s->old->from));
    if (is_constant(b) && is_constant(a->args[1]) && !number(a->args[1], &k)) /* left to fold */
        return make2(s, OP_mul, a->args[0], make2(s, OP_mul, a->args[1], b));
    for (int i = 0; i < 2; i++)
        if ((w = scaled_choice(s, a->args[i], b)) != NULL) return make2(s, OP_mul, a->args[1 - i], w);
    return NULL;
}

static node *simplify_mul(const site *s) {
    node *a = s->args[0], *b = s->args[1];
    double c;
    node *n;
    if (is_zero(a) || is_zero(b)) return zero_like(s);
    if (swapped(a, b)) return make2(s, OP_mul, b, a);
    if (a->op == OP_neg && b->op == OP_neg) return make2(s, OP_mul, inner(a), inner(b));
    if (a->op == OP_neg) return make1(s, OP_neg, make2(s, OP_mul, inner(a), b));
    if (b->op == OP_neg) return make1(s, OP_neg, make2(s, OP_mul, a, inner(b)));
    if (number(b, &c)) {
        if (c == 1.0) return fit(s, a);
        if (c == -1.0) return make1(s, OP_neg, fit(s, a));
        if ((n = scaled_table(s, a, b)) != NULL) return n;
    } else {
        if (is_constant(b) && (n = scaled_table(s, a, b)) != NULL) return n;
        /* (x*c)*y = (x*y)*c: numbers meet at the outside, or in a table */
        if (a->op == OP_mul && number(a->args[1], &c) && moderate(c) && !is_constant(a->args[0]))
            return make2(s, OP_mul, make2(s, OP_mul, a->args[0], b), a->args[1]);
        if (b->op == OP_mul && number(b->args[1], &c) && moderate(c) && !is_constant(b->args[0]))
            return make2(s, OP_mul, make2(s, OP_mul, a, b->args[0]), b->args[1]);
    }
    if (real_cast(a) && (real_cast(b) || b->type.dt == T_REAL))
        return g_to_complex(s->g, make2(s, OP_mul, inner(a), real_cast(b) ? inner(b) : b), s->old->from);
    if (real_cast(b) && a->type.dt == T_REAL) return g_to_complex(s->g, make2(s, OP_mul, a, inner(b)), s->old->from);
    if (real_cast(a) && b->type.dt == T_COMPLEX) return make2(s, OP_mul, inner(a), b);
    if (real_cast(b) && a->type.dt == T_COMPLEX) return make2(s, OP_mul, a, inner(b));
    if (a == b && a->type.dt != T_INT) return make1(s, OP_square, a);
    n = product_with_choice(s, a, b);
    return n ? n : product_with_choice(s, b, a);
}

/* Numbers that are known here and finite in float too. */
static bool surely_finite(const node *d) {
    if (d->op == OP_where) return surely_finite(d->args[1]) && surely_finite(d->args[2]);
    if (op_info(d->op)->kind == K_VIEW && d->nargs == 1) return surely_finite(d->args[0]);
    if (!is_constant(d)) return false;
    size_t count = konst_numbers(d);
    for (size_t k = 0; k < count; k++)
        if (!(fabs(d->konst->value[k]) <= 3e38)) return false;
    return true;
}

/* mulz differs from mul only when d is not finite. */
static node *simplify_mulz(const site *s) {
    node *d = s->args[0], *t = s->args[1];
    double c;
    if (is_zero(d) || is_zero(t)) return zero_like(s);
    if (surely_finite(d)) return make2(s, OP_mul, d, t);
    if (number(t, &c)) return make2(s, OP_mul, d, t);
    if (d->op == OP_where && is_constant(d->args[1]) && is_zero(d->args[2])) return make2(s, OP_mul, d, t);
    return NULL;
}

static node *simplify_div(const site *s) {
    node *a = s->args[0], *b = s->args[1];
    double c;
    int exponent;
    if (is_zero(a)) return zero_like(s);
    if (a->op == OP_neg) return make1(s, OP_neg, make2(s, OP_div, inner(a), b));
    if (!number(b, &c)) {
        if (is_number(a, 1.0)) return make1(s, OP_recip, fit(s, b));
        if (real_cast(b) && a->type.dt == T_COMPLEX) return make2(s, OP_div, a, inner(b));
        return NULL;
    }
    if (c == 1.0) return fit(s, a);
    /* Multiplying is much cheaper and, by a power of two, exact. For whole arrays one more rounding is worth it. */
    bool exact = frexp(c, &exponent) == 0.5;
    bool normal = fabs(c) >= 1e-37 && fabs(c) <= 1e37; /* and so is 1/c, in float too */
    if (normal && (exact || type_count(&s->old->type) > 16))
        return make2(s, OP_mul, a, graph_fill(s->g, b->type, 1.0 / c, s->old->from));
    return NULL;
}

/* x^n by squaring. */
static node *whole_power(const site *s, node *x, int n) {
    node *out = NULL;
    for (; n > 0; n >>= 1) {
        if (n & 1) out = out ? make2(s, OP_mul, out, x) : x;
        if (n > 1) x = make1(s, OP_square, x);
    }
    return out;
}

static node *simplify_pow(const site *s) {
    node *x = s->args[0];
    double c;
    if (!number(s->args[1], &c)) return NULL;
    if (c == 0.0) return graph_fill(s->g, s->old->type, 1.0, s->old->from);
    if (c == 0.5) return make1(s, OP_sqrt, fit(s, x));
    if (c != floor(c) || fabs(c) > 16) return NULL;
    node *p = whole_power(s, x, (int)fabs(c));
    return c < 0 ? make1(s, OP_recip, fit(s, p)) : fit(s, p);
}

static node *simplify_square(const site *s) {
    node *x = s->args[0];
    if (x->op == OP_neg) return make1(s, OP_square, inner(x));
    if (x->op == OP_abs && inner(x)->type.dt == T_REAL) return make1(s, OP_square, inner(x));
    if (x->op == OP_abs) return make1(s, OP_abs2, inner(x));
    return NULL;
}

/* ---- magnitude, complex parts ------------------------------------------------------------------------------------ */
static node *simplify_magnitude(const site *s) {
    node *x = s->args[0];
    if (x->op == OP_neg || x->op == OP_conj) return make1(s, s->old->op, inner(x));
    if (real_cast(x)) return make1(s, s->old->op, inner(x));
    if (x->op == OP_abs) return s->old->op == OP_abs ? x : make1(s, OP_abs2, inner(x));
    if (x->op == OP_expj) return graph_fill(s->g, s->old->type, 1.0, s->old->from);
    if (s->old->op == OP_abs2 && x->type.dt == T_REAL) return make1(s, OP_square, x);
    if (s->old->op == OP_abs && x->op == OP_square && x->type.dt == T_REAL) return x;
    return NULL;
}

/* re and im of a product with a real factor take the factor out. */
static node *part_of_product(const site *s, node *x) {
    node *a = x->args[0], *b = x->args[1];
    if (a->type.dt == T_REAL) return make2(s, OP_mul, a, make1(s, s->old->op, b));
    if (b->type.dt == T_REAL) return make2(s, OP_mul, make1(s, s->old->op, a), b);
    return NULL;
}

static node *simplify_re(const site *s) {
    node *x = s->args[0];
    if (x->type.dt == T_REAL) return x;
    if (x->op == OP_complex) return fit(s, x->args[0]);
    if (x->op == OP_conj) return make1(s, OP_re, inner(x));
    if (x->op == OP_neg) return make1(s, OP_neg, make1(s, OP_re, inner(x)));
    return x->op == OP_mul ? part_of_product(s, x) : NULL;
}

static node *simplify_im(const site *s) {
    node *x = s->args[0];
    if (x->type.dt == T_REAL) return zero_like(s);
    if (x->op == OP_complex) return fit(s, x->args[1]);
    if (x->op == OP_conj || x->op == OP_neg) return make1(s, OP_neg, make1(s, OP_im, inner(x)));
    return x->op == OP_mul ? part_of_product(s, x) : NULL;
}

static node *simplify_conj(const site *s) {
    node *x = s->args[0];
    if (x->type.dt == T_REAL) return x;
    if (x->op == OP_conj) return inner(x);
    if (real_cast(x)) return x;
    if (x->op == OP_complex) return make2(s, OP_complex, x->args[0], make1(s, OP_neg, x->args[1]));
    if (x->op == OP_mul && x->args[0]->type.dt == T_REAL)
        return make2(s, OP_mul, x->args[0], make1(s, OP_conj, x->args[1]));
    if (x->op == OP_mul && x->args[1]->type.dt == T_REAL)
        return make2(s, OP_mul, make1(s, OP_conj, x->args[0]), x->args[1]);
    return NULL;
}

static node *simplify_complex(const site *s) {
    node *a = s->args[0], *b = s->args[1];
    if (a->op == OP_re && b->op == OP_im && inner(a) == inner(b) && inner(a)->type.dt == T_COMPLEX)
        return fit(s, inner(a));
    return NULL;
}

/* ---- selection --------------------------------------------------------------------------------------------------- */
static node *simplify_where(const site *s) {
    node *c = s->args[0], *a = s->args[1], *b = s->args[2];
    double v;
    if (number(c, &v)) return fit(s, v != 0.0 ? a : b);
    if (a == b) return fit(s, a);
    if (c->op == OP_not) return make3(s, OP_where, inner(c), b, a);
    if (a->op == OP_where && a->args[0] == c) return make3(s, OP_where, c, a->args[1], b);
    if (b->op == OP_where && b->args[0] == c) return make3(s, OP_where, c, a, b->args[2]);
    /* where(c, x*k, 0) = where(c, x, 0)*k: numbers meet outside */
    for (int k = 1; k <= 2; k++) {
        const node *m = s->args[k];
        if (m->op == OP_mul && number(m->args[1], &v) && isfinite(v) && is_zero(s->args[3 - k]))
            return make2(s, OP_mul, make3(s, OP_where, c, k == 1 ? m->args[0] : a, k == 1 ? b : m->args[0]),
                         m->args[1]);
    }
    return NULL;
}

static node *simplify_logic(const site *s) {
    node *a = s->args[0], *b = s->args[1];
    bool both = s->old->op == OP_and;
    double v;
    for (int k = 0; k < 2; k++) {
        if (!number(k ? b : a, &v)) continue;
        if ((v != 0.0) != both) return graph_fill(s->g, s->old->type, both ? 0.0 : 1.0, s->old->from);
    }
    return NULL;
}

node *simplify_arithmetic(const site *s) {
    switch (s->old->op) {
    case OP_add: return simplify_add(s);
    case OP_sub: return simplify_sub(s);
    case OP_neg: return simplify_neg(s);
    case OP_mul: return simplify_mul(s);
    case OP_mulz: return simplify_mulz(s);
    case OP_div: return simplify_div(s);
    case OP_pow: return simplify_pow(s);
    case OP_square: return simplify_square(s);
    case OP_abs:
    case OP_abs2: return simplify_magnitude(s);
    case OP_re: return simplify_re(s);
    case OP_im: return simplify_im(s);
    case OP_conj: return simplify_conj(s);
    case OP_complex: return simplify_complex(s);
    case OP_where: return simplify_where(s);
    case OP_and:
    case OP_or: return simplify_logic(s);
    default: return NULL;
    }
}
