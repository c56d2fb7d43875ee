/* Every row of the operator table: its own self-check, its derivatives through ad (dot, Taylor, Hessian), its singular
 * points; and rows made wrong on purpose, which must be caught. */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "../support/kit_session.h"
#include "kit_derive.h"
#include "sema/table_check.h"

CU_ErrorCode add_ops_rows_tests(void);

static arena *mem;
static session *s;

static int begin(void) {
    mem = arena_new("test");
    s = session_new(mem, diags_new(mem, NULL, false));
    return 0;
}

static int end(void) {
    arena_free(mem);
    return 0;
}

static void test_table(void) {
    strbuf faults = {0};
    CU_ASSERT_TRUE(table_check(s, &faults));
    if (faults.len) printf("%s", faults.text);
    sb_free(&faults);
}

/* ---- rows made wrong ---------------------------------------------------------------------------------------------------- */
static bool caught(op_id op, const op_row *wrong, const char *word) {
    strbuf faults = {0};
    arena *a = arena_new("wrong row");
    session *own = test_session(a, diags_new(a, NULL, false)); /* reports of wrong texts stay out of the others' way */
    bool found = table_check_row(own, op, wrong, &faults) > 0 && strstr(faults.text, word) != NULL;
    if (!found)
        printf("  a wrong %s went through, or for another reason than \"%s\": %s\n", wrong->name, word,
               sb_text(&faults));
    sb_free(&faults);
    arena_free(a);
    return found;
}

static void test_wrong_rows_are_caught(void) {
    op_row row = *op_info(OP_conv_); /* the adjoint in x without its conjugate, flipped */
    row.adj[0] = "conv_(y_, h, dims, lo, last_sizes(x, dims))";
    CU_ASSERT_TRUE(caught(OP_conv_, &row, "dot test"));
    row = *op_info(OP_mul); /* right for reals only */
    row.adj[0] = "b*y_";
    CU_ASSERT_TRUE(caught(OP_mul, &row, "dot test"));
    row = *op_info(OP_rfft_); /* the classic: bins doubled */
    row.adj[0] = "hc2r(y_, dims=dims, n=size(x, -1))";
    CU_ASSERT_TRUE(caught(OP_rfft_, &row, "dot test"));
    row = *op_info(OP_tanh);
    row.d[0] = "1 - y";
    CU_ASSERT_TRUE(caught(OP_tanh, &row, "Taylor test"));
    row = *op_info(OP_sin); /* off by one part in a thousand */
    row.d[0] = "1.001*cos(x)";
    CU_ASSERT_TRUE(caught(OP_sin, &row, "Taylor test"));
    row = *op_info(OP_cumprod); /* a zero factor forgets what follows */
    row.tangent[0] = "y*cumsum(x_dot/x)*0.5";
    CU_ASSERT_TRUE(caught(OP_cumprod, &row, "Taylor test"));
    row = *op_info(OP_frame); /* one hop too many */
    row.adj[0] = "overlap_add(y_, hop=hop + 1, n=N)";
    CU_ASSERT_TRUE(caught(OP_frame, &row, "dot test"));
    row = *op_info(OP_frame); /* the wrong shape */
    row.adj[0] = "overlap_add(y_, hop=hop, n=N + 1)";
    CU_ASSERT_TRUE(caught(OP_frame, &row, "the argument"));
    row = *op_info(OP_exp); /* a name nobody knows */
    row.d[0] = "yy";
    CU_ASSERT_TRUE(caught(OP_exp, &row, "does not elaborate"));
    row = *op_info(OP_exp); /* no rule, no reason */
    row.d[0] = NULL;
    CU_ASSERT_TRUE(caught(OP_exp, &row, "neither a derivative"));
    row = *op_info(OP_exp);
    row.example[0] = "exp(0) == 2";
    CU_ASSERT_TRUE(caught(OP_exp, &row, "example"));
    row = *op_info(OP_neg);
    row.doc = "No full stop";
    CU_ASSERT_TRUE(caught(OP_neg, &row, ".doc"));
}

/* ---- through ad ----------------------------------------------------------------------------------------------------------- */
static int check_case_through_ad(const op_case *c, uint64_t seed) {
    arena *a = arena_new("case");
    derive_job j = {.s = test_session(a, diags_new(a, NULL, false)), .mem = a};
    derive_report r = {.ok = true};
    if (derive_case(&j, c, seed)) r = derive_check(&j);
    if (!r.ok) printf("  %s: %s\n", c->label, r.why);
    arena_free(a);
    return !r.ok;
}

