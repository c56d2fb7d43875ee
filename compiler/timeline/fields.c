/* fields.c: see timeline.h: the fields of all nodes, from those of their arguments. */
#include "timeline/timeline.h"

#include "ir/optable.h"

#include <math.h>
#include <string.h>

typedef struct walk {
    arena *a;
    field *of; /* by node id */
} walk;

static const field NOTHING;

static const field *of(const walk *w, const node *n) {
    return &w->of[n->id];
}

/* lo and hi after adding what c * i can be for i = from .. to. */
static void grow(field *f, double c, double from, double to) {
    if (c == 0) return;
    f->lo += fmin(c * from, c * to);
    f->hi += fmax(c * from, c * to);
}

/* Axis k, of n elements, is summed over or mixed: any of its elements may be read. */
static void mix(field *f, int k, int64_t n) {
    grow(f, f->step[k], 0, (double)(n - 1));
    f->step[k] = 0;
}

static void mix_all(field *f, const type *t) {
    for (int k = 0; k < t->rank; k++) mix(f, k, t->shape[k]);
}

static void mix_last(field *f, const type *t, int n) {
    for (int k = t->rank - n; k < t->rank; k++)
        if (k >= 0) mix(f, k, t->shape[k]);
}

/* f together with g, both of elements of type t. */
static void merge(field *f, const field *g, const type *t) {
    if (!g->any) return;
    if (!f->any) {
        *f = *g;
        return;
    }
    field h = *g; /* brought to the steps of f */
    for (int k = 0; k < t->rank; k++) {
        if (f->step[k] == 0 && g->step[k] != 0) { /* follow the one that moves */
            grow(f, -g->step[k], 0, (double)(t->shape[k] - 1));
            f->step[k] = g->step[k];
        }
        grow(&h, g->step[k] - f->step[k], 0, (double)(t->shape[k] - 1));
    }
    f->lo = fmin(f->lo, h.lo);
    f->hi = fmax(f->hi, h.hi);
    f->loose |= h.loose;
    if (!f->band) f->band = g->band;
}

/* The argument broadcast to the result: NumPy's rule. */
static field stretched(const field *f, const type *from, const type *to) {
    field out = *f;
    memset(out.step, 0, sizeof out.step);
    for (int k = 0; k < from->rank; k++) {
        int at = k + to->rank - from->rank;
        if (at >= 0 && from->shape[k] > 1) out.step[at] = f->step[k];
    }
    return out;
}

static field pointwise(const walk *w, const node *n) {
    field out = NOTHING;
    for (int i = 0; i < n->nargs; i++) {
        field f = stretched(of(w, n->args[i]), &n->args[i]->type, &n->type);
        merge(&out, &f, &n->type);
    }
    return out;
}

/* What is linear in the signal keeps its band; what is not makes harmonics and sums of frequencies. */
static field bent(const walk *w, const node *n, field f) {
    int signals = 0;
    for (int i = 0; i < n->nargs; i++) signals += of(w, n->args[i])->any;
    switch (n->op) {
    case OP_add:
    case OP_sub:
    case OP_neg:
    case OP_complex:
    case OP_re:
    case OP_im:
    case OP_conj:
    case OP_stop_gradient: return f;
    case OP_mul:
    case OP_mulz: break;
    case OP_div: signals += of(w, n->args[1])->any; break;
    case OP_where: signals += of(w, n->args[0])->any; break;
    default: signals = 2;
    }
    if (signals > 1) f.band = NULL;
    return f;
}

/* ---- shapes -------------------------------------------------------------------------------------------------------------- */
/* The old axes from a to b (exclusive) as one of `total` elements: its step; what does not fit into a line grows f. */
static double joined(field *f, const double *steps, const type *t, int a, int b) {
    double step = 0, size = 1;
    for (int k = b - 1; k >= a; k--) {
        if (t->shape[k] == 1) continue;
        double c = steps[k];
        if (size == 1) step = c;
        else if (c != step * size) { /* the outer axis sets the pace; the inner one is read around it */
            double pace = c / size;
            f->loose = true;
            grow(f, step - pace, 0, size - 1);
            step = pace;
        }
        size *= (double)t->shape[k];
    }
    return step;
}

