/* split_states.c: a small array state that the body takes apart and puts together becomes scalar states.
 * Requires: a verified graph. Maintains: values. Breaks: the numbering of states and parts of a loop.
 *
 * What a loop over the sections of a filter or over the taps of a lattice leaves behind when it is unrolled reads
 * single elements of a state and makes the next one of single elements. As scalars these live in registers. A state qualifies
 * when every use of it is one element, the next value of a state that qualifies, or something collected, and when its
 * next value is made of scalars by concat, embed, sums and differences. */
#include "opt/opt.h"
#include "opt/rewrite.h"

#include "ir/optable.h"

enum { MOST = 32 };

typedef struct splitting { /* one loop */
    arena *mem;
    const node *scan;
    const graph *body;
    int nstates;
    bool *split;  /* by state */
    graph *g;     /* the new body */
    node **map;   /* by node of the body */
    node ***leaf; /* by state: its scalars */
} splitting;

static int64_t count(const splitting *s, int k) {
    return type_count(&s->scan->args[k]->type);
}

/* The state that leaf n of the body is, or -1. */
static int state_of(const splitting *s, const node *n) {
    for (int k = 0; k < s->nstates; k++)
        if (s->body->leaves.data[1 + k] == n) return k;
    return -1;
}

/* ---- which states ------------------------------------------------------------------------------------------------ */
static bool assembles(const node *n) {
    switch (n->op) {
    case OP_concat:
    case OP_embed:
    case OP_reshape:
    case OP_add:
    case OP_sub:
    case OP_neg: return true;
    default: return false;
    }
}

static bool assembled(const splitting *s, const node *n) {
    double v;
    if (type_count(&n->type) == 1 || is_splat(n, &v)) return true;
    if (n->op == OP_leaf) return state_of(s, n) >= 0 && s->split[state_of(s, n)];
    if (!assembles(n)) return false;
    for (int k = 0; k < n->nargs; k++)
        if (!assembled(s, n->args[k])) return false;
    return true;
}

/* Marks what only serves to make the next values of states, and what is collected of it. */
static void mark_assembly(const splitting *s, const node *n, bool *mark) {
    if (mark[n->id] || type_count(&n->type) == 1 || !assembles(n)) return;
    mark[n->id] = true;
    for (int k = 0; k < n->nargs; k++) mark_assembly(s, n->args[k], mark);
}

static bool only_elements(const splitting *s, int k, const bool *assembly) {
    const node *leaf = s->body->leaves.data[1 + k];
    for (int i = 0; i < s->body->nodes.len; i++) {
        const node *n = s->body->nodes.data[i];
        for (int a = 0; a < n->nargs; a++) {
            if (n->args[a] != leaf || assembly[i]) continue;
            if (n->op != OP_slice || type_count(&n->type) != 1) return false;
        }
    }
    return true;
}

static bool choose(splitting *s) {
    bool any = false;
    for (int k = 0; k < s->nstates; k++) {
        const type *t = &s->scan->args[k]->type;
        s->split[k] = t->dt == T_REAL && type_count(t) > 1 && type_count(t) <= MOST;
    }
    for (bool again = true; again;) {
        bool *assembly = NEW_ARRAY(s->mem, bool, s->body->nodes.len + 1);
        again = any = false;
        for (int k = 0; k < s->nstates; k++)
            if (s->split[k]) mark_assembly(s, s->body->results.data[k].value, assembly);
        for (int k = 0; k < s->nstates; k++) {
            if (!s->split[k]) continue;
            any = true;
            if (assembled(s, s->body->results.data[k].value) && only_elements(s, k, assembly)) continue;
            s->split[k] = false;
            again = true;
        }
    }
    return any;
}

/* ---- elements ---------------------------------------------------------------------------------------------------- */
static void indices(const type *t, int64_t flat, int64_t *at) {
    for (int k = t->rank - 1; k >= 0; k--) {
        at[k] = flat % t->shape[k];
        flat /= t->shape[k];
    }
}

static int64_t flat_of(const type *t, const int64_t *at) {
    int64_t flat = 0;
    for (int k = 0; k < t->rank; k++) flat = flat * t->shape[k] + at[k];
    return flat;
}

static node *scalar_of(graph *g, node *n, const origin *from) {
    return g_reshape(g, n, 0, NULL, from);
}

/* Element `flat` of array n of a graph, as a scalar. */
static node *element_of(graph *g, node *n, int64_t flat, const origin *from) {
    int64_t at[MAX_RANK], one[MAX_RANK];
    double v;
    if (is_splat(n, &v)) return graph_fill(g, type_scalar(n->type.dt), v, from);
    if (type_count(&n->type) == 1) return scalar_of(g, n, from);
    indices(&n->type, flat, at);
    for (int k = 0; k < n->type.rank; k++) one[k] = 1;
    attr a[3] = {{n->type.rank, at}, {n->type.rank, one}, {n->type.rank, one}};
    return scalar_of(g, graph_op(g, OP_slice, &n, 1, a, 3, from), from);
}

