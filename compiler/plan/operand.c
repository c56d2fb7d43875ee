/* operand.c: views that a kernel can read where they are: a base array, an offset, a stride per axis. */
#include "plan/plan.h"

#include <string.h>

static void row_major(const type *t, int64_t *stride) {
    int64_t s = 1;
    for (int k = t->rank - 1; k >= 0; k--) {
        stride[k] = s;
        s *= t->shape[k];
    }
}

/* Axes longer than 1 lie as in a contiguous array of their own, up to `scale`, the stride of the last of them. */
static bool gapless(const type *t, const int64_t *stride, int from) {
    int64_t s = 1;
    for (int k = t->rank - 1; k >= from; k--) {
        if (t->shape[k] == 1) continue;
        if (stride[k] != s) return false;
        s *= t->shape[k];
    }
    return true;
}

/* New strides after a reshape: every axis of the result must lie within a run of source axes that merge. */
static bool reshape_strides(const type *from, const int64_t *old, const type *to, int64_t *stride) {
    int k = from->rank - 1;
    int64_t left = 1, s = 1; /* elements still to hand out of the current run, and the stride of the next */
    for (int i = to->rank - 1; i >= 0; i--) {
        stride[i] = 0;
        int64_t need = to->shape[i];
        if (need == 1) continue;
        if (left == 1) {
            while (k >= 0 && from->shape[k] == 1) k--;
            if (k < 0) return false;
            left = from->shape[k];
            s = old[k--];
        }
        while (left % need != 0) { /* merge the next outer axis into the run */
            if (need % left != 0) return false;
            while (k >= 0 && from->shape[k] == 1) k--;
            if (k < 0) return false;
            int64_t run = left * s;
            if (old[k] != run) return false;
            left *= from->shape[k--];
        }
        stride[i] = s;
        s *= need;
        left /= need;
    }
    return true;
}

static bool step_view(const node *n, int64_t *offset, const int64_t *old, int64_t *stride) {
    const node *x = n->args[0];
    int shift = n->type.rank - x->type.rank;
    switch (n->op) {
    case OP_reshape: return reshape_strides(&x->type, old, &n->type, stride);
    case OP_permute:
        for (int k = 0; k < n->type.rank; k++) stride[k] = old[n->attrs[0].v[k]];
        return true;
    case OP_broadcast:
        for (int k = 0; k < n->type.rank; k++)
            stride[k] = k < shift || x->type.shape[k - shift] == 1 ? 0 : old[k - shift];
        return true;
    case OP_slice:
        for (int k = 0; k < n->type.rank; k++) {
            *offset += n->attrs[0].v[k] * old[k];
            stride[k] = n->attrs[1].v[k] * old[k];
        }
        return true;
    case OP_frame: {
        int r = x->type.rank;
        for (int k = 0; k < r - 1; k++) stride[k] = old[k];
        stride[r - 1] = attr_int(n, 1) * old[r - 1];
        stride[r] = old[r - 1];
        return true;
    }
    default: return false;
    }
}

static bool view_strides(const plan *p, const node *n, const node **base, int64_t *offset, int64_t *stride) {
    if (p->info[n->id].stored) {
        *base = n;
        *offset = 0;
        row_major(&n->type, stride);
        return true;
    }
    if (op_info(n->op)->kind != K_VIEW) return false;
    int64_t old[MAX_RANK + 1];
    return view_strides(p, n->args[0], base, offset, old) && step_view(n, offset, old, stride);
}

bool view_of(const plan *p, const node *n, const node **base, affine *offset, int64_t *stride) {
    int64_t at = 0;
    if (!view_strides(p, n, base, &at, stride)) return false;
    *offset = aff_const(at);
    return true;
}

bool operand_ready(const plan *p, const node *n, int core, bool *flipped) {
    const node *base;
    int64_t at = 0, stride[MAX_RANK];
    if (flipped) *flipped = false;
    if (!view_strides(p, n, &base, &at, stride)) return false;
    int from = core < 0 ? 0 : n->type.rank - core;
    if (gapless(&n->type, stride, from)) return true;
    if (!flipped || n->type.dt != T_REAL) return false;
    type t = n->type; /* a matrix stored transposed: the product can take it so */
    int r = t.rank;
    int64_t rows = t.shape[r - 2], s = stride[r - 2];
    t.shape[r - 2] = t.shape[r - 1];
    t.shape[r - 1] = rows;
    stride[r - 2] = stride[r - 1];
    stride[r - 1] = s;
    *flipped = gapless(&t, stride, from);
    return *flipped;
}