static field reshaped(const field *from, const type *s, const type *t) {
    field out = *from;
    memset(out.step, 0, sizeof out.step);
    int i = 0, k = 0;
    while (i < s->rank && k < t->rank) { /* the shortest runs of axes with equally many elements */
        int64_t m = s->shape[i], n = t->shape[k];
        int i1 = i + 1, k1 = k + 1;
        while (m != n) {
            if (m < n) m *= s->shape[i1++];
            else n *= t->shape[k1++];
        }
        if (i1 - i == 1 && k1 - k == 1) out.step[k] = from->step[i];
        else {
            double step = joined(&out, from->step, s, i, i1);
            for (int q = k1 - 1; q >= k; q--) {
                out.step[q] = t->shape[q] > 1 ? step : 0;
                step *= (double)t->shape[q];
            }
        }
        i = i1;
        k = k1;
    }
    return out;
}

static field permuted(const field *f, const node *n) {
    field out = *f;
    for (int k = 0; k < n->type.rank; k++) out.step[k] = f->step[n->attrs[0].v[k]];
    return out;
}

static field sliced(const field *f, const node *n) {
    field out = *f;
    for (int k = 0; k < n->type.rank; k++) {
        double at = f->step[k] * (double)n->attrs[0].v[k];
        out.lo += at;
        out.hi += at;
        out.step[k] = n->type.shape[k] > 1 ? f->step[k] * (double)n->attrs[1].v[k] : 0;
    }
    return out;
}

/* Element i stands at start + step i of the result: zeros between read nothing. */
static field embedded(const field *f, const node *n) {
    field out = *f;
    for (int k = 0; k < n->type.rank; k++) {
        out.step[k] = f->step[k] / (double)n->attrs[1].v[k];
        out.lo -= out.step[k] * (double)n->attrs[0].v[k];
        out.hi -= out.step[k] * (double)n->attrs[0].v[k];
    }
    return out;
}

static field concatenated(const walk *w, const node *n) {
    field out = NOTHING;
    int axis = (int)attr_int(n, 0);
    int64_t at = 0;
    for (int i = 0; i < n->nargs; i++) {
        field f = *of(w, n->args[i]);
        f.lo -= f.step[axis] * (double)at;
        f.hi -= f.step[axis] * (double)at;
        merge(&out, &f, &n->type);
        at += n->args[i]->type.shape[axis];
    }
    return out;
}

static field framed(const field *f, const node *n) {
    field out = *f;
    int r = n->args[0]->type.rank;
    out.step[r - 1] = f->step[r - 1] * (double)attr_int(n, 1);
    out.step[r] = f->step[r - 1];
    return out;
}

/* Place j is reached by frames f with j - L < f hop <= j, at l = j - f hop in them. With e = f hop - j in -(L-1) .. 0 and
 * pace = step_f / hop the reading is pace j + (pace - step_l) e. */
static field overlapped(const field *f, const node *n) {
    field out = *f;
    const type *t = &n->args[0]->type;
    double pace = f->step[t->rank - 2] / (double)attr_int(n, 0), inner = f->step[t->rank - 1];
    out.step[t->rank - 1] = 0;
    out.step[t->rank - 2] = pace;
    grow(&out, pace - inner, -(double)(t->shape[t->rank - 1] - 1), 0);
    return out;
}

