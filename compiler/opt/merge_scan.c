/* merge_scan.c: a loop that reads, step by step, what another collects becomes one loop with it.
 *
 * The tangent of a loop reads the states of the loop at the same step; so does, in a Hessian-vector product, the tangent of the
 * backward loop those of the backward loop. Made one, they need no signal between them, and both run over the same few kept
 * states. Done for loops that keep their states at some steps only (scan_keep).
 *
 * Requires: a verified graph. Maintains: values. Breaks: the numbering of parts; what nothing reads any more is left to
 * trim_scan. Where P is the first loop and Q the other: Q reads of P nothing but rows, and they go the same way. */
#include "opt/opt.h"

#include "ir/optable.h"

typedef struct merging {
    arena *a;
    const graph *old;
    graph *out;
    node **map; /* by id of an old node */
    const node *p, *q;
    bool *after_p;
    node *both; /* in out */
} merging;

static int states(const node *n) {
    return (int)attr_int(n, SCAN_STATES);
}
static int before_consts(const node *n) {
    return states(n) + (int)attr_int(n, SCAN_SLICES);
}

static bool is_row_of(const node *arg, const node *p) {
    return arg->op == OP_part && arg->args[0] == p && attr_int(arg, 0) >= states(p);
}

/* ---- the body of both -------------------------------------------------------------------------------------------- */
typedef struct joint {
    graph *g;
    node **arg;           /* arguments of the new scan, in out */
    int n, first, slices; /* first: of the kind being taken */
} joint;

static node *image(merging *m, const node *n);

static node *take(merging *m, joint *j, const node *scan, int k) {
    const node *leaf = scan->body->leaves.data[1 + k];
    const char *name = leaf->name;
    node *arg = image(m, scan->args[k]);
    for (int i = j->first; i < j->n && k >= states(scan); i++)
        if (j->arg[i] == arg) return j->g->leaves.data[1 + i];
    for (int i = 2; graph_index_of_leaf(j->g, name) >= 0; i++) name = arena_printf(m->a, "%s_%d", leaf->name, i);
    j->arg[j->n++] = arg;
    return graph_leaf(j->g, name, ROLE_NONE, leaf->type, leaf->from);
}

/* States, then slices, then constants: of P and of Q each time. Rows of P that Q reads get no leaf. */
static void take_all(merging *m, joint *j, node **p_leaf, node **q_leaf) {
    const node *scan[2] = {m->p, m->q};
    node **leaf[2] = {p_leaf, q_leaf};
    for (int kind = 0; kind < 3; kind++) {
        j->first = j->n;
        for (int i = 0; i < 2; i++) {
            const node *s = scan[i];
            int from = kind == 0 ? 0 : kind == 1 ? states(s) : before_consts(s);
            int to = kind == 0 ? states(s) : kind == 1 ? before_consts(s) : s->nargs;
            for (int k = from; k < to; k++)
                if (kind != 1 || !is_row_of(s->args[k], m->p)) leaf[i][1 + k] = take(m, j, s, k);
        }
        if (kind == 1) j->slices = j->n - j->first;
    }
}

static void put_results(graph *g, const node *scan, node *const *value, int from, int to) {
    for (int k = from; k < to; k++) graph_result(g, OUT_RESULT, scan->body->results.data[k].name, value[k]);
}

static node *make_both(merging *m) {
    const node *p = m->p, *q = m->q;
    int np = p->body->results.len, nq = q->body->results.len;
    joint j = {.g = graph_new(m->a, m->old->ops, p->body->name),
               .arg = NEW_ARRAY(m->a, node *, p->nargs + q->nargs + 1)};
    node **p_leaf = NEW_ARRAY(m->a, node *, p->nargs + 2), **q_leaf = NEW_ARRAY(m->a, node *, q->nargs + 2);
    node **p_value = NEW_ARRAY(m->a, node *, np + 1), **q_value = NEW_ARRAY(m->a, node *, nq + 1);
    const node *index = p->body->leaves.data[0];
    p_leaf[0] = q_leaf[0] = graph_leaf(j.g, index->name, ROLE_NONE, index->type, index->from);
    take_all(m, &j, p_leaf, q_leaf);
    graph_inline(j.g, p->body, p_leaf, p_value);
    for (int k = states(q); k < before_consts(q); k++)
        if (is_row_of(q->args[k], p)) q_leaf[1 + k] = p_value[attr_int(q->args[k], 0)];
    graph_inline(j.g, q->body, q_leaf, q_value);
    put_results(j.g, p, p_value, 0, states(p));
    put_results(j.g, q, q_value, 0, states(q));
    put_results(j.g, p, p_value, states(p), np);
    put_results(j.g, q, q_value, states(q), nq);
    int64_t carried = states(p) + states(q);
    const int64_t v[SCAN_NATTRS] = {attr_int(p, SCAN_TRIP), carried, j.slices, j.n - carried - j.slices,
                                    attr_int(p, SCAN_FLAGS)};
    attr at[SCAN_NATTRS];
    for (int k = 0; k < SCAN_NATTRS; k++) at[k] = (attr){1, &v[k]};
    node *scan = graph_scan(m->out, j.g, j.arg, j.n, at, SCAN_NATTRS, p->from);
    scan->guarded = p->guarded || q->guarded;
    return scan;
}

