/* test_hessian.c: second derivatives of everything the prelude and the table offer: in each differentiable agreement
 * case with random inputs, the Hessian-vector product against central differences of the gradient,
 * (g(x + h v) - g(x - h v)) / 2h. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "../support/kit_session.h"
#include "ad/ad.h"
#include "eval/eval.h"
#include "kit_cases.h"

CU_ErrorCode add_agree_hessian_tests(void);

static const double step = 1e-5;

static arena *mem;
static case_list cases;
static int next_case;

static void fail(const char *text) {
    CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
}

/* The direction: fixed numbers of either sign. */
static double direction(int leaf, int64_t i) {
    return (double)((i * 7 + leaf * 3 + 5) % 11) / 5.0 - 1.0;
}

/* Evaluates g with the inputs moved by `by` along the direction; seeds "x_dot" are the direction itself. */
static const char *evaluate(arena *a, const graph *g, const agree_case *c, double by, tensor *results) {
    const tensor **v = NEW_ARRAY(a, const tensor *, g->leaves.len + 1);
    double **value = case_leaves(a, g, c);
    for (int i = 0; i < g->leaves.len; i++) {
        const node *leaf = g->leaves.data[i];
        tensor *t = NEW(a, tensor);
        *t = tensor_new(a, leaf->type);
        int64_t n = numbers_of(&leaf->type);
        if (value[i]) memcpy(t->v, value[i], sizeof(double) * (size_t)n);
        for (int k = 0; k < c->ninputs; k++) {
            const char *name = c->inputs[k].name;
            bool moved = strcmp(leaf->name, name) == 0;
            bool seed = !moved && strcmp(leaf->name, arena_printf(a, "%s_dot", name)) == 0;
            for (int64_t j = 0; c->inputs[k].gradient && (moved || seed) && j < n; j++)
                t->v[j] += (seed ? 1.0 : by) * direction(k, j);
        }
        v[i] = t;
    }
    const char *why = "";
    return eval_graph_why(a, g, v, results, &why) ? NULL : why;
}

static const double *result_of(arena *a, const graph *g, const tensor *results, out_kind kind, const char *name,
                               int64_t n) {
    for (int i = 0; i < g->results.len; i++)
        if (g->results.data[i].kind == kind && strcmp(g->results.data[i].name, name) == 0)
            return g->results.data[i].value ? results[i].v : NEW_ARRAY(a, double, n);
    return NULL;
}

static const char *compare(arena *a, const agree_case *c, const graph *gradient, const graph *hvp) {
    tensor *r[3];
    const char *wrong = NULL;
    for (int k = 0; k < 3 && !wrong; k++) {
        const graph *g = k < 2 ? gradient : hvp;
        r[k] = NEW_ARRAY(a, tensor, g->results.len + 1);
        wrong = evaluate(a, g, c, k < 2 ? step - 2 * step * k : 0, r[k]);
    }
    for (int i = 0; i < c->ninputs && !wrong; i++) {
        const case_input *in = &c->inputs[i];
        if (!in->gradient) continue;
        int64_t n = numbers_of(&in->type);
        const double *up = result_of(a, gradient, r[0], OUT_GRAD, in->name, n);
        const double *down = result_of(a, gradient, r[1], OUT_GRAD, in->name, n);
        const double *got = result_of(a, hvp, r[2], OUT_TANGENT, in->name, n);
        if (!up || !down || !got) return arena_printf(a, "no Hessian-vector product for %s", in->name);
        double *want = NEW_ARRAY(a, double, n);
        for (int64_t j = 0; j < n; j++) want[j] = (up[j] - down[j]) / (2 * step);
        wrong = disagreement(a, arena_printf(a, "Hessian times direction, %s", in->name), got, want, n, 1e-5);
    }
    return wrong;
}

static const char *run_case(arena *a, const agree_case *c) {
    session *s = test_session(a, diags_new(a, NULL, false));
    const char *why, *wrt[CASE_INPUTS];
    const program *p = case_program(a, s, c, &why);
    if (!p) return why;
    int n = case_wrt(c, wrt);
    const graph *gradient = ad_build(s, p, FN_GRADIENT, wrt, n), *hvp = ad_build(s, p, FN_HVP, wrt, n);
    if (!gradient || !hvp) return diags_text(session_diags(s));
    return compare(a, c, gradient, hvp);
}

static void test_one(void) {
    const agree_case *c = &cases.items.data[next_case++];
    arena *a = arena_new("second derivative case");
    const char *wrong = run_case(a, c);
    if (wrong) fail(arena_printf(a, "%s: %s", c->expression, wrong));
    arena_free(a);
}

/* Differences are no measure at chosen singular points, nor of what stop_gradient (or a surrogate) hides from them. The gradient of i1
 * has no derivative of its own (third derivatives of i0): that is an error with a test of its own. */
static bool smooth(const agree_case *c) {
    bool random =
        !strstr(c->expression, "stop_gradient") && strncmp(c->name, "vector_", 7) != 0 && strcmp(c->name, "i1") != 0;
    for (int k = 0; k < c->ninputs; k++) random &= !c->inputs[k].written;
    return random && c->differentiable;
}

static int clean(void) {
    arena_free(mem);
    return 0;
}

CU_ErrorCode add_agree_hessian_tests(void) {
    mem = arena_new("second derivative cases");
    case_list all = {0};
    if (!read_all_cases(mem, &all)) return CUE_BAD_FILENAME;
    CU_pSuite suite = CU_add_suite("hessian", NULL, clean);
    for (int i = 0; suite && i < all.items.len; i++) {
        const agree_case *c = &all.items.data[i];
        if (!smooth(c)) continue;
        vec_push(mem, &cases.items, *c);
        if (!CU_add_test(suite, arena_printf(mem, "%s/%s", c->file, c->name), test_one)) return CU_get_error();
    }
    return CU_get_error();
}
