/* test_text.c: print, parse, print gives the same text; texts that are no graphs are refused with a place; the
 * verifier. */
#include "fixture.h"
#include "ir/opcase.h"

CU_ErrorCode add_ir_text_tests(void);

static bool round_trip(fixture *f, const graph *g) {
    const char *first = print(f, g);
    graph *again = parse(f, first);
    if (!again) {
        printf("%s%s", first, diags_text(f->d));
        return false;
    }
    const char *second = print(f, again);
    if (strcmp(first, second)) printf("%s---\n%s", first, second);
    return !strcmp(first, second);
}

static void every_row_builds_and_reads_back(void) {
    fixture f = fixture_new();
    int built = 0;
    for (int k = 0; k < OP_COUNT; k++) {
        op_case_list cases = {0};
        const char *why = "";
        if (!op_cases(f.mem, f.ops, (op_id)k, &cases, &why)) printf("%s: %s\n", op_info((op_id)k)->name, why);
        bool needs = op_info((op_id)k)->kind != K_LEAF && op_info((op_id)k)->kind != K_CONTROL;
        CU_ASSERT_TRUE(!needs || cases.items.len > 0);
        for (int c = 0; c < cases.items.len; c++) {
            graph *g = graph_new(f.mem, f.ops, "row");
            node *args[OP_MAX_ARGS];
            node *y = op_case_build(g, &cases.items.data[c], args);
            graph_name(y, "y");
            graph_result(g, OUT_OUTPUT, "y", y);
            const char *fault = "";
            CU_ASSERT_TRUE(graph_verify(f.mem, g, &fault));
            CU_ASSERT_TRUE(round_trip(&f, g));
            built++;
        }
    }
    CU_ASSERT_TRUE(built > OP_COUNT);
    fixture_free(&f);
}

static const char LOOP[] = "graph loop {\n"
                           "  %0 = leaf param \"s\" : real\n"
                           "  %1 = leaf input \"x\" : complex[5, 2] @ 0.1Hz df 1e-30Hz\n"
                           "  %2 = scan(%0, %1, trip=5, states=1, slices=1, consts=0, flags=1) : real {\n"
                           "    graph body {\n"
                           "      %0 = leaf \"t\" : int\n"
                           "      %1 = leaf \"s\" : real\n"
                           "      %2 = leaf \"row\" : complex[2]\n"
                           "      %3 = mul(%1, %2) : complex[2]\n"
                           "      result \"s\" %1\n"
                           "      result \"y\" %3\n"
                           "    }\n"
                           "  }\n"
                           "  %3 = part(%2, index=1) : complex[5, 2]  # \"y\"\n"
                           "  %4 = custom(%0) : real surrogate {\n"
                           "    graph body {\n"
                           "      %0 = leaf \"x\" : real\n"
                           "      %1 = round(%0) : real\n"
                           "      result \"y\" %1\n"
                           "    }\n"
                           "    graph rule {\n"
                           "      %0 = leaf \"x\" : real\n"
                           "      %1 = leaf \"y\" : real\n"
                           "      %2 = leaf \"dy\" : real\n"
                           "      result \"dx\" %2\n"
                           "    }\n"
                           "  }  # \"q\"\n"
                           "  %5 = constant [1, 2, 3, 4] : complex[2]\n"
                           "  %6 = constant (0, 1) : complex[3]\n"
                           "  %7 = constant -0.25 : real[7]\n"
                           "  %8 = div(%0, %4) : real guarded\n"
                           "  output \"y \\\"quoted\\\"\" %3\n"
                           "  loss \"loss\" %8\n"
                           "  gradient \"s\" zero\n"
                           "  tangent \"y\" %7\n"
                           "  result \"c\" %5\n"
                           "  result \"d\" %6\n"
                           "}\n";

