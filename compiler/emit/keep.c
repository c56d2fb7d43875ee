/* keep.c: loops whose states are kept at some steps only, in slots: the forward loop in segments, and the backward one, which
 * runs it again between them. What is kept, and why the slots suffice, stands in plan/keep.c. */
#include "emit/scan.h"

/* Array states both ways; scalars into the slot. */
static void move_state(emitter *e, const scan_step *s, int k, const char *slot, bool into_slot) {
    const type *t = &s->node->args[k]->type;
    const char *kept = s->keep->slot[k]->var, *x = state_name(s, k);
    const char *at = row_offset(e, row_length(t), slot);
    if (s->kind[k] != STATE_NONE) {
        const char *row = arena_printf(e->mem, "%s + %s", kept, at);
        copy_array(e, into_slot ? row : x, into_slot ? x : row, t);
    } else if (t->dt == T_COMPLEX) {
        line(e, "%s[%s] = %s_re;", kept, at, x);
        line(e, "%s[%s + 1] = %s_im;", kept, at, x);
    } else {
        line(e, "%s[%s] = %s;", kept, at, x);
    }
}

static void fill_slot(emitter *e, const scan_step *s, const char *slot) {
    for (int k = 0; k < scan_states(s->node); k++)
        if (s->keep->state[k]) move_state(e, s, k, slot, true);
}

/* Steps to the next slot that is filled. */
static const char *segment_text(emitter *e, const keeper *k, const char *steps, const char *slot) {
    if (k->every) return arena_printf(e->mem, "%lld", (long long)k->every);
    return arena_printf(e->mem, "dspc_revolve(%s, %lld - %s)", steps, (long long)k->slots - 1, slot);
}

/* The forward loop: before each segment its states go into the next slot. */
void loop_in_segments(emitter *e, const scan_step *s) {
    const keeper *k = s->keep;
    const char *from = name_new(&e->names, "from"), *to = name_new(&e->names, "to"),
               *last = name_new(&e->names, "last");
    line(e, "/* %lld slots for the states before %lld steps */", (long long)k->slots, scan_trip(s->node));
    open_block(e, "for (int %s = 0, %s = 0, %s; %s < %lld; %s = %s, %s++)", last, from, to, from, scan_trip(s->node),
               from, to, last);
    line(e, "%s[%s] = %s;", k->at->var, last, from);
    line(e, "%s[%lld] = %s;", k->at->var, (long long)k->slots, last);
    fill_slot(e, s, last);
    const char *left = arena_printf(e->mem, "%lld - %s", scan_trip(s->node), from);
    line(e, "%s = %s <= %lld - %s ? %lld : %s + %s;", to, left, (long long)k->slots, last, scan_trip(s->node), from,
         segment_text(e, k, left, last));
    const char *t = index_name(e, s);
    open_block(e, "for (int %s = %s; %s < %s; %s++)", t, from, t, to, t);
    one_step(e, s, t, NULL);
    close_block(e);
    close_block(e);
}

/* The states of the loop that is run again, as a slot has them. */
static void states_from_slot(emitter *e, const scan_step *s, const char *slot) {
    const node *n = s->node;
    for (int k = 0; k < scan_states(n); k++) {
        if (!s->keep->state[k]) continue;
        buffer *leaf = leaf_buffer(s, k + 1);
        if (s->kind[k] != STATE_NONE) {
            declare_state(e, s, k);
            move_state(e, s, k, slot, false);
            continue;
        }
        const type *t = &n->args[k]->type;
        const char *name = name_pair(&e->names, leaf_hint(s, k + 1)), *kept = s->keep->slot[k]->var;
        const char *c = s->body->result[k] ? "" : "const ", *ct = dtype_text(e, t->dt);
        const char *at = row_offset(e, row_length(t), slot);
        if (t->dt == T_COMPLEX)
            line(e, "%s%s %s_re = %s[%s], %s_im = %s[%s + 1];", c, ct, name, kept, at, name, kept, at);
        else line(e, "%s%s %s = %s[%s];", c, ct, name, kept, at);
        if (leaf) leaf->var = name;
        else n->body->leaves.data[k + 1]->mark = (void *)name;
    }
}

/* Runs the forward loop again from the newest slot: to the last step when the free slots can hold all states behind it
 * (`whole`), else to where a segment begins that is shorter. */
static void run_again(emitter *e, const scan_step *s, const char *last, const char *from, const char *stop,
                      const char *whole) {
    states_from_slot(e, s, last);
    int scope = name_scope(&e->names);
    const char *t = index_name(e, s), *slot = name_new(&e->names, "slot");
    line(e, "/* once more, from the states in slot %s on */", last);
    open_block(e, "for (int %s = %s; %s < %s; %s++)", t, from, t, stop, t);
    e->hushed = true; /* the loop above quotes the same lines */
    one_step(e, s, t, NULL);
    e->hushed = false;
    line(e, "const int %s = %s + 1 + (%s ? %s - %s : 0);", slot, last, whole, t, from);
    fill_slot(e, s, slot);
    close_block(e);
    name_leave(&e->names, scope);
}

void loop_over_slots(emitter *e, const scan_step *s) {
    const keeper *k = s->keep;
    const char *from = name_new(&e->names, "from"), *to = name_new(&e->names, "to"),
               *last = name_new(&e->names, "last");
    const char *whole = name_new(&e->names, "whole"), *stop = name_new(&e->names, "stop");
    open_block(e, "for (int %s = %s[%lld], %s = %lld; %s >= 0;)", last, k->at->var, (long long)k->slots, to,
               scan_trip(s->node), last);
    line(e, "const int %s = %s[%s], %s = %s - %s <= %lld - %s;", from, k->at->var, last, whole, to, from,
         (long long)k->slots, last);
    const char *left = arena_printf(e->mem, "%s - %s", to, from);
    line(e, "const int %s = %s ? %s - 1 : %s + %s;", stop, whole, to, from, segment_text(e, k, left, last));
    run_again(e, s->again, last, from, stop, whole);
    open_block(e, "if (!%s)", whole);
    line(e, "%s[++%s] = %s;", k->at->var, last, stop);
    line(e, "continue;");
    close_block(e);
    const char *t = index_name(e, s), *slot = name_new(&e->names, "slot");
    open_block(e, "for (int %s = %s - 1; %s >= %s; %s--)", t, to, t, from, t);
    line(e, "const int %s = %s + %s - %s;", slot, last, t, from);
    one_step(e, s, t, slot);
    close_block(e);
    line(e, "%s = %s;", to, from);
    line(e, "%s--;", last);
    close_block(e);
}
