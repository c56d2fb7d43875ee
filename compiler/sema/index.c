/* index.c: x[i], x[a:b:s], x[..., k], x[i, :] and indexing by arrays of indices. */
#include "sema/internal.h"

#include <string.h>

node *slice_axis(elab *e, node *n, int axis, int64_t start, int64_t step, int64_t count, loc at) {
    int64_t st[MAX_RANK], sp[MAX_RANK], ct[MAX_RANK];
    for (int i = 0; i < n->type.rank; i++) {
        st[i] = i == axis ? start : 0;
        sp[i] = i == axis ? step : 1;
        ct[i] = i == axis ? count : n->type.shape[i];
    }
    attr at3[3] = {attr_of_ints(e->a, st, n->type.rank), attr_of_ints(e->a, sp, n->type.rank),
                   attr_of_ints(e->a, ct, n->type.rank)};
    return apply_op(e, OP_slice, &n, 1, at3, 3, at);
}

static bool bound(elab *e, const expr *x, int64_t size, int64_t *out) {
    if (!x) { return true; }
    int64_t v;
    if (!eval_static_int(e, x, "a slice bound", &v)) { return false; }
    *out = v < 0 ? v + size : v;
    return true;
}

/* Python's slices: bounds are clipped, negative ones count from the end; an empty result is an error. */
static bool slice_range(elab *e, const index_item *it, int64_t size, int64_t *start, int64_t *step, int64_t *count) {
    *step = 1;
    if (it->step && !eval_static_int(e, it->step, "a slice step", step)) { return false; }
    if (*step == 0) {
        report_from(e->d, DIAG_bad_slice, origin_at(e, it->where), "the step is 0");
        return false;
    }
    bool up = *step > 0;
    int64_t a = up ? 0 : size - 1, b = up ? size : -1;
    if (!bound(e, it->start, size, &a) || !bound(e, it->stop, size, &b)) { return false; }
    int64_t lo = up ? 0 : -1, hi = up ? size : size - 1;
    a = a < lo ? lo : a > hi ? hi : a;
    b = b < lo ? lo : b > hi ? hi : b;
    *count = up ? (b - a + *step - 1) / *step : (a - b - *step - 1) / -*step;
    *start = a;
    if (*count <= 0) {
        report_from(e->d, DIAG_bad_slice, origin_at(e, it->where),
                    arena_printf(e->a, "it takes no element of an axis of size %lld", (long long)size));
        return false;
    }
    return true;
}

/* Elements idx of an axis: the axis goes last, is gathered, and the axes of idx take its place. */
static node *gather_axis(elab *e, node *n, int axis, node *idx, loc at) {
    const origin *from = origin_at(e, at);
    int r = n->type.rank, q = idx->type.rank;
    if (r - 1 + q > MAX_RANK) {
        report_from(e->d, DIAG_rank_limit, from, r - 1 + q, MAX_RANK);
        return NULL;
    }
    int64_t perm[MAX_RANK], shape[MAX_RANK];
    int k = 0;
    for (int i = 0; i < r; i++) {
        if (i != axis) { perm[k++] = i; }
    }
    perm[k] = axis;
    attr p = attr_of_ints(e->a, perm, r);
    node *last = axis == r - 1 ? n : apply_op(e, OP_permute, &n, 1, &p, 1, at);
    int64_t flat = type_count(&idx->type);
    node *args[2] = {last, g_reshape(e->g, idx, 1, &flat, from)};
    node *y = last ? apply_op(e, OP_gather, args, 2, NULL, 0, at) : NULL;
    if (!y) { return NULL; }
    for (int i = 0; i < r - 1; i++) { shape[i] = y->type.shape[i]; }
    memcpy(shape + r - 1, idx->type.shape, sizeof(int64_t) * (size_t)q);
    y = g_reshape(e->g, y, r - 1 + q, shape, from);
    if (axis == r - 1) { return y; }
    k = 0; /* the axes of idx back to where the axis stood */
    for (int i = 0; i < axis; i++) { perm[k++] = i; }
    for (int i = 0; i < q; i++) { perm[k++] = r - 1 + i; }
    for (int i = axis; i < r - 1; i++) { perm[k++] = i; }
    p = attr_of_ints(e->a, perm, k);
    return apply_op(e, OP_permute, &y, 1, &p, 1, at);
}

