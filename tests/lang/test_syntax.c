/* test_syntax.c: each syntax case in tests/errors gives exactly the reports in the .txt beside it, and every syntax report
 * of the table is in one of them. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "kit_golden.h"

CU_ErrorCode add_lang_syntax_tests(void);

static void reports_are_as_written(void) {
    arena *a = arena_new("test");
    path_list files = list_files(a, "tests/errors", "syntax_", ".dsp");
    CU_ASSERT(files.len >= 60);
    for (int i = 0; i < files.len; i++) {
        source *s = source_of_file(a, files.data[i]);
        CU_ASSERT_FATAL(s != NULL);
        diags *d = diags_new(a, NULL, false);
        module_ast *m = parse_module(a, interner_new(a), d, s);
        CU_ASSERT(diags_errors(d) + diags_warnings(d) > 0);
        CU_ASSERT(diags_errors(d) <= 20);
        CU_ASSERT(golden_matches(a, with_suffix(a, files.data[i], ".txt"), diags_text(d)));
        strbuf b = {0};
        dump_ast(&b, m); /* a tree with errors can be walked too */
        sb_free(&b);
        CU_ASSERT(format_module(a, m) != NULL);
    }
    arena_free(a);
}

static bool is_syntax(const diag_row *row) {
    return row->code[1] == '0' && row->code[2] == '0';
}

static void every_report_has_a_case(void) {
    arena *a = arena_new("test");
    path_list files = list_files(a, "tests/errors", "syntax_", ".txt");
    strbuf all = {0};
    for (int i = 0; i < files.len; i++) sb_puts(&all, source_of_file(a, files.data[i])->text);
    for (int i = 0; i < DIAG_COUNT; i++) {
        const diag_row *row = diag_info((diag_id)i);
        if (!is_syntax(row) || row == diag_info(DIAG_too_large)) continue; /* 2 MiB: made in the next test */
        bool found = strstr(sb_text(&all), arena_printf(a, "[%s]", row->code)) != NULL;
        if (!found) printf("%s (%s) is in no tests/errors/syntax_*.txt\n", row->code, row->name);
        CU_ASSERT(found);
    }
    sb_free(&all);
    arena_free(a);
}

static void huge_texts(void) {
    arena *a = arena_new("test");
    size_t n = ((size_t)2 << 20) + 1;
    char *text = arena_alloc(a, n + 1);
    memset(text, '\n', n);
    diags *d = diags_new(a, NULL, false);
    source s = {.path = "big.dsp", .text = text, .len = n};
    parse_module(a, interner_new(a), d, &s);
    CU_ASSERT(strstr(diags_text(d), "[E0075]") != NULL);
    s.len = n - 1;
    diags *ok = diags_new(a, NULL, false);
    parse_module(a, interner_new(a), ok, &s);
    CU_ASSERT(diags_errors(ok) == 0);
    arena_free(a);
}

static void codes_are_unique_and_explained(void) {
    for (int i = 0; i < DIAG_COUNT; i++) {
        const diag_row *row = diag_info((diag_id)i);
        CU_ASSERT(diag_by_code(row->code) == row);
        CU_ASSERT(row->code[0] == (row->sev == SEV_ERROR ? 'E' : 'W') && strlen(row->code) == 5);
        CU_ASSERT(strlen(row->explain) > 20);
    }
}

CU_ErrorCode add_lang_syntax_tests(void) {
    CU_pSuite s = CU_add_suite("lang syntax", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "reports are as written", reports_are_as_written);
    CU_add_test(s, "every syntax report has a case", every_report_has_a_case);
    CU_add_test(s, "huge texts", huge_texts);
    CU_add_test(s, "codes are unique and explained", codes_are_unique_and_explained);
    return CU_get_error();
}
