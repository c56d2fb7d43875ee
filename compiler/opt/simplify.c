/* simplify.c: algebra: the same values by fewer or cheaper operators, repeated until nothing changes.
 * Requires: a verified graph, derivatives taken (x * 0 becomes 0: a structural zero, also where x is infinite).
 * Maintains: values to rounding. Breaks: sample-rate tags of nodes that vanish. */
#include "opt/simplify.h"

enum { MAX_ROUNDS = 12 };

bool is_zero(const node *n) {
    if (!is_constant(n) || !n->konst->splat) return false;
    return n->konst->value[0] == 0.0 && (n->type.dt != T_COMPLEX || n->konst->value[1] == 0.0);
}

node *zero_like(const site *s) {
    return graph_fill(s->g, s->old->type, 0.0, s->old->from);
}

node *make1(const site *s, op_id op, node *a) {
    return graph_op(s->g, op, &a, 1, NULL, 0, s->old->from);
}

node *make2(const site *s, op_id op, node *a, node *b) {
    return graph_op(s->g, op, (node *const[]){a, b}, 2, NULL, 0, s->old->from);
}

node *make3(const site *s, op_id op, node *a, node *b, node *c) {
    return graph_op(s->g, op, (node *const[]){a, b, c}, 3, NULL, 0, s->old->from);
}

node *make_scalar(const site *s, double x) {
    return graph_scalar(s->g, x, s->old->from);
}

node *make_splat(const site *s, const constant *c, const type *t) {
    return graph_constant(s->g, *t, c->value, true, s->old->from);
}

node *fit_type(const site *s, node *n, const type *t) {
    if (n->type.dt == T_INT && t->dt != T_INT) n = make1(s, OP_to_real, n);
    if (t->dt == T_COMPLEX) n = g_to_complex(s->g, n, s->old->from);
    return g_broadcast(s->g, n, *t, s->old->from);
}

node *fit(const site *s, node *n) {
    return fit_type(s, n, &s->old->type);
}

/* An operator linear in an argument gives zero for zero, whatever the others are. Joint ones need all of them zero. */
static node *linear_in_zero(const site *s) {
    const op_row *row = op_info(s->old->op);
    if (!row->linear || row->joint || s->old->type.dt == T_INT) return NULL;
    for (int k = 0; k < s->old->nargs; k++)
        if (is_zero(s->args[k]) && op_linear_in(s->g->ops, s->old->op, k)) return zero_like(s);
    return NULL;
}

/* The operator with argument k replaced. */
static node *with_arg(const site *s, int k, node *x) {
    node *args[OP_MAX_ARGS];
    for (int i = 0; i < s->old->nargs; i++) args[i] = i == k ? x : s->args[i];
    return graph_op(s->g, s->old->op, args, s->old->nargs, s->old->attrs, s->old->nattrs, s->old->from);
}

/* What is linear hands a sign outward, to the sum that can take it as a difference; a factor that is the same
 * everywhere too when fewer elements are left there: sum, correlation with a short result. */
static node *factor_outward(const site *s) {
    const op_row *row = op_info(s->old->op);
    if (!row->linear || row->joint || s->old->op == OP_neg || s->old->type.dt == T_INT || s->old->nargs > OP_MAX_ARGS)
        return NULL;
    for (int k = 0; k < s->old->nargs; k++) {
        node *x = s->args[k];
        if (!op_linear_in(s->g->ops, s->old->op, k)) continue;
        if (x->op == OP_neg) return make1(s, OP_neg, with_arg(s, k, x->args[0]));
        if (x->op != OP_mul || row->kind == K_KERNEL || 2 * type_count(&s->old->type) > type_count(&x->type)) continue;
        for (int i = 0; i < 2; i++) { /* linear over the reals */
            node *c = x->args[i], *rest = x->args[1 - i];
            if (c->type.rank == 0 && c->type.dt == T_REAL && same_type(&rest->type, &x->type))
                return make2(s, OP_mul, with_arg(s, k, rest), c);
        }
    }
    return NULL;
}

static node *rule(void *context, graph *dst, const node *old, node *const *args, const int *uses) {
    (void)context;
    site s = {dst, old, args, uses};
    if (old->op == OP_leaf || old->op == OP_constant || old->op == OP_scan || old->op == OP_custom) return NULL;
    node *n = linear_in_zero(&s);
    if (!n && op_info(old->op)->kind == K_POINTWISE) n = simplify_broadcast(&s);
    if (!n) n = factor_outward(&s);
    if (!n) n = simplify_sign(&s);
    if (!n) n = simplify_arithmetic(&s);
    if (!n) n = simplify_common(&s);
    if (!n) n = simplify_view(&s);
    if (!n) n = simplify_sum(&s);
    if (!n) n = simplify_matmul(&s);
    if (!n || same_type(&n->type, &old->type)) return n;
    return fit(&s, n);
}

graph *pass_simplify(arena *a, const graph *g) {
    bool changed = true;
    graph *out = graph_prune(a, g);
    for (int round = 0; changed && round < MAX_ROUNDS; round++) {
        changed = false;
        out = rewrite(a, out, rule, NULL, &changed);
    }
    return graph_prune(a, out);
}
