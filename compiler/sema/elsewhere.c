/* elsewhere.c: operators by the names they have in other libraries: those in the rows of the operator table and in the
 * lines "alias: ..." of the documentation of definitions. */
#include "sema/internal.h"

#include <string.h>

enum { ALIASES_OF_ONE = 64 };

/* The aliases of a documentation, comma separated; NULL when it has none. */
static const char *aliases_of_doc(arena *a, const char *doc) {
    strbuf b = {0};
    for (const char *p = doc; (p = strstr(p, "alias:")); p += strcspn(p, "\n")) {
        const char *before = p;
        while (before > doc && before[-1] == ' ') before--;
        if (before > doc && before[-1] != '\n') continue; /* the word in a sentence */
        p += 6 + strspn(p + 6, " ");
        sb_printf(&b, "%s%.*s", b.len ? ", " : "", (int)strcspn(p, "\n"), p);
    }
    const char *text = b.len ? arena_strdup(a, sb_text(&b)) : NULL;
    sb_free(&b);
    return text;
}

/* Entry i of rows and documentations together: its name and its aliases. False behind the last one. */
static bool nth(session *s, int i, const char **name, const char **aliases) {
    *aliases = NULL;
    if (i < OP_COUNT) {
        const op_row *r = op_info((op_id)i);
        *name = r->name;
        if (!r->hidden) { *aliases = r->alias; }
        return true;
    }
    if (i - OP_COUNT >= s->docs.len) { return false; }
    const def_doc *d = &s->docs.data[i - OP_COUNT];
    *name = d->name;
    *aliases = aliases_of_doc(s->a, d->doc);
    return true;
}

const char *sema_elsewhere(session *s, const char *foreign) {
    const char *last = last_part(foreign), *ending = NULL, *own = NULL, *name, *aliases;
    for (int i = 0; nth(s, i, &name, &aliases); i++) {
        bool callable = i >= OP_COUNT || !op_info((op_id)i)->hidden;
        if (callable && strcmp(name, last) == 0) { own = name; }
        if (!aliases) { continue; }
        alias_fit fit = alias_match(aliases, foreign);
        if (fit == ALIAS_WHOLE) { return name; }
        if (!ending && (fit == ALIAS_END || alias_match(aliases, last) != ALIAS_NONE)) { ending = name; }
    }
    return own ? own : ending;
}

/* Arguments by their names elsewhere; the first of ours that a function has is meant. */
static const char *const arguments[][2] = {{"dim", "axis"},
                                           {"dim", "dims"},
                                           {"axes", "axis"},
                                           {"keepdim", "keepdims"},
                                           {"hop_length", "hop"},
                                           {"hop_size", "hop"},
                                           {"frame_step", "hop"},
                                           {"nperseg", "n_fft"},
                                           {"frame_length", "n_fft"},
                                           {"fft_size", "n_fft"},
                                           {"win_size", "win_length"},
                                           {"n_mels", "bands"},
                                           {"n_filters", "bands"},
                                           {"n_mfcc", "count"},
                                           {"f_min", "fmin"},
                                           {"f_max", "fmax"},
                                           {"sample_rate", "sr"},
                                           {"sample_rate", "fs"},
                                           {"sample_rate", "r"},
                                           {"samplerate", "fs"},
                                           {"sr", "fs"},
                                           {"fs", "sr"},
                                           {"fs", "r"},
                                           {"orig_freq", "orig"},
                                           {"orig_sr", "orig"},
                                           {"new_freq", "new"},
                                           {"target_sr", "new"},
                                           {"kernel_size", "size"},
                                           {"numtaps", "n"},
                                           {"num_taps", "taps"},
                                           {"filter_length", "taps"},
                                           {"Wn", "f"},
                                           {"cutoff", "f"},
                                           {"frequency", "f"},
                                           {"btype", "kind"},
                                           {"boundary", "mode"},
                                           {"boundary", "outside"},
                                           {"mode", "boundary"},
                                           {"mode", "outside"},
                                           {"pad_mode", "mode"},
                                           {"padding_mode", "padding"},
                                           {"padding_mode", "outside"},
                                           {"padding", "boundary"},
                                           {"negative_slope", "slope"},
                                           {"lamb", "lambda"},
                                           {"forgetting", "lambda"},
                                           {"step_size", "mu"},
                                           {"alpha", "mu"},
                                           {"learning_rate", "mu"},
                                           {"wave", "wavelet"},
                                           {"weight", "w"},
                                           {"n", "taps"},
                                           {"epsilon", "eps"},
                                           {"amin", "floor"},
                                           {"n_iter", "steps"},
                                           {"max_iter", "steps"},
                                           {"iterations", "steps"}};

static bool has_param(const decl *sig, const char *name) {
    for (int i = 0; i < sig->nparams; i++) {
        if (strcmp(sig->params[i].name, name) == 0) { return true; }
    }
    return false;
}

static const char *argument_here(elab *e, const decl *sig, const char *wrong) {
    for (size_t i = 0; i < COUNT_OF(arguments); i++) {
        if (strcmp(arguments[i][0], wrong) == 0 && has_param(sig, arguments[i][1])) { return arguments[i][1]; }
    }
    const char **names = NEW_ARRAY(e->a, const char *, sig->nparams + 1);
    for (int i = 0; i < sig->nparams; i++) { names[i] = sig->params[i].name; }
    return nearest_name(wrong, names, sig->nparams);
}

void help_arguments(elab *e, const decl *sig) {
    strbuf b = {0};
    for (int i = 0; i < sig->nparams; i++) { sb_printf(&b, "%s%s", i ? ", " : "", sig->params[i].name); }
    if (b.len) { report_help(e->d, "its arguments are %s", sb_text(&b)); }
    sb_free(&b);
}

void help_argument(elab *e, const decl *sig, const char *wrong) {
    const char *near = argument_here(e, sig, wrong);
    if (near) {
        report_help(e->d, "did you mean %s=?", near);
    } else {
        help_arguments(e, sig);
    }
}

int sema_foreign_names(session *s, const char ***out) {
    VEC(const char *) all = {0};
    const char *name, *aliases, *ends[ALIASES_OF_ONE];
    for (int i = 0; nth(s, i, &name, &aliases); i++) {
        int n = aliases ? alias_ends(s->a, aliases, ends, ALIASES_OF_ONE) : 0;
        for (int k = 0; k < n; k++) { vec_push(s->a, &all, ends[k]); }
    }
    *out = all.data;
    return all.len;
}
