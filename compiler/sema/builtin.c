/* builtin.c: the forms whose result type a signature cannot say: shapes, reductions over named axes, tags, constants. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

static node *arg_node(elab *e, scope *args, const char *name, loc at)
{
    sval *v = scope_find(args, name);
    return v ? need_node(e, *v, at) : NULL;
}

static int64_t arg_int(elab *e, scope *args, const char *name)
{
    int64_t k = 0;
    sval *v = scope_find(args, name);
    if (v) {
        static_int(e, v, &k);
    }
    return k;
}

/* Axes as given, negative ones counted from the end, none meaning all; sorted, each once. */
static bool arg_axes(elab *e, scope *args, const char *name, int rank, loc at, int64_t *out, int *n)
{
    const sval *v = scope_find(args, name);
    bool taken[MAX_RANK] = {false};
    for (int i = 0; i < v->count; i++) {
        int64_t k = v->ints[i];
        if (k < -rank || k >= rank) {
            report_from(e->d, DIAG_bad_axis, origin_at(e, at), (long long)k, rank);
            return false;
        }
        taken[k < 0 ? k + rank : k] = true;
    }
    *n = 0;
    for (int i = 0; i < rank; i++) {
        if (taken[i] || v->count == 0) {
            out[(*n)++] = i;
        }
    }
    return true;
}

static sval no_value(elab *e, const expr *call, const char *what)
{
    report_from(e->d, DIAG_missing_argument, origin_at(e, call->at), call->text, what);
    return NONE;
}

/* ---- asking ------------------------------------------------------------------------------------------------------------ */
static sval do_shape(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_ints(e, x->type.shape, x->type.rank) : NONE;
}

static sval do_size(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    int64_t axes[MAX_RANK], count = 1;
    int n;
    if (!x || !arg_axes(e, args, "axis", x->type.rank, call->at, axes, &n)) {
        return NONE;
    }
    for (int i = 0; i < n; i++) {
        count *= x->type.shape[axes[i]];
    }
    return val_node(int_node(e, count, origin_at(e, call->at)));
}

static sval do_rank(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.rank, origin_at(e, call->at))) : NONE;
}

static sval do_is_complex(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.dt == T_COMPLEX, origin_at(e, call->at))) : NONE;
}

static sval do_inverse_perm(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    const sval *p = scope_find(args, "p");
    int64_t out[MAX_RANK] = {0};
    for (int i = 0; i < p->count && i < MAX_RANK; i++) {
        if (p->ints[i] < 0 || p->ints[i] >= p->count) {
            report_from(e->d, DIAG_bad_axis, origin_at(e, call->at), (long long)p->ints[i], p->count);
            return NONE;
        }
        out[p->ints[i]] = i;
    }
    return val_ints(e, out, p->count);
}

static sval do_last_sizes(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    int64_t d = arg_int(e, args, "d");
    if (!x || d < 0 || d > x->type.rank) {
        return x ? no_value(e, call, "d") : NONE;
    }
    return val_ints(e, x->type.shape + x->type.rank - d, (int)d);
}

/* ---- shapes -------------------------------------------------------------------------------------------------------------- */
/* zeros(3, 4), zeros([3, 4]) and zeros(shape(x)) alike. */
static bool shape_list(elab *e, const svals *rest, int from, loc at, int64_t *out, int *n)
{
    *n = 0;
    for (int i = from; i < rest->v.len; i++) {
        int64_t part[MAX_RANK + 1];
        int k;
        if (!static_ints(e, &rest->v.data[i], part, &k, MAX_RANK) || *n + k > MAX_RANK) {
            report_from(e->d, DIAG_not_static, origin_at(e, at), "a shape (at most 6 whole numbers)");
            return false;
        }
        memcpy(out + *n, part, sizeof *part * (size_t)k);
        *n += k;
    }
    for (int i = 0; i < *n; i++) {
        if (out[i] < 1 && out[i] != -1) {
            report_from(e->d, DIAG_bad_size, origin_at(e, at), (long long)out[i]);
            return false;
        }
    }
    return true;
}

static node *first(elab *e, const expr *call, const svals *rest)
{
    if (rest->v.len == 0) {
        no_value(e, call, "x");
        return NULL;
    }
    return need_node(e, rest->v.data[0], call->at);
}

