/* options.h: the command line, read by the tables commands.def and options.def. */
#ifndef DSPC_OPTIONS_H
#define DSPC_OPTIONS_H

#include "support/support.h"

typedef enum {
#define COMMAND(id, ...) CMD_##id,
#include "driver/commands.def"
#undef COMMAND
    CMD_COUNT
} command_id;

typedef enum {
#define OPTION(id, ...) OPT_##id,
#define C(x)            0
#include "driver/options.def"
#undef C
#undef OPTION
    OPT_COUNT
} option_id;

typedef enum { FLAG, TEXT, INT, REAL, CHOICE, PAIR, LIST, BYTES, STATES } option_kind;

typedef struct command_row {
    const char *name, *operands;
    int least, most; /* number of operands */
    const char *summary, *description, *examples;
} command_row;

typedef struct option_row {
    const char *name;
    char letter; /* 0: none */
    option_kind kind;
    const char *value; /* its name in help; CHOICE: the choices, "f32|f64"; NULL for flags */
    unsigned commands; /* bit set over command_id */
    const char *help;
} option_row;

const command_row *command_info(command_id id);
const option_row *option_info(option_id id);

typedef struct option_use { /* one occurrence on the command line */
    const char *name;       /* PAIR: what stands before the '=' */
    const char *value;      /* PAIR: after it */
} option_use;

typedef struct options {
    arena *mem;
    command_id command;
    int nfiles;
    const char **files;
    struct {
        VEC(option_use) uses;
    } of[OPT_COUNT];
} options;

/* Exit statuses of the command. */
enum { EXIT_FINE = 0, EXIT_WRONG = 1, EXIT_USAGE = 2, EXIT_CHECK = 3, EXIT_INTERNAL = 4 };

typedef enum { READ_OK, READ_HELP, READ_BAD } read_outcome;
/* Reads argv[1..]. READ_BAD: *why says what is wrong, with the nearest name where there is one. READ_HELP: --help
 * was asked for (o->command is CMD_COUNT for the general help). */
read_outcome options_read(arena *a, int argc, char **argv, options *o, const char **why);

bool opt_given(const options *o, option_id id);
const char *opt_text(const options *o, option_id id, const char *fallback); /* the last one given */
long opt_int(const options *o, option_id id, long fallback);
double opt_real(const options *o, option_id id, double fallback);
bool opt_is(const options *o, option_id id, const char *choice, bool fallback); /* CHOICE: is it this one? */

/* help.c, man.c, completion.c: what the tables print */
void print_help(strbuf *out);
void print_command_help(strbuf *out, command_id id);
void print_man_page(strbuf *out, const char *version);
void print_completion(strbuf *out);

#endif
