/* kit_program.c: see kit_program.h. */
#include "kit_program.h"

#include <math.h>
#include <string.h>

#include "kit_derive.h"

enum { LARGEST_COUNT = 160, LOOP_OPERATORS = 4 };
static const double LARGEST_VALUE = 300.0;

typedef struct maker {
    arena *a;
    const program_parts *parts;
    rng r;
    graph *g;
    VEC(tensor) value;   /* by node id; v is NULL for what was left out and for loops */
    VEC(node *) pool;    /* what may be an argument */
    VEC(tensor) leaf;    /* by leaf */
    bool inside;         /* the body of a loop: values are those of one step, domains are always enforced */
    bool *used;
} maker;

/* A second derivative of these would need a third of something that is not provided; `lu` has a layout, not a value. */
static bool left_out(op_id op) {
    return op == OP_dsinc || op == OP_d2sinc || op == OP_i1 || op == OP_i1_over_x || op == OP_lu;
}

program_parts *program_parts_new(arena *a, const optable *ops) {
    program_parts *p = NEW(a, program_parts);
    p->ops = ops;
    const char *why = "";
    for (int op = 0; op < OP_COUNT; op++)
        if (!left_out((op_id)op) && !op_cases(a, ops, (op_id)op, &p->cases[op], &why)) die(4, "%s", why);
    return p;
}

/* ---- nodes with values ---------------------------------------------------------------------------------------------------- */
static const tensor *value_of(const maker *m, const node *n) {
    return n->id < m->value.len && m->value.data[n->id].v ? &m->value.data[n->id] : NULL;
}

static void set_value(maker *m, const node *n, tensor t) {
    while (m->value.len <= n->id) vec_push(m->a, &m->value, (tensor){0});
    m->value.data[n->id] = t;
}

static double largest(const tensor *t) {
    double most = 0.0;
    for (size_t i = 0; i < tensor_doubles(&t->type); i++) most = fmax(most, fabs(t->v[i]));
    return most;
}

/* Evaluates n; NULL (n stays unused) when it is not finite or too large. */
static node *keep(maker *m, node *n) {
    if (value_of(m, n)) return n;
    const tensor *args[64];
    tensor out;
    const char *why = "";
    if (n->op == OP_constant) return set_value(m, n, tensor_of_constant(m->a, n)), n;
    if (n->nargs > 64 || type_count(&n->type) > LARGEST_COUNT) return NULL;
    for (int k = 0; k < n->nargs; k++)
        if (!(args[k] = value_of(m, n->args[k]))) return NULL;
    if (!eval_node(m->a, n, args, &out, &why)) die(4, "random program: %s", why);
    if (!tensor_finite(&out) || largest(&out) > LARGEST_VALUE) return NULL;
    set_value(m, n, out);
    m->used[n->op] = true;
    return n;
}

static node *op_of(maker *m, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs) {
    type t;
    const char *why = "";
    for (int k = 0; k < nargs; k++)
        if (!args[k]) return NULL;
    if (!infer_type(m->a, m->parts->ops, op, args, nargs, attrs, nattrs, &t, &why)) return NULL;
    return keep(m, graph_op(m->g, op, args, nargs, attrs, nattrs, NULL));
}

static node *op1(maker *m, op_id op, node *x) { return op_of(m, op, &x, 1, NULL, 0); }
static node *op2(maker *m, op_id op, node *x, node *y) { return op_of(m, op, (node *[]){x, y}, 2, NULL, 0); }

static node *scalar(maker *m, double x) { return keep(m, graph_scalar(m->g, x, NULL)); }

static node *add_leaf(maker *m, const char *name, role what, type t) {
    node *n = graph_leaf(m->g, name, what, t, NULL);
    tensor v = random_tensor(m->a, &m->r, t);
    set_value(m, n, v);
    vec_push(m->a, &m->leaf, v);
    vec_push(m->a, &m->pool, n);
    return n;
}

static node *pick(maker *m) {
    int n = m->pool.len, recent = n > 6 ? 6 : n;
    return m->pool.data[rng_below(&m->r, 2) ? n - 1 - rng_below(&m->r, recent) : rng_below(&m->r, n)];
}

/* ---- bending a value to a type ---------------------------------------------------------------------------------------------- */
static node *to_dtype(maker *m, node *x, dtype dt) {
    if (!x || x->type.dt == dt) return x;
    if (dt == T_INT) return op2(m, OP_lt, x->type.dt == T_COMPLEX ? op1(m, OP_re, x) : x, scalar(m, 0.11));
    if (x->type.dt == T_INT) x = op1(m, OP_to_real, x);
    if (!x || x->type.dt == dt) return x;
    return dt == T_REAL ? op1(m, rng_below(&m->r, 2) ? OP_re : OP_im, x) : op2(m, OP_complex, x, scalar(m, 0.3));
}

