/* kit_session.c: see kit_session.h. */
#include "kit_session.h"

session *test_session(arena *a, diags *d) {
    static arena *kept;
    static session *base;
    if (!base) {
        kept = arena_new("prelude of the tests");
        base = session_new(kept, diags_new(kept, NULL, false));
    }
    return session_beside(base, a, d);
}
