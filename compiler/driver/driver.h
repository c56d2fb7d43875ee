/* driver.h: the command: what its files share. */
#ifndef DSPC_DRIVER_H
#define DSPC_DRIVER_H

#include "diag/diag.h"
#include "driver/options.h"

typedef struct job { /* one run of the command; everything in it lives until the end */
    arena *a;
    const options *o;
    diags *d; /* reports go to stderr as they come */
    bool colour;
} job;

/* Each returns the exit status. */
int cmd_build(job *j);
int cmd_run(job *j);
int cmd_grad(job *j);
int cmd_fit(job *j);
int cmd_check(job *j);
int cmd_explain(job *j);
int cmd_ops(job *j);
int cmd_graph(job *j);
int cmd_dump(job *j);
int cmd_fmt(job *j);
int print_version(void);
int print_docs(int argc, char **argv); /* `dspc docs WHAT`: texts for the build, not in the help */

/* "dspc: <text>" on stderr; returns `status`, so that a command can end with `return complain(...)`. */
int complain(int status, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same with a second line "help: <help>" when help is not NULL. */
int complain_help(int status, const char *help, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A .dsp file as a source, `-` being standard input. NULL after a complaint. */
const source *read_source(job *j, const char *path);
bool put_text(FILE *f, const strbuf *b); /* false when it could not be written */

#endif
