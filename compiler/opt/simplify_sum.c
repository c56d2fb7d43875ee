/* simplify_sum.c: sums of what was repeated, scaled, placed among zeros or only moved. */
#include "opt/simplify.h"

static node *sum_over(const site *s, node *x, const int64_t *axes, int n) {
    return g_sum_axes(s->g, x, axes, n, false, s->old->from);
}

/* sum over axes of an array with one value everywhere: count times the value. */
static node *sum_of_splat(const site *s, const node *x) {
    double v[2] = {x->konst->value[0], x->type.dt == T_COMPLEX ? x->konst->value[1] : 0.0};
    double times = (double)(type_count(&x->type) / type_count(&s->old->type));
    v[0] *= times;
    v[1] *= times;
    return graph_constant(s->g, s->old->type, v, true, s->old->from);
}

/* Axes along which x was repeated contribute a factor; the others are summed as they were before. */
static node *sum_of_broadcast(const site *s, node *b) {
    node *x = b->args[0];
    const attr *axes = &s->old->attrs[0];
    if (b->type.dt == T_INT) return NULL;
    type wide = {.dt = x->type.dt, .rank = b->type.rank};
    int lead = b->type.rank - x->type.rank;
    for (int k = 0; k < wide.rank; k++) wide.shape[k] = k < lead ? 1 : x->type.shape[k - lead];
    double times = 1;
    for (int k = 0; k < axes->n; k++) times *= (double)(b->type.shape[axes->v[k]] / wide.shape[axes->v[k]]);
    node *sum = sum_over(s, g_reshape(s->g, x, wide.rank, wide.shape, s->old->from), axes->v, axes->n);
    if (times != 1) sum = make2(s, OP_mul, sum, make_scalar(s, times));
    return fit(s, sum);
}

static node *sum_of_sum(const site *s, const node *in) {
    const attr *outer = &s->old->attrs[0], *inner = &in->attrs[0];
    const node *x = in->args[0];
    bool gone[MAX_RANK] = {false};
    int64_t kept[MAX_RANK], all[MAX_RANK];
    int n = 0, m = 0;
    for (int k = 0; k < inner->n; k++) gone[inner->v[k]] = true;
    for (int k = 0; k < x->type.rank; k++)
        if (!gone[k]) kept[n++] = k;
    for (int k = 0; k < outer->n; k++) gone[kept[outer->v[k]]] = true;
    for (int k = 0; k < x->type.rank; k++)
        if (gone[k]) all[m++] = k;
    return sum_over(s, in->args[0], all, m);
}

/* sum(c*x) = c*sum(x) for a factor c that is the same everywhere. */
static node *sum_of_scaled(const site *s, const node *x) {
    for (int k = 0; k < 2; k++) {
        node *c = x->args[k], *rest = x->args[1 - k];
        if (type_count(&c->type) != 1 || !same_shape(&rest->type, &x->type) || c->type.rank > 0) continue;
        return make2(s, OP_mul, sum_over(s, rest, s->old->attrs[0].v, s->old->attrs[0].n), c);
    }
    return NULL;
}

static node *sum_everything(const site *s, node *x) {
    int64_t all[MAX_RANK];
    for (int k = 0; k < x->type.rank; k++) all[k] = k;
    return sum_over(s, x, all, x->type.rank);
}

node *simplify_sum(const site *s) {
    if (s->old->op != OP_sum) return NULL;
    node *x = s->args[0];
    const attr *axes = &s->old->attrs[0];
    bool everything = s->old->type.rank == 0;
    if (axes->n == 0) return x;
    if (type_count(&x->type) == type_count(&s->old->type))
        return g_reshape(s->g, x, s->old->type.rank, s->old->type.shape, s->old->from);
    if (is_constant(x) && x->konst->splat && x->type.dt != T_INT) return sum_of_splat(s, x);
    switch (x->op) {
    case OP_broadcast: return sum_of_broadcast(s, x);
    case OP_sum: return sum_of_sum(s, x);
    case OP_mul: return x->type.dt == T_INT ? NULL : sum_of_scaled(s, x);
    case OP_reshape:
    case OP_permute:
    case OP_embed: return everything ? sum_everything(s, x->args[0]) : NULL;
    default: return NULL;
    }
}
