/* cmd_ops.c: dspc ops: the operators on the terminal; dspc docs: pages and files printed for the build. */
#include "driver/driver.h"

#include "docgen/manual.h"

#include <string.h>

enum { MOST_FOUND = 40 };

/* An operator by its name, a topic (also in the singular), an operator by the name it has elsewhere, and else all whose
 * documentation has these words. False when there is none. */
static bool put_answer(strbuf *out, const manual *m, arena *a, const char *name) {
    const char *topic = manual_has_topic(m, name) ? name : arena_printf(a, "%ss", name);
    const entry *e = manual_find(m, name), *found[MOST_FOUND];
    bool own = e && strcmp(e->name, name) == 0;
    if (!own && manual_has_topic(m, topic)) {
        print_topic(out, m, topic);
    } else if (e) {
        bool sure = last_part(name) == name || alias_match(e->aliases, name) == ALIAS_WHOLE; /* else by its end alone */
        if (!own) sb_printf(out, "%s %s %s here:\n\n", name, sure ? "is" : "may be", e->name);
        print_entry(out, e);
    } else {
        int n = manual_search(m, name, found, MOST_FOUND);
        if (n == 0) return false;
        sb_printf(out, "'%s' is no operator; it is mentioned with%s:\n", name, n == MOST_FOUND ? ", among others" : "");
        print_found(out, found, n);
    }
    return true;
}

int cmd_ops(job *j) {
    strbuf b = {0};
    manual m = manual_new(j->a, session_new(j->a, j->d));
    const char *name = j->o->nfiles ? j->o->files[0] : NULL;
    if (!name) {
        print_topic(&b, &m, NULL);
    } else if (!put_answer(&b, &m, j->a, name)) {
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