static node *zero(const splitting *s, const origin *from) {
    return graph_scalar(s->g, 0.0, from);
}

static node *element(const splitting *s, const node *n, int64_t flat);

static node *element_of_embed(const splitting *s, const node *n, int64_t flat) {
    const type *x = &n->args[0]->type;
    int64_t at[MAX_RANK], in[MAX_RANK];
    indices(&n->type, flat, at);
    for (int k = 0; k < n->type.rank; k++) {
        int64_t from = at[k] - n->attrs[0].v[k], step = x->shape[k] == 1 ? 1 : n->attrs[1].v[k];
        in[k] = from / step;
        if (from % step != 0 || in[k] < 0 || in[k] >= x->shape[k]) return zero(s, n->from);
    }
    return element(s, n->args[0], flat_of(x, in));
}

static node *element_of_concat(const splitting *s, const node *n, int64_t flat) {
    int64_t at[MAX_RANK], axis = attr_int(n, 0);
    indices(&n->type, flat, at);
    for (int k = 0; k < n->nargs; k++) {
        const type *x = &n->args[k]->type;
        if (at[axis] < x->shape[axis]) return element(s, n->args[k], flat_of(x, at));
        at[axis] -= x->shape[axis];
    }
    return NULL;
}

/* Of an argument that may be repeated along some axes. */
static node *element_of_argument(const splitting *s, const node *n, const node *x, int64_t flat) {
    int64_t at[MAX_RANK], in[MAX_RANK];
    int lead = n->type.rank - x->type.rank;
    indices(&n->type, flat, at);
    for (int k = 0; k < x->type.rank; k++) in[k] = x->type.shape[k] == 1 ? 0 : at[k + lead];
    return element(s, x, flat_of(&x->type, in));
}

/* Element `flat` of node n of the old body, in the new one. */
static node *element(const splitting *s, const node *n, int64_t flat) {
    int k = n->op == OP_leaf ? state_of(s, n) : -1;
    double v;
    if (k >= 0 && s->split[k]) return s->leaf[k][flat];
    if (type_count(&n->type) == 1 || is_splat(n, &v) || !assembles(n))
        return element_of(s->g, s->map[n->id], flat, n->from);
    if (n->op == OP_reshape) return element(s, n->args[0], flat);
    if (n->op == OP_embed) return element_of_embed(s, n, flat);
    if (n->op == OP_concat) return element_of_concat(s, n, flat);
    node *x[2] = {element_of_argument(s, n, n->args[0], flat), NULL};
    if (n->nargs == 2) x[1] = element_of_argument(s, n, n->args[1], flat);
    return graph_op(s->g, n->op, x, n->nargs, NULL, 0, n->from);
}

static node *put_together(graph *g, node *const *x, const type *t, const origin *from) {
    int64_t n = type_count(t), one = 1, axis = 0;
    node *row[MOST];
    for (int64_t i = 0; i < n; i++) row[i] = g_reshape(g, x[i], 1, &one, from);
    return g_reshape(g, graph_op(g, OP_concat, row, (int)n, &(attr){1, &axis}, 1, from), t->rank, t->shape, from);
}

/* ---- rebuilding -------------------------------------------------------------------------------------------------- */
static void new_leaves(splitting *s) {
    const graph *b = s->body;
    for (int k = 0; k < b->leaves.len; k++) {
        const node *l = b->leaves.data[k];
        if (k < 1 || k > s->nstates || !s->split[k - 1]) {
            s->map[l->id] = graph_leaf(s->g, l->name, l->role, l->type, l->from);
            continue;
        }
        s->leaf[k - 1] = NEW_ARRAY(s->mem, node *, MOST);
        for (int64_t i = 0; i < count(s, k - 1); i++) {
            const char *name = arena_printf(s->g->mem, "%s%lld", l->name, (long long)i);
            while (graph_index_of_leaf(b, name) >= 0 || graph_index_of_leaf(s->g, name) >= 0)
                name = arena_printf(s->g->mem, "%s_", name);
            s->leaf[k - 1][i] = graph_leaf(s->g, name, l->role, type_scalar(T_REAL), l->from);
        }
    }
}

static bool is_element(const splitting *s, const node *n, int *k, int64_t *flat) {
    if (n->op != OP_slice || type_count(&n->type) != 1) return false;
    *k = state_of(s, n->args[0]);
    if (*k < 0 || !s->split[*k]) return false;
    *flat = flat_of(&n->args[0]->type, n->attrs[0].v);
    return true;
}

