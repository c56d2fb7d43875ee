/* test_infer.c: result types and tags by graph text; refusals with their reasons. A graph that says another type than
 * the operator gives does not read, so one line states operator, arguments and expected type. */
#include "fixture.h"

CU_ErrorCode add_ir_infer_tests(void);

typedef struct infer_case {
    const char *args;   /* types, divided by ';' */
    const char *call;   /* with the arguments as %0, %1 */
    const char *result; /* type with its tags, or NULL: refused */
    const char *why;    /* part of the reason */
} infer_case;

static char *case_text(fixture *f, const infer_case *c, const char *gives) {
    const char *text = "graph g {\n", *p = c->args;
    int n = 0;
    while (*p) {
        size_t len = strcspn(p, ";");
        text = arena_printf(f->mem, "%s  %%%d = leaf input \"a%d\" : %.*s\n", text, n, n, (int)len, p);
        n++;
        p += len + (p[len] == ';');
    }
    return arena_printf(f->mem, "%s  %%%d = %s : %s\n  result \"r\" %%%d\n}\n", text, n, c->call, gives, n);
}

static void check_case(const infer_case *c) {
    fixture f = fixture_new();
    graph *g = parse(&f, case_text(&f, c, c->result ? c->result : "real"));
    bool right = c->result ? g != NULL : !g && strstr(diags_text(f.d), c->why) != NULL;
    CU_ASSERT_TRUE(right);
    if (!right) printf("%s on %s: %s\n", c->call, c->args, g ? "was accepted" : diags_text(f.d));
    fixture_free(&f);
}

static void run(const infer_case *cases, size_t n) {
    for (size_t k = 0; k < n; k++) check_case(&cases[k]);
}

static void types_of_pointwise_operators(void) {
    static const infer_case cases[] = {
        {"real[3];real[3]", "add(%0, %1)", "real[3]", NULL},
        {"real[2, 3];real[3]", "mul(%0, %1)", "real[2, 3]", NULL},
        {"real[4, 1];complex[1, 3]", "mul(%0, %1)", "complex[4, 3]", NULL},
        {"real;complex[5]", "div(%0, %1)", "complex[5]", NULL},
        {"complex[5]", "abs(%0)", "real[5]", NULL},
        {"real[5];real[5]", "lt(%0, %1)", "int[5]", NULL},
        {"int[2, 1];real[3];complex", "where(%0, %1, %2)", "complex[2, 3]", NULL},
        {"real[3];real[4]", "add(%0, %1)", NULL, "b: shape [4] does not go with [3]"},
        {"int[3]", "sin(%0)", NULL, "x: expected real or complex, found int[3]"},
        {"complex[3]", "tanh(%0)", NULL, "x: expected real, found complex[3]"},
        {"real[3]", "add(%0)", NULL, "expected 2 arguments, found 1"},
        {"real[1048576, 1, 1];real[1048576, 1];real[1048576]", "add(%0, %1)", "real[1048576, 1048576, 1]", NULL},
        {"real[1048577, 1];real[1048576]", "add(%0, %1)", NULL, "far too large"},
    };
    run(cases, COUNT_OF(cases));
}

static void types_from_signatures(void) {
    static const infer_case cases[] = {
        {"real[2, 11]", "frame(%0, size=4, hop=3)", "real[2, 3, 4]", NULL},
        {"real[3]", "frame(%0, size=4, hop=1)", NULL, "would be 0"},
        {"real[3]", "frame(%0, size=2, hop=0)", NULL, "hop must not be 0"},
        {"complex[2, 3, 4]", "overlap_add(%0, hop=2, n=8)", "complex[2, 8]", NULL},
        {"real[7];int[2, 3]", "gather(%0, %1)", "real[2, 3]", NULL},
        {"real[2, 4, 4]", "cholesky(%0)", "real[2, 4, 4]", NULL},
        {"real[4, 3]", "cholesky(%0)", NULL, "a: expected shape [..., N, N] with N = 4"},
        {"real[4, 4]", "lu(%0)", "real[5, 4]", NULL},
        {"real[4, 4];real[5, 4];real[4, 2]", "lu_solve(%0, %1, %2, ct=0)", "real[4, 2]", NULL},
        {"real[4, 4];real[4, 4];real[4, 2]", "lu_solve(%0, %1, %2, ct=0)", NULL,
         "f: expected shape [..., N + 1, N] with N + 1 = 5"},
        {"real[4, 4];real[3, 2]", "trisolve(%0, %1, lower=1, ct=0)", NULL,
         "b: expected shape [..., N, M] with N = 4, as in l"},
        {"real[4, 4];complex[4, 2]", "trisolve(%0, %1, lower=1, ct=0)", NULL, "b: expected real elements"},
        {"real[3]", "pad_fold(%0, lo=2, hi=1, mode=1)", "real[6]", NULL},
        {"real[3]", "cumsum(%0)", NULL, "expected 1 static argument, found 0"},
        {"real", "cumsum(%0, reverse=0)", NULL, "x: expected shape [..., N], found real"},
        {"real[2, 3]", "argmax(%0)", "int[2]", NULL},
        {"", "iota(n=7)", "int[7]", NULL},
        {"", "iota(n=0)", NULL, "would be 0"},
    };
    run(cases, COUNT_OF(cases));
}

