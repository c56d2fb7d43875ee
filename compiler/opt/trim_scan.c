/* trim_scan.c: loops carry, read and collect only what is used.
 * Requires: a verified graph. Maintains: every part that is used. Breaks: the numbering of parts.
 *
 * A result of a loop's body is alive when its part is used, or when it is the next value of a state that a living
 * result reads; a slice or constant is alive when a living result reads it. The rest goes. Two slices (or constants)
 * that are the same array become one. */
#include <string.h>

#include "opt/opt.h"

typedef struct trim { /* one loop */
    const node *scan;
    const graph *body;
    int nstates, nslices;
    bool *result;  /* by result of the body: alive */
    bool *leaf;    /* by leaf of the body: alive */
    int *same_as;  /* by leaf: an earlier leaf with the same argument, or itself */
    int *position; /* by result: its number afterwards */
} trim;

static void mark_leaves(const trim *t, bool *seen) {
    for (int k = t->body->nodes.len - 1; k >= 0; k--) {
        const node *n = t->body->nodes.data[k];
        for (int i = 0; seen[k] && i < n->nargs; i++) seen[n->args[i]->id] = true;
    }
    for (int k = 1; k < t->body->leaves.len; k++) t->leaf[k] = seen[t->body->leaves.data[k]->id];
}

/* A living state makes its next value alive, which may read other states. */
static void spread_life(arena *a, trim *t) {
    bool changed = true;
    while (changed) {
        changed = false;
        bool *seen = NEW_ARRAY(a, bool, t->body->nodes.len + 1);
        for (int k = 0; k < t->body->results.len; k++)
            if (t->result[k]) seen[t->body->results.data[k].value->id] = true;
        mark_leaves(t, seen);
        for (int k = 0; k < t->nstates; k++) {
            if (t->leaf[1 + k] == t->result[k]) continue;
            t->leaf[1 + k] = true;
            changed |= !t->result[k];
            t->result[k] = true;
        }
    }
}

static trim examine(arena *a, const node *scan, const bool *used_part) {
    const graph *body = scan->body;
    trim t = {.scan = scan,
              .body = body,
              .nstates = (int)attr_int(scan, SCAN_STATES),
              .nslices = (int)attr_int(scan, SCAN_SLICES)};
    t.result = NEW_ARRAY(a, bool, body->results.len + 1);
    t.leaf = NEW_ARRAY(a, bool, body->leaves.len + 1);
    t.same_as = NEW_ARRAY(a, int, body->leaves.len + 1);
    t.position = NEW_ARRAY(a, int, body->results.len + 1);
    memcpy(t.result, used_part, sizeof(bool) * (size_t)body->results.len);
    spread_life(a, &t);
    for (int k = 0; k < body->leaves.len; k++) {
        t.same_as[k] = k;
        bool slice = k > t.nstates && k <= t.nstates + t.nslices;
        for (int j = 1 + t.nstates; j < k && k > t.nstates; j++) {
            bool slice_too = j <= t.nstates + t.nslices;
            if (slice == slice_too && t.leaf[j] && scan->args[j - 1] == scan->args[k - 1]) t.same_as[k] = j;
            if (t.same_as[k] != k) break;
        }
    }
    for (int k = 0, at = 0; k < body->results.len; k++) t.position[k] = t.result[k] ? at++ : -1;
    return t;
}

static graph *trimmed_body(arena *a, const trim *t) {
    const graph *b = t->body;
    graph *g = graph_new(a, b->ops, b->name);
    node **leaf = NEW_ARRAY(a, node *, b->leaves.len + 1), **res = NEW_ARRAY(a, node *, b->results.len + 1);
    for (int k = 0; k < b->leaves.len; k++) {
        const node *l = b->leaves.data[k];
        if (k == 0 || (t->leaf[k] && t->same_as[k] == k)) leaf[k] = graph_leaf(g, l->name, l->role, l->type, l->from);
        else if (t->leaf[k]) leaf[k] = leaf[t->same_as[k]];
    }
    graph kept = *b; /* the living results only: the others may read leaves that are gone */
    memset(&kept.results, 0, sizeof kept.results);
    for (int k = 0; k < b->results.len; k++)
        if (t->result[k]) vec_push(a, &kept.results, b->results.data[k]);
    graph_inline(g, &kept, leaf, res);
    for (int k = 0; k < kept.results.len; k++)
        graph_result(g, kept.results.data[k].kind, kept.results.data[k].name, res[k]);
    return g;
}

static node *trimmed_scan(arena *a, graph *dst, const trim *t, node *const *args) {
    const node *s = t->scan;
    node **kept = NEW_ARRAY(a, node *, s->nargs + 1);
    int64_t count[3] = {0};
    int n = 0;
    for (int k = 0; k < s->nargs; k++) {
        if (!t->leaf[k + 1] || t->same_as[k + 1] != k + 1) continue;
        kept[n++] = args[k];
        count[k < t->nstates ? 0 : k < t->nstates + t->nslices ? 1 : 2]++;
    }
    int64_t v[SCAN_NATTRS] = {attr_int(s, SCAN_TRIP), count[0], count[1], count[2], attr_int(s, SCAN_FLAGS)};
    attr at[SCAN_NATTRS];
    for (int k = 0; k < SCAN_NATTRS; k++) at[k] = (attr){1, &v[k]};
    return graph_scan(dst, pass_trim_scan(a, trimmed_body(a, t)), kept, n, at, SCAN_NATTRS, s->from);
}

/* By node: of a scan, which of its parts are used. */
static bool **used_parts(arena *a, const graph *g) {
    bool **used = NEW_ARRAY(a, bool *, g->nodes.len + 1);
    for (int k = 0; k < g->nodes.len; k++) {
        const node *n = g->nodes.data[k];
        if (n->op == OP_scan) used[k] = NEW_ARRAY(a, bool, n->body->results.len + 1);
        if (n->op == OP_part) used[n->args[0]->id][attr_int(n, 0)] = true;
    }
    return used;
}

typedef struct trimming {
    bool **used;
    trim *loops; /* by node of the old graph */
} trimming;

static node *trimmed(void *context, graph *out, const node *n, node *const *args) {
    const trimming *t = context;
    if (n->op == OP_scan) {
        t->loops[n->id] = examine(out->mem, n, t->used[n->id]);
        return trimmed_scan(out->mem, out, &t->loops[n->id], args);
    }
    if (n->op != OP_part) return NULL;
    int64_t index = t->loops[n->args[0]->id].position[attr_int(n, 0)];
    return graph_op(out, OP_part, args, 1, &(attr){1, &index}, 1, n->from);
}

graph *pass_trim_scan(arena *a, const graph *g) {
    g = graph_prune(a, g);
    trimming t = {used_parts(a, g), NEW_ARRAY(a, trim, g->nodes.len + 1)};
    return graph_rebuild(a, g, trimmed, &t);
}
