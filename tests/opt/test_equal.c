/* test_equal.c: every pass keeps the values: random small graphs, convolutions of all shapes, by the reference
 * evaluator. */
#include <math.h>

#include "../ir/fixture.h"
#include "eval/eval.h"
#include "ir/opcase.h"
#include "opt/opt.h"

CU_ErrorCode add_opt_equal_tests(void);

typedef struct rng {
    uint64_t s;
} rng;

static uint64_t next(rng *r) { /* SplitMix64 */
    uint64_t z = r->s += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
static int below(rng *r, int n) {
    return (int)(next(r) % (uint64_t)n);
}
static double uniform(rng *r, double lo, double hi) {
    return lo + (hi - lo) * (double)(next(r) >> 11) * 0x1p-53;
}

/* Values of the leaves of g, the same for every graph with these leaves. */
static const tensor **values(arena *a, const graph *g, uint64_t seed) {
    const tensor **out = NEW_ARRAY(a, const tensor *, g->leaves.len + 1);
    rng r = {seed};
    for (int k = 0; k < g->leaves.len; k++) {
        tensor *t = NEW(a, tensor);
        *t = tensor_new(a, g->leaves.data[k]->type);
        for (size_t i = 0; i < tensor_doubles(&t->type); i++)
            t->v[i] = t->type.dt == T_INT ? below(&r, 3) : uniform(&r, 0.5, 1.5);
        out[k] = t;
    }
    return out;
}

/* Largest difference of the results, relative to the largest value of each. */
static double difference(arena *a, const graph *g, const graph *h, uint64_t seed) {
    const tensor **in = values(a, g, seed);
    tensor *x = NEW_ARRAY(a, tensor, g->results.len + 1), *y = NEW_ARRAY(a, tensor, h->results.len + 1);
    if (g->results.len != h->results.len || !eval_graph(a, g, in, x) || !eval_graph(a, h, in, y)) return INFINITY;
    double worst = 0;
    for (int k = 0; k < g->results.len; k++) {
        double scale = 1e-300, d = 0;
        if (!same_type(&x[k].type, &y[k].type)) return INFINITY;
        for (size_t i = 0; i < tensor_doubles(&x[k].type); i++) {
            if (!isfinite(x[k].v[i])) continue; /* x * 0 is 0 also for an infinite x: only finite values are kept */
            double e = fabs(x[k].v[i] - y[k].v[i]);
            d = e <= d ? d : e;
            scale = fmax(scale, fabs(x[k].v[i]));
        }
        worst = d / scale <= worst ? worst : d / scale;
    }
    return worst;
}

/* ---- random graphs ----------------------------------------------------------------------------------------------- */
static node *pick(rng *r, graph *g) {
    return g->nodes.data[below(r, g->nodes.len)];
}

static bool try_op(graph *g, op_id op, node **args, int n, const attr *at, int nat) {
    type t;
    const char *why = "";
    if (!infer_type(g->mem, g->ops, op, args, n, at, nat, &t, &why)) return false;
    if (type_count(&t) > 400) return false;
    graph_op(g, op, args, n, at, nat, NULL);
    return true;
}

static void random_pointwise(rng *r, graph *g) {
    static const op_id ops[] = {OP_add,  OP_sub, OP_mul,  OP_div,     OP_neg,   OP_mulz, OP_square, OP_abs, OP_abs2,
                                OP_re,   OP_im,  OP_conj, OP_complex, OP_where, OP_lt,   OP_and,    OP_or,  OP_not,
                                OP_relu, OP_pow, OP_unit, OP_recip,   OP_add,   OP_mul,  OP_neg,    OP_mul};
    op_id op = ops[below(r, (int)COUNT_OF(ops))];
    node *args[3] = {pick(r, g), pick(r, g), pick(r, g)};
    double powers[] = {-2, -1, 0, 0.5, 1, 2, 3, 4, 7};
    if (op == OP_pow) args[1] = graph_scalar(g, powers[below(r, 9)], NULL);
    try_op(g, op, args, op_signature(g->ops, op)->nargs, NULL, 0);
}

static void random_walk(rng *r, const type *t, int64_t *start, int64_t *step, int64_t *count) {
    for (int k = 0; k < t->rank; k++) {
        step[k] = below(r, 3) == 0 ? -1 : 1 + below(r, 2);
        start[k] = step[k] < 0 ? t->shape[k] - 1 : below(r, (int)t->shape[k]);
        int64_t most = step[k] < 0 ? start[k] + 1 : (t->shape[k] - 1 - start[k]) / step[k] + 1;
        count[k] = 1 + below(r, (int)most);
    }
}

static void random_view(rng *r, graph *g) {
    node *x = pick(r, g), *two[] = {x, pick(r, g)};
    int64_t a[MAX_RANK], b[MAX_RANK], c[MAX_RANK], perm[MAX_RANK] = {0, 1, 2, 3, 4, 5};
    int rank = x->type.rank;
    attr at[3] = {{rank, a}, {rank, b}, {rank, c}};
    switch (below(r, 7)) {
    case 0:
        random_walk(r, &x->type, a, b, c);
        try_op(g, OP_slice, &x, 1, at, 3);
        break;
    case 1:
        for (int k = 0; k < rank; k++) {
            b[k] = below(r, 4) == 0 ? -1 : 1 + below(r, 2);
            a[k] = below(r, 3) + (b[k] < 0 ? x->type.shape[k] - 1 : 0);
            c[k] = a[k] + (b[k] < 0 ? 1 : (x->type.shape[k] - 1) * b[k] + 1) + below(r, 3);
        }
        try_op(g, OP_embed, &x, 1, at, 3);
        break;
    case 2:
        for (int k = rank - 1; k > 0; k--) {
            int j = below(r, k + 1);
            int64_t t = perm[k];
            perm[k] = perm[j];
            perm[j] = t;
        }
        try_op(g, OP_permute, &x, 1, &(attr){rank, perm}, 1);
        break;
    case 3: try_op(g, OP_reshape, &x, 1, below(r, 2) ? &(attr)INTS(-1) : &(attr)INTS(1, -1, 1), 1); break;
    case 4: {
        static const int64_t shape[] = {2, 3, 4};
        int n = below(r, 4);
        try_op(g, OP_broadcast, &x, 1, &(attr){n, shape + 3 - n}, 1);
        break;
    }
    case 5: try_op(g, OP_concat, two, 2, &(attr)INTS(rank > 0 ? below(r, rank) : 0), 1); break;
    default: {
        int n = 0;
        for (int k = 0; k < rank; k++)
            if (below(r, 2)) a[n++] = k;
        try_op(g, OP_sum, &x, 1, &(attr){n, a}, 1);
    }
    }
}

static graph *random_graph(fixture *f, uint64_t seed) {
    rng r = {seed};
    graph *g = graph_new(f->mem, f->ops, "random");
    graph_leaf(g, "x", ROLE_INPUT, type_make(T_REAL, 2, SHAPE(3, 4)), NULL);
    graph_leaf(g, "z", ROLE_INPUT, type_make(T_COMPLEX, 1, SHAPE(4)), NULL);
    graph_leaf(g, "c", ROLE_INPUT, type_make(T_INT, 1, SHAPE(4)), NULL);
    graph_leaf(g, "s", ROLE_PARAM, type_scalar(T_REAL), NULL);
    double zero = 0, two[] = {1, 2, 3, 4};
    graph_scalar(g, zero, NULL);
    graph_scalar(g, 1, NULL);
    graph_fill(g, type_make(T_REAL, 1, SHAPE(4)), below(&r, 2) ? -1 : 2, NULL);
    graph_constant(g, type_make(T_REAL, 1, SHAPE(4)), two, false, NULL);
    graph_fill(g, type_scalar(T_INT), below(&r, 2), NULL);
    for (int k = 0; k < 24; k++) {
        if (below(&r, 5) < 3) random_pointwise(&r, g);
        else random_view(&r, g);
    }
    for (int k = 0; k < 4; k++) {
        node *n = g->nodes.data[g->nodes.len - 1 - below(&r, 6)];
        graph_result(g, OUT_RESULT, arena_printf(f->mem, "r%d", k), n);
    }
    return g;
}

static bool passes_keep(fixture *f, const graph *g, uint64_t seed) {
    static const char *const names[] = {"inline_custom", "simplify", "fold", "lower", "dce"};
    bool ok = true;
    for (size_t k = 0; k <= COUNT_OF(names); k++) {
        bool all = k == COUNT_OF(names);
        const graph *h = all ? opt_run(f->mem, g, NULL, true) : opt_pass_by_name(names[k])(f->mem, g);
        const char *why = "";
        if (!graph_verify(f->mem, h, &why) || !(difference(f->mem, g, h, seed) < 1e-11)) {
            printf("seed %llu, %s: %s, %g\n%s->\n%s", (unsigned long long)seed, all ? "all" : names[k], why,
                   difference(f->mem, g, h, seed), print(f, g), print(f, h));
            ok = false;
        }
    }
    return ok;
}

static void random_graphs_keep_their_values(void) {
    int wrong = 0;
    for (uint64_t seed = 1; seed <= 400 && wrong < 3; seed++) {
        fixture f = fixture_new();
        wrong += !passes_keep(&f, random_graph(&f, seed), seed);
        fixture_free(&f);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void every_row_keeps_its_values(void) {
    fixture f = fixture_new();
    int wrong = 0;
    for (int k = 0; k < OP_COUNT; k++) {
        op_case_list cases = {0};
        const char *why = "";
        op_cases(f.mem, f.ops, (op_id)k, &cases, &why);
        for (int c = 0; c < cases.items.len && wrong < 3; c++) {
            graph *g = graph_new(f.mem, f.ops, "row");
            node *args[OP_MAX_ARGS];
            graph_result(g, OUT_OUTPUT, "y", op_case_build(g, &cases.items.data[c], args));
            wrong += !passes_keep(&f, g, 7);
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    fixture_free(&f);
}

/* ---- convolutions ------------------------------------------------------------------------------------------------ */
static bool conv_keeps(fixture *f, op_id op, node *x, node *h, int dims, const int64_t *lo, const int64_t *n) {
    graph *g = f->g;
    int64_t d = dims;
    attr at[] = {{1, &d}, {dims, lo}, {dims, n}};
    g->results.len = 0;
    graph_result(g, OUT_RESULT, "y", graph_op(g, op, (node *const[]){x, h}, 2, at, 3, NULL));
    bool ok = true;
    for (int how = CONV_DIRECT; how <= CONV_BLOCKS; how++) {
        opt_options o = {.conv = (conv_choice)how};
        double e = difference(f->mem, g, opt_run(f->mem, g, &o, true), 3);
        if (!(e < 1e-12)) printf("way %d of\n%s: %g\n", how, print(f, g), e);
        ok = ok && e < 1e-12;
    }
    return ok;
}

static void convolutions_keep_their_values(void) {
    static const int64_t rows[][4] = {
        /* nx, nh, lo, n */
        {9, 3, 0, 11},    {9, 3, 1, 9},      {9, 3, 2, 7},     {9, 3, -4, 20},    {3, 9, 4, 3},      {1, 1, 0, 1},
        {5, 5, 0, 9},     {6, 4, 20, 3},     {300, 7, 0, 306}, {300, 7, 3, 300},  {300, 290, 5, 40}, {300, 306, 0, 7},
        {300, 300, 3, 7}, {300, 294, -1, 7}, {294, 300, 6, 7}, {130, 65, 64, 66}, {7, 300, 3, 300}};
    int wrong = 0;
    for (size_t k = 0; k < COUNT_OF(rows) && wrong < 3; k++)
        for (int kind = 0; kind < 8; kind++) {
            fixture f = fixture_new();
            dtype dt = kind & 1 ? T_COMPLEX : T_REAL;
            bool lead = kind & 4;
            node *x = input(&f, "x", dt, lead ? 2 : 1, lead ? SHAPE(2, rows[k][0]) : SHAPE(rows[k][0]));
            node *h = input(&f, "h", dt, lead ? 3 : 1, lead ? SHAPE(2, 1, rows[k][1]) : SHAPE(rows[k][1]));
            wrong += !conv_keeps(&f, kind & 2 ? OP_corr_ : OP_conv_, x, h, 1, &rows[k][2], &rows[k][3]);
            fixture_free(&f);
        }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void pictures_keep_their_values(void) {
    static const int64_t rows[][8] = {/* H, W, P, Q, lo0, lo1, n0, n1 */
                                      {7, 9, 3, 2, 0, 0, 9, 10},  {7, 9, 3, 2, 1, 1, 7, 9}, {7, 9, 3, 2, 2, 1, 5, 8},
                                      {7, 9, 3, 2, -2, 3, 12, 4}, {3, 2, 7, 9, 0, 0, 5, 8}, {4, 4, 4, 4, 3, 0, 7, 1}};
    int wrong = 0;
    for (size_t k = 0; k < COUNT_OF(rows); k++)
        for (int kind = 0; kind < 4; kind++) {
            fixture f = fixture_new();
            dtype dt = kind & 1 ? T_COMPLEX : T_REAL;
            node *x = input(&f, "x", dt, 3, SHAPE(2, rows[k][0], rows[k][1])),
                 *h = input(&f, "h", dt, 2, SHAPE(rows[k][2], rows[k][3]));
            wrong += !conv_keeps(&f, kind & 2 ? OP_corr_ : OP_conv_, x, h, 2, &rows[k][4], &rows[k][6]);
            fixture_free(&f);
        }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* A convolution and its two adjoints share spectra: three transforms forward, three back. */
static int transforms(const graph *g) {
    int n = 0;
    for (int k = 0; k < g->nodes.len; k++) n += g->nodes.data[k]->op == OP_rfft_ || g->nodes.data[k]->op == OP_hc2r;
    return n;
}

static void adjoints_share_spectra(void) {
    static const int64_t rows[][4] = {{1000, 400, 0, 1399}, {1000, 401, 200, 1000}, {1000, 400, 399, 601},
                                      {1000, 9, 0, 1008},   {1000, 9, 4, 1000},     {1000, 9, 8, 992}};
    for (size_t k = 0; k < COUNT_OF(rows); k++)
        for (int way = CONV_FFT; way <= CONV_BLOCKS; way++) {
            if (way == CONV_BLOCKS && rows[k][1] > 9) continue;
            fixture f = fixture_new();
            graph *g = f.g;
            int64_t one = 1;
            node *x = input(&f, "x", T_REAL, 1, &rows[k][0]), *h = input(&f, "h", T_REAL, 1, &rows[k][1]);
            node *s = input(&f, "s", T_REAL, 1, &rows[k][3]);
            attr y[] = {{1, &one}, {1, &rows[k][2]}, {1, &rows[k][3]}}, xb[] = {y[0], y[1], {1, &rows[k][0]}};
            attr hb[] = {y[0], y[1], {1, &rows[k][1]}};
            graph_result(g, OUT_RESULT, "y", graph_op(g, OP_conv_, (node *const[]){x, h}, 2, y, 3, NULL));
            graph_result(g, OUT_RESULT, "xb", graph_op(g, OP_corr_, (node *const[]){s, h}, 2, xb, 3, NULL));
            graph_result(g, OUT_RESULT, "hb", graph_op(g, OP_corr_, (node *const[]){s, x}, 2, hb, 3, NULL));
            opt_options o = {.conv = (conv_choice)way};
            graph *low = opt_run(f.mem, g, &o, true);
            CU_ASSERT_EQUAL(transforms(low), 6);
            if (transforms(low) != 6) printf("%s", print(&f, low));
            CU_ASSERT_TRUE(difference(f.mem, g, low, 5) < 1e-12);
            fixture_free(&f);
        }
}

CU_ErrorCode add_opt_equal_tests(void) {
    CU_pSuite s = CU_add_suite("opt equal", NULL, NULL);
    if (!s) return CU_get_error();
    CU_ADD_TEST(s, random_graphs_keep_their_values);
    CU_ADD_TEST(s, every_row_keeps_its_values);
    CU_ADD_TEST(s, convolutions_keep_their_values);
    CU_ADD_TEST(s, pictures_keep_their_values);
    CU_ADD_TEST(s, adjoints_share_spectra);
    return CUE_SUCCESS;
}
