/* hoist.c: what a loop computes alike in every step is computed before the loop.
 *
 * A node of the body that depends on constants of the loop alone goes out when there is work to it: a call, a division, a
 * reduction, a kernel, a loop, arrays read in two orders (a + a'), which no compiler takes out of a loop. Its value is then one
 * more constant. Sums and products of numbers stay: compilers take them out themselves, and elsewhere they cost less than
 * reading an array. Before differentiation this makes the way back
 * shorter too: the loop adds up one cotangent of the value, whose own derivative is taken once.
 * Requires: a verified graph. Maintains: values, results, leaves, parts of loops. Breaks: the number of constants. */
#include "ir/graph.h"
#include "ir/optable.h"

#include <stdlib.h>
#include <string.h>

enum {
    WORK = 4,           /* operations an element that make a point-wise operator worth it */
    MOST_NUMBERS = 4096 /* an array longer than this and than all it is made of stays in the loop */
};

typedef struct hoisting { /* one loop */
    const node *scan;
    const graph *body;
    bool *fixed;    /* by node of the body: the same in every step */
    bool *work;     /* by node: there is work to it, or to what it is made of */
    int64_t *input; /* by node: numbers of the longest constant it is made of; 0: made of none */
    bool *out;      /* by node: goes out */
    int count;
} hoisting;

static bool moves(const node *n) {
    return op_info(n->op)->kind == K_VIEW;
}

static bool is_permuted(const node *n) {
    for (int k = 0; k < n->nargs; k++)
        if (n->args[k]->op == OP_permute) return true;
    return false;
}

static bool takes_work(const node *n) {
    const op_row *row = op_info(n->op);
    switch (row->kind) {
    case K_POINTWISE: return (row->flops && atoi(row->flops) >= WORK) || is_permuted(n);
    case K_REDUCE:
    case K_KERNEL:
    case K_CONTROL: return true;
    default: return false;
    }
}

static void find_fixed(hoisting *h) {
    const graph *b = h->body;
    int changing = 1 + (int)attr_int(h->scan, SCAN_STATES) + (int)attr_int(h->scan, SCAN_SLICES);
    for (int k = changing; k < b->leaves.len; k++)
        h->input[b->leaves.data[k]->id] = type_count(&b->leaves.data[k]->type);
    for (int i = 0; i < b->nodes.len; i++) {
        const node *n = b->nodes.data[i];
        h->fixed[i] = n->op != OP_leaf || h->input[i] > 0;
        h->work[i] = takes_work(n);
        for (int k = 0; k < n->nargs; k++) {
            int a = n->args[k]->id;
            h->fixed[i] &= h->fixed[a];
            h->work[i] |= h->work[a];
            if (h->input[a] > h->input[i]) h->input[i] = h->input[a];
        }
    }
}

/* Something that changes reads n. */
static void take_out(hoisting *h, const node *n) {
    if (!h->fixed[n->id] || !h->work[n->id] || !h->input[n->id] || h->out[n->id]) return; /* no input: it gets folded */
    int64_t count = type_count(&n->type);
    bool scan = n->op == OP_scan; /* only its parts are values */
    if (!moves(n) && !scan && (count <= MOST_NUMBERS || count <= h->input[n->id])) {
        h->out[n->id] = true;
        h->count++;
        return;
    }
    for (int k = 0; k < n->nargs; k++) take_out(h, n->args[k]);
}

static bool examine(arena *a, const node *scan, hoisting *h) {
    const graph *b = scan->body;
    int n = b->nodes.len + 1;
    *h = (hoisting){.scan = scan, .body = b};
    h->fixed = NEW_ARRAY(a, bool, n);
    h->work = NEW_ARRAY(a, bool, n);
    h->input = NEW_ARRAY(a, int64_t, n);
    h->out = NEW_ARRAY(a, bool, n);
    if (attr_int(scan, SCAN_TRIP) < 2) return false;
    find_fixed(h);
    for (int k = 0; k < b->results.len; k++) take_out(h, b->results.data[k].value);
    for (int i = 0; i < b->nodes.len; i++) {
        const node *x = b->nodes.data[i];
        for (int k = 0; !h->fixed[i] && k < x->nargs; k++) take_out(h, x->args[k]);
    }
    return h->count > 0;
}

