/* infer_view.c: result types of the operators that move elements about, and of sum. */
#include "ir/infer.h"

static bool infer_reshape(call *c) {
    const type *x = arg_type(c, 0);
    const attr *s = &c->attrs[0];
    if (s->n > MAX_RANK) return call_fail(c, "shape: more than %d axes", MAX_RANK);
    int64_t count = type_count(x), known = 1;
    int open = -1;
    for (int k = 0; k < s->n; k++) {
        int64_t n = s->v[k];
        if (n == -1 && open < 0) open = k;
        else if (n < 1) return call_fail(c, "shape: size %lld is not positive", (long long)n);
        else if (n > count / known)
            return call_fail(c, "shape: %s does not hold the %lld elements of %s", shape_text(c->mem, s->v, s->n),
                             (long long)count, type_text(c->mem, x));
        else known *= n;
    }
    if (open >= 0 ? count % known != 0 : known != count)
        return call_fail(c, "shape: %s does not hold the %lld elements of %s", shape_text(c->mem, s->v, s->n),
                         (long long)count, type_text(c->mem, x));
    c->out = type_make(x->dt, s->n, s->v);
    if (open >= 0) c->out.shape[open] = count / known;
    return true;
}

static bool infer_permute(call *c) {
    const type *x = arg_type(c, 0);
    const attr *p = &c->attrs[0];
    bool seen[MAX_RANK] = {false};
    if (p->n != x->rank) return call_fail(c, "perm: expected %d axes, found %d", x->rank, p->n);
    c->out = (type){.dt = x->dt, .rank = x->rank};
    for (int k = 0; k < p->n; k++) {
        if (p->v[k] < 0 || p->v[k] >= x->rank || seen[p->v[k]])
            return call_fail(c, "perm: %s does not name every axis from 0 to %d once", shape_text(c->mem, p->v, p->n),
                             x->rank - 1);
        seen[p->v[k]] = true;
        c->out.shape[k] = x->shape[p->v[k]];
    }
    return true;
}

static bool infer_broadcast(call *c) {
    const type *x = arg_type(c, 0);
    const attr *s = &c->attrs[0];
    bool fits = s->n >= x->rank && s->n <= MAX_RANK;
    for (int k = 0; fits && k < x->rank; k++) {
        int64_t n = x->shape[x->rank - 1 - k];
        fits = n == 1 || n == s->v[s->n - 1 - k];
    }
    if (!fits)
        return call_fail(c, "shape: %s cannot be broadcast to %s", type_text(c->mem, x),
                         shape_text(c->mem, s->v, s->n));
    c->out = type_make(x->dt, s->n, s->v);
    return true;
}

/* Both slice and embed walk `count` places start + i*step of an axis that has n. */
static bool check_walk(call *c, int axis, int64_t start, int64_t step, int64_t count, int64_t n) {
    if (step == 0) return call_fail(c, "step: 0 on axis %d", axis);
    if (count < 1) return call_fail(c, "axis %d: no elements are taken", axis);
    bool room = start >= 0 && start < n &&
                (step > 0 ? (count == 1 || (n - 1 - start) / step >= count - 1)
                          : (count == 1 || step < -n ? count == 1 : start / -step >= count - 1));
    if (!room)
        return call_fail(c, "axis %d: %lld elements from %lld by steps of %lld do not lie in 0..%lld", axis,
                         (long long)count, (long long)start, (long long)step, (long long)n - 1);
    return true;
}

static bool infer_slice(call *c) {
    const type *x = arg_type(c, 0);
    for (int k = 0; k < 3; k++)
        if (c->attrs[k].n != x->rank)
            return call_fail(c, "%s: expected %d numbers, found %d", call_attr_name(c, k), x->rank, c->attrs[k].n);
    for (int k = 0; k < x->rank; k++)
        if (!check_walk(c, k, c->attrs[0].v[k], c->attrs[1].v[k], c->attrs[2].v[k], x->shape[k])) return false;
    c->out = type_make(x->dt, x->rank, c->attrs[2].v);
    return true;
}

static bool infer_embed(call *c) {
    const type *x = arg_type(c, 0);
    for (int k = 0; k < 3; k++)
        if (c->attrs[k].n != x->rank)
            return call_fail(c, "%s: expected %d numbers, found %d", call_attr_name(c, k), x->rank, c->attrs[k].n);
    for (int k = 0; k < x->rank; k++)
        if (!check_walk(c, k, c->attrs[0].v[k], c->attrs[1].v[k], x->shape[k], c->attrs[2].v[k])) return false;
    c->out = type_make(x->dt, x->rank, c->attrs[2].v);
    return true;
}

static bool infer_concat(call *c) {
    if (c->nargs < 1) return call_fail(c, "needs at least one array");
    const type *first = arg_type(c, 0);
    int64_t axis = static_int(c, 0);
    if (axis < 0) axis += first->rank;
    if (axis < 0 || axis >= first->rank)
        return call_fail(c, "axis: %lld is not an axis of %s", (long long)static_int(c, 0), type_text(c->mem, first));
    c->out = type_make(first->dt, first->rank, first->shape);
    for (int k = 1; k < c->nargs; k++) {
        const type *t = arg_type(c, k);
        bool fits = t->rank == first->rank && t->dt == first->dt;
        for (int i = 0; fits && i < t->rank; i++) fits = i == axis || t->shape[i] == first->shape[i];
        if (!fits)
            return call_fail(c, "argument %d: %s cannot be joined to %s along axis %lld", k + 1, type_text(c->mem, t),
                             type_text(c->mem, first), (long long)axis);
        c->out.shape[axis] += t->shape[axis];
        if (!check_size(&c->out)) return call_fail(c, "the result would be too large");
    }
    return true;
}

static bool infer_sum(call *c) {
    const type *x = arg_type(c, 0);
    const attr *axes = &c->attrs[0];
    bool gone[MAX_RANK] = {false};
    for (int k = 0; k < axes->n; k++) {
        int64_t axis = axes->v[k] < 0 ? axes->v[k] + x->rank : axes->v[k];
        if (axis < 0 || axis >= x->rank)
            return call_fail(c, "axis: %lld is not an axis of %s", (long long)axes->v[k], type_text(c->mem, x));
        if (gone[axis]) return call_fail(c, "axis: %lld is named twice", (long long)axes->v[k]);
        gone[axis] = true;
    }
    c->out = (type){.dt = x->dt};
    for (int k = 0; k < x->rank; k++)
        if (axes->n > 0 && !gone[k]) c->out.shape[c->out.rank++] = x->shape[k];
    return true;
}

bool infer_view(call *c) {
    switch (c->op) {
    case OP_reshape: return infer_reshape(c);
    case OP_permute: return infer_permute(c);
    case OP_broadcast: return infer_broadcast(c);
    case OP_slice: return infer_slice(c);
    case OP_embed:
        return arg_type(c, 0)->dt != T_INT ? infer_embed(c) : call_fail(c, "x: expected real or complex, found int");
    case OP_concat: return infer_concat(c);
    case OP_sum: return infer_sum(c);
    default: return infer_kernel(c);
    }
}
