/* builtin_value.c: arrays made from nothing, rates, requirements. */
#include "sema/builtins.h"

#include <math.h>
#include <string.h>

static sval filled(elab *e, const expr *call, const svals *rest, double x) {
    int64_t shape[MAX_RANK];
    int n;
    if (!shape_list(e, rest, 0, call->at, shape, &n)) { return NONE; }
    return val_node(graph_fill(e->g, type_make(T_REAL, n, shape), x, origin_at(e, call->at)));
}

sval do_zeros(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    return filled(e, call, rest, 0.0);
}

sval do_ones(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    return filled(e, call, rest, 1.0);
}

sval do_full(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    const sval *s = scope_find(args, "shape");
    node *v = arg_node(e, args, "value", call->at);
    if (!v || v->type.rank != 0) {
        return v ? (report_from(e->d, DIAG_argument_shape, origin_at(e, call->at), "full", "value"), NONE) : NONE;
    }
    attr a = attr_of_ints(e->a, s->ints, s->count);
    return val_node(apply_op(e, OP_broadcast, &v, 1, &a, 1, call->at));
}

/* arange(n), arange(a, b), arange(a, b, step): whole numbers when all three are. */
sval do_arange(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    double v[3] = {0, 0, 1};
    bool whole = true;
    int k = rest->v.len;
    if (k < 1 || k > 3) { return no_value(e, call, "stop"); }
    for (int i = 0; i < k; i++) {
        int64_t w;
        if (!static_number(e, &rest->v.data[i], &v[k == 1 ? 1 : i])) {
            report_from(e->d, DIAG_not_static, origin_at(e, call->at), "an argument of arange()");
            return NONE;
        }
        whole &= static_int(e, &rest->v.data[i], &w) && rest->v.data[i].node->type.dt == T_INT;
    }
    double count = ceil((v[1] - v[0]) / v[2] - 1e-12);
    if (!(count >= 1) || count > 1e9) {
        report_from(e->d, DIAG_bad_size, origin_at(e, call->at), (long long)(count >= 1 ? 1000000000 : 0));
        return NONE;
    }
    attr n = attr_of_int(e->a, (int64_t)count);
    node *y = apply_op(e, OP_iota, NULL, 0, &n, 1, call->at);
    const origin *from = origin_at(e, call->at);
    if (!whole) { y = as_real(e, y); }
    if (v[2] != 1) {
        y = apply2(e, OP_mul, y, whole ? int_node(e, (int64_t)v[2], from) : graph_scalar(e->g, v[2], from), call->at);
    }
    if (v[0] != 0 && y) {
        y = apply2(e, OP_add, y, whole ? int_node(e, (int64_t)v[0], from) : graph_scalar(e->g, v[0], from), call->at);
    }
    return val_node(y);
}

/* ---- tags ---------------------------------------------------------------------------------------------------------------------------- */
static sval tag(elab *e, const expr *call, scope *args, bool df) {
    node *x = arg_node(e, args, "x", call->at);
    if (!x) { return NONE; }
    double t = df ? x->type.df : x->type.rate;
    if (t <= 0) {
        report_from(e->d, df ? DIAG_df_unknown : DIAG_rate_unknown, origin_at(e, call->at),
                    e->expanding ? e->expanding : call->text);
        report_help(e->d, "give the input its rate, `input x : real[N] @ 48kHz`, or use %s",
                    df ? "at_df(x, 15.625Hz)" : "at_rate(x, 48kHz)");
        return NONE;
    }
    return val_node(graph_scalar(e->g, t, origin_at(e, call->at)));
}

sval do_rate(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    return tag(e, call, args, false);
}

sval do_df(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    return tag(e, call, args, true);
}

sval do_has_rate(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.rate > 0, origin_at(e, call->at))) : NONE;
}

sval do_may_keep(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    double bytes;
    loop_memory m = session_memory(e->s);
    if (!static_number(e, scope_find(args, "bytes"), &bytes)) { return NONE; }
    double most = m.keep.kind == KEEP_BYTES ? (double)m.keep.n : m.keep.kind == KEEP_ALL ? INFINITY : 0;
    if (m.keep.kind == KEEP_UNSAID) { most = KEEP_ALL_LIMIT; }
    return val_node(int_node(e, bytes <= most, origin_at(e, call->at)));
}

