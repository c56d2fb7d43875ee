/* verify.c: is a graph what every pass may rely on? Run between passes in debug builds and on every graph read from
 * text.
 *
 * Order and identity of nodes, counts and types against the operator's own rule, leaves, nested graphs, results. Sample
 * rates are not compared: at_rate() may set them freely. */
#include <string.h>

#include "ir/graph.h"
#include "ir/optable.h"

typedef struct checker {
    arena *mem;
    const graph *g;
    const node *n;
    const char *why;
} checker;

static bool wrong(checker *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool wrong(checker *c, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    const char *what = arena_vprintf(c->mem, fmt, ap);
    va_end(ap);
    c->why = c->n ? arena_printf(c->mem, "%%%d = %s: %s", c->n->id, op_info(c->n->op)->name, what) : what;
    return false;
}

static bool is_node_of(const graph *g, const node *n) {
    return n && n->id >= 0 && n->id < g->nodes.len && g->nodes.data[n->id] == n;
}

/* ---- nested graphs ----------------------------------------------------------------------------------------------- */
static bool row_of(const type *stack, int64_t trip, type *row) {
    if (stack->rank < 1 || stack->shape[0] != trip) return false;
    *row = type_make(stack->dt, stack->rank - 1, stack->shape + 1);
    return true;
}

bool check_scan(arena *a, const node *s, node *const *args, int nargs, const char **why) {
    int64_t v[SCAN_NATTRS];
    if (s->nattrs != SCAN_NATTRS) return *why = "a scan has five static arguments", false;
    for (int k = 0; k < SCAN_NATTRS; k++) {
        if (s->attrs[k].n != 1 || s->attrs[k].v[0] < 0)
            return *why = "the static arguments of a scan are not negative", false;
        v[k] = s->attrs[k].v[0];
    }
    const graph *b = s->body;
    if (v[SCAN_TRIP] < 1) return *why = "a scan makes at least one step", false;
    if ((v[SCAN_FLAGS] & 15) > SCAN_REVERSE || (v[SCAN_FLAGS] >> 4 & 15) >= KEEP_COUNT)
        return *why = "a scan has a flag that does not exist", false;
    if (v[SCAN_STATES] > nargs || v[SCAN_SLICES] > nargs || v[SCAN_CONSTS] > nargs ||
        v[SCAN_STATES] + v[SCAN_SLICES] + v[SCAN_CONSTS] != nargs)
        return *why = arena_printf(a, "the scan has %d arguments, not states + slices + constants", nargs), false;
    if (!b || b->leaves.len != nargs + 1 || b->leaves.data[0]->type.dt != T_INT || b->leaves.data[0]->type.rank != 0)
        return *why = "the leaves of a scan's body are an int index and one for each argument", false;
    if (b->results.len < 1 || b->results.len < v[SCAN_STATES]) return *why = "a scan's body gives every state", false;
    for (int k = 0; k < nargs; k++) {
        type want = args[k]->type;
        bool row = k >= v[SCAN_STATES] && k < v[SCAN_STATES] + v[SCAN_SLICES];
        if ((row && !row_of(&args[k]->type, v[SCAN_TRIP], &want)) || !same_type(&want, &b->leaves.data[k + 1]->type))
            return *why = arena_printf(a, "argument %d is %s, the body's leaf %s", k, type_text(a, &args[k]->type),
                                       type_text(a, &b->leaves.data[k + 1]->type)),
                   false;
    }
    for (int k = 0; k < b->results.len; k++) {
        const node *r = b->results.data[k].value;
        if (!r) return *why = "a result of a scan's body is missing", false;
        if (k < v[SCAN_STATES] && !same_type(&r->type, &args[k]->type)) return *why = "a state changes its type", false;
        if (k >= v[SCAN_STATES] && r->type.rank == MAX_RANK)
            return *why = "what a scan collects has too many axes", false;
    }
    return true;
}

static bool check_custom(checker *c) {
    const node *n = c->n;
    const graph *b = n->body, *r = n->rule;
    if (!b || b->results.len != 1 || !b->results.data[0].value) return wrong(c, "its body has one result");
    if (!same_type(&b->results.data[0].value->type, &n->type))
        return wrong(c, "its type is not that of its body's result");
    if (b->leaves.len != n->nargs) return wrong(c, "its body has %d leaves for %d arguments", b->leaves.len, n->nargs);
    for (int k = 0; k < n->nargs; k++)
        if (!same_type(&n->args[k]->type, &b->leaves.data[k]->type))
            return wrong(c, "argument %d is not of its leaf's type", k);
    if (!r) return true;
    if (r->leaves.len != n->nargs + 2 || r->results.len != n->nargs)
        return wrong(c, "its rule takes the arguments, y and dy, and gives one result for each argument");
    for (int k = 0; k < n->nargs; k++) {
        const node *v = r->results.data[k].value;
        if (v && !same_type(&v->type, &n->args[k]->type))
            return wrong(c, "result %d of its rule is not of the argument's type", k);
    }
    return true;
}

/* ---- nodes ------------------------------------------------------------------------------------------------------- */
static bool check_constant(checker *c) {
    const node *n = c->n;
    if (!n->konst || !n->konst->value) return wrong(c, "it has no value");
    int64_t count = type_count(&n->type) * (n->type.dt == T_COMPLEX ? 2 : 1);
    if (n->type.dt != T_INT) return true;
    for (int64_t k = 0; k < (n->konst->splat ? 1 : count); k++) {
        double v = n->konst->value[k];
        if (!(v >= -2147483648.0 && v <= 2147483647.0) || v != (double)(int64_t)v)
            return wrong(c, "an int constant is no 32-bit int");
    }
    return true;
}

static bool check_operator(checker *c) {
    const node *n = c->n;
    type t;
    const char *why = "";
    if (!infer_type(c->mem, c->g->ops, n->op, n->args, n->nargs, n->attrs, n->nattrs, &t, &why))
        return wrong(c, "%s", why);
    if (!same_type(&t, &n->type))
        return wrong(c, "its type is %s, its operator gives %s", type_text(c->mem, &n->type), type_text(c->mem, &t));
    return true;
}

static bool check_node(checker *c) {
    const node *n = c->n;
    if (n->op < 0 || n->op >= OP_COUNT) {
        c->n = NULL;
        return wrong(c, "a node has no operator");
    }
    if (n->type.rank < 0 || n->type.rank > MAX_RANK || !check_size(&n->type))
        return wrong(c, "its type has no sensible size");
    for (int k = 0; k < n->nargs; k++) {
        if (!is_node_of(c->g, n->args[k])) return wrong(c, "argument %d is not a node of the graph", k);
        if (n->args[k]->id >= n->id) return wrong(c, "argument %d stands after it", k);
        if (n->args[k]->op == OP_scan && n->op != OP_part) return wrong(c, "only `part` reads a scan");
    }
    if ((n->konst != NULL) != (n->op == OP_constant)) return wrong(c, "constants, and only they, have a value");
    if (n->op == OP_leaf) return n->name ? true : wrong(c, "it has no name");
    if (n->op == OP_constant) return check_constant(c);
    if (n->op != OP_scan && n->op != OP_custom) return check_operator(c);
    const char *why = "";
    if (n->op == OP_custom ? !check_custom(c) : !check_scan(c->mem, n, n->args, n->nargs, &why))
        return c->why ? false : wrong(c, "%s", why);
    if (!graph_verify(c->mem, n->body, &why)) return wrong(c, "in its body: %s", why);
    if (n->rule && !graph_verify(c->mem, n->rule, &why)) return wrong(c, "in its rule: %s", why);
    return true;
}

static bool check_leaves(checker *c) {
    const graph *g = c->g;
    int count = 0;
    for (int k = 0; k < g->nodes.len; k++) count += g->nodes.data[k]->op == OP_leaf;
    if (count != g->leaves.len) return wrong(c, "%d leaves are listed, %d stand in the graph", g->leaves.len, count);
    for (int k = 0; k < g->leaves.len; k++) {
        const node *n = g->leaves.data[k];
        if (!is_node_of(g, n) || n->op != OP_leaf) return wrong(c, "leaf %d is not a leaf of the graph", k);
        if (graph_index_of_leaf(g, n->name) != k) return wrong(c, "two leaves are named %s", n->name);
    }
    return true;
}

static bool check_results(checker *c) {
    for (int k = 0; k < c->g->results.len; k++) {
        const result *r = &c->g->results.data[k];
        if (!r->value && (r->kind == OUT_OUTPUT || r->kind == OUT_LOSS))
            return wrong(c, "result %s has no value", r->name);
        if (!r->value) continue;
        if (!is_node_of(c->g, r->value)) return wrong(c, "result %s is not a node of the graph", r->name);
        if (r->value->op == OP_scan) return wrong(c, "result %s is a scan; only its parts are values", r->name);
        if (r->kind == OUT_LOSS && (r->value->type.rank != 0 || r->value->type.dt != T_REAL))
            return wrong(c, "the loss is %s, not a real scalar", type_text(c->mem, &r->value->type));
    }
    return true;
}

bool graph_verify(arena *a, const graph *g, const char **why) {
    checker c = {.mem = a, .g = g};
    bool ok = true;
    for (int k = 0; ok && k < g->nodes.len; k++) {
        const node *n = g->nodes.data[k];
        c.n = NULL;
        if (!n || n->id != k) {
            ok = wrong(&c, "node %d has another number", k);
            break;
        }
        c.n = n;
        ok = check_node(&c);
    }
    c.n = NULL;
    ok = ok && check_leaves(&c) && check_results(&c);
    if (!ok) *why = c.why;
    return ok;
}
