/* simplify_matmul.c: transposes that a matrix product can take itself, sums of products that are one product, and stacks
 * of products with one matrix that are one product of taller matrices: one call of gemm with good sizes instead of many
 * with small ones. */
#include "opt/simplify.h"

/* The argument without a (conjugate) transpose of its last two axes, or NULL. */
static node *untransposed(node *x) {
    bool conj = false;
    if (x->op == OP_conj) { /* conj(permute(z)) */
        conj = true;
        x = x->args[0];
    }
    if (x->op != OP_permute) return NULL;
    const attr *p = &x->attrs[0];
    for (int k = 0; k < p->n - 2; k++)
        if (p->v[k] != k) return NULL;
    if (p->n < 2 || p->v[p->n - 1] != p->n - 2) return NULL;
    node *z = x->args[0];
    if (!conj && z->op == OP_conj) { /* permute(conj(z)) */
        conj = true;
        z = z->args[0];
    }
    return conj == (z->type.dt == T_COMPLEX) ? z : NULL;
}

static node *product(const site *s, node *a, node *b, int64_t ta, int64_t tb) {
    attr at[] = {{1, &ta}, {1, &tb}};
    return graph_op(s->g, OP_matmul_, (node *const[]){a, b}, 2, at, 2, s->old->from);
}

/* [..., M, K] as [(...)M, K]. */
static node *tall(const site *s, node *x) {
    int64_t last = x->type.shape[x->type.rank - 1];
    return g_reshape(s->g, x, 2, (int64_t[]){type_count(&x->type) / last, last}, s->old->from);
}

static node *simplify_product(const site *s) {
    node *a = s->args[0], *b = s->args[1], *z;
    int64_t ta = attr_int(s->old, 0), tb = attr_int(s->old, 1);
    if ((z = untransposed(a)) != NULL) return product(s, z, b, 1 - ta, tb);
    if ((z = untransposed(b)) != NULL) return product(s, a, z, ta, 1 - tb);
    if (a->type.rank > 2 && b->type.rank == 2 && ta == 0) /* every matrix of a by the same b */
        return g_reshape(s->g, product(s, tall(s, a), b, 0, tb), s->old->type.rank, s->old->type.shape, s->old->from);
    return NULL;
}

/* The sum over all leading axes of a^H b is the product of the stacked matrices. */
static node *simplify_sum_of_products(const site *s) {
    const node *m = s->args[0];
    const attr *axes = &s->old->attrs[0];
    if (m->op != OP_matmul_ || attr_int(m, 0) != 1 || attr_int(m, 1) != 0) return NULL;
    node *a = m->args[0], *b = m->args[1];
    int lead = m->type.rank - 2;
    if (axes->n != lead || a->type.rank != m->type.rank || b->type.rank != m->type.rank) return NULL;
    for (int k = 0; k < lead; k++)
        if (axes->v[k] != k || a->type.shape[k] != b->type.shape[k]) return NULL;
    a = tall(s, a);
    b = tall(s, b);
    return product(s, a, b, 1, 0);
}

/* (a b)^T = b^T a^T, for real ones: where the transposes cost nothing. */
static node *simplify_transposed_product(const site *s) {
    const node *m = s->args[0];
    const attr *p = &s->old->attrs[0];
    if (m->op != OP_matmul_ || m->type.dt != T_REAL || p->n < 2) return NULL;
    for (int k = 0; k < p->n - 2; k++)
        if (p->v[k] != k) return NULL;
    if (p->v[p->n - 1] != p->n - 2) return NULL;
    return product(s, m->args[1], m->args[0], 1 - attr_int(m, 1), 1 - attr_int(m, 0));
}

static node *adjoint(const site *s, node *x) {
    int64_t order[MAX_RANK];
    int rank = x->type.rank;
    for (int k = 0; k < rank; k++) order[k] = k;
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    attr at = {rank, order};
    node *t = graph_op(s->g, OP_permute, &x, 1, &at, 1, s->old->from);
    return x->type.dt == T_COMPLEX ? make1(s, OP_conj, t) : t;
}

/* a b + a^H b = (a + a^H) b, and the same on the other side: the way back through b b^H, which a covariance is made of. */
static node *simplify_sum_with_adjoint(const site *s) {
    const node *x = s->args[0], *y = s->args[1];
    if (x->op != OP_matmul_ || y->op != OP_matmul_ || !same_type(&x->type, &y->type)) return NULL;
    if (x->args[0] != y->args[0] || x->args[1] != y->args[1]) return NULL;
    if (s->uses[s->old->args[0]->id] != 1 || s->uses[s->old->args[1]->id] != 1) return NULL;
    bool other[2] = {attr_int(x, 0) != attr_int(y, 0), attr_int(x, 1) != attr_int(y, 1)};
    if (other[0] == other[1]) return NULL;
    node *m = x->args[other[1]], *both = make2(s, OP_add, m, adjoint(s, m));
    return other[0] ? product(s, both, x->args[1], 0, attr_int(x, 1)) : product(s, x->args[0], both, attr_int(x, 0), 0);
}

node *simplify_matmul(const site *s) {
    switch (s->old->op) {
    case OP_matmul_: return simplify_product(s);
    case OP_add: return simplify_sum_with_adjoint(s);
    case OP_sum: return simplify_sum_of_products(s);
    case OP_permute: return simplify_transposed_product(s);
    default: return NULL;
    }
}
