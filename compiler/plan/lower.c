/* lower.c: the value of a node at an index, as a scalar expression.
 *
 * Requires: stored nodes have buffers. Views become index arithmetic; what lies outside an embedded part or beyond a
 * joint of a concat becomes SX_INSIDE. When an index cannot be followed through a view, `fail` names the array to be
 * stored. */
#include "plan/plan.h"

#include <string.h>

typedef struct memo {
    const node *n;
    affine idx[MAX_RANK];
    sval val;
    struct memo *next;
} memo;

static sval lower_flat(lowering *l, const node *n, const affine *flat);

lowering *lowering_new(plan *p, sxb *b, const space *s, int here) {
    lowering *l = NEW(p->mem, lowering);
    *l = (lowering){.plan = p, .b = b, .space = *s, .here = here, .nslots = 128};
    l->slot = NEW_ARRAY(p->mem, memo *, l->nslots);
    return l;
}

static sval nothing(lowering *l, const node *n, const node *store) {
    if (!l->fail) l->fail = store;
    sx *z = sx_num(l->b, 0.0, n->type.dt == T_INT ? CT_INT : CT_REAL);
    return (sval){z, n->type.dt == T_COMPLEX ? z : NULL};
}

static ctype ctype_of(const type *t) {
    return t->dt == T_INT ? CT_INT : CT_REAL;
}

/* ---- arrays that exist ----------------------------------------------------------------------------------------- */
static sval constant_value(lowering *l, const node *n) {
    const double *v = n->konst->value;
    sval r = {sx_num(l->b, v[0], ctype_of(&n->type)), NULL};
    if (n->type.dt == T_COMPLEX) r.im = v[1] == 0.0 ? sx_zero(l->b) : sx_num(l->b, v[1], CT_REAL);
    return r;
}

static sval load(lowering *l, const node *n, affine flat) {
    buffer *buf = l->plan->info[n->id].buf;
    ctype ct = ctype_of(&n->type);
    bool pair = n->type.dt == T_COMPLEX;
    if (buf->kind == B_LOCAL) return (sval){sx_local(l->b, buf, ct, 0), pair ? sx_local(l->b, buf, ct, 1) : NULL};
    return (sval){sx_load(l->b, buf, ct, flat, 0), pair ? sx_load(l->b, buf, ct, flat, 1) : NULL};
}

static bool splat(const node *n) {
    return n->op == OP_constant && n->konst->splat;
}

/* Is the value of stored node n at `flat` at hand as a value of the loop being lowered? */
static bool at_hand(const lowering *l, const node *n, const affine *flat) {
    const root *r = l->plan->info[n->id].root;
    if (!r || r->kind != ROOT_STORE || r->value != n || !aff_equal(&r->at, flat)) return false;
    return l->here >= 0 ? r->step == l->here : r == l->self;
}

/* ---- views ----------------------------------------------------------------------------------------------------- */
static bool exact_quotient(affine *a, int64_t divisor) {
    for (int v = 0; v < MAX_RANK; v++) {
        if (a->c[v] % divisor) return false;
        a->c[v] /= divisor;
    }
    if (a->c0 % divisor) return false;
    a->c0 /= divisor;
    return true;
}

/* Adds the condition 0 <= a < limit unless it always holds. False: it never holds. */
static bool add_condition(lowering *l, const affine *a, int64_t limit, affine *cond, int64_t *lim, int *n) {
    int64_t lo, hi;
    aff_range(a, &l->space, &lo, &hi);
    if (hi < 0 || lo >= limit) return false;
    if (lo >= 0 && hi < limit) return true;
    cond[*n] = *a;
    lim[(*n)++] = limit;
    return true;
}

static sval choose(lowering *l, int n, const affine *cond, const int64_t *lim, sval x, sval y) {
    sval r = {sx_inside(l->b, n, cond, lim, x.re, y.re), NULL};
    if (x.im) r.im = sx_inside(l->b, n, cond, lim, x.im, y.im);
    return r;
}

static sval zero_value(lowering *l, const node *n) {
    if (n->type.dt == T_INT) return (sval){sx_num(l->b, 0.0, CT_INT), NULL};
    return (sval){sx_zero(l->b), n->type.dt == T_COMPLEX ? sx_zero(l->b) : NULL};
}

