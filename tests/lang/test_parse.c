/* test_parse.c: trees of the texts in tests/lang, the formatter on them and on the prelude, the entry points for single texts. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "kit_golden.h"

CU_ErrorCode add_lang_parse_tests(void);

/* The dump of a text; its errors are counted into *errors and printed. */
static char *dump_of(arena *a, const source *s, int *errors) {
    diags *d = diags_new(a, NULL, false);
    module_ast *m = parse_module(a, interner_new(a), d, s);
    strbuf b = {0};
    dump_ast(&b, m);
    char *text = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    *errors += diags_errors(d);
    if (diags_errors(d)) fputs(diags_text(d), stdout);
    return text;
}

static char *format_of(arena *a, const source *s) {
    return format_module(a, parse_module(a, interner_new(a), diags_new(a, NULL, false), s));
}

static void trees_are_as_written(void) {
    arena *a = arena_new("test");
    path_list files = list_files(a, "tests/lang", "", ".dsp");
    CU_ASSERT(files.len >= 3);
    for (int i = 0; i < files.len; i++) {
        int errors = 0;
        source *s = source_of_file(a, files.data[i]);
        CU_ASSERT_FATAL(s != NULL);
        CU_ASSERT(golden_matches(a, with_suffix(a, files.data[i], ".ast"), dump_of(a, s, &errors)));
        CU_ASSERT(golden_matches(a, with_suffix(a, files.data[i], ".fmt"), format_of(a, s)));
        CU_ASSERT(errors == 0);
    }
    arena_free(a);
}

static void check_format(arena *a, const char *path) {
    int errors = 0;
    source *s = source_of_file(a, path);
    CU_ASSERT_FATAL(s != NULL);
    char *tree = dump_of(a, s, &errors);
    char *once = format_of(a, s);
    source *t = source_of_text(a, once);
    CU_ASSERT(errors == 0);
    CU_ASSERT_STRING_EQUAL(dump_of(a, t, &errors), tree);
    CU_ASSERT_STRING_EQUAL(format_of(a, t), once);
}

static void formatting_settles_and_keeps_the_tree(void) {
    arena *a = arena_new("test");
    static const char *const folders[] = {"tests/lang", "compiler/prelude", "tests/bench"};
    for (size_t k = 0; k < COUNT_OF(folders); k++) {
        path_list files = list_files(a, folders[k], "", ".dsp");
        CU_ASSERT(files.len > 0);
        for (int i = 0; i < files.len; i++) check_format(a, files.data[i]);
    }
    arena_free(a);
}

static void the_prelude_is_in_canonical_form(void) {
    arena *a = arena_new("test");
    path_list files = list_files(a, "compiler/prelude", "", ".dsp");
    for (int i = 0; i < files.len; i++) {
        source *s = source_of_file(a, files.data[i]);
        CU_ASSERT(golden_matches(a, files.data[i], format_of(a, s)));
    }
    arena_free(a);
}

static expr *expr_of(arena *a, const char *text) {
    return parse_expr_text(a, interner_new(a), diags_new(a, NULL, false), source_of_text(a, text));
}

static void single_expressions(void) {
    arena *a = arena_new("test");
    expr *e = expr_of(a, "y_*x + conj(y)");
    CU_ASSERT_FATAL(e != NULL);
    CU_ASSERT(e->kind == E_BINARY && e->op == OP_ADD && e->height == 3);
    CU_ASSERT(expr_of(a, "1 +") == NULL);
    CU_ASSERT(expr_of(a, "a = b") == NULL);
    CU_ASSERT(expr_of(a, "") == NULL);
    CU_ASSERT(expr_of(a, "f(\n  1,\n  2)") != NULL);
    e = expr_of(a, "-3dB");
    CU_ASSERT_FATAL(e != NULL);
    CU_ASSERT(e->kind == E_NUMBER && e->unit.db);
    CU_ASSERT_DOUBLE_EQUAL(e->number, 0.70794578438413791, 1e-15);
    e = expr_of(a, "44.1kHz");
    CU_ASSERT(e && e->number >= 44100 && e->number <= 44100 && e->unit.time == -1);
    arena_free(a);
}

static void signatures(void) {
    arena *a = arena_new("test");
    interner *names = interner_new(a);
    diags *d = diags_new(a, NULL, false);
    decl *s = parse_signature_text(a, names, d,
                                   source_of_text(a, "conv(x: num[..., N], h: num[K], lo: int) -> num[..., N+K-1]"));
    CU_ASSERT_FATAL(s != NULL);
    CU_ASSERT(s->kind == D_DEF && s->nparams == 3 && s->nbody == 0);
    CU_ASSERT_STRING_EQUAL(s->name, "conv");
    CU_ASSERT(s->params[0].type->base == TY_NUM && s->params[0].type->ndims == 2 &&
              s->params[0].type->dims[0].is_ellipsis);
    CU_ASSERT(s->result && s->result->dims[1].size->op == OP_SUB);
    CU_ASSERT(parse_signature_text(a, names, d, source_of_text(a, "conv(x: num[..., N]) -> ")) == NULL);
    CU_ASSERT(parse_signature_text(a, names, d, source_of_text(a, "x + 1")) == NULL);
    arena_free(a);
}

static void byte_order_mark_and_line_ends(void) {
    arena *a = arena_new("test");
    int errors = 0;
    const char *plain = dump_of(a, source_of_text(a, "a = 1\nb = a\n# c\n"), &errors);
    CU_ASSERT_STRING_EQUAL(dump_of(a,
                                   source_of_text(a, "\xEF\xBB\xBF"
                                                     "a = 1\r\nb = a\r\n# c"),
                                   &errors),
                           plain);
    CU_ASSERT_STRING_EQUAL(format_of(a, source_of_text(a, "\xEF\xBB\xBF"
                                                          "a=1\r\nb  = a\r\n\r\n\r\n\r\n# c \r\n")),
                           "a = 1\nb = a\n\n# c\n");
    CU_ASSERT_STRING_EQUAL(format_of(a, source_of_text(a, "")), "");
    CU_ASSERT(errors == 0);
    arena_free(a);
}

CU_ErrorCode add_lang_parse_tests(void) {
    CU_pSuite s = CU_add_suite("lang parse", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "trees and layout of tests/lang are as written", trees_are_as_written);
    CU_add_test(s, "fmt(fmt(x)) == fmt(x) with the same tree", formatting_settles_and_keeps_the_tree);
    CU_add_test(s, "the prelude is in canonical form", the_prelude_is_in_canonical_form);
    CU_add_test(s, "single expressions", single_expressions);
    CU_add_test(s, "signatures", signatures);
    CU_add_test(s, "byte order mark, CR LF, empty text", byte_order_mark_and_line_ends);
    return CU_get_error();
}
