/* scan.c: loops of the source. The body is planned as a function of its own, inside the outer one's step.
 *
 * Scalar states are C locals of the loop, scalar rows and constants are locals read or made before it; array states
 * live in one buffer that the body reads, and a second one that it writes and that is copied back at the end of each
 * step. The work memory of the body is one buffer of the outer plan. Rows of what is collected are written in place. A
 * loop that reads the states of another in slots (keep.c) has that one with it, to run it again. */
#include "plan/plan.h"

static const node *part_of(const plan *p, const node *scan, int k) {
    for (int i = scan->id + 1; i < p->graph->nodes.len; i++) {
        const node *n = p->graph->nodes.data[i];
        if (n->op == OP_part && n->args[0] == scan && attr_int(n, 0) == k && p->info[i].live)
            return p->info[i].kept ? NULL : n;
    }
    return NULL;
}

static bool scalar(const type *t) {
    return type_count(t) == 1;
}

static void mark_used(const graph *g, const bool *need, bool *use) {
    for (int k = 0; k < g->results.len; k++)
        if (need[k] && g->results.data[k].value) use[g->results.data[k].value->id] = true;
    for (int i = g->nodes.len - 1; i >= 0; i--)
        for (int k = 0; use[i] && k < g->nodes.data[i]->nargs; k++) use[g->nodes.data[i]->args[k]->id] = true;
}

/* Results of the body that something needs: the parts that are used, the states that are kept, and the states these are computed from. */
static bool *needed_results(plan *p, const node *n) {
    const graph *g = n->body;
    const keeper *keep = p->info[n->id].keep;
    bool *need = NEW_ARRAY(p->mem, bool, g->results.len + 1), *use = NEW_ARRAY(p->mem, bool, g->nodes.len + 1);
    for (int k = 0; k < g->results.len; k++)
        need[k] = part_of(p, n, k) || (keep && keep->loop == n && k < attr_int(n, SCAN_STATES) && keep->state[k]);
    for (bool again = true; again;) {
        again = false;
        mark_used(g, need, use);
        for (int k = 0; k < attr_int(n, SCAN_STATES); k++) {
            if (need[k] || !use[g->leaves.data[k + 1]->id]) continue;
            need[k] = again = true;
        }
    }
    return need;
}

static buffer *scratch_of(plan *p, const node *n, const type *t) {
    buffer *b = buffer_new(p, B_WORK, n, t);
    b->scratch = b->read = true;
    return b;
}

/* The array a state lives in: its part, when that is asked for. A loop fills it with the state before the first step.
 * */
static bool start_state(plan *p, const node *n, scan_step *s, int k, int *earliest) {
    const node *arg = n->args[k];
    buffer *b = s->part[k] ? p->info[s->part[k]->id].buf : scratch_of(p, n, &arg->type);
    s->state[k] = b;
    b->read = true;
    int at = store_copy(p, arg, b, p->info[n->id].wanted);
    if (at < 0) return false;
    if (at >= *earliest) *earliest = at + 1;
    if (n->body->results.data[k].value != n->body->leaves.data[k + 1]) s->next[k] = scratch_of(p, n, &arg->type);
    return true;
}

static bool scalar_value(plan *p, const node *n, sval *out) {
    affine idx[MAX_RANK] = {{0}};
    space none = {0};
    lowering *l = lowering_new(p, sxb_new(p->mem), &none, -1);
    *out = lower(l, n, idx);
    if (l->fail) {
        p->force[l->fail->id] = true;
        return false;
    }
    sx_rebuild_begin(l->b);
    note_reads(out->re, l->b->stamp);
    note_reads(out->im, l->b->stamp);
    return true;
}

static void touch_reads(plan *p, step *st, const sx *x) {
    if (x->kind == SX_LOAD || x->kind == SX_LOCAL) touch(p, st, x->buf);
    for (int k = 0; k < x->nargs; k++) touch_reads(p, st, x->arg[k]);
}

/* The rows of a stack that is not made are those of the slots. */
static operand slot_operand(const keeper *keep, const node *stack, int64_t *apart) {
    const graph *b = keep->loop->body;
    const node *was = b->results.data[attr_int(stack, 0)].value;
    int state = 0;
    while (b->leaves.data[1 + state] != was) state++;
    *apart = type_count(&was->type);
    return (operand){.buf = keep->slot[state]};
}

