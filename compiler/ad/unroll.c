/* unroll.c: short loops within loops are written out.
 *
 * A loop of a few steps on a few numbers in the body of another (the sections of a cascade, the taps of a short line) becomes
 * straight code before it is differentiated: its states are then C locals in the loop around it and in that one's derivative,
 * and nothing of it need be kept. A loop that says how its states are kept stays a loop.
 * Requires: a verified graph. Maintains: values, results, leaves. Loops of the outermost graph stay: their C text must not grow
 * with their length. */
#include "ad/internal.h"

enum { MOST_STEPS = 8, MOST_NUMBERS = 16, MOST_NODES = 800 };

static bool small_body(const graph *b, int64_t trip) {
    int nodes = 0;
    for (int i = 0; i < b->nodes.len; i++) {
        const node *n = b->nodes.data[i];
        if (n->op == OP_scan || n->op == OP_custom || type_count(&n->type) > MOST_NUMBERS) { return false; }
        nodes += n->op != OP_leaf && n->op != OP_constant;
    }
    return nodes * trip <= MOST_NODES;
}

static bool short_loop(const node *n) {
    return n->op == OP_scan && attr_int(n, SCAN_TRIP) <= MOST_STEPS && keep_of(n).kind == KEEP_UNSAID &&
           small_body(n->body, attr_int(n, SCAN_TRIP));
}

/* Element t along the first axis. */
static node *row_at(graph *g, node *x, int64_t t, const origin *from) {
    if (x->op == OP_concat && attr_int(x, 0) == 0) {
        int k = 0;
        while (t >= x->args[k]->type.shape[0]) { t -= x->args[k++]->type.shape[0]; }
        return row_at(g, x->args[k], t, from);
    }
    if (x->op == OP_reshape && x->type.shape[0] == 1 && x->args[0]->type.rank == x->type.rank - 1) {
        return x->args[0];
    }
    int r = x->type.rank;
    int64_t start[MAX_RANK] = {t}, step[MAX_RANK], count[MAX_RANK];
    for (int k = 0; k < r; k++) {
        step[k] = 1;
        count[k] = k ? x->type.shape[k] : 1;
    }
    attr at[3] = {{r, start}, {r, step}, {r, count}};
    node *one = x->type.shape[0] == 1 ? x : graph_op(g, OP_slice, &x, 1, at, 3, from);
    return g_reshape(g, one, r - 1, x->type.shape + 1, from);
}

static node *stack_rows(graph *g, node **row, int64_t trip, const origin *from) {
    int64_t shape[MAX_RANK] = {1}, axis = 0;
    for (int k = 0; k < row[0]->type.rank; k++) { shape[k + 1] = row[0]->type.shape[k]; }
    node **part = NEW_ARRAY(g->mem, node *, trip);
    for (int64_t t = 0; t < trip; t++) { part[t] = g_reshape(g, row[t], row[0]->type.rank + 1, shape, from); }
    return trip == 1 ? part[0] : graph_op(g, OP_concat, part, (int)trip, &(attr){1, &axis}, 1, from);
}

/* The parts of the loop n, written out in g. */
static node **write_out(graph *g, const node *n, node *const *args) {
    int64_t trip = attr_int(n, SCAN_TRIP), states = attr_int(n, SCAN_STATES), slices = attr_int(n, SCAN_SLICES);
    const graph *b = n->body;
    int nres = b->results.len;
    bool reverse = attr_int(n, SCAN_FLAGS) & SCAN_REVERSE;
    node **leaf = NEW_ARRAY(g->mem, node *, n->nargs + 1), **res = NEW_ARRAY(g->mem, node *, nres + 1);
    node **part = NEW_ARRAY(g->mem, node *, nres + 1), ***rows = NEW_ARRAY(g->mem, node **, nres + 1);
    for (int k = 0; k < nres; k++) { rows[k] = NEW_ARRAY(g->mem, node *, trip); }
    for (int64_t k = 0; k < states; k++) { part[k] = args[k]; }
    for (int64_t i = 0; i < trip; i++) {
        int64_t t = reverse ? trip - 1 - i : i;
        leaf[0] = graph_fill(g, type_scalar(T_INT), (double)t, n->from);
        for (int k = 0; k < n->nargs; k++) {
            bool slice = k >= states && k < states + slices;
            leaf[1 + k] = k < states ? part[k] : slice ? row_at(g, args[k], t, n->from) : args[k];
        }
        graph_inline(g, b, leaf, res);
        for (int k = 0; k < nres; k++) {
            if (k < states) { part[k] = res[k]; }
            rows[k][t] = res[k];
        }
    }
    for (int64_t k = states; k < nres; k++) { part[k] = stack_rows(g, rows[k], trip, n->from); }
    return part;
}

typedef struct unrolling {
    bool inside;   /* a loop */
    node ***parts; /* by node of the old graph: what the parts of a loop became */
} unrolling;

static graph *unrolled(const graph *f, bool inside);

static node *unrolled_loop(void *context, graph *g, const node *n, node *const *args) {
    unrolling *u = context;
    if (n->op == OP_part && u->parts[n->args[0]->id]) { return u->parts[n->args[0]->id][attr_int(n, 0)]; }
    if (n->op != OP_scan) { return NULL; }
    node shell = *n;
    shell.body = unrolled(n->body, true);
    if (!u->inside || !short_loop(&shell)) { return graph_copy_node(g, &shell, args); }
    u->parts[n->id] = write_out(g, &shell, args);
    return u->parts[n->id][0]; /* read by its parts alone */
}

static graph *unrolled(const graph *f, bool inside) {
    unrolling u = {inside, NEW_ARRAY(f->mem, node **, f->nodes.len + 1)};
    return graph_rebuild(f->mem, f, unrolled_loop, &u);
}

graph *unroll_loops(const graph *f) {
    return unrolled(f, false);
}
