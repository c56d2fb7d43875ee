/* state.c: where an array state of a loop lives from one step to the next.
 *
 * In place, when the body reads each element of it for the last time where it writes the next value of that element:
 * `postpone` moves the step that does so behind the steps that read the state. Requires: a scheduled body. */
#include "plan/plan.h"

enum { SMALL = 64 };

bool small_array(const type *t) {
    return type_count(t) * (t->dt == T_COMPLEX ? 2 : 1) <= SMALL;
}

static bool touches(const step *s, const buffer *b) {
    for (int k = 0; k < s->touched.len; k++)
        if (s->touched.data[k] == b) return true;
    return false;
}

static bool fixed(const node *scan, int k) {
    return scan->body->results.data[k].value == scan->body->leaves.data[k + 1];
}

/* The buffer of state k in the body; NULL when the body does not read it. */
static const buffer *before_step(const plan *body, const node *scan, int k) {
    const info *f = &body->info[scan->body->leaves.data[k + 1]->id];
    return f->live ? f->buf : NULL;
}

static int first_with(const plan *p, const buffer *b) {
    int i = 0;
    while (i < p->steps.len && !touches(p->steps.data[i], b)) i++;
    return i;
}

static int last_with(const plan *p, const buffer *b) {
    int i = p->steps.len - 1;
    while (i >= 0 && !touches(p->steps.data[i], b)) i--;
    return i;
}

static bool makes_only(const step *s, const buffer *b) {
    return s->kind == STEP_LOOP && s->roots.len == 1 && s->roots.data[0]->dst == b;
}

void postpone_states(plan *p, const node *scan) {
    for (int k = 0; k < attr_int(scan, SCAN_STATES); k++) {
        const buffer *was = before_step(p, scan, k), *next = p->result[k];
        if (!was || !next || next->kind != B_RESULT || fixed(scan, k)) continue;
        int from = first_with(p, next), to = last_with(p, was);
        if (from >= to || last_with(p, next) != from || !makes_only(p->steps.data[from], next)) continue;
        step *s = p->steps.data[from];
        for (int i = from; i < to; i++) p->steps.data[i] = p->steps.data[i + 1];
        p->steps.data[to] = s;
    }
}

static bool read_only_at(const step *s, const buffer *b, const affine *at) {
    for (int i = 0; i < s->body->nslots; i++)
        for (const sx *x = s->body->slot[i]; x; x = x->next)
            if (x->kind == SX_LOAD && x->buf == b && !aff_equal(&x->at, at)) return false;
    return true;
}

/* Is each element of `was` read by s only where s writes that element of `next`? */
static bool element_by_element(const step *s, const buffer *was, const buffer *next) {
    if (s->kind != STEP_LOOP || s->space.nv == 0 || s->pieces) return false;
    const root *writes = NULL;
    for (int k = 0; k < s->roots.len; k++) {
        if (s->roots.data[k]->dst != next) continue;
        if (writes) return false;
        writes = s->roots.data[k];
    }
    return writes && writes->kind == ROOT_STORE && writes->value == writes->node &&
           space_count(&s->space) == type_count(&next->type) && read_only_at(s, was, &writes->at);
}

static bool in_place(const plan *p, const buffer *was, const buffer *next) {
    int first = first_with(p, next), last = last_with(p, was);
    if (last < first) return true;
    return last == first && element_by_element(p->steps.data[first], was, next);
}

state_kind choose_state(const plan *body, const node *scan, int k) {
    const buffer *was = before_step(body, scan, k);
    buffer *next = body->result[k];
    if (fixed(scan, k)) return STATE_FIXED;
    if (!next || next->kind != B_RESULT) return STATE_NONE;
    if (!was) return STATE_PLACE;
    if (in_place(body, was, next)) {
        next->over = (buffer *)was;
        return STATE_PLACE;
    }
    return small_array(&next->type) ? STATE_COPY : STATE_SWAP;
}

bool feeds_transform(const plan *p, const buffer *b) {
    for (int i = 0; i < p->steps.len; i++) {
        const step *s = p->steps.data[i];
        if (s->kind == STEP_CALL && is_transform(s->call->node->op) && touches(s, b)) return true;
        if (s->kind == STEP_SCAN && touches(s, b)) return true; /* or something within it */
    }
    return false;
}
