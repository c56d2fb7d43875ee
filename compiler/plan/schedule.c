/* schedule.c: roots and kernel calls in order, roots of one iteration space gathered into loops.
 *
 * Greedy list scheduling over the nodes in topological order: a root joins the loop it shares most operands with
 * among the loops of its space that come after all it reads; it may share the loop that makes an operand when it
 * reads each element in the iteration that makes it. Otherwise it opens a loop at the end. */
#include "plan/plan.h"

#include <string.h>

typedef struct dep { /* what a root reads */
    buffer *buf;
    affine at;
} dep;

typedef VEC(dep) deps;

static op_kind kind_of(const node *n) {
    return op_info(n->op)->kind;
}
static bool splat(const node *n) {
    return n->op == OP_constant && n->konst->splat;
}

buffer *buffer_new(plan *p, buffer_kind kind, const node *n, const type *t) {
    buffer *b = NEW(p->mem, buffer);
    *b = (buffer){.kind = kind, .id = p->buffers.len, .node = n, .type = *t, .result = -1, .first = -1, .last = -1};
    size_t each = t->dt == T_INT ? sizeof(int32_t) : p->real_bytes * (t->dt == T_COMPLEX ? 2 : 1);
    b->bytes = (size_t)type_count(t) * each;
    vec_push(p->mem, &p->buffers, b);
    return b;
}

step *new_step(plan *p, step_kind kind, uint64_t wanted) {
    step *s = NEW(p->mem, step);
    s->kind = kind;
    s->index = p->steps.len;
    s->wanted = wanted;
    vec_push(p->mem, &p->steps, s);
    return s;
}

/* ---- where values live ----------------------------------------------------------------------------------------- */
static bool is_last_state(const node *n) {
    return n->op == OP_part && n->args[0]->op == OP_scan && attr_int(n, 0) < attr_int(n->args[0], SCAN_STATES);
}

static buffer_kind home(const plan *p, const node *n) {
    if (n->op == OP_leaf) return p->body && type_count(&n->type) == 1 ? B_LOCAL : B_LEAF;
    if (n->op == OP_constant && !n->konst->splat) return B_TABLE;
    op_kind k = kind_of(n);
    bool scalar = type_count(&n->type) == 1 && !p->info[n->id].operand;
    return scalar && (k == K_POINTWISE || k == K_REDUCE || k == K_VIEW || is_last_state(n)) ? B_LOCAL : B_WORK;
}

static void make_buffers(plan *p) {
    for (int i = 0; i < p->graph->nodes.len; i++) {
        const node *n = p->graph->nodes.data[i];
        info *f = &p->info[i];
        f->step = -1;
        if (f->live && f->stored && n->op != OP_scan) f->buf = buffer_new(p, home(p, n), n, &n->type);
    }
}

/* A result is computed straight into the caller's array when that holds just this value; otherwise it is copied
 * there. */
static bool claim(plan *p, int k, const node *v) {
    while (v->op == OP_reshape && !p->info[v->id].stored) v = v->args[0];
    info *f = &p->info[v->id];
    if (!f->stored || !f->buf || f->buf->kind != B_WORK || type_count(&v->type) == 1) return false;
    p->result[k] = f->buf;
    f->buf->kind = B_RESULT;
    f->buf->result = k;
    return true;
}

/* ---- roots ----------------------------------------------------------------------------------------------------- */
static root *root_new(plan *p, root_kind kind, const node *n, const node *value, buffer *dst, space *s) {
    root *r = NEW(p->mem, root);
    *r = (root){.kind = kind, .node = n, .value = value, .dst = dst, .wanted = p->info[n->id].wanted, .step = -1};
    *s = space_of(&value->type, r->idx);
    return r;
}

static bool reduces_axis(const node *n, int axis) {
    int rank = n->args[0]->type.rank;
    if (n->op != OP_sum) return axis == rank - 1;
    const attr *a = &n->attrs[0];
    if (a->n == 0) return true;
    for (int k = 0; k < a->n; k++)
        if ((a->v[k] + rank) % rank == axis) return true;
    return false;
}

static root_kind reduction_of(const node *n) {
    switch (n->op) {
    case OP_sum: return ROOT_SUM;
    case OP_reduce_max: return ROOT_MAX;
    case OP_reduce_min: return ROOT_MIN;
    case OP_argmax: return ROOT_ARGMAX;
    case OP_argmin: return ROOT_ARGMIN;
    default: die(4, "internal error: cannot emit the reduction %s", op_info(n->op)->name);
    }
}

static root *reduce_root(plan *p, const node *n, space *s) {
    const node *x = n->args[0];
    root *r = root_new(p, reduction_of(n), n, x, p->info[n->id].buf, s);
    int64_t stride = 1;
    for (int k = x->type.rank - 1; k >= 0; k--) {
        int v = aff_depth(&r->idx[k]);
        if (reduces_axis(n, k)) {
            if (v >= 0) r->reduced |= 1u << v;
            continue;
        }
        if (v >= 0) r->at.c[v] = stride;
        stride *= x->type.shape[k];
    }
    return r;
}

