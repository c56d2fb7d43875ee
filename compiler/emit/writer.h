/* writer.h: what the files of emit/ share. */
#ifndef DSPC_EMIT_WRITER_H
#define DSPC_EMIT_WRITER_H

#include "emit/emit.h"

typedef struct namer { /* C identifiers in use; leaving a scope frees the names made in it */
    arena *mem;
    VEC(const char *) used;
} namer;

const char *name_new(namer *n, const char *hint);  /* the hint made legal and unused: "gain", "gain_2" */
const char *name_pair(namer *n, const char *hint); /* so that <name>_re and <name>_im are free too */
int name_scope(const namer *n);
void name_leave(namer *n, int scope);
bool is_c_keyword(const char *s);
bool is_c_word(const char *s); /* keyword of C or C++, or a name that <math.h> and the like may define */
const char *c_identifier(arena *a, const char *s);
const char *upper_case(arena *a, const char *s);

typedef struct table { /* a static const array, one for each distinct constant of the program */
    const node *node;
    const char *name;
} table;

typedef struct emitter {
    arena *mem;
    const program *prog;
    const emit_options *opt;
    const char *prefix, *upper; /* "deblur", "DEBLUR" */
    bool f32;
    const char *real; /* "float", "double" */
    strbuf body;      /* text of the functions */
    int indent;
    namer names;
    VEC(table) tables;
    fft_plans plans;
    size_t work_bytes;
    const emit_function *fns;
    int nfns;
    const plan *plan; /* of the function, or loop body, being written */
    size_t base;      /* where the work memory of the plan begins */
    const emit_function *fn;
    const char *said;  /* of the step before: its comments */
    const char *place; /* "deblur.dsp:12", which the last comment named */
    strmap *quoted;    /* source lines already shown in the function */
    bool hushed;       /* no source is quoted: a loop written before has the same steps */
    bool uses_sum_lanes, uses_many_lanes, uses_max_lanes, uses_min_lanes;
} emitter;

/* ---- text (print.c) -------------------------------------------------------------------------------------------- */
void line(emitter *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
void put_line(strbuf *b, int indent, const char *text); /* broken where it is too long */
void blank(emitter *e);
void open_block(emitter *e, const char *fmt, ...) PRINTF_LIKE(2, 3); /* "fmt {" and deeper */
void close_block(emitter *e);
void close_loop(emitter *e, size_t header); /* opened where body.len was `header`: without braces for one statement */
void put_real(const emitter *e, strbuf *b, double x);
char *affine_text(arena *a, const affine *x, const char *const *var);
char *sx_text(const emitter *e, const sx *x, const char *const *var);
const char *dtype_text(const emitter *e, dtype dt); /* C type of an element (of a part of it) */
const char *table_name(emitter *e, const node *n);
affine in_piece(const buffer *b, affine at); /* offsets within the piece, for a buffer of one */
char *pointer_text(emitter *e, const operand *o, const char *const *var);
char *resolve_name(const emitter *e, const char *fn); /* "@sin" -> "sinf" */

/* ---- steps ----------------------------------------------------------------------------------------------------- */
struct nest;                                       /* nest.h */
struct nest *nest_open(emitter *e, const step *s); /* a loop in a strip: what stands before it; NULL: nothing to do */
void nest_piece(struct nest *n);                   /* what is done for one piece */
void nest_close(struct nest *n);                   /* what comes after the last piece */
int emit_strip(emitter *e, const plan *p, int first, const bool *primal); /* strip.c; the step after it */
void declare_buffers(emitter *e, const step *s);
void emit_call(emitter *e, const call *c, int from); /* from: batch variables that already have a loop */
void emit_loop(emitter *e, const step *s);           /* loop.c */
void emit_scan(emitter *e, const scan_step *s);      /* scan.c */
void emit_steps(emitter *e);                         /* steps.c */
void emit_body_steps(emitter *e);                    /* of a scan */

/* ---- the program ----------------------------------------------------------------------------------------------- */
typedef struct field { /* of one of the structs in the header */
    const char *name, *c_name;
    const type *type;
    const leaf_info *leaf; /* inputs and params, and what belongs to one */
    bool by_value;         /* the loss */
} field;

typedef struct fields {
    const char *suffix; /* "in": the struct is deblur_in */
    bool constant;      /* pointers to const */
    VEC(field) list;
} fields;

fields struct_fields(emitter *e, const char *suffix); /* "in", "params", "out", "grad", "dot", "bar" */
const emit_function *find_function(const emitter *e, const char *kind);
char *signature(const emitter *e, const char *kind); /* "int deblur_forward(deblur *self, ...)" */
char *array_text(arena *a, const type *t);           /* "complex[63, 513] @ 62.5 Hz" */
void write_header(emitter *e, strbuf *h);
void write_tables(emitter *e, strbuf *c);
void write_module(emitter *e, strbuf *c);
void write_lifetime(emitter *e, strbuf *c);
void write_function(emitter *e);
char *leaf_place(emitter *e, const node *leaf);                     /* "in->x", "dot->h" */
char *result_place(emitter *e, int k);                              /* "out->sharp", "g->h" */
void mark_primal(const graph *g, bool *primal);                     /* nodes that outputs or the loss need */
void source_comment(emitter *e, const step *s, const bool *primal); /* source.c; primal NULL: all are */
char *quote_source(emitter *e, const origin *from);                 /* "spotter.dsp:12: -> mel(80)", or NULL */
#endif
