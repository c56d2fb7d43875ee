/* test_graph.c: nodes that are equal are one; copies, pruning, shorthands. */
#include "fixture.h"

CU_ErrorCode add_ir_graph_tests(void);

static void equal_nodes_are_one(void) {
    fixture f = fixture_new();
    node *x = input(&f, "x", T_REAL, 1, SHAPE(4)), *h = input(&f, "h", T_REAL, 1, SHAPE(4));
    CU_ASSERT_PTR_EQUAL(g_add(f.g, x, h, NULL), g_add(f.g, x, h, NULL));
    CU_ASSERT_PTR_NOT_EQUAL(g_add(f.g, x, h, NULL), g_add(f.g, h, x, NULL));
    CU_ASSERT_PTR_NOT_EQUAL(g_add(f.g, x, h, NULL), g_sub(f.g, x, h, NULL));
    CU_ASSERT_PTR_EQUAL(graph_scalar(f.g, 0.5, NULL), graph_scalar(f.g, 0.5, NULL));
    CU_ASSERT_PTR_NOT_EQUAL(graph_scalar(f.g, 0.0, NULL), graph_scalar(f.g, -0.0, NULL));
    double same[] = {2, 2, 2}, other[] = {2, 2, 3};
    type t = type_make(T_REAL, 1, SHAPE(3));
    CU_ASSERT_PTR_EQUAL(graph_constant(f.g, t, same, false, NULL), graph_fill(f.g, t, 2, NULL));
    CU_ASSERT_PTR_EQUAL(graph_constant(f.g, t, other, false, NULL), graph_constant(f.g, t, other, false, NULL));
    type rated = t;
    rated.rate = 100;
    CU_ASSERT_PTR_NOT_EQUAL(graph_constant(f.g, rated, other, false, NULL), graph_constant(f.g, t, other, false, NULL));
    attr a = INTS(2), b = INTS(0);
    node *c[] = {x, h};
    CU_ASSERT_PTR_EQUAL(graph_op(f.g, OP_concat, c, 2, &b, 1, NULL),
                        graph_op(f.g, OP_concat, c, 2, &(attr)INTS(-1), 1, NULL));
    CU_ASSERT_PTR_NOT_EQUAL(graph_op(f.g, OP_reshape, c, 1, &(attr)INTS(2, 2), 1, NULL),
                            graph_op(f.g, OP_reshape, c, 1, &(attr)INTS(4, 1), 1, NULL));
    CU_ASSERT_PTR_EQUAL(graph_op(f.g, OP_reshape, c, 1, &(attr)INTS(2, 2), 1, NULL),
                        graph_op(f.g, OP_reshape, c, 1, &(attr)INTS(-1, 2), 1, NULL));
    CU_ASSERT_EQUAL(a.n, 1);
    fixture_free(&f);
}

static void leaves_are_their_own(void) {
    fixture f = fixture_new();
    node *x = input(&f, "x", T_REAL, 0, NULL), *y = input(&f, "y", T_REAL, 0, NULL);
    CU_ASSERT_PTR_NOT_EQUAL(x, y);
    CU_ASSERT_EQUAL(graph_index_of_leaf(f.g, "y"), 1);
    CU_ASSERT_EQUAL(graph_index_of_leaf(f.g, "z"), -1);
    fixture_free(&f);
}

static void thousands_of_nodes_are_found_again(void) {
    fixture f = fixture_new();
    node *x = input(&f, "x", T_REAL, 0, NULL), *made[3000];
    for (int k = 0; k < 3000; k++) made[k] = g_add(f.g, x, graph_scalar(f.g, k, NULL), NULL);
    int count = f.g->nodes.len, lost = 0;
    for (int k = 0; k < 3000; k++) lost += made[k] != g_add(f.g, x, graph_scalar(f.g, k, NULL), NULL);
    CU_ASSERT_EQUAL(lost, 0);
    CU_ASSERT_EQUAL(count, f.g->nodes.len);
    fixture_free(&f);
}

static void names_first_wins(void) {
    fixture f = fixture_new();
    node *x = input(&f, "x", T_REAL, 0, NULL), *y = g_neg(f.g, x, NULL);
    graph_name(y, "first");
    graph_name(y, "second");
    CU_ASSERT_STRING_EQUAL(y->name, "first");
    fixture_free(&f);
}

