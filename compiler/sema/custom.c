/* custom.c: a call of a def that has a rule: kept as one node, with the def and the rule as graphs of their own.
 *
 *     rule quantize(x, bits) given dy { dx = where(abs(x) <= 1, dy, 0) }
 *
 * The rule is the map from the cotangent dy of the result to the cotangents of the arguments. It may read the arguments and
 * `y`, the result, must be linear in dy, and sees no other value of the pipeline. */
#include "sema/internal.h"

#include <string.h>

typedef struct rule_args { /* the array arguments of the call; options and sizes stay what they are */
    int n;
    node *outer[32];
    int param[32];
} rule_args;

static void split_arguments(elab *e, const decl *def, scope *callee, rule_args *out) {
    out->n = 0;
    for (int i = 0; i < def->nparams; i++) {
        const sval *v = scope_find(callee, def->params[i].name);
        int64_t k;
        bool size = v && def->params[i].type && def->params[i].type->base == TY_INT && static_int(e, v, &k);
        if (v && v->kind == V_NODE && !size && out->n < 32) {
            out->outer[out->n] = v->node;
            out->param[out->n++] = i;
        }
    }
}

/* A graph whose leaves stand for the arguments, and a scope in which the parameters mean them. */
static elab body_elab(elab *e, const decl *def, const space *home, scope *callee, const rule_args *args, graph *g) {
    elab in = *e;
    in.g = g;
    in.globals = strmap_new(e->a);
    in.folded = strmap_new(e->a);
    in.sc = scope_new(e, NULL, home);
    in.expanding = def->name;
    in.hidden_ok = home->builtin;
    in.depth = e->depth + 1;
    in.loop = NULL;
    for (int i = 0; i < strmap_len(callee->names); i++) {
        sval v = *(sval *)strmap_value(callee->names, i);
        if (v.kind == V_NODE && v.node->op == OP_constant) { /* sizes bound by the signature, static arguments */
            v.node = graph_constant(g, v.node->type, v.node->konst->value, v.node->konst->splat, v.node->from);
        }
        scope_set(&in, in.sc, strmap_key(callee->names, i), v);
    }
    for (int i = 0; i < args->n; i++) {
        const char *name = def->params[args->param[i]].name;
        scope_set(&in, in.sc, name,
                  val_node(graph_leaf(g, name, ROLE_NONE, args->outer[i]->type, args->outer[i]->from)));
    }
    return in;
}

static bool depends_on(const graph *g, const node *root, const node *leaf, bool *seen) {
    if (root == leaf) { return true; }
    if (seen[root->id]) { return false; }
    seen[root->id] = true;
    for (int i = 0; i < root->nargs; i++) {
        if (depends_on(g, root->args[i], leaf, seen)) { return true; }
    }
    return false;
}

static int argument_of(const decl *def, const decl *rule, const rule_args *args, const char *name) {
    if (name[0] != 'd') { return -1; }
    for (int i = 0; i < args->n; i++) {
        const char *own =
            args->param[i] < rule->nparams ? rule->params[args->param[i]].name : def->params[args->param[i]].name;
        if (strcmp(own, name + 1) == 0) { return i; }
    }
    return -1;
}

/* The values dx, dh ... that the rule assigns, made to fit their arguments; NULL where it assigns none. */
static bool rule_results(elab *in, const decl *def, const decl *rule, const rule_args *args, const node *dy) {
    node **d = NEW_ARRAY(in->a, node *, args->n + 1);
    for (int i = 0; i < rule->nbody; i++) {
        stmt *st = rule->body[i];
        bool returned;
        eval_statements(in, &st, 1, &returned);
        for (int k = 0; st->kind == S_LET && k < st->nnames; k++) {
            int a = argument_of(def, rule, args, st->names[k]);
            const sval *v = scope_find(in->sc, st->names[k]);
            if (a >= 0 && v && v->kind == V_NODE) { d[a] = as_real(in, v->node); }
        }
    }
    for (int i = 0; i < args->n; i++) {
        const type *want = &args->outer[i]->type;
        type both;
        if (d[i] && want->dt != T_INT && broadcast_types(&d[i]->type, want, &both) && same_shape(&both, want)) {
            d[i] = g_broadcast(in->g, d[i], *want, d[i]->from); /* dx = dy of a scalar y */
        }
        if (d[i] && !same_shape(&d[i]->type, want)) {
            report_from(in->d, DIAG_rule_shape, origin_at(in, rule->name_at), rule->name,
                        def->params[args->param[i]].name);
            report_expected(in->d, "%s", type_text(in->a, want));
            report_found(in->d, "%s", type_text(in->a, &d[i]->type));
            return false;
        }
        bool *seen = NEW_ARRAY(in->a, bool, in->g->nodes.len + 1);
        double zero;
        if (d[i] && is_splat(d[i], &zero) && zero == 0) {
            d[i] = NULL;
        } else if (d[i] && !depends_on(in->g, d[i], dy, seen)) {
            report_from(in->d, DIAG_rule_not_linear, origin_at(in, rule->name_at), rule->name, rule->cotangent);
            report_help(in->d, "the cotangent '%s' must be a factor of every term", rule->cotangent);
            return false;
        }
        d[i] = d[i] ? g_coerce(in->g, d[i], *want, d[i]->from) : NULL;
        graph_result(in->g, OUT_RESULT, def->params[args->param[i]].name, d[i]);
    }
    return true;
}

static graph *rule_graph(elab *e, const decl *def, const decl *rule, const space *home, scope *callee,
                         const rule_args *args, const node *y) {
    graph *g = graph_new(e->a, e->s->ops, rule->name);
    elab in = body_elab(e, def, home, callee, args, g);
    for (int i = 0; i < rule->nparams && i < def->nparams; i++) { /* the rule may name the arguments differently */
        sval *v = scope_find(in.sc, def->params[i].name);
        if (v) { scope_set(&in, in.sc, rule->params[i].name, *v); }
    }
    node *leaf_y = graph_leaf(g, "y", ROLE_NONE, y->type, y->from);
    node *dy = graph_leaf(g, rule->cotangent, ROLE_NONE, y->type, y->from);
    if (!strmap_get(in.sc->names, "y")) { scope_set(&in, in.sc, "y", val_node(leaf_y)); }
    scope_set(&in, in.sc, rule->cotangent, val_node(dy));
    return rule_results(&in, def, rule, args, dy) ? g : NULL;
}

sval expand_custom(elab *e, const expr *call, const decl *def, const decl *rule, const space *home) {
    scope *callee = scope_new(e, NULL, home);
    if (!bind_arguments(e, call, def, callee, NULL)) { return NONE; }
    if (rule->nparams != def->nparams) {
        report_from(e->d, DIAG_rule_arguments, origin_at(e, rule->name_at), rule->name, rule->nparams, def->nparams);
        return NONE;
    }
    rule_args args;
    split_arguments(e, def, callee, &args);
    graph *body = graph_new(e->a, e->s->ops, def->name);
    elab in = body_elab(e, def, home, callee, &args, body);
    in.caller = origin_at(e, call->at);
    bool returned;
    sval v = eval_statements(&in, def->body, def->nbody, &returned);
    node *y = v.kind == V_NONE ? NULL : need_node(&in, v, call->at);
    if (!y) { return NONE; }
    graph_result(body, OUT_RESULT, "y", y);
    graph *r = rule_graph(e, def, rule, home, callee, &args, y);
    if (!r) { return NONE; }
    node *n = graph_custom(e->g, body, r, rule->surrogate, args.outer, args.n, origin_at(e, call->at));
    n->rule_at = rule->name_at;
    return val_node(n);
}