static node *index_axis(elab *e, node *n, int *axis, const index_item *it) {
    int64_t size = n->type.shape[*axis];
    if (it->is_slice) {
        int64_t start, step, count;
        if (!slice_range(e, it, size, &start, &step, &count)) { return NULL; }
        node *y = start == 0 && step == 1 && count == size ? n : slice_axis(e, n, *axis, start, step, count, it->where);
        ++*axis;
        return y;
    }
    sval v = eval_expr(e, it->at);
    if (v.kind == V_NONE) { return NULL; }
    int64_t k;
    if (static_int(e, &v, &k)) {
        if (k < -size || k >= size) {
            report_from(e->d, DIAG_index_range, origin_at(e, it->where), (long long)k, (long long)size,
                        (long long)(size - 1));
            return NULL;
        }
        node *y = slice_axis(e, n, *axis, k < 0 ? k + size : k, 1, 1, it->where);
        if (!y) { return NULL; }
        int64_t shape[MAX_RANK];
        int r = 0;
        for (int i = 0; i < y->type.rank; i++) {
            if (i != *axis) { shape[r++] = y->type.shape[i]; }
        }
        return g_reshape(e->g, y, r, shape, origin_at(e, it->where));
    }
    node *idx = need_node(e, v, it->where);
    if (!idx) { return NULL; }
    if (idx->type.dt != T_INT) {
        report_from(e->d, DIAG_index_kind, origin_at(e, it->where), type_text(e->a, &idx->type));
        report_help(e->d, "round it with to_int(...), or interpolate with interp(x, position)");
        return NULL;
    }
    int q = idx->type.rank;
    node *y = gather_axis(e, n, *axis, idx, it->where);
    *axis += q;
    return y;
}

static sval index_list(elab *e, const expr *x, const sval *list) {
    int64_t k;
    if (x->nitems == 1 && x->items[0].is_slice) {
        int64_t start, step, count;
        if (!slice_range(e, &x->items[0], list->count, &start, &step, &count)) { return NONE; }
        int64_t *out = NEW_ARRAY(e->a, int64_t, count);
        for (int64_t i = 0; i < count; i++) { out[i] = list->ints[start + i * step]; }
        return val_ints(e, out, (int)count);
    }
    if (x->nitems != 1 || x->items[0].is_ellipsis) {
        report_from(e->d, DIAG_too_many_indices, origin_at(e, x->at), x->nitems, 1);
        return NONE;
    }
    if (!eval_static_int(e, x->items[0].at, "the index of a list of sizes", &k)) { return NONE; }
    if (k < -list->count || k >= list->count) {
        report_from(e->d, DIAG_index_range, origin_at(e, x->at), (long long)k, (long long)list->count,
                    (long long)list->count - 1);
        return NONE;
    }
    return val_node(int_node(e, list->ints[k < 0 ? k + list->count : k], origin_at(e, x->at)));
}

/* f(x)[k]: one of the several results of a def. */
static sval index_results(elab *e, const expr *x, const sval *results) {
    int64_t k;
    if (!eval_static_int(e, x->items[0].at, "the number of a result", &k)) { return NONE; }
    if (k < -results->count || k >= results->count) {
        report_from(e->d, DIAG_index_range, origin_at(e, x->at), (long long)k, (long long)results->count,
                    (long long)results->count - 1);
        return NONE;
    }
    return results->items[k < 0 ? k + results->count : k];
}

sval eval_index(elab *e, const expr *x) {
    sval delayed;
    if (e->loop && loop_index(e, x, &delayed)) { return delayed; }
    sval base = eval_expr(e, x->args[0].value);
    if (base.kind == V_INTS) { return index_list(e, x, &base); }
    if (base.kind == V_TUPLE && x->nitems == 1 && !x->items[0].is_slice && !x->items[0].is_ellipsis) {
        return index_results(e, x, &base);
    }
    node *n = base.kind == V_NONE ? NULL : need_node(e, base, x->args[0].value->at);
    if (!n) { return NONE; }
    int given = 0, dots = 0;
    for (int i = 0; i < x->nitems; i++) {
        dots += x->items[i].is_ellipsis;
        given += !x->items[i].is_ellipsis;
    }
    if (given > n->type.rank || dots > 1) {
        report_from(e->d, DIAG_too_many_indices, origin_at(e, x->at), given, n->type.rank);
        report_found(e->d, "%s", type_text(e->a, &n->type));
        return NONE;
    }
    int axis = 0, skip = n->type.rank - given;
    for (int i = 0; n && i < x->nitems; i++) {
        if (x->items[i].is_ellipsis) {
            axis += skip;
        } else {
            n = index_axis(e, n, &axis, &x->items[i]);
        }
    }
    return val_node(n);
}
