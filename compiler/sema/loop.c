/* loop.c: `for` to scan.
 *
 * The body becomes a graph of its own. What it reads of the outside becomes a constant of the scan; a signal read at the
 * loop's index (x[n], x[n-2]) becomes a slice, one row per step, zero outside the signal; a name that is assigned and
 * stood for a value before the loop is a state; y[n] = v collects, and y[n-k] reads a delay line (loop_delay.c).
 *
 * The types of states and delay lines are not known before the body has been read: it is elaborated with a guess, and
 * again with what came out, until both agree. A delay line that is read before it is made is guessed to be a real number; when
 * that makes no sense of the body, what is added to its past tells more: u[n] = A @ u[n-1] + b*x[n] has the shape of b*x[n]. */
#include "sema/loop.h"

#include <string.h>

enum { MAX_TRIES = 6 };

/* ---- small things ------------------------------------------------------------------------------------------------------ */
type bare(type t) {
    t.rate = t.df = 0;
    return t;
}

bool has_name(const name_list *l, const char *name) {
    for (int i = 0; i < l->len; i++) {
        if (strcmp(l->data[i], name) == 0) { return true; }
    }
    return false;
}

/* Names the body assigns, those of nested loops included. */
static void assigned_names(elab *e, stmt *const *body, int n, name_list *plain, name_list *collected) {
    for (int i = 0; i < n; i++) {
        const stmt *st = body[i];
        if (st->kind == S_FOR) { assigned_names(e, st->body, st->nbody, plain, collected); }
        for (int k = 0; st->kind == S_LET && k < st->nnames; k++) {
            name_list *l = st->nindex ? collected : plain;
            if (!has_name(l, st->names[k])) { vec_push(e->a, l, st->names[k]); }
        }
    }
}

/* ---- the body -------------------------------------------------------------------------------------------------------------- */
static bool collect(elab *e, const stmt *st) {
    loop *lp = e->loop;
    int64_t mul, add;
    const char *name = st->names[0];
    if (st->nnames != 1 || !affine(e, lp, st->index[st->nindex - 1], &mul, &add) || mul != 1 || add != 0) {
        report_from(e->d, DIAG_bad_collect, origin_at(e, st->at), name, lp->index);
        report_help(e->d, "write %s[%s] = ...", name, lp->index);
        return false;
    }
    lp->making = name;
    delay_line *l = line_of(e, lp, name);
    sval v = eval_expr(e, st->value);
    lp->making = NULL;
    node *n = v.kind == V_NONE ? NULL : need_node(e, v, st->value->at);
    l->failed = !n;
    if (!n) { return false; }
    if (l->assigned) {
        report_from(e->d, DIAG_duplicate_name, origin_at(e, st->at), arena_printf(e->a, "%s[%s]", name, lp->index));
        return false;
    }
    l->assigned = true;
    l->more_index = st->nindex - 1; /* y[i, j] of a nested loop: the outer loop collects the rows */
    l->index = st->index;
    l->at = st->at;
    l->current = as_real(e, n);
    graph_name(l->current, name);
    return true;
}

static bool run_body(elab *e, const stmt *f) {
    int before = diags_errors(e->d);
    for (int i = 0; i < f->nbody && !diags_full(e->d); i++) {
        stmt *st = f->body[i];
        bool returned;
        if (st->kind == S_LET && st->nindex > 0) {
            collect(e, st);
        } else if (st->kind == S_LET || st->kind == S_FOR || st->kind == S_EXPR) {
            eval_statements(e, &st, 1, &returned);
        } else {
            report_from(e->d, DIAG_statement_not_here, origin_at(e, st->at), "this statement (inside `for`)");
        }
    }
    return diags_errors(e->d) == before;
}

/* The next type of a state, when what the body made of it is not what was guessed. */
static bool widen(elab *e, type *guess, const node *next, loc at, const char *name, bool *again) {
    if (same_type(guess, &next->type)) { return true; }
    type both;
    if (!broadcast_types(guess, &next->type, &both) || same_type(&both, guess)) {
        report_from(e->d, DIAG_state_type, origin_at(e, at), name);
        report_expected(e->d, "%s, as before the step", type_text(e->a, guess));
        report_found(e->d, "%s, after it", type_text(e->a, &next->type));
        return false;
    }
    *guess = bare(both);
    *again = true;
    return true;
}

