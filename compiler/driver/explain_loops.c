/* explain_loops.c: see explain_loops.h. */
#include "driver/explain_loops.h"

#include "driver/flops.h"

#include <inttypes.h>

static int users_line(const origin *o) {
    while (o && !(o->at.src && !o->at.src->builtin && o->at.line > 0)) o = o->caller;
    return o ? o->at.line : 0;
}

typedef VEC(const buffer *) buffer_list;

static bool has_buffer(const buffer_list *l, const buffer *b) {
    for (int i = 0; i < l->len; i++)
        if (l->data[i] == b) return true;
    return false;
}

/* The arrays in the work memory that hold a row for every step. */
static double bytes_of_rows(arena *a, const scan_step *s) {
    int64_t first = attr_int(s->node, SCAN_STATES), end = first + attr_int(s->node, SCAN_SLICES);
    buffer_list seen = {0};
    double bytes = 0;
    for (int64_t k = first; k < end; k++) {
        for (int i = 0; i < s->slice[k].n; i++) {
            const buffer *b = s->slice[k].run[i].from.buf;
            if (b && b->kind == B_WORK && !has_buffer(&seen, b)) {
                vec_push(a, &seen, b);
                bytes += (double)b->bytes;
            }
        }
    }
    return bytes;
}

static void note_loop(arena *a, session *ss, const scan_step *s, int depth, double times, loop_notes *out) {
    const keeper *k = s->keep;
    loop_note n = {.line = users_line(s->node->from), .depth = depth, .trip = attr_int(s->node, SCAN_TRIP)};
    if (k) {
        n.slots = k->slots;
        n.every = k->every;
        n.bytes = (double)k->bytes;
        n.again = (double)steps_run_again(n.trip, k->slots, k->every);
        n.flops = times * n.again / (double)n.trip * node_flops(a, ss, k->loop);
    } else {
        n.bytes = bytes_of_rows(a, s);
    }
    vec_push(a, out, n);
}

/* times: how often the plan runs. */
static void visit(arena *a, session *ss, const plan *p, int depth, double times, loop_notes *out) {
    for (int i = 0; i < p->steps.len; i++) {
        const scan_step *s = p->steps.data[i]->scan;
        if (p->steps.data[i]->kind != STEP_SCAN) continue;
        bool backwards = attr_int(s->node, SCAN_FLAGS) & SCAN_REVERSE;
        if (backwards) note_loop(a, ss, s, depth, times, out);
        visit(a, ss, s->body, depth + 1, times * (double)attr_int(s->node, SCAN_TRIP), out);
    }
}

void find_loops(arena *a, session *s, const plan *gradient, loop_notes *out) {
    visit(a, s, gradient, 0, 1.0, out);
}

static const char *size_text(arena *a, double x) {
    return x < 1024      ? arena_printf(a, "%.0f bytes", x)
           : x < 1048576 ? arena_printf(a, "%.1f KiB", x / 1024)
                         : arena_printf(a, "%.1f MiB", x / 1048576);
}

static const char *kept_text(arena *a, const loop_note *n) {
    if (!n->slots && n->bytes == 0) return "no state";
    if (!n->slots) return "a row of each array for every step";
    return n->every ? arena_printf(a, "the states every %" PRId64 " steps and those of one segment (%" PRId64 ")",
                                   n->every, n->slots)
                    : arena_printf(a, "%" PRId64 " states by the binomial schedule", n->slots);
}

void table_loops(arena *a, strbuf *b, const loop_notes *l) {
    for (int i = 0; i < l->len; i++) {
        const loop_note *n = &l->data[i];
        sb_printf(b, "  loop      line %d, %" PRId64 " steps%s: keeps %s, %s; ", n->line, n->trip,
                  n->depth ? " within a loop" : "", kept_text(a, n), size_text(a, n->bytes));
        if (n->again > 0) sb_printf(b, "runs %.0f steps again (%.2f times)\n", n->again, n->again / (double)n->trip);
        else sb_puts(b, "runs no step again\n");
    }
    if (l->len)
        sb_printf(
            b,
            "            states of more than %d MiB are kept every sqrt(steps) steps unless --checkpoint, --memory "
            "or the loop say otherwise\n",
            KEEP_ALL_LIMIT >> 20);
}

void json_loops(strbuf *b, const loop_notes *l) {
    sb_puts(b, ", \"loops\": [");
    for (int i = 0; i < l->len; i++) {
        const loop_note *n = &l->data[i];
        sb_printf(b,
                  "%s{\"line\": %d, \"depth\": %d, \"steps\": %" PRId64 ", \"slots\": %" PRId64 ", \"every\": %" PRId64
                  ", \"kept_bytes\": %.0f, \"steps_again\": %.0f}",
                  i ? ", " : "", n->line, n->depth, n->trip, n->slots, n->every, n->bytes, n->again);
    }
    sb_puts(b, "]");
}
