/* types.c: declared types against values: base, shape (binding names on first sight), unit, rate. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

static const char *base_text(type_base b) {
    switch (b) {
    case TY_REAL: return "real";
    case TY_COMPLEX: return "complex";
    case TY_NUM: return "real or complex";
    case TY_INT: return "int";
    case TY_OPTION: return "an option";
    case TY_STRING: return "a text";
    case TY_INTS: return "a list of whole numbers";
    case TY_AXES: return "an axis or a list of axes";
    case TY_FUNCTION: return "the name of a function";
    case TY_ANY: break;
    }
    return "a value";
}

bool type_of_expr(elab *e, const type_expr *t, type *out) {
    memset(out, 0, sizeof *out);
    if (t->base != TY_REAL && t->base != TY_COMPLEX && t->base != TY_INT) {
        report_from(e->d, DIAG_role_type, origin_at(e, t->at), base_text(t->base));
        return false;
    }
    out->dt = t->base == TY_REAL ? T_REAL : t->base == TY_COMPLEX ? T_COMPLEX : T_INT;
    if (t->ndims > MAX_RANK) {
        report_from(e->d, DIAG_rank_limit, origin_at(e, t->at), t->ndims, MAX_RANK);
        return false;
    }
    double count = 1;
    for (int i = 0; i < t->ndims; i++) {
        if (t->dims[i].is_ellipsis) {
            report_from(e->d, DIAG_role_type, origin_at(e, t->at), "a shape with '...'");
            report_help(e->d, "sizes of inputs and params are fixed when the pipeline is compiled");
            return false;
        }
        int64_t n;
        if (!eval_static_int(e, t->dims[i].size, "a size", &n)) { return false; }
        if (n < 1 || (count *= (double)n) > 1e12) {
            report_from(e->d, DIAG_bad_size, origin_at(e, t->dims[i].size->at), (long long)n);
            return false;
        }
        out->shape[out->rank++] = n;
    }
    if (t->rate) {
        sval v = eval_expr(e, t->rate);
        double r;
        unit hz = {.time = -1};
        if (v.kind == V_NONE) { return false; }
        if (!static_number(e, &v, &r) || !(r > 0) || (!is_plain_unit(v.unit) && !same_unit(v.unit, hz))) {
            report_from(e->d, DIAG_bad_rate, origin_at(e, t->rate->at));
            report_help(e->d, "write @ 48kHz");
            return false;
        }
        out->rate = r;
    }
    return true;
}

/* A size named in a signature: bound at first sight, else compared. */
static bool match_dim(elab *e, const dim *d, int64_t size, scope *callee, bool bind, int64_t *want) {
    const expr *x = d->size;
    *want = size;
    if (x->kind == E_NAME) {
        sval *known = scope_find(callee, x->text);
        const space *home;
        bool global = space_find(callee->space, x->text, &home) != NULL && home == callee->space;
        if (!known && !global) {
            if (bind) { scope_set(e, callee, x->text, val_node(int_node(e, size, origin_at(e, x->at)))); }
            return true;
        }
    } else if (bind) {
        return true; /* expressions are looked at once every name is known */
    }
    scope *saved = e->sc;
    e->sc = callee;
    sval v = eval_expr(e, x);
    e->sc = saved;
    return static_int(e, &v, want) && *want == size;
}

static char *shape_wanted(elab *e, const type_expr *t, scope *callee) {
    strbuf b = {0};
    sb_puts(&b, "[");
    for (int i = 0; i < t->ndims; i++) {
        const dim *d = &t->dims[i];
        sb_puts(&b, i ? ", " : "");
        if (d->is_ellipsis) {
            sb_puts(&b, "...");
            continue;
        }
        scope *saved = e->sc;
        e->sc = callee;
        int64_t n;
        sval v = d->size->kind == E_NAME && !scope_find(callee, d->size->text) ? NONE : eval_expr(e, d->size);
        e->sc = saved;
        if (v.kind != V_NONE && static_int(e, &v, &n)) {
            sb_printf(&b, "%lld", (long long)n);
        } else {
            sb_puts(&b, d->size->kind == E_NAME ? d->size->text : "?");
        }
    }
    sb_puts(&b, "]");
    char *s = arena_strdup(e->a, sb_text(&b));
    sb_free(&b);
    return s;
}

