/* ast.h: the syntax tree, as the parser makes it. It knows names and places, no types. */
#ifndef DSPC_AST_H
#define DSPC_AST_H

#include "diag/diag.h"

typedef struct expr expr;
typedef struct stmt stmt;

/* Physical units of literals as exponents; dB is a marker on a number that already is an amplitude ratio. */
typedef struct unit {
    signed char time, length, angle; /* s: time 1; Hz: time -1; m: length 1; deg, rad: angle 1 */
    bool db;
} unit;

typedef enum {
    E_NUMBER, /* 1.5, 48kHz, 2j: .number in SI base units (dB: the ratio 10^(v/20)), .unit, .is_int, .imaginary */
    E_STRING, /* "psf.npy", or an option in quotes: .text */
    E_NAME,   /* .text */
    E_CALL,   /* .text names the function; .args. `a -> f(b)` is a call with a first, .piped set */
    E_ARRAY,  /* [a, b, c]: .args */
    E_UNARY,  /* .op: '-', '!', and '\'' the postfix conjugate transpose; .args[0] */
    E_BINARY, /* .op; .args[0], .args[1] */
    E_INDEX,  /* base[items]: .args[0] the base, .items */
    E_RANGE,  /* a..b : .args[0], .args[1] (ranges of `for` and of param `in`) */
    E_IF      /* if c then a else b, decided by the compiler; only the chosen branch is looked at: .args[0..2] */
} expr_kind;

enum { MOST_EXPR_HEIGHT = 200 };

typedef enum {
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_FLOORDIV /* // is a comment: spelled `div` */,
    OP_MOD /* % */,
    OP_POW /* ^ */,
    OP_MATMUL /* @ */,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_AND /* and, && */,
    OP_OR /* or, || */,
    OP_NOT /* not, ! */,
    OP_NEG,
    OP_CTRANSPOSE
} expr_op;

typedef struct arg {
    const char *name; /* NULL: positional */
    expr *value;
    loc at;
} arg;

typedef struct index_item {
    bool is_slice, is_ellipsis;
    expr *at;                  /* plain index */
    expr *start, *stop, *step; /* slice parts, NULL where absent */
    loc where;
} index_item;

struct expr {
    expr_kind kind;
    loc at;
    expr_op op;
    const char *text;
    double number;
    bool is_int;    /* written without point, exponent or unit */
    bool imaginary; /* 2j */
    bool piped;     /* E_CALL made by -> */
    short height;   /* of the tree below, at most MOST_EXPR_HEIGHT: whoever walks it may recurse */
    unit unit;
    int nargs;
    arg *args;
    int nitems;
    index_item *items;
};

typedef enum {
    TY_ANY,
    TY_REAL,
    TY_COMPLEX,
    TY_NUM /* real or complex */,
    TY_INT,
    TY_OPTION,
    TY_STRING,
    TY_INTS,
    TY_AXES,
    TY_FUNCTION /* the name of a def */
} type_base;

/* One entry of a shape: `...` (optionally named: `...S`), or an expression (in signatures a bare name is bound). */
typedef struct dim {
    bool is_ellipsis;
    const char *name; /* of a named ellipsis */
    expr *size;
} dim;

typedef struct type_expr {
    type_base base;
    loc at;
    bool has_shape; /* `real[...]` against `real` (a scalar) */
    int ndims;
    dim *dims;
    bool has_unit; /* `cutoff: real Hz` */
    unit unit;
    expr *rate;   /* `@ 16kHz`, or NULL */
    int noptions; /* option(full, same, valid) */
    const char **options;
} type_expr;

typedef struct param_decl { /* of a def */
    const char *name;
    type_expr *type; /* NULL: anything */
    expr *fallback;  /* default value or NULL */
    loc at;
} param_decl;

typedef enum {
    S_LET,    /* names = value (several names: several results); `y[n] = value` inside for: .target_index set */
    S_INPUT,  /* .name .type .value (optional default) */
    S_PARAM,  /* .name .type .value initial value | .init `~ call`; .range, .range_log */
    S_OUTPUT, /* .name .value; `output y` alone has value NULL */
    S_LOSS,   /* .value */
    S_RETURN, /* .values */
    S_FOR,    /* for .name in .range { .body } from (.from_*) ; .attrs */
    S_EXPR    /* require(...), error(...): a call made for its effect on the compiler */
} stmt_kind;

typedef struct initial { /* `from y[-1] = s0` of a for */
    const char *name;
    expr *index;
    expr *value;
    loc at;
} initial;

struct stmt {
    stmt_kind kind;
    loc at; /* of the second of `input a : real, b : real` it begins at the name */
    const char *name;
    int nnames; /* S_LET */
    const char **names;
    loc *name_locs;
    int nindex; /* S_LET `y[n] = v`, `y[n, k] = v`: the index expressions */
    expr **index;
    type_expr *type;
    expr *value;
    expr *init; /* ~ glorot(seed=1): a call expression */
    expr *range;
    bool range_log;
    int nvalues; /* S_RETURN */
    expr **values;
    int nbody;
    stmt **body;
    int nfrom;
    initial *from;
    int nattrs; /* for ... with checkpoint=sqrt: named arguments */
    arg *attrs;
};

typedef enum { D_SIZE, D_LET, D_DEF, D_RULE, D_PIPELINE, D_IMPORT } decl_kind;

typedef struct decl {
    decl_kind kind;
    loc at;
    loc name_at;
    const char *name;
    const char *doc; /* text of the `##` lines straight above, or NULL */
    expr *value;     /* size, let */
    int nparams;     /* def; rule: argument names */
    param_decl *params;
    type_expr *result; /* def f(...) -> type, used by operator signatures; NULL mostly */
    int nbody;         /* def: statements (an `= expr` body is one return); pipeline; rule: lets of d<arg> */
    stmt **body;
    bool surrogate;        /* rule surrogate */
    const char *cotangent; /* rule f(x) given dy */
    const char *import_path;
} decl;

typedef struct module_ast {
    const source *src;
    int ndecls;
    decl **decls;
    struct comment {
        int line, col;
        const char *text;
        bool own_line;
    } * comments; /* every comment, for fmt */
    int ncomments;
} module_ast;

#endif