/* Indices known to the compiler that run evenly but for the ends (a flip, a reflection) keep their pace. */
static field picked(const walk *w, const node *n) {
    const node *x = n->args[0], *i = n->args[1];
    field out = stretched(of(w, x), &x->type, &n->type);
    int last = n->type.rank - 1;
    int64_t m = i->type.rank ? i->type.shape[i->type.rank - 1] : 1;
    double c = of(w, x)->step[x->type.rank - 1];
    bool even = i->op == OP_iota || (i->op == OP_constant && !i->konst->splat && i->type.rank == 1 && m >= 3);
    if (c == 0) return out;
    if (!even) {
        out.step[last] = 0;
        grow(&out, c, 0, (double)(x->type.shape[x->type.rank - 1] - 1));
        return out;
    }
    if (i->op == OP_iota) return out;
    const double *v = i->konst->value;
    double pace = v[m / 2] - v[m / 2 - 1], at = v[m / 2] - pace * (double)(m / 2), lo = 0, hi = 0;
    for (int64_t k = m / 4; k < m - m / 4; k++) {
        double off = v[k] - (at + pace * (double)k);
        lo = fmin(lo, off);
        hi = fmax(hi, off);
    }
    out.step[last] = c * pace;
    out.lo += c * at;
    out.hi += c * at;
    if (c > 0) out.lo += c * lo, out.hi += c * hi;
    else out.lo += c * hi, out.hi += c * lo;
    return out;
}

static field gathered(const walk *w, const node *n) {
    field out = picked(w, n), by = stretched(of(w, n->args[1]), &n->args[1]->type, &n->type);
    merge(&out, &by, &n->type); /* where it is read may depend on the signal too */
    return out;
}

/* ---- filters and transforms ---------------------------------------------------------------------------------------------- */
/* The leading axes of a kernel with `core` axes of its own broadcast. */
static field led(const field *f, const type *from, int core, const type *to, int out_core) {
    field out = *f;
    memset(out.step, 0, sizeof out.step);
    for (int k = 0; k < core && k < out_core && k < from->rank && k < to->rank; k++)
        out.step[to->rank - 1 - k] = f->step[from->rank - 1 - k];
    for (int k = core; k < from->rank; k++) {
        int at = to->rank - 1 - (k - core + out_core);
        if (at >= 0 && from->shape[from->rank - 1 - k] > 1) out.step[at] = f->step[from->rank - 1 - k];
    }
    return out;
}

/* y[i] = sum h[k] x[i + lo - k], or x[i + k - lo]: one argument is slid over, the other read whole. */
static field convolved(const walk *w, const node *n, bool correlate) {
    field out = NOTHING;
    int dims = (int)attr_int(n, 0);
    for (int i = 0; i < 2; i++) {
        const node *x = n->args[i], *h = n->args[1 - i];
        field f = led(of(w, x), &x->type, dims, &n->type, dims);
        for (int d = 0; d < dims; d++) {
            double c = of(w, x)->step[x->type.rank - dims + d], lo = (double)n->attrs[1].v[d];
            double span = (double)(h->type.shape[h->type.rank - dims + d] - 1);
            if (i == 1 && correlate) { /* the kernel slides: read whole */
                f.step[n->type.rank - dims + d] = 0;
                grow(&f, c, 0, (double)(x->type.shape[x->type.rank - dims + d] - 1));
            } else if (correlate) grow(&f, c, -lo, span - lo);
            else grow(&f, c, lo - span, lo);
        }
        merge(&out, &f, &n->type);
    }
    out.band = n;
    return out;
}

/* y[o,i,j] = sum w[o,c,p,q] x[c, i sh + p dh - ph, j sw + q dw - pw], or its transpose. */
static field layered(const walk *w, const node *n, bool transposed) {
    const node *x = n->args[0], *k = n->args[1];
    field in = *of(w, x), out;
    mix(&in, x->type.rank - 3, x->type.shape[x->type.rank - 3]);
    out = in;
    for (int d = 0; d < 2; d++) {
        int at = n->type.rank - 2 + d;
        double c = in.step[x->type.rank - 2 + d], span = (double)(k->type.shape[k->type.rank - 2 + d] - 1);
        double stride = (double)n->attrs[0].v[d], dilation = (double)n->attrs[1].v[d], pad = (double)n->attrs[2].v[d];
        if (transposed) {
            out.step[at] = c / stride;
            grow(&out, c / stride, pad - span * dilation, pad);
        } else {
            out.step[at] = c * stride;
            grow(&out, c, -pad, span * dilation - pad);
        }
    }
    field whole = *of(w, k);
    mix_all(&whole, &k->type);
    merge(&out, &whole, &n->type);
    out.band = n;
    return out;
}

