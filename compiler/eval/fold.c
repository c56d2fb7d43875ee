/* fold.c: nodes whose arguments are all constant become constants. */
#include <string.h>

#include "eval/evaluators.h"
#include "ir/optable.h"

static bool all_constant(const node *n) {
    for (int k = 0; k < n->nargs; k++)
        if (!is_constant(n->args[k])) return false;
    return true;
}

bool eval_fold(const node *n) {
    if (n->op == OP_iota) return true;
    if (n->op == OP_part) return n->args[0]->op == OP_scan && all_constant(n->args[0]);
    return n->nargs > 0 && n->op != OP_scan && eval_has(n->op) && all_constant(n);
}

/* The value of a node from its arguments' constants. */
static tensor constant_value(arena *a, const node *n) {
    tensor *values = NEW_ARRAY(a, tensor, n->nargs + 1), out;
    const tensor **args = NEW_ARRAY(a, const tensor *, n->nargs + 1);
    const char *why = NULL;
    for (int k = 0; k < n->nargs; k++) {
        const node *arg = n->args[k];
        values[k] = arg->op == OP_scan ? constant_value(a, arg) : tensor_of_constant(a, arg);
        args[k] = &values[k];
    }
    if (!eval_node(a, n, args, &out, &why)) die(4, "internal error: cannot fold %s: %s", op_info(n->op)->name, why);
    return out;
}

/* Compared as bits, so that -0 and NaN survive. */
static bool is_uniform(const tensor *t) {
    size_t width = t->type.dt == T_COMPLEX ? 2 : 1, n = tensor_doubles(&t->type);
    for (size_t i = width; i < n; i += width)
        if (memcmp(t->v + i, t->v, width * sizeof(double)) != 0) return false;
    return true;
}

node *eval_to_constant(graph *g, const node *n) {
    arena *a = arena_new("constant folding");
    tensor t = constant_value(a, n);
    node *k = graph_constant(g, n->type, t.v, is_uniform(&t), n->from);
    arena_free(a);
    return k;
}

/* Multiplications per element of the result, beyond 1, where an operator sums over something. */
static double inner_length(const node *n) {
    const type *x = n->nargs > 0 ? &n->args[0]->type : &n->type, *y = &n->type;
    switch (n->op) {
    case OP_fft_:
    case OP_rfft_:
    case OP_hc2r:
    case OP_r2r: return (double)axis_size(x, 1) * 2.0;
    case OP_conv_:
    case OP_corr_: return (double)core_count(&n->args[1]->type, (int)attr_int(n, 0));
    case OP_convnn:
    case OP_convnn_x:
    case OP_convnn_w: return (double)core_count(&n->args[1]->type, 3);
    case OP_matmul_: return (double)axis_size(x, attr_int(n, 0) ? 2 : 1);
    case OP_lu:
    case OP_cholesky:
    case OP_trisolve:
    case OP_lu_solve: return (double)axis_size(y, 2);
    default: return 1.0;
    }
}

double eval_cost(const node *n) {
    if (n->op == OP_part) return n->args[0]->op == OP_scan ? eval_cost(n->args[0]) : 1.0;
    double own = (double)type_count(&n->type) * inner_length(n),
           repeat = n->op == OP_scan ? (double)attr_int(n, SCAN_TRIP) : 1.0;
    for (int k = 0; k < n->nargs; k++) { /* a reduction reads more than it writes */
        double read = (double)type_count(&n->args[k]->type);
        if (own < read) own = read;
    }
    if (!n->body) return own;
    for (int i = 0; i < n->body->nodes.len; i++) own += repeat * eval_cost(n->body->nodes.data[i]);
    return own;
}
