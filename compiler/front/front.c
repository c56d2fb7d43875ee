/* front.c: the entry points: scan, lay out, parse. */
#include "front/front.h"

#include "front/parser.h"
#include "front/parse.h"

/* Runs the grammar from one of its start tokens. False when something was reported as an error. */
static bool parse_from(parser *p, scanner *s, int start) {
    int errors = diags_errors(p->d);
    if (!scan_source(s)) return false;
    p->comments = &s->comments;
    p->tokens = layout(p->a, p->d, s, start);
    if (start == T_START_SIGNATURE && token_is_keyword(p->tokens.data[1].kind))
        p->tokens.data[1].kind =
            T_NAME; /* operators may be called div, and, or, not: only their infix form is a word */
    dspc_yyparse(p);
    return diags_errors(p->d) == errors;
}

module_ast *parse_module(arena *a, interner *names, diags *d, const source *src) {
    scanner s = {.a = a, .names = names, .d = d, .src = src};
    parser p = {.a = a, .names = names, .d = d};
    parse_from(&p, &s, T_START_MODULE);
    module_ast *m = NEW(a, module_ast);
    m->src = src;
    m->decls = p.decls.data;
    m->ndecls = p.decls.len;
    m->comments = s.comments.data;
    m->ncomments = s.comments.len;
    return m;
}

expr *parse_expr_text(arena *a, interner *names, diags *d, const source *src) {
    scanner s = {.a = a, .names = names, .d = d, .src = src};
    parser p = {.a = a, .names = names, .d = d};
    return parse_from(&p, &s, T_START_EXPR) ? p.result : NULL;
}

decl *parse_signature_text(arena *a, interner *names, diags *d, const source *src) {
    scanner s = {.a = a, .names = names, .d = d, .src = src};
    parser p = {.a = a, .names = names, .d = d};
    return parse_from(&p, &s, T_START_SIGNATURE) ? p.signature : NULL;
}
