/* kit_random.c: see kit_random.h. Values stay tame: factors are bounded functions now and then. */
#include "kit_random.h"

#include <string.h>

#include "eval/numbers.h"

#define INTS(...)                                                                \
    {                                                                            \
        (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]) { \
            __VA_ARGS__                                                          \
        }                                                                        \
    }

enum { LARGEST = 600 };

typedef struct maker {
    rng r;
    graph *g;
} maker;

static node *pick(maker *m) {
    int n = m->g->nodes.len, recent = n > 8 ? 8 : n; /* prefer what was made last: long chains */
    return m->g->nodes.data[rng_below(&m->r, 3) ? n - 1 - rng_below(&m->r, recent) : rng_below(&m->r, n)];
}

static node *pick_of(maker *m, dtype dt) {
    for (int k = 0; k < 12; k++) {
        node *n = pick(m);
        if (n->type.dt == dt) return n;
    }
    return pick(m);
}

static bool try_op(maker *m, op_id op, node **args, int n, const attr *at, int nat) {
    type t;
    const char *why = "";
    if (!infer_type(m->g->mem, m->g->ops, op, args, n, at, nat, &t, &why)) return false;
    if (type_count(&t) > LARGEST) return false;
    node *made = graph_op(m->g, op, args, n, at, nat, NULL);
    if (rng_below(&m->r, 4) == 0) graph_name(made, arena_printf(m->g->mem, "v%d", made->id));
    return true;
}

/* Rows whose value is an arbitrary choice where arguments are wild, or that grow too fast. */
static bool tame(op_id op) {
    switch (op) {
    case OP_pow:
    case OP_recip:
    case OP_div:
    case OP_floordiv:
    case OP_mod:
    case OP_imod:
    case OP_idiv:
    case OP_exp:
    case OP_expm1:
    case OP_sinh:
    case OP_cosh:
    case OP_tan:
    case OP_log_:
    case OP_log1p:
    case OP_i0:
    case OP_i1:
    case OP_angle:
    case OP_round:
    case OP_floor:
    case OP_ceil:
    case OP_to_int:
    case OP_sqrt:
    case OP_asin:
    case OP_acos:
    case OP_acosh:
    case OP_atanh: return false;
    default: return true;
    }
}

static void add_pointwise(maker *m) {
    op_id op;
    do {
        op = (op_id)rng_below(&m->r, OP_COUNT);
        if (rng_below(&m->r, 3) == 0)
            op = (op_id[]){OP_add, OP_mul, OP_sub, OP_where, OP_tanh, OP_neg}[rng_below(&m->r, 6)];
    } while (op_info(op)->kind != K_POINTWISE || !tame(op));
    node *args[OP_MAX_ARGS];
    const op_sig *s = op_signature(m->g->ops, op);
    for (int k = 0; k < s->nargs; k++) args[k] = pick(m);
    if (op == OP_where) args[0] = pick_of(m, T_INT);
    try_op(m, op, args, s->nargs, NULL, 0);
}

static void add_slice(maker *m, node *x) {
    int64_t a[MAX_RANK], b[MAX_RANK], c[MAX_RANK];
    int rank = x->type.rank;
    for (int k = 0; k < rank; k++) {
        int64_t n = x->type.shape[k];
        b[k] = rng_below(&m->r, 3) == 0 ? -1 : 1 + rng_below(&m->r, 2);
        a[k] = b[k] < 0 ? n - 1 : rng_below(&m->r, (int)n);
        int64_t most = b[k] < 0 ? a[k] + 1 : (n - 1 - a[k]) / b[k] + 1;
        c[k] = rng_below(&m->r, 3) ? most : 1 + rng_below(&m->r, (int)most);
    }
    attr at[3] = {{rank, a}, {rank, b}, {rank, c}};
    try_op(m, OP_slice, &x, 1, at, 3);
}

static void add_embed(maker *m, node *x) {
    int64_t a[MAX_RANK], b[MAX_RANK], c[MAX_RANK];
    int rank = x->type.rank;
    for (int k = 0; k < rank; k++) {
        int64_t n = x->type.shape[k];
        b[k] = rng_below(&m->r, 4) == 0 ? -1 : 1 + (rng_below(&m->r, 4) == 0);
        if (rng_below(&m->r, 2)) b[k] = 1;
        a[k] = rng_below(&m->r, 3) + (b[k] < 0 ? n - 1 : 0);
        c[k] = a[k] + (b[k] < 0 ? 1 : (n - 1) * b[k] + 1) + rng_below(&m->r, 3);
        if (rng_below(&m->r, 2)) a[k] = 0, b[k] = 1, c[k] = n;
    }
    attr at[3] = {{rank, a}, {rank, b}, {rank, c}};
    try_op(m, OP_embed, &x, 1, at, 3);
}

