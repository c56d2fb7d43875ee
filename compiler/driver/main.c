/* main.c: the dspc command. Reads the command line and hands over to cmd_*.c. */
#include "driver/driver.h"
#include "sema/table_check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int command_fn(job *j);

static command_fn *const RUN[CMD_COUNT] = {
#define COMMAND(id, ...) [CMD_##id] = cmd_##id,
#include "driver/commands.def"
#undef COMMAND
};

static bool wants_colour(const options *o) {
    const char *when = opt_text(o, OPT_color, "auto");
    if (strcmp(when, "auto") != 0) return strcmp(when, "always") == 0;
    const char *no = getenv("NO_COLOR");
    return !(no && *no) && isatty(STDERR_FILENO);
}

static int show_help(const options *o) {
    strbuf b = {0};
    if (o->command == CMD_COUNT) print_help(&b);
    else print_command_help(&b, o->command);
    bool ok = put_text(stdout, &b);
    sb_free(&b);
    return ok ? EXIT_FINE : EXIT_INTERNAL;
}

static int run_command(arena *a, const options *o) {
    job j = {.a = a, .o = o, .colour = wants_colour(o)};
    j.d = diags_new(a, stderr, j.colour);
    int status = RUN[o->command](&j);
    diags_flush(j.d);
    if (fflush(stdout) != 0 || ferror(stdout)) return complain(EXIT_INTERNAL, "cannot write to standard output");
    return status;
}

/* `dspc --selfcheck-table`, run by every build: the operator table proves itself. */
static int selfcheck_table(void) {
    arena *a = arena_new("table check");
    strbuf faults = {0};
    bool ok = table_check(session_new(a, diags_new(a, NULL, false)), &faults);
    if (!ok) fprintf(stderr, "the operator table is not right:\n%s", sb_text(&faults));
    sb_free(&faults);
    arena_free(a);
    return ok ? EXIT_FINE : EXIT_CHECK;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--selfcheck-table") == 0) return selfcheck_table();
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) return print_version();
    if (argc >= 2 && strcmp(argv[1], "docs") == 0) return print_docs(argc - 2, argv + 2);
    arena *a = arena_new("command");
    options o;
    const char *why = "";
    int status;
    switch (options_read(a, argc, argv, &o, &why)) {
    case READ_HELP: status = show_help(&o); break;
    case READ_BAD: status = complain(EXIT_USAGE, "%s", why); break;
    default: status = run_command(a, &o); break;
    }
    arena_free(a);
    return status;
}
