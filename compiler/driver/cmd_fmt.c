/* cmd_fmt.c: dspc fmt: files laid out in the canonical way, in place. */
#include "driver/driver.h"

#include "front/front.h"

#include <string.h>

/* 0: as it should be; 1: would change, or wrong; 4: I/O. */
static int format_one(job *j, interner *names, const char *path) {
    const source *src = read_source(j, path);
    if (!src) return EXIT_INTERNAL;
    int errors = diags_errors(j->d);
    module_ast *m = parse_module(j->a, names, j->d, src);
    if (diags_errors(j->d) > errors) return EXIT_WRONG;
    const char *text = format_module(j->a, m), *why = "";
    bool same = strcmp(text, src->text) == 0;
    if (opt_given(j->o, OPT_check)) {
        if (!same) printf("%s would change\n", src->path);
        return same ? EXIT_FINE : EXIT_WRONG;
    }
    if (strcmp(path, "-") == 0) {
        fputs(text, stdout);
        return EXIT_FINE;
    }
    if (!same && !write_whole_file(path, text, strlen(text), &why))
        return complain(EXIT_INTERNAL, "cannot write %s: %s", path, why);
    return EXIT_FINE;
}

int cmd_fmt(job *j) {
    interner *names = interner_new(j->a);
    int worst = EXIT_FINE;
    for (int i = 0; i < j->o->nfiles; i++) {
        int status = format_one(j, names, j->o->files[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