static field multiplied(const walk *w, const node *n) {
    field out = NOTHING;
    for (int i = 0; i < 2; i++) {
        const node *x = n->args[i];
        field f = *of(w, x), g;
        bool turned = attr_int(n, i) != 0;
        int r = x->type.rank, row = r - 2, col = r - 1;
        if (turned) row = r - 1, col = r - 2;
        int kept = i == 0 ? row : col, summed = i == 0 ? col : row;
        double step = f.step[kept];
        mix(&f, summed, x->type.shape[summed]);
        g = led(&f, &x->type, 2, &n->type, 2);
        g.step[n->type.rank - 2] = i == 0 ? step : 0;
        g.step[n->type.rank - 1] = i == 0 ? 0 : step;
        merge(&out, &g, &n->type);
    }
    return out;
}

static field reduced(const field *f, const node *n) {
    field in = *f, out;
    const type *t = &n->args[0]->type;
    bool gone[MAX_RANK] = {false};
    if (n->op == OP_sum)
        for (int k = 0; k < n->attrs[0].n; k++) gone[n->attrs[0].v[k]] = true;
    else gone[t->rank - 1] = true;
    for (int k = 0; k < t->rank; k++)
        if (gone[k]) mix(&in, k, t->shape[k]);
    out = in;
    memset(out.step, 0, sizeof out.step);
    for (int k = 0, to = 0; k < t->rank; k++)
        if (!gone[k]) out.step[to++] = in.step[k];
    return out;
}

/* Along the last axis everything before is read, or everything after. */
static field recursive(const walk *w, const node *n, bool reverse) {
    field out = pointwise(w, n);
    double c = out.step[n->type.rank - 1];
    if (c == 0) return out;
    if ((c > 0) != reverse) out.lo = -INFINITY;
    else out.hi = INFINITY;
    out.band = n;
    return out;
}

/* The steps of a loop along its leading axis: with states it reads what went before too. */
static field looped(const walk *w, const node *scan, const type *part, bool collected) {
    int64_t states = attr_int(scan, SCAN_STATES), slices = attr_int(scan, SCAN_SLICES);
    bool reverse = attr_int(scan, SCAN_FLAGS) & SCAN_REVERSE;
    field out = NOTHING;
    for (int i = 0; i < scan->nargs; i++) {
        const node *x = scan->args[i];
        field f = *of(w, x);
        bool slice = i >= states && i < states + slices;
        double c = slice ? f.step[0] : 0;
        if (slice) f.step[0] = 0;
        for (int k = 0; k < x->type.rank; k++) f.loose |= f.step[k] != 0; /* a block of the signal in each step */
        mix_all(&f, &x->type);
        if (slice && collected) {
            f.step[0] = c;
            if (states && c != 0) *((c > 0) != reverse ? &f.lo : &f.hi) = (c > 0) != reverse ? -INFINITY : INFINITY;
        } else if (slice) grow(&f, c, 0, (double)(x->type.shape[0] - 1));
        merge(&out, &f, part);
    }
    if (states) out.band = scan;
    return out;
}

static field of_node(walk *w, const node *n);

/* The fields of the results of a body from those of its leaves. */
static void in_body(arena *a, const graph *body, const field *leaves, field *results) {
    walk w = {a, NEW_ARRAY(a, field, body->nodes.len + 1)};
    for (int i = 0; i < body->nodes.len; i++)
        if (body->nodes.data[i]->op != OP_leaf) w.of[i] = of_node(&w, body->nodes.data[i]);
        else
            for (int k = 0; k < body->leaves.len; k++)
                if (body->leaves.data[k] == body->nodes.data[i]) w.of[i] = leaves[k];
    for (int k = 0; k < body->results.len; k++)
        results[k] = body->results.data[k].value ? w.of[body->results.data[k].value->id] : NOTHING;
}

