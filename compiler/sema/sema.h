/* sema.h: syntax tree to typed graph.
 * Requires: trees from front. Gives: one `program` a pipeline, definitions inlined, shapes and rates known, constants of
 * rank 0 folded. Reports every independent error it can; programs are only returned when there was none. */
#ifndef DSPC_SEMA_H
#define DSPC_SEMA_H

#include "front/ast.h"
#include "ir/graph.h"
#include "ir/optable.h"

typedef struct session session; /* one run of the compiler: names, operator table, prelude, sources read */

session *session_new(arena *a, diags *d);
/* A run with memory and reports of its own that shares with `base`, which must outlive it, what no text changes: operator
 * table, prelude, names. For many small texts in one process. */
session *session_beside(const session *base, arena *a, diags *d);
const optable *session_ops(const session *s);
interner *session_names(session *s);
diags *session_diags(session *s);
/* How derivatives keep the states of loops; at first as each loop needs, in double precision. */
void session_set_memory(session *s, loop_memory m);
loop_memory session_memory(const session *s);

typedef struct size_define { /* -D NAME=EXPR */
    const char *name;
    const char *text;
} size_define;

typedef struct program_list {
    VEC(program *) items;
} program_list;

/* Reads and elaborates a file; `defines` override its `size`s. False when anything was reported as an error. */
bool sema_file(session *s, const char *path, const size_define *defines, int ndefines, program_list *out);
/* The same for a text in memory (tests, fuzzing). */
bool sema_text(session *s, const source *src, const size_define *defines, int ndefines, program_list *out);
/* One expression over named values, elaborated into `g` (examples of the table, agreement tests). NULL after an error. */
node *sema_expression(session *s, graph *g, const source *src, const char *const *names, node *const *values, int n);

/* The documentation of built-in functions (file BUILT_IN) and of the prelude's definitions, for `dspc ops` and the manual. */
#define BUILT_IN "<built in>"
typedef struct def_doc {
    const char *name, *file, *doc, *signature;
} def_doc;
int sema_prelude_docs(session *s, const def_doc **out);
/* What `foreign`, a name in another library, is called here: by the whole of it, else by its last dotted part. NULL when it
 * is not known. */
const char *sema_elsewhere(session *s, const char *foreign);
/* All names that sema_elsewhere knows, without what stands before their last dot. */
int sema_foreign_names(session *s, const char ***out);

/* ---- for ad: the rules of the table as graph builders -------------------------------------------------------------------- */
typedef struct rule_name { /* a name that rule text may use beside the arguments: y_, x_dot */
    const char *name;
    node *value;
} rule_name;
/* Expands rule text of operator n->op into g: its arguments, dimensions and static arguments by name, `y` = n, and the
 * extra names. A rule that does not elaborate is an internal error; the table's self-check finds it first. */
node *sema_expand_rule(session *s, graph *g, const node *n, const char *text, const rule_name *extra, int nextra);
/* As above for the self-check: NULL with reports in the session's diags instead of an internal error. */
node *sema_try_rule(session *s, graph *g, const node *n, const char *text, const rule_name *extra, int nextra);

#endif
