/* opcase.h: what each operator is tried on: argument types and static arguments made from its signature and `.test`
 * text.
 *
 * Used by the table's self-check, the dot and Taylor tests and `dspc check`, so that a new row needs no code.
 * `.test` is a list of cases divided by `;`, each a list of NAME=VALUE: a size of the signature, a static argument (an
 * int, or a list [1,2]), or the whole shape of an argument. Every case is made real and complex where the row allows
 * both, and with leading axes where it has them: none, equal ones, broadcast ones.
 * `.domain` says per argument, divided by `;`: "x in 0.5..2", "a positive definite", "l well conditioned", "f =
 * lu(a)". */
#ifndef DSPC_OPCASE_H
#define DSPC_OPCASE_H

#include "ir/optable.h"

typedef enum { DOMAIN_NORMAL, DOMAIN_RANGE, DOMAIN_POSITIVE_DEFINITE, DOMAIN_WELL_CONDITIONED, DOMAIN_LU } domain_kind;

typedef struct arg_domain {
    domain_kind kind;
    double lo, hi; /* DOMAIN_RANGE, of the real part */
    int of;        /* DOMAIN_LU: the argument whose factors this one holds */
} arg_domain;

typedef struct op_case {
    op_id op;
    const char *label; /* "lrec complex [2,6] [6] reverse=1" */
    int nargs;
    const char *name[OP_MAX_ARGS];
    type arg[OP_MAX_ARGS];
    arg_domain domain[OP_MAX_ARGS];
    int nattrs;
    attr attrs[OP_MAX_STATIC];
    bool broadcast; /* some argument is smaller than the result along leading axes */
} op_case;

typedef struct op_case_list {
    VEC(op_case) items;
} op_case_list;

/* The cases of a row; none for leaves and control. False with the reason in *why when the row's texts do not fit. */
bool op_cases(arena *a, const optable *ops, op_id op, op_case_list *out, const char **why);
/* The operator of a case in g: leaves named after the arguments (those made by lu are nodes); args[k] becomes
 * argument k. */
node *op_case_build(graph *g, const op_case *c, node **args);

#endif
