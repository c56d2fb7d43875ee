/* graph.c: making nodes. Equal nodes are one node (hash-consing over operator, type, arguments, attributes and
 * constant); leaves, scans and customs are each their own. */
#include "ir/graph.h"

#include <string.h>

#include "ir/optable.h"

typedef struct slot {
    uint64_t hash;
    node *n; /* NULL: free */
} slot;

typedef struct cse_table { /* open addressing, at most half full */
    slot *slots;
    size_t cap, used;
} cse_table;

graph *graph_new(arena *a, const optable *ops, const char *name) {
    graph *g = NEW(a, graph);
    g->mem = a;
    g->ops = ops;
    g->name = arena_strdup(a, name ? name : "");
    cse_table *t = NEW(a, cse_table);
    t->cap = 64;
    t->slots = NEW_ARRAY(a, slot, t->cap);
    g->cse = t;
    return g;
}

size_t konst_numbers(const node *n) {
    size_t per = n->type.dt == T_COMPLEX ? 2 : 1;
    return n->konst->splat ? per : per * (size_t)type_count(&n->type);
}

static bool shared(op_id op) {
    return op != OP_leaf && op != OP_scan && op != OP_custom;
}

/* Number by number, not byte by byte: tables of constants are long. */
static uint64_t hash_numbers(uint64_t seed, const double *v, size_t count) {
    uint64_t h = seed + UINT64_C(14695981039346656037);
    for (size_t k = 0; k < count; k++) {
        uint64_t bits;
        memcpy(&bits, &v[k], sizeof bits);
        h = (h ^ bits) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 32;
    }
    return h;
}

static uint64_t hash_node(const node *n) {
    const type *t = &n->type;
    int64_t head[] = {n->op, t->dt, t->rank, n->nargs, n->nattrs};
    uint64_t h = hash_bytes(0, head, sizeof head);
    h = hash_bytes(h, t->shape, (size_t)t->rank * sizeof t->shape[0]);
    double tags[] = {t->rate, t->df};
    h = hash_bytes(h, tags, sizeof tags);
    for (int k = 0; k < n->nargs; k++) h = hash_bytes(h, &n->args[k]->id, sizeof n->args[k]->id);
    for (int k = 0; k < n->nattrs; k++) h = hash_bytes(h, n->attrs[k].v, (size_t)n->attrs[k].n * sizeof(int64_t));
    return n->konst ? hash_bytes(h, &n->konst->hash, sizeof n->konst->hash) : h;
}

static bool equal_nodes(const node *a, const node *b) {
    if (a->op != b->op || a->nargs != b->nargs || a->nattrs != b->nattrs) return false;
    if (!same_type(&a->type, &b->type)) return false;
    if (memcmp(&a->type.rate, &b->type.rate, sizeof(double)) || memcmp(&a->type.df, &b->type.df, sizeof(double)))
        return false;
    for (int k = 0; k < a->nargs; k++)
        if (a->args[k] != b->args[k]) return false;
    for (int k = 0; k < a->nattrs; k++) {
        const attr *x = &a->attrs[k], *y = &b->attrs[k];
        if (x->n != y->n || (x->n && memcmp(x->v, y->v, (size_t)x->n * sizeof(int64_t)))) return false;
    }
    if (!a->konst) return true;
    if (a->konst->splat != b->konst->splat || a->konst->hash != b->konst->hash) return false;
    return a->konst->value == b->konst->value ||
           !memcmp(a->konst->value, b->konst->value, konst_numbers(a) * sizeof(double));
}

static void insert_slot(cse_table *t, slot s) {
    size_t i = (size_t)s.hash & (t->cap - 1);
    while (t->slots[i].n) i = (i + 1) & (t->cap - 1);
    t->slots[i] = s;
}

static void grow(arena *a, cse_table *t) {
    slot *old = t->slots;
    size_t n = t->cap;
    t->cap *= 2;
    t->slots = NEW_ARRAY(a, slot, t->cap);
    for (size_t i = 0; i < n; i++)
        if (old[i].n) insert_slot(t, old[i]);
}

static node *append(graph *g, const node *proto, const origin *from) {
    node *n = NEW(g->mem, node);
    *n = *proto;
    n->id = g->nodes.len;
    n->mark = NULL;
    n->from = from;
    n->args = NEW_ARRAY(g->mem, node *, proto->nargs + 1);
    for (int k = 0; k < proto->nargs; k++) n->args[k] = proto->args[k];
    n->attrs = NEW_ARRAY(g->mem, attr, proto->nattrs + 1);
    for (int k = 0; k < proto->nattrs; k++) {
        int64_t *v = NEW_ARRAY(g->mem, int64_t, proto->attrs[k].n + 1);
        for (int i = 0; i < proto->attrs[k].n; i++) v[i] = proto->attrs[k].v[i];
        n->attrs[k] = (attr){proto->attrs[k].n, v};
    }
    vec_push(g->mem, &g->nodes, n);
    return n;
}

/* Finds the node equal to proto, or makes it. */
static node *find_or_make(graph *g, const node *proto, const origin *from) {
    for (int k = 0; k < proto->nargs; k++) {
        const node *x = proto->args[k];
        if (!x || x->id >= g->nodes.len || g->nodes.data[x->id] != x)
            die(4, "internal error: argument %d of %s is not a node of the graph", k, op_info(proto->op)->name);
    }
    if (!shared(proto->op)) return append(g, proto, from);
    cse_table *t = g->cse;
    uint64_t h = hash_node(proto);
    for (size_t i = (size_t)h & (t->cap - 1); t->slots[i].n; i = (i + 1) & (t->cap - 1))
        if (t->slots[i].hash == h && equal_nodes(t->slots[i].n, proto)) return t->slots[i].n;
    node *n = append(g, proto, from);
    if (2 * (t->used + 1) > t->cap) grow(g->mem, t);
    insert_slot(t, (slot){h, n});
    t->used++;
    return n;
}