static sval shaped(elab *e, const expr *call, const svals *rest, op_id op)
{
    node *x = first(e, call, rest);
    int64_t shape[MAX_RANK];
    int n;
    if (!x || !shape_list(e, rest, 1, call->at, shape, &n)) {
        return NONE;
    }
    attr a = attr_of_ints(e->a, shape, n);
    return val_node(apply_op(e, op, &x, 1, &a, 1, call->at));
}

static sval do_reshape(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)args;
    return shaped(e, call, rest, OP_reshape);
}

static sval do_broadcast(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)args;
    return shaped(e, call, rest, OP_broadcast);
}

static sval do_sum_to(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)args;
    node *x = first(e, call, rest);
    int64_t shape[MAX_RANK];
    int n;
    if (!x || !shape_list(e, rest, 1, call->at, shape, &n)) {
        return NONE;
    }
    return val_node(g_sum_to(e->g, x, type_make(x->type.dt, n, shape), origin_at(e, call->at)));
}

static sval do_permute(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)args;
    node *x = first(e, call, rest);
    int64_t perm[MAX_RANK];
    int n = 0;
    if (!x) {
        return NONE;
    }
    for (int i = 1; i < rest->v.len && n <= MAX_RANK; i++) {
        int k;
        if (!static_ints(e, &rest->v.data[i], perm + n, &k, MAX_RANK - n)) {
            report_from(e->d, DIAG_not_static, origin_at(e, call->at), "an order of axes");
            return NONE;
        }
        n += k;
    }
    int r = x->type.rank;
    if (n == 0) { /* transpose(x): the last two axes swapped */
        for (n = 0; n < r; n++) {
            perm[n] = n;
        }
        if (r >= 2) {
            perm[r - 1] = r - 2;
            perm[r - 2] = r - 1;
        }
    }
    for (int i = 0; i < n; i++) {
        perm[i] = perm[i] < 0 ? perm[i] + r : perm[i];
    }
    attr a = attr_of_ints(e->a, perm, n);
    return val_node(apply_op(e, OP_permute, &x, 1, &a, 1, call->at));
}

static sval do_unsqueeze(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    const sval *ax = scope_find(args, "axes");
    if (!x) {
        return NONE;
    }
    int r = x->type.rank + ax->count;
    bool one[MAX_RANK + 1] = {false};
    for (int i = 0; i < ax->count; i++) {
        int64_t k = ax->ints[i] < 0 ? ax->ints[i] + r : ax->ints[i];
        if (r > MAX_RANK || k < 0 || k >= r) {
            report_from(e->d, DIAG_bad_axis, origin_at(e, call->at), (long long)ax->ints[i], r);
            return NONE;
        }
        one[k] = true;
    }
    int64_t shape[MAX_RANK];
    for (int i = 0, j = 0; i < r; i++) {
        shape[i] = one[i] ? 1 : x->type.shape[j++];
    }
    return val_node(g_reshape(e->g, x, r, shape, origin_at(e, call->at)));
}

static sval do_squeeze(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    const sval *ax = scope_find(args, "axes");
    int64_t axes[MAX_RANK], shape[MAX_RANK];
    int n, k = 0;
    if (!x || !arg_axes(e, args, "axes", x->type.rank, call->at, axes, &n)) {
        return NONE;
    }
    for (int i = 0, j = 0; i < x->type.rank; i++) {
        bool named = j < n && axes[j] == i;
        j += named;
        if (named && x->type.shape[i] != 1 && ax->count > 0) {
            report_from(e->d, DIAG_bad_squeeze, origin_at(e, call->at), i, (long long)x->type.shape[i]);
            return NONE;
        }
        if (!named || x->type.shape[i] != 1) {
            shape[k++] = x->type.shape[i];
        }
    }
    return val_node(g_reshape(e->g, x, k, shape, origin_at(e, call->at)));
}

