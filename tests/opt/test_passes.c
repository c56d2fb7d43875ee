/* test_passes.c: tests/opt/<pass>.txt: graphs before and after a pass.
 *
 * A case is
 *     ## what it shows
 *     graph g { ... }
 *     ->
 *     graph g { ... }
 * The pass named by the file (lower.txt: `## how: ...` with how one of direct, fft, blocks, cost) makes the second of
 * the first, up to the numbering of nodes: the expected graph is read and printed again before it is compared. */
#include <stdlib.h>

#include "../ir/fixture.h"
#include "opt/opt.h"

CU_ErrorCode add_opt_passes_tests(void);

static conv_choice choice_of(const char *title) {
    static const char *const names[] = {"cost", "direct", "fft", "blocks"};
    for (size_t k = 0; k < COUNT_OF(names); k++)
        if (!strncmp(title, names[k], strlen(names[k]))) return (conv_choice)k;
    return CONV_BY_COST;
}

static graph *apply(fixture *f, const char *pass, const char *title, const graph *g) {
    if (!strcmp(pass, "lower")) return graph_prune(f->mem, pass_lower_as(f->mem, g, choice_of(title)));
    return graph_prune(f->mem, opt_pass_by_name(pass)(f->mem, g));
}

static bool case_holds(fixture *f, const char *pass, const char *title, const char *before, const char *after) {
    graph *b = parse(f, before), *e = parse(f, after);
    if (!b || !e) {
        printf("%s: %s\n%s", pass, title, diags_text(f->d));
        return false;
    }
    const char *why = "";
    graph *got = apply(f, pass, title, b);
    const char *have = print(f, got), *want = print(f, graph_prune(f->mem, e));
    bool ok = graph_verify(f->mem, got, &why) && !strcmp(have, want);
    if (!ok) printf("%s: %s: %s\nexpected\n%sfound\n%s", pass, title, why, want, have);
    return ok;
}

/* The text between two marks; *p moves behind the second one. */
static char *until(arena *a, char **p, const char *mark) {
    char *end = strstr(*p, mark);
    if (!end) end = *p + strlen(*p);
    char *text = arena_strndup(a, *p, (size_t)(end - *p));
    *p = *end ? end + strlen(mark) : end;
    return text;
}

static void run_file(const char *pass) {
    fixture f = fixture_new();
    const char *why = "";
    size_t len;
    char *text = read_whole_file(f.mem, arena_printf(f.mem, "tests/opt/%s.txt", pass), 1 << 20, &len, &why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    int cases = 0;
    until(f.mem, &text, "\n## ");
    while (*text) {
        char *one = until(f.mem, &text, "\n## ");
        char *title = until(f.mem, &one, "\n");
        char *before = until(f.mem, &one, "\n->\n");
        fixture g = fixture_new();
        CU_ASSERT_TRUE(case_holds(&g, pass, title, before, one));
        fixture_free(&g);
        cases++;
    }
    CU_ASSERT_TRUE(cases > 0);
    fixture_free(&f);
}

static void pass_simplify_cases(void) {
    run_file("simplify");
}
static void pass_fold_cases(void) {
    run_file("fold");
}
static void pass_inline_custom_cases(void) {
    run_file("inline_custom");
}
static void pass_trim_scan_cases(void) {
    run_file("trim_scan");
}
static void pass_hoist_scan_cases(void) {
    run_file("hoist_scan");
}
static void pass_gather_scan_cases(void) {
    run_file("gather_scan");
}
static void pass_merge_scan_cases(void) {
    run_file("merge_scan");
}
static void pass_small_cases(void) {
    run_file("small");
}
static void pass_dce_cases(void) {
    run_file("dce");
}
static void pass_lower_cases(void) {
    run_file("lower");
}

static void pass_split_states_cases(void) {
    run_file("split_states");
}
static void pass_reuse_cases(void) {
    run_file("reuse");
}

CU_ErrorCode add_opt_passes_tests(void) {
    CU_pSuite s = CU_add_suite("opt passes", NULL, NULL);
    if (!s) return CU_get_error();
    CU_ADD_TEST(s, pass_simplify_cases);
    CU_ADD_TEST(s, pass_fold_cases);
    CU_ADD_TEST(s, pass_inline_custom_cases);
    CU_ADD_TEST(s, pass_trim_scan_cases);
    CU_ADD_TEST(s, pass_hoist_scan_cases);
    CU_ADD_TEST(s, pass_gather_scan_cases);
    CU_ADD_TEST(s, pass_merge_scan_cases);
    CU_ADD_TEST(s, pass_small_cases);
    CU_ADD_TEST(s, pass_split_states_cases);
    CU_ADD_TEST(s, pass_reuse_cases);
    CU_ADD_TEST(s, pass_dce_cases);
    CU_ADD_TEST(s, pass_lower_cases);
    return CUE_SUCCESS;
}
