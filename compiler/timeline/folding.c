/* folding.c: see timeline.h: the places where samples are left out, so that what lies above half the new rate folds over. */
#include "timeline/timeline.h"

#include <math.h>

/* Of the samples that one slice leaves out another takes care: even and odd ones, the phases of a polyphase filter. */
static bool has_other_phase(const graph *g, const node *n, int axis) {
    for (int i = 0; i < g->nodes.len; i++) {
        const node *m = g->nodes.data[i];
        if (m->op == OP_slice && m != n && m->args[0] == n->args[0] && m->attrs[1].v[axis] == n->attrs[1].v[axis] &&
            m->attrs[0].v[axis] != n->attrs[0].v[axis])
            return true;
    }
    return false;
}

static void add(arena *a, folding_list *out, const timeline *t, fold_kind kind, const node *n, double before, double by,
                double reads) {
    folding f = {kind, n, fabs(before), fabs(before) * by, reads, t->of[n->args[0]->id].band};
    vec_push(a, out, f);
}

static void look_at(arena *a, const timeline *t, const node *n, folding_list *out) {
    const field *x = &t->of[n->args[0]->id];
    int r = n->args[0]->type.rank;
    if (n->op == OP_slice)
        for (int k = 0; k < r; k++) {
            double by = fabs((double)n->attrs[1].v[k]);
            if (by > 1 && n->type.shape[k] > 1 && x->step[k] != 0 && !has_other_phase(t->g, n, k))
                add(a, out, t, FOLD_SLICE, n, x->step[k], by, 1);
        }
    if (n->op == OP_convnn)
        for (int d = 0; d < 2; d++) {
            double by = (double)n->attrs[0].v[d], taps = (double)n->args[1]->type.shape[2 + d];
            if (by > 1 && n->type.shape[n->type.rank - 2 + d] > 1 && x->step[r - 2 + d] != 0)
                add(a, out, t, FOLD_CONV, n, x->step[r - 2 + d], by, taps);
        }
    if (n->op == OP_frame && attr_int(n, 1) > 1 && x->step[r - 1] != 0)
        add(a, out, t, FOLD_FRAME, n, x->step[r - 1], (double)attr_int(n, 1), (double)attr_int(n, 0));
}

void find_foldings(arena *a, const timeline *t, folding_list *out) {
    for (int i = 0; i < t->g->nodes.len; i++) {
        const node *n = t->g->nodes.data[i];
        if (n->nargs && t->of[n->args[0]->id].any) look_at(a, t, n, out);
    }
}

void warn_foldings(arena *a, diags *d, const graph *g) {
    timeline t;
    folding_list all = {0};
    if (!timeline_find(a, g, &t) || t.rate <= 0) return;
    find_foldings(a, &t, &all);
    for (int k = 0; k < all.len; k++) {
        const folding *f = &all.data[k];
        const origin *o = f->at->from;
        if (f->kind == FOLD_SLICE && !f->band && o && o->at.src && !o->at.src->builtin)
            report_from(d, DIAG_folding, o, f->after / f->before, t.rate / (2 * f->after));
    }
}