static sval join(elab *e, const expr *call, scope *args, const svals *rest, bool stack)
{
    node *items[64];
    int n = rest->v.len;
    if (n == 0 || n > (int)COUNT_OF(items)) {
        return n == 0 ? no_value(e, call, "a") : (report_from(e->d, DIAG_too_many_arguments, origin_at(e, call->at), call->text, 64, n), NONE);
    }
    const origin *from = origin_at(e, call->at);
    for (int i = 0; i < n; i++) {
        items[i] = need_node(e, rest->v.data[i], call->at);
        if (!items[i]) {
            return NONE;
        }
    }
    int r = items[0]->type.rank + stack;
    int64_t axis = arg_int(e, args, "axis");
    if (axis < -r || axis >= r || r > MAX_RANK) {
        report_from(e->d, DIAG_bad_axis, from, (long long)axis, r);
        return NONE;
    }
    axis = axis < 0 ? axis + r : axis;
    for (int i = 0; i < n && stack; i++) {
        if (!same_shape(&items[i]->type, &items[0]->type)) {
            report_from(e->d, DIAG_array_items, from, i, type_text(e->a, &items[i]->type), type_text(e->a, &items[0]->type));
            return NONE;
        }
    }
    for (int i = 0; i < n && stack; i++) {
        int64_t shape[MAX_RANK];
        for (int k = 0, j = 0; k < r; k++) {
            shape[k] = k == axis ? 1 : items[i]->type.shape[j++];
        }
        items[i] = g_reshape(e->g, items[i], r, shape, from);
    }
    attr a = attr_of_int(e->a, axis);
    return n == 1 ? val_node(items[0]) : val_node(apply_op(e, OP_concat, items, n, &a, 1, call->at));
}

static sval do_concat(elab *e, const expr *call, scope *args, const svals *rest)
{
    return join(e, call, args, rest, false);
}

static sval do_stack(elab *e, const expr *call, scope *args, const svals *rest)
{
    return join(e, call, args, rest, true);
}

/* ---- reductions -------------------------------------------------------------------------------------------------------------- */
static node *keep_axes(elab *e, scope *args, node *y, const type *was, const int64_t *axes, int n, loc at)
{
    if (!y || !arg_int(e, args, "keepdims")) {
        return y;
    }
    int64_t shape[MAX_RANK];
    memcpy(shape, was->shape, sizeof shape);
    for (int i = 0; i < n; i++) {
        shape[axes[i]] = 1;
    }
    return g_reshape(e->g, y, was->rank, shape, origin_at(e, at));
}

static sval sum_or_mean(elab *e, const expr *call, scope *args, bool mean)
{
    node *x = arg_node(e, args, "x", call->at);
    int64_t axes[MAX_RANK], count = 1;
    int n;
    if (!x || !arg_axes(e, args, "axis", x->type.rank, call->at, axes, &n)) {
        return NONE;
    }
    type was = x->type;
    for (int i = 0; i < n; i++) {
        count *= was.shape[axes[i]];
    }
    if (mean) {
        x = as_real(e, x);
    }
    attr a = attr_of_ints(e->a, axes, n);
    node *y = n == 0 ? x : apply_op(e, OP_sum, &x, 1, &a, 1, call->at);
    if (y && mean) {
        y = apply2(e, OP_mul, y, graph_scalar(e->g, 1.0 / (double)count, origin_at(e, call->at)), call->at);
    }
    return val_node(keep_axes(e, args, y, &was, axes, n, call->at));
}

static sval do_sum(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    return sum_or_mean(e, call, args, false);
}

static sval do_mean(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    return sum_or_mean(e, call, args, true);
}

/* The named axes last and as one, for operators that work on the last axis. */
static node *axes_last(elab *e, node *x, const int64_t *axes, int n, loc at)
{
    int r = x->type.rank, k = 0;
    if (r == 0) {
        int64_t one = 1;
        return g_reshape(e->g, x, 1, &one, origin_at(e, at));
    }
    int64_t perm[MAX_RANK], shape[MAX_RANK], count = 1;
    for (int i = 0; i < r; i++) {
        bool named = false;
        for (int j = 0; j < n; j++) {
            named |= axes[j] == i;
        }
        if (!named) {
            shape[k] = x->type.shape[i];
            perm[k++] = i;
        }
    }
    int kept = k;
    for (int j = 0; j < n; j++) {
        count *= x->type.shape[axes[j]];
        perm[k++] = axes[j];
    }
    bool moved = false;
    for (int i = 0; i < r; i++) {
        moved |= perm[i] != i;
    }
    if (moved) {
        attr p = attr_of_ints(e->a, perm, r);
        x = apply_op(e, OP_permute, &x, 1, &p, 1, at);
    }
    shape[kept] = count;
    return n == 1 ? x : g_reshape(e->g, x, kept + 1, shape, origin_at(e, at));
}