static void types_of_views(void) {
    static const infer_case cases[] = {
        {"real[2, 3]", "reshape(%0, shape=[3, 2])", "real[3, 2]", NULL},
        {"real[2, 3]", "reshape(%0, shape=-1)", "real[6]", NULL},
        {"real[2, 3]", "reshape(%0, shape=[4, 2])", NULL, "does not hold the 6 elements"},
        {"real[2, 3]", "reshape(%0, shape=[-1, 4])", NULL, "does not hold"},
        {"real[2, 3]", "permute(%0, perm=[1, 0])", "real[3, 2]", NULL},
        {"real[2, 3]", "permute(%0, perm=[1, 1])", NULL, "does not name every axis"},
        {"real[3, 1]", "broadcast(%0, shape=[2, 3, 4])", "real[2, 3, 4]", NULL},
        {"real[3]", "broadcast(%0, shape=[2])", NULL, "cannot be broadcast"},
        {"real[7]", "slice(%0, start=6, step=-2, count=4)", "real[4]", NULL},
        {"real[7]", "slice(%0, start=6, step=-2, count=5)", NULL, "do not lie in 0..6"},
        {"real[7]", "slice(%0, start=0, step=0, count=1)", NULL, "step: 0"},
        {"real[7]", "slice(%0, start=0, step=9000000000000000000, count=2)", NULL, "do not lie"},
        {"real[7]", "slice(%0, start=0, step=1, count=0)", NULL, "no elements"},
        {"real[3]", "embed(%0, start=1, step=2, shape=6)", "real[6]", NULL},
        {"real[3]", "embed(%0, start=1, step=2, shape=5)", NULL, "do not lie in 0..4"},
        {"real[2, 3];real[2, 1]", "concat(%0, %1, axis=1)", "real[2, 4]", NULL},
        {"real[2, 3];real[3, 3]", "concat(%0, %1, axis=1)", NULL, "argument 2"},
        {"real[2, 3, 4]", "sum(%0, axis=[0, 2])", "real[3]", NULL},
        {"real[2, 3]", "sum(%0, axis=2)", NULL, "2 is not an axis"},
        {"real[2, 3]", "sum(%0, axis=[1, -1])", NULL, "named twice"},
    };
    run(cases, COUNT_OF(cases));
}

static void types_of_kernels(void) {
    static const infer_case cases[] = {
        {"complex[2, 8]", "fft_(%0, dims=1, sign=-1)", "complex[2, 8]", NULL},
        {"complex[8]", "fft_(%0, dims=2, sign=-1)", NULL, "2 axes"},
        {"complex[8]", "fft_(%0, dims=1, sign=0)", NULL, "1 or -1"},
        {"real[2, 8]", "rfft_(%0, dims=2)", "complex[2, 5]", NULL},
        {"complex[5]", "hc2r(%0, dims=1, n=9)", "real[9]", NULL},
        {"complex[5]", "hc2r(%0, dims=1, n=7)", NULL, "has 4 bins, s has 5"},
        {"real[2, 9];real[3]", "conv_(%0, %1, dims=1, lo=0, n=11)", "real[2, 11]", NULL},
        {"real[9];complex[3]", "conv_(%0, %1, dims=1, lo=0, n=11)", NULL, "h: expected real"},
        {"real[4, 5];real[2, 2]", "corr_(%0, %1, dims=2, lo=[0, 0], n=[3, 4])", "real[3, 4]", NULL},
        {"real[4, 5];real[2]", "corr_(%0, %1, dims=2, lo=[0, 0], n=[3, 4])", NULL, "h: expected at least 2 axes"},
        {"real[4];real[2]", "corr_(%0, %1, dims=1, lo=0, n=0)", NULL, "0 samples"},
        {"real[2, 6, 7];real[4, 2, 3, 3]", "convnn(%0, %1, stride=[1, 2], dilation=[1, 1], padding=[1, 0], groups=1)",
         "real[4, 6, 3]", NULL},
        {"real[2, 6, 7];real[4, 3, 3, 3]", "convnn(%0, %1, stride=[1, 2], dilation=[1, 1], padding=[1, 0], groups=1)",
         NULL, "x has 2 channels"},
        {"real[2, 2, 2];real[4, 2, 3, 3]", "convnn(%0, %1, stride=[1, 1], dilation=[1, 1], padding=[0, 0], groups=1)",
         NULL, "does not fit"},
        {"real[4, 6, 3];real[4, 2, 3, 3]",
         "convnn_x(%0, %1, stride=[1, 2], dilation=[1, 1], padding=[1, 0], groups=1, size=[6, 7])", "real[2, 6, 7]",
         NULL},
        {"real[4, 6, 3];real[2, 6, 7]",
         "convnn_w(%0, %1, stride=[1, 2], dilation=[1, 1], padding=[1, 0], groups=1, size=[3, 3])", "real[4, 2, 3, 3]",
         NULL},
        {"real[2, 3];real[3, 4]", "matmul_(%0, %1, ta=0, tb=0)", "real[2, 4]", NULL},
        {"real[5, 3, 2];real[4, 3]", "matmul_(%0, %1, ta=1, tb=1)", "real[5, 2, 4]", NULL},
        {"real[2, 3];real[2, 4]", "matmul_(%0, %1, ta=0, tb=0)", NULL, "expected 3 rows"},
        {"real[3];real[3, 4]", "matmul_(%0, %1, ta=0, tb=0)", NULL, "at least 2 axes"},
    };
    run(cases, COUNT_OF(cases));
}

