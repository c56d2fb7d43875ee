/* shorthand.c: the arithmetic other stages write most, over graph_op. */
#include "ir/graph.h"

static node *binary(graph *g, op_id op, node *a, node *b, const origin *from) {
    return graph_op(g, op, (node *const[]){a, b}, 2, NULL, 0, from);
}

static node *unary(graph *g, op_id op, node *a, const origin *from) {
    return graph_op(g, op, &a, 1, NULL, 0, from);
}

node *g_add(graph *g, node *a, node *b, const origin *from) {
    return binary(g, OP_add, a, b, from);
}
node *g_sub(graph *g, node *a, node *b, const origin *from) {
    return binary(g, OP_sub, a, b, from);
}
node *g_mul(graph *g, node *a, node *b, const origin *from) {
    return binary(g, OP_mul, a, b, from);
}
node *g_div(graph *g, node *a, node *b, const origin *from) {
    return binary(g, OP_div, a, b, from);
}
node *g_neg(graph *g, node *a, const origin *from) {
    return unary(g, OP_neg, a, from);
}
node *g_re(graph *g, node *a, const origin *from) {
    return unary(g, OP_re, a, from);
}

node *g_to_complex(graph *g, node *a, const origin *from) {
    if (a->type.dt == T_COMPLEX) return a;
    if (a->type.dt == T_INT) a = unary(g, OP_to_real, a, from);
    return binary(g, OP_complex, a, graph_scalar(g, 0.0, from), from);
}

node *g_broadcast(graph *g, node *a, type shape_of, const origin *from) {
    if (same_shape(&a->type, &shape_of)) return a;
    attr shape = {shape_of.rank, shape_of.shape};
    return graph_op(g, OP_broadcast, &a, 1, &shape, 1, from);
}

node *g_reshape(graph *g, node *a, int rank, const int64_t *shape, const origin *from) {
    type t = type_make(a->type.dt, rank, shape);
    if (same_shape(&a->type, &t)) return a;
    attr at = {rank, shape};
    return graph_op(g, OP_reshape, &a, 1, &at, 1, from);
}

node *g_sum_axes(graph *g, node *a, const int64_t *axes, int n, bool keep, const origin *from) {
    if (n == 0) return a;
    attr at = {n, axes};
    node *s = graph_op(g, OP_sum, &a, 1, &at, 1, from);
    if (!keep) return s;
    type t = a->type;
    for (int k = 0; k < n; k++) t.shape[axes[k] < 0 ? axes[k] + t.rank : axes[k]] = 1;
    return g_reshape(g, s, t.rank, t.shape, from);
}

node *g_sum_to(graph *g, node *a, type shape_of, const origin *from) {
    int64_t axes[MAX_RANK];
    int n = 0, lead = a->type.rank - shape_of.rank;
    for (int k = 0; k < a->type.rank; k++)
        if (k < lead || (shape_of.shape[k - lead] == 1 && a->type.shape[k] != 1)) axes[n++] = k;
    return g_reshape(g, g_sum_axes(g, a, axes, n, false, from), shape_of.rank, shape_of.shape, from);
}

node *g_coerce(graph *g, node *v, type target, const origin *from) {
    if (!v) return NULL;
    if (v->type.dt == T_COMPLEX && target.dt != T_COMPLEX) v = g_re(g, v, from);
    /* Sum first, widen after: fewer elements to move. */
    if (v->type.rank >= target.rank && !same_shape(&v->type, &target)) {
        type both;
        if (broadcast_types(&v->type, &target, &both) && same_shape(&both, &v->type)) v = g_sum_to(g, v, target, from);
    }
    if (!same_shape(&v->type, &target)) { /* narrower in some axes, wider in others: fill up, then sum */
        type both;
        if (!broadcast_types(&v->type, &target, &both))
            die(4, "internal error: a derivative does not fit its argument");
        v = g_sum_to(g, g_broadcast(g, v, both, from), target, from);
    }
    return target.dt == T_COMPLEX ? g_to_complex(g, v, from) : v;
}
