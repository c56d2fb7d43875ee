/* scan.c: loops of the source. The body is planned as a function of its own, inside the outer one's step.
 *
 * Scalar states are C locals of the loop, scalar rows and constants are locals read or made before it; array states
 * live where state.c says, small ones in C arrays of their own. The work memory of the body is one buffer of the outer
 * plan. Rows of what is collected are written in place. A loop that reads the states of another in slots (keep.c) has
 * that one with it, to run it again. */
#include "plan/plan.h"

#include <string.h>

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

static buffer *scratch_of(plan *p, const node *n, const type *t, const char *name) {
    buffer *b = buffer_new(p, B_WORK, n, t);
    b->label = name;
    b->scratch = b->read = true;
    return b;
}

static buffer *part_buffer(const plan *p, const scan_step *s, int k) {
    return s->part[k] ? p->info[s->part[k]->id].buf : NULL;
}

/* The result that collects the next value of array state k, so that the state can be the row written last; -1: none. */
static int collected(const scan_step *s, int k) {
    const graph *g = s->node->body;
    for (int j = (int)attr_int(s->node, SCAN_STATES); j < g->results.len; j++)
        if (s->part[j] && g->results.data[j].value == g->results.data[k].value) return j;
    return -1;
}

static bool is_small(const scan_step *s, int k) {
    const info *leaf = &s->body->info[s->node->body->leaves.data[k + 1]->id];
    bool aligned = (leaf->live && leaf->buf && feeds_transform(s->body, leaf->buf)) ||
                   (s->body->result[k] && feeds_transform(s->body, s->body->result[k]));
    return small_array(&s->node->args[k]->type) && !aligned;
}

static bool copy_to(plan *p, const node *n, const node *arg, buffer *b) {
    b->read = true;
    return store_copy(p, arg, b, p->info[n->id].wanted) >= 0;
}

static bool start_rows(plan *p, scan_step *s, int k) {
    const node *arg = s->node->args[k];
    if (operand_ready(p, arg, -1, NULL)) {
        s->arg[k] = whole_operand(p, arg);
        return true;
    }
    s->arg[k].buf = scratch_of(p, s->node, &arg->type, s->node->body->leaves.data[k + 1]->name);
    return copy_to(p, s->node, arg, s->arg[k].buf);
}

/* Is its address given away: to a transform, which wants an aligned place, another kernel, or a loop? Compilers keep in
 * registers what nobody else may write. */
static bool given_away(const plan *p, const node *of) {
    for (int i = of->id + 1; i < p->graph->nodes.len; i++) {
        const node *n = p->graph->nodes.data[i];
        for (int k = 0; k < n->nargs; k++) {
            if (n->args[k] != of) continue;
            op_kind kind = op_info(n->op)->kind;
            if (n->op == OP_scan || kind == K_KERNEL || (kind == K_VIEW && given_away(p, n))) return true;
        }
    }
    return false;
}

/* The arrays of a state, filled with what it is before the first step. The one that holds it after the last step is its
 * part, when that is asked for; a small state, which has a C array of its own, is copied where the caller or a
 * kernel wants it. */