/* The tags of an operator's result, as text. */
static const char *tags(fixture *f, const char *args, const char *call, const char *gives) {
    infer_case c = {args, call, gives, NULL};
    graph *g = parse(f, case_text(f, &c, gives));
    if (!g) return diags_text(f->d);
    const node *n = g->results.data[0].value;
    type t;
    const char *why = "";
    if (!infer_type(f->mem, f->ops, n->op, n->args, n->nargs, n->attrs, n->nattrs, &t, &why)) return why;
    return type_text(f->mem, &t);
}

static void tags_travel_with_signals(void) {
    fixture f = fixture_new();
    static const char *const rows[][4] = {
        {"real[8];real[8] @ 100Hz", "add(%0, %1)", "real[8]", "real[8] @ 100.0Hz"},
        {"real[8] @ 100Hz", "slice(%0, start=0, step=2, count=4)", "real[4]", "real[4] @ 50.0Hz"},
        {"real[8] @ 100Hz", "slice(%0, start=7, step=-1, count=8)", "real[8]", "real[8] @ 100.0Hz"},
        {"real[4] @ 100Hz", "embed(%0, start=0, step=2, shape=8)", "real[8]", "real[8] @ 200.0Hz"},
        {"real[8] @ 100Hz", "rfft_(%0, dims=1)", "complex[5]", "complex[5] df 12.5Hz"},
        {"complex[5] df 12.5Hz", "hc2r(%0, dims=1, n=8)", "real[8]", "real[8] @ 100.0Hz"},
        {"complex[6, 5] @ 10Hz df 12.5Hz", "slice(%0, start=[0, 0], step=[2, 1], count=[3, 5])", "complex[3, 5]",
         "complex[3, 5] @ 5.0Hz df 12.5Hz"},
        {"real[6, 5] @ 10Hz df 12.5Hz;real[5, 3]", "matmul_(%0, %1, ta=0, tb=0)", "real[6, 3]", "real[6, 3] @ 10.0Hz"},
        {"real[6, 5] @ 10Hz df 12.5Hz", "sum(%0, axis=0)", "real[5]", "real[5] df 12.5Hz"},
        {"real[6, 5] @ 10Hz df 12.5Hz", "sum(%0, axis=1)", "real[6]", "real[6] @ 10.0Hz"},
        {"real[6] @ 10Hz", "sum(%0, axis=0)", "real", "real"},
        {"real[6] @ 10Hz", "reshape(%0, shape=[1, 6])", "real[1, 6]", "real[1, 6] @ 10.0Hz"},
        {"real[6] @ 10Hz", "reshape(%0, shape=[2, 3])", "real[2, 3]", "real[2, 3]"},
        {"real[8] @ 100Hz;real[3]", "conv_(%0, %1, dims=1, lo=0, n=10)", "real[10]", "real[10] @ 100.0Hz"},
        {"real[8] @ 100Hz", "cumsum(%0, reverse=0)", "real[8]", "real[8] @ 100.0Hz"},
        {"real[8] @ 100Hz", "argsort(%0)", "int[8]", "int[8]"},
    };
    for (size_t k = 0; k < COUNT_OF(rows); k++) {
        const char *got = tags(&f, rows[k][0], rows[k][1], rows[k][2]);
        arena *same = f.mem;
        graph *expected = parse(&f, arena_printf(same, "graph e { %%0 = leaf input \"x\" : %s }", rows[k][3]));
        CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
        const char *want = type_text(same, &expected->leaves.data[0]->type);
        CU_ASSERT_STRING_EQUAL(got, want);
        if (strcmp(got, want)) printf("%s: %s\n", rows[k][1], got);
    }
    fixture_free(&f);
}

CU_ErrorCode add_ir_infer_tests(void) {
    CU_pSuite s = CU_add_suite("ir infer", NULL, NULL);
    if (!s) return CU_get_error();
    CU_ADD_TEST(s, types_of_pointwise_operators);
    CU_ADD_TEST(s, types_from_signatures);
    CU_ADD_TEST(s, types_of_views);
    CU_ADD_TEST(s, types_of_kernels);
    CU_ADD_TEST(s, tags_travel_with_signals);
    return CUE_SUCCESS;
}
