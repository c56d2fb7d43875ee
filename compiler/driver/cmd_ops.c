/* cmd_ops.c: dspc ops: the operators on the terminal; dspc docs: pages and files printed for the build. */
#include "driver/driver.h"

#include "docgen/manual.h"

#include <string.h>

int cmd_ops(job *j) {
    strbuf b = {0};
    manual m = manual_new(j->a, session_new(j->a, j->d));
    const char *name = j->o->nfiles ? j->o->files[0] : NULL;
    const entry *e = name ? manual_find(&m, name) : NULL;
    if (!name) {
        print_topic(&b, &m, NULL);
    } else if (e) {
        if (strcmp(e->name, name) != 0) sb_printf(&b, "%s is %s here:\n\n", name, e->name);
        print_entry(&b, e);
    } else if (manual_has_topic(&m, name)) {
        print_topic(&b, &m, name);
    } else {
        const char *near = manual_nearest(&m, name);
        const char *help = near ? arena_printf(j->a, "did you mean '%s'?", near) : "`dspc ops` lists them all";
        return complain_help(EXIT_WRONG, help, "there is no operator or topic '%s'", name);
    }
    put_text(stdout, &b);
    sb_free(&b);
    return EXIT_FINE;
}

static void print_names(strbuf *out, const manual *m) {
    for (int i = 0; i < m->n; i++) sb_printf(out, "%s\n", m->entries[i].name);
}

int print_docs(int argc, char **argv) {
    const char *what = argc == 1 ? argv[0] : "";
    arena *a = arena_new("command");
    diags *d = diags_new(a, stderr, false);
    strbuf b = {0};
    bool known = true;
    if (strcmp(what, "man") == 0) print_man_page(&b, DSPC_VERSION);
    else if (strcmp(what, "completion") == 0) print_completion(&b);
    else if (strcmp(what, "diagnostics") == 0) print_diagnostics_page(&b);
    else if (strcmp(what, "operators") == 0 || strcmp(what, "names") == 0) {
        manual m = manual_new(a, session_new(a, d));
        if (*what == 'o') print_operators_page(&b, &m);
        else print_names(&b, &m);
    } else known = false;
    put_text(stdout, &b);
    sb_free(&b);
    diags_flush(d);
    arena_free(a);
    return known ? EXIT_FINE : complain(EXIT_USAGE, "dspc docs takes man, completion, operators, diagnostics or names");
}
