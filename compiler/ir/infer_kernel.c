/* infer_kernel.c: result types of transforms, convolutions, products, and of what holds a nested graph. */
#include "ir/infer.h"

static bool wants(call *c, int k, dtype dt, int least_rank) {
    const type *t = arg_type(c, k);
    if (t->dt != dt)
        return call_fail(c, "%s: expected %s, found %s", call_arg_name(c, k), dt == T_REAL ? "real" : "complex",
                         type_text(c->mem, t));
    if (t->rank < least_rank)
        return call_fail(c, "%s: expected at least %d axes, found %s", call_arg_name(c, k), least_rank,
                         type_text(c->mem, t));
    return true;
}

/* Two numeric arguments of one element type. */
static bool alike(call *c, int i, int j) {
    if (arg_type(c, i)->dt == T_INT)
        return call_fail(c, "%s: expected real or complex, found %s", call_arg_name(c, i),
                         type_text(c->mem, arg_type(c, i)));
    return wants(c, j, arg_type(c, i)->dt, 0);
}

static bool counted(call *c, int k, int n) {
    if (c->attrs[k].n == n) return true;
    return call_fail(c, "%s: expected %d number%s, found %d", call_attr_name(c, k), n, n == 1 ? "" : "s",
                     c->attrs[k].n);
}

/* ---- transforms -------------------------------------------------------------------------------------------------- */
static bool transform_dims(call *c, int64_t most) {
    const type *x = arg_type(c, 0);
    int64_t dims = static_int(c, 0);
    if (dims < 1 || dims > most || dims > x->rank)
        return call_fail(c, "%s: a transform over %lld axes of %s", call_arg_name(c, 0), (long long)dims,
                         type_text(c->mem, x));
    c->out = type_make(T_COMPLEX, x->rank, x->shape);
    return true;
}

static bool infer_transform(call *c) {
    switch (c->op) {
    case OP_fft_:
        if (!wants(c, 0, T_COMPLEX, 1) || !transform_dims(c, 3)) return false;
        if (static_int(c, 1) != 1 && static_int(c, 1) != -1) return call_fail(c, "sign: expected 1 or -1");
        return true;
    case OP_rfft_:
        if (!wants(c, 0, T_REAL, 1) || !transform_dims(c, 3)) return false;
        c->out.shape[c->out.rank - 1] = c->out.shape[c->out.rank - 1] / 2 + 1;
        return true;
    default: { /* hc2r */
        if (!wants(c, 0, T_COMPLEX, 1) || !transform_dims(c, 3)) return false;
        int64_t n = static_int(c, 1), *last = &c->out.shape[c->out.rank - 1];
        if (n < 1 || n / 2 + 1 != *last)
            return call_fail(c, "n: a real signal of %lld samples has %lld bins, s has %lld", (long long)n,
                             (long long)(n / 2 + 1), (long long)*last);
        c->out.dt = T_REAL;
        *last = n;
        return true;
    }
    }
}

/* ---- convolution ------------------------------------------------------------------------------------------------- */
static bool broadcast_leading(call *c, int own, type *out) {
    const type *a = arg_type(c, 0), *b = arg_type(c, 1);
    type la = type_make(a->dt, a->rank - own, a->shape), lb = type_make(b->dt, b->rank - own, b->shape);
    if (!broadcast_types(&la, &lb, out))
        return call_fail(c, "%s: the leading axes of %s do not go with those of %s", call_arg_name(c, 1),
                         type_text(c->mem, b), type_text(c->mem, a));
    return true;
}

static bool infer_conv(call *c) {
    int64_t dims = static_int(c, 0);
    if (dims != 1 && dims != 2) return call_fail(c, "dims: expected 1 or 2, found %lld", (long long)dims);
    int own = (int)dims;
    if (!alike(c, 0, 1) || !counted(c, 1, own) || !counted(c, 2, own)) return false;
    for (int k = 0; k < 2; k++)
        if (!wants(c, k, arg_type(c, k)->dt, own)) return false;
    if (!broadcast_leading(c, own, &c->out)) return false;
    for (int k = 0; k < own; k++) {
        int64_t n = c->attrs[2].v[k], lo = c->attrs[1].v[k];
        const int64_t limit = (int64_t)1 << 41;
        if (n < 1) return call_fail(c, "the result would have %lld samples", (long long)n);
        if (lo > limit || lo < -limit) return call_fail(c, "lo: %lld is out of reach", (long long)lo);
        c->out.shape[c->out.rank++] = n;
    }
    return true;
}

