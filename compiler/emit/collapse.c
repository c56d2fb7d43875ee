/* collapse.c: fewer, longer loops: adjacent variables become one where every index moves on evenly; and the places
 * where a loop is split so that no choice is left inside. */
#include "emit/nest.h"

#include <stdlib.h>

typedef struct walk { /* visits every affine form of a nest once */
    int v;
    int64_t size;
    bool even;
    int stamp;
} walk;

static void check(walk *w, const affine *a) {
    w->even &= a->c[w->v] == a->c[w->v + 1] * w->size;
}

static void visit(walk *w, sx *x) {
    if (x->stamp == w->stamp || !w->even) return;
    x->stamp = w->stamp;
    if (x->kind == SX_LOAD || x->kind == SX_INDEX) check(w, &x->at);
    for (int k = 0; k < x->nconds; k++) check(w, &x->cond[k]);
    for (int k = 0; k < x->nargs; k++) visit(w, x->arg[k]);
}

static bool can_merge(nest *n, int v) {
    walk w = {.v = v, .size = n->space.hi[v + 1], .even = true};
    sx_rebuild_begin(n->b); /* a fresh stamp */
    w.stamp = n->b->stamp;
    for (int k = 0; k < n->nitems && w.even; k++) {
        item *it = &n->items[k];
        bool outer = it->reduced >> v & 1, inner = it->reduced >> (v + 1) & 1;
        if (outer != inner) return false;
        if (it->root->kind == ROOT_ARGMAX || it->root->kind == ROOT_ARGMIN) return false;
        check(&w, &it->at);
        visit(&w, it->val.re);
        if (it->val.im) visit(&w, it->val.im);
    }
    sx_rebuild_begin(n->b);
    return w.even;
}

static affine drop_variable(void *arg, const affine *a) {
    int v = *(int *)arg;
    affine r = *a;
    for (int u = v; u + 1 < MAX_RANK; u++) r.c[u] = a->c[u + 1];
    r.c[MAX_RANK - 1] = 0;
    return r;
}

static unsigned drop_bit(unsigned m, int v) {
    return (m & ((1u << v) - 1)) | ((m >> (v + 1)) << v);
}

static void merge(nest *n, int v) {
    space *s = &n->space;
    s->hi[v] *= s->hi[v + 1];
    for (int u = v + 1; u + 1 < s->nv; u++) s->hi[u] = s->hi[u + 1];
    s->nv--;
    sx_rebuild_begin(n->b);
    for (int k = 0; k < n->nitems; k++) {
        item *it = &n->items[k];
        it->at = drop_variable(&v, &it->at);
        it->reduced = drop_bit(it->reduced, v);
        it->val.re = sx_rebuild(n->b, it->val.re, s, drop_variable, &v);
        if (it->val.im) it->val.im = sx_rebuild(n->b, it->val.im, s, drop_variable, &v);
    }
}

void nest_collapse(nest *n) {
    for (int v = n->space.nv - 2; v >= (n->strip ? 1 : 0); v--)
        if (can_merge(n, v)) merge(n, v);
}

/* ---- splitting ------------------------------------------------------------------------------------------------- */
typedef struct cuts {
    int v;
    const space *s;
    int64_t *at;
    int n, most, stamp;
    bool too_many;
} cuts;

static int64_t div_down(int64_t a, int64_t b) {
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

static void cut(cuts *c, int64_t at) {
    if (at <= c->s->lo[c->v] || at >= c->s->hi[c->v]) return;
    for (int k = 0; k < c->n; k++)
        if (c->at[k] == at) return;
    if (c->n == c->most) c->too_many = true;
    else c->at[c->n++] = at;
}

static void find_cuts(cuts *c, sx *x) {
    if (x->stamp == c->stamp) return;
    x->stamp = c->stamp;
    for (int k = 0; k < x->nconds; k++) {
        const affine *a = &x->cond[k];
        if (aff_vars(a) != 1 || a->c[c->v] == 0) continue;
        int64_t q = a->c[c->v];
        if (q > 0) { /* first v with q v + c0 >= 0, and >= limit */
            cut(c, -div_down(a->c0, q));
            cut(c, -div_down(a->c0 - x->limit[k], q));
        } else { /* first v with q v + c0 < limit, and < 0 */
            cut(c, div_down(a->c0 - x->limit[k], -q) + 1);
            cut(c, div_down(a->c0, -q) + 1);
        }
    }
    for (int k = 0; k < x->nargs; k++) find_cuts(c, x->arg[k]);
}

static int ascending(const void *x, const void *y) {
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

int nest_breaks(const nest *n, const sval *val, const space *s, int v, int64_t *at, int most) {
    sx_rebuild_begin(n->b);
    cuts c = {.v = v, .s = s, .at = at, .most = most, .stamp = n->b->stamp};
    for (int k = 0; k < n->nitems; k++) {
        find_cuts(&c, val[k].re);
        if (val[k].im) find_cuts(&c, val[k].im);
    }
    sx_rebuild_begin(n->b);
    if (c.too_many) return 0;
    qsort(at, (size_t)c.n, sizeof *at, ascending);
    return c.n;
}
