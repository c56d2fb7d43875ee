/* expr.c: expressions to values. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

enum { MAX_DEPTH = 200 }; /* of nested expressions and expansions together */

static sval number_value(elab *e, const expr *x) {
    const origin *from = origin_at(e, x->at);
    sval v;
    if (x->imaginary) {
        double z[2] = {0.0, x->number};
        v = val_node(graph_constant(e->g, type_scalar(T_COMPLEX), z, true, from));
    } else if (x->is_int && fabs(x->number) < 2147483648.0) {
        v = val_node(int_node(e, (int64_t)x->number, from));
    } else {
        v = val_node(graph_scalar(e->g, x->number, from));
    }
    v.unit = x->unit;
    v.literal = true;
    return v;
}

static void unknown_name_help(elab *e, const char *text) {
    const char *near = suggest_name(e, text, false), *last = last_part(text), *here = sema_elsewhere(e->s, text);
    if (last == text && here && strcmp(here, text) == 0) {
        report_help(e->d, "'%s' is a function: call it as %s(...), or pipe into it with ->", text, text);
    } else if (last != text && (strcmp(last, "pi") == 0 || strcmp(last, "inf") == 0)) {
        report_help(e->d, "write %s on its own", last);
    } else if (last != text && here) {
        report_help(e->d, "here it is the function %s: call it as %s(...)", here, here);
    } else if (near) {
        report_help(e->d, "did you mean '%s'?", near);
    }
}

static sval name_value(elab *e, const expr *x) {
    sval v;
    if (lookup_name(e, x->text, &v) || resolve_global(e, x->text, &v)) { return v; }
    if (strcmp(x->text, "pi") == 0) {
        return val_node(graph_scalar(e->g, 3.14159265358979323846, origin_at(e, x->at)));
    }
    if (strcmp(x->text, "inf") == 0) { return val_node(graph_scalar(e->g, INFINITY, origin_at(e, x->at))); }
    report_from(e->d, DIAG_unknown_name, origin_at(e, x->at), x->text);
    unknown_name_help(e, x->text);
    return NONE;
}

node *need_node(elab *e, sval v, loc at) {
    switch (v.kind) {
    case V_NODE: return v.node;
    case V_INTS:
        if (v.count > 0) {
            double *d = NEW_ARRAY(e->a, double, v.count);
            int64_t shape = v.count;
            for (int i = 0; i < v.count; i++) { d[i] = (double)v.ints[i]; }
            return graph_constant(e->g, type_make(T_INT, 1, &shape), d, false, origin_at(e, at));
        }
        report_from(e->d, DIAG_empty_array, origin_at(e, at));
        return NULL;
    case V_OPTION:
        report_from(e->d, DIAG_not_array, origin_at(e, at), arena_printf(e->a, "the word '%s'", v.text));
        return NULL;
    case V_STRING:
        report_from(e->d, DIAG_not_array, origin_at(e, at), arena_printf(e->a, "the text \"%s\"", v.text));
        return NULL;
    case V_TUPLE:
        report_from(e->d, DIAG_not_array, origin_at(e, at), arena_printf(e->a, "%d results", v.count));
        report_help(e->d, "name each of them: a, b = ...");
        return NULL;
    case V_SIGNAL:
        report_from(e->d, DIAG_not_array, origin_at(e, at), "a signal that the loop is still making");
        report_help(e->d, "inside the loop read it by index, as in y[n-1]");
        return NULL;
    case V_DEF:
        report_from(e->d, DIAG_not_array, origin_at(e, at), arena_printf(e->a, "the function %s()", v.text));
        return NULL;
    case V_NONE: break;
    }
    return NULL;
}

bool eval_static_int(elab *e, const expr *x, const char *what, int64_t *out) {
    sval v = eval_expr(e, x);
    if (v.kind == V_NONE) { return false; }
    if (static_int(e, &v, out) && is_plain_unit(v.unit)) { return true; }
    double d;
    if (static_number(e, &v, &d)) {
        report_from(e->d, DIAG_not_whole, origin_at(e, x->at), what);
        report_found(e->d, "%g%s%s", d, is_plain_unit(v.unit) ? "" : ", ",
                     is_plain_unit(v.unit) ? "" : unit_kind(e->a, v.unit));
    } else {
        report_from(e->d, DIAG_not_static, origin_at(e, x->at), what);
    }
    return false;
}

