/* jit.h: generated C, compiled and loaded into this process. */
#ifndef DSPC_JIT_H
#define DSPC_JIT_H

#include "support/support.h"

#include <dspc.h>

typedef struct c_file {
    const char *name; /* "deblur.c" */
    const char *text;
} c_file;

typedef struct jit jit;

/* Compiles the .c files among `files` (the others are headers beside them) with the flags `level` ("-O2"), on as
 * many processors as there are, and loads the result. NULL with the reason in *why: no compiler, the compiler's own
 * words, no runtime library. The files are gone when it returns; what is loaded stays until the command ends, for
 * FFTW keeps in it what it has learned. */
jit *jit_load(arena *a, const c_file *files, int n, const char *level, const char **why);
/* The module of a pipeline in it. */
const dspc_module *jit_module(const jit *x, const char *pipeline, const char **why);

#endif
