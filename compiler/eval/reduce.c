/* reduce.c: sums and extrema over axes, running sums and products. */
#include <stdlib.h>

#include "eval/evaluators.h"

/* The attribute lists the axes summed over; an empty list means all. They vanish from the result's shape. */
static void summed_axes(const node *n, int rank, bool *summed) {
    const attr *axes = &n->attrs[0];
    for (int k = 0; k < rank; k++) summed[k] = axes->n == 0;
    for (int k = 0; k < axes->n; k++) summed[axes->v[k] < 0 ? axes->v[k] + rank : axes->v[k]] = true;
}

void eval_sum(const call *c) {
    const tensor *x = c->args[0];
    int rank = x->type.rank;
    bool summed[MAX_RANK];
    int64_t stride[MAX_RANK], s = 1, index[MAX_RANK] = {0}, at = 0;
    summed_axes(c->n, rank, summed);
    for (int k = rank - 1; k >= 0; k--) { /* how far the result moves along each axis of x */
        stride[k] = summed[k] ? 0 : s;
        if (!summed[k]) s *= x->type.shape[k];
    }
    csum *acc = scratch_array(type_count(&c->out->type), sizeof *acc);
    for (int64_t i = 0; i < type_count(&x->type); i++) {
        cval e = tensor_get(x, i);
        acc[at].re += e.re;
        acc[at].im += e.im;
        for (int axis = rank - 1; axis >= 0; axis--) {
            at += stride[axis];
            if (++index[axis] < x->type.shape[axis]) break;
            at -= stride[axis] * index[axis];
            index[axis] = 0;
        }
    }
    for (int64_t i = 0; i < type_count(&c->out->type); i++) tensor_put(c->out, i, csum_value(&acc[i]));
    free(acc);
}

/* reduce_max, reduce_min, argmax, argmin: the first of equals. */
void eval_extremum(const call *c) {
    const tensor *x = c->args[0];
    op_id op = c->n->op;
    bool largest = op == OP_reduce_max || op == OP_argmax, index = op == OP_argmax || op == OP_argmin;
    int64_t n = axis_size(&x->type, 1);
    for (int64_t item = 0; item < lead_count(&x->type, 1); item++) {
        const double *v = x->v + item * n;
        int64_t best = 0;
        for (int64_t k = 1; k < n; k++)
            if (largest ? v[k] > v[best] : v[k] < v[best]) best = k;
        c->out->v[item] = index ? (double)best : v[best];
    }
}

/* Calls step for k = 0 .. n-1 of each item, or n-1 .. 0 in reverse; `before` is the place computed just before, -1 at first. */
typedef void running_step(const call *c, int64_t i, int64_t before);

static void running(const call *c, bool reverse, running_step *step) {
    int64_t n = axis_size(&c->out->type, 1);
    for (int64_t item = 0; item < lead_count(&c->out->type, 1); item++)
        for (int64_t k = 0; k < n; k++) {
            int64_t i = item * n + (reverse ? n - 1 - k : k);
            step(c, i, k == 0 ? -1 : reverse ? i + 1 : i - 1);
        }
}

static void cumsum_step(const call *c, int64_t i, int64_t before) {
    cval x = tensor_get(c->args[0], i);
    tensor_put(c->out, i, before < 0 ? x : cv_add(tensor_get(c->out, before), x));
}

static void cumprod_step(const call *c, int64_t i, int64_t before) {
    cval x = tensor_get(c->args[0], i);
    tensor_put(c->out, i, before < 0 ? x : cv_mul(tensor_get(c->out, before), x));
}

void eval_cumsum(const call *c) {
    running(c, attr_int(c->n, 0) != 0, cumsum_step);
}

void eval_cumprod(const call *c) {
    running(c, false, cumprod_step);
}

void eval_lrec(const call *c) { /* y[n] = a[n] y[n-1] + u[n], or backwards */
    const tensor *a = c->args[0], *u = c->args[1];
    bool reverse = attr_int(c->n, 0) != 0;
    int64_t n = axis_size(&c->out->type, 1);
    for (int64_t item = 0; item < lead_count(&c->out->type, 1); item++) {
        int64_t a0 = item_offset(&a->type, 1, &c->out->type, 1, item);
        int64_t u0 = item_offset(&u->type, 1, &c->out->type, 1, item);
        cval y = cv(0.0, 0.0);
        for (int64_t k = 0; k < n; k++) {
            int64_t i = reverse ? n - 1 - k : k;
            cval ui = tensor_get(u, u0 + i);
            y = k == 0 ? ui : cv_add(cv_mul(tensor_get(a, a0 + i), y), ui);
            tensor_put(c->out, item * n + i, y);
        }
    }
}

void eval_allpole(const call *c) { /* y[n] = u[n] - sum of a[k-1] y[n-k], or y[n+k] */
    const tensor *u = c->args[0], *a = c->args[1];
    int64_t n = axis_size(&c->out->type, 1), p = axis_size(&a->type, 1), d = attr_int(c->n, 0) ? -1 : 1;
    for (int64_t item = 0; item < lead_count(&c->out->type, 1); item++) {
        int64_t u0 = item_offset(&u->type, 1, &c->out->type, 1, item);
        int64_t a0 = item_offset(&a->type, 1, &c->out->type, 1, item);
        for (int64_t i = d > 0 ? 0 : n - 1; i >= 0 && i < n; i += d) {
            cval y = tensor_get(u, u0 + i);
            for (int64_t k = 1; k <= p && i - d * k >= 0 && i - d * k < n; k++) {
                cval term = cv_mul(tensor_get(a, a0 + k - 1), tensor_get(c->out, item * n + i - d * k));
                y = cv_sub(y, term);
            }
            tensor_put(c->out, item * n + i, y);
        }
    }
}