enum { NN_STRIDE, NN_DILATION, NN_PADDING, NN_GROUPS, NN_SIZE };

static bool nn_statics(call *c) {
    for (int k = NN_STRIDE; k <= NN_PADDING; k++) {
        if (!counted(c, k, 2)) return false;
        for (int i = 0; i < 2; i++) {
            int64_t v = c->attrs[k].v[i];
            if (v < (k == NN_PADDING ? 0 : 1) || v > (1 << 30))
                return call_fail(c, "%s: %lld does not make sense", call_attr_name(c, k), (long long)v);
        }
    }
    if (static_int(c, NN_GROUPS) < 1) return call_fail(c, "groups: expected at least 1");
    if (c->op == OP_convnn) return true;
    if (!counted(c, NN_SIZE, 2)) return false;
    if (c->attrs[NN_SIZE].v[0] < 1 || c->attrs[NN_SIZE].v[1] < 1) return call_fail(c, "size: expected positive sizes");
    return true;
}

/* Places a kernel of p taps fits into n samples: (n + 2 padding - dilation (p - 1) - 1) div stride + 1. */
static int64_t nn_places(const call *c, int axis, int64_t n, int64_t p) {
    int64_t dilation = c->attrs[NN_DILATION].v[axis], padded = n + 2 * c->attrs[NN_PADDING].v[axis];
    if (p - 1 > padded / dilation) return 0; /* far too wide; the product below cannot overflow */
    int64_t room = padded - dilation * (p - 1) - 1;
    return room < 0 ? 0 : room / c->attrs[NN_STRIDE].v[axis] + 1;
}

static bool nn_channels(call *c, int64_t channels, int64_t g, int64_t o) {
    int64_t groups = static_int(c, NN_GROUPS);
    if (channels != g * groups)
        return call_fail(c, "x has %lld channels, but w takes %lld in each of %lld groups", (long long)channels,
                         (long long)g, (long long)groups);
    if (o % groups != 0)
        return call_fail(c, "%lld output channels cannot be shared out to %lld groups", (long long)o,
                         (long long)groups);
    return true;
}

static bool infer_convnn(call *c) {
    if (!alike(c, 0, 1) || !wants(c, 0, arg_type(c, 0)->dt, 3) || !nn_statics(c)) return false;
    const type *x = arg_type(c, 0), *w = arg_type(c, 1);
    if (w->rank != 4) return call_fail(c, "w: expected [O, G, P, Q], found %s", type_text(c->mem, w));
    int lead = x->rank - 3;
    c->out = type_make(x->dt, x->rank, x->shape);
    int64_t *own = c->out.shape + lead;
    if (c->op == OP_convnn) {
        if (!nn_channels(c, own[0], w->shape[1], w->shape[0])) return false;
        own[0] = w->shape[0];
        for (int k = 0; k < 2; k++) own[1 + k] = nn_places(c, k, own[1 + k], w->shape[2 + k]);
        if (own[1] < 1 || own[2] < 1) return call_fail(c, "w: the kernel does not fit into x, padding included");
        return true;
    }
    if (own[0] != w->shape[0])
        return call_fail(c, "y has %lld channels, but w gives %lld", (long long)own[0], (long long)w->shape[0]);
    if (!nn_channels(c, w->shape[1] * static_int(c, NN_GROUPS), w->shape[1], w->shape[0])) return false;
    own[0] = w->shape[1] * static_int(c, NN_GROUPS);
    for (int k = 0; k < 2; k++) {
        int64_t size = c->attrs[NN_SIZE].v[k], places = nn_places(c, k, size, w->shape[2 + k]);
        if (places != own[1 + k])
            return call_fail(c, "size: %lld samples would give %lld, y has %lld", (long long)size, (long long)places,
                             (long long)own[1 + k]);
        own[1 + k] = size;
    }
    return true;
}

