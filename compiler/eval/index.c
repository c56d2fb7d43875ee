/* index.c: operators that move elements by a computed place: frames added up, gather, scatter, sorting, folded edges. */
#include <math.h>
#include <stdlib.h>

#include "eval/evaluators.h"

void eval_overlap_add(const call *c) { /* y[f*hop + j] += frames[f, j] where that lies within y */
    const tensor *x = c->args[0];
    int64_t hop = attr_int(c->n, 0), n = axis_size(&c->out->type, 1);
    int64_t frames = axis_size(&x->type, 2), size = axis_size(&x->type, 1);
    for (int64_t item = 0; item < lead_count(&x->type, 2); item++)
        for (int64_t f = 0; f < frames; f++)
            for (int64_t j = 0; j < size; j++)
                if (f * hop + j < n)
                    tensor_add(c->out, item * n + f * hop + j, tensor_get(x, (item * frames + f) * size + j));
}

void eval_gather(const call *c) {
    const tensor *x = c->args[0], *i = c->args[1];
    int64_t n = axis_size(&x->type, 1), m = axis_size(&c->out->type, 1);
    for (int64_t item = 0; item < lead_count(&c->out->type, 1); item++) {
        int64_t x0 = item_offset(&x->type, 1, &c->out->type, 1, item);
        int64_t i0 = item_offset(&i->type, 1, &c->out->type, 1, item);
        for (int64_t k = 0; k < m; k++) {
            int64_t place = (int64_t)i->v[i0 + k];
            if (place >= 0 && place < n) tensor_put(c->out, item * m + k, tensor_get(x, x0 + place));
        }
    }
}

void eval_scatter_add(const call *c) {
    const tensor *v = c->args[0], *i = c->args[1];
    int64_t n = axis_size(&c->out->type, 1), m = axis_size(&i->type, 1);
    for (int64_t item = 0; item < lead_count(&c->out->type, 1); item++) {
        int64_t v0 = item_offset(&v->type, 1, &c->out->type, 1, item);
        int64_t i0 = item_offset(&i->type, 1, &c->out->type, 1, item);
        for (int64_t k = 0; k < m; k++) {
            int64_t place = (int64_t)i->v[i0 + k];
            if (place >= 0 && place < n) tensor_add(c->out, item * n + place, tensor_get(v, v0 + k));
        }
    }
}

/* a comes after b: NaN after everything; equal values compare as neither. */
static bool comes_after(double a, double b) {
    return isnan(a) ? !isnan(b) : a > b;
}

/* Merges two sorted runs of indices; of equals the one from the left run goes first, which keeps the order stable. */
static void merge_runs(int64_t *to, const int64_t *left, int64_t nleft, const int64_t *right, int64_t nright,
                       const double *x) {
    int64_t i = 0, j = 0;
    while (i < nleft || j < nright) {
        bool take_right = i == nleft || (j < nright && comes_after(x[left[i]], x[right[j]]));
        *to++ = take_right ? right[j++] : left[i++];
    }
}

void eval_argsort(const call *c) {
    const tensor *x = c->args[0];
    int64_t n = axis_size(&x->type, 1), *from = scratch_array(n, sizeof *from), *to = scratch_array(n, sizeof *to);
    for (int64_t item = 0; item < lead_count(&x->type, 1); item++) {
        const double *v = x->v + item * n;
        for (int64_t k = 0; k < n; k++) from[k] = k;
        for (int64_t run = 1; run < n; run *= 2) {
            for (int64_t at = 0; at < n; at += 2 * run) {
                int64_t left = n - at < run ? n - at : run, right = n - at - left < run ? n - at - left : run;
                merge_runs(to + at, from + at, left, from + at + left, right, v);
            }
            int64_t *swap = from;
            from = to;
            to = swap;
        }
        for (int64_t k = 0; k < n; k++) c->out->v[item * n + k] = (double)from[k];
    }
    free(from);
    free(to);
}

int64_t folded(int64_t i, int64_t n, int64_t mode) {
    int64_t period = mode == 1 ? 2 * (n - 1) : mode == 4 ? 2 * n : n;
    if (n == 1) return 0;
    if (mode == 2) return i < 0 ? 0 : i >= n ? n - 1 : i;
    i %= period;
    if (i < 0) i += period;
    if (mode == 1 && i >= n) i = period - i;
    if (mode == 4 && i >= n) i = period - 1 - i;
    return i;
}

void eval_pad_fold(const call *c) { /* attributes lo, hi, mode */
    const tensor *x = c->args[0];
    int64_t lo = attr_int(c->n, 0), mode = attr_int(c->n, 2);
    int64_t n = axis_size(&x->type, 1), m = axis_size(&c->out->type, 1);
    for (int64_t item = 0; item < lead_count(&x->type, 1); item++)
        for (int64_t j = 0; j < m; j++)
            tensor_put(c->out, item * m + j, tensor_get(x, item * n + folded(j - lo, n, mode)));
}

void eval_pad_fold_adj(const call *c) {
    const tensor *y = c->args[0];
    int64_t lo = attr_int(c->n, 0), mode = attr_int(c->n, 2);
    int64_t m = axis_size(&y->type, 1), n = axis_size(&c->out->type, 1);
    for (int64_t item = 0; item < lead_count(&y->type, 1); item++)
        for (int64_t j = 0; j < m; j++)
            tensor_add(c->out, item * n + folded(j - lo, n, mode), tensor_get(y, item * m + j));
}
