/* apply.c: an operator meets its arguments: promotion, shapes, rates, folding of scalars. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

attr attr_of_ints(arena *a, const int64_t *v, int n) {
    int64_t *copy = NEW_ARRAY(a, int64_t, n > 0 ? n : 1);
    if (n > 0) { memcpy(copy, v, sizeof *v * (size_t)n); }
    return (attr){.n = n, .v = copy};
}

attr attr_of_int(arena *a, int64_t x) {
    return attr_of_ints(a, &x, 1);
}

static type_base param_base(const elab *e, op_id op, int k) {
    const op_sig *sig = op_signature(e->s->ops, op);
    if (sig->nargs == 0) { return TY_ANY; }
    int i = k < sig->nargs ? k : sig->nargs - 1; /* variadic rows repeat their last argument */
    const type_expr *t = sig->decl->params[i].type;
    return t ? t->base : TY_ANY;
}

static const char *shown_argument(const elab *e, op_id op, int k) {
    const op_sig *sig = op_signature(e->s->ops, op);
    return k < sig->nargs ? sig->arg[k] : "argument";
}

/* Point-wise ops take reals and complex numbers mixed; kernels want one type. Ints become reals unless all is int. */
static bool promote(elab *e, op_id op, node **args, int n, loc at) {
    const op_row *row = op_info(op);
    bool complex_there = false, real_there = false;
    for (int i = 0; i < n; i++) {
        type_base b = param_base(e, op, i);
        if (b == TY_NUM || b == TY_ANY) {
            complex_there |= args[i]->type.dt == T_COMPLEX;
            real_there |= args[i]->type.dt != T_INT;
        }
    }
    for (int i = 0; i < n; i++) {
        type_base b = param_base(e, op, i);
        dtype dt = args[i]->type.dt;
        bool mixed_ok = row->kind == K_POINTWISE;
        if (dt == T_INT && (b == TY_REAL || b == TY_NUM || b == TY_COMPLEX || (b == TY_ANY && real_there))) {
            args[i] = as_real(e, args[i]);
            dt = T_REAL;
        }
        if (b == TY_INT && dt != T_INT) {
            report_from(e->d, DIAG_wrong_kind, origin_at(e, at), row->name, shown_argument(e, op, i), "int",
                        dt == T_REAL ? "real" : "complex");
            return false;
        }
        if (b == TY_REAL && dt == T_COMPLEX) {
            report_from(e->d, DIAG_wrong_kind, origin_at(e, at), row->name, shown_argument(e, op, i), "real",
                        "complex");
            report_help(e->d, "take abs(...), abs2(...), re(...) or angle(...) first, as the computation means");
            return false;
        }
        bool widen = b == TY_COMPLEX || ((b == TY_NUM || b == TY_ANY) && complex_there && !mixed_ok);
        if (widen && dt == T_REAL) { args[i] = g_to_complex(e->g, args[i], origin_at(e, at)); }
    }
    return true;
}

static bool rates_agree(elab *e, op_id op, node *const *args, int n, loc at) {
    const op_row *row = op_info(op);
    if (row->kind != K_POINTWISE && op != OP_concat) { return true; }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
            double a = args[j]->type.rate, b = args[i]->type.rate;
            if (a > 0 && b > 0 && fabs(a - b) > 1e-9 * fmax(a, b)) {
                report_from(e->d, DIAG_rate_mismatch, origin_at(e, at), row->name, a, b);
                report_help(e->d, "bring both to one rate, or say at_rate(x, %g) if the tag is wrong", a);
                return false;
            }
        }
    }
    return true;
}

/* `a[:, 1] + b[1, :]` silently makes a matrix of two vectors: right in NumPy, rarely meant. */
static void warn_both_grow(elab *e, op_id op, node *const *args, int n, const type *out, loc at) {
    if (op_info(op)->kind != K_POINTWISE || n != 2 || (at.src && at.src->builtin) || e->expanding) { return; }
    int grown = 0;
    for (int i = 0; i < n; i++) {
        grown += type_count(&args[i]->type) > 1 && type_count(&args[i]->type) < type_count(out);
    }
    if (grown == 2) {
        report_from(e->d, DIAG_both_broadcast, origin_at(e, at), type_text(e->a, &args[0]->type),
                    type_text(e->a, &args[1]->type), type_text(e->a, out));
        report_help(e->d, "if that is meant, say so with broadcast(x, [...]) or unsqueeze(x, axis)");
    }
}

