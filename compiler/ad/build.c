/* build.c: the graphs of the functions that are generated for a pipeline. */
#include "ad/internal.h"

#include <string.h>

const char *fn_kind_name(fn_kind k) {
    static const char *const names[FN_COUNT] = {"forward", "gradient", "jvp", "vjp", "hvp"};
    return names[k];
}

ad ad_new(session *s, graph *g) {
    return (ad){.s = s, .a = g->mem, .d = session_diags(s), .g = g, .ops = session_ops(s)};
}

/* Short loops within loops written out, and out of each loop what it would compute alike in every step. */
static graph *straightened(const graph *f) {
    return graph_hoist(f->mem, unroll_loops(f));
}

/* A copy of the forward graph with the same leaves, under a new name; results[i] is the copy of p's result i. */
static graph *copy_forward(session *s, const graph *f, const char *name, node **results) {
    f = choose_memory(s, recognise_filters(s, straightened(f)), true);
    if (!f) { return NULL; }
    f = keep_states(s, f);
    graph *g = graph_new(f->mem, session_ops(s), name);
    node **leaf = NEW_ARRAY(f->mem, node *, f->leaves.len + 1);
    for (int i = 0; i < f->leaves.len; i++) {
        const node *l = f->leaves.data[i];
        leaf[i] = graph_leaf(g, l->name, l->role, l->type, l->from);
    }
    graph_inline(g, f, leaf, results);
    return g;
}

static void copy_results(graph *g, const graph *f, node *const *results) {
    for (int i = 0; i < f->results.len; i++) {
        graph_result(g, f->results.data[i].kind, f->results.data[i].name, results[i]);
    }
}

static bool wanted(const node *leaf, const char *const *wrt, int nwrt) {
    for (int i = 0; i < nwrt; i++) {
        if (strcmp(wrt[i], leaf->name) == 0) { return true; }
    }
    return leaf->role == ROLE_PARAM;
}

/* The leaves to differentiate: params first, then inputs, each in order of declaration. */
static bool active_leaves(session *s, const program *p, graph *g, const char *const *wrt, int nwrt, node **out,
                          int *n) {
    *n = 0;
    for (int i = 0; i < nwrt; i++) {
        int k = graph_index_of_leaf(g, wrt[i]);
        if (k < 0 || g->leaves.data[k]->type.dt == T_INT) {
            report(session_diags(s), DIAG_unknown_wrt, (loc){0}, wrt[i], p->name);
            return false;
        }
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < g->leaves.len; i++) {
            node *l = g->leaves.data[i];
            if ((l->role == ROLE_PARAM) == (pass == 0) && wanted(l, wrt, nwrt)) { out[(*n)++] = l; }
        }
    }
    if (*n == 0) {
        report(session_diags(s), DIAG_nothing_active, p->at, p->name, "it has no param");
        report_help(session_diags(s), "declare a param, or name an input: --wrt x");
        return false;
    }
    return true;
}

/* Why no derivative gets from a leaf to the loss: the operator that stops it; NULL: there is no path at all. */
const char *ad_why_zero(arena *a, const graph *g, const node *leaf, const node *target) {
    bool *reached = NEW_ARRAY(a, bool, g->nodes.len + 1);
    const node *stop = NULL;
    reached[leaf->id] = true;
    for (int i = leaf->id + 1; i <= target->id; i++) {
        const node *n = g->nodes.data[i];
        for (int k = 0; k < n->nargs; k++) { reached[i] |= reached[n->args[k]->id]; }
        if (reached[i] && !stop && (op_info(n->op)->zero || n->type.dt == T_INT)) { stop = n; }
    }
    if (!reached[target->id]) { return NULL; }
    return stop && op_info(stop->op)->zero
               ? arena_printf(a, "it passes through %s(): %s", op_info(stop->op)->name, op_info(stop->op)->zero)
               : "it is only compared or used as an index";
}

