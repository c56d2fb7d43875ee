/* keep.c: loops whose states are kept at some steps only.
 *
 * A loop that runs backwards reads, row by row, the states that a forward loop had before each step: its stacks. By the
 * choice that the forward loop carries (scan_keep) the plan keeps, instead of those stacks, slots for a few states. The
 * forward loop runs in segments and puts its states into a slot before each; the backward loop takes the newest slot,
 * and when the free slots can hold the states of all steps behind it, runs the forward loop again to fill them and goes
 * back over these steps; else it runs the forward loop to the start of a shorter segment and puts that into a slot.
 *
 * The segments are of one length (every k-th step), or those of the binomial schedule (A. Griewank, A. Walther, "Revolve",
 * ACM TOMS 26, 2000): with s slots every step of C(s - 1 + r, r) is run again at most r times. One of the s slots here is
 * that paper's state at hand. The C side of both is emit/keep.c, its arithmetic dspc_revolve() of dspc_scalar.h.
 *
 * Requires: liveness. Sets info.keep of both loops, info.kept of the stacks that are not made. */
#include "plan/plan.h"

static bool is_stack_of_state(const node *part, int *state) {
    const node *f = part->args[0];
    int64_t k = attr_int(part, 0), nstates = attr_int(f, SCAN_STATES);
    if (k < nstates) return false;
    for (int i = 0; i < nstates; i++)
        if (f->body->results.data[k].value == f->body->leaves.data[1 + i]) {
            *state = i;
            return true;
        }
    return false;
}

static bool backwards(const node *n) {
    return attr_int(n, SCAN_FLAGS) & SCAN_REVERSE;
}

static bool is_result(const plan *p, const node *n) {
    for (int k = 0; k < p->graph->results.len; k++)
        if (p->needed[k] && p->graph->results.data[k].value == n) return true;
    return false;
}

/* The backward loop that reads the stack, when nothing else does. */
static const node *only_reader(const plan *p, const node *stack) {
    const node *reader = NULL, *f = stack->args[0];
    if (is_result(p, stack)) return NULL;
    for (int i = stack->id + 1; i < p->graph->nodes.len; i++) {
        const node *n = p->graph->nodes.data[i];
        for (int k = 0; p->info[i].live && k < n->nargs; k++) {
            if (n->args[k] != stack) continue;
            int64_t at = n->op == OP_scan ? k - attr_int(n, SCAN_STATES) : -1;
            bool slice = at >= 0 && at < attr_int(n, SCAN_SLICES);
            if (!slice || (reader && n != reader) || !backwards(n)) return NULL;
            if (attr_int(n, SCAN_TRIP) != attr_int(f, SCAN_TRIP)) return NULL;
            reader = n;
        }
    }
    return reader;
}

/* The states that the kept ones are computed from are run again with them. */
static void add_sources(plan *p, keeper *k) {
    const graph *b = k->loop->body;
    int n = (int)attr_int(k->loop, SCAN_STATES);
    for (bool again = true; again;) {
        bool *use = NEW_ARRAY(p->mem, bool, b->nodes.len + 1);
        again = false;
        for (int i = 0; i < n; i++)
            if (k->state[i]) use[b->results.data[i].value->id] = true;
        for (int i = b->nodes.len - 1; i >= 0; i--)
            for (int j = 0; use[i] && j < b->nodes.data[i]->nargs; j++) use[b->nodes.data[i]->args[j]->id] = true;
        for (int i = 0; i < n; i++) {
            if (k->state[i] || !use[b->leaves.data[1 + i]->id]) continue;
            k->state[i] = again = true;
        }
    }
}

enum { PLACE = 64 }; /* arrays in the work memory begin at multiples of so many bytes */

static size_t bytes_of_slots(const plan *p, const keeper *k, int64_t slots) {
    size_t bytes = ((size_t)(slots + 1) * sizeof(int32_t) + PLACE - 1) / PLACE * PLACE;
    for (int i = 0; i < attr_int(k->loop, SCAN_STATES); i++) {
        const type *t = &k->loop->args[i]->type;
        if (!k->state[i]) continue;
        size_t each = t->dt == T_INT ? sizeof(int32_t) : p->real_bytes * (t->dt == T_COMPLEX ? 2 : 1);
        bytes += ((size_t)(slots * type_count(t)) * each + PLACE - 1) / PLACE * PLACE;
    }
    return bytes;
}

