/* infer_tags.c: what becomes of sample rate and bin width.
 *
 * A type with a bin width (df > 0) has frequency on its last axis and, if it has a rate too, time on the axis before;
 * without one, time is the last axis. Point-wise operators take each tag from the first argument that has it. An
 * operator not named here keeps the tags of its first argument when the rank stays, and drops them otherwise. */
#include "ir/infer.h"

static double step_size(int64_t s) {
    return s < 0 ? -(double)s : (double)s;
}

static void first_tags(call *c) {
    c->out.rate = c->out.df = 0;
    for (int k = 0; k < c->nargs; k++) {
        const type *t = arg_type(c, k);
        if (c->out.rate == 0) c->out.rate = t->rate;
        if (c->out.df == 0) c->out.df = t->df;
    }
}

/* Every s-th sample: 1/s of the rate; every s-th bin: s times the width. */
static void slice_tags(call *c) {
    const type *x = arg_type(c, 0);
    const int64_t *step = c->attrs[1].v;
    int time = x->rank - (x->df > 0 ? 2 : 1);
    c->out.rate = time >= 0 ? x->rate / step_size(step[time]) : x->rate;
    c->out.df = x->df > 0 && x->rank > 0 ? x->df * step_size(step[x->rank - 1]) : 0;
}

static void embed_tags(call *c) {
    const type *x = arg_type(c, 0);
    const int64_t *step = c->attrs[1].v;
    int time = x->rank - (x->df > 0 ? 2 : 1);
    c->out.rate = time >= 0 ? x->rate * step_size(step[time]) : x->rate;
    c->out.df = x->df > 0 && x->rank > 0 ? x->df / step_size(step[x->rank - 1]) : 0;
}

/* The tags of an axis go with it. `gone` tells of each axis of x whether it was summed away. */
static void reduce_tags(call *c, const bool *gone) {
    const type *x = arg_type(c, 0);
    int time = x->rank - (x->df > 0 ? 2 : 1);
    c->out.rate = time >= 0 && !gone[time] ? x->rate : 0;
    c->out.df = x->rank > 0 && !gone[x->rank - 1] ? x->df : 0;
}

static void sum_tags(call *c) {
    const type *x = arg_type(c, 0);
    bool gone[MAX_RANK] = {false};
    for (int k = 0; k < x->rank; k++) gone[k] = c->attrs[0].n == 0;
    for (int k = 0; k < c->attrs[0].n; k++)
        gone[c->attrs[0].v[k] < 0 ? c->attrs[0].v[k] + x->rank : c->attrs[0].v[k]] = true;
    reduce_tags(c, gone);
}

static void last_axis_tags(call *c) {
    bool gone[MAX_RANK] = {false};
    int rank = arg_type(c, 0)->rank;
    if (rank > 0) gone[rank - 1] = true;
    reduce_tags(c, gone);
}

/* N samples at rate R have bins of R/N; back again, N bins of width D make samples at rate N D. */
static void transform_tags(call *c) {
    const type *x = arg_type(c, 0);
    bool to_time = c->op == OP_hc2r || (c->op == OP_fft_ && static_int(c, 1) > 0);
    double n = (double)(c->op == OP_hc2r ? static_int(c, 1) : x->shape[x->rank - 1]);
    c->out.rate = c->out.df = 0;
    if (to_time) c->out.rate = x->df * n;
    else if (x->df == 0) c->out.df = x->rate / n;
}

/* a @ b sums over the last axis of a: frames at a rate stay, bins do not. */
static void matmul_tags(call *c) {
    const type *a = arg_type(c, 0), *b = arg_type(c, 1);
    c->out.rate = c->out.df = 0;
    if (a->df > 0 && static_int(c, 0) == 0) c->out.rate = a->rate;
    else if (b->df == 0 && static_int(c, 1) == 0) c->out.rate = b->rate;
}

void infer_tags(call *c) {
    const op_row *row = op_info(c->op);
    if (row->kind == K_POINTWISE) {
        first_tags(c);
        return;
    }
    switch (c->op) {
    case OP_conv_:
    case OP_corr_:
    case OP_concat: first_tags(c); return;
    case OP_slice: slice_tags(c); return;
    case OP_embed: embed_tags(c); return;
    case OP_sum: sum_tags(c); return;
    case OP_reduce_max:
    case OP_reduce_min:
    case OP_argmax:
    case OP_argmin: last_axis_tags(c); return;
    case OP_fft_:
    case OP_rfft_:
    case OP_hc2r: transform_tags(c); return;
    case OP_matmul_: matmul_tags(c); return;
    case OP_frame:
    case OP_overlap_add: /* the samples within a frame are still samples at that rate */
        c->out.rate = arg_type(c, 0)->rate;
        c->out.df = 0;
        return;
    case OP_gather:
    case OP_scatter_add:
    case OP_sample_:
    case OP_sample2_:
    case OP_upfirdn_:
    case OP_argsort: /* the places are anywhere */ c->out.rate = c->out.df = 0; return;
    case OP_vjp_:
    case OP_jvp_: /* the tags of what it is the derivative of */
    case OP_part:
    case OP_custom:
    case OP_scan: return; /* the tags of the nested graph's result */
    default: break;
    }
    bool keep = c->nargs > 0 && arg_type(c, 0)->rank == c->out.rank;
    bool last_axis_kept = c->op == OP_reshape || c->op == OP_broadcast; /* new leading axes do no harm */
    if (last_axis_kept && c->out.rank > 0 && arg_type(c, 0)->rank > 0)
        keep = c->out.shape[c->out.rank - 1] == arg_type(c, 0)->shape[arg_type(c, 0)->rank - 1];
    c->out.rate = keep ? arg_type(c, 0)->rate : 0;
    c->out.df = keep ? arg_type(c, 0)->df : 0;
}