sval do_has_df(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.df > 0, origin_at(e, call->at))) : NONE;
}

/* The same elements under another tag: a reshape to the same shape that carries the new rate. */
static sval retag(elab *e, const expr *call, scope *args, bool df) {
    node *x = arg_node(e, args, "x", call->at);
    const sval *v = scope_find(args, "r");
    double r;
    if (!x) { return NONE; }
    if (!static_number(e, v, &r) || !(r >= 0) || isinf(r)) {
        report_from(e->d, DIAG_bad_rate, origin_at(e, call->at));
        return NONE;
    }
    type t = x->type;
    *(df ? &t.df : &t.rate) = r;
    attr a = attr_of_ints(e->a, t.shape, t.rank);
    return val_node(graph_node(e->g, OP_reshape, t, &x, 1, &a, 1, origin_at(e, call->at)));
}

sval do_at_rate(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    return retag(e, call, args, false);
}

sval do_at_df(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    return retag(e, call, args, true);
}

/* ---- requirements ---------------------------------------------------------------------------------------------------------------------- */
/* The arrays among the arguments of the definition being expanded: "a: real[10], b: real[11]". */
static void show_arguments(elab *e) {
    strbuf all = {0};
    for (int i = 0; i < strmap_len(e->sc->names); i++) {
        const sval *v = strmap_value(e->sc->names, i);
        if (v->kind == V_NODE && v->node->type.rank > 0) {
            sb_printf(&all, "%s%s: %s", all.len ? ", " : "", strmap_key(e->sc->names, i),
                      type_text(e->a, &v->node->type));
        }
    }
    if (all.len) { report_found(e->d, "%s", sb_text(&all)); }
    sb_free(&all);
}

/* A failed requirement is the caller's mistake: it is reported at the call. */
static void complain(elab *e, const expr *call, const char *text) {
    const origin *o = e->caller;
    report_from(e->d, DIAG_failed_requirement, o ? o : origin_at(e, call->at), e->expanding ? e->expanding : "require",
                text);
    if (e->expanding) { show_arguments(e); }
}

sval do_require(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    int64_t ok;
    const sval *c = scope_find(args, "condition");
    if (!static_int(e, c, &ok)) {
        report_from(e->d, DIAG_not_static, origin_at(e, call->at), "the condition of require()");
    } else if (!ok) {
        complain(e, call, scope_find(args, "message")->text);
    }
    return NONE;
}

/* Which elements of a condition hold, "3, 4, 7": a warning about some of many names them. */
static const char *those_that_hold(elab *e, const tensor *t) {
    strbuf b = {0};
    int64_t n = type_count(&t->type), shown = 0, more = 0;
    for (int64_t i = 0; i < n; i++) {
        if (t->v[i] != 0 && shown < 12) {
            sb_printf(&b, "%s%lld", shown++ ? ", " : "", (long long)i);
        } else {
            more += t->v[i] != 0;
        }
    }
    if (more) { sb_printf(&b, " and %lld more", (long long)more); }
    const char *text = shown ? arena_strdup(e->a, sb_text(&b)) : NULL;
    sb_free(&b);
    return text;
}

sval do_warn(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *c = arg_node(e, args, "condition", call->at);
    const tensor *t = c ? const_value(e, c) : NULL;
    if (!t) {
        report_from(e->d, DIAG_not_static, origin_at(e, call->at), "the condition of warn()");
        return NONE;
    }
    const char *which = those_that_hold(e, t), *text = scope_find(args, "message")->text;
    if (which) {
        report_from(e->d, DIAG_doubtful_call, e->caller ? e->caller : origin_at(e, call->at),
                    e->expanding ? e->expanding : "warn",
                    t->type.rank ? arena_printf(e->a, "%s: %s", text, which) : text);
    }
    return NONE;
}

sval do_error(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    complain(e, call, scope_find(args, "message")->text);
    return NONE;
}

sval do_load(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    return load_array(e, scope_find(args, "path")->text, call->at);
}
