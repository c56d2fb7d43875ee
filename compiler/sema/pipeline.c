/* pipeline.c: the statements of a pipeline: roles, bindings, what must be delivered. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

static bool name_is_free(elab *e, const char *name, loc at) {
    if (!strmap_get(e->sc->names, name)) { return true; }
    report_from(e->d, DIAG_duplicate_name, origin_at(e, at), name);
    return false;
}

/* `in 20Hz..20kHz log` */
static bool take_range(elab *e, const stmt *st, leaf_info *info) {
    if (!st->range) { return true; }
    sval lo = eval_expr(e, st->range->args[0].value), hi = eval_expr(e, st->range->args[1].value);
    if (lo.kind == V_NONE || hi.kind == V_NONE) { return false; }
    bool known = static_number(e, &lo, &info->lo) && static_number(e, &hi, &info->hi);
    if (!known || !(info->lo < info->hi) || (st->range_log && !(info->lo > 0)) || isinf(info->lo) || isinf(info->hi)) {
        report_from(e->d, DIAG_bad_range, origin_at(e, st->range->at), st->name);
        report_expected(e->d, "%s", st->range_log ? "two rising positive numbers" : "two rising numbers");
        return false;
    }
    if (info->type.dt != T_REAL) {
        report_from(e->d, DIAG_bad_range, origin_at(e, st->range->at), st->name);
        report_help(e->d, "only real parameters have a range");
        return false;
    }
    info->has_range = true;
    info->log_range = st->range_log;
    return true;
}

static void declare(elab *e, const stmt *st, role r) {
    leaf_info info = {.name = st->name, .role = r, .from = origin_at(e, st->at)};
    bool ok = name_is_free(e, st->name, st->at);
    if (!st->type) {
        report_from(e->d, DIAG_role_type, origin_at(e, st->at), "no type");
        report_help(e->d, "write %s %s : real[N]", r == ROLE_INPUT ? "input" : "param", st->name);
        ok = false;
    } else {
        ok &= type_of_expr(e, st->type, &info.type);
    }
    if (ok && r == ROLE_PARAM && info.type.dt == T_INT) {
        report_from(e->d, DIAG_int_param, origin_at(e, st->at), st->name);
        report_help(e->d, "make it an input, or a real parameter");
        ok = false;
    }
    ok = ok && take_range(e, st, &info) && initial_value(e, st, &info);
    if (!ok) {
        scope_set(e, e->sc, st->name, NONE);
        return;
    }
    node *n = graph_leaf(e->g, st->name, r, info.type, info.from);
    scope_set(e, e->sc, st->name, val_node(n));
    vec_push(e->a, &e->prog->leaves, info);
}

static bool delivered_already(elab *e, const char *name) {
    for (int i = 0; i < e->g->results.len; i++) {
        if (strcmp(e->g->results.data[i].name, name) == 0) { return true; }
    }
    return false;
}

static void output(elab *e, const stmt *st) {
    sval v;
    if (st->value) {
        v = eval_expr(e, st->value);
        bool fresh = name_is_free(e, st->name, st->at);
        scope_set(e, e->sc, st->name, v);
        if (!fresh) { return; }
    } else {
        expr name = {.kind = E_NAME, .text = st->name, .at = st->at};
        v = eval_expr(e, &name);
    }
    node *n = v.kind == V_NONE ? NULL : need_node(e, v, st->at);
    if (!n) { return; }
    if (delivered_already(e, st->name) || strcmp(st->name, "loss") == 0) {
        report_from(e->d, DIAG_duplicate_name, origin_at(e, st->at), st->name);
        return;
    }
    graph_name(n, st->name);
    graph_result(e->g, OUT_OUTPUT, st->name, n);
}

static void loss(elab *e, const stmt *st, node **total) {
    sval v = eval_expr(e, st->value);
    node *n = v.kind == V_NONE ? NULL : need_node(e, v, st->value->at);
    if (!n) { return; }
    n = as_real(e, n);
    if (n->type.dt == T_COMPLEX || n->type.rank != 0) {
        report_from(e->d, DIAG_bad_loss, origin_at(e, st->value->at), type_text(e->a, &n->type));
        report_help(e->d,
                    n->type.dt == T_COMPLEX ? "take abs2(...) or re(...)" : "reduce it with sum(...) or mean(...)");
        return;
    }
    *total = *total ? apply2(e, OP_add, *total, n, st->at) : n;
    e->prog->nlosses++;
}

static void check_unused(elab *e) {
    bool *used = NEW_ARRAY(e->a, bool, e->g->nodes.len + 1);
    for (int i = 0; i < e->g->results.len; i++) { used[e->g->results.data[i].value->id] = true; }
    for (int i = e->g->nodes.len - 1; i >= 0; i--) {
        const node *n = e->g->nodes.data[i];
        for (int k = 0; used[i] && k < n->nargs; k++) { used[n->args[k]->id] = true; }
    }
    for (int i = 0; i < e->g->leaves.len; i++) {
        const node *n = e->g->leaves.data[i];
        if (!used[n->id]) {
            report_from(e->d, DIAG_unused_leaf, n->from, n->role == ROLE_PARAM ? "param" : "input", n->name);
        }
    }
}

void elaborate_body(elab *e, const decl *p) {
    node *total = NULL;
    int before = diags_errors(e->d);
    for (int i = 0; i < p->nbody && !diags_full(e->d); i++) {
        stmt *st = p->body[i];
        bool returned;
        switch (st->kind) {
        case S_INPUT: declare(e, st, ROLE_INPUT); break;
        case S_PARAM: declare(e, st, ROLE_PARAM); break;
        case S_OUTPUT: output(e, st); break;
        case S_LOSS: loss(e, st, &total); break;
        case S_RETURN:
            report_from(e->d, DIAG_statement_not_here, origin_at(e, st->at), "return");
            report_help(e->d, "a pipeline delivers with `output name` and `loss value`");
            break;
        case S_LET:
            for (int k = 0; k < st->nnames; k++) {
                sval *old = strmap_get(e->sc->names, st->names[k]);
                if (old && old->kind == V_NODE && old->node->op == OP_leaf) {
                    report_from(e->d, DIAG_duplicate_name, origin_at(e, st->at), st->names[k]);
                    report_help(e->d, "an input or param keeps its value: give the result another name");
                }
            }
            eval_statements(e, &st, 1, &returned);
            break;
        case S_EXPR:
        case S_FOR: eval_statements(e, &st, 1, &returned); break;
        }
    }
    if (total) { graph_result(e->g, OUT_LOSS, "loss", total); }
    if (diags_errors(e->d) != before) { return; }
    if (e->g->results.len == 0) {
        report_from(e->d, DIAG_nothing_delivered, origin_at(e, p->name_at), p->name);
        report_help(e->d, "end it with `output y` or `loss mse(y, target)`");
        return;
    }
    check_unused(e);
}
