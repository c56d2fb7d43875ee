/* operator.c: + - * / ^ @ ' and comparisons, on values, on literals with units, on words. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

static sval compare_words(elab *e, const expr *x) {
    const expr *a = x->args[0].value, *b = x->args[1].value;
    sval va = NONE, vb = NONE;
    const expr *first = a->kind == E_NAME && !lookup_name(e, a->text, &va) ? b : a;
    const expr *second = first == a ? b : a;
    va = eval_expr(e, first);
    if (va.kind == V_OPTION) {
        const char *word = NULL;
        if (second->kind == E_STRING || (second->kind == E_NAME && !lookup_name(e, second->text, &vb))) {
            word = second->text;
        } else {
            vb = eval_expr(e, second);
            word = vb.kind == V_OPTION ? vb.text : NULL;
        }
        bool equal = word && strcmp(word, va.text) == 0;
        return val_node(int_node(e, equal == (x->op == OP_EQ), origin_at(e, x->at)));
    }
    if (va.kind == V_NONE) { return NONE; }
    vb = eval_expr(e, second);
    node *na = need_node(e, va, first->at), *nb = vb.kind == V_NONE ? NULL : need_node(e, vb, second->at);
    return na && nb ? val_node(apply2(e, x->op == OP_EQ ? OP_eq : OP_ne, na, nb, x->at)) : NONE;
}

static unit unit_power(unit u, int k) {
    return (unit){
        .time = (signed char)(u.time * k), .length = (signed char)(u.length * k), .angle = (signed char)(u.angle * k)};
}

static unit unit_product(unit a, unit b, int sign) {
    unit u = {0};
    u.time = (signed char)(a.time + sign * b.time);
    u.length = (signed char)(a.length + sign * b.length);
    u.angle = (signed char)(a.angle + sign * b.angle);
    return u;
}

/* Units are kept through arithmetic on literals, and forgotten as soon as a value without one takes part. */
static bool combine_units(elab *e, const expr *x, const sval *a, const sval *b, sval *out) {
    out->literal = a->literal && b->literal;
    if (!a->literal || !b->literal) { return true; }
    switch (x->op) {
    case OP_MUL: out->unit = unit_product(a->unit, b->unit, 1); return true;
    case OP_DIV: out->unit = unit_product(a->unit, b->unit, -1); return true;
    case OP_ADD:
    case OP_SUB:
        if (!same_unit(a->unit, b->unit)) {
            report_from(e->d, DIAG_units_added, origin_at(e, x->at), x->op == OP_ADD ? "add" : "subtract",
                        unit_kind(e->a, a->unit), unit_kind(e->a, b->unit));
            return false;
        }
        out->unit = a->unit;
        return true;
    case OP_POW: {
        int64_t k;
        if (static_int(e, b, &k) && k >= -8 && k <= 8) { out->unit = unit_power(a->unit, (int)k); }
        return true;
    }
    default: return true;
    }
}

static node *power(elab *e, node *a, node *b, loc at) {
    double k;
    if (!is_splat(b, &k) || b->type.rank != 0) { return apply2(e, OP_pow, a, b, at); }
    if (a->type.dt == T_INT && a->type.rank == 0 && b->type.dt == T_INT && a->op == OP_constant && k >= 0) {
        return int_node(e, (int64_t)nearbyint(pow(a->konst->value[0], k)), origin_at(e, at));
    }
    if (k == 1.0) { return a; }
    if (k == 2.0) { return apply1(e, OP_square, a, at); }
    if (k == 0.5) { return apply1(e, OP_sqrt, a, at); }
    if (k == -1.0) { return apply1(e, OP_recip, a, at); }
    if (k == 3.0 || k == 4.0) {
        node *sq = apply1(e, OP_square, a, at);
        return k == 3.0 ? apply2(e, OP_mul, sq, a, at) : apply1(e, OP_square, sq, at);
    }
    return apply2(e, OP_pow, a, b, at);
}

