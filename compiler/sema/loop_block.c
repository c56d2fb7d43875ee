/* loop_block.c: a `for` that reads its own past at long delays, as a loop over blocks.
 *
 * With B no longer than any of these delays, what the steps b*B .. b*B + B - 1 read of y's past was made by the blocks
 * before: it is taken at once from a window of the last M values, and enters the loop over the B steps as an ordinary slice.
 * After the block the window moves on by B. The work in a step does not depend on the length of the delays, nor does the
 * C text; derivatives are those of the two loops. Steps that fill no whole block run once more at the end. */
#include "sema/loop.h"

#include <string.h>

typedef struct line_window { /* of one delay line: its last rows, oldest first */
    const delay_line *line;
    int64_t rows;
    node *now; /* in the graph at work */
} line_window;

typedef struct blocks {
    elab *o;
    loop *lp;
    const wiring *w;
    const origin *from;
    graph
        *step; /* the body of the loop over the steps of a block; its last constant is the step the block begins with */
    int64_t size, count, rest;
    node *
        *delay; /* by far read: its delay in the graph around the loop: one for all steps, or a row for each; or NULL */
    bool *varies;
    line_window *windows; /* by line; rows = 0: not read far */
} blocks;

/* ---- small things ---------------------------------------------------------------------------------------------------------------- */
static node *rows_of(blocks *k, graph *g, node *x, int64_t start, int64_t count) {
    int64_t st[MAX_RANK] = {start}, sp[MAX_RANK], ct[MAX_RANK];
    if (start == 0 && count == x->type.shape[0]) { return x; }
    for (int i = 0; i < x->type.rank; i++) {
        sp[i] = 1;
        ct[i] = i ? x->type.shape[i] : count;
    }
    attr at3[3] = {{x->type.rank, st}, {x->type.rank, sp}, {x->type.rank, ct}};
    return graph_op(g, OP_slice, &x, 1, at3, 3, k->from);
}

/* [count * size, ...] as [count, size, ...], or back. */
static node *in_blocks(blocks *k, graph *g, node *x) {
    int64_t shape[MAX_RANK + 1] = {k->count, k->size};
    for (int i = 1; i < x->type.rank; i++) { shape[i + 1] = x->type.shape[i]; }
    return g_reshape(g, x, x->type.rank + 1, shape, k->from);
}

static node *out_of_blocks(blocks *k, graph *g, node *x) {
    int64_t shape[MAX_RANK] = {k->count * k->size};
    for (int i = 2; i < x->type.rank; i++) { shape[i - 1] = x->type.shape[i]; }
    return g_reshape(g, x, x->type.rank - 1, shape, k->from);
}

static node *joined(blocks *k, graph *g, node *a, node *b) {
    int64_t axis = 0;
    return graph_op(g, OP_concat, (node *const[]){a, b}, 2, &(attr){1, &axis}, 1, k->from);
}

static node *turned(blocks *k, graph *g, node *x, int by) { /* axes moved round: by = 1 brings time last, -1 first */
    int r = x->type.rank;
    int64_t perm[MAX_RANK];
    if (r < 2) { return x; }
    for (int i = 0; i < r; i++) { perm[i] = (i + by + r) % r; }
    return graph_op(g, OP_permute, &x, 1, &(attr){r, perm}, 1, k->from);
}

static void leaf_for(blocks *k, graph *g, node_list *to, const node *like, bool rows) {
    type t = like->type;
    if (rows) { /* an array with one row for each block: its row */
        t.rank--;
        memmove(t.shape, t.shape + 1, sizeof *t.shape * (size_t)t.rank);
    }
    const char *name = like->name ? like->name : "v";
    while (graph_index_of_leaf(g, name) >= 0) { name = arena_printf(k->o->a, "%s_", name); }
    vec_push(k->o->a, to, graph_leaf(g, name, ROLE_NONE, bare(t), like->from));
}

static void push_all(blocks *k, node_list *to, const node_list *from) {
    for (int i = 0; i < from->len; i++) { vec_push(k->o->a, to, from->data[i]); }
}

static node *scan_of(blocks *k, graph *g, graph *body, int64_t trip, const node_list *states, const node_list *slices,
                     const node_list *consts, int64_t flags) {
    node_list args = {0};
    push_all(k, &args, states);
    push_all(k, &args, slices);
    push_all(k, &args, consts);
    int64_t v[SCAN_NATTRS] = {trip, states->len, slices->len, consts->len, flags};
    attr at[SCAN_NATTRS];
    for (int i = 0; i < SCAN_NATTRS; i++) { at[i] = attr_of_int(k->o->a, v[i]); }
    return graph_scan(g, body, args.data, args.len, at, SCAN_NATTRS, k->from);
}