/* ---- the graph around the loop --------------------------------------------------------------------------------------- */
static node *outside(graph *g, node *const *args, const node *n, node **map) {
    if (map[n->id]) return map[n->id];
    if (n->op == OP_leaf) return args[(intptr_t)n->mark - 1];
    node **own = NEW_ARRAY(g->mem, node *, n->nargs + 1);
    for (int k = 0; k < n->nargs; k++) own[k] = outside(g, args, n->args[k], map);
    return map[n->id] = graph_copy_node(g, n, own);
}

static const char *new_name(arena *a, const graph *old, const graph *g, const node *n) {
    const char *base = n->name ? n->name : op_info(n->op)->name, *name = base;
    for (int k = 2; graph_index_of_leaf(old, name) >= 0 || graph_index_of_leaf(g, name) >= 0; k++)
        name = arena_printf(a, "%s_%d", base, k);
    return name;
}

static graph *body_without(arena *a, const hoisting *h) {
    const graph *b = h->body;
    graph *g = graph_new(a, b->ops, b->name);
    node **map = NEW_ARRAY(a, node *, b->nodes.len + 1);
    for (int k = 0; k < b->leaves.len; k++) map[b->leaves.data[k]->id] = graph_copy_node(g, b->leaves.data[k], NULL);
    for (int i = 0; i < b->nodes.len; i++) {
        const node *n = b->nodes.data[i];
        if (h->out[i]) map[i] = graph_leaf(g, new_name(a, b, g, n), ROLE_NONE, n->type, n->from);
    }
    for (int i = 0; i < b->nodes.len; i++) {
        const node *n = b->nodes.data[i];
        if (map[i]) continue;
        node **args = NEW_ARRAY(a, node *, n->nargs + 1);
        for (int k = 0; k < n->nargs; k++) args[k] = map[n->args[k]->id];
        map[i] = graph_copy_node(g, n, args);
    }
    for (int k = 0; k < b->results.len; k++) {
        const result *r = &b->results.data[k];
        graph_result(g, r->kind, r->name, map[r->value->id]);
    }
    return graph_prune(a, g);
}

static node *hoisted(graph *g, const node *scan, node *const *args) {
    hoisting h;
    arena *a = g->mem;
    if (!examine(a, scan, &h)) return graph_copy_node(g, scan, args);
    const graph *b = scan->body;
    node **all = NEW_ARRAY(a, node *, scan->nargs + h.count + 1), **map = NEW_ARRAY(a, node *, b->nodes.len + 1);
    int n = scan->nargs;
    memcpy(all, args, sizeof *all * (size_t)n);
    for (int k = 0; k < b->leaves.len; k++) b->leaves.data[k]->mark = (void *)(intptr_t)k; /* leaf 0 is the index */
    for (int i = 0; i < b->nodes.len; i++)
        if (h.out[i]) all[n++] = outside(g, args, b->nodes.data[i], map);
    int64_t v[SCAN_NATTRS];
    attr at[SCAN_NATTRS];
    for (int k = 0; k < SCAN_NATTRS; k++) {
        v[k] = attr_int(scan, k) + (k == SCAN_CONSTS ? h.count : 0);
        at[k] = (attr){1, &v[k]};
    }
    node *s = graph_scan(g, body_without(a, &h), all, n, at, SCAN_NATTRS, scan->from);
    s->kept_states = scan->kept_states;
    return s;
}

static node *hoisted_loop(void *none, graph *g, const node *n, node *const *args) {
    (void)none;
    if (n->op != OP_scan) return NULL;
    node shell = *n;
    shell.body = graph_hoist(g->mem, n->body); /* from the inside out */
    return hoisted(g, &shell, args);
}

graph *graph_hoist(arena *a, const graph *f) {
    return graph_rebuild(a, f, hoisted_loop, NULL);
}