static void pruning_drops_what_is_not_needed(void) {
    fixture f = fixture_new();
    node *x = input(&f, "x", T_REAL, 1, SHAPE(3)), *unused = input(&f, "unused", T_REAL, 1, SHAPE(3));
    g_mul(f.g, unused, unused, NULL);
    node *y = g_add(f.g, x, graph_scalar(f.g, 1, NULL), NULL);
    graph_name(y, "y");
    graph_result(f.g, OUT_OUTPUT, "y", y);
    graph_result(f.g, OUT_GRAD, "unused", NULL);
    graph *p = graph_prune(f.mem, f.g);
    CU_ASSERT_EQUAL(p->nodes.len, 4); /* x, unused, 1, x + 1 */
    CU_ASSERT_EQUAL(p->leaves.len, 2);
    CU_ASSERT_EQUAL(p->results.len, 2);
    CU_ASSERT_PTR_NULL(p->results.data[1].value);
    CU_ASSERT_STRING_EQUAL(p->results.data[0].value->name, "y");
    fixture_free(&f);
}

static void inlining_binds_leaves(void) {
    fixture f = fixture_new();
    graph *sq = graph_new(f.mem, f.ops, "sq");
    node *p = graph_leaf(sq, "p", ROLE_NONE, type_make(T_REAL, 1, SHAPE(3)), NULL);
    graph_result(sq, OUT_RESULT, "r", g_mul(sq, p, p, NULL));
    graph_result(sq, OUT_GRAD, "zero", NULL);
    node *x = input(&f, "x", T_REAL, 1, SHAPE(3)), *out[2] = {x, x};
    graph_inline(f.g, sq, &x, out);
    CU_ASSERT_PTR_EQUAL(out[0], g_mul(f.g, x, x, NULL));
    CU_ASSERT_PTR_NULL(out[1]);
    fixture_free(&f);
}

static void coercion_fits_a_cotangent_to_its_argument(void) {
    fixture f = fixture_new();
    node *v = input(&f, "v", T_COMPLEX, 2, SHAPE(5, 3));
    type real_row = type_make(T_REAL, 2, SHAPE(1, 3)), scalar = type_scalar(T_REAL),
         wide = type_make(T_COMPLEX, 2, SHAPE(5, 3));
    CU_ASSERT_TRUE(same_type(&g_coerce(f.g, v, real_row, NULL)->type, &real_row));
    CU_ASSERT_TRUE(same_type(&g_coerce(f.g, v, scalar, NULL)->type, &scalar));
    CU_ASSERT_PTR_EQUAL(g_coerce(f.g, v, wide, NULL), v);
    CU_ASSERT_PTR_NULL(g_coerce(f.g, NULL, wide, NULL));
    CU_ASSERT_TRUE(same_type(&g_coerce(f.g, graph_scalar(f.g, 1, NULL), wide, NULL)->type, &wide));
    fixture_free(&f);
}

static void every_signature_reads(void) {
    fixture f = fixture_new();
    CU_ASSERT_EQUAL(diags_errors(f.d), 0);
    CU_ASSERT_STRING_EQUAL(diags_text(f.d), "");
    for (int k = 0; k < OP_COUNT; k++) {
        const op_sig *s = op_signature(f.ops, (op_id)k);
        if (!s->decl || strcmp(s->decl->name, op_info((op_id)k)->name)) CU_FAIL("a signature names another operator");
        CU_ASSERT_EQUAL((int)op_by_name(op_info((op_id)k)->name), k);
    }
    CU_ASSERT_EQUAL(op_by_name("no such operator"), OP_COUNT);
    CU_ASSERT_EQUAL(op_arg_index(f.ops, OP_conv_, "h"), 1);
    CU_ASSERT_EQUAL(op_arg_index(f.ops, OP_conv_, "lo"), -1);
    CU_ASSERT_EQUAL(op_attr_index(f.ops, OP_conv_, "n"), 2);
    CU_ASSERT_TRUE(op_linear_in(f.ops, OP_conv_, 0) && op_linear_in(f.ops, OP_conv_, 1));
    CU_ASSERT_TRUE(op_linear_in(f.ops, OP_concat, 4));
    CU_ASSERT_FALSE(op_linear_in(f.ops, OP_div, 1));
    CU_ASSERT_FALSE(op_linear_in(f.ops, OP_exp, 0));
    CU_ASSERT_FALSE(op_linear_in(f.ops, OP_where, 0));
    fixture_free(&f);
}

CU_ErrorCode add_ir_graph_tests(void) {
    CU_pSuite s = CU_add_suite("ir graph", NULL, NULL);
    if (!s) return CU_get_error();
    CU_ADD_TEST(s, equal_nodes_are_one);
    CU_ADD_TEST(s, leaves_are_their_own);
    CU_ADD_TEST(s, thousands_of_nodes_are_found_again);
    CU_ADD_TEST(s, names_first_wins);
    CU_ADD_TEST(s, pruning_drops_what_is_not_needed);
    CU_ADD_TEST(s, inlining_binds_leaves);
    CU_ADD_TEST(s, coercion_fits_a_cotangent_to_its_argument);
    CU_ADD_TEST(s, every_signature_reads);
    return CUE_SUCCESS;
}