static node *divide(elab *e, node *a, node *b, loc at) {
    double p, q;
    if (a->type.dt == T_INT && b->type.dt == T_INT && a->type.rank == 0 && b->type.rank == 0 && is_splat(a, &p) &&
        is_splat(b, &q) && q != 0 && fmod(p, q) == 0) {
        return int_node(e, (int64_t)(p / q), origin_at(e, at));
    }
    return apply2(e, OP_div, as_real(e, a), as_real(e, b), at);
}

/* A matrix that is the transpose of another is taken as that one, with the kernel's flag: no copy, forward or back. */
static node *untranspose(node *a, int *flag) {
    int r = a->type.rank;
    if (a->op != OP_permute || r < 2 || a->type.dt == T_COMPLEX || *flag) { return a; }
    const int64_t *p = a->attrs[0].v;
    for (int i = 0; i < r - 2; i++) {
        if (p[i] != i) { return a; }
    }
    if (p[r - 1] != r - 2 || p[r - 2] != r - 1) { return a; }
    *flag = 1;
    return a->args[0];
}

/* a @ b for every pairing of vectors and matrices; `'` on either side becomes a flag of the kernel, not a copy. */
static node *matrix_product(elab *e, node *a, node *b, int ta, int tb, loc at) {
    const origin *from = origin_at(e, at);
    int ra = a->type.rank, rb = b->type.rank;
    if (ra == 0 || rb == 0) {
        report_from(e->d, DIAG_shape_mismatch, from, "@",
                    "a matrix product needs vectors or matrices, found a scalar; use *");
        return NULL;
    }
    if (ra == 1 && rb == 1 && !same_shape(&a->type, &b->type)) {
        report_from(e->d, DIAG_shape_mismatch, from, "@",
                    "two vectors of one length make a number; these differ in length");
        return NULL;
    }
    if (ra == 1 && rb == 1) {
        node *p = apply2(e, OP_mul, a, b, at);
        int64_t axis = 0;
        return p ? g_sum_axes(e->g, p, &axis, 1, false, from) : NULL;
    }
    int64_t shape[MAX_RANK];
    if (ra == 1) { /* a row */
        shape[0] = 1;
        shape[1] = a->type.shape[0];
        a = g_reshape(e->g, a, 2, shape, from);
    }
    if (rb == 1) { /* a column */
        shape[0] = b->type.shape[0];
        shape[1] = 1;
        b = g_reshape(e->g, b, 2, shape, from);
    }
    a = untranspose(a, &ta);
    b = untranspose(b, &tb);
    attr flags[2] = {attr_of_int(e->a, ta), attr_of_int(e->a, tb)};
    node *args[2] = {a, b};
    node *y = apply_op(e, OP_matmul_, args, 2, flags, 2, at);
    if (!y || (ra > 1 && rb > 1)) { return y; }
    int drop = rb == 1 ? y->type.rank - 1 : y->type.rank - 2;
    int n = 0;
    for (int i = 0; i < y->type.rank; i++) {
        if (i != drop) { shape[n++] = y->type.shape[i]; }
    }
    return g_reshape(e->g, y, n, shape, from);
}

node *binary(elab *e, expr_op op, node *a, node *b, loc at) {
    bool ints = a->type.dt == T_INT && b->type.dt == T_INT;
    switch (op) {
    case OP_ADD: return apply2(e, OP_add, a, b, at);
    case OP_SUB: return apply2(e, OP_sub, a, b, at);
    case OP_MUL: return apply2(e, OP_mul, a, b, at);
    case OP_DIV: return divide(e, a, b, at);
    case OP_FLOORDIV: return apply2(e, ints ? OP_idiv : OP_floordiv, a, b, at);
    case OP_MOD: return apply2(e, ints ? OP_imod : OP_mod, a, b, at);
    case OP_POW: return power(e, a, b, at);
    case OP_LT: return apply2(e, OP_lt, a, b, at);
    case OP_LE: return apply2(e, OP_le, a, b, at);
    case OP_GT: return apply2(e, OP_lt, b, a, at);
    case OP_GE: return apply2(e, OP_le, b, a, at);
    case OP_EQ: return apply2(e, OP_eq, a, b, at);
    case OP_NE: return apply2(e, OP_ne, a, b, at);
    case OP_AND: return apply2(e, OP_and, a, b, at);
    case OP_OR: return apply2(e, OP_or, a, b, at);
    case OP_MATMUL: return matrix_product(e, a, b, 0, 0, at);
    case OP_NOT:
    case OP_NEG:
    case OP_CTRANSPOSE: break;
    }
    return NULL;
}

