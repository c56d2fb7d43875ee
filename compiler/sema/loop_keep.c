/* loop_keep.c: the settings of a loop, `for ... with checkpoint=sqrt { }`: how the way back gets at the states of its steps. */
#include "sema/loop.h"

#include <string.h>

static bool bad_setting(elab *e, loc at, const char *name, const char *what) {
    report_from(e->d, DIAG_bad_loop_setting, origin_at(e, at), name, what);
    report_help(e->d, "write checkpoint=all, sqrt, every(K) or binomial(S), or memory=BYTES");
    return false;
}

/* A number of at least `least` that is known to the compiler. */
static bool count_of(elab *e, const arg *a, const expr *x, int64_t least, int64_t *n) {
    if (!eval_static_int(e, x, arena_printf(e->a, "the number in %s", a->name), n)) { return false; }
    if (*n >= least && *n <= (int64_t)1 << 40) { return true; }
    return bad_setting(
        e, x->at, a->name,
        arena_printf(e->a, "%lld is not at least %lld and at most 2^40", (long long)*n, (long long)least));
}

static bool read_checkpoint(elab *e, const arg *a, scan_keep *keep) {
    static const struct {
        const char *word;
        keep_kind kind;
        int64_t least; /* of its number; 0: it has none */
    } WAY[] = {{"all", KEEP_ALL, 0}, {"sqrt", KEEP_SQRT, 0}, {"every", KEEP_EVERY, 1}, {"binomial", KEEP_BINOMIAL, 2}};
    const expr *x = a->value;
    bool call = x->kind == E_CALL, word = x->kind == E_NAME || x->kind == E_STRING;
    for (size_t i = 0; i < COUNT_OF(WAY) && (call || word); i++) {
        if (strcmp(x->text, WAY[i].word) != 0) { continue; }
        keep->kind = WAY[i].kind;
        if (!WAY[i].least && word) { return true; }
        if (!WAY[i].least || word || x->nargs != 1 || x->args[0].name) {
            const char *form = WAY[i].least ? "%s takes one number: %s(16)" : "%s takes no number";
            return bad_setting(e, x->at, a->name,
                               WAY[i].least ? arena_printf(e->a, form, x->text, x->text)
                                            : arena_printf(e->a, form, x->text));
        }
        return count_of(e, a, x->args[0].value, WAY[i].least, &keep->n);
    }
    return bad_setting(e, x->at, a->name, "there is no such way to keep states");
}

static bool read_setting(elab *e, const arg *a, scan_keep *keep) {
    if (strcmp(a->name, "checkpoint") == 0) { return read_checkpoint(e, a, keep); }
    if (strcmp(a->name, "memory") != 0) { return bad_setting(e, a->at, a->name, "a loop has no such setting"); }
    keep->kind = KEEP_BYTES;
    return count_of(e, a, a->value, 1, &keep->n);
}

scan_keep read_loop_settings(elab *e, const stmt *f) {
    scan_keep keep = {KEEP_UNSAID, 0}, none = keep;
    if (f->nattrs > 1) {
        bad_setting(e, f->attrs[1].at, f->attrs[1].name, "one setting is enough");
        return none;
    }
    return f->nattrs == 1 && read_setting(e, &f->attrs[0], &keep) ? keep : none;
}
