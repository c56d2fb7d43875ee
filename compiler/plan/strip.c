/* strip.c: runs of steps that go through the same leading axis become one loop over it.
 *
 * A run may be cut into pieces along an axis of B places when every step of it has B as its outermost extent and each
 * reads, of what the run itself makes, only the piece with its own index. What no later step reads then needs the
 * memory of one piece only, which stays in the cache: frames, spectra, magnitudes of one signal at a time. Requires:
 * scheduled steps with their guards. Steps in between that need nothing of the run move before it. */
#include "plan/plan.h"

enum { WORTH_BYTES = 128 * 1024, LEAST_INNER = 32 };

typedef struct run {
    plan *p;
    int64_t pieces;
    bool *made;  /* by buffer: written in the run */
    bool *whole; /* by buffer: complete only after the run */
} run;

/* ---- is a step made of `pieces` independent parts? ------------------------------------------------------------- */
static bool aligned(const affine *at, const space *s, const buffer *b, int64_t pieces) {
    int64_t n = type_count(&b->type), lo, hi;
    if (n % pieces || at->c[0] != n / pieces) return false;
    affine rest = *at;
    rest.c[0] = 0;
    aff_range(&rest, s, &lo, &hi);
    return lo >= 0 && hi < n / pieces;
}

static bool may_read(const run *r, const buffer *b, const affine *at, const space *s) {
    if (!r->made[b->id]) return true;
    return !r->whole[b->id] && aligned(at, s, b, r->pieces);
}

static bool reads_fit(const run *r, const sx *x, const space *s) {
    if (x->kind == SX_LOCAL && r->made[x->buf->id]) return false;
    if (x->kind == SX_LOAD && !may_read(r, x->buf, &x->at, s)) return false;
    for (int k = 0; k < x->nconds; k++)
        if (x->cond[k].c[0]) return false; /* would have to split the common loop */
    for (int k = 0; k < x->nargs; k++)
        if (!reads_fit(r, x->arg[k], s)) return false;
    return true;
}

static bool loop_fits(run *r, const step *s) {
    if (s->space.nv < 1 || s->space.hi[0] != r->pieces) return false;
    for (int k = 0; k < s->roots.len; k++) {
        const root *o = s->roots.data[k];
        if (!o->store) continue;
        if (!reads_fit(r, o->val.re, &s->space) || (o->val.im && !reads_fit(r, o->val.im, &s->space))) return false;
        if (!(o->reduced & 1) && o->dst->kind != B_LOCAL && !aligned(&o->at, &s->space, o->dst, r->pieces))
            return false;
        if ((o->kind == ROOT_ARGMAX || o->kind == ROOT_ARGMIN) && o->reduced & 1) return false;
    }
    return true;
}

static int64_t leading_extent(const step *s) {
    if (s->kind == STEP_LOOP) return s->space.nv > 1 ? s->space.hi[0] : 0;
    if (s->kind != STEP_CALL || s->call->adds) return 0;
    const call *c = s->call;
    const type *x = &c->node->args[0]->type;
    if (is_transform(c->node->op)) return x->rank > transform_rank(c->node) && x->shape[0] > 1 ? x->shape[0] : 0;
    return c->batch.nv
               ? (x->rank && c->batch.hi[0] % x->shape[0] == 0 && x->shape[0] > 1 ? x->shape[0] : c->batch.hi[0])
               : 0;
}

/* Steps of one batch variable become two loops: pieces, and what is left inside. */
static bool call_fits(const run *r, const step *s) {
    const call *c = s->call;
    if (c->adds) return false;
    int64_t inner = 1;
    bool whole = is_transform(c->node->op);
    if (whole) {
        if (leading_extent(s) != r->pieces) return false;
    } else {
        if (c->batch.nv == 0 || c->batch.hi[0] % r->pieces) return false;
        inner = c->batch.hi[0] / r->pieces;
    }
    for (int k = -1; k < c->nargs; k++) {
        const operand *o = k < 0 ? &c->out : &c->arg[k];
        if (k >= 0 && !r->made[o->buf->id]) continue;
        if (k >= 0 && r->whole[o->buf->id]) return false;
        int64_t n = type_count(&o->buf->type);
        if (n % r->pieces) return false;
        if (whole ? o->at.c0 != 0 : o->at.c[0] * inner != n / r->pieces || o->at.c0 < 0) return false;
    }
    return true;
}

static bool fits(run *r, const step *s) {
    if (s->kind == STEP_LOOP) return loop_fits(r, s);
    return s->kind == STEP_CALL && call_fits(r, s);
}

static void note_made(run *r, const step *s) {
    if (s->kind == STEP_CALL) r->made[s->call->out.buf->id] = true;
    for (int k = 0; k < s->roots.len; k++) {
        const root *o = s->roots.data[k];
        r->made[o->dst->id] = true;
        if (o->reduced & 1 || o->dst->kind == B_LOCAL) r->whole[o->dst->id] = true;
    }
}

