/* dump.c: the tree as indented text, for people and for tests of the parser. One line per declaration and statement;
 * expressions are written fully parenthesised with their names for operators, so that grouping shows. */
#include "front/front.h"
#include "front/units.h"

static const char *const op_names[] = {[OP_ADD] = "+",
                                       [OP_SUB] = "-",
                                       [OP_MUL] = "*",
                                       [OP_DIV] = "/",
                                       [OP_FLOORDIV] = "div",
                                       [OP_MOD] = "%",
                                       [OP_POW] = "^",
                                       [OP_MATMUL] = "@",
                                       [OP_EQ] = "==",
                                       [OP_NE] = "!=",
                                       [OP_LT] = "<",
                                       [OP_LE] = "<=",
                                       [OP_GT] = ">",
                                       [OP_GE] = ">=",
                                       [OP_AND] = "and",
                                       [OP_OR] = "or",
                                       [OP_NOT] = "not",
                                       [OP_NEG] = "neg",
                                       [OP_CTRANSPOSE] = "ctranspose"};

static const char *const base_names[] = {
    [TY_ANY] = "any",   [TY_REAL] = "real",        [TY_COMPLEX] = "complex", [TY_NUM] = "num",
    [TY_INT] = "int",   [TY_OPTION] = "option",    [TY_STRING] = "string",   [TY_INTS] = "ints",
    [TY_AXES] = "axes", [TY_FUNCTION] = "function"};

static void put_expr(strbuf *b, const expr *e);

static void put_unit(strbuf *b, unit u) {
    if (unit_is_none(u)) return;
    arena *a = arena_new("unit text");
    sb_printf(b, "{%s}", unit_text(a, u));
    arena_free(a);
}

static void put_string(strbuf *b, const char *s) {
    sb_putc(b, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') sb_putc(b, '\\');
        if (*s == '\n') sb_puts(b, "\\n");
        else if (*s == '\t') sb_puts(b, "\\t");
        else sb_putc(b, *s);
    }
    sb_putc(b, '"');
}

static void put_args(strbuf *b, const arg *args, int n) {
    for (int i = 0; i < n; i++) {
        if (i) sb_puts(b, ", ");
        if (args[i].name) sb_printf(b, "%s=", args[i].name);
        put_expr(b, args[i].value);
    }
}

static void put_items(strbuf *b, const expr *e) {
    for (int i = 0; i < e->nitems; i++) {
        const index_item *x = &e->items[i];
        if (i) sb_puts(b, ", ");
        if (x->is_ellipsis) sb_puts(b, "...");
        else if (!x->is_slice) put_expr(b, x->at);
        else {
            if (x->start) put_expr(b, x->start);
            sb_putc(b, ':');
            if (x->stop) put_expr(b, x->stop);
            if (x->step) {
                sb_putc(b, ':');
                put_expr(b, x->step);
            }
        }
    }
}

static void put_number(strbuf *b, const expr *e) {
    sb_number(b, e->number);
    if (e->imaginary) sb_putc(b, 'j');
    else if (!e->is_int && unit_is_none(e->unit)) sb_puts(b, "r"); /* a real, also when its value is whole */
    put_unit(b, e->unit);
}

static void put_expr(strbuf *b, const expr *e) {
    switch (e->kind) {
    case E_NUMBER: put_number(b, e); return;
    case E_STRING: put_string(b, e->text); return;
    case E_NAME: sb_puts(b, e->text); return;
    case E_CALL:
        sb_printf(b, "%s%s(", e->piped ? "->" : "", e->text);
        put_args(b, e->args, e->nargs);
        sb_putc(b, ')');
        return;
    case E_ARRAY:
        sb_putc(b, '[');
        put_args(b, e->args, e->nargs);
        sb_putc(b, ']');
        return;
    case E_INDEX:
        put_expr(b, e->args[0].value);
        sb_putc(b, '[');
        put_items(b, e);
        sb_putc(b, ']');
        return;
    case E_IF: sb_puts(b, "(if "); break;
    case E_RANGE: sb_puts(b, "(range "); break;
    case E_UNARY:
    case E_BINARY: sb_printf(b, "(%s ", op_names[e->op]); break;
    }
    for (int i = 0; i < e->nargs; i++) {
        if (i) sb_putc(b, ' ');
        put_expr(b, e->args[i].value);
    }
    sb_putc(b, ')');
}

static void put_type(strbuf *b, const type_expr *t) {
    sb_puts(b, t->base == TY_OPTION && t->noptions == 0 ? "word" : base_names[t->base]);
    for (int i = 0; i < t->noptions; i++) sb_printf(b, "%s%s", i ? ", " : "(", t->options[i]);
    if (t->noptions) sb_putc(b, ')');
    if (t->has_shape) {
        sb_putc(b, '[');
        for (int i = 0; i < t->ndims; i++) {
            const dim *d = &t->dims[i];
            if (i) sb_puts(b, ", ");
            if (d->is_ellipsis) sb_printf(b, "...%s", d->name ? d->name : "");
            else put_expr(b, d->size);
        }
        sb_putc(b, ']');
    }
    if (t->has_unit) put_unit(b, t->unit);
    if (t->rate) {
        sb_puts(b, " @ ");
        put_expr(b, t->rate);
    }
}