static void nested_graphs_read_back(void) {
    fixture f = fixture_new();
    graph *g = parse(&f, LOOP);
    CU_ASSERT_STRING_EQUAL(diags_text(f.d), "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(g);
    CU_ASSERT_TRUE(round_trip(&f, g));
    CU_ASSERT_EQUAL(g->nodes.data[2]->body->results.len, 2);
    CU_ASSERT_TRUE(g->nodes.data[4]->surrogate);
    CU_ASSERT_TRUE(g->nodes.data[8]->guarded);
    graph *copy = graph_copy(arena_new("copy"), g);
    CU_ASSERT_STRING_EQUAL(print(&f, copy), print(&f, g));
    CU_ASSERT_PTR_NOT_EQUAL(copy->nodes.data[2]->body, g->nodes.data[2]->body);
    arena_free(copy->mem);
    fixture_free(&f);
}

static void numbers_read_back_exactly(void) {
    fixture f = fixture_new();
    double v[] = {0.1, -1e-308, 3.14159265358979312, 1e300, -0.0, 5e-324};
    graph_result(f.g, OUT_RESULT, "v", graph_constant(f.g, type_make(T_REAL, 1, SHAPE(6)), v, false, NULL));
    graph *again = parse(&f, print(&f, f.g));
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    CU_ASSERT_EQUAL(memcmp(again->nodes.data[0]->konst->value, v, sizeof v), 0);
    fixture_free(&f);
}

static void bad_texts_are_refused(void) {
    static const char *const rows[][2] = {
        {"", "expected `graph`"},
        {"graph g {", "expected '}'"},
        {"graph g { %0 = leaf input \"x\" : float }", "expected real, complex or int"},
        {"graph g { %0 = leaf input \"x\" : real[0] }", "not positive"},
        {"graph g { %0 = leaf input \"x\" : real[1,1,1,1,1,1,1] }", "more than 6 axes"},
        {"graph g { %0 = sin(%1) : real }", "no node %1"},
        {"graph g { %0 = sinus(%0) : real }", "no operator is named sinus"},
        {"graph g { %0 = constant [1, 2] : real[3] }", "expected 3 numbers, found 2"},
        {"graph g { %0 = leaf input \"x\" : real %1 = sin(%0) : real[2] }", "gives real, the text says real[2]"},
        {"graph g { %0 = leaf input \"x\" : real[4] %1 = cumsum(%0, forward=1) : real[4] }",
         "no static argument forward"},
        {"graph g { %0 = leaf input \"x\" : real %1 = leaf input \"x\" : real }", "two leaves are named x"},
        {"graph g { %0 = leaf input \"x\" : real[2] loss \"l\" %0 }", "not a real scalar"},
        {"graph g { %0 = leaf input \"x\" : real %1 = custom(%0) : real }", "needs a nested graph"},
        {"graph g { %0 = constant 0.5 : int }", "no 32-bit int"},
        {"graph g { output \"y\" zero }", "has no value"},
        {"graph g { } x", "more text"},
        {"graph g { %99999999 = constant 1 : real }", "out of order"},
    };
    for (size_t k = 0; k < COUNT_OF(rows); k++) {
        fixture f = fixture_new();
        graph *g = parse(&f, rows[k][0]);
        bool refused = !g && strstr(diags_text(f.d), rows[k][1]);
        CU_ASSERT_TRUE(refused);
        if (!refused) printf("%s: %s\n", rows[k][0], g ? "was accepted" : diags_text(f.d));
        fixture_free(&f);
    }
}

/* ---- the verifier on planted faults ------------------------------------------------------------------------------ */
static graph *sound_graph(fixture *f) {
    graph *g = parse(f, LOOP);
    CU_ASSERT_PTR_NOT_NULL_FATAL(g);
    return g;
}

static void expect_fault(fixture *f, const graph *g, const char *want) {
    const char *why = "none";
    CU_ASSERT_FALSE(graph_verify(f->mem, g, &why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, want));
    if (!strstr(why, want)) printf("expected %s, found %s\n", want, why);
}

static void planted_faults_are_found(void) {
    fixture f = fixture_new();
    const char *why = "";
    CU_ASSERT_TRUE(graph_verify(f.mem, sound_graph(&f), &why));
    graph *g = sound_graph(&f);
    g->nodes.data[3]->id = 2;
    expect_fault(&f, g, "has another number");
    g = sound_graph(&f);
    g->nodes.data[8]->type.rank = 1;
    g->nodes.data[8]->type.shape[0] = 3;
    expect_fault(&f, g, "its type is real[3], its operator gives real");
    g = sound_graph(&f);
    g->nodes.data[8]->args[0] = g->nodes.data[8];
    expect_fault(&f, g, "stands after it");
    g = sound_graph(&f);
    g->nodes.data[8]->args[0] = sound_graph(&f)->nodes.data[0];
    expect_fault(&f, g, "is not a node of the graph");
    g = sound_graph(&f);
    g->nodes.data[8]->args[1] = g->nodes.data[2];
    expect_fault(&f, g, "only `part` reads a scan");
    g = sound_graph(&f);
    g->nodes.data[5]->konst = NULL;
    expect_fault(&f, g, "have a value");
    g = sound_graph(&f);
    g->leaves.len = 1;
    expect_fault(&f, g, "leaves are listed");
    g = sound_graph(&f);
    g->results.data[0].value = NULL;
    expect_fault(&f, g, "has no value");
    g = sound_graph(&f);
    g->nodes.data[2]->body->nodes.data[3]->type.dt = T_REAL;
    expect_fault(&f, g, "in its body");
    g = sound_graph(&f);
    g->nodes.data[2]->body->leaves.data[1]->type.dt = T_INT;
    expect_fault(&f, g, "argument 0 is real");
    g = sound_graph(&f);
    g->nodes.data[4]->rule->results.len = 0;
    expect_fault(&f, g, "its rule");
    g = sound_graph(&f);
    g->nodes.data[7]->type.shape[0] = -1;
    expect_fault(&f, g, "no sensible size");
    fixture_free(&f);
}

CU_ErrorCode add_ir_text_tests(void) {
    CU_pSuite s = CU_add_suite("ir text", NULL, NULL);
    if (!s) return CU_get_error();
    CU_ADD_TEST(s, every_row_builds_and_reads_back);
    CU_ADD_TEST(s, nested_graphs_read_back);
    CU_ADD_TEST(s, numbers_read_back_exactly);
    CU_ADD_TEST(s, bad_texts_are_refused);
    CU_ADD_TEST(s, planted_faults_are_found);
    return CUE_SUCCESS;
}
