/* test_agree.c: the reference evaluator, the prelude and the derivative rules against NumPy, SciPy and torch: every case
 * of tests/agree/cases as a pipeline of its own, its value and its gradient. */
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "../support/kit_session.h"
#include "ad/ad.h"
#include "kit_cases.h"
#include "eval/eval.h"

CU_ErrorCode add_agree_agree_tests(void);

static arena *mem;
static case_list cases;
static int next_case; /* CUnit runs the tests in the order they were added in; each takes the next case */

static void fail(const char *text) {
    CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
}

static const tensor **leaf_values(arena *a, const graph *g, const agree_case *c) {
    const tensor **v = NEW_ARRAY(a, const tensor *, g->leaves.len + 1);
    double **value = case_leaves(a, g, c);
    for (int i = 0; i < g->leaves.len; i++) {
        tensor *t = NEW(a, tensor);
        *t = (tensor){.type = g->leaves.data[i]->type, .v = value[i]};
        v[i] = t;
    }
    return v;
}

static const char *compare_value(arena *a, const agree_case *c, const graph *g, const tensor *got) {
    const node *n = g->results.data[0].value;
    type want = c->type;
    if (n->type.dt != want.dt || !same_shape(&n->type, &want))
        return arena_printf(a, "the value is %s, expected %s", type_text(a, &n->type), type_text(a, &want));
    return disagreement(a, "value", got->v, c->value, numbers_of(&want), 1e-10);
}

static const char *compare_gradient(arena *a, const agree_case *c, const graph *g, const tensor *results) {
    for (int k = 0; k < c->ninputs; k++) {
        const case_input *in = &c->inputs[k];
        for (int i = 0; in->gradient && i < g->results.len; i++) {
            const result *r = &g->results.data[i];
            if (r->kind != OUT_GRAD || strcmp(r->name, in->name) != 0) continue;
            int64_t n = numbers_of(&in->type);
            const double *got = r->value ? results[i].v : NEW_ARRAY(a, double, n);
            if (r->value && !same_shape(&r->value->type, &in->type))
                return "the gradient has not the shape of its input";
            const char *wrong =
                disagreement(a, arena_printf(a, "gradient of %s", in->name), got, in->gradient, n, 1e-10);
            if (wrong) return wrong;
        }
    }
    return NULL;
}

static const char *run_case(arena *a, const agree_case *c) {
    session *s = test_session(a, diags_new(a, NULL, false));
    const char *why, *wrt[CASE_INPUTS];
    const program *p = case_program(a, s, c, &why);
    if (!p) return why;
    graph *g =
        c->differentiable ? ad_build(s, p, FN_GRADIENT, wrt, case_wrt(c, wrt)) : ad_build(s, p, FN_FORWARD, NULL, 0);
    if (!g) return diags_text(session_diags(s));
    tensor *results = NEW_ARRAY(a, tensor, g->results.len + 1);
    if (!eval_graph_why(a, g, leaf_values(a, g, c), results, &why)) return why;
    const char *wrong = compare_value(a, c, g, &results[0]);
    return wrong ? wrong : compare_gradient(a, c, g, results);
}

static void test_one(void) {
    const agree_case *c = &cases.items.data[next_case++];
    arena *a = arena_new("agreement case");
    const char *wrong = run_case(a, c);
    if (wrong) fail(arena_printf(a, "%s: %s", c->expression, wrong));
    arena_free(a);
}

static int clean(void) {
    arena_free(mem);
    return 0;
}

CU_ErrorCode add_agree_agree_tests(void) {
    mem = arena_new("agreement cases");
    if (!read_all_cases(mem, &cases)) return CUE_BAD_FILENAME;
    CU_pSuite suite = CU_add_suite("agree", NULL, clean);
    for (int i = 0; suite && i < cases.items.len; i++) {
        const agree_case *c = &cases.items.data[i];
        if (!CU_add_test(suite, arena_printf(mem, "%s/%s", c->file, c->name), test_one)) return CU_get_error();
    }
    return CU_get_error();
}
