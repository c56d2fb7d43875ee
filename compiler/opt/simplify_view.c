/* simplify_view.c: views of views, views of constants, and point-wise operators on what was only repeated. */
#include <stdlib.h>

#include "opt/simplify.h"

static node *inner(const node *n) {
    return n->args[0];
}

static bool is_splat_constant(const node *n) {
    return is_constant(n) && n->konst->splat;
}

/* ---- point-wise on broadcast arguments --------------------------------------------------------------------------- */
/* What the argument was before it was repeated: a broadcast's argument, a splat as a scalar. */
static node *unrepeated(const site *s, node *a) {
    if (a->op == OP_broadcast) return inner(a);
    if (!is_splat_constant(a) || a->type.rank == 0) return a;
    type t = type_scalar(a->type.dt);
    return make_splat(s, a->konst, &t);
}

/* Element by element, repeating before or after is the same: operators broadcast by themselves, and what all arguments
 * repeat is computed once. */
node *simplify_broadcast(const site *s) {
    node *args[OP_MAX_ARGS];
    bool changed = false;
    for (int k = 0; k < s->old->nargs; k++) {
        args[k] = unrepeated(s, s->args[k]);
        changed = changed || args[k] != s->args[k];
    }
    if (!changed) return NULL;
    node *n = graph_op(s->g, s->old->op, args, s->old->nargs, s->old->attrs, s->old->nattrs, s->old->from);
    return g_broadcast(s->g, n, s->old->type, s->old->from);
}

/* ---- reshape, permute, broadcast --------------------------------------------------------------------------------- */
static node *simplify_reshape(const site *s) {
    node *x = s->args[0];
    const type *t = &s->old->type;
    if (same_shape(&x->type, t)) return x;
    if (x->op == OP_reshape) return g_reshape(s->g, inner(x), t->rank, t->shape, s->old->from);
    return NULL;
}

/* Axes of size 1 may stand anywhere: if the others keep their order nothing moves. */
static bool order_kept(const type *x, const attr *perm) {
    int64_t last = -1;
    for (int k = 0; k < perm->n; k++) {
        if (x->shape[perm->v[k]] == 1) continue;
        if (perm->v[k] < last) return false;
        last = perm->v[k];
    }
    return true;
}

static node *simplify_permute(const site *s) {
    node *x = s->args[0];
    const attr *p = &s->old->attrs[0];
    if (order_kept(&x->type, p)) return g_reshape(s->g, x, s->old->type.rank, s->old->type.shape, s->old->from);
    if (x->op != OP_permute) return NULL;
    int64_t both[MAX_RANK];
    for (int k = 0; k < p->n; k++) both[k] = x->attrs[0].v[p->v[k]];
    attr at = {p->n, both};
    return graph_op(s->g, OP_permute, &x->args[0], 1, &at, 1, s->old->from);
}

/* reshape that only puts axes of size 1 in front. */
static bool only_leads(const node *r) {
    const type *x = &inner(r)->type, *y = &r->type;
    int lead = y->rank - x->rank;
    if (lead < 0) return false;
    for (int k = 0; k < y->rank; k++)
        if (y->shape[k] != (k < lead ? 1 : x->shape[k - lead])) return false;
    return true;
}

static node *simplify_broadcast_view(const site *s) {
    node *x = s->args[0];
    if (same_shape(&x->type, &s->old->type)) return x;
    if (x->op == OP_broadcast || (x->op == OP_reshape && only_leads(x)))
        return g_broadcast(s->g, inner(x), s->old->type, s->old->from);
    return NULL;
}

/* ---- slice, embed, concat ---------------------------------------------------------------------------------------- */
typedef struct walk { /* start, step, count or shape of every axis */
    int64_t start[MAX_RANK], step[MAX_RANK], size[MAX_RANK];
} walk;

static walk walk_of(const node *n) {
    walk w = {{0}, {0}, {0}};
    for (int k = 0; k < n->attrs[0].n; k++) {
        w.start[k] = n->attrs[0].v[k];
        w.step[k] = n->attrs[1].v[k];
        w.size[k] = n->attrs[2].v[k];
    }
    return w;
}

static node *make_walk(const site *s, op_id op, node *x, const walk *w) {
    attr at[] = {{x->type.rank, w->start}, {x->type.rank, w->step}, {x->type.rank, w->size}};
    return graph_op(s->g, op, &x, 1, at, 3, s->old->from);
}

