/* memory.c: places in the work memory by liveness.
 *
 * A buffer lives from the first to the last step that touches it. Larger buffers are placed first, each at the lowest
 * 64-byte aligned offset that is free all its life. A buffer written element by element where another dies is put
 * over it. */
#include "plan/plan.h"

#include <stdlib.h>

enum { ALIGNMENT = 64, MAX_GUARDS = 4 };

static size_t round_up(size_t n) {
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void live_ranges(plan *p) {
    for (int i = 0; i < p->steps.len; i++) {
        step *s = p->steps.data[i];
        for (int k = 0; k < s->touched.len; k++) {
            buffer *b = s->touched.data[k];
            if (b->first < 0) b->first = i;
            b->last = i;
        }
    }
}

static int bits(uint64_t m) {
    int n = 0;
    for (; m; m &= m - 1) n++;
    return n;
}

static int touching(const plan *p, const buffer *b) {
    int n = 0;
    for (int i = 0; i < p->steps.len; i++)
        for (int k = 0; k < p->steps.data[i]->touched.len; k++) n += p->steps.data[i]->touched.data[k] == b;
    return n;
}

/* What a loop that keeps few states collects for the caller alone: when the caller does not want it, memory for one row does. */
static bool only_collected(const plan *p, const step *s, const buffer *b) {
    if (s->kind != STEP_SCAN || keep_of(s->scan->node).kind <= KEEP_ALL || touching(p, b) != 1) return false;
    for (int k = (int)attr_int(s->scan->node, SCAN_STATES); k < s->scan->node->body->results.len; k++)
        if (s->scan->part[k] && p->info[s->scan->part[k]->id].buf == b) return true;
    return false;
}

/* The last value of a state that lives elsewhere: copied there when the loop has ended, and never read. */
static bool only_ends(const plan *p, const step *s, const buffer *b) {
    if (s->kind != STEP_SCAN || touching(p, b) != 1) return false;
    for (int k = 0; k < attr_int(s->scan->node, SCAN_STATES); k++) {
        if (!s->scan->part[k] || p->info[s->scan->part[k]->id].buf != b) continue;
        return type_count(&b->type) == 1 || (s->scan->state[k] && s->scan->state[k] != b);
    }
    return false;
}

static void redirect(const plan *p, const step *s, buffer *b) {
    if (b->redirect) return;
    if ((b->if_wanted = only_ends(p, s, b))) return;
    b->redirect = true;
    b->by_rows = only_collected(p, s, b);
    if (b->by_rows) b->bytes /= (size_t)attr_int(s->scan->node, SCAN_TRIP);
}

/* Steps needed only by results that the caller may leave out are guarded; a result array that another step touches
 * needs memory of its own when the caller gives none. Scalars are stored one by one, each under its own condition. */
static void guards(plan *p) {
    for (int i = 0; i < p->steps.len; i++) {
        step *s = p->steps.data[i];
        bool scalar = s->kind == STEP_LOOP && s->space.nv == 0;
        s->guard = s->wanted & ALWAYS || bits(s->wanted) > MAX_GUARDS ? 0 : s->wanted;
        for (int k = 0; k < s->touched.len; k++) {
            buffer *b = s->touched.data[k];
            if (b->kind != B_RESULT || b->by_value || !(p->nullable >> b->result & 1)) continue;
            bool one = scalar && type_count(&b->type) == 1;
            if (!one && s->guard != (uint64_t)1 << b->result) redirect(p, s, b);
        }
    }
}

static bool in_memory(const buffer *b) {
    return b->first >= 0 && !b->automatic && ((b->kind == B_WORK && b->read) || (b->kind == B_RESULT && b->redirect));
}

/* ---- in place -------------------------------------------------------------------------------------------------- */
static bool read_only_at(const step *s, const buffer *b, const affine *at) {
    bool any = false;
    for (int i = 0; i < s->body->nslots; i++)
        for (const sx *x = s->body->slot[i]; x; x = x->next) {
            if (x->kind != SX_LOAD || x->buf != b) continue;
            if (!aff_equal(&x->at, at)) return false;
            any = true;
        }
    return any;
}

static bool made_here(const step *s, const buffer *b) {
    for (int k = 0; k < s->roots.len; k++)
        if (s->roots.data[k]->dst == b) return true;
    return false;
}

static void reuse(const step *s, root *r) {
    if (r->kind != ROOT_STORE || !r->store || r->dst->kind != B_WORK || r->dst->first != s->index) return;
    if (r->dst->automatic) return;
    if (s->space.nv == 0) return; /* without a loop, what is stored first would be read by the stores behind it */
    if (r->value != r->node || space_count(&s->space) != type_count(&r->dst->type)) return;
    for (int k = 0; k < s->touched.len; k++) {
        buffer *x = s->touched.data[k];
        bool fits =
            x->kind == B_WORK && x->last == s->index && x->bytes == r->dst->bytes && x->type.dt == r->dst->type.dt;
        if (!fits || !x->read || x->automatic || made_here(s, x) || !read_only_at(s, x, &r->at)) continue;
        bool taken = false;
        for (int i = 0; i < s->roots.len; i++) taken |= s->roots.data[i]->dst->over == x;
        bool apart = x->pieces == r->dst->pieces && (s->pieces == 0 || x->pieces);
        if (taken || !apart) continue;
        r->dst->over = x;
        return;
    }
}

static void in_place(plan *p) {
    for (int i = 0; i < p->steps.len; i++) {
        step *s = p->steps.data[i];
        for (int k = 0; s->kind == STEP_LOOP && k < s->roots.len; k++) reuse(s, s->roots.data[k]);
    }
}

/* Work memory of a loop's body may hold what outlives a turn, so that there nothing dies. */
static void fft_plans_by_life(plan *p) {
    for (int i = 0; i < p->steps.len; i++) {
        step *s = p->steps.data[i];
        if (s->kind != STEP_CALL) continue;
        const buffer *x = s->call->arg[0].buf;
        choose_fft_plan(p, s->call, !p->body && x->kind == B_WORK && x->last == s->index);
    }
}

/* ---- offsets --------------------------------------------------------------------------------------------------- */
typedef struct tenant { /* buffers that share one place by in-place writing */
    buffer *b;
    int first, last;
} tenant;

static int larger_first(const void *x, const void *y) {
    const tenant *a = x, *b = y;
    if (a->b->bytes != b->b->bytes) return a->b->bytes < b->b->bytes ? 1 : -1;
    return a->b->id - b->b->id;
}

static size_t lowest_free(const tenant *placed, int n, const tenant *t) {
    size_t at = 0;
    bool moved = true;
    while (moved) {
        moved = false;
        for (int k = 0; k < n; k++) {
            const tenant *o = &placed[k];
            if (o->last < t->first || t->last < o->first) continue;
            size_t end = round_up(o->b->offset + o->b->bytes);
            if (at < end && o->b->offset < at + t->b->bytes) {
                at = end;
                moved = true;
            }
        }
    }
    return at;
}

static buffer *owner(buffer *b) {
    while (b->over) b = b->over;
    return b;
}

/* Small arrays of a loop's body are C arrays of their own: nothing else can be at their place, so that the compiler may
 * keep them in registers. Transforms want aligned places. */
static void find_automatic(plan *p) {
    for (int k = 0; k < p->buffers.len; k++) {
        buffer *b = p->buffers.data[k];
        b->automatic |= p->body && b->kind == B_WORK && !b->pieces && small_array(&b->type) && !feeds_transform(p, b);
    }
}

static bool is_zero(const sx *x) {
    return !x || (x->kind == SX_NUM && x->num == 0.0);
}

/* An array of its own that begins with zeros gets them with its declaration. */
static void find_zeroed(plan *p) {
    for (int i = 0; i < p->steps.len; i++) {
        step *s = p->steps.data[i];
        for (int k = 0; s->kind == STEP_LOOP && !s->pieces && k < s->roots.len; k++) {
            root *r = s->roots.data[k];
            bool whole = r->kind == ROOT_STORE && r->store && space_count(&s->space) == type_count(&r->dst->type);
            if (!whole || !r->dst->automatic || r->dst->first != i || !is_zero(r->val.re) || !is_zero(r->val.im))
                continue;
            r->dst->zeroed = true;
            r->store = false;
        }
    }
}

void lay_out(plan *p) {
    guards(p);
    cut_strips(p);
    live_ranges(p);
    find_automatic(p);
    find_zeroed(p);
    extend_over_strips(p);
    in_place(p);
    fft_plans_by_life(p);
    tenant *t = NEW_ARRAY(p->mem, tenant, p->buffers.len + 1);
    int n = 0;
    for (int k = 0; k < p->buffers.len; k++) {
        buffer *b = p->buffers.data[k];
        if (in_memory(b) && !b->over) t[n++] = (tenant){b, b->first, b->last};
    }
    for (int k = 0; k < p->buffers.len; k++) {
        buffer *b = p->buffers.data[k];
        for (int i = 0; in_memory(b) && b->over && i < n; i++)
            if (t[i].b == owner(b) && b->last > t[i].last) t[i].last = b->last;
    }
    qsort(t, (size_t)n, sizeof *t, larger_first);
    for (int k = 0; k < n; k++) {
        t[k].b->offset = lowest_free(t, k, &t[k]);
        size_t end = t[k].b->offset + t[k].b->bytes;
        if (end > p->work_bytes) p->work_bytes = end;
    }
    for (int k = 0; k < p->buffers.len; k++) p->buffers.data[k]->offset = owner(p->buffers.data[k])->offset;
}

static plan *plan_graph(arena *a, const graph *g, size_t real_bytes, fft_plans *plans, bool *needed, const node *scan) {
    bool *force = NEW_ARRAY(a, bool, g->nodes.len + 1);
    int results = 0;
    for (int k = 0; k < g->results.len; k++) results += g->results.data[k].value != NULL;
    for (;;) {
        plan *p = NEW(a, plan);
        *p = (plan){.mem = a,
                    .graph = g,
                    .plans = plans,
                    .real_bytes = real_bytes,
                    .force = force,
                    .needed = needed,
                    .body = scan != NULL};
        p->info = NEW_ARRAY(a, info, g->nodes.len + 1);
        p->result = NEW_ARRAY(a, buffer *, g->results.len + 1);
        for (int k = 0; k < g->results.len && k < 63 && results > 1 && !scan; k++)
            if (!result_by_value(&g->results.data[k])) p->nullable |= (uint64_t)1 << k;
        choose_stored(p);
        if (!schedule(p)) continue;
        if (scan) postpone_states(p, scan);
        lay_out(p);
        return p;
    }
}

plan *plan_body(plan *outer, const node *scan, bool *needed) {
    return plan_graph(outer->mem, scan->body, outer->real_bytes, outer->plans, needed, scan);
}

plan *plan_function(arena *a, const graph *g, int precision, fft_plans *plans) {
    bool *needed = NEW_ARRAY(a, bool, g->results.len + 1);
    for (int k = 0; k < g->results.len; k++) needed[k] = true;
    return plan_graph(a, g, precision == 32 ? 4 : 8, plans, needed, NULL);
}
