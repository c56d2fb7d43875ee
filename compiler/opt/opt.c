/* opt.c: the list of passes. */
#include "opt/opt.h"

#include <string.h>

typedef struct pass_row {
    const char *name;
    opt_pass *run;
} pass_row;

static graph *lower_by_options(arena *a, const graph *g, const opt_options *o) {
    return o->keep_operators ? graph_prune(a, g) : pass_lower_as(a, g, o->conv);
}

static void check(arena *a, const graph *g, const char *pass) {
    const char *why = "";
    if (!graph_verify(a, g, &why)) die(4, "internal error: after the pass %s: %s", pass, why);
}

/* simplify before fold: x*0 need not be computed. lower last of the large steps: only then are all uses of a
 * convolution known, and its padding, conjugates and scaling are worth simplifying again. */
static const pass_row passes[] = {
    {"inline_custom", pass_inline_custom},
    {"trim_scan", pass_trim_scan},
    {"merge_scan", pass_merge_scan},
    {"simplify", pass_simplify},
    {"fold", pass_fold},
    {"hoist_scan", pass_hoist_scan},
    {"simplify", pass_simplify},
    {"trim_scan", pass_trim_scan}, /* reuse takes the constants of two loops for the same by their place */
    {"reuse", pass_reuse},
    {"trim_scan", pass_trim_scan},
    {"lower", pass_lower},
    {"small", pass_small},
    {"simplify", pass_simplify},
    {"fold", pass_fold},
    {"simplify", pass_simplify},
    {"split_states", pass_split_states},
    {"simplify", pass_simplify},
    {"gather_scan", pass_gather_scan},
    {"trim_scan", pass_trim_scan},
    {"dce", pass_dce},
};

graph *pass_hoist_scan(arena *a, const graph *g) {
    return graph_hoist(a, g);
}

graph *opt_run(arena *a, const graph *g, const opt_options *options, bool check_each) {
    static const opt_options defaults = {0};
    const opt_options *o = options ? options : &defaults;
    graph *out = NULL;
    for (size_t k = 0; k < COUNT_OF(passes); k++) {
        bool lower = passes[k].run == pass_lower;
        out = lower ? lower_by_options(a, g, o) : passes[k].run(a, g);
        if (check_each) check(a, out, passes[k].name);
        g = out;
    }
    return out;
}

opt_pass *opt_pass_by_name(const char *name) {
    for (size_t k = 0; k < COUNT_OF(passes); k++)
        if (!strcmp(passes[k].name, name)) return passes[k].run;
    return NULL;
}
