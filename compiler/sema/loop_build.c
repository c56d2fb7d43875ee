/* loop_build.c: the scan of a `for` whose body has been read: its arguments in their order, its body, its results. */
#include "sema/loop.h"

#include <string.h>

static node *fit_initial(elab *o, node *n, type t) {
    n = t.dt == T_INT ? n : as_real(o, n);
    n = t.dt == T_COMPLEX ? g_to_complex(o->g, n, n->from) : n;
    return g_broadcast(o->g, n, t, n->from);
}

/* The value of y[-k] before the start: given by `from`, else 0. */
static node *initial_tap(elab *o, const stmt *f, const delay_line *l, int k, bool *ok) {
    for (int i = 0; i < f->nfrom; i++) {
        int64_t at;
        if (strcmp(f->from[i].name, l->name) != 0 ||
            !eval_static_int(o, f->from[i].index, "the index of an initial value", &at) || at != -k) {
            continue;
        }
        sval v = eval_expr(o, f->from[i].value);
        node *n = v.kind == V_NONE ? NULL : need_node(o, v, f->from[i].at);
        type both;
        if (!n || !broadcast_types(&n->type, &l->type, &both) || !same_type(&both, &l->type)) {
            if (n) {
                report_from(o->d, DIAG_state_type, origin_at(o, f->from[i].at), l->name);
                report_expected(o->d, "%s", type_text(o->a, &l->type));
                report_found(o->d, "%s", type_text(o->a, &n->type));
            }
            *ok = false;
            return NULL;
        }
        return fit_initial(o, n, l->type);
    }
    return graph_fill(o->g, l->type, 0.0, origin_at(o, f->at));
}

/* A copy whose leaves were made first, in the order of g->leaves. */
static graph *graph_in_order(elab *o, const graph *g) {
    graph *out = graph_new(o->a, g->ops, g->name);
    node **leaf = NEW_ARRAY(o->a, node *, g->leaves.len + 1), **res = NEW_ARRAY(o->a, node *, g->results.len + 1);
    for (int i = 0; i < g->leaves.len; i++) {
        const node *l = g->leaves.data[i];
        leaf[i] = graph_leaf(out, l->name, l->role, l->type, l->from);
    }
    graph_inline(out, g, leaf, res);
    for (int i = 0; i < g->results.len; i++) {
        graph_result(out, g->results.data[i].kind, g->results.data[i].name, res[i]);
    }
    return out;
}

/* ---- what the scan is made of -------------------------------------------------------------------------------------------------- */
static void wire_state(elab *o, wiring *w, node *before, node *leaf, node *next) {
    vec_push(o->a, &w->initial, before);
    vec_push(o->a, &w->leaves, leaf);
    vec_push(o->a, &w->next, next);
}

/* The window one step later: without its oldest row, with the newest behind. */
static node *moved_window(elab *in, const delay_line *l) {
    node *leaf = l->window_leaf, *both[2];
    int64_t shape[MAX_RANK] = {1}, axis = 0;
    memcpy(shape + 1, l->type.shape, sizeof *shape * (size_t)l->type.rank);
    both[1] = g_reshape(in->g, l->current, l->type.rank + 1, shape, leaf->from);
    if (l->window == 1) { return both[1]; }
    both[0] = slice_axis(in, leaf, 0, 1, 1, l->window - 1, l->at);
    return graph_op(in->g, OP_concat, both, 2, &(attr){1, &axis}, 1, leaf->from);
}

/* The rows of the past before the start, oldest first: what `from` gives, else 0. */
node *initial_window(elab *o, const stmt *f, const delay_line *l, int64_t rows, bool *ok) {
    const origin *from = origin_at(o, f->at);
    type t = l->type;
    int r = ++t.rank;
    memcpy(t.shape + 1, l->type.shape, sizeof *t.shape * (size_t)l->type.rank);
    t.shape[0] = rows;
    node *all = NULL;
    for (int i = 0; i < f->nfrom && *ok; i++) {
        int64_t at;
        if (strcmp(f->from[i].name, l->name) != 0) { continue; }
        if (!eval_static_int(o, f->from[i].index, "the index of an initial value", &at)) {
            *ok = false;
        } else if (at < 0 && at >= -rows) {
            node *one = initial_tap(o, f, l, (int)-at, ok);
            if (!one) { break; }
            int64_t start[MAX_RANK] = {rows + at}, step[MAX_RANK], row[MAX_RANK];
            for (int k = 0; k < r; k++) {
                step[k] = 1;
                row[k] = k ? t.shape[k] : 1;
            }
            attr at3[3] = {{r, start}, {r, step}, {r, t.shape}};
            one = g_reshape(o->g, one, r, row, from);
            one = graph_op(o->g, OP_embed, &one, 1, at3, 3, from);
            all = all ? g_add(o->g, all, one, from) : one;
        }
    }
    return all ? all : graph_fill(o->g, t, 0.0, from);
}

