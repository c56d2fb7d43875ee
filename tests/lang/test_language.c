/* test_language.c: the clauses of lang-spec/language.md, by example: expressions (language.txt) and a pipeline (language.dsp)
 * whose elements must all be true. What must be refused is in tests/errors/sema_*.dsp. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "../support/kit_session.h"
#include "eval/numbers.h"
#include "ad/ad.h"
#include "kit_golden.h"

CU_ErrorCode add_lang_language_tests(void);

static bool all_true(const tensor *t) {
    int64_t n = type_count(&t->type);
    for (int64_t i = 0; i < n; i++)
        if (t->v[i] != 1) return false;
    return t->type.dt == T_INT;
}

static bool holds(arena *a, session *s, const char *text) {
    graph *g = graph_new(a, session_ops(s), "clause");
    node *n = sema_expression(s, g, source_of_text(a, text), NULL, NULL, 0);
    tensor out;
    if (!n) return false;
    graph_result(g, OUT_RESULT, "holds", n);
    const graph *whole = ad_expand_graph(s, g);
    return whole && eval_graph(a, whole, NULL, &out) && all_true(&out);
}

static void expressions_hold(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    session *s = test_session(a, d);
    source *src = source_of_file(a, "tests/lang/language.txt");
    CU_ASSERT_FATAL(src != NULL);
    int seen = 0;
    for (const char *p = src->text; *p;) {
        const char *end = strchr(p, '\n'), *space = strchr(p, ' ');
        char *line = arena_strndup(a, p, (size_t)(end - p));
        if (*p != '#' && space && space < end) {
            bool ok = holds(a, s, line + (space - p));
            if (!ok) printf("language.txt: %s\n%s", line, diags_text(d));
            CU_ASSERT(ok);
            seen++;
        }
        p = end + 1;
    }
    CU_ASSERT(seen >= 40);
    arena_free(a);
}

static void pipeline_holds(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    session *s = test_session(a, d);
    program_list out = {0};
    bool ok = sema_text(s, source_of_file(a, "tests/lang/language.dsp"), NULL, 0, &out);
    if (!ok) printf("%s", diags_text(d));
    CU_ASSERT_FATAL(ok);
    CU_ASSERT_FATAL(ad_expand(s, out.items.data[0]));
    const graph *g = out.items.data[0]->forward;
    rng r = rng_new(7);
    const tensor **leaves = NEW_ARRAY(a, const tensor *, g->leaves.len);
    tensor *values = NEW_ARRAY(a, tensor, g->leaves.len), *results = NEW_ARRAY(a, tensor, g->results.len);
    for (int i = 0; i < g->leaves.len; i++) {
        values[i] = random_tensor(a, &r, g->leaves.data[i]->type);
        leaves[i] = &values[i];
    }
    CU_ASSERT_FATAL(eval_graph(a, g, leaves, results));
    for (int i = 0; i < g->results.len; i++) {
        if (!all_true(&results[i])) printf("language.dsp: %s does not hold\n", g->results.data[i].name);
        CU_ASSERT(all_true(&results[i]));
    }
    arena_free(a);
}

CU_ErrorCode add_lang_language_tests(void) {
    CU_pSuite s = CU_add_suite("lang language", NULL, NULL);
    CU_add_test(s, "expressions hold", expressions_hold);
    CU_add_test(s, "the pipeline holds", pipeline_holds);
    return CU_get_error();
}
