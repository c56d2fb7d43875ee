/* simplify_sign.c: tests that cannot fail. A rule such as that of sqrt asks whether its argument is 0; behind a
 * square plus an eps, or a maximum with a floor, the answer is known. A NaN, for which every test fails, is taken for
 * a number: it stays a NaN instead of choosing a branch. */
#include "opt/simplify.h"

enum { DEPTH = 6 }; /* how far back a value is followed */

static const double SMALLEST = 1e-37; /* still a normal number in float */

static bool above(const node *n, bool strictly, int depth);

static bool all_above(const node *n, bool strictly, int depth) {
    for (int k = 0; k < n->nargs; k++)
        if (!above(n->args[k], strictly, depth)) return false;
    return n->nargs > 0;
}

static bool constant_above(const node *n, bool strictly) {
    if (n->type.dt == T_COMPLEX) return false;
    int64_t count = n->konst->splat ? 1 : type_count(&n->type);
    if (count > 4096) return false;
    for (int64_t k = 0; k < count; k++)
        if (!(n->konst->value[k] >= (strictly ? SMALLEST : 0.0))) return false;
    return true;
}

/* n > 0 everywhere (strictly), or n >= 0, also after rounding to float. */
static bool above(const node *n, bool strictly, int depth) {
    if (n->type.dt == T_COMPLEX || depth == 0) return false;
    switch (n->op) {
    case OP_constant: return constant_above(n, strictly);
    case OP_iota:
    case OP_abs2:
    case OP_exp:
    case OP_sigmoid:
    case OP_softplus:
    case OP_relu:
    case OP_hypot: return !strictly;
    case OP_square: return !strictly; /* may underflow */
    case OP_cosh: return true;
    case OP_abs: return !strictly || (n->args[0]->type.dt == T_REAL && above(n->args[0], true, depth - 1));
    case OP_sqrt: return !strictly || above(n->args[0], true, depth - 1);
    case OP_add:
        if (!all_above(n, false, depth - 1)) return false;
        return !strictly || above(n->args[0], true, depth - 1) || above(n->args[1], true, depth - 1);
    case OP_maximum: return above(n->args[0], strictly, depth - 1) || above(n->args[1], strictly, depth - 1);
    case OP_minimum: return all_above(n, strictly, depth - 1);
    case OP_clip: return above(n->args[1], strictly, depth - 1) && above(n->args[2], strictly, depth - 1);
    case OP_where: return above(n->args[1], strictly, depth - 1) && above(n->args[2], strictly, depth - 1);
    case OP_mul:
    case OP_div: return !strictly && all_above(n, false, depth - 1);
    case OP_to_real:
    case OP_sum:
    case OP_reduce_max:
    case OP_reduce_min:
    case OP_reshape:
    case OP_permute:
    case OP_broadcast:
    case OP_slice:
    case OP_frame:
    case OP_concat: return all_above(n, strictly, depth - 1);
    case OP_embed: return !strictly && above(n->args[0], false, depth - 1);
    default: return false;
    }
}

static node *truth(const site *s, bool value) {
    return graph_fill(s->g, s->old->type, value ? 1.0 : 0.0, s->old->from);
}

/* c < x and the like, for a number c not above 0 and an x above it. */
static node *simplify_comparison(const site *s) {
    node *a = s->args[0], *b = s->args[1];
    double c;
    bool lt = s->old->op == OP_lt;
    if (is_splat(a, &c) && c <= 0.0 && above(b, lt && c == 0.0, DEPTH)) return truth(s, true);
    if (is_splat(b, &c) && c <= 0.0 && above(a, !lt && c == 0.0, DEPTH)) return truth(s, false);
    return NULL;
}

/* x = 0 for an x above it. */
static node *simplify_equality(const site *s) {
    double c;
    for (int k = 0; k < 2; k++)
        if (is_splat(s->args[k], &c) && c <= 0.0 && above(s->args[1 - k], c == 0.0, DEPTH))
            return truth(s, s->old->op == OP_ne);
    return NULL;
}

node *simplify_sign(const site *s) {
    node *x = s->old->nargs > 0 ? s->args[0] : NULL;
    double c;
    switch (s->old->op) {
    case OP_lt:
    case OP_le: return simplify_comparison(s);
    case OP_eq:
    case OP_ne: return simplify_equality(s);
    case OP_abs: return x->type.dt == T_REAL && above(x, false, DEPTH) ? x : NULL;
    case OP_relu: return above(x, false, DEPTH) ? x : NULL;
    case OP_sign:
    case OP_unit:
        return x->type.dt == T_REAL && above(x, true, DEPTH) ? graph_fill(s->g, s->old->type, 1.0, s->old->from) : NULL;
    case OP_maximum: return is_splat(s->args[1], &c) && c <= 0.0 && above(x, false, DEPTH) ? fit(s, x) : NULL;
    default: return NULL;
    }
}