static bool wire_loop(elab *o, elab *in, const stmt *f, loop *lp, wiring *w) {
    bool ok = true;
    for (int i = 0; i < lp->states.len; i++) {
        const state *st = &lp->states.data[i];
        wire_state(o, w, fit_initial(o, st->outer, st->type), st->leaf, st->next);
    }
    for (int i = 0; i < lp->lines.len; i++) {
        const delay_line *l = lp->lines.data[i];
        for (int k = 0; k < l->taps.len && ok; k++) {
            node *before = initial_tap(o, f, l, k + 1, &ok);
            wire_state(o, w, before, l->taps.data[k], k == 0 ? l->current : l->taps.data[k - 1]);
        }
        if (l->window_leaf && ok) {
            wire_state(o, w, initial_window(o, f, l, l->window, &ok), l->window_leaf, moved_window(in, l));
        }
    }
    for (int i = 0; i < lp->slices.len; i++) {
        vec_push(o->a, &w->slices, lp->slices.data[i].outer);
        vec_push(o->a, &w->slice_leaves, lp->slices.data[i].leaf);
    }
    for (int i = 0; i < lp->consts.len; i++) {
        vec_push(o->a, &w->consts, lp->consts.data[i].outer);
        vec_push(o->a, &w->const_leaves, lp->consts.data[i].leaf);
    }
    return ok;
}

static void append(arena *a, node_list *to, const node_list *from) {
    for (int i = 0; i < from->len; i++) { vec_push(a, to, from->data[i]); }
}

/* The body as a graph whose leaves are: index, states, slices, far reads, constants. */
static graph *make_body(elab *o, elab *in, const loop *lp, const wiring *w) {
    for (int i = 0; i < w->next.len; i++) { graph_result(in->g, OUT_RESULT, w->leaves.data[i]->name, w->next.data[i]); }
    for (int i = 0; i < lp->lines.len; i++) {
        graph_result(in->g, OUT_RESULT, lp->lines.data[i]->name, lp->lines.data[i]->current);
    }
    node_list leaves = {0};
    vec_push(o->a, &leaves, lp->counter);
    append(o->a, &leaves, &w->leaves);
    append(o->a, &leaves, &w->slice_leaves);
    for (int i = 0; i < lp->fars.len; i++) { vec_push(o->a, &leaves, lp->fars.data[i].leaf); }
    append(o->a, &leaves, &w->const_leaves);
    in->g->leaves.len = 0; /* they were made as they were met; a scan wants them in its own order */
    for (int i = 0; i < leaves.len; i++) { vec_push(o->a, &in->g->leaves, leaves.data[i]); }
    return graph_in_order(o, in->g);
}

node *loop_part(elab *o, graph *g, node *scan, int k) {
    attr index = attr_of_int(o->a, k);
    return graph_op(g, OP_part, &scan, 1, &index, 1, scan->from);
}

bool build_loop(elab *o, elab *in, const stmt *f, loop *lp, loop_values *out) {
    wiring w = {0};
    if (!wire_loop(o, in, f, lp, &w)) { return false; }
    int ns = w.initial.len;
    if (ns + lp->lines.len == 0) {
        report_from(o->d, DIAG_idle_loop, origin_at(o, f->at));
        return false;
    }
    graph *body = make_body(o, in, lp, &w);
    *out = (loop_values){NEW_ARRAY(o->a, node *, ns + 1), NEW_ARRAY(o->a, node *, lp->lines.len + 1)};
    warn_unstable(o, f, lp, body, ns);
    if (lp->fars.len) { return build_blocks(o, in, f, lp, &w, body, out); }
    node_list args = w.initial;
    append(o->a, &args, &w.slices);
    append(o->a, &args, &w.consts);
    attr at[SCAN_NATTRS] = {attr_of_int(o->a, lp->trip), attr_of_int(o->a, ns), attr_of_int(o->a, w.slices.len),
                            attr_of_int(o->a, w.consts.len), attr_of_int(o->a, flags_keeping(0, lp->keep))};
    node *scan = graph_scan(o->g, body, args.data, args.len, at, SCAN_NATTRS, origin_at(o, f->at));
    for (int i = 0; i < lp->states.len; i++) { out->final[i] = loop_part(o, o->g, scan, i); }
    for (int i = 0; i < lp->lines.len; i++) { out->collected[i] = loop_part(o, o->g, scan, ns + i); }
    return true;
}
