/* internal.h: what the files of sema share. */
#ifndef DSPC_SEMA_INTERNAL_H
#define DSPC_SEMA_INTERNAL_H

#include "eval/eval.h"
#include "front/front.h"
#include "sema/sema.h"

/* What an expression means to the compiler: a graph node (constants included), a word, text, a list of sizes, or several
 * results. */
typedef enum { V_NONE, V_NODE, V_OPTION, V_STRING, V_INTS, V_TUPLE, V_SIGNAL, V_DEF } val_kind;

typedef struct sval {
    val_kind kind;
    node *node;
    unit unit;        /* V_NODE: of a literal or of arithmetic on literals; zero otherwise */
    bool literal;     /* made of literals only: its unit is checked */
    const char *text; /* V_OPTION, V_STRING; V_DEF: the name of a function, as the file `home` knows it */
    const struct space *home;
    int count; /* V_INTS, V_TUPLE */
    const int64_t *ints;
    struct sval *items;
    struct signal *signal; /* V_SIGNAL: something a `for` collects, known only by its index */
} sval;

typedef struct svals {
    VEC(sval) v;
} svals;

typedef struct space { /* the top-level names of one file, or of the prelude */
    const char *label;
    bool builtin;
    strmap *decls; /* name -> decl* of size, let, def */
    strmap *rules; /* name -> decl* of rule */
    VEC(struct space *) imports;
    struct space *outer; /* the prelude, or NULL */
    VEC(decl *) pipelines;
} space;

typedef struct scope { /* names of one def, pipeline or loop body */
    strmap *names;     /* name -> sval* */
    struct scope *outer;
    const space *space;
} scope;

struct session {
    arena *a;
    diags *d;
    interner *names;
    optable *ops;
    space *prelude;
    strmap *rule_texts;   /* text -> expr* */
    strmap *defines;      /* name -> const char* */
    strmap *files;        /* path -> space*, for import */
    strmap *builtin_sigs; /* name -> decl* */
    VEC(def_doc) docs;
    loop_memory memory;
    bool misread; /* a text has syntax errors: nothing is elaborated, as what they hide would be reported missing */
};

typedef struct elab { /* one elaboration: a graph being built, and where in the source we are */
    session *s;
    arena *a;
    diags *d;
    graph *g;
    scope *sc;
    const char *expanding; /* name of the def being expanded, NULL at the user's top level */
    const origin *caller;
    int depth;
    bool hidden_ok;    /* prelude and rule text may use hidden rows */
    strmap *globals;   /* name -> sval*: sizes and lets already evaluated in this graph, by space */
    strmap *folded;    /* constant values made on demand, by node */
    struct loop *loop; /* innermost `for` being elaborated, or NULL */
    program *prog;     /* the pipeline being elaborated, or NULL */
    struct elab *around; /* of an initial value, which has a graph of its own: the pipeline's; else NULL */
    strmap *brought;     /* what stands for the names of the pipeline there, by name */
} elab;

extern const sval NONE;

/* scope.c */
scope *scope_new(elab *e, scope *outer, const space *sp);
sval *scope_find(const scope *sc, const char *name);
void scope_set(elab *e, scope *sc, const char *name, sval v);
decl *space_find(const space *sp, const char *name, const space **where);
const decl *space_rule(const space *sp, const char *name);
bool resolve_global(elab *e, const char *name, sval *out); /* size or let of the file at hand or the prelude */
const char *suggest_name(elab *e, const char *name, bool functions);
/* Says below a report which argument of a function was meant by a name it has not, or which it has. */
void help_arguments(elab *e, const decl *sig);
void help_argument(elab *e, const decl *sig, const char *wrong);

/* constant.c */
const origin *origin_at(elab *e, loc at);
sval val_node(node *n);
sval val_ints(elab *e, const int64_t *v, int n);
sval val_option(const char *text);
const tensor *const_value(elab *e, node *n); /* NULL when n is not a compile-time constant */
bool static_number(elab *e, const sval *v, double *out);
bool static_int(elab *e, const sval *v, int64_t *out);
bool static_ints(elab *e, const sval *v, int64_t *out, int *n, int max);
node *int_node(elab *e, int64_t x, const origin *from);
bool same_unit(unit a, unit b);
bool is_plain_unit(unit u);
const char *unit_kind(arena *a, unit u);

/* expr.c */
sval eval_expr(elab *e, const expr *x);
bool eval_static_int(elab *e, const expr *x, const char *what, int64_t *out);
node *need_node(elab *e, sval v, loc at); /* reports and returns NULL when v is no array */
node *as_real(elab *e, node *n);

/* operator.c */
node *binary(elab *e, expr_op op, node *a, node *b, loc at);
sval binary_value(elab *e, const expr *x);
sval unary_value(elab *e, const expr *x);

/* index.c */
sval eval_index(elab *e, const expr *x);
node *slice_axis(elab *e, node *n, int axis, int64_t start, int64_t step, int64_t count, loc at);

/* apply.c */
/* An operator on values: promotion, type inference with reports in the user's terms, folding of scalars. NULL after an error. */
node *apply_op(elab *e, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs, loc at);
node *apply1(elab *e, op_id op, node *a, loc at);
node *apply2(elab *e, op_id op, node *a, node *b, loc at);
attr attr_of_int(arena *a, int64_t x);
attr attr_of_ints(arena *a, const int64_t *v, int n);

/* call.c */
sval eval_call(elab *e, const expr *x);
bool bind_arguments(elab *e, const expr *call, const decl *sig, scope *callee, svals *rest);
sval expand_def(elab *e, const expr *call, const decl *def, const space *home);
sval eval_statements(elab *e, stmt *const *body, int n, bool *returned);

/* types.c */
bool type_of_expr(elab *e, const type_expr *t, type *out); /* a fully known type (input, param) */
bool match_param(elab *e, const decl *def, const param_decl *p, sval *v, loc at, scope *callee);

/* builtin.c */
typedef sval builtin_fn(elab *e, const expr *call, scope *args, const svals *rest);
typedef struct builtin {
    const char *name;
    const char *sig;
    bool variadic;
    builtin_fn *fn;
    const char *doc;
} builtin;
const builtin *builtin_find(const char *name);
int builtin_count(void);
const builtin *builtin_at(int i);

/* custom.c */
sval expand_custom(elab *e, const expr *call, const decl *def, const decl *rule, const space *home);
/* pipeline.c, initial.c */
program *elaborate_pipeline(session *s, space *sp, const decl *p);
void elaborate_body(elab *e, const decl *p);
bool initial_value(elab *e, const stmt *p, leaf_info *info);
sval bring_in(elab *e, const char *name, sval v); /* a name of the pipeline, for an initial value */
sval load_array(elab *e, const char *path, loc at);
/* loop.c */
void eval_for(elab *e, const stmt *f);
/* Is the body read to learn the types of delay lines? What has no value yet is then left out of sums. */
bool loop_learns_types(const elab *e);
/* Inside a loop: x[n], x[n-k], y[n-k] read rows and delay lines. False when x is an ordinary index. */
bool loop_index(elab *e, const expr *x, sval *out);
/* A name of the def, pipeline or loop body at hand; inside a loop, a value from outside becomes a leaf of the body. */
bool lookup_name(elab *e, const char *name, sval *out);

#endif