static void copy_nodes(splitting *s) {
    for (int i = 0; i < s->body->nodes.len; i++) {
        const node *n = s->body->nodes.data[i];
        int k;
        int64_t flat;
        if (s->map[i]) continue;
        if (n->op == OP_leaf) { /* a state in pieces; whole only where it is collected */
            k = state_of(s, n);
            s->map[i] = put_together(s->g, s->leaf[k], &n->type, n->from);
        } else if (is_element(s, n, &k, &flat)) {
            s->map[i] = g_reshape(s->g, s->leaf[k][flat], n->type.rank, n->type.shape, n->from);
        } else {
            node **args = NEW_ARRAY(s->mem, node *, n->nargs + 1);
            for (int a = 0; a < n->nargs; a++) args[a] = s->map[n->args[a]->id];
            s->map[i] = graph_copy_node(s->g, n, args);
        }
    }
}

/* Of the parts of a state, where they begin now. */
static int64_t first_part(const splitting *s, int64_t k) {
    int64_t at = 0;
    for (int64_t i = 0; i < k; i++) at += i < s->nstates && s->split[i] ? count(s, (int)i) : 1;
    return at;
}

static void new_results(splitting *s) {
    const graph *b = s->body;
    for (int k = 0; k < b->results.len; k++) {
        const result *r = &b->results.data[k];
        if (k >= s->nstates || !s->split[k]) {
            graph_result(s->g, r->kind, r->name, s->map[r->value->id]);
            continue;
        }
        for (int64_t i = 0; i < count(s, k); i++)
            graph_result(s->g, r->kind, s->leaf[k][i]->name, element(s, r->value, i));
    }
}

static node *split_scan(splitting *s, graph *out, node *const *args) {
    const node *n = s->scan;
    int64_t v[SCAN_NATTRS];
    attr at[SCAN_NATTRS];
    node **all = NEW_ARRAY(s->mem, node *, n->nargs + s->nstates * MOST + 1);
    int m = 0;
    s->g = graph_new(out->mem, s->body->ops, s->body->name);
    s->map = NEW_ARRAY(s->mem, node *, s->body->nodes.len + 1);
    s->leaf = NEW_ARRAY(s->mem, node **, s->nstates + 1);
    new_leaves(s);
    copy_nodes(s);
    new_results(s);
    for (int k = 0; k < n->nargs; k++) {
        bool whole = k >= s->nstates || !s->split[k];
        for (int64_t i = 0; i < (whole ? 1 : count(s, k)); i++)
            all[m++] = whole ? args[k] : element_of(out, args[k], i, n->from);
    }
    for (int k = 0; k < SCAN_NATTRS; k++) {
        v[k] = k == SCAN_STATES ? first_part(s, s->nstates) : attr_int(n, k);
        at[k] = (attr){1, &v[k]};
    }
    return graph_scan(out, pass_split_states(out->mem, graph_prune(out->mem, s->g)), all, m, at, SCAN_NATTRS, n->from);
}

static node *part_at(graph *g, node *scan, int64_t k, const origin *from) {
    return graph_op(g, OP_part, &scan, 1, &(attr){1, &k}, 1, from);
}

static node *split_part(const splitting *s, graph *out, const node *n, node *scan) {
    int64_t k = attr_int(n, 0), at = first_part(s, k);
    if (k >= s->nstates || !s->split[k]) return part_at(out, scan, at, n->from);
    node *x[MOST];
    for (int64_t i = 0; i < count(s, (int)k); i++) x[i] = part_at(out, scan, at + i, n->from);
    return put_together(out, x, &n->type, n->from);
}

static node *rebuilt_scan(splitting *s, graph *out, const node *n, node *const *args) {
    *s = (splitting){.mem = s->mem, .scan = n, .body = n->body, .nstates = (int)attr_int(n, SCAN_STATES)};
    s->split = NEW_ARRAY(s->mem, bool, s->nstates + 1);
    if (keep_of(n).kind <= KEEP_ALL && choose(s)) return split_scan(s, out, args);
    return graph_scan(out, pass_split_states(out->mem, n->body), args, n->nargs, n->attrs, n->nattrs, n->from);
}

static node *split_loop(void *context, graph *out, const node *n, node *const *args) {
    splitting *loops = context;
    if (n->op == OP_scan) return rebuilt_scan(&loops[n->id], out, n, args);
    return n->op == OP_part ? split_part(&loops[n->args[0]->id], out, n, args[0]) : NULL;
}

graph *pass_split_states(arena *a, const graph *g) {
    arena *scratch = arena_new("splitting");
    g = graph_prune(a, g);
    splitting *loops = NEW_ARRAY(scratch, splitting, g->nodes.len + 1);
    for (int k = 0; k < g->nodes.len; k++) loops[k].mem = scratch;
    graph *out = graph_rebuild(a, g, split_loop, loops);
    arena_free(scratch);
    return out;
}
