/* fuzz_front.c: any bytes through scanner, layout and parser. When they are a legal module, its canonical text must be legal
 * too, lay out as itself, and have the same tree. */
#include "front/front.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static module_ast *parse(arena *a, interner *names, diags *d, const char *text, size_t len) {
    source *src = NEW(a, source);
    *src = (source){.path = "fuzz.dsp", .text = text, .len = len};
    return parse_module(a, names, d, src);
}

/* The tree's dump without what the layout may change. */
static void same_trees(const module_ast *m, const module_ast *again) {
    strbuf one = {0}, two = {0};
    dump_ast(&one, m);
    dump_ast(&two, again);
    if (strcmp(sb_text(&one), sb_text(&two)) != 0) {
        fprintf(stderr, "formatting changed the tree:\n%s----\n%s", sb_text(&one), sb_text(&two));
        abort();
    }
    sb_free(&one);
    sb_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    arena *a = arena_new("fuzz");
    interner *names = interner_new(a);
    diags *d = diags_new(a, NULL, false);
    module_ast *m = parse(a, names, d, arena_strndup(a, (const char *)data, size), size);
    if (m && diags_errors(d) == 0) {
        const char *text = format_module(a, m);
        module_ast *again = parse(a, names, d, text, strlen(text));
        if (!again || diags_errors(d) > 0) {
            fprintf(stderr, "the formatted text has errors:\n%s\n%s", text, diags_text(d));
            abort();
        }
        if (strcmp(text, format_module(a, again)) != 0) {
            fprintf(stderr, "formatting is not stable:\n%s----\n%s", text, format_module(a, again));
            abort();
        }
        same_trees(m, again);
    }
    source single = {.path = "fuzz.dsp", .text = arena_strndup(a, (const char *)data, size), .len = size};
    diags *rest = diags_new(a, NULL, false);
    parse_expr_text(a, names, rest, &single);
    parse_signature_text(a, names, rest, &single);
    if (diags_errors(d) > 20 || diags_errors(rest) > 20) abort();
    arena_free(a);
    return 0;
}
