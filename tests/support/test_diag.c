/* test_diag.c: how reports look, their limits and their order. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "diag/diag.h"

CU_ErrorCode add_support_diag_tests(void);

static const source user = {"p.dsp", "a = b\n\tfoo(\xC3\xA9\xE4\xB8\xAD, bar\t, baz)\r\nlast", 0, false};
static const source prelude = {"<prelude>/mel.dsp", "def mel(x) = bank(x)\ndef bank(x) = x @ f\n", 0, true};

static source sized(source s) {
    s.len = strlen(s.text);
    return s;
}

static void carets_stand_under_their_text(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    source s = sized(user);
    report(d, DIAG_syntax, (loc){&s, 2, 6, 2, 11}, "thing"); /* two-byte and double-width characters, after a tab */
    report_expected(d, "%d things", 3);
    report_found(d, "none");
    report_help(d, "try");
    CU_ASSERT_STRING_EQUAL(diags_text(d), "p.dsp:2:6: error[E0001]: unexpected thing\n"
                                          "    2 | \tfoo(\xC3\xA9\xE4\xB8\xAD, bar\t, baz)\n"
                                          "      | \t    ^~~\n"
                                          "  expected: 3 things\n"
                                          "  found:    none\n"
                                          "  help:     try\n");
    arena_free(a);
}

static void odd_places_are_shown(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    source s = sized(user);
    report(d, DIAG_syntax, (loc){&s, 2, 13, 2, 17}, "name"); /* column 10: three characters took three bytes more */
    report(d, DIAG_syntax, (loc){&s, 3, 5, 3, 5}, "end");
    report_note(d, (loc){&s, 1, 1, 2, 3}, "it %s here", "begins");
    report(d, DIAG_syntax, (loc){&s, 9, 1, 9, 2}, "line");
    report(d, DIAG_syntax, (loc){0}, "anything");
    CU_ASSERT_STRING_EQUAL(diags_text(d), "p.dsp:2:10: error[E0001]: unexpected name\n"
                                          "    2 | \tfoo(\xC3\xA9\xE4\xB8\xAD, bar\t, baz)\n"
                                          "      | \t         ^~~\t\n"
                                          "p.dsp:3:5: error[E0001]: unexpected end\n"
                                          "    3 | last\n"
                                          "      |     ^\n"
                                          "p.dsp:1:1: note: it begins here\n"
                                          "    1 | a = b\n"
                                          "      | ^~~~~\n"
                                          "p.dsp:9:1: error[E0001]: unexpected line\n"
                                          "dspc: error[E0001]: unexpected anything\n");
    arena_free(a);
}

static void the_users_line_comes_first(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    source s = sized(user), p = sized(prelude);
    origin call = {{&s, 1, 5, 1, 6}, NULL, NULL};
    origin in_mel = {{&p, 1, 14, 1, 21}, "mel", &call};
    origin in_bank = {{&p, 2, 15, 2, 20}, "bank", &in_mel};
    report_from(d, DIAG_syntax, &in_bank, "shape");
    report_found(d, "complex");
    CU_ASSERT_STRING_EQUAL(diags_text(d), "p.dsp:1:5: error[E0001]: unexpected shape\n"
                                          "    1 | a = b\n"
                                          "      |     ^\n"
                                          "  found:    complex\n"
                                          "  in expansion of `mel' at <prelude>/mel.dsp:1:14\n"
                                          "    1 | def mel(x) = bank(x)\n"
                                          "      |              ^~~~~~~\n"
                                          "  in expansion of `bank' at <prelude>/mel.dsp:2:15\n"
                                          "    2 | def bank(x) = x @ f\n"
                                          "      |               ^~~~~\n");
    arena_free(a);
}

static void a_users_def_shows_its_callers(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    source s = sized(user);
    origin call = {{&s, 3, 1, 3, 5}, NULL, NULL};
    origin body = {{&s, 1, 5, 1, 6}, "f", &call};
    report_from(d, DIAG_syntax, &body, "x");
    CU_ASSERT_STRING_EQUAL(diags_text(d), "p.dsp:1:5: error[E0001]: unexpected x\n"
                                          "    1 | a = b\n"
                                          "      |     ^\n"
                                          "  in expansion of `f' called at p.dsp:3:1\n"
                                          "    3 | last\n"
                                          "      | ^~~~\n");
    arena_free(a);
}

static void twenty_errors_and_no_repeats(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    source s = sized(user);
    for (int i = 0; i < 5; i++) report(d, DIAG_syntax, (loc){&s, 1, 1, 1, 2}, "same");
    CU_ASSERT(diags_errors(d) == 1 && !diags_full(d));
    for (int i = 0; i < 30; i++) {
        report(d, DIAG_syntax, (loc){&s, 2, i + 1, 2, i + 2}, "other");
        report_help(d, "help %d", i);
    }
    report(d, DIAG_comment_division, (loc){&s, 1, 1, 1, 2});
    CU_ASSERT(diags_errors(d) == 20 && diags_full(d) && diags_warnings(d) == 1);
    CU_ASSERT(strstr(diags_text(d), "help 18") && !strstr(diags_text(d), "help 19"));
    const char *last = strstr(diags_text(d), "dspc: 20 errors are shown, further ones are not\n");
    CU_ASSERT(last && strlen(last) == strlen("dspc: 20 errors are shown, further ones are not\n"));
    arena_free(a);
}

static void terminals_get_no_control_characters(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    source s = {"x.dsp", "a\033[31m\x9B\xFF b", 0, false};
    s = sized(s);
    report(d, DIAG_syntax, (loc){&s, 1, 1, 1, 2}, "x");
    CU_ASSERT(strchr(diags_text(d), '\033') == NULL && strchr(diags_text(d), '\x9B') == NULL);
    arena_free(a);
}

static void output_is_coloured_when_asked(void) {
    arena *a = arena_new("test");
    FILE *f = tmpfile();
    CU_ASSERT_FATAL(f != NULL);
    source s = sized(user);
    diags *d = diags_new(a, f, true);
    report(d, DIAG_syntax, (loc){&s, 1, 1, 1, 2}, "x");
    report(d, DIAG_comment_division, (loc){&s, 1, 1, 1, 2});
    diags_flush(d);
    diags_flush(d);
    char text[1000] = "";
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    const char *red = strstr(text, "\033[1;31m");
    CU_ASSERT(red != NULL && strstr(text, "\033[1;35mwarning[W0001]") != NULL);
    const char *error = strstr(text, "error[E0001]");
    CU_ASSERT(error != NULL && strstr(error + 1, "error[E0001]") == NULL);
    CU_ASSERT(strchr(diags_text(d), '\033') == NULL);
    fclose(f);
    arena_free(a);
}

CU_ErrorCode add_support_diag_tests(void) {
    CU_pSuite s = CU_add_suite("diag", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "carets stand under their text", carets_stand_under_their_text);
    CU_add_test(s, "odd places are shown", odd_places_are_shown);
    CU_add_test(s, "the user's line comes first", the_users_line_comes_first);
    CU_add_test(s, "a user's def shows its callers", a_users_def_shows_its_callers);
    CU_add_test(s, "20 errors and no repeats", twenty_errors_and_no_repeats);
    CU_add_test(s, "terminals get no control characters", terminals_get_no_control_characters);
    CU_add_test(s, "output is coloured when asked", output_is_coloured_when_asked);
    return CU_get_error();
}