/* ---- the parts -------------------------------------------------------------------------------------------------------------------- */
/* The body, counting its steps from where the block begins. */
static graph *step_body(blocks *k, const graph *body) {
    graph *g = graph_new(k->o->a, body->ops, body->name);
    int n = body->leaves.len;
    node **map = NEW_ARRAY(k->o->a, node *, n + 1), **res = NEW_ARRAY(k->o->a, node *, body->results.len + 1);
    for (int i = 0; i < n; i++) {
        const node *l = body->leaves.data[i];
        map[i] = graph_leaf(g, l->name, l->role, l->type, l->from);
    }
    const char *name = arena_printf(k->o->a, "%s_first", k->lp->index);
    while (graph_index_of_leaf(g, name) >= 0) { name = arena_printf(k->o->a, "%s_", name); }
    map[0] = g_add(g, graph_leaf(g, name, ROLE_NONE, type_scalar(T_INT), k->from), map[0], k->from);
    graph_inline(g, body, map, res);
    for (int i = 0; i < body->results.len; i++) {
        graph_result(g, body->results.data[i].kind, body->results.data[i].name, res[i]);
    }
    return g;
}

static bool reaches(const node *n, const node *leaf, bool *seen) {
    if (n == leaf) { return true; }
    if (seen[n->id]) { return false; }
    seen[n->id] = true;
    for (int i = 0; i < n->nargs; i++) {
        if (reaches(n->args[i], leaf, seen)) { return true; }
    }
    return false;
}

static bool reaches_any(const graph *g, const node *n, const node *counter, const node_list *leaves) {
    bool on = reaches(n, counter, NEW_ARRAY(g->mem, bool, g->nodes.len + 1));
    for (int i = 0; i < leaves->len && !on; i++) {
        on = reaches(n, leaves->data[i], NEW_ARRAY(g->mem, bool, g->nodes.len + 1));
    }
    return on;
}

/* The delay of a far read, taken out of the body: it depends on nothing that the loop makes. When it changes from step to
 * step, a loop of its own makes all of it. */
static node *delay_outside(blocks *k, const graph *in, node *d, bool *varies) {
    const wiring *w = k->w;
    arena *a = k->o->a;
    graph view = {.mem = a, .ops = in->ops, .name = "delay", .nodes = in->nodes};
    node *value = NULL;
    graph_result(&view, OUT_RESULT, "delay", d);
    *varies = reaches_any(in, d, k->lp->counter, &w->slice_leaves);
    if (*varies) { vec_push(a, &view.leaves, k->lp->counter); }
    for (int i = 0; *varies && i < w->slice_leaves.len; i++) { vec_push(a, &view.leaves, w->slice_leaves.data[i]); }
    for (int i = 0; i < w->const_leaves.len; i++) { vec_push(a, &view.leaves, w->const_leaves.data[i]); }
    if (!*varies) {
        graph_inline(k->o->g, &view, w->consts.data, &value);
        return value;
    }
    graph *body = graph_new(a, in->ops, "delay");
    node **map = NEW_ARRAY(a, node *, view.leaves.len + 1);
    for (int i = 0; i < view.leaves.len; i++) {
        const node *l = view.leaves.data[i];
        map[i] = graph_leaf(body, l->name, l->role, l->type, l->from);
    }
    graph_inline(body, &view, map, &value);
    graph_result(body, OUT_RESULT, "delay", value);
    node_list none = {0};
    return loop_part(k->o, k->o->g, scan_of(k, k->o->g, body, k->lp->trip, &none, &w->slices, &w->consts, 0), 0);
}

/* What `steps` steps from the end of the window on read of the past: [steps, ...]. delay: [steps, ...] when it varies. */
static node *far_rows(blocks *k, graph *g, int i, node *delay, int64_t steps) {
    const far_read *far = &k->lp->fars.data[i];
    const line_window *win = NULL;
    for (int l = 0; l < k->lp->lines.len; l++) {
        if (k->windows[l].line == far->line) { win = &k->windows[l]; }
    }
    if (!far->delay) { return rows_of(k, g, win->now, win->rows - far->lo, steps); }
    double *now = NEW_ARRAY(k->o->a, double, steps);
    for (int64_t s = 0; s < steps; s++) { now[s] = (double)(win->rows + s); }
    node *last = graph_constant(g, type_make(T_INT, 1, &steps), now, false, k->from);
    if (k->varies[i]) {
        delay = turned(k, g, delay, 1);
    } else {
        int64_t shape[MAX_RANK];
        int r = delay->type.rank;
        memcpy(shape, delay->type.shape, sizeof *shape * (size_t)r);
        shape[r] = 1;
        delay = g_reshape(g, delay, r + 1, shape, k->from);
    }
    return turned(k, g, between_rows(g, turned(k, g, win->now, 1), last, delay, k->from), -1);
}