static sval extreme(elab *e, const expr *call, scope *args, const svals *rest, op_id pair, op_id reduce)
{
    node *x = first(e, call, rest);
    if (!x) {
        return NONE;
    }
    if (rest->v.len > 1) {
        node *y = x;
        for (int i = 1; y && i < rest->v.len && pair != OP_COUNT; i++) {
            node *b = need_node(e, rest->v.data[i], call->at);
            y = b ? apply2(e, pair, y, b, call->at) : NULL;
        }
        if (pair == OP_COUNT) {
            report_from(e->d, DIAG_too_many_arguments, origin_at(e, call->at), call->text, 1, rest->v.len);
            return NONE;
        }
        return val_node(y);
    }
    int64_t axes[MAX_RANK];
    int n;
    type was = x->type;
    if (!arg_axes(e, args, "axis", was.rank, call->at, axes, &n)) {
        return NONE;
    }
    node *last = axes_last(e, as_real(e, x), axes, n, call->at);
    node *y = last ? apply1(e, reduce, last, call->at) : NULL;
    return val_node(keep_axes(e, args, y, &was, axes, n, call->at));
}

static sval do_max(elab *e, const expr *call, scope *args, const svals *rest)
{
    return extreme(e, call, args, rest, OP_maximum, OP_reduce_max);
}

static sval do_min(elab *e, const expr *call, scope *args, const svals *rest)
{
    return extreme(e, call, args, rest, OP_minimum, OP_reduce_min);
}

static sval do_argmax(elab *e, const expr *call, scope *args, const svals *rest)
{
    return extreme(e, call, args, rest, OP_COUNT, OP_argmax);
}

static sval do_argmin(elab *e, const expr *call, scope *args, const svals *rest)
{
    return extreme(e, call, args, rest, OP_COUNT, OP_argmin);
}

/* axes_last for the prelude: sorting, softmax and the like along any axis */
static sval do_axis_last(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    int64_t axes[MAX_RANK];
    int n;
    if (!x || !arg_axes(e, args, "axis", x->type.rank, call->at, axes, &n)) {
        return NONE;
    }
    return val_node(axes_last(e, x, axes, n, call->at));
}

/* ---- constants ------------------------------------------------------------------------------------------------------------------ */
static sval filled(elab *e, const expr *call, const svals *rest, double x)
{
    int64_t shape[MAX_RANK];
    int n;
    if (!shape_list(e, rest, 0, call->at, shape, &n)) {
        return NONE;
    }
    return val_node(graph_fill(e->g, type_make(T_REAL, n, shape), x, origin_at(e, call->at)));
}

static sval do_zeros(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)args;
    return filled(e, call, rest, 0.0);
}

static sval do_ones(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)args;
    return filled(e, call, rest, 1.0);
}

static sval do_full(elab *e, const expr *call, scope *args, const svals *rest)
{
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
static sval do_arange(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)args;
    double v[3] = {0, 0, 1};
    bool whole = true;
    int k = rest->v.len;
    if (k < 1 || k > 3) {
        return no_value(e, call, "stop");
    }
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
    if (!whole) {
        y = as_real(e, y);
    }
    if (v[2] != 1) {
        y = apply2(e, OP_mul, y, whole ? int_node(e, (int64_t)v[2], from) : graph_scalar(e->g, v[2], from), call->at);
    }
    if (v[0] != 0 && y) {
        y = apply2(e, OP_add, y, whole ? int_node(e, (int64_t)v[0], from) : graph_scalar(e->g, v[0], from), call->at);
    }
    return val_node(y);
}

/* ---- tags ---------------------------------------------------------------------------------------------------------------------------- */
static sval tag(elab *e, const expr *call, scope *args, bool df)
{
    node *x = arg_node(e, args, "x", call->at);
    if (!x) {
        return NONE;
    }
    double t = df ? x->type.df : x->type.rate;
    if (t <= 0) {
        report_from(e->d, df ? DIAG_df_unknown : DIAG_rate_unknown, origin_at(e, call->at), e->expanding ? e->expanding : call->text);
        report_help(e->d, "give the input its rate, `input x : real[N] @ 48kHz`, or use %s", df ? "at_df(x, 15.625Hz)" : "at_rate(x, 48kHz)");
        return NONE;
    }
    return val_node(graph_scalar(e->g, t, origin_at(e, call->at)));
}

static sval do_rate(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    return tag(e, call, args, false);
}

static sval do_df(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    return tag(e, call, args, true);
}