static bool match_shape(elab *e, const type_expr *t, node *n, scope *callee) {
    int r = n->type.rank, dots = -1;
    for (int i = 0; i < t->ndims; i++) {
        if (t->dims[i].is_ellipsis) { dots = i; }
    }
    int fixed = t->ndims - (dots >= 0);
    if (r < fixed || (dots < 0 && r != fixed)) { return false; }
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < t->ndims; i++) {
            int64_t want;
            if (i == dots) {
                if (t->dims[i].name && pass == 0) {
                    scope_set(e, callee, t->dims[i].name, val_ints(e, n->type.shape + i, r - fixed));
                }
                continue;
            }
            int axis = dots >= 0 && i > dots ? r - (t->ndims - i) : i;
            if (!match_dim(e, &t->dims[i], n->type.shape[axis], callee, pass == 0, &want)) { return false; }
        }
    }
    return true;
}

static bool match_rate(elab *e, const type_expr *t, const node *n, scope *callee, loc at, const char *fname) {
    if (!t->rate) { return true; }
    if (t->rate->kind == E_NAME && !scope_find(callee, t->rate->text)) {
        if (n->type.rate <= 0) {
            report_from(e->d, DIAG_rate_unknown, origin_at(e, at), fname);
            report_help(e->d, "give the input its rate, `input x : real[N] @ 48kHz`, or use at_rate(x, 48kHz)");
            return false;
        }
        scope_set(e, callee, t->rate->text, val_node(graph_scalar(e->g, n->type.rate, origin_at(e, at))));
        return true;
    }
    scope *saved = e->sc;
    e->sc = callee;
    sval v = eval_expr(e, t->rate);
    e->sc = saved;
    double r;
    if (static_number(e, &v, &r) && n->type.rate > 0 && fabs(r - n->type.rate) > 1e-9 * r) {
        report_from(e->d, DIAG_rate_mismatch, origin_at(e, at), fname, r, n->type.rate);
        return false;
    }
    return true;
}

static bool fits_base(elab *e, const type_expr *t, sval *v) {
    int64_t list[64];
    int n;
    switch (t->base) {
    case TY_OPTION: return v->kind == V_OPTION;
    case TY_FUNCTION: return v->kind == V_DEF;
    case TY_STRING: return v->kind == V_STRING;
    case TY_INTS:
    case TY_AXES:
        if (!static_ints(e, v, list, &n, (int)COUNT_OF(list))) { return false; }
        *v = val_ints(e, list, n);
        return true;
    case TY_ANY: return true;
    case TY_REAL:
    case TY_NUM:
    case TY_COMPLEX:
    case TY_INT: break;
    }
    if (v->kind != V_NODE) { return false; }
    dtype dt = v->node->type.dt;
    int64_t k;
    if (t->base == TY_INT) {
        if (dt != T_INT && !t->has_shape && static_int(e, v, &k)) {
            unit u = v->unit;
            bool lit = v->literal;
            *v = val_node(int_node(e, k, v->node->from)); /* 16000.0, made of 1s * 16kHz */
            v->unit = u;
            v->literal = lit;
            return true;
        }
        return dt == T_INT;
    }
    if (dt == T_INT) { v->node = as_real(e, v->node); }
    if (t->base == TY_COMPLEX && dt != T_COMPLEX) { v->node = g_to_complex(e->g, v->node, v->node->from); }
    return t->base != TY_REAL || dt != T_COMPLEX;
}

static const char *found_text(elab *e, const sval *v) {
    switch (v->kind) {
    case V_NODE: return type_text(e->a, &v->node->type);
    case V_OPTION: return arena_printf(e->a, "the word '%s'", v->text);
    case V_STRING: return arena_printf(e->a, "the text \"%s\"", v->text);
    case V_INTS: return arena_printf(e->a, "a list of %d whole numbers", v->count);
    case V_TUPLE: return arena_printf(e->a, "%d results", v->count);
    case V_SIGNAL: return "a signal the loop is still making";
    case V_DEF: return arena_printf(e->a, "the function %s()", v->text);
    case V_NONE: break;
    }
    return "nothing";
}

