/* The reference evaluator: every operator has one; values known from elsewhere or by what defines them. */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "ir/optable.h"
#include "eval/numbers.h"

CU_ErrorCode add_ops_eval_tests(void);

static arena *mem;
static rng dice;

static int begin(void) {
    mem = arena_new("test");
    dice = rng_new(7);
    return 0;
}

static int end(void) {
    arena_free(mem);
    return 0;
}

typedef struct ints {
    int n;
    int64_t v[8];
} ints;
#define INTS(...)                                             \
    (ints) {                                                  \
        sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), { \
            __VA_ARGS__                                       \
        }                                                     \
    }

/* One operator on values, its result type given. */
static tensor run(op_id op, type t, int nargs, const tensor *const *args, int nattrs, const ints *attrs) {
    graph *g = graph_new(mem, NULL, "test");
    node *leaf[OP_MAX_ARGS];
    attr list[OP_MAX_STATIC];
    for (int k = 0; k < nargs; k++)
        leaf[k] = graph_leaf(g, arena_printf(mem, "x%d", k), ROLE_INPUT, args[k]->type, NULL);
    for (int k = 0; k < nattrs; k++) list[k] = (attr){attrs[k].n, attrs[k].v};
    graph_result(g, OUT_RESULT, "y", graph_node(g, op, t, leaf, nargs, list, nattrs, NULL));
    tensor y;
    const char *why = "";
    CU_ASSERT_TRUE_FATAL(eval_graph_why(mem, g, args, &y, &why));
    return y;
}
#define ARGS(...)                                                          \
    (int)COUNT_OF(((const tensor *[]){__VA_ARGS__})), (const tensor *[]) { \
        __VA_ARGS__                                                        \
    }
#define ATTRS(...)                                           \
    (int)COUNT_OF(((ints[]){__VA_ARGS__})), (const ints[]) { \
        __VA_ARGS__                                          \
    }
#define NO_ATTRS 0, NULL

static tensor reals(const char *sizes, const double *v) {
    return tensor_from(mem, type_of(T_REAL, sizes), v);
}
static tensor complexes(const char *sizes, const double *v) {
    return tensor_from(mem, type_of(T_COMPLEX, sizes), v);
}
#define REALS(sizes, ...)     reals(sizes, (const double[]){__VA_ARGS__})
#define COMPLEXES(sizes, ...) complexes(sizes, (const double[]){__VA_ARGS__})

static void expect(const tensor *y, const tensor *want, double tolerance) {
    CU_ASSERT_TRUE_FATAL(same_type(&y->type, &want->type));
    CU_ASSERT_TRUE(tensor_distance(y, want) <= tolerance);
}

static void test_every_operator_has_an_evaluator(void) {
    for (int op = 0; op < OP_COUNT; op++) {
        if (op == OP_leaf || op == OP_vjp_ || op == OP_jvp_)
            continue; /* the last two are written out before anything is evaluated */
        CU_ASSERT_TRUE(eval_has((op_id)op));
        if (!eval_has((op_id)op)) printf("  no evaluator: %s\n", op_info((op_id)op)->name);
    }
    CU_ASSERT_FALSE(eval_has(OP_leaf));
}

/* Scalar functions at points whose values are known (DLMF tables, exact identities). */
static double at(op_id op, double x) {
    tensor a = REALS("", x);
    return run(op, type_of(T_REAL, ""), ARGS(&a), NO_ATTRS).v[0];
}

