/* front.h: text to syntax tree, and back.
 * Requires: nothing. Gives: a tree for whatever could be read; errors are reported and parsing goes on at the next
 * statement, so several independent errors come out of one run. */
#ifndef DSPC_FRONT_H
#define DSPC_FRONT_H

#include "front/ast.h"

module_ast *parse_module(arena *a, interner *names, diags *d, const source *src);
/* A rule or example from the operator table: one expression. NULL after an error. */
expr *parse_expr_text(arena *a, interner *names, diags *d, const source *src);
/* An operator signature, "conv(x: num[..., N], h: num[K], lo: int) -> num[..., N+K-1]": a D_DEF without a body. */
decl *parse_signature_text(arena *a, interner *names, diags *d, const source *src);
/* The canonical text of a module, comments kept (dspc fmt). fmt(fmt(x)) == fmt(x), and the tree stays the same. */
char *format_module(arena *a, const module_ast *m);
/* The tree as indented text (dspc dump --after=parse). */
void dump_ast(strbuf *out, const module_ast *m);

#endif