static bool settle_types(elab *e, const stmt *f, loop *lp, bool *again) {
    bool ok = true;
    *again = lp->grown;
    for (int i = 0; i < lp->states.len && ok; i++) {
        state *st = &lp->states.data[i];
        const sval *v = scope_find(e->sc, st->name);
        st->next = v && v->kind == V_NODE ? v->node : NULL;
        if (!st->next) { return false; }
        if (st->next->type.dt == T_INT && st->type.dt == T_REAL) { st->next = as_real(e, st->next); }
        ok = widen(e, &st->type, st->next, f->at, st->name, again);
    }
    for (int i = 0; i < lp->lines.len && ok; i++) {
        delay_line *l = lp->lines.data[i];
        if (!l->assigned) {
            report_from(e->d, DIAG_never_assigned, origin_at(e, f->at), l->name, lp->index);
            return false;
        }
        if (l->taps.len || l->window_leaf || l->read_far) {
            ok = widen(e, &l->type, l->current, l->at, l->name, again);
        } else {
            l->type = bare(l->current->type);
        }
    }
    return ok;
}

/* One reading of the body with the types guessed so far. */
static bool attempt(elab *o, const stmt *f, loop *lp, elab *in, bool *again) {
    *in = *o;
    in->g = graph_new(o->a, o->s->ops, lp->index);
    in->globals = strmap_new(o->a);
    in->folded = strmap_new(o->a);
    in->sc = scope_new(o, NULL, o->sc->space);
    in->loop = lp;
    in->depth = o->depth + 1;
    lp->slices.len = lp->consts.len = lp->fars.len = 0;
    lp->grown = false;
    node *t = graph_leaf(in->g, lp->index, ROLE_NONE, type_scalar(T_INT), origin_at(o, f->at));
    lp->counter = t;
    lp->index_node = lp->from ? g_add(in->g, t, int_node(in, lp->from, t->from), t->from) : t;
    for (int i = 0; i < lp->states.len; i++) {
        state *st = &lp->states.data[i];
        st->leaf = graph_leaf(in->g, st->name, ROLE_NONE, st->type, st->outer->from);
        scope_set(in, in->sc, st->name, val_node(st->leaf));
    }
    for (int i = 0; i < lp->lines.len; i++) {
        delay_line *l = lp->lines.data[i];
        l->taps.len = 0;
        l->window_leaf = NULL;
        l->assigned = l->failed = false;
        l->current = NULL;
    }
    return run_body(in, f) && settle_types(in, f, lp, again);
}

/* The same without a word to the user. */
static bool quiet_attempt(elab *o, const stmt *f, loop *lp, elab *in, bool *again) {
    elab quiet = *o;
    quiet.d = diags_new(o->a, NULL, false);
    bool ok = attempt(&quiet, f, lp, in, again) && diags_warnings(quiet.d) == 0;
    in->d = o->d;
    return ok;
}

/* A line whose past is read at a type that was only guessed; NULL: there is none. */
static const delay_line *unsure_line(const loop *lp) {
    for (int i = 0; i < lp->lines.len; i++) {
        const delay_line *l = lp->lines.data[i];
        if (!l->sure && (l->taps.len || l->window_leaf || l->read_far)) { return l; }
    }
    return NULL;
}

static void learn_types(elab *o, const stmt *f, loop *lp) {
    elab in;
    bool again, learnt = true;
    lp->guessing = true;
    while (learnt) {
        learnt = false;
        quiet_attempt(o, f, lp, &in, &again);
        for (int i = 0; i < lp->lines.len; i++) {
            delay_line *l = lp->lines.data[i];
            if (l->sure || !l->current) { continue; }
            l->type = bare(l->current->type);
            l->sure = learnt = true;
        }
    }
    lp->guessing = false;
}

