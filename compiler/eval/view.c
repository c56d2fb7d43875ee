/* view.c: operators that move elements without arithmetic, and iota. */
#include "eval/evaluators.h"

static void row_major(const type *t, int64_t *stride) {
    int64_t s = 1;
    for (int k = t->rank - 1; k >= 0; k--) {
        stride[k] = s;
        s *= t->shape[k];
    }
}

/* dst[dst0 + sum i_k dst_stride_k] = src[src0 + sum i_k src_stride_k] for every index i of the shape. */
typedef struct walk {
    int rank;
    const int64_t *shape;
    int64_t src0, dst0;
    int64_t src_stride[MAX_RANK], dst_stride[MAX_RANK];
} walk;

static void copy_walk(tensor *dst, const tensor *src, const walk *w) {
    int64_t index[MAX_RANK] = {0}, count = 1, s = w->src0, d = w->dst0;
    for (int k = 0; k < w->rank; k++) count *= w->shape[k];
    for (int64_t i = 0; i < count; i++) {
        tensor_put(dst, d, tensor_get(src, s));
        for (int axis = w->rank - 1; axis >= 0; axis--) {
            s += w->src_stride[axis];
            d += w->dst_stride[axis];
            if (++index[axis] < w->shape[axis]) break;
            s -= w->src_stride[axis] * index[axis];
            d -= w->dst_stride[axis] * index[axis];
            index[axis] = 0;
        }
    }
}

void eval_iota(const call *c) {
    for (int64_t i = 0; i < type_count(&c->out->type); i++) c->out->v[i] = (double)i;
}

void eval_reshape(const call *c) {
    for (int64_t i = 0; i < type_count(&c->out->type); i++) tensor_put(c->out, i, tensor_get(c->args[0], i));
}

void eval_permute(const call *c) { /* axis k of the result is axis perm[k] of x */
    const tensor *x = c->args[0];
    walk w = {.rank = x->type.rank, .shape = c->out->type.shape};
    int64_t stride[MAX_RANK];
    row_major(&x->type, stride);
    row_major(&c->out->type, w.dst_stride);
    for (int k = 0; k < w.rank; k++) w.src_stride[k] = stride[c->n->attrs[0].v[k]];
    copy_walk(c->out, x, &w);
}

void eval_broadcast(const call *c) {
    const tensor *x = c->args[0];
    walk w = {.rank = c->out->type.rank, .shape = c->out->type.shape};
    int64_t stride[MAX_RANK];
    row_major(&x->type, stride);
    row_major(&c->out->type, w.dst_stride);
    for (int k = 0; k < x->type.rank; k++)
        w.src_stride[w.rank - x->type.rank + k] = x->type.shape[k] == 1 ? 0 : stride[k];
    copy_walk(c->out, x, &w);
}

void eval_slice(const call *c) { /* attributes start, step, count */
    const tensor *x = c->args[0];
    walk w = {.rank = x->type.rank, .shape = c->out->type.shape};
    int64_t stride[MAX_RANK];
    row_major(&x->type, stride);
    row_major(&c->out->type, w.dst_stride);
    for (int k = 0; k < w.rank; k++) {
        w.src0 += c->n->attrs[0].v[k] * stride[k];
        w.src_stride[k] = c->n->attrs[1].v[k] * stride[k];
    }
    copy_walk(c->out, x, &w);
}

void eval_embed(const call *c) { /* attributes start, step, shape */
    const tensor *x = c->args[0];
    walk w = {.rank = x->type.rank, .shape = x->type.shape};
    int64_t stride[MAX_RANK];
    row_major(&x->type, w.src_stride);
    row_major(&c->out->type, stride);
    for (int k = 0; k < w.rank; k++) {
        w.dst0 += c->n->attrs[0].v[k] * stride[k];
        w.dst_stride[k] = c->n->attrs[1].v[k] * stride[k];
    }
    copy_walk(c->out, x, &w);
}

void eval_concat(const call *c) {
    int64_t axis = attr_int(c->n, 0), stride[MAX_RANK], begin = 0;
    if (axis < 0) axis += c->out->type.rank;
    row_major(&c->out->type, stride);
    for (int k = 0; k < c->n->nargs; k++) {
        const tensor *x = c->args[k];
        walk w = {.rank = x->type.rank, .shape = x->type.shape, .dst0 = begin * stride[axis]};
        row_major(&x->type, w.src_stride);
        for (int j = 0; j < w.rank; j++) w.dst_stride[j] = stride[j];
        copy_walk(c->out, x, &w);
        begin += x->type.shape[axis];
    }
}

void eval_frame(const call *c) { /* y[f, j] = x[f*hop + j] */
    int64_t size = attr_int(c->n, 0), hop = attr_int(c->n, 1);
    int64_t n = axis_size(&c->args[0]->type, 1), frames = axis_size(&c->out->type, 2);
    for (int64_t item = 0; item < lead_count(&c->out->type, 2); item++)
        for (int64_t f = 0; f < frames; f++)
            for (int64_t j = 0; j < size; j++)
                tensor_put(c->out, (item * frames + f) * size + j, tensor_get(c->args[0], item * n + f * hop + j));
}
