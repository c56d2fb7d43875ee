/* selfcheck.h: NAME_check.c: a small C program that runs the dot and Taylor tests where the generated code will run. */
#ifndef DSPC_SELFCHECK_H
#define DSPC_SELFCHECK_H

#include "driver/compile.h"

/* The functions it needs beside those asked for. */
void selfcheck_functions(const program *p, functions *f);
void selfcheck_text(strbuf *out, const program *p, const functions *f, const char *prefix);

#endif