static void add_reshape(maker *m, node *x) {
    int64_t n = type_count(&x->type), shape[3] = {n, 1, 1};
    int rank = 1 + rng_below(&m->r, 3);
    for (int k = 0; k + 1 < rank; k++) { /* split off a divisor */
        int64_t d = 1 + rng_below(&m->r, 6);
        if (shape[k] % d == 0) {
            shape[k + 1] = shape[k] / d;
            shape[k] = d;
        }
    }
    try_op(m, OP_reshape, &x, 1, &(attr){rank, shape}, 1);
}

static void add_view(maker *m) {
    node *x = pick(m);
    int rank = x->type.rank;
    int64_t perm[MAX_RANK] = {0, 1, 2, 3, 4, 5};
    switch (rng_below(&m->r, 8)) {
    case 0: add_slice(m, x); break;
    case 1: add_embed(m, x); break;
    case 2:
        for (int k = rank - 1; k > 0; k--) {
            int j = rng_below(&m->r, k + 1);
            int64_t t = perm[k];
            perm[k] = perm[j];
            perm[j] = t;
        }
        try_op(m, OP_permute, &x, 1, &(attr){rank, perm}, 1);
        break;
    case 3: add_reshape(m, x); break;
    case 4: {
        static const int64_t shape[] = {2, 3, 4};
        int n = rng_below(&m->r, 4);
        try_op(m, OP_broadcast, &x, 1, &(attr){n, shape + 3 - n}, 1);
        break;
    }
    case 5: {
        node *three[] = {x, pick(m), rng_below(&m->r, 2) ? x : pick(m)};
        try_op(m, OP_concat, three, 2 + rng_below(&m->r, 2), &(attr)INTS(rank > 0 ? rng_below(&m->r, rank) : 0), 1);
        break;
    }
    case 6: {
        attr at[2] = {INTS(1 + rng_below(&m->r, 4)), INTS(1 + rng_below(&m->r, 3))};
        try_op(m, OP_frame, &x, 1, at, 2);
        break;
    }
    default: add_slice(m, x);
    }
}

static void add_reduction(maker *m) {
    static const op_id last[] = {OP_reduce_max, OP_reduce_min, OP_argmax, OP_argmin};
    node *x = pick(m);
    if (rng_below(&m->r, 3) == 0) {
        try_op(m, last[rng_below(&m->r, 4)], &x, 1, NULL, 0);
        return;
    }
    int64_t a[MAX_RANK];
    int n = 0;
    for (int k = 0; k < x->type.rank; k++)
        if (rng_below(&m->r, 2)) a[n++] = k;
    try_op(m, OP_sum, &x, 1, &(attr){n, a}, 1);
}

static void add_transform(maker *m, node *x) {
    int64_t n = x->type.rank ? x->type.shape[x->type.rank - 1] : 1;
    int64_t dims = 1 + rng_below(&m->r, 2);
    if (x->type.dt == T_COMPLEX) {
        attr fft[2] = {INTS(dims), INTS(rng_below(&m->r, 2) ? 1 : -1)},
             back[2] = {INTS(dims), INTS(2 * (n - 1) + rng_below(&m->r, 2))};
        if (rng_below(&m->r, 2)) try_op(m, OP_fft_, &x, 1, fft, 2);
        else try_op(m, OP_hc2r, &x, 1, back, 2);
    } else if (rng_below(&m->r, 2)) {
        try_op(m, OP_rfft_, &x, 1, &(attr)INTS(dims), 1);
    } else if (n > 1) {
        try_op(m, OP_r2r, &x, 1, &(attr)INTS(1 + rng_below(&m->r, 8)), 1);
    }
}

