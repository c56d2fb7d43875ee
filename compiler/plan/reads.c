/* reads.c: the values of every loop once all roots have their place, and what is read of them: stored is only what a later
 * step reads or the function delivers; a step that delivers nothing is dropped. */
#include "plan/plan.h"

void note_reads(sx *x, int stamp) {
    if (!x || x->stamp == stamp) return;
    x->stamp = stamp;
    if (x->kind == SX_LOAD || x->kind == SX_LOCAL) {
        x->buf->read = true;
        x->buf->parts |= 1 << x->part;
    }
    for (int k = 0; k < x->nargs; k++) note_reads(x->arg[k], stamp);
}

/* From the last step to the first: what is stored is what a later step reads, or a result. */
static void find_reads(const step *s) {
    if (s->kind == STEP_CALL && (s->call->out.buf->kind == B_RESULT || s->call->out.buf->read))
        for (int k = 0; k < s->call->nargs; k++) s->call->arg[k].buf->read = true;
    for (int k = s->roots.len - 1; k >= 0; k--) { /* one root may read what an earlier one of the same loop makes */
        root *r = s->roots.data[k];
        r->store = r->dst->kind == B_RESULT || r->dst->read;
        if (!r->store) continue;
        bool local = r->dst->kind == B_LOCAL;
        note_reads(r->val.re, s->body->stamp); /* always written out, the other part only if something reads it */
        if (!local || r->dst->parts & 2) note_reads(r->val.im, s->body->stamp);
    }
}

/* Parts of complex values that nothing reads may leave a step without purpose. */
static bool delivers(const step *s) {
    if (s->kind == STEP_CALL) return s->call->out.buf->kind == B_RESULT || s->call->out.buf->read;
    if (s->kind == STEP_CLEAR) return s->cleared->kind == B_RESULT || s->cleared->read;
    for (int k = 0; k < s->roots.len; k++)
        if (s->roots.data[k]->store) return true;
    return s->kind == STEP_SCAN;
}

bool lower_steps(plan *p) {
    for (int i = 0; i < p->steps.len; i++) {
        step *s = p->steps.data[i];
        if (s->kind != STEP_LOOP) continue;
        s->body = sxb_new(p->mem);
        lowering *l = lowering_new(p, s->body, &s->space, i);
        for (int k = 0; k < s->roots.len; k++)
            s->roots.data[k]->val = lower(l, s->roots.data[k]->value, s->roots.data[k]->idx);
        if (l->fail) {
            p->force[l->fail->id] = true;
            return false;
        }
        sx_rebuild_begin(s->body);
    }
    for (int i = p->steps.len - 1; i >= 0; i--) find_reads(p->steps.data[i]);
    int n = 0;
    for (int i = 0; i < p->steps.len; i++)
        if (delivers(p->steps.data[i])) p->steps.data[n++] = p->steps.data[i];
    p->steps.len = n;
    return true;
}