static bool whole(const walk *w, const type *x) {
    for (int k = 0; k < x->rank; k++)
        if (w->size[k] != x->shape[k] || (w->size[k] > 1 && (w->step[k] != 1 || w->start[k] != 0))) return false;
    return true;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}
static int64_t ceil_div(int64_t a, int64_t b) {
    return -floor_div(-a, b);
}

/* One axis of slice(embed(x)): slice place j is embed place i = i0 + j*step of x's m elements. The j with 0 <= i < m
 * are lo..hi; false when the places do not fall on a common grid. */
typedef struct overlap {
    int64_t i0, step, lo, hi;
} overlap;

static bool find_overlap(int64_t e0, int64_t es, int64_t m, int64_t s0, int64_t ss, int64_t count, overlap *o) {
    if (m == 1) es = 1;
    if (count == 1) ss = es;
    if ((s0 - e0) % es != 0 || ss % es != 0) return false;
    o->i0 = (s0 - e0) / es;
    o->step = ss / es;
    int64_t first = 0 - o->i0, last = m - 1 - o->i0; /* step * j lies between */
    int64_t lo = o->step > 0 ? ceil_div(first, o->step) : ceil_div(last, o->step);
    int64_t hi = o->step > 0 ? floor_div(last, o->step) : floor_div(first, o->step);
    o->lo = lo > 0 ? lo : 0;
    o->hi = hi < count - 1 ? hi : count - 1;
    return true;
}

static node *slice_of_embed(const site *s, node *e, const walk *sl) {
    walk em = walk_of(e), take, put;
    node *x = inner(e);
    bool empty = false;
    for (int k = 0; k < x->type.rank; k++) {
        overlap o;
        if (!find_overlap(em.start[k], em.step[k], x->type.shape[k], sl->start[k], sl->step[k], sl->size[k], &o))
            return NULL;
        empty = empty || o.lo > o.hi;
        take.start[k] = o.i0 + o.lo * o.step;
        take.step[k] = o.lo == o.hi ? 1 : o.step;
        take.size[k] = o.hi - o.lo + 1;
        put.start[k] = o.lo;
        put.step[k] = 1;
        put.size[k] = sl->size[k];
    }
    if (empty) return zero_like(s);
    node *t = whole(&take, &x->type) ? x : make_walk(s, OP_slice, x, &take);
    return whole(&put, &t->type) ? t : make_walk(s, OP_embed, t, &put);
}

static node *slice_of_slice(const site *s, const node *x, const walk *w) {
    walk v = walk_of(x);
    for (int k = 0; k < x->type.rank; k++) {
        v.start[k] += v.step[k] * w->start[k];
        v.step[k] = w->size[k] == 1 ? 1 : v.step[k] * w->step[k];
        v.size[k] = w->size[k];
    }
    return make_walk(s, OP_slice, inner(x), &v);
}

/* A slice that lies within one piece of a concat. */
static node *slice_of_concat(const site *s, const node *x, const walk *w) {
    int64_t axis = attr_int(x, 0), from = 0;
    int64_t a = w->start[axis], b = a + w->step[axis] * (w->size[axis] - 1);
    int64_t lo = a < b ? a : b, hi = a < b ? b : a;
    for (int k = 0; k < x->nargs; k++) {
        int64_t n = x->args[k]->type.shape[axis];
        if (lo >= from && hi < from + n) {
            walk v = *w;
            v.start[axis] -= from;
            return whole(&v, &x->args[k]->type) ? x->args[k] : make_walk(s, OP_slice, x->args[k], &v);
        }
        from += n;
    }
    return NULL;
}

/* A real signal's spectrum, of which only non-negative frequencies are read. */
static node *slice_of_real_fft(const site *s, const node *x, const walk *w) {
    const node *c = inner(x);
    int last = x->type.rank - 1;
    int64_t half = x->type.shape[last] / 2 + 1, end = w->start[last] + w->step[last] * (w->size[last] - 1);
    if (c->op != OP_complex || !is_zero(c->args[1]) || !same_shape(&c->args[0]->type, &c->type)) return NULL;
    if (attr_int(x, 1) != -1 || w->start[last] >= half || end >= half) return NULL;
    node *r = graph_op(s->g, OP_rfft_, &c->args[0], 1, x->attrs, 1, s->old->from);
    return whole(w, &r->type) ? r : make_walk(s, OP_slice, r, w);
}

/* Work and places read to make one element of n anew from what lies in memory anyway. */
typedef struct effort {
    double flops;
    int loads;
} effort;

static const effort CHEAP = {4, 4};

