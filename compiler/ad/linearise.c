/* linearise.c: tangents, one walk from the leaves to the results.
 * Requires: arguments before users. Maintains: every tangent has the type of its node, or is NULL, a structural zero.
 * Breaks: nothing; nodes are only appended. */
#include "ad/internal.h"

#include <string.h>

/* What flows into a branch of `where` may be infinite where the branch is not taken: its derivative must not turn the zero
 * that arrives there into NaN. */
static bool *find_guarded(ad *w, int count) {
    bool *guarded = NEW_ARRAY(w->a, bool, count + 1);
    for (int i = count - 1; i >= 0; i--) {
        const node *n = w->g->nodes.data[i];
        for (int k = 0; k < n->nargs; k++) {
            if (guarded[i] || (n->op == OP_where && k > 0)) { guarded[n->args[k]->id] = true; }
        }
    }
    return guarded;
}

static node *fit(ad *w, node *t, const node *n) {
    if (n->type.dt == T_COMPLEX) { t = g_to_complex(w->g, t, n->from); }
    return g_broadcast(w->g, t, n->type, n->from);
}

/* Linear in all listed arguments together: the tangents take their places, zeros those of the others. */
static node *joint_tangent(ad *w, node *n, node *const *tan) {
    if (n->op == OP_add || n->op == OP_sub) {
        node *ta = tan[n->args[0]->id], *tb = tan[n->args[1]->id];
        if (!ta || !tb) {
            node *one = ta ? fit(w, ta, n) : fit(w, tb, n);
            return !ta && n->op == OP_sub ? g_neg(w->g, one, n->from) : one;
        }
    }
    node **args = NEW_ARRAY(w->a, node *, n->nargs);
    bool pointwise = op_info(n->op)->kind == K_POINTWISE;
    for (int k = 0; k < n->nargs; k++) {
        node *a = n->args[k];
        args[k] = a;
        if (op_linear_in(w->ops, n->op, k)) {
            type zero = pointwise ? type_scalar(a->type.dt) : a->type;
            zero.dt = zero.dt == T_INT ? T_REAL : zero.dt;
            args[k] = tan[a->id] ? tan[a->id] : graph_fill(w->g, zero, 0.0, n->from);
        }
    }
    return fit(w, graph_op(w->g, n->op, args, n->nargs, n->attrs, n->nattrs, n->from), n);
}

/* d t, in which a zero t wins over an infinite d where the node is guarded. */
static node *times(ad *w, node *d, node *t, bool guarded, const origin *from) {
    if (d->type.dt == T_INT) { d = graph_op(w->g, OP_to_real, &d, 1, NULL, 0, from); }
    node *args[2] = {d, t};
    return guarded ? graph_op(w->g, OP_mulz, args, 2, NULL, 0, from) : g_mul(w->g, d, t, from);
}

/* The same expression of a rule, its products of the tangent t made so that a zero t wins. What is older than t does not
 * depend on it; a rule makes few nodes. */
static node *guard_products(ad *w, node *n, const node *t) {
    if (n->id <= t->id || n->nargs == 0 || n->nargs > OP_MAX_ARGS) { return n; }
    node *args[OP_MAX_ARGS] = {0};
    bool changed = false;
    for (int k = 0; k < n->nargs; k++) {
        args[k] = guard_products(w, n->args[k], t);
        changed |= args[k] != n->args[k];
    }
    bool first = args[0]->id >= t->id, second = n->nargs > 1 && args[1]->id >= t->id;
    if (n->op == OP_mul && first != second) {
        return times(w, args[first ? 1 : 0], args[first ? 0 : 1], true, n->from);
    }
    if (n->op == OP_div && first && !second) {
        return times(w, graph_op(w->g, OP_recip, &args[1], 1, NULL, 0, n->from), args[0], true, n->from);
    }
    return changed ? graph_op(w->g, n->op, args, n->nargs, n->attrs, n->nattrs, n->from) : n;
}