static sval do_has_rate(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.rate > 0, origin_at(e, call->at))) : NONE;
}

static sval do_has_df(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.df > 0, origin_at(e, call->at))) : NONE;
}

/* The same elements under another tag: a reshape to the same shape that carries the new rate. */
static sval retag(elab *e, const expr *call, scope *args, bool df)
{
    node *x = arg_node(e, args, "x", call->at);
    const sval *v = scope_find(args, "r");
    double r;
    if (!x) {
        return NONE;
    }
    if (!static_number(e, v, &r) || !(r >= 0) || isinf(r)) {
        report_from(e->d, DIAG_bad_rate, origin_at(e, call->at));
        return NONE;
    }
    type t = x->type;
    *(df ? &t.df : &t.rate) = r;
    attr a = attr_of_ints(e->a, t.shape, t.rank);
    return val_node(graph_node(e->g, OP_reshape, t, &x, 1, &a, 1, origin_at(e, call->at)));
}

static sval do_at_rate(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    return retag(e, call, args, false);
}

static sval do_at_df(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    return retag(e, call, args, true);
}

/* ---- requirements ---------------------------------------------------------------------------------------------------------------------- */
/* The arrays among the arguments of the definition being expanded: "a: real[10], b: real[11]". */
static void show_arguments(elab *e)
{
    strbuf all = {0};
    for (int i = 0; i < strmap_len(e->sc->names); i++) {
        const sval *v = strmap_value(e->sc->names, i);
        if (v->kind == V_NODE && v->node->type.rank > 0) {
            sb_printf(&all, "%s%s: %s", all.len ? ", " : "", strmap_key(e->sc->names, i), type_text(e->a, &v->node->type));
        }
    }
    if (all.len) {
        report_found(e->d, "%s", sb_text(&all));
    }
    sb_free(&all);
}

/* A failed requirement is the caller's mistake: it is reported at the call. */
static void complain(elab *e, const expr *call, const char *text)
{
    const origin *o = e->caller;
    report_from(e->d, DIAG_failed_requirement, o ? o : origin_at(e, call->at), e->expanding ? e->expanding : "require", text);
    if (e->expanding) {
        show_arguments(e);
    }
}