static bool start_state(plan *p, scan_step *s, int k, bool again) {
    const node *n = s->node, *arg = n->args[k];
    const char *name = n->body->leaves.data[k + 1]->name;
    bool small = is_small(s, k);
    buffer *part = part_buffer(p, s, k), *first;
    if (s->kind[k] == STATE_ROWS) return start_rows(p, s, k);
    bool own = part && (!small || (part->kind == B_WORK && !given_away(p, s->part[k])));
    first = s->state[k] = own ? part : scratch_of(p, n, &arg->type, name);
    s->state[k]->automatic = small;
    if (s->kind[k] == STATE_COPY || s->kind[k] == STATE_SWAP) {
        s->next[k] = scratch_of(p, n, &arg->type, name ? arena_printf(p->mem, "%s_next", name) : NULL);
        s->next[k]->automatic = small;
    }
    if (again) return true;
    if (s->kind[k] == STATE_SWAP && attr_int(n, SCAN_TRIP) % 2) first = s->next[k]; /* the last one is state[k] */
    return copy_to(p, n, arg, first);
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
static row_runs slot_rows(const keeper *keep, const node *stack) {
    const graph *b = keep->loop->body;
    const node *was = b->results.data[attr_int(stack, 0)].value;
    int state = 0;
    while (b->leaves.data[1 + state] != was) state++;
    row_runs r = {.n = 1};
    r.run[0] = (row_run){.until = keep->slots, .from = {.buf = keep->slot[state]}, .apart = type_count(&was->type)};
    return r;
}

/* `again`: the loop starts from slots, not from its arguments. */
static bool add_arguments(plan *p, scan_step *s, const bool *need, bool again) {
    const node *n = s->node;
    int states = (int)attr_int(n, SCAN_STATES);
    for (int k = 0; k < n->nargs; k++) {
        if (k < states && (!need[k] || (again && scalar(&n->args[k]->type)))) continue;
        bool whole = k < states || k >= states + attr_int(n, SCAN_SLICES);
        if (k >= states && !s->body->info[n->body->leaves.data[k + 1]->id].live)
            continue; /* what is run again reads less */
        if (scalar(&n->args[k]->type) && whole) {
            if (!scalar_value(p, n->args[k], &s->value[k])) return false;
        } else if (k < states) {
            if (!start_state(p, s, k, again)) return false;
        } else if (whole) {
            s->arg[k] = whole_operand(p, n->args[k]);
        } else if (p->info[n->args[k]->id].kept) {
            s->slice[k] = slot_rows(s->keep, n->args[k]);
        } else if (!slice_rows(p, n->args[k], &s->slice[k])) {
            p->force[n->args[k]->id] = true;
            return false;
        }
    }
    return true;
}

/* The body delivers neither states that stay as they are nor those that it collects. */
static void plan_states(plan *p, scan_step *s, const bool *need) {
    const node *n = s->node;
    bool *deliver = NEW_ARRAY(p->mem, bool, n->body->results.len + 1);
    memcpy(deliver, need, sizeof(bool) * (size_t)n->body->results.len);
    for (int k = 0; k < attr_int(n, SCAN_STATES); k++) {
        bool array = need[k] && !scalar(&n->args[k]->type);
        s->row[k] = array && !small_array(&n->args[k]->type) ? collected(s, k) : -1;
        if (n->body->results.data[k].value == n->body->leaves.data[k + 1] || s->row[k] >= 0) deliver[k] = false;
    }
    s->body = plan_body(p, n, deliver);
    for (int k = 0; k < attr_int(n, SCAN_STATES); k++) {
        bool array = need[k] && !scalar(&n->args[k]->type);
        s->kind[k] = !array ? STATE_NONE : s->row[k] >= 0 ? STATE_ROWS : choose_state(s->body, n, k);
    }
}

static void touch_operand(plan *p, step *st, const operand *o) {
    if (!o->buf) return;
    touch(p, st, o->buf);
    o->buf->read = true;
    o->buf->parts = 3; /* of a C local: the body may read either */
}

static void touch_arguments(plan *p, step *st, const scan_step *s) {
    for (int k = 0; k < s->node->nargs; k++) {
        if (s->value[k].re) touch_reads(p, st, s->value[k].re);
        if (s->value[k].im) touch_reads(p, st, s->value[k].im);
        if (s->state[k]) touch(p, st, s->state[k]);
        if (s->next[k]) touch(p, st, s->next[k]);
        touch_operand(p, st, &s->arg[k]);
        for (int i = 0; i < s->slice[k].n; i++) touch_operand(p, st, &s->slice[k].run[i].from);
    }
}

static scan_step *scan_new(plan *p, const node *n) {
    scan_step *s = NEW(p->mem, scan_step);
    int nr = n->body->results.len, nl = n->nargs;
    *s = (scan_step){.node = n,
                     .keep = p->info[n->id].keep,
                     .part = NEW_ARRAY(p->mem, const node *, nr + 1),
                     .kind = NEW_ARRAY(p->mem, state_kind, nl + 1),
                     .state = NEW_ARRAY(p->mem, buffer *, nl + 1),
                     .next = NEW_ARRAY(p->mem, buffer *, nl + 1),
                     .row = NEW_ARRAY(p->mem, int, nl + 1),
                     .value = NEW_ARRAY(p->mem, sval, nl + 1),
                     .arg = NEW_ARRAY(p->mem, operand, nl + 1),
                     .slice = NEW_ARRAY(p->mem, row_runs, nl + 1)};
    return s;
}

/* The forward loop, for its kept states only. */
static scan_step *plan_again(plan *p, const keeper *keep) {
    const node *n = keep->loop;
    scan_step *s = scan_new(p, n);
    bool *need = NEW_ARRAY(p->mem, bool, n->body->results.len + 1);
    for (int k = 0; k < attr_int(n, SCAN_STATES); k++) need[k] = keep->state[k];
    plan_states(p, s, need);
    return add_arguments(p, s, need, true) ? s : NULL;
}

/* The work memory of the bodies, which never run at the same time. */
static void make_work(plan *p, scan_step *s) {
    size_t bytes = s->body->work_bytes;
    if (s->again && s->again->body->work_bytes > bytes) bytes = s->again->body->work_bytes;
    if (!bytes) return;
    type block = {.dt = T_REAL, .rank = 1, .shape = {(int64_t)((bytes + p->real_bytes - 1) / p->real_bytes)}};
    s->work = scratch_of(p, s->node, &block, NULL);
    if (s->again) s->again->work = s->work;
}

bool add_scan(plan *p, const node *n) {
    scan_step *s = scan_new(p, n);
    int nr = n->body->results.len;
    for (int k = 0; k < nr; k++) s->part[k] = part_of(p, n, k);
    bool *need = needed_results(p, n), back = s->keep && s->keep->reverse == n;
    if (s->keep && !back) make_slots(p, p->info[n->id].keep);
    plan_states(p, s, need);
    if (!add_arguments(p, s, need, false)) return false;
    if (back && !(s->again = plan_again(p, s->keep))) return false;
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
        if (k < attr_int(n, SCAN_STATES) && !s->part[k]->name) f->buf->label = n->body->leaves.data[k + 1]->name;
        f->buf->parts = 3;   /* and both parts of a complex state */
        f->buf->read = true; /* the body writes its rows there whether something reads them or not */
        f->step = st->index;
    }
    return true;
}