/* ---- joining loops --------------------------------------------------------------------------------------------- */
static void gather_deps(plan *p, const sxb *b, deps *out) {
    for (int i = 0; i < b->nslots; i++)
        for (const sx *x = b->slot[i]; x; x = x->next) {
            dep d = {x->buf, x->at};
            if (x->kind == SX_LOAD || x->kind == SX_LOCAL) vec_push(p->mem, out, d);
        }
}

static bool after_deps(const plan *p, const step *s, const space *sp, const deps *ds) {
    for (int k = 0; k < ds->len; k++) {
        const info *f = &p->info[ds->data[k].buf->node->id];
        if (f->step < s->index) continue;
        const root *r = f->root;
        bool together = f->step == s->index && r && r->step == s->index && r->kind == ROOT_STORE &&
                        r->dst == ds->data[k].buf && space_equal(&s->space, sp) && aff_equal(&r->at, &ds->data[k].at);
        if (!together) return false;
    }
    return true;
}

static bool touches(const step *s, const buffer *b) {
    for (int k = 0; k < s->touched.len; k++)
        if (s->touched.data[k] == b) return true;
    return false;
}

void touch(plan *p, step *s, buffer *b) {
    if (!touches(s, b)) vec_push(p->mem, &s->touched, b);
}

/* How much a root has in common with a loop. */
static int affinity(const step *s, const deps *ds) {
    int n = 0;
    for (int k = 0; k < ds->len; k++) n += ds->data[k].buf->kind != B_LOCAL && touches(s, ds->data[k].buf);
    return n;
}

enum { SMALL_LOOP = 64 };

/* What is computed only for some results must not be read for others: those for which every operand is there. */
static uint64_t limit_of(const plan *p, const deps *ds) {
    uint64_t all = ~(uint64_t)0;
    for (int k = 0; k < ds->len; k++) {
        int from = p->info[ds->data[k].buf->node->id].step;
        if (from >= 0 && !(p->steps.data[from]->wanted & ALWAYS)) all &= p->steps.data[from]->wanted;
    }
    return all;
}

static step *best_loop(plan *p, const root *r, const space *sp, const deps *ds, int earliest) {
    step *best = NULL;
    int most = -1;
    uint64_t limit = limit_of(p, ds);
    for (int i = p->steps.len - 1; i >= earliest && i >= 0; i--) {
        step *s = p->steps.data[i];
        if (s->kind != STEP_LOOP || !space_equal(&s->space, sp) || !after_deps(p, s, sp, ds)) continue;
        if ((s->wanted | r->wanted) & ~(s->limit & limit)) continue;
        int score = affinity(s, ds);
        if (score == 0 && space_count(sp) > SMALL_LOOP) continue;
        if (r->dst->kind == B_RESULT && s->wanted != r->wanted && sp->nv > 0 && score == 0) continue;
        if (score > most) {
            best = s;
            most = score;
        }
    }
    return best;
}

/* Puts a root into a loop. False: an array it reads must be stored first. */
static bool add_root(plan *p, root *r, const space *sp, int earliest) {
    sxb *b = sxb_new(p->mem);
    lowering *l = lowering_new(p, b, sp, -1);
    l->self = r;
    (void)lower(l, r->value, r->idx);
    if (l->fail) {
        p->force[l->fail->id] = true;
        return false;
    }
    deps ds = {0};
    gather_deps(p, b, &ds);
    step *s = best_loop(p, r, sp, &ds, earliest);
    if (!s) {
        s = new_step(p, STEP_LOOP, 0);
        s->space = *sp;
        s->limit = ~(uint64_t)0;
    }
    s->limit &= limit_of(p, &ds);
    s->wanted |= r->wanted;
    vec_push(p->mem, &s->roots, r);
    r->step = s->index;
    for (int k = 0; k < ds.len; k++)
        if (!touches(s, ds.data[k].buf)) vec_push(p->mem, &s->touched, ds.data[k].buf);
    if (!touches(s, r->dst)) vec_push(p->mem, &s->touched, r->dst);
    return true;
}

static step *clear_step(plan *p, const node *n) {
    step *s = new_step(p, STEP_CLEAR, p->info[n->id].wanted);
    s->cleared = p->info[n->id].buf;
    vec_push(p->mem, &s->touched, s->cleared);
    return s;
}

static int embedded_axes(const node *n, bool *strided) {
    int axes = 0;
    for (int k = 0; k < n->type.rank; k++) {
        axes += n->args[0]->type.shape[k] != n->type.shape[k];
        *strided |= n->attrs[1].v[k] != 1 && n->attrs[1].v[k] != -1 && n->args[0]->type.shape[k] > 1;
    }
    return axes;
}

