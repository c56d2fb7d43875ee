/* body.h: what stands inside a loop: scalar expressions over loop variables.
 *
 * An array expression is lowered at an index (one affine form per axis) to a DAG of scalar expressions; views have
 * become index arithmetic by then, and what lies outside an embedded part has become an SX_INSIDE choice that the
 * loop printer removes by splitting the loop. Expressions are hash-consed, so common sub-expressions are one node. */
#ifndef DSPC_PLAN_BODY_H
#define DSPC_PLAN_BODY_H

#include "ir/optable.h"

typedef struct affine { /* c0 + sum of c[v] * (loop variable v); variable 0 is the outermost loop */
    int64_t c0, c[MAX_RANK];
} affine;

typedef struct space { /* a loop nest: variable v runs over lo[v] <= v < hi[v] */
    int nv;
    int64_t lo[MAX_RANK], hi[MAX_RANK];
} space;

affine aff_const(int64_t c0);
affine aff_var(int v);
affine aff_add(affine a, affine b);
affine aff_scale(affine a, int64_t k);
affine aff_plus(affine a, int64_t k);
bool aff_equal(const affine *a, const affine *b);
void aff_range(const affine *a, const space *s, int64_t *lo, int64_t *hi); /* least and greatest value */
int aff_vars(const affine *a);                                             /* number of variables it depends on */
int aff_depth(const affine *a);                                            /* the innermost of them; -1: none */
bool aff_unflatten(const affine *flat, const type *t, const space *s, affine *idx);
affine aff_flatten(const affine *idx, const type *t); /* row-major offset in elements */
space space_of(const type *t, affine *idx);           /* one variable per axis longer than 1; idx: the identity */
bool space_equal(const space *a, const space *b);
int64_t space_count(const space *s);

typedef enum { CT_REAL, CT_INT, CT_PAIR } ctype; /* CT_PAIR: a struct {re, im} returned by a runtime function */

typedef enum {
    SX_NUM,    /* number; text "0" marks a structural zero, which vanishes in sums and products */
    SX_LOAD,   /* buf[at], in elements; part 0 re, 1 im */
    SX_LOCAL,  /* a rank-0 value held in a C local (buf) */
    SX_INDEX,  /* the affine form itself, an int */
    SX_UNARY,  /* text: "-" or "!" */
    SX_BINARY, /* text: the C operator */
    SX_COND,   /* arg[0] ? arg[1] : arg[2] */
    SX_CALL,   /* text: function name as in ops.def */
    SX_CAST,   /* to ct */
    SX_FIELD,  /* .re (part 0) or .im (part 1) of a CT_PAIR */
    SX_INSIDE  /* all of 0 <= cond[k] < limit[k] ? arg[0] : arg[1]; loads in arg[0] are valid only there */
} sx_kind;

typedef struct buffer buffer;
typedef struct sx sx;

enum { SX_MAX_ARGS = 6 };

struct sx {
    sx_kind kind;
    ctype ct;
    int part;
    int nargs, nconds;
    double num;
    const char *text;
    buffer *buf;
    affine at;
    sx *arg[SX_MAX_ARGS];
    affine cond[MAX_RANK];
    int64_t limit[MAX_RANK];
    /* not part of its identity: */
    int id;          /* in order of making; hashed instead of the address, so that the order never depends on it */
    const node *of;  /* the node it is the value of, for naming; NULL */
    int part_of;     /* which part of that node: 0 re, 1 im */
    int depth;       /* innermost loop variable it depends on; -1: none */
    int weight;      /* printer: operations still nested in it */
    int uses;        /* printer: places it is used in */
    const char *var; /* printer: the C local that holds it; NULL: nested */
    sx *next;        /* hash chain */
    sx *image;       /* rebuild: what it became */
    int stamp;       /* rebuild: which pass set image, or counted uses */
};

typedef struct sxb { /* builder: owns the hash table */
    arena *mem;
    sx **slot;
    int nslots, count, stamp;
} sxb;

typedef struct sval { /* the value of a node at one place; im is NULL unless complex */
    sx *re, *im;
} sval;

sxb *sxb_new(arena *a);
sx *sx_num(sxb *b, double x, ctype ct);
sx *sx_zero(sxb *b); /* structural zero, real */
bool sx_is_zero(const sx *x);
sx *sx_load(sxb *b, buffer *buf, ctype ct, affine at, int part);
sx *sx_local(sxb *b, buffer *buf, ctype ct, int part);
sx *sx_index(sxb *b, affine at);
sx *sx_unary(sxb *b, const char *op, sx *x);
sx *sx_binary(sxb *b, const char *op, sx *x, sx *y);
sx *sx_cond(sxb *b, sx *c, sx *x, sx *y);
sx *sx_call(sxb *b, const char *fn, ctype ct, sx *const *arg, int nargs);
sx *sx_cast(sxb *b, ctype ct, sx *x);
sx *sx_field(sxb *b, sx *pair, int part);
sx *sx_inside(sxb *b, int nconds, const affine *cond, const int64_t *limit, sx *x, sx *y);
/* The same expression with other index forms and with the choices that `s` decides taken. A variable of one value is
 * replaced by it. `map` (or NULL) changes an affine form first. */
typedef affine (*sx_map)(void *arg, const affine *a);
sx *sx_rebuild(sxb *b, sx *x, const space *s, sx_map map, void *arg);
void sx_rebuild_begin(sxb *b); /* forget the images of the pass before */

/* A point-wise operator applied to values: its C template from the table. (template.c) */
sval op_apply(sxb *b, const node *n, const op_sig *sig, const sval *arg);
#endif
