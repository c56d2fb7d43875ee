/* expr.c: expressions to values. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

enum { MAX_DEPTH = 200 }; /* of nested expressions and expansions together */

static sval number_value(elab *e, const expr *x)
{
    const origin *from = origin_at(e, x->at);
    sval v;
    if (x->imaginary) {
        double z[2] = {0.0, x->number};
        v = val_node(graph_constant(e->g, type_scalar(T_COMPLEX), z, true, from));
    } else if (x->is_int && fabs(x->number) < 2147483648.0) {
        v = val_node(int_node(e, (int64_t)x->number, from));
    } else {
        v = val_node(graph_scalar(e->g, x->number, from));
    }
    v.unit = x->unit;
    v.literal = true;
    return v;
}

static sval name_value(elab *e, const expr *x)
{
    sval v;
    if (lookup_name(e, x->text, &v) || resolve_global(e, x->text, &v)) {
        return v;
    }
    if (strcmp(x->text, "pi") == 0) {
        return val_node(graph_scalar(e->g, 3.14159265358979323846, origin_at(e, x->at)));
    }
    if (strcmp(x->text, "inf") == 0) {
        return val_node(graph_scalar(e->g, INFINITY, origin_at(e, x->at)));
    }
    report_from(e->d, DIAG_unknown_name, origin_at(e, x->at), x->text);
    const char *near = suggest_name(e, x->text, false);
    if (near) {
        report_help(e->d, "did you mean '%s'?", near);
    } else if (suggest_name(e, x->text, true) && strcmp(suggest_name(e, x->text, true), x->text) == 0) {
        report_help(e->d, "'%s' is a function: call it as %s(...), or pipe into it with ->", x->text, x->text);
    }
    return NONE;
}

node *need_node(elab *e, sval v, loc at)
{
    switch (v.kind) {
    case V_NODE:
        return v.node;
    case V_INTS:
        if (v.count > 0) {
            double *d = NEW_ARRAY(e->a, double, v.count);
            int64_t shape = v.count;
            for (int i = 0; i < v.count; i++) {
                d[i] = (double)v.ints[i];
            }
            return graph_constant(e->g, type_make(T_INT, 1, &shape), d, false, origin_at(e, at));
        }
        report_from(e->d, DIAG_empty_array, origin_at(e, at));
        return NULL;
    case V_OPTION:
        report_from(e->d, DIAG_not_array, origin_at(e, at), arena_printf(e->a, "the word '%s'", v.text));
        return NULL;
    case V_STRING:
        report_from(e->d, DIAG_not_array, origin_at(e, at), arena_printf(e->a, "the text \"%s\"", v.text));
        return NULL;
    case V_TUPLE:
        report_from(e->d, DIAG_not_array, origin_at(e, at), arena_printf(e->a, "%d results", v.count));
        report_help(e->d, "name each of them: a, b = ...");
        return NULL;
    case V_SIGNAL:
        report_from(e->d, DIAG_not_array, origin_at(e, at), "a signal that the loop is still making");
        report_help(e->d, "inside the loop read it by index, as in y[n-1]");
        return NULL;
    case V_NONE:
        break;
    }
    return NULL;
}

bool eval_static_int(elab *e, const expr *x, const char *what, int64_t *out)
{
    sval v = eval_expr(e, x);
    if (v.kind == V_NONE) {
        return false;
    }
    if (static_int(e, &v, out) && is_plain_unit(v.unit)) {
        return true;
    }
    double d;
    if (static_number(e, &v, &d)) {
        report_from(e->d, DIAG_not_whole, origin_at(e, x->at), what);
        report_found(e->d, "%g%s%s", d, is_plain_unit(v.unit) ? "" : ", ", is_plain_unit(v.unit) ? "" : unit_kind(e->a, v.unit));
    } else {
        report_from(e->d, DIAG_not_static, origin_at(e, x->at), what);
    }
    return false;
}

