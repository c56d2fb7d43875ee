/* memory.c: how much memory the way back through each loop takes.
 *
 * Every loop of a graph that is about to be differentiated gets its way of keeping states (scan_keep in its flags): what
 * the program says of that loop; else what the run asks for (session_memory); else all states, unless they take more than
 * KEEP_ALL_LIMIT bytes: then those of every sqrt(steps)-th step. A byte budget of the run is shared among its loops: equally, but
 * a loop that can keep all its states with less leaves the rest to the others. The states of an inner loop exist once, not
 * once for each outer step.
 * Requires and maintains: a verified graph. Derivative graphs inherit the flags (scan.c); the plan acts on them (plan/keep.c). */
#include "ad/internal.h"

typedef struct budget { /* one loop under a byte budget of the run */
    const node *loop;
    int64_t all, least, bytes; /* of all states; of the fewest that serve; granted */
} budget;

typedef VEC(budget) budgets;

static int64_t step_bytes(const loop_memory *m, const node *n) {
    int64_t bytes = 0;
    for (int64_t i = 0; i < attr_int(n, SCAN_STATES); i++) {
        const type *t = &n->args[i]->type;
        bytes += type_count(t) * (t->dt == T_INT ? 4 : m->real_bytes * (t->dt == T_COMPLEX ? 2 : 1));
    }
    return bytes;
}

/* Room for the start of each array in the work memory, and for two states and their numbers. */
static int64_t least_bytes(const loop_memory *m, const node *n) {
    return 2 * step_bytes(m, n) + 64 * (attr_int(n, SCAN_STATES) + 1);
}

static void find_loops(session *s, const graph *g, budgets *out) {
    loop_memory m = session_memory(s);
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (n->op != OP_scan) { continue; }
        budget b = {n, step_bytes(&m, n) * attr_int(n, SCAN_TRIP), least_bytes(&m, n), -1};
        if (keep_of(n).kind == KEEP_UNSAID && b.all > 0) { vec_push(g->mem, out, b); }
        find_loops(s, n->body, out);
    }
}

/* Loops that need less than an equal share get what they need, until all others get the same. */
static void share_out(int64_t bytes, budgets *b) {
    int left = b->len;
    for (bool again = true; again && left;) {
        int64_t share = bytes / left;
        again = false;
        for (int i = 0; i < b->len; i++) {
            budget *x = &b->data[i];
            if (x->bytes >= 0 || x->all > share) { continue; }
            x->bytes = x->all;
            bytes -= x->all;
            left--;
            again = true;
        }
    }
    for (int i = 0; i < b->len && left; i++) {
        if (b->data[i].bytes < 0) { b->data[i].bytes = bytes / left; }
    }
}

static bool grant(session *s, const graph *g, budgets *b, bool strict) {
    int64_t bytes = session_memory(s).keep.n, least = 0;
    const node *worst = NULL;
    find_loops(s, g, b);
    share_out(bytes, b);
    for (int i = 0; i < b->len; i++) {
        const budget *x = &b->data[i];
        least += x->least < x->all ? x->least : x->all;
        if (x->bytes < x->all && x->bytes < x->least && !worst) { worst = x->loop; }
    }
    if (!worst || !strict) { return true; }
    report_from(session_diags(s), DIAG_small_memory, worst->from, "--memory", (long long)bytes,
                b->len > 1 ? arena_printf(g->mem, "%d loops", b->len) : "the loop");
    report_help(session_diags(s), "about %lld bytes would do", (long long)(b->len > 1 ? least * b->len : least));
    return false;
}

/* Loops with a budget of their own. */
static bool budgets_serve(session *s, const graph *g) {
    loop_memory m = session_memory(s);
    bool ok = true;
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (n->op != OP_scan) { continue; }
        scan_keep k = keep_of(n);
        int64_t all = step_bytes(&m, n) * attr_int(n, SCAN_TRIP), least = least_bytes(&m, n);
        /* a derivative that is differentiated again has loops that run backwards */
        bool forward = !(attr_int(n, SCAN_FLAGS) & SCAN_REVERSE);
        if (forward && k.kind == KEEP_BYTES && k.n < all && k.n < least) {
            report_from(session_diags(s), DIAG_small_memory, n->from, "memory", (long long)k.n, "the loop");
            report_help(session_diags(s), "about %lld bytes would do", (long long)(all < least ? all : least));
            ok = false;
        }
        ok &= budgets_serve(s, n->body);
    }
    return ok;
}

static scan_keep chosen(session *s, const node *n, const budgets *b) {
    loop_memory m = session_memory(s);
    scan_keep k = keep_of(n);
    if (k.kind != KEEP_UNSAID) { return k; }
    for (int i = 0; i < b->len; i++) {
        if (b->data[i].loop == n) { return (scan_keep){KEEP_BYTES, b->data[i].bytes}; }
    }
    if (m.keep.kind != KEEP_UNSAID && m.keep.kind != KEEP_BYTES) { return m.keep; }
    bool large = step_bytes(&m, n) > KEEP_ALL_LIMIT / attr_int(n, SCAN_TRIP);
    return (scan_keep){large ? KEEP_SQRT : KEEP_UNSAID, 0}; /* all */
}

typedef struct keeping {
    session *s;
    const budgets *b;
} keeping;

static node *with_keep(void *context, graph *g, const node *n, node *const *args) {
    const keeping *k = context;
    if (n->op != OP_scan) { return NULL; }
    int64_t v[SCAN_NATTRS];
    attr at[SCAN_NATTRS];
    for (int i = 0; i < SCAN_NATTRS; i++) {
        v[i] = i == SCAN_FLAGS ? flags_keeping(attr_int(n, i), chosen(k->s, n, k->b)) : attr_int(n, i);
        at[i] = (attr){1, &v[i]};
    }
    graph *body = graph_rebuild(g->mem, n->body, with_keep, context);
    return graph_scan(g, body, args, n->nargs, at, SCAN_NATTRS, n->from);
}

graph *choose_memory(session *s, const graph *f, bool strict) {
    budgets b = {0};
    f = graph_prune(f->mem, f);
    if (strict && !budgets_serve(s, f)) { return NULL; }
    if (session_memory(s).keep.kind == KEEP_BYTES && !grant(s, f, &b, strict)) { return NULL; }
    keeping k = {s, &b};
    return graph_rebuild(f->mem, f, with_keep, &k);
}