/* Reads the body until all types agree. */
static bool read_body(elab *o, const stmt *f, loop *lp, elab *in) {
    bool again = true, ok = quiet_attempt(o, f, lp, in, &again);
    if (!ok && unsure_line(lp)) { learn_types(o, f, lp); }
    if (!ok) { again = ok = true; }
    for (int i = 0; again && ok && i < MAX_TRIES; i++) { ok = attempt(o, f, lp, in, &again); }
    const delay_line *l = ok ? NULL : unsure_line(lp);
    if (l && l->type.rank == 0) {
        report_help(o->d,
                    "the past of %s was taken for a real number; `for ... from %s[-1] = zeros(...)` says its shape",
                    l->name, l->name);
    }
    return ok && !again;
}

/* ---- the end of the loop ---------------------------------------------------------------------------------------------------- */
/* After the loop: states hold their last value, collected names their whole signal. */
static void deliver(elab *o, loop *lp, const loop_values *made) {
    for (int i = 0; i < lp->states.len; i++) {
        node *n = made->final[i];
        graph_name(n, lp->states.data[i].name);
        scope_set(o, o->sc, lp->states.data[i].name, val_node(n));
    }
    for (int i = 0; i < lp->lines.len; i++) {
        delay_line *l = lp->lines.data[i];
        node *n = made->collected[i];
        if (l->more_index && o->loop) { /* the rows of y[i, j] belong to the loop around this one */
            int64_t mul, add;
            delay_line *row = line_of(o, o->loop, l->name);
            if (!affine(o, o->loop, l->index[l->more_index - 1], &mul, &add) || mul != 1 || add != 0 || row->assigned) {
                report_from(o->d, DIAG_bad_collect, origin_at(o, l->at), l->name, o->loop->index);
                continue;
            }
            row->assigned = true;
            row->more_index = l->more_index - 1;
            row->index = l->index;
            row->at = l->at;
            row->current = n;
            continue;
        }
        graph_name(n, l->name);
        scope_set(o, o->sc, l->name, val_node(n));
    }
}

static bool read_range(elab *e, const stmt *f, loop *lp) {
    int64_t to;
    if (!eval_static_int(e, f->range->args[0].value, "the start of a loop", &lp->from) ||
        !eval_static_int(e, f->range->args[1].value, "the end of a loop", &to)) {
        return false;
    }
    lp->trip = to - lp->from;
    if (lp->trip < 1 || lp->trip > 2000000000) {
        report_from(e->d, DIAG_bad_loop_range, origin_at(e, f->range->at), (long long)lp->from, (long long)to);
        return false;
    }
    return true;
}

void eval_for(elab *e, const stmt *f) {
    loop lp = {.index = f->name, .outside = e, .body = f->body, .nbody = f->nbody};
    if (!read_range(e, f, &lp)) { return; }
    lp.keep = read_loop_settings(e, f);
    assigned_names(e, f->body, f->nbody, &lp.plain, &lp.collected);
    for (int i = 0; i < lp.plain.len; i++) {
        sval v;
        if (lookup_name(e, lp.plain.data[i], &v) && v.kind == V_NODE) {
            state st = {.name = lp.plain.data[i], .outer = v.node, .type = bare(v.node->type)};
            vec_push(e->a, &lp.states, st);
        }
    }
    for (int i = 0; i < f->nfrom; i++) { /* the type of y[-1] is a better first guess than a real scalar */
        sval v = eval_expr(e, f->from[i].value);
        if (v.kind == V_NODE && has_name(&lp.collected, f->from[i].name)) {
            delay_line *l = line_of(e, &lp, f->from[i].name);
            l->type = bare(as_real(e, v.node)->type);
            l->sure = true;
        } else if (v.kind == V_NODE) {
            report_from(e->d, DIAG_never_assigned, origin_at(e, f->from[i].at), f->from[i].name, f->name);
        }
    }
    elab in;
    loop_values made;
    if (read_body(e, f, &lp, &in) && build_loop(e, &in, f, &lp, &made)) {
        deliver(e, &lp, &made);
        return;
    }
    for (int i = 0; i < lp.plain.len + lp.collected.len; i++) { /* no second error where they are used */
        scope_set(e, e->sc, i < lp.plain.len ? lp.plain.data[i] : lp.collected.data[i - lp.plain.len], NONE);
    }
}
