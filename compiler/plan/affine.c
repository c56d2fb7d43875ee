/* affine.c: index expressions c0 + sum over loop variables of c[v] * v. */
#include "plan/body.h"

affine aff_const(int64_t c0) {
    affine a = {.c0 = c0};
    return a;
}

affine aff_var(int v) {
    affine a = {0};
    a.c[v] = 1;
    return a;
}

affine aff_add(affine a, affine b) {
    a.c0 += b.c0;
    for (int v = 0; v < MAX_RANK; ++v) a.c[v] += b.c[v];
    return a;
}

affine aff_scale(affine a, int64_t k) {
    a.c0 *= k;
    for (int v = 0; v < MAX_RANK; ++v) a.c[v] *= k;
    return a;
}

affine aff_plus(affine a, int64_t k) {
    a.c0 += k;
    return a;
}

bool aff_equal(const affine *a, const affine *b) {
    if (a->c0 != b->c0) return false;
    for (int v = 0; v < MAX_RANK; ++v) {
        if (a->c[v] != b->c[v]) return false;
    }
    return true;
}

void aff_range(const affine *a, const space *s, int64_t *lo, int64_t *hi) {
    *lo = *hi = a->c0;
    for (int v = 0; v < s->nv; ++v) {
        int64_t first = a->c[v] * s->lo[v], last = a->c[v] * (s->hi[v] - 1);
        *lo += first < last ? first : last;
        *hi += first < last ? last : first;
    }
}

int aff_vars(const affine *a) {
    int n = 0;
    for (int v = 0; v < MAX_RANK; ++v) n += a->c[v] != 0;
    return n;
}

int aff_depth(const affine *a) {
    int d = -1;
    for (int v = 0; v < MAX_RANK; ++v) {
        if (a->c[v]) d = v;
    }
    return d;
}

static int64_t floor_div(int64_t a, int64_t b) /* b > 0 */
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/* Splits a flat row-major offset into one index per axis. The outermost axis takes what its stride divides; the rest
 * must provably stay within one stride. False when that cannot be shown: the caller then stores the array. */
bool aff_unflatten(const affine *flat, const type *t, const space *s, affine *idx) {
    affine rest = *flat;
    int64_t stride = type_count(t);
    for (int k = 0; k < t->rank; ++k) {
        stride /= t->shape[k];
        affine q = {0}, r = {0};
        for (int v = 0; v < MAX_RANK; ++v) {
            q.c[v] = rest.c[v] >= 0 ? rest.c[v] / stride : -(-rest.c[v] / stride);
            r.c[v] = rest.c[v] - q.c[v] * stride;
        }
        int64_t lo, hi;
        aff_range(&r, s, &lo, &hi); /* the constant goes where it keeps the remainder in 0..stride-1 */
        q.c0 = floor_div(rest.c0 + lo, stride);
        r.c0 = rest.c0 - q.c0 * stride;
        if (hi + r.c0 >= stride || lo + r.c0 < 0) return false;
        idx[k] = q;
        rest = r;
    }
    return true;
}

affine aff_flatten(const affine *idx, const type *t) {
    affine flat = {0};
    for (int k = 0; k < t->rank; ++k) flat = aff_add(aff_scale(flat, t->shape[k]), idx[k]);
    return flat;
}

space space_of(const type *t, affine *idx) {
    space s = {0};
    for (int k = 0; k < t->rank; ++k) {
        idx[k] = aff_const(0);
        if (t->shape[k] == 1) continue;
        idx[k] = aff_var(s.nv);
        s.hi[s.nv++] = t->shape[k];
    }
    return s;
}

bool space_equal(const space *a, const space *b) {
    if (a->nv != b->nv) return false;
    for (int v = 0; v < a->nv; ++v) {
        if (a->hi[v] != b->hi[v]) return false;
    }
    return true;
}

int64_t space_count(const space *s) {
    int64_t n = 1;
    for (int v = 0; v < s->nv; ++v) n *= s->hi[v] - s->lo[v];
    return n;
}