static node *fold_scalar(elab *e, node *n) {
    if (n->type.rank != 0 || n->op == OP_constant || n->nargs == 0 || op_info(n->op)->kind != K_POINTWISE) { return n; }
    const tensor *t = NULL;
    for (int i = 0; i < n->nargs; i++) {
        if (n->args[i]->op != OP_constant) { return n; }
    }
    t = const_value(e, n);
    return t ? graph_constant(e->g, n->type, t->v, true, n->from) : n;
}

/* What complex arithmetic asks of real numbers, in rules that serve both. */
static bool identity_on_reals(op_id op, node *const *args) {
    return (op == OP_conj || op == OP_re) && args[0] && args[0]->type.dt == T_REAL;
}

static const node *square_of(const node *n) {
    if (n->op == OP_square && n->args[0]->type.dt == T_REAL) return n->args[0];
    return n->op == OP_mul && n->args[0] == n->args[1] && n->type.dt == T_REAL ? n->args[0] : NULL;
}

/* sqrt(re(z)^2 + im(z)^2) and sqrt(abs2(z)) are |z|, sqrt(a^2 + b^2) is hypot(a, b): the same value, but neither the squares of
 * 1e-30 vanish in float nor those of 1e30 overflow, in value and derivative. */
static node *magnitude_pattern(elab *e, const node *x, loc at) {
    if (x->op == OP_abs2 && x->args[0]->type.dt == T_COMPLEX) return apply1(e, OP_abs, x->args[0], at);
    if (x->op != OP_add) return NULL;
    const node *a = square_of(x->args[0]), *b = square_of(x->args[1]);
    if (!a || !b) return NULL;
    bool parts = (a->op == OP_re && b->op == OP_im) || (a->op == OP_im && b->op == OP_re);
    if (parts && a->args[0] == b->args[0]) return apply1(e, OP_abs, a->args[0], at);
    node *args[2] = {x->args[0]->args[0], x->args[1]->args[0]};
    return apply_op(e, OP_hypot, args, 2, NULL, 0, at);
}

node *apply_op(elab *e, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs, loc at) {
    if (identity_on_reals(op, args)) { return args[0]; }
    if (op == OP_sqrt && args[0]) {
        node *magnitude = magnitude_pattern(e, args[0], at);
        if (magnitude) { return magnitude; }
    }
    node *mine[64];
    if (nargs > (int)COUNT_OF(mine)) {
        report_from(e->d, DIAG_too_many_arguments, origin_at(e, at), op_info(op)->name, (int)COUNT_OF(mine), nargs);
        return NULL;
    }
    for (int i = 0; i < nargs; i++) {
        if (!args[i]) { return NULL; }
        mine[i] = args[i];
    }
    if (!promote(e, op, mine, nargs, at) || !rates_agree(e, op, mine, nargs, at)) { return NULL; }
    type t;
    const char *why = NULL;
    if (!infer_type(e->a, e->s->ops, op, mine, nargs, attrs, nattrs, &t, &why)) {
        report_from(e->d, DIAG_shape_mismatch, origin_at(e, at), op_info(op)->name, why);
        return NULL;
    }
    warn_both_grow(e, op, mine, nargs, &t, at);
    return fold_scalar(e, graph_node(e->g, op, t, mine, nargs, attrs, nattrs, origin_at(e, at)));
}

node *apply1(elab *e, op_id op, node *a, loc at) {
    return apply_op(e, op, &a, 1, NULL, 0, at);
}

node *apply2(elab *e, op_id op, node *a, node *b, loc at) {
    node *args[2] = {a, b};
    return apply_op(e, op, args, 2, NULL, 0, at);
}

node *as_real(elab *e, node *n) {
    if (!n || n->type.dt != T_INT) { return n; }
    if (n->op == OP_constant) {
        type t = n->type;
        t.dt = T_REAL;
        return graph_constant(e->g, t, n->konst->value, n->konst->splat, n->from);
    }
    type t = n->type;
    t.dt = T_REAL;
    return graph_node(e->g, OP_to_real, t, &n, 1, NULL, 0, n->from);
}