/* One block: the loop over its steps, in graph g. Gives states and collected values, and moves the windows on. */
static node *run_block(blocks *k, graph *g, const node_list *states, const node_list *slices, node *const *delays,
                       const node_list *consts, node *first, int64_t steps) {
    node_list rows = {0}, whole = {0};
    push_all(k, &rows, slices);
    for (int i = 0; i < k->lp->fars.len; i++) { vec_push(k->o->a, &rows, far_rows(k, g, i, delays[i], steps)); }
    push_all(k, &whole, consts);
    vec_push(k->o->a, &whole, first);
    return scan_of(k, g, k->step, steps, states, &rows, &whole, 0);
}

static node *moved_on(blocks *k, graph *g, const line_window *win, node *made) {
    int64_t steps = made->type.shape[0];
    if (steps == win->rows) { return made; }
    return joined(k, g, rows_of(k, g, win->now, steps, win->rows - steps), made);
}

static node *int_constant(graph *g, int64_t x, const origin *from) {
    double v = (double)x;
    return graph_constant(g, type_scalar(T_INT), &v, true, from);
}

/* The body of the loop over blocks. Its leaves: number of the block, states, windows, slices, delays that vary, constants,
 * delays that do not. Its results: states, windows, what is collected. */
static graph *block_body(blocks *k, const node_list *slices, const node_list *delays, const node_list *consts,
                         int nstates, const node_list *before) {
    graph *g = graph_new(k->o->a, k->step->ops, arena_printf(k->o->a, "%s_block", k->lp->index));
    node *b = graph_leaf(g, arena_printf(k->o->a, "%s_block", k->lp->index), ROLE_NONE, type_scalar(T_INT), k->from);
    node_list st = {0}, sl = {0}, co = {0};
    for (int i = 0; i < before->len; i++) {
        bool own = i < nstates;
        leaf_for(k, g, &st, own ? k->w->leaves.data[i] : before->data[i], false);
    }
    for (int i = nstates, l = 0; i < before->len; i++, l++) {
        while (!k->windows[l].rows) { l++; }
        k->windows[l].now = st.data[i];
    }
    for (int i = 0; i < slices->len; i++) { leaf_for(k, g, &sl, slices->data[i], true); }
    node **delay = NEW_ARRAY(k->o->a, node *, k->lp->fars.len + 1);
    int own_slices = k->w->slices.len, own_consts = k->w->consts.len, at = own_slices;
    for (int i = 0; i < k->lp->fars.len; i++) { delay[i] = k->varies[i] ? sl.data[at++] : NULL; }
    for (int i = 0; i < consts->len; i++) { leaf_for(k, g, &co, consts->data[i], false); }
    at = own_consts;
    for (int i = 0; i < k->lp->fars.len; i++) {
        if (delays->data[i] && !k->varies[i]) { delay[i] = co.data[at++]; }
    }
    st.len = nstates;
    sl.len = own_slices;
    co.len = own_consts;
    node *first = g_mul(g, b, int_constant(g, k->size, k->from), k->from);
    node *scan = run_block(k, g, &st, &sl, delay, &co, first, k->size);
    for (int i = 0; i < nstates; i++) { graph_result(g, OUT_RESULT, st.data[i]->name, loop_part(k->o, g, scan, i)); }
    for (int l = 0; l < k->lp->lines.len; l++) {
        if (!k->windows[l].rows) { continue; }
        node *made = loop_part(k->o, g, scan, nstates + l);
        graph_result(g, OUT_RESULT, k->windows[l].line->name, moved_on(k, g, &k->windows[l], made));
    }
    for (int l = 0; l < k->lp->lines.len; l++) {
        graph_result(g, OUT_RESULT, k->lp->lines.data[l]->name, loop_part(k->o, g, scan, nstates + l));
    }
    return g;
}

/* ---- the whole -------------------------------------------------------------------------------------------------------------------- */
static void choose_size(blocks *k) {
    k->size = k->lp->trip;
    for (int i = 0; i < k->lp->fars.len; i++) {
        if (k->lp->fars.data[i].lo < k->size) { k->size = k->lp->fars.data[i].lo; }
    }
    k->count = k->lp->trip / k->size;
    k->rest = k->lp->trip % k->size;
}

/* Blocks put one more axis in front of everything that has a row for each step. */
static bool few_axes(blocks *k) {
    bool ok = true;
    for (int i = 0; i < k->w->slices.len; i++) { ok &= k->w->slices.data[i]->type.rank < MAX_RANK; }
    for (int i = 0; i < k->lp->lines.len; i++) { ok &= k->lp->lines.data[i]->type.rank + 2 <= MAX_RANK; }
    if (!ok) {
        report_from(k->o->d, DIAG_shape_mismatch, k->from, "for",
                    arena_printf(k->o->a, "with long delays, signals of at most %d axes", MAX_RANK - 1));
    }
    return ok;
}