/* ---- the graph around them --------------------------------------------------------------------------------------- */
static int64_t new_number(const merging *m, const node *part) {
    int64_t k = attr_int(part, 0), sp = states(m->p), sq = states(m->q);
    if (part->args[0] == m->p) return k < sp ? k : k + sq;
    return k < sq ? sp + k : m->p->body->results.len + k;
}

static node *make_image(merging *m, const node *n) {
    if (n == m->p || n == m->q) {
        if (!m->both) m->both = make_both(m);
        return m->both;
    }
    if (n->op == OP_part && (n->args[0] == m->p || n->args[0] == m->q)) {
        int64_t k = new_number(m, n);
        node *both = image(m, n->args[0]);
        return graph_node(m->out, OP_part, n->type, &both, 1, &(attr){1, &k}, 1, n->from);
    }
    node **args = NEW_ARRAY(m->a, node *, n->nargs + 1);
    for (int k = 0; k < n->nargs; k++) args[k] = image(m, n->args[k]);
    return graph_copy_node(m->out, n, args);
}

/* On demand: what Q reads may stand behind P. */
static node *image(merging *m, const node *n) {
    if (!m->map[n->id]) {
        node *x = make_image(m, n);
        if (n->name && x->op != OP_leaf && x->op != OP_constant) graph_name(x, n->name);
        x->guarded |= n->guarded;
        m->map[n->id] = x;
    }
    return m->map[n->id];
}

static bool fits(const merging *m, const node *q) {
    const node *p = m->p;
    int rows = 0;
    if (q->op != OP_scan || attr_int(q, SCAN_TRIP) != attr_int(p, SCAN_TRIP)) return false;
    if ((attr_int(q, SCAN_FLAGS) ^ attr_int(p, SCAN_FLAGS)) & SCAN_REVERSE) return false;
    for (int k = 0; k < q->nargs; k++) {
        bool slice = k >= states(q) && k < before_consts(q), row = slice && is_row_of(q->args[k], p);
        if (!row && m->after_p[q->args[k]->id]) return false;
        rows += row;
    }
    return rows > 0;
}

static graph *merge(merging *m, const graph *g) {
    m->out = graph_new(m->a, g->ops, g->name);
    m->map = NEW_ARRAY(m->a, node *, g->nodes.len + 1);
    for (int i = 0; i < g->leaves.len; i++)
        m->map[g->leaves.data[i]->id] = graph_copy_node(m->out, g->leaves.data[i], NULL);
    for (int i = 0; i < g->nodes.len; i++) (void)image(m, g->nodes.data[i]);
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        graph_result(m->out, r->kind, r->name, r->value ? m->map[r->value->id] : NULL);
    }
    return m->out;
}

/* The graph with the loop p and the first that fits made one; NULL when none does. */
static graph *merge_one(arena *a, const graph *g, const node *p) {
    merging m = {.a = a, .old = g, .p = p, .after_p = NEW_ARRAY(a, bool, g->nodes.len + 1)};
    m.after_p[p->id] = true;
    for (int i = p->id + 1; i < g->nodes.len; i++)
        for (int k = 0; k < g->nodes.data[i]->nargs; k++) m.after_p[i] |= m.after_p[g->nodes.data[i]->args[k]->id];
    for (int i = p->id + 1; i < g->nodes.len; i++)
        if (fits(&m, g->nodes.data[i])) {
            m.q = g->nodes.data[i];
            return merge(&m, g);
        }
    return NULL;
}

static node *merged_within(void *none, graph *out, const node *n, node *const *args) {
    (void)none;
    if (n->op != OP_scan) return NULL;
    node shell = *n;
    shell.body = pass_merge_scan(out->mem, n->body);
    return graph_copy_node(out, &shell, args);
}

graph *pass_merge_scan(arena *a, const graph *g) {
    graph *out = graph_rebuild(a, graph_prune(a, g), merged_within, NULL);
    for (int i = 0; i < out->nodes.len; i++) {
        const node *n = out->nodes.data[i];
        if (n->op != OP_scan || keep_of(n).kind <= KEEP_ALL) continue;
        graph *next = merge_one(a, out, n);
        if (!next) continue;
        out = graph_prune(a, next);
        i = -1;
    }
    return graph_prune(a, out);
}