/* ---- arrays written out ------------------------------------------------------------------------------------------------ */
static node *stack_items(elab *e, node **items, int n, loc at) {
    type t = items[0]->type;
    bool known = true;
    for (int i = 0; i < n; i++) {
        if (!same_shape(&items[i]->type, &t)) {
            report_from(e->d, DIAG_array_items, origin_at(e, at), i, type_text(e->a, &items[i]->type),
                        type_text(e->a, &t));
            return NULL;
        }
        known &= items[i]->op == OP_constant;
    }
    if (t.rank == MAX_RANK) {
        report_from(e->d, DIAG_rank_limit, origin_at(e, at), MAX_RANK + 1, MAX_RANK);
        return NULL;
    }
    dtype dt = T_INT;
    for (int i = 0; i < n; i++) {
        dt = items[i]->type.dt == T_COMPLEX || dt == T_COMPLEX ? T_COMPLEX : items[i]->type.dt == T_REAL ? T_REAL : dt;
    }
    int64_t shape[MAX_RANK] = {n};
    memcpy(shape + 1, t.shape, sizeof(int64_t) * (size_t)t.rank);
    if (!known) {
        int64_t one[MAX_RANK] = {1};
        memcpy(one + 1, t.shape, sizeof(int64_t) * (size_t)t.rank);
        for (int i = 0; i < n; i++) { items[i] = g_reshape(e->g, items[i], t.rank + 1, one, origin_at(e, at)); }
        attr axis = attr_of_int(e->a, 0);
        return n == 1 ? items[0] : apply_op(e, OP_concat, items, n, &axis, 1, at);
    }
    int64_t w = dt == T_COMPLEX ? 2 : 1, each = type_count(&t);
    double *v = NEW_ARRAY(e->a, double, n *each *w);
    for (int i = 0; i < n; i++) {
        int64_t iw = items[i]->type.dt == T_COMPLEX ? 2 : 1;
        const constant *k = items[i]->konst;
        for (int64_t j = 0; j < each; j++) {
            for (int64_t c = 0; c < iw; c++) { v[(i * each + j) * w + c] = k->value[k->splat ? c : j * iw + c]; }
        }
    }
    return graph_constant(e->g, type_make(dt, t.rank + 1, shape), v, false, origin_at(e, at));
}

static sval array_value(elab *e, const expr *x) {
    if (x->nargs == 0) { return val_ints(e, NULL, 0); }
    node **items = NEW_ARRAY(e->a, node *, x->nargs);
    bool literal = true, ok = true;
    unit u = {0};
    for (int i = 0; i < x->nargs; i++) {
        sval v = eval_expr(e, x->args[i].value);
        items[i] = v.kind == V_NONE ? NULL : need_node(e, v, x->args[i].value->at);
        ok &= items[i] != NULL;
        literal &= v.literal;
        u = v.unit;
    }
    if (!ok) { return NONE; }
    sval out = val_node(stack_items(e, items, x->nargs, x->at));
    out.literal = literal;
    out.unit = u;
    return out;
}

static sval if_value(elab *e, const expr *x) {
    sval c = eval_expr(e, x->args[0].value);
    int64_t k;
    if (c.kind == V_NONE) { return NONE; }
    if (!static_int(e, &c, &k)) {
        report_from(e->d, DIAG_not_static, origin_at(e, x->args[0].value->at), "the condition of 'if'");
        report_help(e->d, "'if' is decided by the compiler; for values use where(c, a, b)");
        return NONE;
    }
    return eval_expr(e, x->args[k ? 1 : 2].value);
}

sval eval_expr(elab *e, const expr *x) {
    if (diags_full(e->d)) { return NONE; }
    if (e->depth >= MAX_DEPTH) {
        report_from(e->d, DIAG_nested_too_deep, origin_at(e, x->at), MAX_DEPTH);
        return NONE;
    }
    e->depth++;
    sval v = NONE;
    switch (x->kind) {
    case E_NUMBER: v = number_value(e, x); break;
    case E_STRING: v = (sval){.kind = V_STRING, .text = x->text}; break;
    case E_NAME: v = name_value(e, x); break;
    case E_CALL: v = eval_call(e, x); break;
    case E_ARRAY: v = array_value(e, x); break;
    case E_UNARY: v = unary_value(e, x); break;
    case E_BINARY: v = binary_value(e, x); break;
    case E_INDEX: v = eval_index(e, x); break;
    case E_IF: v = if_value(e, x); break;
    case E_RANGE: report_from(e->d, DIAG_not_array, origin_at(e, x->at), arena_printf(e->a, "a range %s", "..")); break;
    }
    e->depth--;
    return v;
}
