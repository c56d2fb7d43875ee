/* builtin_shape.c: asking for shapes and changing them. */
#include "sema/builtins.h"

#include <string.h>

sval do_shape(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_ints(e, x->type.shape, x->type.rank) : NONE;
}

sval do_size(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    int64_t axes[MAX_RANK], count = 1;
    int n;
    if (!x || !arg_axes(e, args, "axis", x->type.rank, call->at, axes, &n)) { return NONE; }
    for (int i = 0; i < n; i++) { count *= x->type.shape[axes[i]]; }
    return val_node(int_node(e, count, origin_at(e, call->at)));
}

sval do_rank(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.rank, origin_at(e, call->at))) : NONE;
}

sval do_is_complex(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, x->type.dt == T_COMPLEX, origin_at(e, call->at))) : NONE;
}

sval do_is_constant(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    return x ? val_node(int_node(e, const_value(e, x) != NULL, origin_at(e, call->at))) : NONE;
}

sval do_inverse_perm(elab *e, const expr *call, scope *args, const svals *rest) {
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

sval do_last_sizes(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    int64_t d = arg_int(e, args, "d");
    if (!x || d < 0 || d > x->type.rank) { return x ? no_value(e, call, "d") : NONE; }
    return val_ints(e, x->type.shape + x->type.rank - d, (int)d);
}

static sval shaped(elab *e, const expr *call, const svals *rest, op_id op) {
    node *x = first_argument(e, call, rest);
    int64_t shape[MAX_RANK];
    int n;
    if (!x || !shape_list(e, rest, 1, call->at, shape, &n)) { return NONE; }
    attr a = attr_of_ints(e->a, shape, n);
    return val_node(apply_op(e, op, &x, 1, &a, 1, call->at));
}

sval do_reshape(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    return shaped(e, call, rest, OP_reshape);
}

sval do_broadcast(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    return shaped(e, call, rest, OP_broadcast);
}

sval do_sum_to(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    node *x = first_argument(e, call, rest);
    int64_t shape[MAX_RANK];
    int n;
    if (!x || !shape_list(e, rest, 1, call->at, shape, &n)) { return NONE; }
    return val_node(g_sum_to(e->g, x, type_make(x->type.dt, n, shape), origin_at(e, call->at)));
}

sval do_permute(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    node *x = first_argument(e, call, rest);
    int64_t perm[MAX_RANK];
    int n = 0;
    if (!x) { return NONE; }
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
        for (n = 0; n < r; n++) { perm[n] = n; }
        if (r >= 2) {
            perm[r - 1] = r - 2;
            perm[r - 2] = r - 1;
        }
    }
    for (int i = 0; i < n; i++) { perm[i] = perm[i] < 0 ? perm[i] + r : perm[i]; }
    attr a = attr_of_ints(e->a, perm, n);
    return val_node(apply_op(e, OP_permute, &x, 1, &a, 1, call->at));
}

sval do_unsqueeze(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    const sval *ax = scope_find(args, "axes");
    if (!x) { return NONE; }
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
    for (int i = 0, j = 0; i < r; i++) { shape[i] = one[i] ? 1 : x->type.shape[j++]; }
    return val_node(g_reshape(e->g, x, r, shape, origin_at(e, call->at)));
}

sval do_squeeze(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *x = arg_node(e, args, "x", call->at);
    const sval *ax = scope_find(args, "axes");
    int64_t axes[MAX_RANK], shape[MAX_RANK];
    int n, k = 0;
    if (!x || !arg_axes(e, args, "axes", x->type.rank, call->at, axes, &n)) { return NONE; }
    for (int i = 0, j = 0; i < x->type.rank; i++) {
        bool named = j < n && axes[j] == i;
        j += named;
        if (named && x->type.shape[i] != 1 && ax->count > 0) {
            report_from(e->d, DIAG_bad_squeeze, origin_at(e, call->at), i, (long long)x->type.shape[i]);
            return NONE;
        }
        if (!named || x->type.shape[i] != 1) { shape[k++] = x->type.shape[i]; }
    }
    return val_node(g_reshape(e->g, x, k, shape, origin_at(e, call->at)));
}

static sval join(elab *e, const expr *call, scope *args, const svals *rest, bool stack) {
    node *items[64];
    int n = rest->v.len;
    if (n == 0 || n > (int)COUNT_OF(items)) {
        return n == 0 ? no_value(e, call, "a")
                      : (report_from(e->d, DIAG_too_many_arguments, origin_at(e, call->at), call->text, 64, n), NONE);
    }
    const origin *from = origin_at(e, call->at);
    int all = n;
    n = 0;
    for (int i = 0; i < all; i++) {
        sval v = rest->v.data[i];
        bool nothing = v.kind == V_INTS && v.count == 0; /* the leading sizes `...S` of an array that has none */
        if (nothing && !stack && i + 1 < all + (n > 0)) { continue; }
        items[n] = need_node(e, v, call->at);
        if (!items[n++]) { return NONE; }
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
            report_from(e->d, DIAG_array_items, from, i, type_text(e->a, &items[i]->type),
                        type_text(e->a, &items[0]->type));
            return NONE;
        }
    }
    for (int i = 0; i < n && stack; i++) {
        int64_t shape[MAX_RANK];
        for (int k = 0, j = 0; k < r; k++) { shape[k] = k == axis ? 1 : items[i]->type.shape[j++]; }
        items[i] = g_reshape(e->g, items[i], r, shape, from);
    }
    attr a = attr_of_int(e->a, axis);
    return n == 1 ? val_node(items[0]) : val_node(apply_op(e, OP_concat, items, n, &a, 1, call->at));
}

sval do_concat(elab *e, const expr *call, scope *args, const svals *rest) {
    return join(e, call, args, rest, false);
}

sval do_stack(elab *e, const expr *call, scope *args, const svals *rest) {
    return join(e, call, args, rest, true);
}
