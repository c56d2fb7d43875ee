/* lower.c: how each convolution is to be computed.
 * Requires: derivatives taken, so that a convolution and its adjoints are all there. Maintains: values to rounding.
 * Breaks: conv_ and corr_ may become transforms; their sample-rate tags go.
 *
 * The choice depends on sizes alone, and a convolution and its two adjoints have the same three lengths (signal,
 * filter, result), so that all three choose the same transform length and hash-consing gives them the same spectra:
 * the one computed forward is the one used going back. */
#include "opt/lower.h"

#include <math.h>
#include <string.h>

#include "ir/optable.h"

/* Nanoseconds, measured by tests/bench/cost/conv_cost.c on x86-64 with AVX2, double: a direct product-and-add; a real
 * transform per n log2 n (FFTW, estimated plan), which rises with sqrt(n) once the data leave the second-level cache;
 * moving and multiplying one sample of padding and spectra. In float all three are about half, so the choice is the
 * same. */
static const double NS_DIRECT = 0.09, NS_FFT = 0.18, NS_MOVE = 2.0, CACHED = 65536;
static const double BLOCKS_GAIN =
    0.8; /* blocks have to be that much better than one transform, which is simpler to read */
static const double COMPLEX_DIRECT = 4.0, COMPLEX_FFT = 2.0;

node *lower_op(const conv *c, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs) {
    return graph_op(c->g, op, args, nargs, attrs, nattrs, c->from);
}

node *lower_slice(const conv *c, node *x, int64_t start, int64_t count, int axis_from_last) {
    int64_t st[MAX_RANK], step[MAX_RANK], n[MAX_RANK];
    int rank = x->type.rank, axis = rank - axis_from_last;
    for (int k = 0; k < rank; k++) {
        st[k] = k == axis ? start : 0;
        step[k] = 1;
        n[k] = k == axis ? count : x->type.shape[k];
    }
    if (count == x->type.shape[axis]) return x;
    attr at[] = {{rank, st}, {rank, step}, {rank, n}};
    return lower_op(c, OP_slice, &x, 1, at, 3);
}

node *lower_window(const conv *c, node *x, int64_t start, int64_t count, int axis_from_last) {
    int rank = x->type.rank, axis = rank - axis_from_last;
    int64_t have = x->type.shape[axis];
    int64_t a = start > 0 ? start : 0, b = start + count < have ? start + count : have; /* [a, b) lies in x */
    if (b <= a) {
        type t = x->type;
        t.shape[axis] = count;
        return graph_fill(c->g, t, 0.0, c->from);
    }
    x = lower_slice(c, x, a, b - a, axis_from_last);
    if (b - a == count) return x;
    int64_t st[MAX_RANK], step[MAX_RANK], n[MAX_RANK];
    for (int k = 0; k < rank; k++) {
        st[k] = k == axis ? a - start : 0;
        step[k] = 1;
        n[k] = k == axis ? count : x->type.shape[k];
    }
    attr at[] = {{rank, st}, {rank, step}, {rank, n}};
    return lower_op(c, OP_embed, &x, 1, at, 3);
}

node *lower_scale(const conv *c, node *x, double by) {
    return g_mul(c->g, x, graph_scalar(c->g, by, c->from), c->from);
}

/* ---- the choice -------------------------------------------------------------------------------------------------- */
static double items(const conv *c, const type *t) {
    double n = 1;
    for (int k = 0; k < t->rank - c->dims; k++) n *= (double)t->shape[k];
    return n;
}

/* Products that do not fall on zeros outside: at most those of the two shorter ones of x, h and the result. */
static double direct_cost(const conv *c) {
    double work = NS_DIRECT * items(c, &c->out) * (c->complex ? COMPLEX_DIRECT : 1);
    for (int k = 0; k < c->dims; k++) {
        double a = (double)c->nx[k], b = (double)c->nh[k], n = (double)c->n[k];
        double longest = fmax(a, fmax(b, n));
        work *= a * b * n / longest;
    }
    return work;
}

static double transform_ns(double length) {
    double far = length > CACHED ? sqrt(length / CACHED) : 1;
    return length * (NS_FFT * far * log2(length + 1) + NS_MOVE);
}

/* Powers of two from 2 taps on; the least work per sample. */
int64_t block_length(int64_t taps, int64_t samples) {
    int64_t best = 0;
    double least = INFINITY;
    for (int64_t length = 64; best == 0 || length <= 64 * taps; length *= 2) {
        if (length < 2 * taps) continue;
        double cost = transform_ns((double)length) / (double)(length - taps + 1);
        if (cost < least) {
            best = length;
            least = cost;
        }
        if (length - taps + 1 >= samples) break;
    }
    return best;
}

static double transform_cost(const conv *c, double length, double count) {
    return count * transform_ns(length) * (c->complex ? COMPLEX_FFT : 1);
}