static bool add_gradients(session *s, graph *g, node *const *roots, node *const *cts, int n, node *const *leaves,
                          node *const *seeds, int nleaves, const node *loss, bool warn) {
    node **grad = NEW_ARRAY(g->mem, node *, nleaves + 1);
    if (!ad_transpose(s, g, roots, cts, n, seeds, nleaves, grad)) { return false; }
    for (int i = 0; i < nleaves; i++) {
        if (!grad[i] && warn) {
            const char *why = ad_why_zero(g->mem, g, leaves[i], loss);
            report_from(session_diags(s), DIAG_zero_gradient, leaves[i]->from, leaves[i]->name,
                        why ? why : "the loss does not depend on it");
        }
        node *v = grad[i] ? grad[i] : graph_fill(g, leaves[i]->type, 0.0, leaves[i]->from);
        graph_name(v, arena_printf(g->mem, "%s_bar", leaves[i]->name));
        graph_result(g, OUT_GRAD, leaves[i]->name, v);
    }
    return true;
}

/* Tangent placeholders: nodes to linearise by. As leaves they would show in the signature, so only JVP and HVP keep them. */
static void make_seeds(graph *g, node *const *leaves, int n, bool keep, seeding *out, node **nodes) {
    for (int i = 0; i < n; i++) {
        const char *name = arena_printf(g->mem, "%s_dot", leaves[i]->name);
        out[i].leaf = leaves[i];
        out[i].tangent = graph_leaf(g, name, ROLE_SEED, leaves[i]->type, leaves[i]->from);
        nodes[i] = out[i].tangent;
        if (!keep) { g->leaves.len--; }
    }
}

static const node *loss_of(const graph *f, node *const *results) {
    for (int i = 0; i < f->results.len; i++) {
        if (f->results.data[i].kind == OUT_LOSS) { return results[i]; }
    }
    return NULL;
}

static graph *build_reverse(session *s, const program *p, bool vjp, const char *const *wrt, int nwrt) {
    const graph *f = p->forward;
    int nres = f->results.len;
    node **res = NEW_ARRAY(f->mem, node *, nres + 1), **tans = NEW_ARRAY(f->mem, node *, nres + 1),
         **cts = NEW_ARRAY(f->mem, node *, nres + 1);
    graph *g = copy_forward(s, f, vjp ? "vjp" : "gradient", res);
    if (!g) { return NULL; }
    node **leaves = NEW_ARRAY(f->mem, node *, g->leaves.len + 1),
         **seeds = NEW_ARRAY(f->mem, node *, g->leaves.len + 1);
    seeding *sd = NEW_ARRAY(f->mem, seeding, g->leaves.len + 1);
    int n;
    const node *loss = loss_of(f, res);
    if (!active_leaves(s, p, g, wrt, nwrt, leaves, &n)) { return NULL; }
    if (!loss && !vjp) {
        report(session_diags(s), DIAG_nothing_active, p->at, p->name, "it has no loss");
        report_help(session_diags(s), "add `loss mse(y, target)`, or build with --vjp for cotangents of the outputs");
        return NULL;
    }
    copy_results(g, f, res);
    make_seeds(g, leaves, n, false, sd, seeds);
    node **targets = NEW_ARRAY(f->mem, node *, nres + 1);
    int nt = 0;
    for (int i = 0; i < nres; i++) {
        bool is_loss = f->results.data[i].kind == OUT_LOSS;
        if (vjp && res[i]->type.dt != T_INT) {
            cts[nt] = graph_leaf(g, arena_printf(g->mem, "%s_bar", f->results.data[i].name), ROLE_SEED, res[i]->type,
                                 res[i]->from);
            targets[nt++] = res[i];
        } else if (!vjp && is_loss) {
            cts[nt] = graph_scalar(g, 1.0, res[i]->from);
            graph_name(cts[nt], "loss_bar");
            targets[nt++] = res[i];
        }
    }
    if (!ad_linearise(s, g, sd, n, targets, nt, tans) ||
        !add_gradients(s, g, tans, cts, nt, leaves, seeds, n, loss ? loss : res[0], !vjp && p->at.src)) {
        return NULL;
    }
    return graph_prune(f->mem, g);
}