/* ---- arrays written out ------------------------------------------------------------------------------------------------ */
static node *stack_items(elab *e, node **items, int n, loc at)
{
    type t = items[0]->type;
    bool known = true;
    for (int i = 0; i < n; i++) {
        if (!same_shape(&items[i]->type, &t)) {
            report_from(e->d, DIAG_array_items, origin_at(e, at), i, type_text(e->a, &items[i]->type), type_text(e->a, &t));
            return NULL;
        }
        known &= items[i]->op == OP_constant;
    }
    if (t.rank == MAX_RANK) {
        report_from(e->d, DIAG_rank_limit, origin_at(e, at), MAX_RANK + 1, MAX_RANK);
        return NULL;
    }
    dtype dt = T_INT;
    for (int i = 0; i < n; i++) {
        dt = items[i]->type.dt == T_COMPLEX || dt == T_COMPLEX ? T_COMPLEX : items[i]->type.dt == T_REAL ? T_REAL : dt;
    }
    int64_t shape[MAX_RANK] = {n};
    memcpy(shape + 1, t.shape, sizeof(int64_t) * (size_t)t.rank);
    if (!known) {
        int64_t one[MAX_RANK] = {1};
        memcpy(one + 1, t.shape, sizeof(int64_t) * (size_t)t.rank);
        for (int i = 0; i < n; i++) {
            items[i] = g_reshape(e->g, items[i], t.rank + 1, one, origin_at(e, at));
        }
        attr axis = attr_of_int(e->a, 0);
        return n == 1 ? items[0] : apply_op(e, OP_concat, items, n, &axis, 1, at);
    }
    int64_t w = dt == T_COMPLEX ? 2 : 1, each = type_count(&t);
    double *v = NEW_ARRAY(e->a, double, n * each * w);
    for (int i = 0; i < n; i++) {
        int64_t iw = items[i]->type.dt == T_COMPLEX ? 2 : 1;
        const constant *k = items[i]->konst;
        for (int64_t j = 0; j < each; j++) {
            for (int64_t c = 0; c < iw; c++) {
                v[(i * each + j) * w + c] = k->value[k->splat ? c : j * iw + c];
            }
        }
    }
    return graph_constant(e->g, type_make(dt, t.rank + 1, shape), v, false, origin_at(e, at));
}

static sval array_value(elab *e, const expr *x)
{
    if (x->nargs == 0) {
        return val_ints(e, NULL, 0);
    }
    node **items = NEW_ARRAY(e->a, node *, x->nargs);
    bool literal = true, ok = true;
    unit u = {0};
    for (int i = 0; i < x->nargs; i++) {
        sval v = eval_expr(e, x->args[i].value);
        items[i] = v.kind == V_NONE ? NULL : need_node(e, v, x->args[i].value->at);
        ok &= items[i] != NULL;
        literal &= v.literal;
        u = v.unit;
    }
    if (!ok) {
        return NONE;
    }
    sval out = val_node(stack_items(e, items, x->nargs, x->at));
    out.literal = literal;
    out.unit = u;
    return out;
}

/* ---- operators --------------------------------------------------------------------------------------------------------- */

static sval compare_words(elab *e, const expr *x)
{
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
    if (va.kind == V_NONE) {
        return NONE;
    }
    vb = eval_expr(e, second);
    node *na = need_node(e, va, first->at), *nb = vb.kind == V_NONE ? NULL : need_node(e, vb, second->at);
    return na && nb ? val_node(apply2(e, x->op == OP_EQ ? OP_eq : OP_ne, na, nb, x->at)) : NONE;
}

static unit unit_power(unit u, int k)
{
    return (unit){.time = (signed char)(u.time * k), .length = (signed char)(u.length * k), .angle = (signed char)(u.angle * k)};
}

static unit unit_product(unit a, unit b, int sign)
{
    unit u = {0};
    u.time = (signed char)(a.time + sign * b.time);
    u.length = (signed char)(a.length + sign * b.length);
    u.angle = (signed char)(a.angle + sign * b.angle);
    return u;
}

/* Units are kept through arithmetic on literals, and forgotten as soon as a value without one takes part. */
static bool combine_units(elab *e, const expr *x, const sval *a, const sval *b, sval *out)
{
    out->literal = a->literal && b->literal;
    if (!a->literal || !b->literal) {
        return true;
    }
    switch (x->op) {
    case OP_MUL:
        out->unit = unit_product(a->unit, b->unit, 1);
        return true;
    case OP_DIV:
        out->unit = unit_product(a->unit, b->unit, -1);
        return true;
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
        if (static_int(e, b, &k) && k >= -8 && k <= 8) {
            out->unit = unit_power(a->unit, (int)k);
        }
        return true;
    }
    default:
        return true;
    }
}

static node *power(elab *e, node *a, node *b, loc at)
{
    double k;
    if (!is_splat(b, &k) || b->type.rank != 0) {
        return apply2(e, OP_pow, a, b, at);
    }
    if (a->type.dt == T_INT && a->type.rank == 0 && b->type.dt == T_INT && a->op == OP_constant && k >= 0) {
        return int_node(e, (int64_t)nearbyint(pow(a->konst->value[0], k)), origin_at(e, at));
    }
    if (k == 1.0) {
        return a;
    }
    if (k == 2.0) {
        return apply1(e, OP_square, a, at);
    }
    if (k == 0.5) {
        return apply1(e, OP_sqrt, a, at);
    }
    if (k == -1.0) {
        return apply1(e, OP_recip, a, at);
    }
    if (k == 3.0 || k == 4.0) {
        node *sq = apply1(e, OP_square, a, at);
        return k == 3.0 ? apply2(e, OP_mul, sq, a, at) : apply1(e, OP_square, sq, at);
    }
    return apply2(e, OP_pow, a, b, at);
}