static bool make_windows(blocks *k, const stmt *f) {
    bool ok = true;
    k->windows = NEW_ARRAY(k->o->a, line_window, k->lp->lines.len + 1);
    for (int l = 0; l < k->lp->lines.len; l++) {
        line_window *win = &k->windows[l];
        win->line = k->lp->lines.data[l];
        for (int i = 0; i < k->lp->fars.len; i++) {
            const far_read *far = &k->lp->fars.data[i];
            if (far->line == win->line && far->hi > win->rows) { win->rows = far->hi; }
        }
        if (win->rows) {
            if (win->rows < k->size) { win->rows = k->size; }
            win->now = initial_window(k->o, f, win->line, win->rows, &ok);
            graph_name(win->now, arena_printf(k->o->a, "%s_past", win->line->name));
        }
    }
    return ok;
}

/* The steps behind the last whole block. */
static void run_rest(blocks *k, const node_list *delays, loop_values *out, node_list *states) {
    graph *g = k->o->g;
    int64_t done = k->count * k->size;
    node_list slices = {0};
    node **delay = NEW_ARRAY(k->o->a, node *, k->lp->fars.len + 1);
    for (int i = 0; i < k->w->slices.len; i++) {
        vec_push(k->o->a, &slices, rows_of(k, g, k->w->slices.data[i], done, k->rest));
    }
    for (int i = 0; i < k->lp->fars.len; i++) {
        delay[i] = k->varies[i] ? rows_of(k, g, delays->data[i], done, k->rest) : delays->data[i];
    }
    node *scan = run_block(k, g, states, &slices, delay, &k->w->consts, int_constant(g, done, k->from), k->rest);
    for (int i = 0; i < k->lp->states.len; i++) { out->final[i] = loop_part(k->o, g, scan, i); }
    for (int l = 0; l < k->lp->lines.len; l++) {
        out->collected[l] = joined(k, g, out->collected[l], loop_part(k->o, g, scan, states->len + l));
    }
}

bool build_blocks(elab *o, elab *in, const stmt *f, loop *lp, const wiring *w, graph *body, loop_values *out) {
    blocks k = {.o = o, .lp = lp, .w = w, .from = origin_at(o, f->at)};
    node_list delays = {0}, states = {0}, slices = {0}, consts = {0};
    choose_size(&k);
    k.step = step_body(&k, body);
    k.varies = NEW_ARRAY(o->a, bool, lp->fars.len + 1);
    if (!few_axes(&k) || !make_windows(&k, f)) { return false; }
    for (int i = 0; i < lp->fars.len; i++) {
        node *d = lp->fars.data[i].delay;
        vec_push(o->a, &delays, d ? delay_outside(&k, in->g, d, &k.varies[i]) : NULL);
    }
    push_all(&k, &states, &w->initial);
    for (int l = 0; l < lp->lines.len; l++) {
        if (k.windows[l].rows) { vec_push(o->a, &states, k.windows[l].now); }
    }
    for (int i = 0; i < w->slices.len; i++) {
        vec_push(o->a, &slices, in_blocks(&k, o->g, rows_of(&k, o->g, w->slices.data[i], 0, k.count * k.size)));
    }
    push_all(&k, &consts, &w->consts);
    for (int i = 0; i < lp->fars.len; i++) {
        node *d = delays.data[i];
        if (k.varies[i]) { vec_push(o->a, &slices, in_blocks(&k, o->g, rows_of(&k, o->g, d, 0, k.count * k.size))); }
        if (d && !k.varies[i]) { vec_push(o->a, &consts, d); }
    }
    graph *outer = block_body(&k, &slices, &delays, &consts, w->initial.len, &states);
    node *scan = scan_of(&k, o->g, outer, k.count, &states, &slices, &consts, flags_keeping(0, lp->keep));
    node_list final = {0};
    for (int i = 0; i < w->initial.len; i++) { vec_push(o->a, &final, loop_part(o, o->g, scan, i)); }
    int at = w->initial.len;
    for (int l = 0; l < lp->lines.len; l++) {
        if (k.windows[l].rows) { k.windows[l].now = loop_part(o, o->g, scan, at++); }
    }
    for (int i = 0; i < lp->states.len; i++) { out->final[i] = final.data[i]; }
    for (int l = 0; l < lp->lines.len; l++) {
        out->collected[l] = out_of_blocks(&k, o->g, loop_part(o, o->g, scan, at + l));
    }
    if (k.rest) { run_rest(&k, &delays, out, &final); }
    return true;
}