/* Zeros everywhere, then the embedded part by a loop over its own elements. */
static bool place_embedded(plan *p, const node *n) {
    info *f = &p->info[n->id];
    int cleared = clear_step(p, n)->index;
    space s;
    root *r = root_new(p, ROOT_STORE, n, n->args[0], f->buf, &s);
    int64_t stride = 1;
    for (int k = n->type.rank - 1; k >= 0; k--) {
        affine a = aff_plus(aff_scale(r->idx[k], n->attrs[1].v[k]), n->attrs[0].v[k]);
        r->at = aff_add(r->at, aff_scale(a, stride));
        stride *= n->type.shape[k];
    }
    if (!add_root(p, r, &s, cleared + 1)) return false;
    f->step = r->step;
    return true;
}

/* The parts of a concat, each by a loop over its own elements. */
static bool place_parts(plan *p, const node *n) {
    info *f = &p->info[n->id];
    int axis = (int)attr_int(n, 0);
    int64_t done = 0, inner = 1;
    for (int k = axis + 1; k < n->type.rank; k++) inner *= n->type.shape[k];
    for (int i = 0; i < n->nargs; i++) {
        const node *x = n->args[i];
        space s;
        root *r = root_new(p, ROOT_STORE, n, x, f->buf, &s);
        r->at = aff_plus(aff_flatten(r->idx, &n->type), done * inner);
        if (!add_root(p, r, &s, 0)) return false;
        if (r->step > f->step) f->step = r->step;
        done += x->type.shape[axis];
    }
    return true;
}

static bool add_store(plan *p, const node *n) {
    info *f = &p->info[n->id];
    bool strided = false;
    if (n->op == OP_embed && (embedded_axes(n, &strided) > 1 || strided)) return place_embedded(p, n);
    if (n->op == OP_concat) return place_parts(p, n);
    space s;
    root *r =
        kind_of(n) == K_REDUCE && !short_sum(p, n) ? reduce_root(p, n, &s) : root_new(p, ROOT_STORE, n, n, f->buf, &s);
    if (r->kind == ROOT_STORE) r->at = aff_flatten(r->idx, &n->type);
    f->root = r;
    if (!add_root(p, r, &s, 0)) return false;
    f->step = r->step;
    return true;
}

static void add_call(plan *p, const node *n) {
    info *f = &p->info[n->id];
    call *c = make_call(p, n);
    if (c->adds) (void)clear_step(p, n);
    step *s = new_step(p, STEP_CALL, f->wanted);
    s->call = c;
    for (int k = 0; k < c->nargs; k++) { touch(p, s, c->arg[k].buf); }
    touch(p, s, c->out.buf);
    if (c->scratch) touch(p, s, c->scratch);
    f->step = s->index;
}

static bool add_node(plan *p, const node *n) {
    switch (kind_of(n)) {
    case K_KERNEL: add_call(p, n); return true;
    case K_LEAF: return splat(n) || n->op == OP_iota ? add_store(p, n) : true;
    case K_CONTROL:
        if (n->op == OP_part) return true;
        if (n->op == OP_scan) return add_scan(p, n);
        die(4, "internal error: %s reached the planner", op_info(n->op)->name);
    default: return add_store(p, n);
    }
}

bool result_by_value(const result *r) {
    return r->kind == OUT_LOSS ||
           (r->kind == OUT_TANGENT && strcmp(r->name, "loss") == 0); /* no leaf can be named loss */
}

int store_copy(plan *p, const node *n, buffer *b, uint64_t wanted) {
    space s;
    root *r = root_new(p, ROOT_STORE, n, n, b, &s);
    r->wanted = wanted;
    r->at = aff_flatten(r->idx, &n->type);
    return add_root(p, r, &s, 0) ? r->step : -1;
}

/* A result whose array was not computed in place: a copy. Scalars of a loop's body are C locals. */
static bool add_result(plan *p, int k) {
    const result *res = &p->graph->results.data[k];
    bool local = p->body && type_count(&res->value->type) == 1;
    buffer *own = p->info[res->value->id].buf;
    if (local && own && own->kind == B_LOCAL && res->value->op != OP_leaf) { /* is a C local already */
        p->result[k] = own;
        own->read = true;
        own->parts = 3;
        return true;
    }
    buffer *b = buffer_new(p, local ? B_LOCAL : B_RESULT, res->value, &res->value->type);
    p->result[k] = b;
    b->result = k;
    b->read = local;
    b->parts = local ? 3 : 0;
    b->by_value = !p->body && result_by_value(res);
    return store_copy(p, res->value, b, p->nullable >> k & 1 ? (uint64_t)1 << k : ALWAYS) >= 0;
}

bool schedule(plan *p) {
    const graph *g = p->graph;
    make_buffers(p);
    bool *claimed = NEW_ARRAY(p->mem, bool, g->results.len + 1);
    for (int k = 0; k < g->results.len; k++)
        if (g->results.data[k].value && p->needed[k] && (p->body || !result_by_value(&g->results.data[k])))
            claimed[k] = claim(p, k, g->results.data[k].value);
    for (int i = 0; i < g->nodes.len; i++)
        if (p->info[i].live && p->info[i].stored && !add_node(p, g->nodes.data[i])) return false;
    for (int k = 0; k < g->results.len; k++)
        if (g->results.data[k].value && p->needed[k] && !claimed[k] && !add_result(p, k)) return false;
    return lower_steps(p);
}