static bool match_option(elab *e, const decl *def, const param_decl *p, const sval *v, loc at) {
    if (p->type->noptions == 0) { return true; }
    strbuf all = {0};
    for (int i = 0; i < p->type->noptions; i++) {
        if (strcmp(p->type->options[i], v->text) == 0) {
            sb_free(&all);
            return true;
        }
        sb_printf(&all, "%s%s", i ? ", " : "", p->type->options[i]);
    }
    report_from(e->d, DIAG_bad_option, origin_at(e, at), v->text, p->name, def->name);
    report_expected(e->d, "one of: %s", sb_text(&all));
    const char *near = nearest_name(v->text, p->type->options, p->type->noptions);
    if (near) { report_help(e->d, "did you mean %s=%s?", p->name, near); }
    sb_free(&all);
    return false;
}

static bool match_unit(elab *e, const decl *def, const param_decl *p, const sval *v, loc at) {
    if (v->kind != V_NODE || !v->literal || is_plain_unit(v->unit)) { return true; }
    bool counts = p->type->base == TY_INT && !p->type->has_shape;
    if (!p->type->has_unit && !counts) { return true; }
    if (p->type->has_unit && same_unit(p->type->unit, v->unit)) { return true; }
    const char *want = counts && !p->type->has_unit ? "a number of elements" : unit_kind(e->a, p->type->unit);
    report_from(e->d, DIAG_unit_mismatch, origin_at(e, at),
                arena_printf(e->a, "%s() argument '%s'", def->name, p->name), want, unit_kind(e->a, v->unit));
    double x;
    static_number(e, v, &x);
    if (counts && v->unit.time == 1) {
        report_help(e->d, "multiply by the sample rate: %gs * rate(x), or %gms * 16kHz", x, x * 1e3);
    } else if (p->type->unit.time == -v->unit.time && v->unit.time && x != 0) {
        report_help(e->d,
                    v->unit.time == 1 ? "a period of %gs is a frequency of %gHz"
                                      : "a frequency of %gHz is a period of %gs",
                    x, 1 / x);
    }
    return false;
}

bool match_param(elab *e, const decl *def, const param_decl *p, sval *v, loc at, scope *callee) {
    const type_expr *t = p->type;
    if (!t || t->base == TY_ANY) {
        return !def->result && t && t->has_shape && v->kind == V_NODE ? match_shape(e, t, v->node, callee) : true;
    }
    if (t->base == TY_INT && !t->has_shape && v->kind == V_NODE && !match_unit(e, def, p, v, at)) { return false; }
    if (!fits_base(e, t, v)) {
        report_from(e->d, DIAG_argument_kind, origin_at(e, at), def->name, p->name, base_text(t->base),
                    found_text(e, v));
        if (v->kind == V_NODE && v->node->type.dt == T_COMPLEX) {
            report_help(e->d, "take abs(...), abs2(...), re(...) or angle(...) first, as the computation means");
        }
        return false;
    }
    if (t->base == TY_OPTION) { return match_option(e, def, p, v, at); }
    if (v->kind != V_NODE) { return true; }
    /* a row of the operator table: infer_type checks shapes, in its own words */
    bool shape_later = def->result && t->has_shape;
    if (!shape_later && (t->has_shape ? !match_shape(e, t, v->node, callee) : v->node->type.rank != 0)) {
        report_from(e->d, DIAG_argument_shape, origin_at(e, at), def->name, p->name);
        report_expected(e->d, "%s%s", base_text(t->base),
                        t->has_shape ? shape_wanted(e, t, callee) : ", a single number");
        report_found(e->d, "%s", type_text(e->a, &v->node->type));
        return false;
    }
    return match_unit(e, def, p, v, at) && match_rate(e, t, v->node, callee, at, def->name);
}