static void test_derivatives_of_every_row(void) {
    for (int op = 0; op < OP_COUNT; op++) {
        arena *own = arena_new("cases");
        op_case_list cases = {0};
        const char *why = "";
        CU_ASSERT_TRUE(op_cases(own, session_ops(s), (op_id)op, &cases, &why));
        int failed = 0;
        const char *name = op_info((op_id)op)->name; /* the seed of a row's cases: the same whatever rows are added */
        for (int i = 0; i < cases.items.len && failed < 3; i++)
            failed += check_case_through_ad(&cases.items.data[i], hash_bytes((uint64_t)i + 1, name, strlen(name)));
        CU_ASSERT_EQUAL(failed, 0);
        arena_free(own);
    }
}

/* ---- singular points ------------------------------------------------------------------------------------------------------- */
enum { VALUE_ONLY = 1, COMPLEX_X = 2 };

/* x (two numbers: a pair of reals, or re and im), the value and the gradient there; NAN stands for "not finite". */
typedef struct singular {
    const char *op, *text;
    int n, flags;
    double x[2], value, gradient[2];
} singular;

static const singular *singular_points(int *n) {
    static const singular list[] = {
        {"div", "1/x", 0, 0, {0}, NAN, {NAN}},
        {"mod", "mod(x, 2)", 0, 0, {4}, 0, {1}},
        {"mod", "mod(1, x)", 0, 0, {0}, NAN, {NAN}},
        {"pow", "pow(x, 0.5)", 0, 0, {0}, 0, {0}},
        {"pow", "pow(0, x)", 0, 0, {2}, 0, {0}},
        {"pow", "pow(x[0], x[1])", 2, 0, {3, 0}, 1, {0, 1.0986122886681098}},
        {"pow", "pow(x[0], x[1])", 2, 0, {0, 0}, 1, {0, 0}},
        {"recip", "recip(x)", 0, 0, {0}, NAN, {NAN}},
        {"log_", "log_(x)", 0, 0, {0}, NAN, {0}},
        {"log1p", "log1p(x)", 0, 0, {-1}, NAN, {NAN}},
        {"sqrt", "sqrt(x)", 0, 0, {0}, 0, {0}},
        {"sqrt", "re(sqrt(x))", 0, COMPLEX_X, {0, 0}, 0, {0, 0}},
        {"tan",
         "tan(x)/1e16",
         0,
         0,
         {1.5707963267948966},
         1.633123935319537,
         {1.633123935319537 * 1.633123935319537e16}},
        {"asin", "asin(x)", 0, 0, {1}, 1.5707963267948966, {0}},
        {"acos", "acos(x)", 0, 0, {-1}, 3.141592653589793, {0}},
        {"atan2", "atan2(x[0], x[1])", 2, 0, {0, 0}, 0, {0, 0}},
        {"atan2", "atan2(x[0], x[1])", 2, 0, {-0.0, -0.0}, 0, {0, 0}},
        {"atan2", "atan2(x[0], x[1])", 2, 0, {0, -1}, 3.141592653589793, {-1, 0}},
        {"ratio_h", "ratio_h(1, x[0], x[1])", 2, 0, {0, 0}, 0, {0, 0}},
        {"hypot", "hypot(x[0], x[1])", 2, 0, {0, 0}, 0, {0, 0}},
        {"acosh", "acosh(x)", 0, 0, {1}, 0, {0}},
        {"atanh", "atanh(x)", 0, 0, {1}, NAN, {NAN}},
        {"relu", "relu(x)", 0, 0, {0}, 0, {0}},
        {"sinc", "sinc(x)", 0, 0, {0}, 1, {0}},
        {"dsinc", "dsinc(x)", 0, 0, {0}, 0, {-3.2898681336964528}},
        {"d2sinc", "d2sinc(x)", 0, VALUE_ONLY, {0}, -3.2898681336964528, {0}},
        {"i1_over_x", "i1_over_x(x)", 0, VALUE_ONLY, {0}, 0.5, {0}},
        {"abs", "abs(x)", 0, 0, {0}, 0, {0}},
        {"abs", "abs(x)", 0, COMPLEX_X, {0, 0}, 0, {0, 0}},
        {"unit", "unit(x)", 0, 0, {0}, 0, {0}},
        {"unit", "re(unit(x))", 0, COMPLEX_X, {0, 0}, 0, {0, 0}},
        {"unit_tangent", "re(unit_tangent(x, complex(1, 2)))", 0, COMPLEX_X | VALUE_ONLY, {0, 0}, 0, {0, 0}},
        {"angle", "angle(x)", 0, COMPLEX_X, {0, 0}, 0, {0, 0}},
        {"angle", "angle(x)", 0, COMPLEX_X, {-0.0, -0.0}, 0, {0, 0}},
        {"angle", "angle(x)", 0, COMPLEX_X, {-1, 0}, 3.141592653589793, {0, -1}},
        {"angle", "angle(x)", 0, 0, {-2}, 3.141592653589793, {0}},
        {"maximum", "maximum(x, 1)", 0, 0, {1}, 1, {1}},
        {"maximum", "maximum(1, x)", 0, 0, {1}, 1, {0}},
        {"minimum", "minimum(x, 1)", 0, 0, {1}, 1, {1}},
        {"minimum", "minimum(1, x)", 0, 0, {1}, 1, {0}},
        {"clip", "clip(x, 0, 1)", 0, 0, {0}, 0, {1}},
        {"clip", "clip(x, 0, 1)", 0, 0, {1}, 1, {1}},
        {"clip", "clip(x, 0, 1)", 0, 0, {1.5}, 1, {0}},
        {"where", "where(x > 0, sqrt(x), 0)", 0, 0, {0}, 0, {0}},
        {"where", "where(x > 0, x*log_(x), 0)", 0, 0, {0}, 0, {0}},
        {"where", "where(x > 0, 1/x, 0)", 0, 0, {0}, 0, {0}},
        {"where", "where(x > 0, pow(x, 0.5), 3*x)", 0, 0, {0}, 0, {3}},
        {"where", "where(x > 0, exp(1/x), x)", 0, 0, {0}, 0, {1}},
        {"gather", "sum(gather(x, [-1, 2, 0]))", 2, 0, {5, 7}, 5, {1, 0}},
        {"reduce_max", "reduce_max(x)", 2, 0, {1, 1}, 1, {1, 0}},
        {"reduce_min", "reduce_min(x)", 2, 0, {1, 1}, 1, {1, 0}},
        {"lu_det", "lu_det(reshape(x, [1, 1]), lu(reshape(x, [1, 1])))", 0, 0, {0}, 0, {NAN}},
        {"cholesky", "sum(cholesky(reshape(x, [1, 1])))", 0, 0, {-1}, NAN, {NAN}},
    };
    *n = (int)COUNT_OF(list);
    return list;
}

