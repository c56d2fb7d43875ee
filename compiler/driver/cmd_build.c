/* cmd_build.c: dspc build: C text into a folder. */
#include "driver/compile.h"
#include "driver/selfcheck.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* mkdir -p */
static bool make_folder(job *j, const char *path) {
    char *copy = arena_strdup(j->a, path);
    for (char *p = copy + 1;; p++) {
        if (*p && *p != '/') continue;
        char kept = *p;
        *p = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
            complain(EXIT_INTERNAL, "cannot make the folder %s: %s", copy, strerror(errno));
            return false;
        }
        if (!kept) return true;
        *p = kept;
    }
}

static int put_file(job *j, const char *folder, const char *name, const char *text) {
    const char *path = strcmp(folder, ".") == 0 ? name : arena_printf(j->a, "%s/%s", folder, name), *why = "";
    if (!write_whole_file(path, text, strlen(text), &why))
        return complain(EXIT_INTERNAL, "cannot write %s: %s", path, why);
    if (!opt_given(j->o, OPT_quiet)) printf("%s\n", path);
    return EXIT_FINE;
}

static int put_selfcheck(job *j, const program *p, const functions *f, const char *folder, const char *prefix) {
    strbuf b = {0};
    selfcheck_text(&b, p, f, prefix);
    int status = put_file(j, folder, arena_printf(j->a, "%s_check.c", prefix), sb_text(&b));
    sb_free(&b);
    return status;
}

static int build_program(job *j, const loaded *l, const program *p) {
    functions f = {.precision = opt_is(j->o, OPT_precision, "f64", false) ? 64 : 32};
    c_text text;
    int status = choose_wrt(j, p, &f);
    if (status != EXIT_FINE) return status;
    f.wanted[FN_FORWARD] = true;
    f.wanted[FN_GRADIENT] = p->nlosses > 0;
    f.wanted[FN_JVP] = opt_given(j->o, OPT_jvp);
    f.wanted[FN_VJP] = opt_given(j->o, OPT_vjp);
    f.wanted[FN_HVP] = opt_given(j->o, OPT_hvp);
    if (f.wanted[FN_HVP] && !p->nlosses)
        return complain(EXIT_USAGE, "--hvp: pipeline '%s' has no loss, so there is no Hessian", p->name);
    if (opt_given(j->o, OPT_selfcheck)) selfcheck_functions(p, &f);
    if (!compile_program(j, l, p, &f, &text)) return EXIT_WRONG;
    const char *folder = opt_text(j->o, OPT_output, ".");
    status = put_file(j, folder, arena_printf(j->a, "%s.h", text.prefix), text.h);
    if (status == EXIT_FINE) status = put_file(j, folder, arena_printf(j->a, "%s.c", text.prefix), text.c);
    return status == EXIT_FINE && opt_given(j->o, OPT_selfcheck) ? put_selfcheck(j, p, &f, folder, text.prefix)
                                                                 : status;
}

int cmd_build(job *j) {
    loaded l;
    program *only = NULL;
    int status = load_file(j, &l);
    if (status == EXIT_FINE && opt_given(j->o, OPT_pipeline)) status = choose_program(j, &l, &only);
    if (status == EXIT_FINE && !make_folder(j, opt_text(j->o, OPT_output, "."))) status = EXIT_INTERNAL;
    for (int i = 0; status == EXIT_FINE && i < l.programs.items.len; i++)
        if (!only || only == l.programs.items.data[i]) status = build_program(j, &l, l.programs.items.data[i]);
    return status;
}