/* A convolution alone takes three transforms; with one adjoint five, as it reads a spectrum that is there; with both
 * six. One less when an argument is constant, whose spectrum is computed ahead. Charged in equal parts. */
static double own_transforms(const conv *c) {
    double all = c->family <= 1 ? 3 : c->family == 2 ? 5 : 2.0 * c->family;
    return (all - (is_constant(c->x) || is_constant(c->h) ? 1 : 0)) / fmax(c->family, 1);
}

static double fft_cost(const conv *c) {
    double length = 1;
    for (int k = 0; k < c->dims; k++) length *= (double)fast_length(conv_fft_length(c, k));
    return transform_cost(c, length, own_transforms(c) * items(c, &c->out));
}

static double blocks_cost(const conv *c) {
    int64_t taps, samples;
    if (conv_blocks_kind(c, &taps, &samples) == BLOCKS_NONE) return INFINITY;
    int64_t length = block_length(taps, samples), hop = length - taps + 1;
    double blocks = (double)((samples + hop - 1) / hop);
    return transform_cost(c, (double)length, own_transforms(c) * blocks * items(c, &c->out));
}

static conv_choice choose(const conv *c) {
    double direct = direct_cost(c), fft = fft_cost(c), blocks = blocks_cost(c);
    if (direct <= fft && direct <= blocks) return CONV_DIRECT;
    return blocks < BLOCKS_GAIN * fft ? CONV_BLOCKS : CONV_FFT;
}

/* ---- the pass ---------------------------------------------------------------------------------------------------- */
static bool longer(const node *a, const node *b, int dims) {
    for (int k = 1; k <= dims; k++)
        if (a->type.shape[a->type.rank - k] <= b->type.shape[b->type.rank - k]) return false;
    return true;
}

static conv conv_of(graph *dst, const node *old, node *const *args) {
    conv c = {.g = dst, .from = old->from, .x = args[0], .h = args[1], .out = old->type, .corr = old->op == OP_corr_};
    c.complex = c.x->type.dt == T_COMPLEX;
    c.dims = (int)attr_int(old, 0);
    if (old->op == OP_conv_ &&
        longer(args[1], args[0], c.dims)) { /* convolution commutes: the filter is the shorter one */
        c.x = args[1];
        c.h = args[0];
    }
    for (int k = 0; k < c.dims; k++) {
        c.lo[k] = old->attrs[1].v[k];
        c.n[k] = old->attrs[2].v[k];
        c.nx[k] = c.x->type.shape[c.x->type.rank - c.dims + k];
        c.nh[k] = c.h->type.shape[c.h->type.rank - c.dims + k];
    }
    return c;
}

/* The elements of x, h and the result, as an unordered triple: the same for a convolution and its adjoints. */
static void lengths(const node *n, int64_t sorted[3]) {
    int64_t v[3] = {type_count(&n->args[0]->type), type_count(&n->args[1]->type), type_count(&n->type)};
    for (int i = 0; i < 3; i++) {
        int place = 0;
        for (int k = 0; k < 3; k++) place += v[k] < v[i] || (v[k] == v[i] && k < i);
        sorted[place] = v[i];
    }
}

static int family_of(const graph *g, const node *n) {
    int64_t mine[3], theirs[3];
    int count = 0;
    lengths(n, mine);
    for (int i = 0; i < g->nodes.len; i++) {
        const node *other = g->nodes.data[i];
        if (other->op != OP_conv_ && other->op != OP_corr_) continue;
        lengths(other, theirs);
        count += !memcmp(mine, theirs, sizeof mine);
    }
    return count < 3 ? count : 3;
}

typedef struct lowering {
    conv_choice given;
    const graph *from;
} lowering;

static node *rule(void *context, graph *dst, const node *old, node *const *args, const int *uses) {
    (void)uses;
    if (old->op != OP_conv_ && old->op != OP_corr_) return NULL;
    const lowering *l = context;
    conv c = conv_of(dst, old, args);
    c.family = family_of(l->from, old);
    conv_choice how = l->given == CONV_BY_COST ? choose(&c) : l->given;
    int64_t taps, samples;
    if (how == CONV_BLOCKS && conv_blocks_kind(&c, &taps, &samples) == BLOCKS_NONE) how = CONV_FFT;
    if (how == CONV_DIRECT)
        return c.x == args[0] ? NULL : lower_op(&c, old->op, (node *const[]){c.x, c.h}, 2, old->attrs, old->nattrs);
    return how == CONV_FFT ? conv_by_fft(&c) : conv_by_blocks(&c);
}

graph *pass_lower_as(arena *a, const graph *g, conv_choice how) {
    lowering l = {how, g};
    return rewrite(a, g, rule, &l, NULL);
}

graph *pass_lower(arena *a, const graph *g) {
    return pass_lower_as(a, g, CONV_BY_COST);
}