static void test_every_singular_row_has_a_point(void) {
    int n;
    const singular *list = singular_points(&n);
    for (int op = 0; op < OP_COUNT; op++) {
        if (!op_info((op_id)op)->at_singular) continue;
        bool found = false;
        for (int i = 0; i < n; i++) found = found || !strcmp(list[i].op, op_info((op_id)op)->name);
        CU_ASSERT_TRUE(found);
        if (!found) printf("  no singular point for %s\n", op_info((op_id)op)->name);
    }
}

/* A pipeline whose loss is a text in x. */
static program *program_of_text(session *own, arena *a, const char *text, type t) {
    program *p = NEW(a, program);
    source *src = NEW(a, source);
    *src = (source){"<test>", text, strlen(text), true};
    p->name = "point";
    p->forward = graph_new(a, session_ops(own), "point");
    node *x = graph_leaf(p->forward, "x", ROLE_PARAM, t, NULL);
    const char *name = "x";
    node *loss = sema_expression(own, p->forward, src, &name, &x, 1);
    if (!loss) {
        printf("  %s: %s\n", text, diags_text(session_diags(own)));
        return NULL;
    }
    graph_result(p->forward, OUT_LOSS, "loss", loss);
    return p;
}

static bool agrees(double got, double want) {
    return isnan(want) ? !isfinite(got) : fabs(got - want) <= 1e-12 * (1.0 + fabs(want));
}

/* Results of a function at x; with the Hessian's, the direction is (1, 1). */
static bool run_at(session *own, arena *a, const program *p, fn_kind kind, const tensor *x, tensor *out) {
    graph *g = kind == FN_FORWARD ? p->forward : ad_build(own, p, kind, NULL, 0);
    if (!g) return false;
    tensor ones = tensor_new(a, x->type);
    for (size_t i = 0; i < tensor_doubles(&x->type); i++) ones.v[i] = 1.0;
    return eval_graph(a, g, (const tensor *[]){x, &ones}, out);
}