/* Any array as one of the given type: its elements, gathered by a random list of places, reshaped. */
static node *to_type(maker *m, node *x, type t) {
    x = to_dtype(m, x, t.dt);
    if (!x || same_type(&x->type, &t)) return x;
    int64_t have = type_count(&x->type), need = type_count(&t);
    if (have != need || rng_below(&m->r, 3) == 0) {
        double place[LARGEST_COUNT];
        if (need > LARGEST_COUNT) return NULL;
        for (int64_t i = 0; i < need; i++) place[i] = have >= need ? (double)(i + (have - need) / 2) : rng_below(&m->r, (int)have);
        node *list = keep(m, graph_constant(m->g, type_make(T_INT, 1, &need), place, false, NULL));
        x = op_of(m, OP_reshape, &x, 1, &(attr){1, &have}, 1);
        x = op2(m, OP_gather, x, list);
    }
    return op_of(m, OP_reshape, &x, 1, &(attr){t.rank, t.shape}, 1);
}

static node *squashed(maker *m, node *x) { /* into -1..1, both parts */
    if (!x || x->type.dt == T_INT) return x;
    if (x->type.dt == T_REAL) return op1(m, OP_tanh, x);
    node *re = op1(m, OP_re, x), *im = op1(m, OP_im, x);
    re = re ? op1(m, OP_tanh, re) : NULL;
    im = im ? op1(m, OP_atan, im) : NULL;
    return op2(m, OP_complex, re, im);
}

static bool within(const tensor *t, double lo, double hi) {
    size_t width = t->type.dt == T_COMPLEX ? 2 : 1;
    for (size_t i = 0; i < tensor_doubles(&t->type); i++)
        if (i % width == 0 ? t->v[i] < lo || t->v[i] > hi : fabs(t->v[i]) > 3.0) return false;
    return true;
}

static node *into_range(maker *m, node *x, double lo, double hi) {
    if (!x || (!m->inside && value_of(m, x) && within(value_of(m, x), lo, hi))) return x;
    x = squashed(m, x);
    node *re = x ? op1(m, OP_re, x) : NULL;
    re = op2(m, OP_add, scalar(m, 0.5 * (lo + hi)), op2(m, OP_mul, scalar(m, 0.45 * (hi - lo)), re));
    return x && x->type.dt == T_COMPLEX ? op2(m, OP_complex, re, op1(m, OP_im, x)) : re;
}

/* x + n c I, or x x^H + c I. */
static node *into_matrix(maker *m, node *x, domain_kind kind) {
    if (!x) return NULL;
    int64_t n = x->type.shape[x->type.rank - 1], shape[2] = {n, n};
    double eye[LARGEST_COUNT] = {0}, diagonal = kind == DOMAIN_POSITIVE_DEFINITE ? 1.0 : 2.0 * (double)n;
    for (int64_t i = 0; i < n; i++) eye[i * n + i] = diagonal;
    x = squashed(m, x);
    attr flags[2] = {{1, (int64_t[]){0}}, {1, (int64_t[]){1}}};
    if (kind == DOMAIN_POSITIVE_DEFINITE) x = op_of(m, OP_matmul_, (node *[]){x, x}, 2, flags, 2);
    return op2(m, OP_add, x, keep(m, graph_constant(m->g, type_make(T_REAL, 2, shape), eye, false, NULL)));
}

static node *into_domain(maker *m, node *x, const arg_domain *d) {
    switch (d->kind) {
    case DOMAIN_RANGE: return into_range(m, x, d->lo, d->hi);
    case DOMAIN_POSITIVE_DEFINITE:
    case DOMAIN_WELL_CONDITIONED: return into_matrix(m, x, d->kind);
    default: break;
    }
    bool wild = x && x->type.dt != T_INT && (m->inside || (value_of(m, x) && largest(value_of(m, x)) > 4.0));
    return wild ? squashed(m, x) : x;
}

