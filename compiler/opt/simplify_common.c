/* simplify_common.c: L(a) + L(b) = L(a + b) when the same linear operator was applied twice only to add the results:
 * one transform, one solve, one pass over the data less. Tangents are full of it: that of a product is B(x_dot, h) +
 * B(x, h_dot). */
#include "opt/simplify.h"

static bool same_attributes(const node *a, const node *b) {
    if (a->nattrs != b->nattrs) return false;
    for (int k = 0; k < a->nattrs; k++) {
        if (a->attrs[k].n != b->attrs[k].n) return false;
        for (int i = 0; i < a->attrs[k].n; i++)
            if (a->attrs[k].v[i] != b->attrs[k].v[i]) return false;
    }
    return true;
}

/* Kernels and views; of point-wise operators only the product with a number, which stands between them. */
static bool worth_it(const node *a) {
    const op_row *row = op_info(a->op);
    double c;
    if (a->op == OP_mul) return is_splat(a->args[1], &c);
    return row->linear && !row->joint && (row->kind == K_KERNEL || row->kind == K_VIEW);
}

/* The only argument in which a and b differ, if the operator is linear in it and both have one type there; -1. */
static int differing(const site *s, const node *a, const node *b) {
    int which = -1;
    for (int k = 0; k < a->nargs; k++) {
        if (a->args[k] == b->args[k]) continue;
        if (which >= 0 || !same_type(&a->args[k]->type, &b->args[k]->type) || !op_linear_in(s->g->ops, a->op, k))
            return -1;
        which = k;
    }
    return which;
}

node *simplify_common(const site *s) {
    if (s->old->op != OP_add && s->old->op != OP_sub) return NULL;
    const node *a = s->args[0], *b = s->args[1];
    if (a == b || a->op != b->op || a->nargs != b->nargs || a->nargs > OP_MAX_ARGS || !worth_it(a)) return NULL;
    if (!same_attributes(a, b) || !same_type(&a->type, &b->type) || !same_type(&a->type, &s->old->type)) return NULL;
    if (s->uses[s->old->args[0]->id] != 1 || s->uses[s->old->args[1]->id] != 1) return NULL;
    int k = differing(s, a, b);
    if (k < 0) return NULL;
    node *args[OP_MAX_ARGS];
    for (int i = 0; i < a->nargs; i++) args[i] = i == k ? make2(s, s->old->op, a->args[k], b->args[k]) : a->args[i];
    return graph_op(s->g, a->op, args, a->nargs, a->attrs, a->nattrs, s->old->from);
}