static node *share(ad *w, node *n, int k, node *t, bool guarded) {
    const op_row *row = op_info(n->op);
    bool linear = op_linear_in(w->ops, n->op, k);
    if (row->d[k] && (!linear || (guarded && row->singular))) {
        return times(w, sema_expand_rule(w->s, w->g, n, row->d[k], NULL, 0), t, guarded, n->from);
    }
    if (linear && n->op == OP_mul) { return times(w, n->args[1 - k], t, guarded, n->from); }
    if (linear) {
        node **args = NEW_ARRAY(w->a, node *, n->nargs);
        memcpy(args, n->args, sizeof *args * (size_t)n->nargs);
        args[k] = t;
        return graph_op(w->g, n->op, args, n->nargs, n->attrs, n->nattrs, n->from);
    }
    const op_sig *sig = op_signature(w->ops, n->op);
    rule_name dot = {arena_printf(w->a, "%s_dot", sig->arg[k]), t};
    node *v = sema_expand_rule(w->s, w->g, n, row->tangent[k], &dot, 1);
    return guarded ? guard_products(w, v, t) : v;
}

static bool missing_rule(ad *w, const node *n) {
    const op_row *row = op_info(n->op);
    report_from(w->d, DIAG_no_derivative, n->from, row->name, row->norule ? row->norule : "it has no rule");
    return false;
}

static bool tangent_of(ad *w, node *n, node **tan, bool guarded) {
    const op_row *row = op_info(n->op);
    bool active = false;
    for (int k = 0; k < n->nargs; k++) { active |= tan[n->args[k]->id] != NULL; }
    bool whole = n->type.dt == T_INT && n->op != OP_scan; /* the type of a loop is that of its first state only */
    if (!active || row->zero || whole) { return true; }
    if (n->op == OP_custom) { return custom_tangent(w, n, tan); }
    if (n->op == OP_scan) { return scan_tangent(w, n, tan); }
    if (n->op == OP_part) { return part_tangent(w, n, tan); }
    if (row->joint) {
        tan[n->id] = joint_tangent(w, n, tan);
        return true;
    }
    node *sum = NULL;
    for (int k = 0; k < n->nargs; k++) {
        node *t = tan[n->args[k]->id];
        if (!t) { continue; }
        if (!op_linear_in(w->ops, n->op, k) && !row->d[k] && !row->tangent[k]) { return missing_rule(w, n); }
        if (row->tangent[k] && strcmp(row->tangent[k], "0") == 0) { continue; }
        sum = g_add_opt(w, sum, fit(w, share(w, n, k, t, guarded), n), n->from);
    }
    tan[n->id] = sum;
    return true;
}

node *g_add_opt(ad *w, node *a, node *b, const origin *from) {
    return !a ? b : !b ? a : g_add(w->g, a, b, from);
}

bool ad_linearise(session *s, graph *g, const seeding *seeds, int nseeds, node *const *targets, int ntargets,
                  node **tangents) {
    ad w = ad_new(s, g);
    int count = g->nodes.len;
    bool *guarded = find_guarded(&w, count), *needed = NEW_ARRAY(w.a, bool, count + 1);
    node **tan = NEW_ARRAY(w.a, node *, count + 1);
    for (int i = 0; i < nseeds; i++) { tan[seeds[i].leaf->id] = seeds[i].tangent; }
    for (int i = 0; i < ntargets; i++) { needed[targets[i]->id] = true; }
    for (int i = count - 1; i >= 0; i--) {
        for (int k = 0; needed[i] && k < g->nodes.data[i]->nargs; k++) { needed[g->nodes.data[i]->args[k]->id] = true; }
    }
    for (int i = 0; i < count; i++) {
        node *n = g->nodes.data[i];
        if (!needed[i] || n->op == OP_leaf) { continue; }
        if (!tangent_of(&w, n, tan, guarded[i])) { return false; }
        if (tan[i] && n->name) { graph_name(tan[i], arena_printf(w.a, "%s_dot", n->name)); }
    }
    for (int i = 0; i < ntargets; i++) { tangents[i] = tan[targets[i]->id]; }
    return true;
}