static node *divide(elab *e, node *a, node *b, loc at)
{
    double p, q;
    if (a->type.dt == T_INT && b->type.dt == T_INT && a->type.rank == 0 && b->type.rank == 0 && is_splat(a, &p) &&
        is_splat(b, &q) && q != 0 && fmod(p, q) == 0) {
        return int_node(e, (int64_t)(p / q), origin_at(e, at));
    }
    return apply2(e, OP_div, as_real(e, a), as_real(e, b), at);
}

/* A matrix that is the transpose of another is taken as that one, with the kernel's flag: no copy, forward or back. */
static node *untranspose(node *a, int *flag)
{
    int r = a->type.rank;
    if (a->op != OP_permute || r < 2 || a->type.dt == T_COMPLEX || *flag) {
        return a;
    }
    const int64_t *p = a->attrs[0].v;
    for (int i = 0; i < r - 2; i++) {
        if (p[i] != i) {
            return a;
        }
    }
    if (p[r - 1] != r - 2 || p[r - 2] != r - 1) {
        return a;
    }
    *flag = 1;
    return a->args[0];
}

/* a @ b for every pairing of vectors and matrices; `'` on either side becomes a flag of the kernel, not a copy. */
static node *matrix_product(elab *e, node *a, node *b, int ta, int tb, loc at)
{
    const origin *from = origin_at(e, at);
    int ra = a->type.rank, rb = b->type.rank;
    if (ra == 0 || rb == 0) {
        report_from(e->d, DIAG_shape_mismatch, from, "@", "a matrix product needs vectors or matrices, found a scalar; use *");
        return NULL;
    }
    if (ra == 1 && rb == 1 && !same_shape(&a->type, &b->type)) {
        report_from(e->d, DIAG_shape_mismatch, from, "@", "two vectors of one length make a number; these differ in length");
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
    if (!y || (ra > 1 && rb > 1)) {
        return y;
    }
    int drop = rb == 1 ? y->type.rank - 1 : y->type.rank - 2;
    int n = 0;
    for (int i = 0; i < y->type.rank; i++) {
        if (i != drop) {
            shape[n++] = y->type.shape[i];
        }
    }
    return g_reshape(e->g, y, n, shape, from);
}

node *binary(elab *e, expr_op op, node *a, node *b, loc at)
{
    bool ints = a->type.dt == T_INT && b->type.dt == T_INT;
    switch (op) {
    case OP_ADD:
        return apply2(e, OP_add, a, b, at);
    case OP_SUB:
        return apply2(e, OP_sub, a, b, at);
    case OP_MUL:
        return apply2(e, OP_mul, a, b, at);
    case OP_DIV:
        return divide(e, a, b, at);
    case OP_FLOORDIV:
        return apply2(e, ints ? OP_idiv : OP_floordiv, a, b, at);
    case OP_MOD:
        return apply2(e, ints ? OP_imod : OP_mod, a, b, at);
    case OP_POW:
        return power(e, a, b, at);
    case OP_LT:
        return apply2(e, OP_lt, a, b, at);
    case OP_LE:
        return apply2(e, OP_le, a, b, at);
    case OP_GT:
        return apply2(e, OP_lt, b, a, at);
    case OP_GE:
        return apply2(e, OP_le, b, a, at);
    case OP_EQ:
        return apply2(e, OP_eq, a, b, at);
    case OP_NE:
        return apply2(e, OP_ne, a, b, at);
    case OP_AND:
        return apply2(e, OP_and, a, b, at);
    case OP_OR:
        return apply2(e, OP_or, a, b, at);
    case OP_MATMUL:
        return matrix_product(e, a, b, 0, 0, at);
    case OP_NOT:
    case OP_NEG:
    case OP_CTRANSPOSE:
        break;
    }
    return NULL;
}

static node *ctranspose(elab *e, node *a, loc at)
{
    if (a->type.dt == T_COMPLEX) {
        a = apply1(e, OP_conj, a, at);
    }
    if (!a || a->type.rank < 2) {
        return a;
    }
    int64_t perm[MAX_RANK];
    int r = a->type.rank;
    for (int i = 0; i < r; i++) {
        perm[i] = i;
    }
    perm[r - 1] = r - 2;
    perm[r - 2] = r - 1;
    attr p = attr_of_ints(e->a, perm, r);
    return apply_op(e, OP_permute, &a, 1, &p, 1, at);
}

static bool is_ctranspose(const expr *x)
{
    return x->kind == E_UNARY && x->op == OP_CTRANSPOSE;
}

static sval matmul_value(elab *e, const expr *x)
{
    const expr *xa = x->args[0].value, *xb = x->args[1].value;
    sval va = eval_expr(e, is_ctranspose(xa) ? xa->args[0].value : xa);
    sval vb = eval_expr(e, is_ctranspose(xb) ? xb->args[0].value : xb);
    node *a = need_node(e, va, xa->at), *b = need_node(e, vb, xb->at);
    if (!a || !b) {
        return NONE;
    }
    int ta = is_ctranspose(xa) && a->type.rank >= 2, tb = is_ctranspose(xb) && b->type.rank >= 2;
    if (is_ctranspose(xa) && !ta) {
        a = ctranspose(e, a, xa->at);
    }
    if (is_ctranspose(xb) && !tb) {
        b = ctranspose(e, b, xb->at);
    }
    return a && b ? val_node(matrix_product(e, a, b, ta, tb, x->at)) : NONE;
}

static sval binary_value(elab *e, const expr *x)
{
    if (x->op == OP_EQ || x->op == OP_NE) {
        return compare_words(e, x);
    }
    if (x->op == OP_MATMUL) {
        return matmul_value(e, x);
    }
    sval a = eval_expr(e, x->args[0].value), b = NONE;
    int64_t known;
    if ((x->op == OP_AND || x->op == OP_OR) && static_int(e, &a, &known) && (known != 0) == (x->op == OP_OR)) {
        return val_node(int_node(e, known != 0, origin_at(e, x->at))); /* decided: the other side may not even make sense */
    }
    b = eval_expr(e, x->args[1].value);
    node *na = a.kind == V_NONE ? NULL : need_node(e, a, x->args[0].value->at);
    node *nb = b.kind == V_NONE ? NULL : need_node(e, b, x->args[1].value->at);
    sval out = {.kind = V_NODE};
    if (!na || !nb || !combine_units(e, x, &a, &b, &out)) {
        return NONE;
    }
    out.node = binary(e, x->op, na, nb, x->at);
    return out.node ? out : NONE;
}

static sval unary_value(elab *e, const expr *x)
{
    sval v = eval_expr(e, x->args[0].value);
    node *a = v.kind == V_NONE ? NULL : need_node(e, v, x->args[0].value->at);
    if (!a) {
        return NONE;
    }
    switch (x->op) {
    case OP_NEG:
        v.node = apply1(e, OP_neg, a, x->at);
        v.kind = V_NODE;
        return v.node ? v : NONE;
    case OP_NOT:
        return val_node(apply1(e, OP_not, a, x->at));
    case OP_CTRANSPOSE:
        return val_node(ctranspose(e, a, x->at));
    default:
        return NONE;
    }
}

static sval if_value(elab *e, const expr *x)
{
    sval c = eval_expr(e, x->args[0].value);
    int64_t k;
    if (c.kind == V_NONE) {
        return NONE;
    }
    if (!static_int(e, &c, &k)) {
        report_from(e->d, DIAG_not_static, origin_at(e, x->args[0].value->at), "the condition of 'if'");
        report_help(e->d, "'if' is decided by the compiler; for values use where(c, a, b)");
        return NONE;
    }
    return eval_expr(e, x->args[k ? 1 : 2].value);
}

sval eval_expr(elab *e, const expr *x)
{
    if (diags_full(e->d)) {
        return NONE;
    }
    if (e->depth >= MAX_DEPTH) {
        report_from(e->d, DIAG_nested_too_deep, origin_at(e, x->at), MAX_DEPTH);
        return NONE;
    }
    e->depth++;
    sval v = NONE;
    switch (x->kind) {
    case E_NUMBER:
        v = number_value(e, x);
        break;
    case E_STRING:
        v = (sval){.kind = V_STRING, .text = x->text};
        break;
    case E_NAME:
        v = name_value(e, x);
        break;
    case E_CALL:
        v = eval_call(e, x);
        break;
    case E_ARRAY:
        v = array_value(e, x);
        break;
    case E_UNARY:
        v = unary_value(e, x);
        break;
    case E_BINARY:
        v = binary_value(e, x);
        break;
    case E_INDEX:
        v = eval_index(e, x);
        break;
    case E_IF:
        v = if_value(e, x);
        break;
    case E_RANGE:
        report_from(e->d, DIAG_not_array, origin_at(e, x->at), arena_printf(e->a, "a range %s", ".."));
        break;
    }
    e->depth--;
    return v;
}