static sval do_require(elab *e, const expr *call, scope *args, const svals *rest)
{
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
static const char *those_that_hold(elab *e, const tensor *t)
{
    strbuf b = {0};
    int64_t n = type_count(&t->type), shown = 0, more = 0;
    for (int64_t i = 0; i < n; i++) {
        if (t->v[i] != 0 && shown < 12) {
            sb_printf(&b, "%s%lld", shown++ ? ", " : "", (long long)i);
        } else {
            more += t->v[i] != 0;
        }
    }
    if (more) {
        sb_printf(&b, " and %lld more", (long long)more);
    }
    const char *text = shown ? arena_strdup(e->a, sb_text(&b)) : NULL;
    sb_free(&b);
    return text;
}

static sval do_warn(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    node *c = arg_node(e, args, "condition", call->at);
    const tensor *t = c ? const_value(e, c) : NULL;
    if (!t) {
        report_from(e->d, DIAG_not_static, origin_at(e, call->at), "the condition of warn()");
        return NONE;
    }
    const char *which = those_that_hold(e, t), *text = scope_find(args, "message")->text;
    if (which) {
        report_from(e->d, DIAG_doubtful_call, e->caller ? e->caller : origin_at(e, call->at), e->expanding ? e->expanding : "warn",
                    t->type.rank ? arena_printf(e->a, "%s: %s", text, which) : text);
    }
    return NONE;
}

static sval do_error(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    complain(e, call, scope_find(args, "message")->text);
    return NONE;
}

static sval do_load(elab *e, const expr *call, scope *args, const svals *rest)
{
    (void)rest;
    return load_array(e, scope_find(args, "path")->text, call->at);
}

static const builtin table[] = {
    {"shape", "shape(x: any)", false, do_shape, "The sizes of x as a list."},
    {"size", "size(x: any, axis: axes = [])", false, do_size, "Number of elements of x, or along the given axes."},
    {"rank", "rank(x: any)", false, do_rank, "Number of axes of x."},
    {"is_complex", "is_complex(x: any)", false, do_is_complex, "1 when x is complex, else 0."},
    {"inverse_perm", "inverse_perm(p: ints)", false, do_inverse_perm, "The order that undoes an order of axes."},
    {"last_sizes", "last_sizes(x: any, d: int)", false, do_last_sizes, "The last d sizes of x as a list."},
    {"reshape", "reshape()", true, do_reshape, "reshape(x, shape): the same elements in row-major order; one size may be -1."},
    {"broadcast", "broadcast()", true, do_broadcast, "broadcast(x, shape): x repeated along axes of size 1 and new leading axes."},
    {"sum_to", "sum_to()", true, do_sum_to, "sum_to(x, shape): x summed over what broadcast(shape) would repeat; the transpose of broadcast."},
    {"permute", "permute()", true, do_permute, "permute(x, order): axis k of the result is axis order[k] of x."},
    {"transpose", "transpose()", true, do_permute, "transpose(x): the last two axes swapped, without conjugation; or transpose(x, order)."},
    {"unsqueeze", "unsqueeze(x: any, axes: ints)", false, do_unsqueeze, "x with new axes of size 1 at the given places of the result."},
    {"squeeze", "squeeze(x: any, axes: axes = [])", false, do_squeeze, "x without its axes of size 1, or without those named."},
    {"concat", "concat(axis: int = 0)", true, do_concat, "concat(a, b, ..., axis=0): arrays one after the other along an axis."},
    {"stack", "stack(axis: int = 0)", true, do_stack, "stack(a, b, ..., axis=0): arrays of one shape side by side along a new axis."},
    {"sum", "sum(x: any, axis: axes = [], keepdims: int = 0)", false, do_sum, "Sum over the given axes, or all."},
    {"mean", "mean(x: any, axis: axes = [], keepdims: int = 0)", false, do_mean, "Arithmetic mean over the given axes, or all."},
    {"max", "max(axis: axes = [], keepdims: int = 0)", true, do_max, "max(x, axis=): largest value; max(a, b): the larger of two, element by element."},
    {"min", "min(axis: axes = [], keepdims: int = 0)", true, do_min, "min(x, axis=): smallest value; min(a, b): the smaller of two, element by element."},
    {"argmax", "argmax(axis: axes = [], keepdims: int = 0)", true, do_argmax, "argmax(x, axis=): index of the largest value, the first of equals."},
    {"argmin", "argmin(axis: axes = [], keepdims: int = 0)", true, do_argmin, "argmin(x, axis=): index of the smallest value, the first of equals."},
    {"axis_last", "axis_last(x: any, axis: axes)", false, do_axis_last, "The named axes moved to the end and merged into one."},
    {"zeros", "zeros()", true, do_zeros, "zeros(shape): real zeros."},
    {"ones", "ones()", true, do_ones, "ones(shape): real ones."},
    {"full", "full(shape: ints, value: any)", false, do_full, "An array of the given shape filled with one value."},
    {"arange", "arange()", true, do_arange, "arange(stop), arange(start, stop, step): numbers at equal steps; ints when the arguments are."},
    {"rate", "rate(x: any)", false, do_rate, "Samples per second along the time axis of x; an error when unknown."},
    {"df", "df(x: any)", false, do_df, "Hz per step along the frequency axis of x; an error when unknown."},
    {"has_rate", "has_rate(x: any)", false, do_has_rate, "1 when the sample rate of x is known."},
    {"has_df", "has_df(x: any)", false, do_has_df, "1 when the bin spacing of x is known."},
    {"at_rate", "at_rate(x: any, r: real Hz)", false, do_at_rate, "x, taken as sampled at rate r; 0 forgets the rate."},
    {"at_df", "at_df(x: any, r: real Hz)", false, do_at_df, "x, taken as having bins r apart; 0 forgets the spacing."},
    {"require", "require(condition: int, message: string)", false, do_require, "In a def: the call is an error, with this message, unless the condition holds."},
    {"warn", "warn(condition: any, message: string)", false, do_warn, "In a def: the call gets a warning, with this message, when the condition holds; of an array, the indices where it does are named."},
    {"error", "error(message: string)", false, do_error, "In a def: the call is an error, with this message."},
    {"load", "load(path: string)", false, do_load, "The array in a .npy file, as a constant."},
};

int builtin_count(void)
{
    return (int)COUNT_OF(table);
}

const builtin *builtin_at(int i)
{
    return &table[i];
}

const builtin *builtin_find(const char *name)
{
    for (int i = 0; i < builtin_count(); i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}
