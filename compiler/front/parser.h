/* parser.h: what the grammar's actions work with. Internal to front/. */
#ifndef DSPC_FRONT_PARSER_H
#define DSPC_FRONT_PARSER_H

#include "front/token.h"

typedef VEC(expr *) expr_list;
typedef VEC(arg) arg_list;
typedef VEC(index_item) item_list;
typedef VEC(dim) dim_list;
typedef VEC(const token *) token_refs;
typedef VEC(param_decl) param_list;
typedef VEC(stmt *) stmt_list;
typedef VEC(decl *) decl_list;
typedef VEC(initial) initial_list;

typedef struct parser {
    arena *a;
    interner *names;
    diags *d;
    token_list tokens;
    int pos;       /* the next token to feed */
    int deep_line; /* where too high a tree was reported last: once a line is enough */
    decl_list decls;
    expr *result;    /* of parse_expr_text */
    decl *signature; /* of parse_signature_text */
    const comment_list *comments;
    int next_comment; /* comments before it lie above the declarations made so far */
} parser;

/* ---- syntax errors (hints.c) ------------------------------------------------------------------------------------- */
/* The token fed last fits nowhere; `expected` holds the names of those that would. Moves on to the statement's end. */
void syntax_error(parser *p, const char *const *expected, int nexpected);
void parser_exhausted(parser *p);

/* ---- expressions (build.c) --------------------------------------------------------------------------------------- */
expr *new_leaf(parser *p, expr_kind kind, const token *t);
expr *new_unary(parser *p, expr_op op, loc at, expr *x);
expr *new_binary(parser *p, expr_op op, loc at, expr *x, expr *y);
expr *new_call(parser *p, loc at, const token *name, const arg_list *args);
expr *new_pipe(parser *p, expr *x, expr *stage);
expr *new_array(parser *p, loc at, const arg_list *args);
expr *new_index(parser *p, loc at, expr *base, const item_list *items);
expr *new_range(parser *p, loc at, expr *from, expr *to);
expr *new_if(parser *p, loc at, expr *c, expr *yes, expr *no);
arg new_arg(const token *name, expr *value, loc at);

/* ---- types (build.c) --------------------------------------------------------------------------------------------- */
type_expr *new_type(parser *p, loc at, const token *base, const token_refs *options);
void set_type_shape(type_expr *t, const dim_list *dims);
unit unit_of_name(parser *p, const token *name, int power);
unit unit_join(unit a, unit b, int sign);
int unit_power(parser *p, const token *number);

/* ---- statements and declarations (declare.c) --------------------------------------------------------------------- */
stmt *new_stmt(parser *p, stmt_kind kind, loc at);
stmt *new_assignment(parser *p, loc at, const expr_list *targets, expr *value);
stmt *new_expression(parser *p, loc at, const expr_list *values);
stmt *new_output(parser *p, loc at, const token *name, expr *value);
/* One `x : real[N] = 0 in 1..2 log` of an input or param statement; the clauses come one by one. */
stmt *new_item(parser *p, loc at, const token *name, type_expr *type);
void item_value(parser *p, stmt *item, loc at, expr *value);
void item_init(parser *p, stmt *item, loc at, expr *call);
void item_range(parser *p, stmt *item, loc at, expr *range, const token *scale);
void finish_items(parser *p, stmt_kind kind, loc keyword, const stmt_list *items);
stmt *new_for(parser *p, loc at, const token *name, expr *range, const initial_list *from, const arg_list *attrs,
              const stmt_list *body);
initial new_initial(parser *p, loc at, expr *target, expr *value);

decl *new_decl(parser *p, decl_kind kind, loc at, const token *name);
param_decl new_param(const token *name, type_expr *type, expr *fallback, loc at);
void set_params(decl *d, const param_list *params);
void set_body(parser *p, decl *d, const stmt_list *body);
void set_body_expr(parser *p, decl *d, loc at, expr *value);
void add_decl(parser *p, decl *d);
void add_top_stmts(parser *p, const stmt_list *stmts); /* bindings are declarations; others are out of place */

loc loc_join(loc a, loc b);

#endif
