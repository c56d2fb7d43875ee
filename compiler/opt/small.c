/* small.c: in the body of a loop, operators on small matrices become sums and quotients of their elements.
 * Requires: derivatives taken. Maintains: values to rounding. Breaks: nothing.
 *
 * A call per step of a filter with four states would cost more than its arithmetic, and the compiler could not keep a
 * matrix in registers across it. A product becomes a sum over the inner index, which the plan writes out where it is
 * read; a Cholesky factor and a triangular solve become the textbook's formulas (Golub, Van Loan, Matrix Computations,
 * 4.2 and 3.1), row by row. */
#include "opt/rewrite.h"

#include "ir/optable.h"

enum { INNER = 8, OUTER = 16, ORDER = 4 }; /* sizes up to which this is done: terms of a sum, its places, triangles */

typedef struct site {
    graph *g;
    const node *old;
} site;

static node *make(const site *s, op_id op, node *a, node *b) {
    return graph_op(s->g, op, (node *const[]){a, b}, b ? 2 : 1, NULL, 0, s->old->from);
}

static node *part(const site *s, node *a, int64_t row, int64_t rows, int64_t column, int64_t columns) {
    if (rows == a->type.shape[0] && columns == a->type.shape[1]) return a;
    int64_t start[2] = {row, column}, step[2] = {1, 1}, count[2] = {rows, columns};
    attr at[3] = {{2, start}, {2, step}, {2, count}};
    return graph_op(s->g, OP_slice, &a, 1, at, 3, s->old->from);
}

static node *element(const site *s, node *a, int64_t i, int64_t j) {
    return part(s, a, i, 1, j, 1);
}

static node *row(const site *s, node *a, int64_t i) {
    return part(s, a, i, 1, 0, a->type.shape[1]);
}

static node *join(const site *s, node **parts, int n, int64_t axis) {
    return n == 1 ? parts[0] : graph_op(s->g, OP_concat, parts, n, &(attr){1, &axis}, 1, s->old->from);
}

static node *conjugate(const site *s, node *x) {
    return x->type.dt == T_COMPLEX ? make(s, OP_conj, x, NULL) : x;
}

/* x - a b; x NULL: nothing yet */
static node *minus_product(const site *s, node *x, node *a, node *b) {
    return make(s, OP_sub, x, make(s, OP_mul, a, b));
}

/* ---- products ---------------------------------------------------------------------------------------------------- */
static node *transposed(const site *s, node *x) {
    int64_t order[2] = {1, 0};
    return graph_op(s->g, OP_permute, &x, 1, &(attr){2, order}, 1, s->old->from);
}

static node *small_product(const site *s, node *a, node *b) {
    int64_t m = s->old->type.shape[0], n = s->old->type.shape[1], k = a->type.shape[attr_int(s->old, 0) ? 0 : 1];
    if (a->type.rank != 2 || b->type.rank != 2 || k > INNER || m > OUTER || n > OUTER) return NULL;
    if (attr_int(s->old, 0)) a = conjugate(s, transposed(s, a));
    b = attr_int(s->old, 1) ? conjugate(s, b) : transposed(s, b);
    a = g_reshape(s->g, a, 3, (int64_t[]){m, 1, k}, s->old->from);
    b = g_reshape(s->g, b, 3, (int64_t[]){1, n, k}, s->old->from);
    return g_sum_axes(s->g, make(s, OP_mul, a, b), (int64_t[]){2}, 1, false, s->old->from);
}

/* ---- triangles --------------------------------------------------------------------------------------------------- */
/* l[i][j] = (a[i][j] - sum over k < j of l[i][k] conj l[j][k]) / l[j][j], and the root of that on the diagonal. */
static node *small_cholesky(const site *s, node *a) {
    int64_t n = a->type.shape[a->type.rank - 1];
    if (a->type.rank != 2 || n > ORDER || a->type.dt != T_REAL) return NULL;
    node *l[ORDER][ORDER], *over[ORDER], *line[ORDER];
    type one = type_make(T_REAL, 2, (int64_t[]){1, 1});
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j <= i; j++) {
            node *x = element(s, a, i, j);
            for (int64_t k = 0; k < j; k++) x = minus_product(s, x, l[i][k], l[j][k]);
            l[i][j] = i == j ? make(s, OP_sqrt, x, NULL) : make(s, OP_mul, x, over[j]);
        }
        over[i] = make(s, OP_recip, l[i][i], NULL);
        for (int64_t j = i + 1; j < n; j++) l[i][j] = graph_fill(s->g, one, 0.0, s->old->from);
        line[i] = join(s, l[i], (int)n, 1);
    }
    return join(s, line, (int)n, 0);
}

/* Forward or backward substitution, whole rows of the right-hand side at a time. */
static node *small_trisolve(const site *s, node *l, node *b) {
    int64_t n = l->type.shape[l->type.rank - 1];
    bool lower = attr_int(s->old, 0) == 1, ct = attr_int(s->old, 1) == 1, down = lower != ct;
    if (l->type.rank != 2 || b->type.rank != 2 || n > ORDER || b->type.shape[1] > OUTER) return NULL;
    node *x[ORDER];
    for (int64_t step = 0; step < n; step++) {
        int64_t i = down ? step : n - 1 - step;
        x[i] = row(s, b, i);
        for (int64_t k = down ? 0 : i + 1; k < (down ? i : n); k++) {
            node *at = ct ? conjugate(s, element(s, l, k, i)) : element(s, l, i, k);
            x[i] = minus_product(s, x[i], at, x[k]);
        }
        node *pivot = element(s, l, i, i);
        x[i] = make(s, OP_mul, x[i], make(s, OP_recip, ct ? conjugate(s, pivot) : pivot, NULL));
    }
    return join(s, x, (int)n, 0);
}

static node *rule(void *context, graph *dst, const node *old, node *const *args, const int *uses) {
    (void)context;
    (void)uses;
    site s = {dst, old};
    switch (old->op) {
    case OP_matmul_: return small_product(&s, args[0], args[1]);
    case OP_cholesky: return small_cholesky(&s, args[0]);
    case OP_trisolve: return small_trisolve(&s, args[0], args[1]);
    default: return NULL;
    }
}

/* Outside of loops a call is as good. */
static node *in_loops(void *context, graph *dst, const node *old, node *const *args, const int *uses) {
    (void)uses;
    if (old->op != OP_scan) return NULL;
    graph *body = rewrite(dst->mem, old->body, rule, NULL, context);
    return graph_scan(dst, body, args, old->nargs, old->attrs, old->nattrs, old->from);
}

graph *pass_small(arena *a, const graph *g) {
    bool changed = false;
    graph *out = rewrite(a, g, in_loops, &changed, NULL);
    return changed ? out : graph_prune(a, g);
}