static sval lower_embed(lowering *l, const node *n, const affine *idx) {
    const node *x = n->args[0];
    affine at[MAX_RANK], cond[MAX_RANK];
    int64_t limit[MAX_RANK];
    int nc = 0;
    for (int k = 0; k < n->type.rank; k++) {
        at[k] = aff_plus(idx[k], -n->attrs[0].v[k]);
        if (x->type.shape[k] == 1) { /* one place, whatever the step */
            if (!add_condition(l, &at[k], 1, cond, limit, &nc)) return zero_value(l, n);
            at[k] = aff_const(0);
            continue;
        }
        if (!exact_quotient(&at[k], n->attrs[1].v[k])) return nothing(l, n, n);
        if (!add_condition(l, &at[k], x->type.shape[k], cond, limit, &nc)) return zero_value(l, n);
    }
    for (int k = 0; k < nc; k++)
        if (aff_vars(&cond[k]) > 1) return nothing(l, n, n);
    return choose(l, nc, cond, limit, lower(l, x, at), zero_value(l, n));
}

static sval lower_concat(lowering *l, const node *n, const affine *idx) {
    int axis = (int)n->attrs[0].v[0];
    affine at[MAX_RANK];
    memcpy(at, idx, sizeof at);
    sval part[64];
    affine cond[64];
    int64_t limit[64];
    int np = 0;
    if (n->nargs > 64) return nothing(l, n, n);
    for (int k = 0; k < n->nargs; k++) {
        const node *x = n->args[k];
        int64_t lo, hi, size = x->type.shape[axis];
        aff_range(&at[axis], &l->space, &lo, &hi);
        if (hi >= 0 && lo < size) {
            if (aff_vars(&at[axis]) > 1 && (lo < 0 || hi >= size)) return nothing(l, n, n);
            cond[np] = at[axis];
            limit[np] = size;
            affine in[MAX_RANK];
            memcpy(in, at, sizeof in);
            if (size == 1) in[axis] = aff_const(0);
            part[np++] = lower(l, x, in);
        }
        at[axis] = aff_plus(at[axis], -size);
    }
    if (np == 0) return nothing(l, n, n);
    sval r = part[np - 1];
    for (int k = np - 2; k >= 0; k--) r = choose(l, 1, &cond[k], &limit[k], part[k], r);
    return r;
}

static sval lower_reshape(lowering *l, const node *n, const affine *idx) {
    const node *x = n->args[0];
    affine flat = aff_flatten(idx, &n->type), at[MAX_RANK] = {{0}};
    if (aff_unflatten(&flat, &x->type, &l->space, at)) return lower(l, x, at);
    return lower_flat(l, x, &flat);
}

static sval lower_view(lowering *l, const node *n, const affine *idx) {
    const node *x = n->args[0];
    affine at[MAX_RANK] = {{0}};
    int shift = n->type.rank - x->type.rank;
    switch (n->op) {
    case OP_reshape: return lower_reshape(l, n, idx);
    case OP_permute:
        for (int k = 0; k < n->type.rank; k++) at[n->attrs[0].v[k]] = idx[k];
        return lower(l, x, at);
    case OP_broadcast:
        for (int k = 0; k < x->type.rank; k++) at[k] = x->type.shape[k] == 1 ? aff_const(0) : idx[k + shift];
        return lower(l, x, at);
    case OP_slice:
        for (int k = 0; k < n->type.rank; k++) at[k] = aff_plus(aff_scale(idx[k], n->attrs[1].v[k]), n->attrs[0].v[k]);
        return lower(l, x, at);
    case OP_frame: {
        int r = x->type.rank;
        for (int k = 0; k < r - 1; k++) at[k] = idx[k];
        at[r - 1] = aff_add(aff_scale(idx[r - 1], attr_int(n, 1)), idx[r]);
        return lower(l, x, at);
    }
    case OP_embed: return lower_embed(l, n, idx);
    case OP_concat: return lower_concat(l, n, idx);
    default: die(4, "internal error: cannot emit the view %s", op_info(n->op)->name);
    }
}

/* ---- point-wise ------------------------------------------------------------------------------------------------ */
static const op_sig *sig_of(const lowering *l, const node *n) {
    return op_signature(l->plan->graph->ops, n->op);
}

static sval named(const node *n, sval v) {
    if (n->name || !v.re->of) {
        if (!v.re->of || !v.re->of->name) v.re->of = n, v.re->part_of = 0;
        if (v.im && (!v.im->of || !v.im->of->name)) v.im->of = n, v.im->part_of = 1;
    }
    return v;
}