static node *ctranspose(elab *e, node *a, loc at) {
    if (a->type.dt == T_COMPLEX) { a = apply1(e, OP_conj, a, at); }
    if (!a || a->type.rank < 2) { return a; }
    int64_t perm[MAX_RANK];
    int r = a->type.rank;
    for (int i = 0; i < r; i++) { perm[i] = i; }
    perm[r - 1] = r - 2;
    perm[r - 2] = r - 1;
    attr p = attr_of_ints(e->a, perm, r);
    return apply_op(e, OP_permute, &a, 1, &p, 1, at);
}

static bool is_ctranspose(const expr *x) {
    return x->kind == E_UNARY && x->op == OP_CTRANSPOSE;
}

static sval matmul_value(elab *e, const expr *x) {
    const expr *xa = x->args[0].value, *xb = x->args[1].value;
    sval va = eval_expr(e, is_ctranspose(xa) ? xa->args[0].value : xa);
    sval vb = eval_expr(e, is_ctranspose(xb) ? xb->args[0].value : xb);
    node *a = need_node(e, va, xa->at), *b = need_node(e, vb, xb->at);
    if (!a || !b) { return NONE; }
    int ta = is_ctranspose(xa) && a->type.rank >= 2, tb = is_ctranspose(xb) && b->type.rank >= 2;
    if (is_ctranspose(xa) && !ta) { a = ctranspose(e, a, xa->at); }
    if (is_ctranspose(xb) && !tb) { b = ctranspose(e, b, xb->at); }
    return a && b ? val_node(matrix_product(e, a, b, ta, tb, x->at)) : NONE;
}

sval binary_value(elab *e, const expr *x) {
    if (x->op == OP_EQ || x->op == OP_NE) { return compare_words(e, x); }
    if (x->op == OP_MATMUL) { return matmul_value(e, x); }
    sval a = eval_expr(e, x->args[0].value), b = NONE;
    int64_t known;
    if ((x->op == OP_AND || x->op == OP_OR) && static_int(e, &a, &known) && (known != 0) == (x->op == OP_OR)) {
        return val_node(
            int_node(e, known != 0, origin_at(e, x->at))); /* decided: the other side may not even make sense */
    }
    b = eval_expr(e, x->args[1].value);
    node *na = a.kind == V_NONE ? NULL : need_node(e, a, x->args[0].value->at);
    node *nb = b.kind == V_NONE ? NULL : need_node(e, b, x->args[1].value->at);
    sval out = {.kind = V_NODE};
    if (loop_learns_types(e) && (x->op == OP_ADD || x->op == OP_SUB) && !na != !nb) { return na ? a : b; }
    if (!na || !nb || !combine_units(e, x, &a, &b, &out)) { return NONE; }
    out.node = binary(e, x->op, na, nb, x->at);
    return out.node ? out : NONE;
}

sval unary_value(elab *e, const expr *x) {
    sval v = eval_expr(e, x->args[0].value);
    node *a = v.kind == V_NONE ? NULL : need_node(e, v, x->args[0].value->at);
    if (!a) { return NONE; }
    switch (x->op) {
    case OP_NEG:
        v.node = apply1(e, OP_neg, a, x->at);
        v.kind = V_NODE;
        return v.node ? v : NONE;
    case OP_NOT: return val_node(apply1(e, OP_not, a, x->at));
    case OP_CTRANSPOSE: return val_node(ctranspose(e, a, x->at));
    default: return NONE;
    }
}