static graph *build_jvp(session *s, const program *p, const char *const *wrt, int nwrt) {
    const graph *f = p->forward;
    int nres = f->results.len;
    node **res = NEW_ARRAY(f->mem, node *, nres + 1), **tans = NEW_ARRAY(f->mem, node *, nres + 1);
    graph *g = copy_forward(s, f, "jvp", res);
    if (!g) { return NULL; }
    node **leaves = NEW_ARRAY(f->mem, node *, g->leaves.len + 1),
         **seeds = NEW_ARRAY(f->mem, node *, g->leaves.len + 1);
    seeding *sd = NEW_ARRAY(f->mem, seeding, g->leaves.len + 1);
    int n;
    if (!active_leaves(s, p, g, wrt, nwrt, leaves, &n)) { return NULL; }
    make_seeds(g, leaves, n, true, sd, seeds);
    if (!ad_linearise(s, g, sd, n, res, nres, tans)) { return NULL; }
    copy_results(g, f, res);
    for (int i = 0; i < nres; i++) {
        if (res[i]->type.dt != T_INT) {
            node *t = tans[i] ? tans[i] : graph_fill(g, res[i]->type, 0.0, res[i]->from);
            graph_result(g, OUT_TANGENT, f->results.data[i].name, t);
        }
    }
    return graph_prune(f->mem, g);
}

static graph *build_hvp(session *s, const program *p, const char *const *wrt, int nwrt) {
    graph *grad = build_reverse(s, p, false, wrt, nwrt);
    if (!grad) { return NULL; }
    int nres = grad->results.len, n;
    node **res = NEW_ARRAY(grad->mem, node *, nres + 1), **tans = NEW_ARRAY(grad->mem, node *, nres + 1);
    graph *g = copy_forward(s, grad, "hvp", res);
    if (!g) { return NULL; }
    node **leaves = NEW_ARRAY(grad->mem, node *, g->leaves.len + 1),
         **seeds = NEW_ARRAY(grad->mem, node *, g->leaves.len + 1);
    seeding *sd = NEW_ARRAY(grad->mem, seeding, g->leaves.len + 1);
    if (!active_leaves(s, p, g, wrt, nwrt, leaves, &n)) { return NULL; }
    make_seeds(g, leaves, n, true, sd, seeds);
    if (!ad_linearise(s, g, sd, n, res, nres, tans)) { return NULL; }
    copy_results(g, grad, res);
    for (int i = 0; i < nres; i++) {
        if (grad->results.data[i].kind == OUT_GRAD) {
            node *t = tans[i] ? tans[i] : graph_fill(g, res[i]->type, 0.0, res[i]->from);
            graph_result(g, OUT_TANGENT, grad->results.data[i].name, t);
        }
    }
    return graph_prune(grad->mem, g);
}

/* Loops that keep few states for the gradient keep no signals in the forward function either. */
static graph *build_forward(session *s, const program *p) {
    const graph *f = choose_memory(s, recognise_filters(s, straightened(p->forward)), false);
    return f ? graph_copy(p->forward->mem, f) : NULL;
}

graph *ad_build(session *s, const program *p, fn_kind kind, const char *const *wrt, int nwrt) {
    program expanded = *p;
    if (!ad_expand(s, &expanded)) { return NULL; }
    p = &expanded;
    switch (kind) {
    case FN_FORWARD: return build_forward(s, p);
    case FN_GRADIENT:
    case FN_VJP: return build_reverse(s, p, kind == FN_VJP, wrt, nwrt);
    case FN_JVP: return build_jvp(s, p, wrt, nwrt);
    case FN_HVP: return build_hvp(s, p, wrt, nwrt);
    case FN_COUNT: break;
    }
    return NULL;
}

void ad_wirtinger(graph *g, bool tangents) {
    for (int i = 0; i < g->results.len; i++) {
        result *r = &g->results.data[i];
        bool gradient = r->kind == OUT_GRAD || (tangents && r->kind == OUT_TANGENT);
        if (gradient && r->value && r->value->type.dt == T_COMPLEX) {
            const origin *from = r->value->from;
            node *c = graph_op(g, OP_conj, &r->value, 1, NULL, 0, from);
            r->value = g_mul(g, graph_scalar(g, 0.5, from), c, from);
        }
    }
}