static sval lower_pointwise(lowering *l, const node *n, const affine *idx) {
    sval arg[OP_MAX_ARGS];
    for (int k = 0; k < n->nargs; k++) {
        const node *x = n->args[k];
        affine at[MAX_RANK] = {{0}};
        int shift = n->type.rank - x->type.rank;
        for (int i = 0; i < x->type.rank; i++) at[i] = x->type.shape[i] == 1 ? aff_const(0) : idx[i + shift];
        arg[k] = lower(l, x, at);
    }
    return named(n, op_apply(l->b, n, sig_of(l, n), arg));
}

/* The terms one by one, the last summed axis fastest. */
static sval lower_sum(lowering *l, const node *n, const affine *idx) {
    const node *x = n->args[0];
    affine at[MAX_RANK] = {{0}};
    bool gone[MAX_RANK] = {false};
    for (int k = 0; k < x->type.rank; k++) gone[k] = n->attrs[0].n == 0;
    for (int k = 0; k < n->attrs[0].n; k++) gone[(n->attrs[0].v[k] + x->type.rank) % x->type.rank] = true;
    int64_t terms = type_count(&x->type) / type_count(&n->type);
    sval sum = {0};
    for (int64_t t = 0; t < terms; t++) {
        int64_t rest = t;
        for (int k = x->type.rank - 1, i = n->type.rank - 1; k >= 0; k--) {
            at[k] = gone[k] ? aff_const(rest % x->type.shape[k]) : idx[i--];
            if (gone[k]) rest /= x->type.shape[k];
        }
        sval v = lower(l, x, at);
        sum.re = t ? sx_binary(l->b, "+", sum.re, v.re) : v.re;
        if (v.im) sum.im = t ? sx_binary(l->b, "+", sum.im, v.im) : v.im;
    }
    return named(n, sum);
}

/* n at a flat offset that could not be split into indices: arrays that lie in memory, and element-wise chains of
 * them. */
static sval lower_flat(lowering *l, const node *n, const affine *flat) {
    const info *f = &l->plan->info[n->id];
    if (splat(n)) return constant_value(l, n);
    affine at[MAX_RANK] = {{0}};
    if (n->op != OP_reshape && aff_unflatten(flat, &n->type, &l->space, at)) return lower(l, n, at);
    if (f->stored) return at_hand(l, n, flat) ? nothing(l, n, n) : load(l, n, *flat);
    if (n->op == OP_reshape) return lower_flat(l, n->args[0], flat);
    if (op_info(n->op)->kind != K_POINTWISE) return nothing(l, n, n);
    sval arg[OP_MAX_ARGS];
    for (int k = 0; k < n->nargs; k++) {
        const node *x = n->args[k];
        affine first[MAX_RANK] = {{0}};
        if (type_count(&x->type) == 1) arg[k] = lower(l, x, first);
        else if (type_count(&x->type) == type_count(&n->type)) arg[k] = lower_flat(l, x, flat);
        else return nothing(l, n, n);
    }
    return named(n, op_apply(l->b, n, sig_of(l, n), arg));
}

static sval lower_new(lowering *l, const node *n, const affine *idx) {
    affine flat = aff_flatten(idx, &n->type);
    if (splat(n)) return constant_value(l, n);
    if (l->plan->info[n->id].stored && !at_hand(l, n, &flat)) return load(l, n, flat);
    switch (op_info(n->op)->kind) {
    case K_POINTWISE: return lower_pointwise(l, n, idx);
    case K_VIEW: return lower_view(l, n, idx);
    default:
        if (n->op == OP_sum) return lower_sum(l, n, idx);
        if (n->op == OP_iota) return (sval){sx_index(l->b, idx[0]), NULL};
        die(4, "internal error: cannot inline %s", op_info(n->op)->name);
    }
}

sval lower(lowering *l, const node *n, const affine *idx) {
    size_t used = sizeof(affine) * (size_t)n->type.rank;
    uint64_t h = hash_bytes((uint64_t)n->id * 2654435761u + 1, idx, used);
    memo **head = &l->slot[h & (uint64_t)(l->nslots - 1)];
    for (memo *m = *head; m; m = m->next)
        if (m->n == n && memcmp(m->idx, idx, used) == 0) return m->val;
    sval v = lower_new(l, n, idx);
    memo *m = NEW(l->plan->mem, memo);
    m->n = n;
    memcpy(m->idx, idx, used);
    m->val = v;
    m->next = *head;
    *head = m;
    return v;
}
