/* fold.c: operators all of whose arguments are constant become constants, by the reference evaluator.
 * Requires: a verified graph. Maintains: values to rounding in double. Breaks: nothing.
 *
 * Not folded: a result so large that its table would cost more than computing it, and work so long that it would be
 * felt at compile time. What a few operations make of the index (a ramp, the weights of a half spectrum) stays a
 * formula: it costs no more than reading a table, and the C text stays short; but what is computed from it at more
 * expense is folded. */
#include <math.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "ir/optable.h"
#include "opt/rewrite.h"

enum { DEPTH = 10 }; /* of a formula */

static const int64_t MAX_ELEMENTS = 65536; /* of a folded table: 512 KiB of static const in double */
static const int64_t MAX_REPEATED = 64;    /* of one that only repeats another */
static const int64_t MIN_FORMULA = 64;     /* elements from which on a formula is better than a table */
static const double FORMULA_FLOPS = 8;     /* per element */
static const double MAX_WORK = 4e6;        /* multiplications: some 10 ms in the evaluator */

/* Operations per element to work n out anew from the index; infinite when it is no such formula. */
static double formula_cost(const node *n, int depth) {
    const op_row *row = op_info(n->op);
    if (n->op == OP_iota) return 0;
    if (n->op == OP_constant) return n->konst->splat ? 0 : INFINITY;
    bool moves = n->op == OP_reshape || n->op == OP_broadcast || n->op == OP_slice;
    if (depth == 0 || !(row->kind == K_POINTWISE || moves)) return INFINITY;
    double cost = row->kind == K_POINTWISE && row->flops ? strtod(row->flops, NULL) : 0;
    for (int k = 0; k < n->nargs; k++) cost += formula_cost(n->args[k], depth - 1);
    return cost;
}

static bool is_known(const node *n) {
    return is_constant(n) || isfinite(formula_cost(n, DEPTH));
}

static node *indices(graph *g, const node *iota) {
    int64_t n = type_count(&iota->type);
    double *v = NEW_ARRAY(g->mem, double, n);
    for (int64_t k = 0; k < n; k++) v[k] = (double)k;
    return graph_constant(g, iota->type, v, false, iota->from);
}

/* A known node as a constant. */
static node *written_out(graph *scratch, node *n) {
    if (is_constant(n)) return n;
    if (n->op == OP_iota) return indices(scratch, n);
    node probe = *n;
    probe.args = NEW_ARRAY(scratch->mem, node *, n->nargs + 1);
    for (int k = 0; k < n->nargs; k++) probe.args[k] = written_out(scratch, n->args[k]);
    return eval_to_constant(scratch, &probe);
}

/* Point-wise on splats gives a splat whatever its size. */
static bool all_splats(const node *n) {
    if (op_info(n->op)->kind != K_POINTWISE) return false;
    for (int k = 0; k < n->nargs; k++)
        if (!is_constant(n->args[k]) || !n->args[k]->konst->splat) return false;
    return n->nargs > 0;
}

static node *fold_splats(graph *dst, graph *scratch, const node *old, node *probe) {
    for (int k = 0; k < probe->nargs; k++) {
        const node *x = probe->args[k];
        probe->args[k] = graph_constant(scratch, type_scalar(x->type.dt), x->konst->value, true, NULL);
    }
    probe->type = type_scalar(old->type.dt);
    const node *c = eval_to_constant(scratch, probe);
    return graph_constant(dst, old->type, c->konst->value, true, old->from);
}

static node *fold_node(graph *dst, graph *scratch, const node *old, node *const *args) {
    node probe = *old;
    int64_t count = type_count(&old->type), most = old->op == OP_broadcast ? MAX_REPEATED : MAX_ELEMENTS;
    probe.args = NEW_ARRAY(scratch->mem, node *, old->nargs + 1);
    for (int k = 0; k < old->nargs; k++) probe.args[k] = args[k];
    if (all_splats(&probe)) return eval_has(old->op) ? fold_splats(dst, scratch, old, &probe) : NULL;
    if (count > most || eval_cost(&probe) > MAX_WORK) return NULL;
    if (count > MIN_FORMULA && formula_cost(&probe, DEPTH) <= FORMULA_FLOPS) return NULL;
    for (int k = 0; k < old->nargs; k++) {
        if (type_count(&args[k]->type) > MAX_ELEMENTS && !is_constant(args[k])) return NULL;
        probe.args[k] = written_out(scratch, args[k]);
    }
    return eval_fold(&probe) ? eval_to_constant(dst, &probe) : NULL;
}

static node *rule(void *context, graph *dst, const node *old, node *const *args, const int *uses) {
    (void)uses;
    (void)context;
    if (old->nargs == 0 || old->op == OP_scan || old->op == OP_part || old->op == OP_custom) return NULL;
    for (int k = 0; k < old->nargs; k++)
        if (!is_known(args[k])) return NULL;
    arena *scratch = arena_new("folding");
    node *c = fold_node(dst, graph_new(scratch, dst->ops, "scratch"), old, args);
    arena_free(scratch);
    return c;
}

graph *pass_fold(arena *a, const graph *g) {
    return rewrite(a, g, rule, NULL, NULL);
}
