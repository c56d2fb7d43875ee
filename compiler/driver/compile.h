/* compile.h: the way from a file to C text and to a loaded instance. */
#ifndef DSPC_COMPILE_H
#define DSPC_COMPILE_H

#include "ad/ad.h"
#include "driver/driver.h"
#include "driver/instance.h"
#include "driver/jit.h"

typedef struct loaded { /* a file after sema */
    arena *a;
    session *s;
    program_list programs;
    const char *path;
    const source *src;
} loaded;

typedef struct functions { /* what is to be built */
    bool wanted[FN_COUNT];
    const char *const *wrt; /* inputs to differentiate with respect to, beside the params */
    int nwrt;
    int precision;  /* 32 or 64 */
    bool wirtinger; /* gradients to complex leaves as dL/dz */
} functions;

typedef struct derived {
    graph *fn[FN_COUNT]; /* NULL where not asked for */
} derived;

typedef struct c_text {
    const char *c, *h;
    const char *prefix; /* of its files, functions and types */
    size_t work_bytes;
} c_text;

/* Reads and elaborates the file on the command line; anything but EXIT_FINE was reported. */
int elaborate_file(job *j, loaded *l); /* as sema gives it */
int load_file(job *j, loaded *l);      /* with the derivatives it asks for itself written out */
/* The pipeline of --pipeline, or the only one. */
int choose_program(job *j, const loaded *l, program **p);
/* Inputs named by --wrt; with `all_inputs` every real or complex one. Checks the names. */
int choose_wrt(job *j, const program *p, functions *f);

/* The graphs of the functions asked for, not yet optimised. False when something was reported. */
bool derive(job *j, const loaded *l, const program *p, const functions *f, derived *out);
/* The passes between derivation and planning. */
graph *optimise(job *j, const graph *g);
/* C text from optimised graphs; NULL: not built. */
void emit_module(job *j, const program *p, graph *const fn[FN_COUNT], int precision, c_text *out);
/* All of it: C text for a pipeline. False when something was reported. */
bool compile_program(job *j, const loaded *l, const program *p, const functions *f, c_text *out);
/* The plan of an optimised graph as text (dspc dump --after=plan). */
void print_plan(job *j, strbuf *out, const graph *g, int precision);
/* C text compiled and loaded, with memory for its arrays. Exit status. */
int open_instance(job *j, const loaded *l, const program *p, const functions *f, instance **x, jit **lib);

/* The names of the sizes that the shape of a port was written with; for ports_read. ctx is a loaded file. */
const char *const *port_size_names(void *ctx, const char *port);

#endif
