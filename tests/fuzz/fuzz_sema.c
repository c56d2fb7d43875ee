/* fuzz_sema.c: any text through the whole front end, to the graphs of its pipelines: reports, never a crash or a hang; and what
 * it accepts the verifier passes. */
#include "sema/sema.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The prelude is read once for many texts; now and then anew, so that names do not pile up. */
static const session *base(void) {
    static arena *kept;
    static const session *s;
    static int runs;
    if (runs++ % 1000 == 0) {
        arena_free(kept);
        kept = arena_new("prelude");
        s = session_new(kept, diags_new(kept, NULL, false));
    }
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    arena *a = arena_new("fuzz");
    diags *d = diags_new(a, NULL, false);
    session *s = session_beside(base(), a, d);
    source *src = NEW(a, source);
    *src = (source){.path = "fuzz.dsp", .text = arena_strndup(a, (const char *)data, size), .len = size};
    program_list programs = {0};
    if (sema_text(s, src, NULL, 0, &programs))
        for (int i = 0; i < programs.items.len; i++) {
            const char *why = "";
            if (graph_verify(a, programs.items.data[i]->forward, &why)) continue;
            fprintf(stderr, "pipeline %s: %s\n", programs.items.data[i]->name, why);
            abort();
        }
    arena_free(a);
    return 0;
}
