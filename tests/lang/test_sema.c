/* test_sema.c: each case in tests/errors/sema_*.dsp gives exactly the reports in the .txt beside it, and every report that
 * sema and ad can give is in one of them. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "../support/kit_session.h"
#include "ad/ad.h"
#include "kit_golden.h"
#include "timeline/timeline.h"

CU_ErrorCode add_lang_sema_tests(void);

/* A first line `# wrt: x` asks for a gradient to x as well as to the params; `# build: hvp` for another function,
 * `# memory: 100` for a byte budget. */
static void differentiate(session *s, const source *src, const program *p) {
    const char *wrt[1] = {NULL};
    char name[32];
    loop_memory m = {{KEEP_BYTES, 0}, 8};
    long long bytes;
    fn_kind kind = strncmp(src->text, "# build: hvp", 12) == 0 ? FN_HVP : FN_GRADIENT;
    if (sscanf(src->text, "# wrt: %31s", name) == 1) { wrt[0] = name; }
    warn_foldings(p->forward->mem, session_diags(s), p->forward);
    if (sscanf(src->text, "# memory: %lld", &bytes) == 1) {
        m.keep.n = bytes;
        session_set_memory(s, m);
    }
    ad_build(s, p, kind, wrt, wrt[0] != NULL);
}

static void reports_are_as_written(void) {
    arena *a = arena_new("test");
    path_list files = list_files(a, "tests/errors", "sema_", ".dsp");
    CU_ASSERT(files.len >= 40);
    for (int i = 0; i < files.len; i++) {
        source *src = source_of_file(a, files.data[i]);
        diags *d = diags_new(a, NULL, false);
        session *s = test_session(a, d);
        CU_ASSERT_FATAL(diags_errors(d) == 0); /* the prelude has none */
        program_list out = {0};
        size_define wrong = {"M", "3"};
        bool defines = strstr(files.data[i], "unknown_size") != NULL;
        bool ok = sema_text(s, src, &wrong, defines ? 1 : 0, &out);
        CU_ASSERT(ok == (diags_errors(d) == 0));
        if (ok) { differentiate(s, src, out.items.data[0]); }
        CU_ASSERT(diags_errors(d) + diags_warnings(d) > 0);
        CU_ASSERT(golden_matches(a, with_suffix(a, files.data[i], ".txt"), diags_text(d)));
    }
    arena_free(a);
}

static void every_report_has_a_case(void) {
    arena *a = arena_new("test");
    path_list files = list_files(a, "tests/errors", "sema_", ".txt");
    strbuf all = {0};
    for (int i = 0; i < files.len; i++) { sb_puts(&all, source_of_file(a, files.data[i])->text); }
    for (int i = 0; i < DIAG_COUNT; i++) {
        const diag_row *row = diag_info((diag_id)i);
        bool ours = (row->code[0] == 'E' && row->code[1] == '0' && row->code[2] >= '1' && row->code[2] <= '5') ||
                    strncmp(row->code, "W01", 3) == 0;
        bool found = strstr(sb_text(&all), arena_printf(a, "[%s]", row->code)) != NULL;
        if (ours && !found) { printf("%s (%s) is in no tests/errors/sema_*.txt\n", row->code, row->name); }
        CU_ASSERT(!ours || found);
    }
    sb_free(&all);
    arena_free(a);
}

CU_ErrorCode add_lang_sema_tests(void) {
    CU_pSuite s = CU_add_suite("lang sema", NULL, NULL);
    CU_add_test(s, "reports are as written", reports_are_as_written);
    CU_add_test(s, "every report has a case", every_report_has_a_case);
    return CU_get_error();
}