static void add_product(maker *m, node *x) {
    node *two[] = {x, pick_of(m, x->type.dt)};
    int64_t ta = rng_below(&m->r, 2), tb = rng_below(&m->r, 2), lo = rng_below(&m->r, 3), n = 1 + rng_below(&m->r, 8);
    attr flags[2] = {INTS(ta), INTS(tb)}, one[3] = {INTS(1), INTS(lo), INTS(n)},
         both[3] = {INTS(2), INTS(lo, 1), INTS(n, 3)};
    switch (rng_below(&m->r, 4)) {
    case 0: try_op(m, OP_conv_, two, 2, rng_below(&m->r, 2) ? one : both, 3); break;
    case 1: try_op(m, OP_corr_, two, 2, rng_below(&m->r, 2) ? one : both, 3); break;
    case 2: /* a matrix by itself always fits */
        two[1] = x;
        flags[1].v = (int64_t[]){1 - ta};
        try_op(m, OP_matmul_, two, 2, flags, 2);
        break;
    default: try_op(m, OP_matmul_, two, 2, flags, 2);
    }
}

static void add_sequence(maker *m, node *x) {
    node *two[] = {x, pick_of(m, T_INT)}, *same[] = {x, x};
    attr reverse = INTS(rng_below(&m->r, 2)), add[2] = {INTS(1 + rng_below(&m->r, 3)), INTS(1 + rng_below(&m->r, 9))};
    attr pad[3] = {INTS(rng_below(&m->r, 4)), INTS(rng_below(&m->r, 4)), INTS(1 + rng_below(&m->r, 4))};
    switch (rng_below(&m->r, 7)) {
    case 0: try_op(m, OP_cumsum, &x, 1, &reverse, 1); break;
    case 1: try_op(m, OP_gather, two, 2, NULL, 0); break;
    case 2: try_op(m, OP_scatter_add, two, 2, &(attr)INTS(4), 1); break;
    case 3: try_op(m, OP_overlap_add, &x, 1, add, 2); break;
    case 4: try_op(m, OP_argsort, &x, 1, NULL, 0); break;
    case 5: try_op(m, OP_lrec, same, 2, &reverse, 1); break;
    default: try_op(m, OP_pad_fold, &x, 1, pad, 3);
    }
}

static void add_leaves(maker *m) {
    static const char *const name[] = {"x", "z", "c", "long", "w", "m"};
    static const char *const size[] = {"3 4", "4", "4", "37", "2 3 4", "4 4"};
    static const dtype dt[] = {T_REAL, T_COMPLEX, T_INT, T_REAL, T_REAL, T_COMPLEX};
    for (size_t k = 0; k < COUNT_OF(name); k++) graph_leaf(m->g, name[k], ROLE_INPUT, type_of(dt[k], size[k]), NULL);
    graph_leaf(m->g, "s", ROLE_PARAM, type_scalar(T_REAL), NULL);
    double some[] = {1, -2, 0.25, 4};
    graph_scalar(m->g, 0.5, NULL);
    graph_fill(m->g, type_of(T_REAL, "4"), -1, NULL);
    graph_constant(m->g, type_of(T_REAL, "4"), some, false, NULL);
    graph_fill(m->g, type_scalar(T_INT), 1, NULL);
    graph_op(m->g, OP_iota, NULL, 0, &(attr)INTS(4), 1, NULL);
}

graph *random_program(arena *a, const optable *ops, uint64_t seed, int size) {
    maker m = {rng_new(seed), graph_new(a, ops, arena_printf(a, "random%llu", (unsigned long long)seed))};
    add_leaves(&m);
    for (int k = 0; k < size; k++) {
        int what = rng_below(&m.r, 16);
        if (what < 8) add_pointwise(&m);
        else if (what < 11) add_view(&m);
        else if (what < 13) add_reduction(&m);
        else if (what == 13) add_transform(&m, pick(&m));
        else if (what == 14) add_product(&m, pick(&m));
        else add_sequence(&m, pick(&m));
    }
    bool *used = NEW_ARRAY(a, bool, m.g->nodes.len + 1);
    for (int i = 0; i < m.g->nodes.len; i++)
        for (int k = 0; k < m.g->nodes.data[i]->nargs; k++) used[m.g->nodes.data[i]->args[k]->id] = true;
    for (int i = 0; i < m.g->nodes.len; i++)
        if (!used[i] && m.g->nodes.data[i]->op != OP_leaf)
            graph_result(m.g, OUT_OUTPUT, arena_printf(a, "r%d", i), m.g->nodes.data[i]);
    return m.g;
}
