/* fmt.c: the canonical layout of a text.
 *
 * Works on the raw tokens, so every comment stays and the tree cannot change; where lines break is left to the writer.
 * Set by this file: indentation (2 per block, 2 for a statement that goes on; inside brackets the column of what follows
 * the bracket, or 2 when it ends its line; `then' and `else' under their `if'), one space where the table in
 * space_between says so, at most one blank line, no ; at the end of a line, the colons of neighbouring input or param
 * lines and neighbouring trailing comments in one column, and the = of neighbouring lines where the writer had aligned them. Around + - * / % the writer chooses: a*b + c. */
#include <string.h>

#include "front/front.h"
#include "front/parse.h"
#include "front/token.h"

enum { STEP = 2, WIDEST_ALIGNED = 100 };

typedef struct {
    int kind;
    int outer; /* indentation of the line (of the statement, for braces) that opened it */
    int inner; /* indentation of what stands in it */
    int if_column;
    bool colon; /* since the last comma of this level: a type was given, so `=' is spaced */
} level;

typedef struct {
    char *code;          /* NULL: a blank line */
    const char *comment; /* behind the code, or NULL */
    int source_line;
    int role;         /* T_INPUT or T_PARAM when the line begins with it and has its colon in it */
    int colon;        /* offset of that colon */
    int equal;        /* offset of the statement's first `=', 0: none */
    int equal_column; /* of that in the source */
    bool wide;        /* more than one space stands before it there */
} line;

typedef struct {
    arena *a;
    const source *src;
    const char **starts; /* of the source's lines */
    const token *tokens;
    int at; /* the token in hand */
    const comment_list *comments;
    int next_comment;
    VEC(level) open;
    VEC(line) lines;
    strbuf code; /* of the line in hand */
    int indent, statement_indent;
    int if_column; /* of the statement's first `if' outside brackets; 0: none */
    int role, colon, equal, equal_column;
    bool wide;
    bool attributes; /* behind `with' */
} formatter;

static const char **line_starts(arena *a, const source *src, int nlines) {
    const char **starts = NEW_ARRAY(a, const char *, nlines + 2);
    int n = 1;
    starts[1] = src->text;
    for (size_t i = 0; i < src->len && n <= nlines; i++)
        if (src->text[i] == '\n') starts[++n] = src->text + i + 1;
    return starts;
}

