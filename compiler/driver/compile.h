/* compile.h: the way from a file to C text and to a loaded instance. */
#ifndef DSPC_COMPILE_H
#define DSPC_COMPILE_H

#include "driver/driver.h"
#include "driver/instance.h"
#include "driver/jit.h"
#include "sema/sema.h"

typedef struct loaded { /* a file after sema */
    session *s;
    program_list programs;
    const char *path;
    const source *src;
} loaded;

typedef struct functions { /* what is asked for beside the forward function */
    bool gradient, jvp, vjp, hvp;
    const char *const *wrt; /* inputs to differentiate with respect to, beside the params */
    int nwrt;
    int precision; /* 32 or 64 */
} functions;

/* One graph per function; NULL where not asked for. */
typedef struct derived {
    graph *forward, *gradient, *jvp, *vjp, *hvp;
} derived;

typedef struct c_text {
    char *c, *h;
    int64_t work_bytes;
} c_text;

/* Reads and elaborates the file on the command line; anything but EXIT_FINE was reported. */
int load_file(job *j, loaded *l);
/* The pipeline of --pipeline, or the only one. */
int choose_program(job *j, const loaded *l, program **p);
/* Inputs named by --wrt; with `all_inputs` every real or complex one. Checks the names. */
int choose_wrt(job *j, const program *p, functions *f);

/* The derivative graphs, before optimisation. */
bool derive(job *j, const loaded *l, const program *p, const functions *f, derived *out);
/* The passes between derivation and planning, in their order. */
graph *optimise(job *j, const loaded *l, graph *g);
/* All of it: C text for a pipeline. False when something was reported. */
bool compile_program(job *j, const loaded *l, const program *p, const functions *f, c_text *out);
/* C text compiled and loaded, with memory for its arrays. Exit status. */
int open_instance(job *j, const loaded *l, const program *p, const functions *f, instance **x, jit **lib);

/* The names of the sizes that the shape of a port was written with; for ports_read. ctx is a loaded file. */
const char *const *port_size_names(void *ctx, const char *port);

#endif
