/* text.c: a plan as text: what lies where, and what runs when (dspc dump --after=plan). */
#include "plan/plan.h"

#include <inttypes.h>

static const char *kind_name(buffer_kind k) {
    static const char *const NAME[] = {"argument", "table", "work", "result", "local"};
    return NAME[k];
}

static void put_node(strbuf *out, const node *n) {
    if (n->name) sb_printf(out, "%s (%s)", n->name, op_info(n->op)->name);
    else sb_printf(out, "%%%d (%s)", n->id, op_info(n->op)->name);
}

static void put_buffer(strbuf *out, const plan *p, const buffer *b) {
    sb_printf(out, "  b%-3d %-8s ", b->id, kind_name(b->kind));
    if (b->kind == B_WORK) sb_printf(out, "%8zu +%-8zu ", b->offset, b->bytes);
    else sb_printf(out, "%8s  %-8s ", "", "");
    sb_printf(out, "steps %d..%d  %s  ", b->first, b->last, type_text(p->mem, &b->type));
    if (b->scratch) sb_puts(out, "scratch");
    else if (b->node) put_node(out, b->node);
    if (b->over) sb_printf(out, "  over b%d", b->over->id);
    sb_putc(out, '\n');
}

static void put_loop(strbuf *out, const step *s) {
    sb_puts(out, "loop");
    for (int v = 0; v < s->space.nv; v++) sb_printf(out, " %" PRId64 "..%" PRId64, s->space.lo[v], s->space.hi[v]);
    for (int i = 0; i < s->roots.len; i++) {
        static const char *const KIND[] = {"=", "sum", "max", "min", "argmax", "argmin"};
        const root *r = s->roots.data[i];
        sb_puts(out, i ? "; " : ": ");
        if (r->dst) sb_printf(out, "b%d ", r->dst->id);
        sb_printf(out, "%s ", KIND[r->kind]);
        put_node(out, r->value);
    }
}

static void put_step(strbuf *out, const step *s) {
    sb_printf(out, "  %3d  ", s->index);
    switch (s->kind) {
    case STEP_LOOP: put_loop(out, s); break;
    case STEP_CLEAR: sb_printf(out, "clear b%d", s->cleared->id); break;
    case STEP_CALL:
        sb_printf(out, "call %s: b%d =", s->call->fn, s->call->out.buf->id);
        for (int k = 0; k < s->call->nargs; k++) sb_printf(out, " b%d", s->call->arg[k].buf->id);
        if (s->call->plan >= 0) sb_printf(out, ", plan %d", s->call->plan);
        break;
    case STEP_SCAN: sb_puts(out, "scan"); break;
    }
    sb_putc(out, '\n');
}

void plan_print(strbuf *out, const plan *p) {
    sb_printf(out, "plan %s: %zu bytes of work memory\n", p->graph->name, p->work_bytes);
    for (int i = 0; i < p->buffers.len; i++) put_buffer(out, p, p->buffers.data[i]);
    sb_puts(out, "steps\n");
    for (int i = 0; i < p->steps.len; i++) put_step(out, p->steps.data[i]);
}