static int code_width(const char *s) {
    int n = 0;
    for (; *s; s++) n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static const token *before(const formatter *f) {
    return f->at > 0 ? &f->tokens[f->at - 1] : NULL;
}

static int top_kind(const formatter *f) {
    return f->open.len ? f->open.data[f->open.len - 1].kind : 0;
}

/* A statement begins with the token in hand. */
static bool starts_statement(const formatter *f) {
    const token *t = &f->tokens[f->at], *b = before(f);
    if (!b || b->kind == '{' || b->kind == ';') return true;
    return t->first_on_line && top_kind(f) != '(' && top_kind(f) != '[' && line_break_ends_statement(b, t);
}

/* ---- spaces ------------------------------------------------------------------------------------------------------ */

static bool is_word(const token *t) {
    return t->kind == T_NAME || t->kind == T_NUMBER || t->kind == T_STRING || token_is_keyword(t->kind);
}

static bool is_unary(const formatter *f, int i) {
    int k = f->tokens[i].kind;
    if (k == '!') return true;
    return k == '-' && (i == 0 || !token_ends_operand(f->tokens[i - 1].kind));
}

static bool is_arithmetic(int k) {
    return k == '+' || k == '-' || k == '*' || k == '/' || k == '%';
}

/* The writer put a space, or a line's end, on either side. */
static bool writer_spaced(const token *t) {
    return t->space_before || t->first_on_line || t[1].space_before || t[1].first_on_line;
}

/* Is there a space on the sides of the operator at i? */
static bool spaced_operator(const formatter *f, int i) {
    const token *t = &f->tokens[i];
    if (t->kind == '=') {
        if (top_kind(f) == '(') return f->open.data[f->open.len - 1].colon;
        return !f->attributes;
    }
    if (t->kind == ':') return f->open.len == 0 || top_kind(f) == '{';
    if (t->kind == T_DOTDOT || t->kind == '^' || t->kind == '\'') return false;
    return !is_arithmetic(t->kind) || writer_spaced(t);
}

static bool is_operator(const token *t) {
    return !is_word(t) && !strchr("()[]{},;", t->kind) && t->kind != T_ELLIPSIS;
}

static bool space_between(const formatter *f, int i) {
    const token *a = &f->tokens[i - 1], *b = &f->tokens[i];
    if (b->kind == ')' || b->kind == ']' || b->kind == ',' || b->kind == ';') return false;
    if (a->kind == '(' || a->kind == '[') return false;
    if (a->kind == ',' || a->kind == ';' || a->kind == '{' || b->kind == '{' || b->kind == '}') return true;
    if (is_unary(f, i - 1)) return false;
    if (a->kind == ':' && top_kind(f) == '(') return true;
    if (a->kind == ':') return spaced_operator(f, i - 1);
    if (b->kind == '(') return a->kind != T_NAME && (!is_operator(a) || spaced_operator(f, i - 1));
    if (b->kind == '[' && token_ends_operand(a->kind)) return false;
    if (a->kind == T_ELLIPSIS) return b->kind != T_NAME;
    if (a->kind == '\'' && !is_operator(b)) return true;
    if (is_operator(b) && !is_unary(f, i)) return spaced_operator(f, i);
    if (is_operator(a)) return spaced_operator(f, i - 1);
    return true;
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

static void put_blank_if(formatter *f, int source_line, bool closes) {
    if (f->lines.len == 0 || closes) return;
    const line *last = &f->lines.data[f->lines.len - 1];
    size_t n = strlen(last->code);
    if (source_line <= last->source_line + 1 || (n && last->code[n - 1] == '{')) return;
    line blank = {.source_line = source_line - 1};
    vec_push(f->a, &f->lines, blank);
}

/* Index of the comment behind tokens of this line, or -1. */
static int trailing_comment(const formatter *f, int source_line) {
    for (int i = f->next_comment; i < f->comments->len && f->comments->data[i].line <= source_line; i++)
        if (f->comments->data[i].line == source_line && !f->comments->data[i].own_line) return i;
    return -1;
}

static void finish_line(formatter *f, int source_line) {
    if (f->code.len == 0) return;
    line l = {.source_line = source_line, .role = f->colon ? f->role : 0, .colon = f->colon};
    l.equal = f->role ? 0 : f->equal;
    l.equal_column = f->equal_column;
    l.wide = f->wide;
    l.code = arena_strndup(f->a, f->code.text, f->code.len);
    if (trailing_comment(f, source_line) == f->next_comment) l.comment = f->comments->data[f->next_comment++].text;
    vec_push(f->a, &f->lines, l);
    f->code.len = 0;
    f->role = f->colon = f->equal = 0;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

static int block_indent(const formatter *f) {
    return f->open.len ? f->open.data[f->open.len - 1].inner : 0;
}

static bool in_brackets(const formatter *f) {
    return top_kind(f) == '(' || top_kind(f) == '[';
}

static int *if_column(formatter *f) {
    return in_brackets(f) ? &f->open.data[f->open.len - 1].if_column : &f->if_column;
}

static int indent_of_line(formatter *f) {
    int k = f->tokens[f->at].kind;
    if ((k == ')' || k == ']' || k == '}') && f->open.len) return f->open.data[f->open.len - 1].outer;
    if ((k == T_ELSE || k == T_THEN) && *if_column(f)) return *if_column(f);
    if (in_brackets(f) || starts_statement(f) || k == 0) return block_indent(f);
    return block_indent(f) + STEP;
}

static void put_own_line_comments(formatter *f, int before_line) {
    const token *t = &f->tokens[f->at];
    bool closes = t->kind == ')' || t->kind == ']' || t->kind == '}';
    int indent = closes ? block_indent(f) : indent_of_line(f);
    for (; f->next_comment < f->comments->len; f->next_comment++) {
        const struct comment *c = &f->comments->data[f->next_comment];
        if (c->line >= before_line) return;
        put_blank_if(f, c->line, false);
        line l = {.source_line = c->line, .code = arena_printf(f->a, "%*s%s", indent, "", c->text)};
        vec_push(f->a, &f->lines, l);
    }
}

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

static void put_text(formatter *f, const token *t) {
    const char *text = f->starts[t->at.line] + t->at.col - 1;
    if (t->kind == T_NUMBER && *text == '.') sb_putc(&f->code, '0');
    sb_putn(&f->code, text, (size_t)(t->at.end_col - t->at.col));
}

static void begin_line(formatter *f) {
    const token *t = &f->tokens[f->at];
    put_own_line_comments(f, t->at.line);
    put_blank_if(f, t->at.line, t->kind == '}' || t->kind == ')' || t->kind == ']');
    f->indent = indent_of_line(f);
    sb_printf(&f->code, "%*s", f->indent, "");
    if (!starts_statement(f) && f->lines.len) { /* what stands under it keeps the columns of the line above */
        line *above = &f->lines.data[f->lines.len - 1];
        above->role = above->equal = 0;
    }
    if (t->kind == T_INPUT || t->kind == T_PARAM) f->role = t->kind;
}

/* ; at the end of a line, before } and after another one says nothing. */
static bool is_idle_semicolon(const formatter *f) {
    const token *t = &f->tokens[f->at];
    if (t->kind != ';') return false;
    bool last = t[1].first_on_line || t[1].kind == 0;
    if (last && f->code.len == 0 && trailing_comment(f, t->at.line) >= 0)
        return false; /* else the comment would be on its own */
    return f->code.len == 0 || t->first_on_line || t[1].first_on_line || t[1].kind == 0 || t[1].kind == '}' ||
           t[1].kind == ';' || (f->at > 0 && t[-1].kind == '{');
}

static void track_brackets(formatter *f, const token *t) {
    if (t->kind == '(' || t->kind == '[' || t->kind == '{') {
        level l = {.kind = t->kind, .outer = t->kind == '{' ? f->statement_indent : f->indent};
        l.inner = t->kind == '{' || t[1].first_on_line ? l.outer + STEP : code_width(sb_text(&f->code));
        vec_push(f->a, &f->open, l);
    } else if ((t->kind == ')' || t->kind == ']' || t->kind == '}') && f->open.len) {
        f->open.len--;
    } else if (f->open.len && (t->kind == ',' || t->kind == ':')) {
        f->open.data[f->open.len - 1].colon = t->kind == ':';
        if (t->kind == ',') f->open.data[f->open.len - 1].if_column = 0;
    }
    if (t->kind == '{') f->attributes = false;
    if (t->kind == T_IF && !*if_column(f)) *if_column(f) = code_width(sb_text(&f->code)) - 2;
}

static void put_token(formatter *f) {
    const token *t = &f->tokens[f->at];
    bool fresh = f->code.len == 0;
    if (starts_statement(f)) {
        f->statement_indent = block_indent(f);
        f->if_column = 0;
        f->attributes = false;
    }
    if (fresh) begin_line(f);
    else if (space_between(f, f->at)) sb_putc(&f->code, ' ');
    if (t->kind == ':' && f->role && !f->colon && f->at >= 2 && t[-2].kind == f->role) f->colon = (int)f->code.len;
    if (t->kind == '=' && !f->equal && !fresh && !in_brackets(f) && !f->attributes) {
        f->equal = (int)f->code.len;
        f->equal_column = t->at.col;
        f->wide = t->at.col > t[-1].at.end_col + 1;
    }
    put_text(f, t);
    if (t->kind == T_NAME && strcmp(t->text, "with") == 0 && f->at > 0 && token_ends_operand(t[-1].kind))
        f->attributes = true;
    track_brackets(f, t);
}

static void put_tokens(formatter *f) {
    int last_line = 0;
    for (f->at = 0; f->tokens[f->at].kind != 0; f->at++) {
        const token *t = &f->tokens[f->at];
        if (t->first_on_line) finish_line(f, last_line);
        if (!is_idle_semicolon(f)) put_token(f);
        else if (t->first_on_line) put_own_line_comments(f, t->at.line);
        last_line = t->at.end_line;
    }
    finish_line(f, last_line);
    put_own_line_comments(f, f->tokens[f->at].at.line + 1);
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

/* input wave  : real
 * input label : int */
static void align_colons(formatter *f) {
    for (int i = 0; i < f->lines.len;) {
        int j = i, widest = 0;
        for (; j < f->lines.len && f->lines.data[j].role && f->lines.data[j].role == f->lines.data[i].role; j++)
            if (f->lines.data[j].colon > widest) widest = f->lines.data[j].colon;
        for (; i < j; i++) {
            line *l = &f->lines.data[i];
            l->code = arena_printf(f->a, "%.*s%*s%s", l->colon, l->code, widest - l->colon, "", l->code + l->colon);
        }
        if (i == j) i += j < f->lines.len && !f->lines.data[j].role;
    }
}

/* Runs of lines whose `=' stood in one column, with more than one space before some of them. */
static void align_equals(formatter *f) {
    for (int i = 0, j; i < f->lines.len; i = j) {
        const line *first = &f->lines.data[i];
        int widest = 0;
        bool wide = false;
        for (j = i; j < f->lines.len && f->lines.data[j].equal; j++) {
            if (f->lines.data[j].equal_column != first->equal_column) break;
            widest = larger(widest, f->lines.data[j].equal);
            wide = wide || f->lines.data[j].wide;
        }
        for (int k = i; wide && k < j; k++) {
            line *l = &f->lines.data[k];
            l->code = arena_printf(f->a, "%.*s%*s%s", l->equal, l->code, widest - l->equal, "", l->code + l->equal);
        }
        if (j == i) j++;
    }
}

static void put_lines(const formatter *f, strbuf *out) {
    int column = 0;
    for (int i = 0; i < f->lines.len; i++) {
        const line *l = &f->lines.data[i];
        if (i == 0 || !f->lines.data[i - 1].comment) {
            column = 0;
            for (int j = i; j < f->lines.len && f->lines.data[j].comment; j++) {
                int w = code_width(f->lines.data[j].code);
                if (w > column && w <= WIDEST_ALIGNED) column = w;
            }
        }
        if (l->code) sb_puts(out, l->code);
        if (l->comment) {
            int pad = column - code_width(l->code);
            sb_printf(out, "%*s  %s", pad > 0 ? pad : 0, "", l->comment);
        }
        sb_putc(out, '\n');
    }
}

char *format_module(arena *a, const module_ast *m) {
    scanner s = {.a = a, .names = interner_new(a), .d = diags_new(a, NULL, false), .src = m->src};
    if (!scan_source(&s)) return arena_strndup(a, m->src->text, m->src->len);
    formatter f = {.a = a, .src = m->src, .tokens = s.tokens.data, .comments = &s.comments};
    f.starts = line_starts(a, m->src, s.line);
    put_tokens(&f);
    align_colons(&f);
    align_equals(&f);
    strbuf out = {0};
    put_lines(&f, &out);
    char *text = arena_strndup(a, sb_text(&out), out.len);
    sb_free(&out);
    sb_free(&f.code);
    return text;
}
