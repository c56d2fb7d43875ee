/* call.c: calls: of the user's and the prelude's definitions (expanded where they stand), of built-in forms, of rows of the
 * operator table. All three bind their arguments by the same rules, from the same kind of signature. */
#include "sema/loop.h"

#include <string.h>

typedef VEC(const arg *) arg_list;

static int param_index(const decl *d, const char *name) {
    for (int i = 0; i < d->nparams; i++) {
        if (strcmp(d->params[i].name, name) == 0) { return i; }
    }
    return -1;
}

static bool is_function(const elab *e, const char *name) {
    const space *home;
    const decl *d = space_find(e->sc->space, name, &home);
    op_id op = op_by_name(name);
    bool row = op != OP_COUNT && op_info(op)->kind != K_CONTROL && (e->hidden_ok || !op_info(op)->hidden);
    return (d && d->kind == D_DEF) || builtin_find(name) || row;
}

static sval unknown_function(elab *e, const expr *call) {
    report_from(e->d, DIAG_unknown_function, origin_at(e, call->at), call->text);
    const char *here = sema_elsewhere(e->s, call->text); /* np.convolve, hilbert2: by the name they have elsewhere */
    const char *near = here ? NULL : suggest_name(e, last_part(call->text), true);
    const char *meant = near ? sema_elsewhere(e->s, near) : NULL;
    if (here) {
        report_help(e->d, "here it is called %s()", here);
    } else if (near && is_function(e, near)) {
        report_help(e->d, "did you mean %s()?", near);
    } else if (meant) {
        report_help(e->d, "did you mean %s? Here it is called %s()", near, meant);
    }
    return NONE;
}

/* What a name that is called means here: a function that was passed, or NULL. */
static const sval *passed_function(const elab *e, const char *name) {
    for (; e; e = e->loop ? e->loop->outside : NULL) {
        const sval *v = scope_find(e->sc, name);
        if (v) { return v->kind == V_DEF ? v : NULL; }
    }
    return NULL;
}

static sval function_value(elab *e, const expr *x) {
    const sval *v = passed_function(e, x->text);
    if (v) { return *v; }
    if (is_function(e, x->text)) { return (sval){.kind = V_DEF, .text = x->text, .home = e->sc->space}; }
    return unknown_function(e, x);
}

/* A bare word stands for itself where an option is wanted, unless a name of the caller's holds an option to pass on. */
static sval eval_argument(elab *e, const expr *x, const param_decl *p) {
    if (p && p->type && p->type->base == TY_OPTION) {
        if (x->kind == E_STRING) { return val_option(x->text); }
        if (x->kind == E_NAME) {
            sval local;
            return lookup_name(e, x->text, &local) && local.kind == V_OPTION ? local : val_option(x->text);
        }
    }
    if (p && p->type && p->type->base == TY_FUNCTION && x->kind == E_NAME) { return function_value(e, x); }
    return eval_expr(e, x);
}

static void too_many_arguments(elab *e, const expr *call, const decl *sig) {
    report_from(e->d, DIAG_too_many_arguments, origin_at(e, call->at), sig->name, sig->nparams, call->nargs);
    help_arguments(e, sig);
}

static bool place_arguments(elab *e, const expr *call, const decl *sig, const arg **placed, arg_list *rest) {
    int next = 0;
    bool ok = true;
    for (int i = 0; i < call->nargs; i++) {
        const arg *a = &call->args[i];
        if (!a->name) {
            if (rest) {
                vec_push(e->a, rest, a);
            } else if (next >= sig->nparams) {
                too_many_arguments(e, call, sig);
                return false;
            } else {
                placed[next++] = a;
            }
            continue;
        }
        int k = param_index(sig, a->name);
        if (k < 0) {
            report_from(e->d, DIAG_unknown_argument, origin_at(e, a->at), sig->name, a->name);
            help_argument(e, sig, a->name);
            ok = false;
        } else if (placed[k]) {
            report_from(e->d, DIAG_repeated_argument, origin_at(e, a->at), sig->name, a->name);
            ok = false;
        } else {
            placed[k] = a;
        }
    }
    return ok;
}

/* A default is written in the signature but worked out for this call, which is where its errors belong. */
static sval default_value(elab *e, const expr *call, const decl *sig, const param_decl *p, scope *callee) {
    elab in = *e;
    in.sc = callee;
    in.loop = NULL;
    in.expanding = sig->name;
    in.caller = origin_at(e, call->at);
    in.depth = e->depth + 1;
    sval v = eval_argument(&in, p->fallback, p);
    v.literal = false;
    return v;
}

