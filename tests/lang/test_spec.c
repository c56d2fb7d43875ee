/* test_spec.c: lang-spec/grammar.md against the parser: its examples, its keywords, its units. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "kit_golden.h"

CU_ErrorCode add_lang_spec_tests(void);

static const source *parse_text(arena *a, const char *text, size_t n, diags **d) {
    source *s = NEW(a, source);
    *s = (source){.path = "grammar.md", .text = arena_strndup(a, text, n), .len = n};
    *d = diags_new(a, NULL, false);
    parse_module(a, interner_new(a), *d, s);
    return s;
}

static void examples_are_as_said(void) {
    arena *a = arena_new("test");
    const source *spec = source_of_file(a, "lang-spec/grammar.md");
    CU_ASSERT_FATAL(spec != NULL);
    int right = 0, wrong = 0;
    const char *end;
    for (const char *s = strstr(spec->text, "\n```dsp"); s; s = strstr(end, "\n```dsp")) {
        const char *body = strchr(s + 1, '\n') + 1;
        end = strstr(body, "\n```");
        CU_ASSERT_FATAL(end != NULL);
        diags *d;
        parse_text(a, body, (size_t)(end + 1 - body), &d);
        const char *text = diags_text(d);
        if (s[7] == ' ') {
            CU_ASSERT(diags_errors(d) == 1 && strstr(text, arena_printf(a, "[%.5s]", s + 8)) != NULL);
            wrong++;
        } else {
            CU_ASSERT(*text == '\0');
            right++;
        }
        end++;
    }
    CU_ASSERT(right >= 5 && wrong >= 8);
    arena_free(a);
}

/* Calls check for each `word` between two marks of the page; returns how many there were. */
static int each_word(const char *from, const char *to, void (*check)(arena *, const char *)) {
    arena *a = arena_new("test");
    int n = 0;
    const source *spec = source_of_file(a, "lang-spec/grammar.md");
    CU_ASSERT_FATAL(spec != NULL);
    const char *s = strstr(spec->text, from), *stop = s ? strstr(s, to) : NULL;
    CU_ASSERT_FATAL(stop != NULL);
    for (s = strchr(s + strlen(from), '`'); s && s < stop; s = strchr(s, '`')) {
        size_t len = strcspn(++s, "`");
        check(a, arena_strndup(a, s, len));
        s += len + 1;
        n++;
    }
    arena_free(a);
    return n;
}

static void check_keyword(arena *a, const char *word) {
    diags *d;
    const char *text = arena_printf(a, "pipeline %s {\n}\n", word);
    parse_text(a, text, strlen(text), &d);
    bool soft = strcmp(word, "size") == 0;
    if (soft != (diags_errors(d) == 0)) printf("%s\n%s", word, diags_text(d));
    CU_ASSERT(soft == (diags_errors(d) == 0));
    CU_ASSERT(soft || strcmp(word, "if") == 0 || strcmp(word, "not") == 0 || strstr(diags_text(d), "[E0014]") != NULL);
}

static void check_unit(arena *a, const char *word) {
    expr *e =
        parse_expr_text(a, interner_new(a), diags_new(a, NULL, false), source_of_text(a, arena_printf(a, "2%s", word)));
    CU_ASSERT_FATAL(e != NULL);
    CU_ASSERT(e->unit.time || e->unit.length || e->unit.angle || e->unit.db);
}

static void keywords_are_those_of_the_page(void) {
    CU_ASSERT(each_word("keywords* and are", "- **2.4**", check_keyword) == 22);
}

static void units_are_those_of_the_page(void) {
    CU_ASSERT(each_word("| time |", "A decimal prefix", check_unit) == 20);
}

/* Every code that the page names is a report of this area. */
static void codes_are_known(void) {
    arena *a = arena_new("test");
    const source *spec = source_of_file(a, "lang-spec/grammar.md");
    CU_ASSERT_FATAL(spec != NULL);
    int n = 0;
    for (const char *s = strstr(spec->text, "E00"); s; s = strstr(s + 1, "E00")) {
        CU_ASSERT(diag_by_code(arena_strndup(a, s, 5)) != NULL);
        n++;
    }
    CU_ASSERT(n > 40);
    arena_free(a);
}

CU_ErrorCode add_lang_spec_tests(void) {
    CU_pSuite s = CU_add_suite("lang spec", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "examples of grammar.md", examples_are_as_said);
    CU_add_test(s, "2.3 keywords", keywords_are_those_of_the_page);
    CU_add_test(s, "2.7 units", units_are_those_of_the_page);
    CU_add_test(s, "codes", codes_are_known);
    return CU_get_error();
}