static bool point_holds(const singular *q) {
    arena *a = arena_new("point");
    session *own = test_session(a, diags_new(a, NULL, false));
    type t = type_of((q->flags & COMPLEX_X) ? T_COMPLEX : T_REAL, q->n ? "2" : "");
    tensor x = tensor_from(a, t, q->x), out[4];
    program *p = program_of_text(own, a, q->text, t);
    bool only_value = (q->flags & VALUE_ONLY) != 0,
         ok = p && run_at(own, a, p, only_value ? FN_FORWARD : FN_GRADIENT, &x, out);
    ok = ok && agrees(out[0].v[0], q->value);
    size_t n = tensor_doubles(&t);
    bool finite = true;
    for (size_t i = 0; ok && !only_value && i < n; i++) {
        ok = agrees(out[1].v[i], q->gradient[i]);
        finite = finite && isfinite(q->gradient[i]);
    }
    if (!ok && p)
        printf("  %s at (%g, %g): value %g, gradient (%g, %g)\n", q->text, q->x[0], q->x[1], out[0].v[0],
               only_value ? 0 : out[1].v[0], only_value || n < 2 ? 0 : out[1].v[1]);
    /* where value and gradient are finite, so is the product with the Hessian, if there is a rule for it */
    if (ok && !only_value && finite && isfinite(q->value) && strcmp(q->op, "dsinc") != 0 &&
        strcmp(q->op, "unit") != 0) {
        ok = run_at(own, a, p, FN_HVP, &x, out) && tensor_finite(&out[1]) && tensor_finite(&out[2]);
        if (!ok)
            printf("  %s at (%g, %g): the Hessian product is not finite %s\n", q->text, q->x[0], q->x[1],
                   diags_text(session_diags(own)));
    }
    arena_free(a);
    return ok;
}

static void test_singular_points(void) {
    int n;
    const singular *list = singular_points(&n);
    for (int i = 0; i < n; i++) CU_ASSERT_TRUE(point_holds(&list[i]));
}

/* |z|, z/|z|, angle, hypot of sizes whose squares overflow or vanish: gradients as at size 1, by homogeneity. */
static void test_sizes(void) {
    static const double SIZE[] = {1e-300, 1e-30, 1.0, 1e30, 1e300};
    for (size_t i = 0; i < COUNT_OF(SIZE); i++) {
        double z = SIZE[i];
        singular list[] = {
            {"abs", "abs(x)", 0, COMPLEX_X, {3 * z, -4 * z}, 5 * z, {0.6, -0.8}},
            {"hypot", "hypot(x[0], x[1])", 2, 0, {3 * z, -4 * z}, 5 * z, {0.6, -0.8}},
            {"unit", "re(unit(x))", 0, COMPLEX_X, {3 * z, -4 * z}, 0.6, {0.128 / z, 0.096 / z}},
            {"angle", "angle(x)", 0, COMPLEX_X, {3 * z, -4 * z}, atan2(-4, 3), {0.16 / z, 0.12 / z}},
            {"atan2", "atan2(x[0], x[1])", 2, 0, {-4 * z, 3 * z}, atan2(-4, 3), {0.12 / z, 0.16 / z}},
        };
        bool second = z > 1e-100; /* second derivatives go with 1/z^2 */
        for (size_t k = 0; k < COUNT_OF(list); k++) {
            if (!second) list[k].op = "unit"; /* checked to the first order only */
            CU_ASSERT_TRUE(point_holds(&list[k]));
        }
    }
}

CU_ErrorCode add_ops_rows_tests(void) {
    CU_pSuite suite = CU_add_suite("ops: rows", begin, end);
    if (!suite) return CU_get_error();
    CU_add_test(suite, "the table's self-check", test_table);
    CU_add_test(suite, "wrong rows are caught", test_wrong_rows_are_caught);
    CU_add_test(suite, "derivatives of every row", test_derivatives_of_every_row);
    CU_add_test(suite, "every singular row has a tested point", test_every_singular_row_has_a_point);
    CU_add_test(suite, "singular points", test_singular_points);
    CU_add_test(suite, "tiny and huge arguments", test_sizes);
    return CU_get_error();
}
