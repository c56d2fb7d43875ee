/* convolve.c: convolutions and correlations by their sums, zeros outside. */
#include "eval/evaluators.h"

typedef struct plane { /* the last one or two axes of an array; one axis is a plane of one row */
    int64_t rows, cols;
} plane;

static plane plane_of(const type *t, int64_t dims) {
    return (plane){dims == 2 ? axis_size(t, 2) : 1, axis_size(t, 1)};
}

/* conv_: y[i] = sum over k of h[k] x[i + lo - k];  corr_: y[i] = sum over k of conj(h[k]) x[i + k - lo]. */
static cval conv_at(const call *c, int64_t x0, int64_t h0, const int64_t *i, const int64_t *lo, plane px, plane ph) {
    bool conv = c->n->op == OP_conv_;
    csum s = {0.0L, 0.0L};
    for (int64_t p = 0; p < ph.rows; p++) {
        int64_t r = conv ? i[0] + lo[0] - p : i[0] + p - lo[0];
        if (r < 0 || r >= px.rows) continue;
        for (int64_t q = 0; q < ph.cols; q++) {
            int64_t t = conv ? i[1] + lo[1] - q : i[1] + q - lo[1];
            if (t < 0 || t >= px.cols) continue;
            cval h = tensor_get(c->args[1], h0 + p * ph.cols + q);
            csum_mul(&s, conv ? h : cv_conj(h), tensor_get(c->args[0], x0 + r * px.cols + t));
        }
    }
    return csum_value(&s);
}

void eval_conv(const call *c) { /* attributes dims, lo, n */
    int dims = (int)attr_int(c->n, 0);
    const attr *a = &c->n->attrs[1];
    const type *x = &c->args[0]->type, *h = &c->args[1]->type, *y = &c->out->type;
    int64_t lo[2] = {dims == 2 ? a->v[0] : 0, a->v[dims - 1]};
    plane px = plane_of(x, dims), ph = plane_of(h, dims), py = plane_of(y, dims);
    for (int64_t item = 0; item < lead_count(y, dims); item++) {
        int64_t x0 = item_offset(x, dims, y, dims, item), h0 = item_offset(h, dims, y, dims, item);
        for (int64_t i = 0; i < py.rows * py.cols; i++) {
            int64_t at[2] = {i / py.cols, i % py.cols};
            tensor_put(c->out, item * py.rows * py.cols + i, conv_at(c, x0, h0, at, lo, px, ph));
        }
    }
}

/* ---- multi-channel: y[o,i,j] = sum of w[o,c,p,q] x[g G + c, i sh + p dh - ph, j sw + q dw - pw], g the group of o --------- */
typedef struct layer {
    int64_t items, C, H, W, O, G, P, Q, I, J;
    int64_t stride[2], dilation[2], padding[2], groups;
} layer;

/* Attributes stride, dilation, padding, groups, in all three operators. */
static layer layer_of(const call *c, const type *x, const type *w, const type *y) {
    const attr *a = c->n->attrs;
    layer l = {.items = lead_count(x, 3),
               .C = axis_size(x, 3),
               .H = axis_size(x, 2),
               .W = axis_size(x, 1),
               .O = axis_size(w, 4),
               .G = axis_size(w, 3),
               .P = axis_size(w, 2),
               .Q = axis_size(w, 1),
               .I = axis_size(y, 2),
               .J = axis_size(y, 1),
               .groups = attr_int(c->n, 3)};
    for (int k = 0; k < 2; k++) {
        l.stride[k] = a[0].v[k];
        l.dilation[k] = a[1].v[k];
        l.padding[k] = a[2].v[k];
    }
    return l;
}

typedef struct term { /* places of one product y, w, x; x < 0: outside */
    int64_t y, w, x;
} term;

static term layer_term(const layer *l, int64_t item, const int64_t *yi, const int64_t *wi) {
    int64_t o = yi[0], group = o / (l->O / l->groups), channel = group * l->G + wi[0];
    int64_t r = yi[1] * l->stride[0] + wi[1] * l->dilation[0] - l->padding[0];
    int64_t t = yi[2] * l->stride[1] + wi[2] * l->dilation[1] - l->padding[1];
    bool inside = r >= 0 && r < l->H && t >= 0 && t < l->W;
    return (term){((item * l->O + o) * l->I + yi[1]) * l->J + yi[2], ((o * l->G + wi[0]) * l->P + wi[1]) * l->Q + wi[2],
                  inside ? ((item * l->C + channel) * l->H + r) * l->W + t : -1};
}

/* Calls `each` for every product of the definition. */
static void layer_walk(const call *c, const layer *l, void (*each)(const call *, term)) {
    int64_t outputs = l->O * l->I * l->J, taps = l->G * l->P * l->Q;
    for (int64_t item = 0; item < l->items; item++)
        for (int64_t y = 0; y < outputs; y++)
            for (int64_t w = 0; w < taps; w++) {
                int64_t yi[3] = {y / (l->I * l->J), y / l->J % l->I, y % l->J};
                int64_t wi[3] = {w / (l->P * l->Q), w / l->Q % l->P, w % l->Q};
                term t = layer_term(l, item, yi, wi);
                if (t.x >= 0) each(c, t);
            }
}

static void forward_term(const call *c, term t) {
    tensor_add(c->out, t.y, cv_mul(tensor_get(c->args[1], t.w), tensor_get(c->args[0], t.x)));
}

static void to_x_term(const call *c, term t) {
    tensor_add(c->out, t.x, cv_mul(cv_conj(tensor_get(c->args[1], t.w)), tensor_get(c->args[0], t.y)));
}

static void to_w_term(const call *c, term t) {
    tensor_add(c->out, t.w, cv_mul(cv_conj(tensor_get(c->args[1], t.x)), tensor_get(c->args[0], t.y)));
}

void eval_convnn(const call *c) {
    layer l = layer_of(c, &c->args[0]->type, &c->args[1]->type, &c->out->type);
    layer_walk(c, &l, forward_term);
}

void eval_convnn_x(const call *c) {
    layer l = layer_of(c, &c->out->type, &c->args[1]->type, &c->args[0]->type);
    layer_walk(c, &l, to_x_term);
}

void eval_convnn_w(const call *c) {
    layer l = layer_of(c, &c->args[1]->type, &c->out->type, &c->args[0]->type);
    layer_walk(c, &l, to_w_term);
}