static void test_special_functions(void) {
    CU_ASSERT_DOUBLE_EQUAL(at(OP_i0, 1.0), 1.2660658777520084, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(at(OP_i0, 10.0), 2815.716628466254, 1e-11);
    CU_ASSERT_DOUBLE_EQUAL(at(OP_i1, 1.0), 0.5651591039924851, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(at(OP_i1, -1.0), -0.5651591039924851, 1e-15);
    CU_ASSERT_EQUAL(at(OP_i1_over_x, 0.0), 0.5);
    CU_ASSERT_TRUE(isfinite(at(OP_i0, 700.0)));
    CU_ASSERT_EQUAL(at(OP_sinc, 0.0), 1.0);
    CU_ASSERT_EQUAL(at(OP_sinc, 3.0), 0.0);
    CU_ASSERT_DOUBLE_EQUAL(at(OP_sinc, 0.5), 2.0 / 3.141592653589793, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(at(OP_d2sinc, 0.0), -3.2898681336964528, 1e-14);
    CU_ASSERT_DOUBLE_EQUAL(at(OP_d2sinc, 1.0), 2.0, 1e-14);
    for (double x = 0.05; x < 3.0; x += 0.05) { /* each is the derivative of the one before */
        double h = 1e-5;
        double d1 = (at(OP_sinc, x + h) - at(OP_sinc, x - h)) / (2.0 * h);
        double d2 = (at(OP_dsinc, x + h) - at(OP_dsinc, x - h)) / (2.0 * h);
        CU_ASSERT_DOUBLE_EQUAL(at(OP_dsinc, x), d1, 1e-8);
        CU_ASSERT_DOUBLE_EQUAL(at(OP_d2sinc, x), d2, 1e-8);
    }
    CU_ASSERT_EQUAL(at(OP_sigmoid, -800.0), 0.0);
    CU_ASSERT_EQUAL(at(OP_softplus, 800.0), 800.0);
    CU_ASSERT_EQUAL(at(OP_to_int, NAN), 0.0);
    CU_ASSERT_EQUAL(at(OP_to_int, 1e20), 2147483647.0);
}

static void test_extreme_sizes(void) {
    static const double SIZE[] = {0.0, 1e-300, 1e-30, 1.0, 1e30, 1e300};
    for (size_t k = 0; k < COUNT_OF(SIZE); k++) {
        double s = SIZE[k], u = s == 0.0 ? 0.0 : 1.0;
        tensor z = COMPLEXES("", 3 * s, -4 * s), re = REALS("", 3 * s), im = REALS("", -4 * s), one = REALS("", s);
        type r = type_of(T_REAL, ""), c = type_of(T_COMPLEX, "");
        tensor magnitude = run(OP_abs, r, ARGS(&z), NO_ATTRS), h = run(OP_hypot, r, ARGS(&re, &im), NO_ATTRS);
        tensor unit = run(OP_unit, c, ARGS(&z), NO_ATTRS), angle = run(OP_angle, r, ARGS(&z), NO_ATTRS);
        tensor ratio = run(OP_ratio_h, r, ARGS(&one, &re, &im), NO_ATTRS), want = COMPLEXES("", 0.6 * u, -0.8 * u);
        CU_ASSERT_DOUBLE_EQUAL(magnitude.v[0], 5.0 * s, 1e-15 * 5.0 * s);
        CU_ASSERT_DOUBLE_EQUAL(h.v[0], 5.0 * s, 1e-15 * 5.0 * s);
        expect(&unit, &want, 1e-15);
        CU_ASSERT_DOUBLE_EQUAL(angle.v[0], u * atan2(-4.0, 3.0), 1e-15);
        if (s != 0.0) CU_ASSERT_DOUBLE_EQUAL(ratio.v[0] * s, 1.0 / 25.0, 1e-15);
        if (s == 0.0) CU_ASSERT_EQUAL(ratio.v[0], 0.0);
    }
}

static void test_broadcasting(void) {
    tensor a = REALS("2 1", 10, 20), b = REALS("3", 1, 2, 3), s = REALS("", 5);
    tensor sum = run(OP_add, type_of(T_REAL, "2 3"), ARGS(&a, &b), NO_ATTRS);
    tensor want = REALS("2 3", 11, 12, 13, 21, 22, 23);
    expect(&sum, &want, 0);
    tensor scaled = run(OP_sub, type_of(T_REAL, "2 1"), ARGS(&s, &a), NO_ATTRS), want2 = REALS("2 1", -5, -15);
    expect(&scaled, &want2, 0);
    tensor z = COMPLEXES("3", 1, 1, 2, 0, 0, -1),
           product = run(OP_mul, type_of(T_COMPLEX, "2 3"), ARGS(&a, &z), NO_ATTRS);
    tensor want3 = COMPLEXES("2 3", 10, 10, 20, 0, 0, -10, 20, 20, 40, 0, 0, -20);
    expect(&product, &want3, 0);
}

static void test_moves(void) {
    tensor x = REALS("2 3", 1, 2, 3, 4, 5, 6), y, want;
    y = run(OP_permute, type_of(T_REAL, "3 2"), ARGS(&x), ATTRS(INTS(1, 0)));
    want = REALS("3 2", 1, 4, 2, 5, 3, 6);
    expect(&y, &want, 0);
    y = run(OP_slice, type_of(T_REAL, "1 2"), ARGS(&x), ATTRS(INTS(1, 2), INTS(1, -2), INTS(1, 2)));
    want = REALS("1 2", 6, 4);
    expect(&y, &want, 0);
    y = run(OP_embed, type_of(T_REAL, "3 5"), ARGS(&x), ATTRS(INTS(2, 0), INTS(-2, 2), INTS(3, 5)));
    want = REALS("3 5", 4, 0, 5, 0, 6, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3);
    expect(&y, &want, 0);
    y = run(OP_concat, type_of(T_REAL, "2 6"), ARGS(&x, &x), ATTRS(INTS(1)));
    want = REALS("2 6", 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6);
    expect(&y, &want, 0);
    tensor i = tensor_from(mem, type_of(T_INT, "2 2"), (double[]){2, 0, -1, 3});
    y = run(OP_gather, type_of(T_REAL, "2 2"), ARGS(&x, &i), NO_ATTRS);
    want = REALS("2 2", 3, 1, 0, 0);
    expect(&y, &want, 0);
    y = run(OP_sum, type_of(T_REAL, "3"), ARGS(&x), ATTRS(INTS(0)));
    want = REALS("3", 5, 7, 9);
    expect(&y, &want, 0);
    tensor shuffled = REALS("6", 3, NAN, 1, 3, -2, 1);
    y = run(OP_argsort, type_of(T_INT, "6"), ARGS(&shuffled), NO_ATTRS);
    want = tensor_from(mem, type_of(T_INT, "6"), (double[]){4, 2, 5, 0, 3, 1});
    expect(&y, &want, 0);
}

static void test_folded_edges(void) {
    tensor x = REALS("3", 1, 2, 3), y, want;
    y = run(OP_pad_fold, type_of(T_REAL, "12"), ARGS(&x), ATTRS(INTS(5), INTS(4), INTS(1))); /* reflect, twice over */
    want = REALS("12", 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3);
    expect(&y, &want, 0);
    y = run(OP_pad_fold, type_of(T_REAL, "12"), ARGS(&x), ATTRS(INTS(5), INTS(4), INTS(4))); /* symmetric */
    want = REALS("12", 2, 3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1);
    expect(&y, &want, 0);
}

/* numpy.fft and scipy.fft of the same numbers. */
static void test_transforms(void) {
    tensor x = COMPLEXES("4", 1, 0, 2, 0, 3, 0, 4, 0), r = REALS("5", 1, -2, 3, 0.5, 4), y, want;
    y = run(OP_fft_, type_of(T_COMPLEX, "4"), ARGS(&x), ATTRS(INTS(1), INTS(-1)));
    want = COMPLEXES("4", 10, 0, -2, 2, -2, 0, -2, -2);
    expect(&y, &want, 1e-15);
    tensor s = run(OP_rfft_, type_of(T_COMPLEX, "3"), ARGS(&r), ATTRS(INTS(1)));
    want = COMPLEXES("3", 6.5, 0.0, -1.2135254915624212, 4.2368759670397385, 0.4635254915624212, 5.9043528044927225);
    expect(&s, &want, 1e-15);
    tensor back = run(OP_hc2r, type_of(T_REAL, "5"), ARGS(&s), ATTRS(INTS(1), INTS(5)));
    want = REALS("5", 5, -10, 15, 2.5, 20);
    expect(&back, &want, 1e-15);
}

/* sqrt(2N) times an orthonormal matrix, but for the ends: DCT and DST pairs undo each other (FFTW manual: 2N, 2(N-1), 2(N+1)). */
static void test_r2r_pairs(void) {
    static const int INVERSE[] = {0, 1, 3, 2, 4, 5, 7, 6, 8};
    for (int n = 2; n <= 7; n++)
        for (int kind = 1; kind <= 8; kind++) {
            type t = type_make(T_REAL, 1, (int64_t[]){n});
            tensor x = random_tensor(mem, &dice, t), y = run(OP_r2r, t, ARGS(&x), ATTRS(INTS(kind)));
            tensor z = run(OP_r2r, t, ARGS(&y), ATTRS(INTS(INVERSE[kind])));
            double factor = kind == 1 ? 2 * (n - 1) : kind == 5 ? 2 * (n + 1) : 2 * n;
            for (int k = 0; k < n; k++) CU_ASSERT_DOUBLE_EQUAL(z.v[k], factor * x.v[k], 1e-12);
        }
    tensor x = REALS("4", 1, -2, 3, 0.5);
    static const double SCIPY[8][4] = {
        /* scipy.fft.dct and dst, type 1 to 4 */
        {3.5, -4.5, 0.5, 10.5},
        {5.0, -2.902954791139611, 0.7071067811865475, 9.621478757477956},
        {1.9298059894392279, -5.69725394909093, -0.7880274251476389, 8.555475384799342},
        {2.1642038317300214, -3.9969814027693813, 7.0362931320514415, 6.620493969522707},
        {3.6654687894677265, -4.926796006629578, 1.6775990443005144, 10.09835041524401},
        {2.9958093621178428, -6.363961030678928, 2.0062717328036808, 11.0},
        {3.9802169350517094, -3.776768653914155, 2.8800855955782247, 8.637071184544089},
        {4.13750266617235, -2.4729283357794922, -4.446563512859203, 8.425780086118127},
    };
    for (int kind = 1; kind <= 8; kind++) {
        tensor y = run(OP_r2r, x.type, ARGS(&x), ATTRS(INTS(kind))), want = reals("4", SCIPY[kind - 1]);
        expect(&y, &want, 1e-15);
    }
}

static void test_convolution(void) {
    tensor x = REALS("3", 1, 2, 3), h = REALS("2", 1, 10), y, want;
    y = run(OP_conv_, type_of(T_REAL, "4"), ARGS(&x, &h), ATTRS(INTS(1), INTS(0), INTS(4)));
    want = REALS("4", 1, 12, 23, 30);
    expect(&y, &want, 0);
    y = run(OP_corr_, type_of(T_REAL, "4"), ARGS(&x, &h), ATTRS(INTS(1), INTS(1), INTS(4)));
    want = REALS("4", 10, 21, 32, 3);
    expect(&y, &want, 0);
    tensor image = REALS("2 2", 1, 2, 3, 4), kernel = REALS("1 2", 1, -1);
    y = run(OP_conv_, type_of(T_REAL, "2 3"), ARGS(&image, &kernel), ATTRS(INTS(2), INTS(0, 0), INTS(2, 3)));
    want = REALS("2 3", 1, 1, -2, 3, 1, -4);
    expect(&y, &want, 0);
    tensor maps = REALS("2 1 4", 1, 2, 3, 4, 5, 6, 7, 8),
           w = REALS("2 1 1 2", 1, 1, 0, 2); /* two groups, stride 2, padding 1 */
    y = run(OP_convnn, type_of(T_REAL, "2 1 3"), ARGS(&maps, &w), ATTRS(INTS(1, 2), INTS(1, 1), INTS(0, 1), INTS(2)));
    want = REALS("2 1 3", 1, 5, 4, 10, 14, 0);
    expect(&y, &want, 0);
}

static tensor product(const tensor *a, const tensor *b, bool ta, const char *sizes, dtype dt) {
    return run(OP_matmul_, type_of(dt, sizes), ARGS(a, b), ATTRS(INTS(ta), INTS(0)));
}

static void test_linear_algebra(void) {
    for (int dt = T_REAL; dt <= T_COMPLEX; dt++)
        for (int ct = 0; ct < 2; ct++) {
            dtype d = (dtype)dt;
            tensor a = random_tensor(mem, &dice, type_of(d, "2 4 4")),
                   b = random_tensor(mem, &dice, type_of(d, "2 4 3"));
            tensor f = run(OP_lu, type_of(d, "2 5 4"), ARGS(&a), NO_ATTRS);
            tensor x = run(OP_lu_solve, b.type, ARGS(&a, &f, &b), ATTRS(INTS(ct)));
            tensor ax = product(&a, &x, ct != 0, "2 4 3", d);
            expect(&ax, &b, 1e-13);
            for (int lower = 0; lower < 2; lower++) {
                tensor t = run(OP_trisolve, b.type, ARGS(&a, &b), ATTRS(INTS(lower), INTS(ct))), triangle = a;
                triangle.v = tensor_from(mem, a.type, a.v).v;
                size_t w = d == T_COMPLEX ? 2 : 1;
                for (size_t i = 0; i < 32; i++)
                    if (lower ? i % 4 > i / 4 % 4 : i % 4 < i / 4 % 4)
                        memset(triangle.v + i * w, 0, w * sizeof(double));
                tensor back = product(&triangle, &t, ct != 0, "2 4 3", d);
                CU_ASSERT_TRUE(tensor_distance(&back, &b) < 1e-10);
            }
            tensor gram = product(&a, &a, true, "2 4 4", d), l = run(OP_cholesky, a.type, ARGS(&gram), NO_ATTRS);
            tensor llh = run(OP_matmul_, a.type, ARGS(&l, &l), ATTRS(INTS(0), INTS(1)));
            expect(&llh, &gram, 1e-13);
        }
    tensor a = REALS("2 2", 0, 2, 3, 4), f = run(OP_lu, type_of(T_REAL, "3 2"), ARGS(&a), NO_ATTRS);
    tensor det = run(OP_lu_det, type_of(T_REAL, ""), ARGS(&a, &f), NO_ATTRS);
    tensor logdet = run(OP_lu_logabsdet, type_of(T_REAL, ""), ARGS(&a, &f), NO_ATTRS);
    CU_ASSERT_DOUBLE_EQUAL(det.v[0], -6.0, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(logdet.v[0], log(6.0), 1e-15);
    tensor bad = REALS("1 1", -1), none = run(OP_cholesky, bad.type, ARGS(&bad), NO_ATTRS);
    CU_ASSERT_TRUE(isnan(none.v[0]));
}

/* Two states exchanged at every step, a slice, a constant, the index; forwards and backwards. */
static void test_scan(void) {
    type r = type_of(T_REAL, "");
    for (int flags = 0; flags <= SCAN_REVERSE; flags++) {
        graph *body = graph_new(mem, NULL, "body"), *g = graph_new(mem, NULL, "loop");
        node *index = graph_leaf(body, "n", ROLE_INPUT, type_scalar(T_INT), NULL);
        node *a = graph_leaf(body, "a", ROLE_INPUT, r, NULL), *b = graph_leaf(body, "b", ROLE_INPUT, r, NULL);
        node *x = graph_leaf(body, "x", ROLE_INPUT, r, NULL), *k = graph_leaf(body, "k", ROLE_INPUT, r, NULL);
        node *n = graph_node(body, OP_to_real, r, &index, 1, NULL, 0, NULL);
        node *kx = graph_node(body, OP_mul, r, (node *[]){k, x}, 2, NULL, 0, NULL);
        node *sum = graph_node(body, OP_add, r, (node *[]){a, kx}, 2, NULL, 0, NULL);
        node *seen = graph_node(body, OP_add, r, (node *[]){a, n}, 2, NULL, 0, NULL);
        graph_result(body, OUT_RESULT, "a", b);
        graph_result(body, OUT_RESULT, "b", sum);
        graph_result(body, OUT_RESULT, "seen", seen);
        node *arg[4] = {graph_leaf(g, "a0", ROLE_INPUT, r, NULL), graph_leaf(g, "b0", ROLE_INPUT, r, NULL),
                        graph_leaf(g, "x", ROLE_INPUT, type_of(T_REAL, "3"), NULL),
                        graph_leaf(g, "k", ROLE_INPUT, r, NULL)};
        int64_t v[SCAN_NATTRS] = {3, 2, 1, 1, flags};
        attr attrs[SCAN_NATTRS];
        for (int i = 0; i < SCAN_NATTRS; i++) attrs[i] = (attr){1, &v[i]};
        node *loop = graph_scan(g, body, arg, 4, attrs, SCAN_NATTRS, NULL);
        for (int64_t i = 0; i < 3; i++) {
            attr part = {1, &i};
            graph_result(g, OUT_RESULT, "part",
                         graph_node(g, OP_part, scan_part_type(loop, i), &loop, 1, &part, 1, NULL));
        }
        tensor a0 = REALS("", 1), b0 = REALS("", 10), xs = REALS("3", 100, 200, 300), ks = REALS("", 2), y[3];
        CU_ASSERT_TRUE_FATAL(eval_graph(mem, g, (const tensor *[]){&a0, &b0, &xs, &ks}, y));
        /* (a, b) -> (b, a + 2x): from (1, 10), forwards by 100, 200, 300, backwards by 300, 200, 100 */
        tensor seen_want = flags ? REALS("3", 601, 11, 3) : REALS("3", 1, 11, 203);
        CU_ASSERT_EQUAL(y[0].v[0], 410);
        CU_ASSERT_EQUAL(y[1].v[0], 801);
        expect(&y[2], &seen_want, 0);
    }
}

static void test_folding(void) {
    graph *g = graph_new(mem, NULL, "fold");
    type t = type_of(T_REAL, "3");
    node *x = graph_leaf(g, "x", ROLE_INPUT, t, NULL);
    node *k = graph_constant(g, t, (double[]){1, 2, 3}, false, NULL), *two = graph_fill(g, t, 2.0, NULL);
    node *kk = graph_node(g, OP_mul, t, (node *[]){k, two}, 2, NULL, 0, NULL);
    node *kx = graph_node(g, OP_mul, t, (node *[]){k, x}, 2, NULL, 0, NULL);
    node *same = graph_node(g, OP_sub, t, (node *[]){k, k}, 2, NULL, 0, NULL);
    CU_ASSERT_TRUE(eval_fold(kk));
    CU_ASSERT_FALSE(eval_fold(kx));
    CU_ASSERT_FALSE(eval_fold(x));
    CU_ASSERT_FALSE(eval_fold(k));
    node *folded = eval_to_constant(g, kk);
    CU_ASSERT_TRUE_FATAL(is_constant(folded) && !folded->konst->splat);
    CU_ASSERT_EQUAL(folded->konst->value[2], 6.0);
    double value = -1.0;
    CU_ASSERT_TRUE(is_splat(eval_to_constant(g, same), &value));
    CU_ASSERT_EQUAL(value, 0.0);
}

CU_ErrorCode add_ops_eval_tests(void) {
    CU_pSuite s = CU_add_suite("ops: reference evaluator", begin, end);
    if (!s) return CU_get_error();
    CU_add_test(s, "every operator has an evaluator", test_every_operator_has_an_evaluator);
    CU_add_test(s, "special functions", test_special_functions);
    CU_add_test(s, "tiny and huge arguments", test_extreme_sizes);
    CU_add_test(s, "broadcasting", test_broadcasting);
    CU_add_test(s, "moving elements", test_moves);
    CU_add_test(s, "folded edges", test_folded_edges);
    CU_add_test(s, "Fourier transforms", test_transforms);
    CU_add_test(s, "cosine and sine transforms", test_r2r_pairs);
    CU_add_test(s, "convolution", test_convolution);
    CU_add_test(s, "linear algebra", test_linear_algebra);
    CU_add_test(s, "scan", test_scan);
    CU_add_test(s, "folding", test_folding);
    return CU_get_error();
}