/* `again`: the loop starts from slots, not from its arguments. */
static bool add_arguments(plan *p, const node *n, scan_step *s, const bool *need, bool again) {
    int states = (int)attr_int(n, SCAN_STATES), earliest = 0;
    for (int k = 0; k < n->nargs; k++) {
        if (k < states && !need[k]) continue;
        bool whole = k < states || k >= states + attr_int(n, SCAN_SLICES);
        if (k < states && again) {
            if (scalar(&n->args[k]->type)) continue;
            s->state[k] = scratch_of(p, n, &n->args[k]->type);
            if (n->body->results.data[k].value != n->body->leaves.data[k + 1])
                s->next[k] = scratch_of(p, n, &n->args[k]->type);
        } else if (scalar(&n->args[k]->type) && whole) {
            if (!scalar_value(p, n->args[k], &s->value[k])) return false;
        } else if (k < states) {
            if (!start_state(p, n, s, k, &earliest)) return false;
        } else if (p->info[n->args[k]->id].kept) {
            s->arg[k] = slot_operand(s->keep, n->args[k], &s->apart[k]);
        } else {
            s->arg[k] = whole ? whole_operand(p, n->args[k]) : row_operand(p, n->args[k], &s->apart[k]);
        }
    }
    return true;
}

static scan_step *scan_new(plan *p, const node *n) {
    scan_step *s = NEW(p->mem, scan_step);
    int nr = n->body->results.len, nl = n->nargs;
    s->node = n;
    s->keep = p->info[n->id].keep;
    s->part = NEW_ARRAY(p->mem, const node *, nr + 1);
    s->state = NEW_ARRAY(p->mem, buffer *, nl + 1);
    s->next = NEW_ARRAY(p->mem, buffer *, nl + 1);
    s->value = NEW_ARRAY(p->mem, sval, nl + 1);
    s->arg = NEW_ARRAY(p->mem, operand, nl + 1);
    s->apart = NEW_ARRAY(p->mem, int64_t, nl + 1);
    return s;
}

/* A state that stays as it is: the body has nothing to deliver. */
static void drop_constant_states(const node *n, bool *need) {
    for (int k = 0; k < attr_int(n, SCAN_STATES); k++)
        if (n->body->results.data[k].value == n->body->leaves.data[k + 1]) need[k] = false;
}

/* The forward loop, for its kept states only. */
static scan_step *plan_again(plan *p, const keeper *keep) {
    const node *n = keep->loop;
    scan_step *s = scan_new(p, n);
    bool *need = NEW_ARRAY(p->mem, bool, n->body->results.len + 1);
    for (int k = 0; k < attr_int(n, SCAN_STATES); k++) need[k] = keep->state[k];
    if (!add_arguments(p, n, s, need, true)) return NULL;
    drop_constant_states(n, need);
    s->body = plan_body(p, n->body, need);
    return s;
}

static void touch_arguments(plan *p, step *st, const scan_step *s) {
    for (int k = 0; k < s->node->nargs; k++) {
        if (s->value[k].re) touch_reads(p, st, s->value[k].re);
        if (s->value[k].im) touch_reads(p, st, s->value[k].im);
        if (s->state[k]) touch(p, st, s->state[k]);
        if (s->next[k]) touch(p, st, s->next[k]);
        if (s->arg[k].buf) {
            touch(p, st, s->arg[k].buf);
            s->arg[k].buf->read = true;
        }
    }
}

/* The work memory of the bodies, which never run at the same time. */
static void make_work(plan *p, scan_step *s) {
    size_t bytes = s->body->work_bytes;
    if (s->again && s->again->body->work_bytes > bytes) bytes = s->again->body->work_bytes;
    if (!bytes) return;
    type block = {.dt = T_REAL, .rank = 1, .shape = {(int64_t)((bytes + p->real_bytes - 1) / p->real_bytes)}};
    s->work = scratch_of(p, s->node, &block);
    if (s->again) s->again->work = s->work;
}

bool add_scan(plan *p, const node *n) {
    scan_step *s = scan_new(p, n);
    int nr = n->body->results.len;
    for (int k = 0; k < nr; k++) s->part[k] = part_of(p, n, k);
    bool *need = needed_results(p, n), back = s->keep && s->keep->reverse == n;
    if (s->keep && !back) make_slots(p, p->info[n->id].keep);
    if (!add_arguments(p, n, s, need, false)) return false;
    if (back && !(s->again = plan_again(p, s->keep))) return false;
    drop_constant_states(n, need);
    s->body = plan_body(p, n->body, need);
    make_work(p, s);
    step *st = new_step(p, STEP_SCAN, p->info[n->id].wanted);
    st->scan = s;
    touch_arguments(p, st, s);
    if (s->again) touch_arguments(p, st, s->again);
    if (s->keep) touch_slots(p, st, s->keep);
    if (s->work) touch(p, st, s->work);
    p->info[n->id].step = st->index;
    for (int k = 0; k < nr; k++) {
        if (!s->part[k]) continue;
        info *f = &p->info[s->part[k]->id];
        touch(p, st, f->buf);
        f->buf->parts = 3; /* and both parts of a complex state */
        f->buf->read = true; /* the body writes its rows there whether something reads them or not */
        f->step = st->index;
    }
    return true;
}