static void add_effort(const node *n, int depth, effort *e) {
    const op_row *row = op_info(n->op);
    bool moves = n->op == OP_slice || n->op == OP_reshape || n->op == OP_broadcast || n->op == OP_permute;
    if (is_splat_constant(n) || n->op == OP_iota) return;
    if (moves && depth > 0) {
        add_effort(inner(n), depth - 1, e);
    } else if (n->op == OP_leaf || n->op == OP_constant) {
        e->loads++;
    } else if (depth > 0 && row->kind == K_POINTWISE && row->flops) {
        e->flops += strtod(row->flops, NULL);
        for (int k = 0; k < n->nargs; k++) add_effort(n->args[k], depth - 1, e);
    } else {
        e->loads = 1000;
    }
}

/* The part of an argument that a slice w of the point-wise result reads: axes that are repeated stay. */
static node *slice_argument(const site *s, node *x, const walk *w, const type *wide) {
    walk v = {{0}, {0}, {0}};
    int lead = wide->rank - x->type.rank;
    for (int k = 0; k < x->type.rank; k++) {
        bool one = x->type.shape[k] == 1;
        v.start[k] = one ? 0 : w->start[k + lead];
        v.step[k] = one ? 1 : w->step[k + lead];
        v.size[k] = one ? 1 : w->size[k + lead];
    }
    return whole(&v, &x->type) ? x : make_walk(s, OP_slice, x, &v);
}

/* A slice of a few cheap operations on leaves is those operations on slices: they run in the loop that reads them,
 * and no array is kept for the sake of its parts. */
static node *slice_of_cheap(const site *s, node *x, const walk *w) {
    effort e = {0, 0};
    node *args[OP_MAX_ARGS];
    if (op_info(x->op)->kind != K_POINTWISE) return NULL;
    add_effort(x, 4, &e);
    if (e.flops > CHEAP.flops || e.loads > CHEAP.loads) return NULL;
    for (int k = 0; k < x->nargs; k++) args[k] = slice_argument(s, x->args[k], w, &x->type);
    return graph_op(s->g, x->op, args, x->nargs, x->attrs, x->nattrs, s->old->from);
}

static node *simplify_slice(const site *s) {
    node *x = s->args[0];
    walk w = walk_of(s->old);
    if (whole(&w, &x->type)) return x;
    switch (x->op) {
    case OP_slice: return slice_of_slice(s, x, &w);
    case OP_embed: return slice_of_embed(s, x, &w);
    case OP_concat: return slice_of_concat(s, x, &w);
    case OP_fft_: return slice_of_real_fft(s, x, &w);
    default: break;
    }
    walk plain = w;
    bool changed = false;
    for (int k = 0; k < x->type.rank; k++) {
        if (w.size[k] != 1 || w.step[k] == 1) continue;
        plain.step[k] = 1; /* the step of one element says nothing */
        changed = true;
    }
    return changed ? make_walk(s, OP_slice, x, &plain) : slice_of_cheap(s, x, &w);
}

static node *simplify_embed(const site *s) {
    node *x = s->args[0];
    walk w = walk_of(s->old);
    if (is_zero(x)) return zero_like(s);
    if (whole(&w, &x->type)) return x;
    if (x->op != OP_embed) return NULL;
    walk v = walk_of(x);
    for (int k = 0; k < x->type.rank; k++) {
        v.start[k] = w.start[k] + w.step[k] * v.start[k];
        v.step[k] *= w.step[k];
        v.size[k] = w.size[k];
    }
    return make_walk(s, OP_embed, inner(x), &v);
}

static node *simplify_concat(const site *s) {
    if (s->old->nargs == 1) return s->args[0];
    for (int k = 0; k < s->old->nargs; k++)
        if (!is_zero(s->args[k])) return NULL;
    return zero_like(s);
}

node *simplify_view(const site *s) {
    bool repeats = s->old->op == OP_reshape || s->old->op == OP_permute || s->old->op == OP_broadcast ||
                   s->old->op == OP_slice || s->old->op == OP_frame;
    if (repeats && is_splat_constant(s->args[0])) return make_splat(s, s->args[0]->konst, &s->old->type);
    switch (s->old->op) {
    case OP_reshape: return simplify_reshape(s);
    case OP_permute: return simplify_permute(s);
    case OP_broadcast: return simplify_broadcast_view(s);
    case OP_slice: return simplify_slice(s);
    case OP_embed: return simplify_embed(s);
    case OP_concat: return simplify_concat(s);
    default: return NULL;
    }
}
