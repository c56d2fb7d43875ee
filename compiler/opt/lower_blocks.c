/* lower_blocks.c: a long signal and a short filter, by transforms of blocks (overlap-save and its transposes).
 *
 * Blocks of length L at distances of B = L - K + 1 samples, K the number of taps. Three operators belong together:
 *   y = conv(x, h)     frame b holds x[b B + lo - (K-1) ...], its product with H gives y at places K-1 .. L-1
 * (overlap-save);
 *   x = corr(y, h)     the transpose: block b of y is put at places K-1 .. L-1, times conj(H), and the blocks are
 * added up;
 *   h = corr(y, x)     the sum over b of Y_b conj(X_b), of which lags 0 .. K-1 are read.
 * All of them read the same spectra X_b of frames and Y_b of blocks, so a convolution with both its adjoints makes each
 * once. */
#include "opt/lower.h"

static const int64_t MIN_SAMPLES = 64;

/* Along the one axis: who is short? */
blocks_kind conv_blocks_kind(const conv *c, int64_t *taps, int64_t *samples) {
    bool room = c->x->type.rank < MAX_RANK && c->h->type.rank < MAX_RANK &&
                c->out.rank < MAX_RANK; /* one axis for the blocks */
    if (c->dims != 1 || !room) return BLOCKS_NONE;
    int64_t x = c->nx[0], h = c->nh[0], n = c->n[0];
    if (h < x && h < n) {
        *taps = h;
        *samples = c->corr ? x : n; /* what is cut into blocks of B: the y of the description above */
        return *samples >= MIN_SAMPLES ? BLOCKS_SHORT_H : BLOCKS_NONE;
    }
    if (c->corr && n < x && n < h && x >= MIN_SAMPLES) {
        *taps = n;
        *samples = x;
        return BLOCKS_SHORT_RESULT;
    }
    return BLOCKS_NONE;
}

static node *spectrum(const conv *c, node *x) {
    int64_t one = 1, sign = -1;
    attr at[] = {{1, &one}, {1, &sign}};
    return c->complex ? lower_op(c, OP_fft_, &x, 1, at, 2) : lower_op(c, OP_rfft_, &x, 1, at, 1);
}

static node *inverse(const conv *c, node *s, int64_t length) {
    int64_t one = 1, sign = 1;
    attr full[] = {{1, &one}, {1, &sign}}, half[] = {{1, &one}, {1, &length}};
    return c->complex ? lower_op(c, OP_fft_, &s, 1, full, 2) : lower_op(c, OP_hc2r, &s, 1, half, 2);
}

/* The last axis of x as two. */
static node *split_last(const conv *c, node *x, int64_t outer, int64_t inner) {
    int64_t shape[MAX_RANK + 1];
    int lead = x->type.rank - 1;
    for (int k = 0; k < lead; k++) shape[k] = x->type.shape[k];
    shape[lead] = outer;
    shape[lead + 1] = inner;
    return g_reshape(c->g, x, lead + 2, shape, c->from);
}

static node *join_last(const conv *c, node *x) {
    int64_t shape[MAX_RANK];
    int lead = x->type.rank - 2;
    for (int k = 0; k < lead; k++) shape[k] = x->type.shape[k];
    shape[lead] = x->type.shape[lead] * x->type.shape[lead + 1];
    return g_reshape(c->g, x, lead + 1, shape, c->from);
}

typedef struct plan { /* of one family of blocks */
    int64_t taps, length, hop, blocks, lo;
} plan;

/* Spectra of the frames of x: frame b begins at x[b hop + lo - (taps - 1)]. */
static node *frame_spectra(const conv *c, const plan *p, node *x) {
    int64_t total = (p->blocks - 1) * p->hop + p->length;
    x = lower_window(c, x, p->lo - (p->taps - 1), total, 1);
    attr at[] = {{1, &p->length}, {1, &p->hop}};
    return spectrum(c, lower_op(c, OP_frame, &x, 1, at, 2));
}

/* Spectra of the blocks of y, each put at the end of its frame. */
static node *block_spectra(const conv *c, const plan *p, node *y) {
    y = split_last(c, lower_window(c, y, 0, p->blocks * p->hop, 1), p->blocks, p->hop);
    return spectrum(c, lower_window(c, y, -(p->taps - 1), p->length, 1));
}

/* The filter's spectrum, with an axis of size 1 for the blocks. */
static node *filter_spectrum(const conv *c, const plan *p, node *h) {
    node *s = spectrum(c, lower_window(c, h, 0, p->length, 1));
    return s->type.rank == 1 ? s : split_last(c, s, 1, s->type.shape[s->type.rank - 1]);
}

static node *conjugate(const conv *c, node *s) {
    return lower_op(c, OP_conj, &s, 1, NULL, 0);
}

static node *overlap_save(const conv *c, const plan *p) {
    node *sx = frame_spectra(c, p, c->x), *sh = filter_spectrum(c, p, c->h);
    node *y = inverse(c, g_mul(c->g, sx, sh, c->from), p->length);
    y = join_last(c, lower_slice(c, y, p->taps - 1, p->hop, 1));
    return lower_scale(c, lower_slice(c, y, 0, c->n[0], 1), 1.0 / (double)p->length);
}

static node *overlap_add(const conv *c, const plan *p) {
    node *sy = block_spectra(c, p, c->x), *sh = conjugate(c, filter_spectrum(c, p, c->h));
    node *frames = inverse(c, g_mul(c->g, sy, sh, c->from), p->length);
    int64_t total = (p->blocks - 1) * p->hop + p->length;
    attr at[] = {{1, &p->hop}, {1, &total}};
    node *x = lower_op(c, OP_overlap_add, &frames, 1, at, 2);
    return lower_scale(c, lower_window(c, x, p->taps - 1 - p->lo, c->n[0], 1), 1.0 / (double)p->length);
}

static node *sum_of_blocks(const conv *c, const plan *p) {
    node *sy = block_spectra(c, p, c->x), *sx = conjugate(c, frame_spectra(c, p, c->h));
    node *s = g_mul(c->g, sy, sx, c->from);
    int64_t axis = s->type.rank - 2;
    node *h = inverse(c, g_sum_axes(c->g, s, &axis, 1, false, c->from), p->length);
    return lower_scale(c, lower_slice(c, h, 0, p->taps, 1), 1.0 / (double)p->length);
}

node *conv_by_blocks(const conv *c) {
    plan p = {.lo = c->lo[0]};
    int64_t samples = 0;
    blocks_kind kind = conv_blocks_kind(c, &p.taps, &samples);
    p.length = block_length(p.taps, samples);
    p.hop = p.length - p.taps + 1;
    p.blocks = (samples + p.hop - 1) / p.hop;
    if (kind == BLOCKS_SHORT_RESULT) return sum_of_blocks(c, &p);
    return c->corr ? overlap_add(c, &p) : overlap_save(c, &p);
}
