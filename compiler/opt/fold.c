/* fold.c: operators all of whose arguments are constant become constants, by the reference evaluator.
 * Requires: a verified graph. Maintains: values to rounding in double. Breaks: nothing.
 *
 * Not folded: a result so large that its table would cost more than computing it, and work so long that it would be
 * felt at compile time. iota stays index arithmetic, but what is computed from it alone is folded. */
#include "eval/eval.h"
#include "ir/optable.h"
#include "opt/rewrite.h"

static const int64_t MAX_ELEMENTS = 65536; /* of a folded table: 512 KiB of static const in double */
static const int64_t MAX_REPEATED = 64;    /* of one that only repeats another */
static const double MAX_WORK = 4e6;        /* multiplications: some 10 ms in the evaluator */

static node *indices(graph *g, const node *iota) {
    int64_t n = type_count(&iota->type);
    double *v = NEW_ARRAY(g->mem, double, n);
    for (int64_t k = 0; k < n; k++) v[k] = (double)k;
    return graph_constant(g, iota->type, v, false, iota->from);
}

/* Point-wise on splats gives a splat whatever its size. */
static bool all_splats(const node *n) {
    if (op_info(n->op)->kind != K_POINTWISE) return false;
    for (int k = 0; k < n->nargs; k++)
        if (!is_constant(n->args[k]) || !n->args[k]->konst->splat) return false;
    return n->nargs > 0;
}

static node *fold_splats(graph *dst, graph *scratch, const node *old, node *probe) {
    for (int k = 0; k < probe->nargs; k++)
        probe->args[k] =
            graph_constant(scratch, type_scalar(probe->args[k]->type.dt), probe->args[k]->konst->value, true, NULL);
    probe->type = type_scalar(old->type.dt);
    const node *c = eval_to_constant(scratch, probe);
    return graph_constant(dst, old->type, c->konst->value, true, old->from);
}

static node *fold_node(graph *dst, graph *scratch, const node *old, node *const *args) {
    node probe = *old;
    int64_t most = old->op == OP_broadcast ? MAX_REPEATED : MAX_ELEMENTS;
    probe.args = NEW_ARRAY(scratch->mem, node *, old->nargs + 1);
    for (int k = 0; k < old->nargs; k++) {
        bool small_iota = args[k]->op == OP_iota && type_count(&args[k]->type) <= MAX_ELEMENTS;
        probe.args[k] = small_iota ? indices(scratch, args[k]) : args[k];
    }
    if (!eval_fold(&probe)) return NULL;
    if (all_splats(&probe)) return fold_splats(dst, scratch, old, &probe);
    if (type_count(&old->type) > most || eval_cost(&probe) > MAX_WORK) return NULL;
    return eval_to_constant(dst, &probe);
}

static node *rule(void *context, graph *dst, const node *old, node *const *args) {
    (void)context;
    if (old->nargs == 0 || old->op == OP_scan || old->op == OP_part || old->op == OP_custom) return NULL;
    for (int k = 0; k < old->nargs; k++)
        if (!is_constant(args[k]) && args[k]->op != OP_iota) return NULL;
    arena *scratch = arena_new("folding");
    node *c = fold_node(dst, graph_new(scratch, dst->ops, "scratch"), old, args);
    arena_free(scratch);
    return c;
}

graph *pass_fold(arena *a, const graph *g) {
    return rewrite(a, g, rule, NULL, NULL);
}