static bool infer_convnn_w(call *c) {
    if (!alike(c, 0, 1) || !wants(c, 0, arg_type(c, 0)->dt, 3) || !wants(c, 1, arg_type(c, 1)->dt, 3) || !nn_statics(c))
        return false;
    const type *y = arg_type(c, 0), *x = arg_type(c, 1);
    int lead = y->rank - 3;
    bool fits = y->rank == x->rank;
    for (int k = 0; fits && k < lead; k++) fits = y->shape[k] == x->shape[k];
    if (!fits)
        return call_fail(c, "x: the leading axes of %s are not those of %s", type_text(c->mem, x),
                         type_text(c->mem, y));
    int64_t groups = static_int(c, NN_GROUPS), channels = x->shape[lead], outs = y->shape[lead];
    if (channels % groups != 0 || outs % groups != 0)
        return call_fail(c, "groups: %lld do not divide %lld and %lld channels", (long long)groups, (long long)channels,
                         (long long)outs);
    const int64_t *size = c->attrs[NN_SIZE].v;
    for (int k = 0; k < 2; k++)
        if (nn_places(c, k, x->shape[lead + 1 + k], size[k]) != y->shape[lead + 1 + k])
            return call_fail(c, "size: a kernel of %lld taps does not take %s to %s", (long long)size[k],
                             type_text(c->mem, x), type_text(c->mem, y));
    c->out = type_make(x->dt, 4, (int64_t[]){outs, channels / groups, size[0], size[1]});
    return true;
}

/* ---- products, nested graphs ------------------------------------------------------------------------------------- */
static bool infer_matmul(call *c) {
    if (!alike(c, 0, 1)) return false;
    for (int k = 0; k < 2; k++) {
        if (!wants(c, k, arg_type(c, k)->dt, 2)) return false;
        if (static_int(c, k) != 0 && static_int(c, k) != 1)
            return call_fail(c, "%s: expected 0 or 1", call_attr_name(c, k));
    }
    const type *a = arg_type(c, 0), *b = arg_type(c, 1);
    bool ta = static_int(c, 0), tb = static_int(c, 1);
    int64_t m = a->shape[a->rank - (ta ? 1 : 2)], ka = a->shape[a->rank - (ta ? 2 : 1)];
    int64_t kb = b->shape[b->rank - (tb ? 1 : 2)], n = b->shape[b->rank - (tb ? 2 : 1)];
    if (ka != kb)
        return call_fail(c, "b: expected %lld rows to go with the columns of a, found %lld (a is %s, b is %s)",
                         (long long)ka, (long long)kb, type_text(c->mem, a), type_text(c->mem, b));
    if (!broadcast_leading(c, 2, &c->out)) return false;
    if (c->out.rank + 2 > MAX_RANK) return call_fail(c, "the result would have more than %d axes", MAX_RANK);
    c->out.shape[c->out.rank++] = m;
    c->out.shape[c->out.rank++] = n;
    return true;
}

static bool infer_part(call *c) {
    const node *s = c->args[0];
    int64_t k = static_int(c, 0);
    if (s->op != OP_scan) return call_fail(c, "x: expected a scan");
    if (k < 0 || k >= s->body->results.len) return call_fail(c, "index: the scan has %d results", s->body->results.len);
    if (k >= attr_int(s, SCAN_STATES) && s->body->results.data[k].value->type.rank == MAX_RANK)
        return call_fail(c, "what the loop collects would have more than %d axes", MAX_RANK);
    c->out = scan_part_type(s, k);
    return true;
}

/* vjp_(y, w, x) has the type of x, jvp_(y, x, v) that of y; w and v those of y and x. */
static bool infer_derivative(call *c) {
    bool reverse = c->op == OP_vjp_;
    const type *y = &c->args[0]->type, *x = &c->args[reverse ? 2 : 1]->type, *along = &c->args[reverse ? 1 : 2]->type;
    const type *like = reverse ? y : x;
    if (!same_type(along, like))
        return call_fail(c, "%s: expected %s, found %s", reverse ? "w" : "v", type_text(c->mem, like),
                         type_text(c->mem, along));
    c->out = reverse ? *x : *y;
    return true;
}

bool infer_kernel(call *c) {
    switch (c->op) {
    case OP_fft_:
    case OP_rfft_:
    case OP_hc2r: return infer_transform(c);
    case OP_conv_:
    case OP_corr_: return infer_conv(c);
    case OP_convnn:
    case OP_convnn_x: return infer_convnn(c);
    case OP_convnn_w: return infer_convnn_w(c);
    case OP_matmul_: return infer_matmul(c);
    case OP_part: return infer_part(c);
    case OP_vjp_:
    case OP_jvp_: return infer_derivative(c);
    default: return call_fail(c, "%s carries its own type", op_info(c->op)->name);
    }
}