bool bind_arguments(elab *e, const expr *call, const decl *sig, scope *callee, svals *rest) {
    const arg **placed = NEW_ARRAY(e->a, const arg *, sig->nparams + 1);
    arg_list extra = {0};
    if (!place_arguments(e, call, sig, placed, rest ? &extra : NULL)) { return false; }
    bool ok = true;
    for (int i = 0; i < extra.len; i++) {
        sval v = eval_expr(e, extra.data[i]->value);
        ok &= v.kind != V_NONE;
        vec_push(e->a, &rest->v, v);
    }
    for (int i = 0; i < sig->nparams; i++) {
        const param_decl *p = &sig->params[i];
        sval v;
        loc at = call->at;
        if (placed[i]) {
            v = eval_argument(e, placed[i]->value, p);
            at = placed[i]->value->at;
        } else if (!ok) {
            continue; /* a default may depend on what is wrong already */
        } else if (p->fallback) {
            v = default_value(e, call, sig, p, callee);
        } else if (rest) {
            continue;
        } else {
            report_from(e->d, DIAG_missing_argument, origin_at(e, call->at), sig->name, p->name);
            return false;
        }
        if (v.kind == V_NONE || !match_param(e, sig, p, &v, at, callee)) {
            ok = false;
            continue;
        }
        if (v.kind == V_NODE && !v.literal) { v.unit = (unit){0}; }
        scope_set(e, callee, p->name, v);
    }
    return ok;
}

/* The types of several results: "real[8], int". */
static const char *tuple_text(elab *e, const sval *v) {
    const char *text = "";
    for (int i = 0; i < v->count; i++) {
        const sval *item = &v->items[i];
        text = arena_printf(e->a, "%s%s%s", text, i ? ", " : "",
                            item->kind == V_NODE ? type_text(e->a, &item->node->type) : "...");
    }
    return text;
}

/* ---- definitions ----------------------------------------------------------------------------------------------------------- */
static bool assign(elab *e, const stmt *st) {
    sval v = eval_expr(e, st->value);
    if (v.kind == V_NONE) {
        for (int i = 0; i < st->nnames; i++) { /* known but without a value: no second error where it is used */
            scope_set(e, e->sc, st->names[i], NONE);
        }
        return false;
    }
    if (st->nnames == 1) {
        if (v.kind == V_NODE) { graph_name(v.node, st->names[0]); }
        v.literal = v.literal && v.kind == V_NODE;
        scope_set(e, e->sc, st->names[0], v);
        return true;
    }
    if (v.kind != V_TUPLE || v.count != st->nnames) {
        report_from(e->d, DIAG_results_count, origin_at(e, st->at), st->nnames, v.kind == V_TUPLE ? v.count : 1);
        if (v.kind == V_TUPLE) { report_found(e->d, "%s", tuple_text(e, &v)); }
        for (int i = 0; i < st->nnames; i++) { scope_set(e, e->sc, st->names[i], NONE); }
        return false;
    }
    for (int i = 0; i < st->nnames; i++) {
        if (v.items[i].kind == V_NODE) { graph_name(v.items[i].node, st->names[i]); }
        scope_set(e, e->sc, st->names[i], v.items[i]);
    }
    return true;
}

static sval return_value(elab *e, const stmt *st) {
    if (st->nvalues == 1) { return eval_expr(e, st->values[0]); }
    sval out = {.kind = V_TUPLE, .count = st->nvalues, .items = NEW_ARRAY(e->a, sval, st->nvalues)};
    for (int i = 0; i < st->nvalues; i++) {
        out.items[i] = eval_expr(e, st->values[i]);
        if (out.items[i].kind == V_NONE) { return NONE; }
    }
    return out;
}

sval eval_statements(elab *e, stmt *const *body, int n, bool *returned) {
    *returned = false;
    for (int i = 0; i < n && !diags_full(e->d); i++) {
        const stmt *st = body[i];
        switch (st->kind) {
        case S_LET:
            if (st->nindex > 0) {
                report_from(e->d, DIAG_statement_not_here, origin_at(e, st->at), "an assignment to an element");
                report_help(e->d, "elements are collected inside a `for`: for n in 0..N { y[n] = ... }");
            } else {
                assign(e, st);
            }
            break;
        case S_RETURN: *returned = true; return return_value(e, st);
        case S_EXPR: {
            int before = diags_errors(e->d);
            eval_expr(e, st->value);
            if (diags_errors(e->d) > before) { /* a requirement failed: what follows relies on it */
                *returned = true;
                return NONE;
            }
            break;
        }
        case S_FOR: eval_for(e, st); break;
        case S_INPUT:
        case S_PARAM:
        case S_OUTPUT:
        case S_LOSS:
            report_from(e->d, DIAG_statement_not_here, origin_at(e, st->at), "a role (input, param, output, loss)");
            report_help(e->d, "roles belong to a pipeline; a def has arguments and returns values");
            break;
        }
    }
    return NONE;
}

