/* cmd_dump.c: dspc dump --after=STAGE: what the compiler has in hand. */
#include "driver/compile.h"

#include "front/front.h"

#include <string.h>

static int dump_tree(job *j) {
    const source *src = read_source(j, j->o->files[0]);
    if (!src) return EXIT_INTERNAL;
    strbuf b = {0};
    const module_ast *m = parse_module(j->a, interner_new(j->a), j->d, src);
    if (diags_errors(j->d) == 0) dump_ast(&b, m);
    put_text(stdout, &b);
    sb_free(&b);
    return diags_errors(j->d) ? EXIT_WRONG : EXIT_FINE;
}

static int dump_program(job *j, const loaded *l, const program *p, const char *after) {
    functions f = {.precision = opt_is(j->o, OPT_precision, "f32", false) ? 32 : 64};
    int status = choose_wrt(j, p, &f);
    if (status != EXIT_FINE) return status;
    bool derivatives = strcmp(after, "sema") != 0;
    f.wanted[FN_FORWARD] = true;
    f.wanted[FN_GRADIENT] = derivatives && p->nlosses > 0;
    derived d = {.fn = {[FN_FORWARD] = p->forward}};
    if (derivatives && !derive(j, l, p, &f, &d)) return EXIT_WRONG;
    strbuf b = {0};
    for (int k = 0; k < FN_COUNT; k++) {
        if (!d.fn[k]) continue;
        graph *g = strcmp(after, "opt") == 0 || strcmp(after, "plan") == 0 ? optimise(j, d.fn[k]) : d.fn[k];
        sb_printf(&b, "# pipeline %s, %s\n", p->name, fn_kind_name((fn_kind)k));
        if (strcmp(after, "plan") == 0) print_plan(j, &b, g, f.precision);
        else graph_print(&b, g);
        sb_putc(&b, '\n');
    }
    put_text(stdout, &b);
    sb_free(&b);
    return EXIT_FINE;
}

int cmd_dump(job *j) {
    const char *after = opt_text(j->o, OPT_after, "sema"), *only = opt_text(j->o, OPT_pipeline, NULL);
    loaded l;
    program *p = NULL;
    if (strcmp(after, "parse") == 0) return dump_tree(j);
    int status = elaborate_file(j, &l);
    if (status == EXIT_FINE && only) status = choose_program(j, &l, &p);
    for (int i = 0; status == EXIT_FINE && i < l.programs.items.len; i++)
        if (!p || p == l.programs.items.data[i]) status = dump_program(j, &l, l.programs.items.data[i], after);
    return status;
}
