/* store.c: which arrays exist in memory.
 *
 * Stored are leaves, tables, results of kernels, reductions and loops, operands of kernels that need them contiguous,
 * results of the function, and point-wise values that would be costly to compute again. All else is inlined where it
 * is used. Sets info.live, stored, operand, wanted; buffers come later (schedule.c). */
#include "plan/plan.h"

#include <stdlib.h>

static op_kind kind_of(const node *n) {
    return op_info(n->op)->kind;
}
static bool splat(const node *n) {
    return n->op == OP_constant && n->konst->splat;
}

/* A sum of few terms in a loop is written out where it is read. */
bool short_sum(const plan *p, const node *n) {
    if (!p->body || n->op != OP_sum || n->type.dt == T_INT) return false;
    return type_count(&n->args[0]->type) / type_count(&n->type) <= MOST_TERMS;
}

static bool computes(const plan *p, const node *n) {
    return kind_of(n) == K_POINTWISE || short_sum(p, n);
}

static void mark_live(plan *p) {
    const graph *g = p->graph;
    for (int k = 0; k < g->results.len; k++) {
        const node *v = g->results.data[k].value;
        if (!v || !p->needed[k]) continue;
        bool optional = k < 63 && (p->nullable >> k & 1);
        p->info[v->id].live = true;
        p->info[v->id].wanted |= optional ? (uint64_t)1 << k : ALWAYS;
    }
    for (int i = g->nodes.len - 1; i >= 0; i--) {
        const node *n = g->nodes.data[i];
        if (!p->info[i].live) continue;
        for (int k = 0; k < n->nargs; k++) {
            info *x = &p->info[n->args[k]->id];
            x->live = true;
            x->wanted |= p->info[i].wanted;
        }
    }
}

/* Arrays that exist whatever is decided of others. */
static bool always_stored(const plan *p, const node *n) {
    if (short_sum(p, n)) return false;
    switch (kind_of(n)) {
    case K_LEAF: return n->op == OP_leaf || (n->op == OP_constant && !n->konst->splat);
    case K_POINTWISE:
    case K_VIEW: return false;
    default: return true;
    }
}

static double own_cost(const node *n) {
    const op_row *row = op_info(n->op);
    if (kind_of(n) != K_POINTWISE) return 0.0;
    double c = row->flops ? strtod(row->flops, NULL) : 1.0;
    return n->type.dt == T_COMPLEX ? 2.0 * c : c;
}

/* Arithmetic under a view that repeats elements would be done again for each copy: store what is computed. */
static void store_computed(plan *p, const node *n) {
    if (kind_of(n) == K_VIEW) {
        for (int k = 0; k < n->nargs; k++) store_computed(p, n->args[k]);
    } else if (computes(p, n) && p->info[n->id].cost > 0.0) {
        p->info[n->id].stored = true;
    }
}

static bool repeats(const node *n, const node *x) {
    if (kind_of(n) == K_POINTWISE || n->op == OP_broadcast) return type_count(&x->type) < type_count(&n->type);
    return n->op == OP_frame && attr_int(n, 1) < attr_int(n, 0);
}

/* Costs of inlining, from the arguments up; views that repeat and kernels fix what they need. */
static void walk_up(plan *p) {
    const graph *g = p->graph;
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        info *f = &p->info[i];
        if (!f->live) continue;
        f->stored = !f->kept && (f->stored || always_stored(p, n) || p->force[i]);
        f->cost = own_cost(n);
        f->loads = 0;
        for (int k = 0; k < n->nargs; k++) {
            const info *x = &p->info[n->args[k]->id];
            if (repeats(n, n->args[k])) store_computed(p, n->args[k]);
            if (splat(n->args[k])) continue;
            f->cost += x->stored ? 0.0 : x->cost;
            f->loads += x->stored ? type_count(&n->args[k]->type) > 1 : x->loads;
        }
        if (short_sum(p, n)) {
            int64_t terms = type_count(&n->args[0]->type) / type_count(&n->type);
            f->cost = (double)terms * (f->cost + 1.0);
            f->loads *= (int)terms;
        }
    }
}

/* Computing again costs operations and (cached) loads; storing costs a write and reads of another array. */
static bool cheap(const info *f) {
    double again = f->cost + f->loads;
    return f->cost <= 4.0 && again <= (f->sites <= 2.0 ? 7.0 : f->sites <= 3.0 ? 5.0 : 3.0);
}

/* Kernel operands: a view of something stored that the call can read in place, or stored themselves. */
void need_operand(plan *p, const node *n, int core, bool may_flip) {
    const node *base = n;
    while (base->op == OP_reshape && !p->info[base->id].stored) base = base->args[0];
    if (computes(p, base) && !p->info[base->id].stored) p->info[base->id].stored = true;
    bool flipped;
    if (!operand_ready(p, n, core, may_flip ? &flipped : NULL)) p->info[n->id].stored = true;
    const node *owner = n;
    affine offset;
    int64_t stride[MAX_RANK];
    if (view_of(p, n, &owner, &offset, stride)) p->info[owner->id].operand = true;
    p->info[n->id].operand = true;
}

/* Slices and array constants are read in place; states and scalars are copied, scalars computed before the loop. */
static void need_scan_arguments(plan *p, const node *n) {
    for (int k = 0; k < n->nargs; k++) {
        const node *x = n->args[k];
        bool slice = k >= attr_int(n, SCAN_STATES) && k < attr_int(n, SCAN_STATES) + attr_int(n, SCAN_SLICES);
        bool copied = k < attr_int(n, SCAN_STATES) || (!slice && type_count(&x->type) == 1);
        if (p->info[x->id].kept) continue;
        if (slice) need_rows(p, x);
        else if (!copied) need_operand(p, x, -1, false);
        else if (computes(p, x)) p->info[x->id].stored = true;
    }
}

static void need_operands(plan *p, const node *n) {
    if (kind_of(n) == K_KERNEL) {
        for (int k = 0; k < n->nargs; k++) need_operand(p, n->args[k], kernel_core(p, n, k), n->op == OP_matmul_);
        p->info[n->id].operand = true;
    }
    if (n->op == OP_scan) need_scan_arguments(p, n);
}

/* From the results down: a value used in several places is stored unless it is cheap to compute again. */
static void walk_down(plan *p) {
    const graph *g = p->graph;
    for (int k = 0; k < g->results.len; k++) {
        const node *v = g->results.data[k].value;
        if (!v || !p->needed[k]) continue;
        p->info[v->id].sites += 1.0;
        if (computes(p, v)) p->info[v->id].stored = true;
    }
    for (int i = g->nodes.len - 1; i >= 0; i--) {
        const node *n = g->nodes.data[i];
        info *f = &p->info[i];
        if (!f->live) continue;
        need_operands(p, n);
        if (computes(p, n) && f->sites > 1.0 && !cheap(f)) f->stored = true;
        double sites = f->stored ? 1.0 : f->sites;
        for (int k = 0; k < n->nargs; k++) p->info[n->args[k]->id].sites += sites;
    }
}

void choose_stored(plan *p) {
    mark_live(p);
    choose_kept(p);
    walk_up(p);
    walk_down(p);
}