static bool needs_run(const run *r, const step *s) {
    for (int k = 0; k < s->touched.len; k++)
        if (r->made[s->touched.data[k]->id]) return true;
    return false;
}

/* ---- runs ------------------------------------------------------------------------------------------------------ */
static void move_before(plan *p, int from, int to) {
    step *s = p->steps.data[from];
    for (int k = from; k > to; k--) p->steps.data[k] = p->steps.data[k - 1];
    p->steps.data[to] = s;
}

/* Is b used by a step that is no part of the run? One that clears it first, for stores that leave gaps, is one too. */
static bool used_outside(const plan *p, const buffer *b, int start, int end) {
    for (int i = 0; i < p->steps.len; i++) {
        const step *s = p->steps.data[i];
        for (int k = 0; k < s->touched.len && (i < start || i >= end); k++)
            if (s->touched.data[k] == b) return true;
    }
    return false;
}

/* Marks what lives within one piece; gives the bytes that no longer pass through memory. */
static size_t private_bytes(const run *r, int start, int end, bool mark) {
    size_t bytes = 0;
    for (int k = 0; k < r->p->buffers.len; k++) {
        buffer *b = r->p->buffers.data[k];
        if (!r->made[k] || r->whole[k] || b->kind != B_WORK || !b->read || b->pieces) continue;
        if (used_outside(r->p, b, start, end) || b->scratch) continue;
        bytes += b->bytes;
        if (!mark) continue;
        b->pieces = r->pieces;
        b->bytes /= (size_t)r->pieces;
    }
    return bytes;
}

static bool enough_inside(const plan *p, int first, int end, int64_t pieces) {
    for (int i = first; i < end; i++) {
        const step *s = p->steps.data[i];
        if (s->kind == STEP_LOOP && space_count(&s->space) / pieces >= LEAST_INNER) return true;
    }
    return false;
}

static void split_calls(plan *p, int first, int end, int64_t pieces) {
    for (int i = first; i < end; i++) {
        step *s = p->steps.data[i];
        s->pieces = pieces;
        if (s->kind != STEP_CALL) continue;
        call *c = s->call;
        if (is_transform(c->node->op)) {
            c->pieces = pieces;
            c->batch.nv = 1;
            for (int k = -1; k < c->nargs; k++) {
                operand *o = k < 0 ? &c->out : &c->arg[k];
                o->at.c[0] = type_count(k < 0 ? &c->node->type : &c->node->args[k]->type) / pieces;
            }
        } else if (c->batch.hi[0] != pieces) { /* one even variable is two */
            int64_t inner = c->batch.hi[0] / pieces;
            for (int v = c->batch.nv; v > 0; v--) c->batch.hi[v] = c->batch.hi[v - 1];
            c->batch.hi[1] = inner;
            c->batch.nv++;
            for (int k = -1; k < c->nargs; k++) {
                operand *o = k < 0 ? &c->out : &c->arg[k];
                for (int v = MAX_RANK - 1; v > 0; v--) o->at.c[v] = o->at.c[v - 1];
                o->at.c[0] = o->at.c[1] * inner;
            }
        }
        c->batch.hi[0] = pieces;
    }
    p->steps.data[first]->strip_steps = end - first;
}

/* Buffers that reach out of a run stay as they are from its first step to its last, whichever touches them. */
void extend_over_strips(const plan *p) {
    for (int i = 0; i < p->steps.len; i++) {
        int last = i + p->steps.data[i]->strip_steps - 1;
        for (int j = i; j <= last; j++) {
            const step *s = p->steps.data[j];
            for (int k = 0; k < s->touched.len; k++) {
                buffer *b = s->touched.data[k];
                if (b->pieces || b->scratch) continue;
                if (b->first > i) b->first = i;
                if (b->last < last) b->last = last;
            }
        }
    }
}

/* The longest run from `first`; the step after it. */
static int try_run(plan *p, int first) {
    int64_t pieces = leading_extent(p->steps.data[first]);
    if (pieces < 2) return first + 1;
    run r = {p, pieces, NEW_ARRAY(p->mem, bool, p->buffers.len + 1), NEW_ARRAY(p->mem, bool, p->buffers.len + 1)};
    uint64_t guard = p->steps.data[first]->guard;
    int start = first, end = first;
    for (int i = first; i < p->steps.len; i++) {
        step *s = p->steps.data[i];
        if (s->guard == guard && fits(&r, s)) {
            note_made(&r, s);
            end = i + 1;
        } else if (i > first && !needs_run(&r, s) && end == i) {
            move_before(p, i, start++);
            end++;
        } else {
            break;
        }
    }
    if (end - start < 2 || private_bytes(&r, start, end, false) < WORTH_BYTES || !enough_inside(p, start, end, pieces))
        return start + 1;
    (void)private_bytes(&r, start, end, true);
    split_calls(p, start, end, pieces);
    return end;
}

void cut_strips(plan *p) {
    for (int i = 0; i < p->steps.len;) i = try_run(p, i);
    for (int i = 0; i < p->steps.len; i++) p->steps.data[i]->index = i;
}