static void put_labelled(strbuf *b, const char *label, const expr *e) {
    if (!e) return;
    sb_puts(b, label);
    put_expr(b, e);
}

static void indent(strbuf *b, int depth) {
    sb_printf(b, "%*s", 2 * depth, "");
}

static void put_stmt(strbuf *b, const stmt *s, int depth);

static void put_for(strbuf *b, const stmt *s, int depth) {
    sb_printf(b, "for %s in ", s->name);
    put_expr(b, s->range);
    for (int i = 0; i < s->nfrom; i++) {
        sb_printf(b, "%s%s[", i ? ", " : " from ", s->from[i].name);
        put_expr(b, s->from[i].index);
        put_labelled(b, "] = ", s->from[i].value);
    }
    if (s->nattrs) sb_puts(b, " with ");
    put_args(b, s->attrs, s->nattrs);
    sb_putc(b, '\n');
    for (int i = 0; i < s->nbody; i++) put_stmt(b, s->body[i], depth + 1);
}

static void put_let(strbuf *b, const stmt *s) {
    sb_puts(b, "let ");
    for (int i = 0; i < s->nnames; i++) sb_printf(b, "%s%s", i ? ", " : "", s->names[i]);
    for (int i = 0; i < s->nindex; i++) put_labelled(b, i ? ", " : "[", s->index[i]);
    if (s->nindex) sb_putc(b, ']');
    put_labelled(b, " = ", s->value);
}

static void put_stmt(strbuf *b, const stmt *s, int depth) {
    indent(b, depth);
    switch (s->kind) {
    case S_FOR: put_for(b, s, depth); return;
    case S_LET: put_let(b, s); break;
    case S_INPUT:
    case S_PARAM:
        sb_printf(b, "%s %s : ", s->kind == S_INPUT ? "input" : "param", s->name);
        put_type(b, s->type);
        put_labelled(b, " = ", s->value);
        put_labelled(b, " ~ ", s->init);
        put_labelled(b, " in ", s->range);
        if (s->range_log) sb_puts(b, " log");
        break;
    case S_OUTPUT:
        sb_printf(b, "output %s", s->name);
        put_labelled(b, " = ", s->value);
        break;
    case S_LOSS: put_labelled(b, "loss ", s->value); break;
    case S_EXPR: put_labelled(b, "do ", s->value); break;
    case S_RETURN:
        for (int i = 0; i < s->nvalues; i++) put_labelled(b, i ? ", " : "return ", s->values[i]);
        break;
    }
    sb_putc(b, '\n');
}

static void put_params(strbuf *b, const decl *d) {
    sb_putc(b, '(');
    for (int i = 0; i < d->nparams; i++) {
        const param_decl *x = &d->params[i];
        sb_printf(b, "%s%s", i ? ", " : "", x->name);
        if (x->type) {
            sb_puts(b, ": ");
            put_type(b, x->type);
        }
        put_labelled(b, " = ", x->fallback);
    }
    sb_putc(b, ')');
}

static void put_doc(strbuf *b, const char *doc) {
    if (!doc) return;
    sb_puts(b, "doc ");
    put_string(b, doc);
    sb_putc(b, '\n');
}

static void put_decl(strbuf *b, const decl *d) {
    put_doc(b, d->doc);
    switch (d->kind) {
    case D_SIZE: sb_printf(b, "size %s", d->name); break;
    case D_LET: sb_printf(b, "let %s", d->name); break;
    case D_DEF: sb_printf(b, "def %s", d->name); break;
    case D_RULE: sb_printf(b, "rule%s %s", d->surrogate ? " surrogate" : "", d->name); break;
    case D_PIPELINE: sb_printf(b, "pipeline %s", d->name); break;
    case D_IMPORT:
        sb_puts(b, "import ");
        put_string(b, d->import_path);
        break;
    }
    if (d->kind == D_DEF || d->kind == D_RULE) put_params(b, d);
    if (d->cotangent) sb_printf(b, " given %s", d->cotangent);
    if (d->result) {
        sb_puts(b, " -> ");
        put_type(b, d->result);
    }
    put_labelled(b, " = ", d->value);
    sb_putc(b, '\n');
    for (int i = 0; i < d->nbody; i++) put_stmt(b, d->body[i], 1);
}

void dump_ast(strbuf *out, const module_ast *m) {
    for (int i = 0; i < m->ndecls; i++) put_decl(out, m->decls[i]);
}