static field defined(const walk *w, const node *n) {
    field *leaves = NEW_ARRAY(w->a, field, n->nargs + 1), out[1];
    for (int k = 0; k < n->nargs; k++) leaves[k] = *of(w, n->args[k]);
    in_body(w->a, n->body, leaves, out);
    return out[0];
}

/* A loop over something else than time (the sections of a cascade, iterations): a signal may be what it carries. Followed step
 * by step, and in proportion where there are many. */
static field iterated(const walk *w, const node *scan, int64_t part) {
    enum { FOLLOWED = 16 };
    int64_t trip = attr_int(scan, SCAN_TRIP), states = attr_int(scan, SCAN_STATES),
            slices = attr_int(scan, SCAN_SLICES);
    field *leaves = NEW_ARRAY(w->a, field, scan->nargs + 2), *out = NEW_ARRAY(w->a, field, scan->body->results.len + 1);
    for (int i = 0; i < scan->nargs; i++) {
        leaves[1 + i] = *of(w, scan->args[i]);
        if (i >= states && i < states + slices) /* a row: without the leading axis */
            memmove(leaves[1 + i].step, leaves[1 + i].step + 1, sizeof(double) * (MAX_RANK - 1));
    }
    field before = NOTHING;
    for (int64_t t = 0; t < trip && t < FOLLOWED; t++) {
        in_body(w->a, scan->body, leaves, out);
        before = part < states ? leaves[1 + part] : NOTHING;
        for (int64_t k = 0; k < states; k++) leaves[1 + k] = out[k];
    }
    field f = out[part];
    if (trip > FOLLOWED && before.any) {
        f.lo += (f.lo - before.lo) * (double)(trip - FOLLOWED);
        f.hi += (f.hi - before.hi) * (double)(trip - FOLLOWED);
    }
    if (part >= states) { /* a stack of them */
        memmove(f.step + 1, f.step, sizeof(double) * (MAX_RANK - 1));
        f.step[0] = 0;
    }
    return f;
}

static bool runs_along_time(const walk *w, const node *scan) {
    int64_t states = attr_int(scan, SCAN_STATES), slices = attr_int(scan, SCAN_SLICES);
    for (int64_t i = states; i < states + slices; i++)
        if (of(w, scan->args[i])->any && of(w, scan->args[i])->step[0] != 0) return true;
    return false;
}

/* The last `dims` axes are read whole; the leading ones broadcast. */
static field transformed(const walk *w, const node *n, int dims) {
    field out = NOTHING;
    for (int i = 0; i < n->nargs; i++) {
        field f = *of(w, n->args[i]);
        mix_last(&f, &n->args[i]->type, dims);
        f = led(&f, &n->args[i]->type, dims, &n->type, dims);
        merge(&out, &f, &n->type);
    }
    return out;
}

