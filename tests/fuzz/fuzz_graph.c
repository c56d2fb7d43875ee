/* fuzz_graph.c: any bytes as the text form of a graph. What the reader accepts and the verifier passes must print as a text
 * that reads back to the same print. */
#include "ir/graph.h"
#include "ir/optable.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The operator table, read once for the whole run. */
static const optable *table(void) {
    static const optable *ops;
    static arena *a __attribute__((used)); /* reachable to the end: not a leak */
    if (!ops) {
        a = arena_new("operator table");
        ops = optable_new(a, interner_new(a), diags_new(a, NULL, false));
    }
    return ops;
}

static graph *parse(arena *a, diags *d, const char *text, size_t len) {
    source *src = NEW(a, source);
    *src = (source){.path = "fuzz.graph", .text = text, .len = len};
    return graph_parse(a, table(), d, src);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    arena *a = arena_new("fuzz");
    diags *d = diags_new(a, NULL, false);
    const char *why = "";
    graph *g = parse(a, d, arena_strndup(a, (const char *)data, size), size);
    if (g && diags_errors(d) == 0 && graph_verify(a, g, &why)) {
        strbuf one = {0}, two = {0};
        graph_print(&one, g);
        graph *again = parse(a, d, sb_text(&one), one.len);
        if (!again || diags_errors(d) > 0) {
            fprintf(stderr, "the printed graph does not read back:\n%s\n%s", sb_text(&one), diags_text(d));
            abort();
        }
        graph_print(&two, again);
        if (strcmp(sb_text(&one), sb_text(&two)) != 0) {
            fprintf(stderr, "the graph changed:\n%s----\n%s", sb_text(&one), sb_text(&two));
            abort();
        }
        sb_free(&one);
        sb_free(&two);
    }
    arena_free(a);
    return 0;
}