sval expand_def(elab *e, const expr *call, const decl *def, const space *home) {
    scope *callee = scope_new(e, NULL, home);
    if (!bind_arguments(e, call, def, callee, NULL)) { return NONE; }
    for (const origin *o = e->caller; o && e->expanding; o = o->caller) {
        if (o->in_expansion_of && strcmp(o->in_expansion_of, def->name) == 0 && e->depth > 100) {
            report_from(e->d, DIAG_recursion, origin_at(e, call->at), def->name);
            return NONE;
        }
    }
    elab inner = *e;
    inner.caller = origin_at(e, call->at);
    inner.sc = callee;
    inner.expanding = def->name;
    inner.hidden_ok = home->builtin;
    inner.depth = e->depth + 1;
    inner.loop = NULL;
    bool returned; /* always, or an error was reported: the parser asks for a return at the end */
    sval v = eval_statements(&inner, def->body, def->nbody, &returned);
    v.literal = false;
    return v;
}

/* ---- rows of the operator table ------------------------------------------------------------------------------------------------ */
static bool normal_axes(elab *e, const sval *v, int rank, loc at, int64_t *out, int *n) {
    if (!static_ints(e, v, out, n, MAX_RANK)) { return false; }
    for (int i = 0; i < *n; i++) {
        if (out[i] < -rank || out[i] >= rank) {
            report_from(e->d, DIAG_bad_axis, origin_at(e, at), (long long)out[i], rank);
            return false;
        }
        out[i] = out[i] < 0 ? out[i] + rank : out[i];
    }
    return true;
}

static sval expand_op(elab *e, const expr *call, op_id op) {
    const op_sig *sig = op_signature(e->s->ops, op);
    scope *args = scope_new(e, NULL, e->s->prelude);
    /* shapes are checked by infer_type in its own words: bind names and bases only */
    if (!bind_arguments(e, call, sig->decl, args, NULL)) { return NONE; }
    node *nodes[OP_MAX_ARGS];
    attr attrs[OP_MAX_STATIC];
    for (int i = 0; i < sig->nargs; i++) {
        nodes[i] = need_node(e, *scope_find(args, sig->arg[i]), call->at);
        if (!nodes[i]) { return NONE; }
    }
    for (int i = 0; i < sig->nattrs; i++) {
        const param_decl *p = &sig->decl->params[sig->nargs + i];
        const sval *v = scope_find(args, sig->attr[i]);
        int64_t list[64];
        int n = 0;
        bool axes = p->type->base == TY_AXES;
        if (axes ? !normal_axes(e, v, sig->nargs ? nodes[0]->type.rank : 0, call->at, list, &n)
                 : !static_ints(e, v, list, &n, 64)) {
            report_from(e->d, DIAG_not_static, origin_at(e, call->at),
                        arena_printf(e->a, "%s() argument '%s'", sig->decl->name, p->name));
            return NONE;
        }
        attrs[i] = attr_of_ints(e->a, list, n);
    }
    return val_node(apply_op(e, op, nodes, sig->nargs, attrs, sig->nattrs, call->at));
}

static sval call_builtin(elab *e, const expr *call, const builtin *b) {
    decl *sig = strmap_get(e->s->builtin_sigs, b->name);
    scope *args = scope_new(e, NULL, e->s->prelude);
    svals rest = {0};
    if (!bind_arguments(e, call, sig, args, b->variadic ? &rest : NULL)) { return NONE; }
    return b->fn(e, call, args, &rest);
}

/* The function `name`, as the file `sp` knows it. */
static sval call_named(elab *e, const expr *x, const char *name, const space *sp) {
    const space *home = NULL;
    const decl *d = space_find(sp, name, &home);
    if (d && d->kind == D_DEF) {
        const decl *rule = space_rule(home, name);
        return rule ? expand_custom(e, x, d, rule, home) : expand_def(e, x, d, home);
    }
    const builtin *b = builtin_find(name);
    if (b) { return call_builtin(e, x, b); }
    op_id op = op_by_name(name);
    if (op != OP_COUNT && (e->hidden_ok || !op_info(op)->hidden) && op_info(op)->kind != K_CONTROL) {
        return expand_op(e, x, op);
    }
    return unknown_function(e, x);
}

sval eval_call(elab *e, const expr *x) {
    const sval *passed = passed_function(e, x->text);
    return passed ? call_named(e, x, passed->text, passed->home) : call_named(e, x, x->text, e->sc->space);
}