static field of_node(walk *w, const node *n) {
    const field *x = n->nargs ? of(w, n->args[0]) : &NOTHING;
    bool any = false;
    for (int i = 0; i < n->nargs; i++) any = any || of(w, n->args[i])->any;
    if (!any) return NOTHING;
    switch (n->op) {
    case OP_reshape: return reshaped(x, &n->args[0]->type, &n->type);
    case OP_permute: return permuted(x, n);
    case OP_broadcast: return stretched(x, &n->args[0]->type, &n->type);
    case OP_slice: return sliced(x, n);
    case OP_embed: return embedded(x, n);
    case OP_concat: return concatenated(w, n);
    case OP_frame: return framed(x, n);
    case OP_overlap_add: return overlapped(x, n);
    case OP_gather: return gathered(w, n);
    case OP_pad_fold: {
        field f = *x;
        double at = f.step[n->type.rank - 1] * (double)attr_int(n, 0);
        f.lo -= at, f.hi -= at;
        return f;
    }
    case OP_sum:
    case OP_reduce_max:
    case OP_reduce_min:
    case OP_argmax:
    case OP_argmin: return reduced(x, n);
    case OP_cumsum: return recursive(w, n, attr_int(n, 0));
    case OP_lrec: return recursive(w, n, attr_int(n, 0));
    case OP_cumprod: return recursive(w, n, false);
    case OP_allpole: {
        field f = *x, by = *of(w, n->args[1]);
        double c = f.step[n->args[0]->type.rank - 1];
        if (c != 0)
            *((c > 0) != (attr_int(n, 0) != 0) ? &f.lo : &f.hi) =
                (c > 0) != (attr_int(n, 0) != 0) ? -INFINITY : INFINITY;
        f = led(&f, &n->args[0]->type, 1, &n->type, 1);
        mix_all(&by, &n->args[1]->type);
        merge(&f, &by, &n->type);
        f.band = n;
        return f;
    }
    case OP_fft_:
    case OP_rfft_:
    case OP_hc2r: return transformed(w, n, (int)attr_int(n, 0));
    case OP_r2r: return transformed(w, n, 1);
    case OP_conv_: return convolved(w, n, false);
    case OP_corr_: return convolved(w, n, true);
    case OP_convnn: return layered(w, n, false);
    case OP_convnn_x: return layered(w, n, true);
    case OP_matmul_: return multiplied(w, n);
    case OP_scan: return (field){.any = true}; /* its parts know more */
    case OP_part: {
        int64_t k = attr_int(n, 0);
        if (!runs_along_time(w, n->args[0])) return iterated(w, n->args[0], k);
        return looped(w, n->args[0], &n->type, k >= attr_int(n->args[0], SCAN_STATES));
    }
    case OP_custom: return defined(w, n);
    default: break;
    }
    if (op_info(n->op)->kind == K_POINTWISE) return bent(w, n, pointwise(w, n));
    return transformed(w, n, n->op == OP_scatter_add || n->op == OP_argsort || n->op == OP_pad_fold_adj ? 1 : 2);
}

/* ---- the signal ---------------------------------------------------------------------------------------------------------- */
static bool is_signal(const node *leaf, double rate, int64_t longest) {
    const type *t = &leaf->type;
    if (leaf->role != ROLE_INPUT || t->rank == 0 || t->dt == T_INT) return false;
    return rate > 0 ? t->rate == rate : t->shape[t->rank - 1] == longest;
}

enum { SHORTEST = 8 }; /* fewer numbers are settings, not a signal */

bool timeline_find(arena *a, const graph *g, timeline *out) {
    double rate = 0;
    int64_t longest = 0;
    for (int i = 0; i < g->leaves.len; i++) {
        const node *leaf = g->leaves.data[i];
        if (leaf->role != ROLE_INPUT || leaf->type.rank == 0 || leaf->type.dt == T_INT) continue;
        if (rate > 0 && leaf->type.rate > 0 && leaf->type.rate != rate) return false;
        if (leaf->type.rate > 0) rate = leaf->type.rate;
        int64_t n = leaf->type.shape[leaf->type.rank - 1];
        longest = n > longest ? n : longest;
    }
    strbuf names = {0};
    walk w = {a, NEW_ARRAY(a, field, g->nodes.len + 1)};
    *out = (timeline){.g = g, .rate = rate, .of = w.of};
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (n->op != OP_leaf) {
            w.of[i] = of_node(&w, n);
            continue;
        }
        if (!is_signal(n, rate, longest)) continue;
        w.of[i].any = true;
        w.of[i].step[n->type.rank - 1] = 1;
        if (n->type.shape[n->type.rank - 1] > out->samples) out->samples = n->type.shape[n->type.rank - 1];
        sb_printf(&names, "%s%s", names.len ? ", " : "", n->name);
    }
    out->names = arena_strdup(a, sb_text(&names));
    sb_free(&names);
    return out->samples >= SHORTEST;
}

int timeline_axis(const timeline *t, const node *n) {
    const field *f = &t->of[n->id];
    int best = -1;
    for (int k = 0; k < n->type.rank; k++)
        if (f->step[k] != 0 && (best < 0 || fabs(f->step[k]) > fabs(f->step[best]))) best = k;
    return best;
}

double field_length(const field *f) {
    return f->hi - f->lo + 1;
}
