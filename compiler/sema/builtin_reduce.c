/* builtin_reduce.c: sums, means and extremes over named axes. */
#include "sema/builtins.h"

#include <string.h>

static node *keep_axes(elab *e, scope *args, node *y, const type *was, const int64_t *axes, int n, loc at) {
    if (!y || !arg_int(e, args, "keepdims")) { return y; }
    int64_t shape[MAX_RANK];
    memcpy(shape, was->shape, sizeof shape);
    for (int i = 0; i < n; i++) { shape[axes[i]] = 1; }
    return g_reshape(e->g, y, was->rank, shape, origin_at(e, at));
}

static sval sum_or_mean(elab *e, const expr *call, scope *args, bool mean) {
    node *x = arg_node(e, args, "x", call->at);
    int64_t axes[MAX_RANK], count = 1;
    int n;
    if (!x || !arg_axes(e, args, "axis", x->type.rank, call->at, axes, &n)) { return NONE; }
    type was = x->type;
    for (int i = 0; i < n; i++) { count *= was.shape[axes[i]]; }
    if (mean) { x = as_real(e, x); }
    attr a = attr_of_ints(e->a, axes, n);
    node *y = n == 0 ? x : apply_op(e, OP_sum, &x, 1, &a, 1, call->at);
    if (y && mean) {
        y = apply2(e, OP_mul, y, graph_scalar(e->g, 1.0 / (double)count, origin_at(e, call->at)), call->at);
    }
    return val_node(keep_axes(e, args, y, &was, axes, n, call->at));
}

sval do_sum(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    return sum_or_mean(e, call, args, false);
}

sval do_mean(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    return sum_or_mean(e, call, args, true);
}

/* The named axes last and as one, for operators that work on the last axis. */
static node *axes_last(elab *e, node *x, const int64_t *axes, int n, loc at) {
    int r = x->type.rank, k = 0;
    if (r == 0) {
        int64_t one = 1;
        return g_reshape(e->g, x, 1, &one, origin_at(e, at));
    }
    int64_t perm[MAX_RANK], shape[MAX_RANK], count = 1;
    for (int i = 0; i < r; i++) {
        bool named = false;
        for (int j = 0; j < n; j++) { named |= axes[j] == i; }
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
    for (int i = 0; i < r; i++) { moved |= perm[i] != i; }
    if (moved) {
        attr p = attr_of_ints(e->a, perm, r);
        x = apply_op(e, OP_permute, &x, 1, &p, 1, at);
    }
    shape[kept] = count;
    return n == 1 ? x : g_reshape(e->g, x, kept + 1, shape, origin_at(e, at));
}

static sval extreme(elab *e, const expr *call, scope *args, const svals *rest, op_id pair, op_id reduce) {
    node *x = first_argument(e, call, rest);
    if (!x) { return NONE; }
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
    if (!arg_axes(e, args, "axis", was.rank, call->at, axes, &n)) { return NONE; }
    node *last = axes_last(e, as_real(e, x), axes, n, call->at);
    node *y = last ? apply1(e, reduce, last, call->at) : NULL;
    return val_node(keep_axes(e, args, y, &was, axes, n, call->at));
}

sval do_max(elab *e, const expr *call, scope *args, const svals *rest) {
    return extreme(e, call, args, rest, OP_maximum, OP_reduce_max);
}

sval do_min(elab *e, const expr *call, scope *args, const svals *rest) {
    return extreme(e, call, args, rest, OP_minimum, OP_reduce_min);
}

sval do_argmax(elab *e, const expr *call, scope *args, const svals *rest) {
    return extreme(e, call, args, rest, OP_COUNT, OP_argmax);
}

sval do_argmin(elab *e, const expr *call, scope *args, const svals *rest) {
    return extreme(e, call, args, rest, OP_COUNT, OP_argmin);
}

/* axes_last for the prelude: sorting, softmax and the like along any axis */
sval do_axis_last(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    int64_t axes[MAX_RANK];
    int n;
    if (!x || !arg_axes(e, args, "axis", x->type.rank, call->at, axes, &n)) { return NONE; }
    return val_node(axes_last(e, x, axes, n, call->at));
}
