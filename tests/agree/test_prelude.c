/* test_prelude.c: every definition of the prelude is documented, and every `example: a == b` in its documentation
 * holds. */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "../support/kit_session.h"
#include "ad/ad.h"
#include "eval/eval.h"
#include "sema/sema.h"
#include "support/embedded.h"

CU_ErrorCode add_agree_prelude_tests(void);

static const char mark[] = "## example: ";

static void fail(const char *text) {
    CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
}

static node *side(arena *a, session *s, graph *g, const char *file, const char *text) {
    source *src = NEW(a, source);
    *src = (source){.path = file, .text = text, .len = strlen(text)};
    node *n = sema_expression(s, g, src, NULL, NULL, 0);
    if (n) graph_result(g, OUT_RESULT, "side", n);
    return n;
}

static double part(const node *n, const tensor *t, int64_t element, int which) {
    bool z = n->type.dt == T_COMPLEX;
    return z ? t->v[2 * element + which] : which ? 0.0 : t->v[element];
}

/* NULL when left == right to nine digits, element by element. */
static const char *compare(arena *a, const char *file, const char *left, const char *right) {
    diags *d = diags_new(a, NULL, false);
    session *s = test_session(a, d);
    graph *g = graph_new(a, session_ops(s), "example");
    node *n[2] = {side(a, s, g, file, left), side(a, s, g, file, right)};
    if (!n[0] || !n[1]) return diags_text(d);
    tensor v[2];
    const char *why = "";
    const graph *whole = ad_expand_graph(s, g);
    if (!whole) return diags_text(d);
    if (!eval_graph_why(a, whole, NULL, v, &why)) return why;
    if (!same_shape(&n[0]->type, &n[1]->type))
        return arena_printf(a, "%s against %s", type_text(a, &n[0]->type), type_text(a, &n[1]->type));
    for (int64_t i = 0; i < type_count(&n[0]->type); i++)
        for (int k = 0; k < 2; k++) {
            double got = part(n[0], &v[0], i, k), want = part(n[1], &v[1], i, k);
            if (!(fabs(got - want) <= 1e-9 * fmax(1.0, fabs(want))))
                return arena_printf(a, "element %lld is %.12g, expected %.12g", (long long)i, got, want);
        }
    return NULL;
}

static void run_example(const char *file, const char *text, size_t len) {
    arena *a = arena_new("example");
    char *left = arena_printf(a, "%.*s", (int)len, text), *equal = NULL;
    for (char *p = left; (p = strstr(p, " == ")); p += 4) equal = p;
    if (equal) *equal = 0;
    const char *wrong = equal ? compare(a, file, left, equal + 4) : "an example has the form a == b";
    if (wrong) fail(arena_printf(a, "%s: %s: %s", file, left, wrong));
    arena_free(a);
}

static void test_examples(void) {
    int run = 0;
    for (int i = 0; i < prelude_count; i++)
        for (const char *p = prelude_files[i].text; (p = strstr(p, mark)); run++) {
            p += strlen(mark);
            run_example(prelude_files[i].name, p, strcspn(p, "\n"));
        }
    CU_ASSERT(run > 150);
}

static void test_documented(void) {
    arena *a = arena_new("prelude");
    diags *d = diags_new(a, NULL, false);
    const def_doc *docs;
    int n = sema_prelude_docs(test_session(a, d), &docs);
    CU_ASSERT(n > 150);
    for (int i = 0; i < n; i++)
        if (strstr(docs[i].file, ".dsp") && (!docs[i].doc || !strstr(docs[i].doc, "example: ")))
            fail(arena_printf(a, "%s has no documented example", docs[i].name));
    arena_free(a);
}

CU_ErrorCode add_agree_prelude_tests(void) {
    CU_pSuite suite = CU_add_suite("prelude", NULL, NULL);
    CU_add_test(suite, "every definition is documented", test_documented);
    CU_add_test(suite, "every example holds", test_examples);
    return CU_get_error();
}