/* ---- growing --------------------------------------------------------------------------------------------------------------------- */
/* One operator with the types and static arguments of one of its cases. */
static node *grow_case(maker *m, const op_case *c) {
    node *args[OP_MAX_ARGS] = {0};
    for (int k = 0; k < c->nargs; k++)
        if (c->domain[k].kind != DOMAIN_LU) args[k] = into_domain(m, to_type(m, pick(m), c->arg[k]), &c->domain[k]);
    for (int k = 0; k < c->nargs; k++)
        if (c->domain[k].kind == DOMAIN_LU) args[k] = args[c->domain[k].of] ? op1(m, OP_lu, args[c->domain[k].of]) : NULL;
    return op_of(m, c->op, args, c->nargs, c->attrs, c->nattrs);
}

/* A point-wise operator on whatever shapes there are, if they broadcast. */
static node *grow_broadcast(maker *m, const op_case *c) {
    node *args[OP_MAX_ARGS];
    for (int k = 0; k < c->nargs; k++) args[k] = into_domain(m, to_dtype(m, pick(m), c->arg[k].dt), &c->domain[k]);
    return op_of(m, c->op, args, c->nargs, NULL, 0);
}

static node *grow_operator(maker *m) {
    const op_case_list *list;
    op_id op;
    do {
        op = (op_id)rng_below(&m->r, OP_COUNT);
        list = &m->parts->cases[op];
    } while (list->items.len == 0);
    const op_case *c = &list->items.data[rng_below(&m->r, list->items.len)];
    bool loose = op_info(op)->kind == K_POINTWISE && rng_below(&m->r, 2);
    return loose ? grow_broadcast(m, c) : grow_case(m, c);
}

static type random_type(maker *m) {
    static const char *const SHAPES[] = {"", "1", "3", "4", "5", "2 3", "3 1", "3 3", "2 2 3"};
    return type_of(rng_below(&m->r, 3) ? T_REAL : T_COMPLEX, SHAPES[rng_below(&m->r, (int)COUNT_OF(SHAPES))]);
}

/* ---- loops ------------------------------------------------------------------------------------------------------------------------- */
typedef struct loop {
    int64_t attrs[SCAN_NATTRS];
    node *args[8];
    type leaf[8]; /* of the body, after the index */
    int n;
} loop;

static void loop_argument(maker *m, loop *l, type body_type, int64_t trip) {
    type t = body_type;
    if (trip > 0) { /* a slice: one more axis in front */
        t.rank = body_type.rank + 1;
        t.shape[0] = trip;
        for (int k = 0; k < body_type.rank; k++) t.shape[k + 1] = body_type.shape[k];
    }
    l->leaf[l->n] = body_type;
    l->args[l->n++] = into_domain(m, to_type(m, pick(m), t), &(arg_domain){.kind = DOMAIN_NORMAL});
}

/* The body grows like a program of its own; next states are squashed, so that they stay where they are. */
static graph *loop_body(maker *m, const loop *l) {
    maker b = {.a = m->a, .parts = m->parts, .r = m->r, .inside = true, .used = m->used};
    b.g = graph_new(m->a, m->parts->ops, "body");
    add_leaf(&b, "index", ROLE_INPUT, type_scalar(T_INT));
    for (int k = 0; k < l->n; k++) add_leaf(&b, arena_printf(m->a, "b%d", k), ROLE_INPUT, l->leaf[k]);
    for (int tries = 0, made = 0; tries < 40 && made < LOOP_OPERATORS; tries++) {
        node *n = grow_operator(&b);
        if (!n) continue;
        vec_push(m->a, &b.pool, n);
        made++;
    }
    int collected = 1 + rng_below(&b.r, 2);
    for (int k = 0; k < l->attrs[SCAN_STATES] + collected; k++) {
        bool state = k < l->attrs[SCAN_STATES];
        node *n = squashed(&b, to_type(&b, pick(&b), state ? l->leaf[k] : random_type(&b)));
        if (!n) n = state ? b.g->leaves.data[k + 1] : NULL;
        if (n) graph_result(b.g, OUT_RESULT, arena_printf(m->a, "r%d", k), n);
    }
    m->r = b.r;
    return b.g;
}