/* The prototype is only read, so its pointers may be to memory of the caller. */
static node prototype(op_id op, type t, node *const *args, int nargs, const attr *attrs, int nattrs) {
    node n = {.op = op, .type = t, .nargs = nargs, .nattrs = nattrs};
    memcpy(&n.args, &args, sizeof n.args);
    memcpy(&n.attrs, &attrs, sizeof n.attrs);
    return n;
}

node *graph_node(graph *g, op_id op, type t, node *const *args, int nargs, const attr *attrs, int nattrs,
                 const origin *from) {
    node p = prototype(op, t, args, nargs, attrs, nattrs);
    return find_or_make(g, &p, from);
}

node *graph_leaf(graph *g, const char *name, role r, type t, const origin *from) {
    node p = {.op = OP_leaf, .type = t, .role = r, .name = arena_strdup(g->mem, name)};
    node *n = append(g, &p, from);
    vec_push(g->mem, &g->leaves, n);
    return n;
}

node *graph_constant(graph *g, type t, const double *value, bool splat, const origin *from) {
    constant c = {splat, value, 0};
    size_t per = t.dt == T_COMPLEX ? 2 : 1, count = (size_t)type_count(&t);
    if (!splat) { /* the same number everywhere is a splat however it was given: equal values are one node */
        size_t k = 1;
        while (k < count && !memcmp(value, value + k * per, per * sizeof *value)) k++;
        c.splat = k == count;
    }
    node p = {.op = OP_constant, .type = t, .konst = &c};
    count = konst_numbers(&p);
    c.hash = hash_numbers(c.splat, value, count);
    node *n = find_or_make(g, &p, from);
    if (n->konst != &c) return n;
    constant *kept = NEW(g->mem, constant); /* a new one: take a copy of the caller's memory */
    double *v = NEW_ARRAY(g->mem, double, count);
    memcpy(v, value, count * sizeof *v);
    *kept = (constant){c.splat, v, c.hash};
    n->konst = kept;
    return n;
}

node *graph_same_constant(graph *g, const node *n) {
    return find_or_make(g, n, n->from);
}

node *graph_scalar(graph *g, double x, const origin *from) {
    return graph_fill(g, type_scalar(T_REAL), x, from);
}

node *graph_fill(graph *g, type t, double x, const origin *from) {
    double value[2] = {x, 0.0};
    return graph_constant(g, t, value, true, from);
}

type scan_part_type(const node *scan, int64_t k) {
    const graph *b = scan->body;
    if (k < 0 || k >= b->results.len || !b->results.data[k].value)
        die(4, "internal error: a scan has no part %lld", (long long)k);
    type t = b->results.data[k].value->type;
    if (k < attr_int(scan, SCAN_STATES)) return t;
    if (t.rank == MAX_RANK) die(4, "internal error: what a scan collects has too many axes");
    type stack = {.dt = t.dt, .rank = t.rank + 1};
    stack.shape[0] = attr_int(scan, SCAN_TRIP);
    memcpy(stack.shape + 1, t.shape, (size_t)t.rank * sizeof t.shape[0]);
    return stack;
}

node *graph_scan(graph *g, graph *body, node *const *args, int nargs, const attr *attrs, int nattrs,
                 const origin *from) {
    node p = prototype(OP_scan, type_scalar(T_REAL), args, nargs, attrs, nattrs);
    p.body = body;
    p.type = scan_part_type(&p, 0);
    return find_or_make(g, &p, from);
}

node *graph_custom(graph *g, graph *body, graph *rule, bool surrogate, node *const *args, int nargs,
                   const origin *from) {
    if (body->results.len != 1 || !body->results.data[0].value)
        die(4, "internal error: a custom definition has one result");
    node p = prototype(OP_custom, body->results.data[0].value->type, args, nargs, NULL, 0);
    p.body = body;
    p.rule = rule;
    p.surrogate = surrogate;
    return find_or_make(g, &p, from);
}

void graph_result(graph *g, out_kind kind, const char *name, node *value) {
    result r = {kind, arena_strdup(g->mem, name ? name : ""), value};
    vec_push(g->mem, &g->results, r);
}

void graph_name(node *n, const char *name) {
    if (n && !n->name) n->name = name;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */
int64_t attr_int(const node *n, int k) {
    if (k < 0 || k >= n->nattrs || n->attrs[k].n < 1)
        die(4, "internal error: %s has no attribute %d", op_info(n->op)->name, k);
    return n->attrs[k].v[0];
}

/* Flags: bits 4 to 7 the kind, from bit 8 on the number. */
scan_keep keep_of(const node *scan) {
    int64_t f = attr_int(scan, SCAN_FLAGS);
    return (scan_keep){(keep_kind)(f >> 4 & 15), f >> 8};
}

int64_t flags_keeping(int64_t flags, scan_keep keep) {
    return (flags & 15) | (int64_t)keep.kind << 4 | keep.n << 8;
}

bool is_constant(const node *n) {
    return n->op == OP_constant;
}

bool is_splat(const node *n, double *value) {
    if (n->op != OP_constant || !n->konst->splat || n->type.dt == T_COMPLEX) return false;
    if (value) *value = n->konst->value[0];
    return true;
}

void graph_clear_marks(graph *g) {
    for (int k = 0; k < g->nodes.len; k++) g->nodes.data[k]->mark = NULL;
}

int graph_index_of_leaf(const graph *g, const char *name) {
    for (int k = 0; k < g->leaves.len; k++)
        if (!strcmp(g->leaves.data[k]->name, name)) return k;
    return -1;
}