/* How many slots; as many as steps: the stacks. */
static int64_t choose_slots(const plan *p, keeper *k) {
    scan_keep how = keep_of(k->loop);
    int64_t trip = attr_int(k->loop, SCAN_TRIP);
    if (how.kind == KEEP_EVERY || how.kind == KEEP_SQRT) {
        k->every = how.kind == KEEP_EVERY ? how.n : ceil_sqrt(trip);
        return slots_for_every(trip, k->every);
    }
    if (how.kind == KEEP_BINOMIAL) return how.n;
    int64_t low = 2,
            high = trip; /* the most slots that fit: between two, without which nothing can be run again, and all */
    while (how.kind == KEEP_BYTES && low < high) {
        int64_t middle = (low + high + 1) / 2;
        if (bytes_of_slots(p, k, middle) <= (size_t)how.n) low = middle;
        else high = middle - 1;
    }
    return how.kind == KEEP_BYTES ? low : trip;
}

static void try_keep(plan *p, const node *f) {
    keeper k = {.loop = f, .state = NEW_ARRAY(p->mem, bool, f->nargs + 1)};
    VEC(const node *) stacks = {0};
    for (int i = f->id + 1; i < p->graph->nodes.len; i++) {
        const node *n = p->graph->nodes.data[i];
        int state;
        if (!p->info[i].live || n->op != OP_part || n->args[0] != f || !is_stack_of_state(n, &state)) continue;
        const node *reader = only_reader(p, n);
        if (!reader || (k.reverse && reader != k.reverse) || p->info[reader->id].keep) continue;
        k.reverse = reader;
        k.state[state] = true;
        vec_push(p->mem, &stacks, n);
    }
    if (!k.reverse) return;
    add_sources(p, &k);
    k.slots = choose_slots(p, &k);
    if (k.slots < 2 || k.slots >= attr_int(f, SCAN_TRIP)) return;
    for (int i = 0; i < stacks.len; i++) p->info[stacks.data[i]->id].kept = true;
    k.bytes = bytes_of_slots(p, &k, k.slots);
    keeper *kept = NEW(p->mem, keeper);
    *kept = k;
    p->info[f->id].keep = p->info[k.reverse->id].keep = kept;
}

void choose_kept(plan *p) {
    for (int i = 0; i < p->graph->nodes.len; i++) {
        const node *n = p->graph->nodes.data[i];
        if (n->op != OP_scan || !p->info[i].live || backwards(n) || attr_int(n, SCAN_TRIP) < 3) continue;
        if (keep_of(n).kind > KEEP_ALL) try_keep(p, n);
    }
}

static buffer *slot_buffer(plan *p, const keeper *k, int state, const type *t) {
    buffer *b = buffer_new(p, B_WORK, k->loop, t);
    b->scratch = b->read = true;
    b->label = arena_printf(p->mem, "%s_kept", k->loop->body->leaves.data[1 + state]->name);
    return b;
}

/* The slots themselves, where the forward loop is planned; they live until the backward loop has ended. */
void make_slots(plan *p, keeper *k) {
    int n = (int)attr_int(k->loop, SCAN_STATES);
    k->slot = NEW_ARRAY(p->mem, buffer *, n + 1);
    for (int i = 0; i < n; i++) {
        if (!k->state[i]) continue;
        type t = k->loop->args[i]->type;
        if (t.rank == MAX_RANK) { /* its rows are found by their length alone */
            t.rank = 1;
            t.shape[0] = type_count(&k->loop->args[i]->type);
        }
        for (int d = t.rank; d > 0; d--) t.shape[d] = t.shape[d - 1];
        t.rank++;
        t.shape[0] = k->slots;
        k->slot[i] = slot_buffer(p, k, i, &t);
    }
    type steps = {.dt = T_INT, .rank = 1, .shape = {k->slots + 1}};
    k->at = slot_buffer(p, k, -1, &steps);
}

void touch_slots(plan *p, step *s, const keeper *k) {
    for (int i = 0; i < attr_int(k->loop, SCAN_STATES); i++)
        if (k->slot[i]) touch(p, s, k->slot[i]);
    touch(p, s, k->at);
}