/* A loop and its parts, which join the pool. */
static void grow_loop(maker *m, bool is_long) {
    static const int SHORT[SCAN_NATTRS] = {5, 2, 3, 2, 2}, LONG[SCAN_NATTRS] = {17, 2, 3, 2, 1},
                     LEAST[SCAN_NATTRS] = {1, 1, 0, 0, 0};
    const int *limit = is_long ? LONG : SHORT;
    loop l = {.n = 0};
    for (int k = 0; k < SCAN_NATTRS; k++) l.attrs[k] = LEAST[k] + rng_below(&m->r, limit[k]);
    for (int k = 0; k < l.attrs[SCAN_STATES]; k++) loop_argument(m, &l, random_type(m), 0);
    for (int k = 0; k < l.attrs[SCAN_SLICES]; k++) loop_argument(m, &l, random_type(m), l.attrs[SCAN_TRIP]);
    for (int k = 0; k < l.attrs[SCAN_CONSTS]; k++) loop_argument(m, &l, random_type(m), 0);
    const tensor *args[8];
    for (int k = 0; k < l.n; k++)
        if (!l.args[k] || !(args[k] = value_of(m, l.args[k]))) return;
    graph *body = loop_body(m, &l);
    attr attrs[SCAN_NATTRS];
    for (int k = 0; k < SCAN_NATTRS; k++) attrs[k] = (attr){1, &l.attrs[k]};
    node *scan = graph_scan(m->g, body, l.args, l.n, attrs, SCAN_NATTRS, NULL);
    tensor out;
    const char *why = "";
    if (!eval_node(m->a, scan, args, &out, &why)) die(4, "random program: %s", why);
    for (int k = 0; k < out.nparts; k++)
        if (!tensor_finite(&out.parts[k]) || largest(&out.parts[k]) > LARGEST_VALUE) return;
    for (int64_t k = 0; k < out.nparts; k++) {
        node *part = graph_node(m->g, OP_part, scan_part_type(scan, k), &scan, 1, &(attr){1, &k}, 1, NULL);
        set_value(m, part, out.parts[k]);
        if (type_count(&part->type) <= LARGEST_COUNT) vec_push(m->a, &m->pool, part);
    }
    m->used[OP_scan] = m->used[OP_part] = true;
}

/* ---- whole programs ------------------------------------------------------------------------------------------------------------------- */
static void deliver(maker *m) {
    bool *read = NEW_ARRAY(m->a, bool, m->g->nodes.len + 1);
    for (int i = 0; i < m->g->nodes.len; i++) {
        const node *n = m->g->nodes.data[i];
        for (int k = 0; value_of(m, n) && k < n->nargs; k++) read[n->args[k]->id] = true;
    }
    node *outputs[4];
    int n = 0;
    for (int i = m->pool.len - 1; i >= 0 && n < 3; i--) { /* what nothing uses, the newest first */
        node *x = m->pool.data[i];
        bool twice = false;
        for (int k = 0; k < n; k++) twice = twice || outputs[k] == x;
        if (!read[x->id] && x->op != OP_leaf && !twice) outputs[n++] = x;
    }
    if (n == 0) outputs[n++] = m->pool.data[m->pool.len - 1];
    for (int k = 0; k < n; k++) graph_result(m->g, OUT_OUTPUT, arena_printf(m->a, "y%d", k), outputs[k]);
    node *anchor = m->g->leaves.data[0]; /* a loss there is, whatever the outputs are */
    outputs[n++] = anchor;
    add_test_loss(m->g, outputs, n, &m->r);
}

random_program make_random_program(arena *a, const program_parts *parts, uint64_t seed, int size,
                                   loop_choice loops) {
    random_program out = {.p = NEW(a, program)};
    bool *used = NEW_ARRAY(a, bool, OP_COUNT);
    maker m = {.a = a, .parts = parts, .r = rng_new(seed), .used = used};
    out.p->name = arena_printf(a, "p%llu", (unsigned long long)seed);
    m.g = out.p->forward = graph_new(a, parts->ops, out.p->name);
    int leaves = 2 + rng_below(&m.r, 3);
    for (int k = 0; k < leaves; k++) add_leaf(&m, arena_printf(a, "x%d", k), ROLE_PARAM, random_type(&m));
    if (rng_below(&m.r, 3) == 0) add_leaf(&m, "i0", ROLE_INPUT, type_of(T_INT, "4"));
    for (int tries = 0; tries < 6 * size && out.operators < size; tries++) {
        if (rng_below(&m.r, loops == LONG_LOOPS ? 4 : 12) == 0 && loops) {
            grow_loop(&m, loops == LONG_LOOPS);
            continue;
        }
        node *n = grow_operator(&m);
        if (!n) continue;
        vec_push(a, &m.pool, n);
        out.operators++;
    }
    deliver(&m);
    for (int k = 0; k < m.g->leaves.len; k++) {
        const node *l = m.g->leaves.data[k];
        leaf_info info = {.name = l->name, .role = l->role, .type = l->type};
        vec_push(a, &out.p->leaves, info);
    }
    out.p->nlosses = 1;
    out.value = m.leaf.data;
    memcpy(out.used, used, sizeof out.used);
    return out;
}
