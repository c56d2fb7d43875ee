/* hints.c: what to say about a token that fits nowhere. The parser knows which tokens would fit; what the writer meant
 * shows in the tokens around it. Each known slip has its own report; what is left is "unexpected ..., expected ...". */
#include <string.h>

#include "front/parser.h"
#include "front/parse.h"

typedef struct {
    parser *p;
    int at;         /* index of the unexpected token */
    const token *t; /* it, and the one before: of kind 0 at the start of the text */
    const token *before;
    const char *const *expected;
    int nexpected;
    bool wants_value; /* an operand could stand here */
    bool after_value; /* a binary operator could stand here */
} slip;

static bool fits(const slip *s, const char *name) {
    for (int i = 0; i < s->nexpected; i++)
        if (strcmp(s->expected[i], name) == 0) return true;
    return false;
}

static bool is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0) return true;
    return false;
}

/* The index of the first token of the statement that holds the unexpected one. */
static int statement_start(const slip *s) {
    const token *tokens = s->p->tokens.data;
    int i = s->at;
    while (i > 1 && tokens[i - 1].kind != T_NEWLINE && tokens[i - 1].kind != '{' &&
           (tokens[i - 1].kind != ';' || tokens[i - 1].bracketed))
        i--;
    return i;
}

static int count_in_statement(const slip *s, int kind) {
    int n = 0;
    for (int i = statement_start(s); i < s->at; i++) n += s->p->tokens.data[i].kind == kind;
    return n;
}

static bool starts_with(const slip *s, int kind) {
    return s->p->tokens.data[statement_start(s)].kind == kind;
}

/* The bracket that is open at the unexpected token, or NULL. */
static const token *enclosing(const slip *s) {
    int closed = 0;
    for (int i = s->at - 1; i > 0; i--) {
        const token *t = &s->p->tokens.data[i];
        if (t->kind == ')' || t->kind == ']' || t->kind == '}') closed++;
        if ((t->kind == '(' || t->kind == '[' || t->kind == '{') && closed-- == 0) return t;
    }
    return NULL;
}

/* ---- slips, each true when it reported --------------------------------------------------------------------------- */

static bool keyword_as_name(const slip *s) {
    const token *t = s->t;
    const token *next = t + (t->kind != 0);
    if (!token_is_keyword(t->kind) && token_is_keyword(s->before->kind) && t->kind == '=') {
        if (s->before->kind == T_LOSS) {
            report(s->p->d, DIAG_loss_equals, t->at);
            report_help(s->p->d, "write: loss mse(y, d)");
            return true;
        }
        t = s->before;
    } else if (!token_is_keyword(t->kind) || !fits(s, "a name") || (t->first_on_line && next->kind != '=') ||
               (s->wants_value && s->before->kind == T_NEWLINE)) {
        return false;
    }
    if (t->kind == T_IF || t->kind == T_NOT) return false;
    report(s->p->d, DIAG_keyword_as_name, t->at, t->text);
    report_help(s->p->d, "choose another name: %s_", t->text);
    return true;
}

static bool assignment_in_condition(const slip *s) {
    if (s->t->kind != '=' || count_in_statement(s, T_IF) <= count_in_statement(s, T_THEN)) return false;
    report(s->p->d, DIAG_assign_for_equal, s->t->at);
    return true;
}

static bool second_assignment(const slip *s) {
    if (s->t->kind != '=' || !s->after_value) return false;
    if (!s->t->bracketed) report(s->p->d, DIAG_chained_assignment, s->t->at);
    else report(s->p->d, DIAG_assign_for_equal, s->t->at);
    return true;
}

static bool chained_comparison(const slip *s) {
    static const int comparisons[] = {'<', '>', T_LE, T_GE, T_EQ, T_NE};
    bool is_one = false;
    for (size_t i = 0; i < COUNT_OF(comparisons); i++) is_one = is_one || s->t->kind == comparisons[i];
    if (!is_one || !s->after_value) return false;
    report(s->p->d, DIAG_chained_comparison, s->t->at);
    report_help(s->p->d, "write: a < b and b < c");
    return true;
}

static bool equal_for_assign(const slip *s) {
    if (s->t->kind != T_EQ || !fits(s, "`='")) return false;
    report(s->p->d, DIAG_equal_for_assign, s->t->at);
    return true;
}

static bool python_colon(const slip *s) {
    static const char *const blocks[] = {"while", "class", "with", "try", "elif", NULL};
    if (s->t->kind != ':') return false;
    const token *first = &s->p->tokens.data[statement_start(s)];
    if (first->kind == T_DEF || first->kind == T_FOR || first->kind == T_IF || first->kind == T_PIPELINE ||
        s->before->kind == T_ELSE || (first->kind == T_NAME && is_one_of(first->text, blocks))) {
        report(s->p->d, DIAG_python_block, s->t->at);
        if (first->kind == T_DEF)
            report_help(s->p->d, "a def is `def f(x) = value' or `def f(x) { ... return value }'");
        else if (first->kind == T_IF) report_help(s->p->d, "a choice is an expression: if c then a else b");
        else report_help(s->p->d, "a block is written { ... }");
        return true;
    }
    if (!s->after_value) return false;
    const token *bracket = enclosing(s);
    if (bracket && bracket->kind == '{' && s->before->kind == T_NAME && s->before == first) {
        report(s->p->d, DIAG_declared_without_role, s->t->at, s->before->text);
        report_help(s->p->d, "write `input %s : ...' or `param %s : ...'; other names take the type of their value",
                    s->before->text, s->before->text);
    } else {
        report(s->p->d, DIAG_colon, s->t->at);
        report_help(s->p->d, "a range is written 0..N; a slice stands behind its array: x[0:N]");
    }
    return true;
}

/* What Python's and Julia's members of arrays are written as here, where it is not member(x). */
static void help_member(const slip *s, const char *x, const char *member) {
    static const char *const written[][3] = {{"T", "transpose(", ")"},
                                             {"mT", "transpose(", ")"},
                                             {"H", "", "'"},
                                             {"mH", "", "'"},
                                             {"real", "re(", ")"},
                                             {"imag", "im(", ")"},
                                             {"ndim", "rank(", ")"},
                                             {"numel", "size(", ")"},
                                             {"view", "reshape(", ", ...)"},
                                             {"clamp", "clip(", ", lo, hi)"},
                                             {"detach", "stop_gradient(", ")"},
                                             {"unfold", "frame(", ", size=..., hop=...)"}};
    for (size_t i = 0; i < COUNT_OF(written); i++)
        if (strcmp(written[i][0], member) == 0) {
            report_help(s->p->d, "write %s%s%s", written[i][1], x, written[i][2]);
            return;
        }
    report_help(s->p->d, "write %s(%s)", member, x);
}

static bool member_access(const slip *s) {
    if (s->t->kind != '.') return false;
    report(s->p->d, DIAG_member_access, s->t->at);
    const token *member = s->t + 1;
    if (s->before->kind == T_NAME && member->kind == T_NAME) help_member(s, s->before->text, member->text);
    return true;
}

static bool stray_semicolon(const slip *s) {
    if (s->t->kind != ';') return false;
    const token *bracket = enclosing(s);
    if (bracket && bracket->kind == '[') {
        report(s->p->d, DIAG_matrix_semicolon, s->t->at);
        report_help(s->p->d, "a matrix is an array of its rows: [[1, 2], [3, 4]]");
        return true;
    }
    if (bracket && bracket->kind == '(') {
        report(s->p->d, DIAG_stray_semicolon, s->t->at);
        report_help(s->p->d, "arguments are parted by commas");
        return true;
    }
    return false;
}

static bool question_mark(const slip *s) {
    if (s->t->kind != '?') return false;
    report(s->p->d, DIAG_ternary, s->t->at);
    report_help(s->p->d, "write `if c then a else b' for what the compiler decides, where(c, a, b) element by element");
    return true;
}

static bool foreign_word(const slip *s) {
    static const char *const binders[] = {"let",    "var", "const", "auto",    "val",    "mut",    "float",
                                          "double", "int", "real",  "complex", "tensor", "static", NULL};
    static const char *const definers[] = {"function", "func", "fn", "fun", "proc", "sub", "define", NULL};
    static const char *const loops[] = {"while", "repeat", "loop", "do", "until", NULL};
    static const char *const others[] = {"class", "struct", "module", "try",   "switch",
                                         "case",  "match",  "elif",   "yield", NULL};
    const token *w = s->before;
    if (w->kind != T_NAME || !s->after_value) return false;
    if (strcmp(w->text, "lambda") == 0) {
        report(s->p->d, DIAG_lambda, w->at);
        report_help(s->p->d, "define it: def f(x) = ..., and pass on its value");
        return true;
    }
    if (s->at - 1 != statement_start(s) || (s->t->kind != T_NAME && !token_is_keyword(s->t->kind))) return false;
    if (is_one_of(w->text, binders)) {
        report(s->p->d, DIAG_declaration_word, w->at, w->text);
        report_help(s->p->d, "write: %s = ...", s->t->text);
    } else if (is_one_of(w->text, definers)) {
        report(s->p->d, DIAG_definition_word, w->at, w->text);
        report_help(s->p->d, "write: def %s(...) = ...", s->t->text);
    } else if (is_one_of(w->text, loops)) {
        report(s->p->d, DIAG_loop_word, w->at, w->text);
        report_help(s->p->d, "the only loop is: for n in 0..N { ... }");
    } else if (is_one_of(w->text, others)) {
        report(s->p->d, DIAG_foreign_word, w->at, w->text);
    } else {
        return false;
    }
    return true;
}

static bool broken_if(const slip *s) {
    int ifs = count_in_statement(s, T_IF), thens = count_in_statement(s, T_THEN), elses = count_in_statement(s, T_ELSE);
    if (!fits(s, "`then'") && !fits(s, "`else'")) return false;
    if (ifs > thens && fits(s, "`then'") && (s->t->kind != T_NAME || s->before->kind == ')' || s->t->first_on_line)) {
        report(s->p->d, DIAG_missing_then, s->t->at, token_description(s->p->a, s->t));
    } else if (thens > elses && fits(s, "`else'") &&
               (s->t->kind == T_NEWLINE || s->t->kind == ';' || s->t->kind == ')')) {
        report(s->p->d, DIAG_missing_else, s->t->at);
    } else {
        return false;
    }
    report_help(s->p->d, "a choice has both branches: if c then a else b");
    return true;
}

static bool missing_body(const slip *s) {
    if (!starts_with(s, T_DEF) || !fits(s, "`='") || !fits(s, "`{'") || s->t->bracketed) return false;
    report(s->p->d, DIAG_missing_body, s->t->at, token_description(s->p->a, s->t));
    report_help(s->p->d, "a def is `def f(x) = value' or `def f(x) { ... return value }'");
    return true;
}

static bool missing_range(const slip *s) {
    if (!starts_with(s, T_FOR) || !fits(s, "`..'") || s->t->bracketed) return false;
    report(s->p->d, DIAG_missing_range, s->t->at);
    report_help(s->p->d, "write: for n in 0..N { ... }");
    return true;
}

static bool missing_type(const slip *s) {
    const token *first = &s->p->tokens.data[statement_start(s)];
    if (!fits(s, "`:'") || fits(s, "`,'") || (first->kind != T_INPUT && first->kind != T_PARAM)) return false;
    report(s->p->d, DIAG_missing_type, s->t->at, s->before->text);
    report_help(s->p->d, "write: %s %s : real, or real[N] for N samples", first->text, s->before->text);
    return true;
}

static bool bad_pipe_target(const slip *s) {
    if (s->before->kind != T_ARROW || s->wants_value || !fits(s, "a name")) return false;
    report(s->p->d, DIAG_pipe_target, s->t->at, token_description(s->p->a, s->t));
    report_help(s->p->d, "write x -> f or x -> f(b); x is passed as the first argument");
    return true;
}

static bool call_of_value(const slip *s) {
    if (s->t->kind != '(' || !s->after_value) return false;
    if (s->before->kind == T_NUMBER) {
        report(s->p->d, DIAG_missing_operator, s->t->at, token_description(s->p->a, s->t));
        report_help(s->p->d, "a product needs its *");
    } else {
        report(s->p->d, DIAG_call_of_value, s->t->at);
        report_help(s->p->d, "only names are called: f(x); give the first result a name, or pass it on with ->");
    }
    return true;
}

static bool unary_plus(const slip *s) {
    if (s->t->kind != '+' || !s->wants_value) return false;
    if (s->before->kind == '+') {
        report(s->p->d, DIAG_increment, s->t->at);
        report_help(s->p->d, "nothing is changed in place: write x = x + 1 under a new name or in a `for'");
    } else {
        report(s->p->d, DIAG_unary_plus, s->t->at);
    }
    return true;
}

static bool lone_quote(const slip *s) {
    if (s->t->kind != '\'' || !s->wants_value) return false;
    report(s->p->d, DIAG_lone_quote, s->t->at);
    report_help(s->p->d, "strings are written in double quotes");
    return true;
}

static bool inner_declaration(const slip *s) {
    if (s->t->depth == 0 || (s->t->kind != T_SIZE && s->t->kind != T_DEF && s->t->kind != T_RULE &&
                             s->t->kind != T_PIPELINE && s->t->kind != T_IMPORT))
        return false;
    if (s->before->kind != T_NEWLINE && s->before->kind != ';' && s->before->kind != '{') return false;
    report(s->p->d, DIAG_inner_declaration, s->t->at, s->t->text);
    report_help(s->p->d, "write it above the pipeline or def");
    return true;
}

static bool missing_operator(const slip *s) {
    int k = s->t->kind;
    if (!s->after_value || (k != T_NAME && k != T_NUMBER && k != T_STRING && k != '[')) return false;
    if (fits(s, "`,'") && enclosing(s) && enclosing(s)->kind != '{') {
        report(s->p->d, DIAG_missing_comma, s->t->at, token_description(s->p->a, s->t));
    } else {
        report(s->p->d, DIAG_missing_operator, s->t->at, token_description(s->p->a, s->t));
        if (s->before->kind == T_NUMBER && k == T_NAME) report_help(s->p->d, "a product needs its *");
    }
    return true;
}

static void unexpected(const slip *s) {
    parser *p = s->p;
    const char *what = token_description(p->a, s->t);
    report(p->d, DIAG_syntax, s->t->at, strncmp(what, "the ", 4) == 0 ? what + 4 : what);
    if (s->wants_value) {
        report_expected(p->d, "a value");
    } else if (s->after_value) {
        report_expected(p->d, "an operator, or %s",
                        fits(s, "`)'")   ? "`,' or `)'"
                        : fits(s, "`]'") ? "`,' or `]'"
                                         : "the end of the statement");
    } else if (s->nexpected > 0 && s->nexpected <= 6) {
        strbuf b = {0};
        for (int i = 0; i < s->nexpected; i++) {
            if (i) sb_puts(&b, i + 1 == s->nexpected ? " or " : ", ");
            sb_puts(&b, s->expected[i]);
        }
        report_expected(p->d, "%s", sb_text(&b));
        sb_free(&b);
    }
}

/* Moves on to the end of the statement that holds the token, over blocks that it opens, so that the parser picks up at
 * the next one and one slip gives one report. */
static void skip_statement(parser *p, int at) {
    int depth = p->tokens.data[at].depth;
    while (at + 1 < p->tokens.len) {
        const token *t = &p->tokens.data[at];
        if ((t->kind == T_NEWLINE || t->kind == ';') && t->depth <= depth && !t->bracketed) break;
        at++;
    }
    if (at > p->pos - 1) p->pos = at;
}

void syntax_error(parser *p, const char *const *expected, int nexpected) {
    /* The most particular first: a later one would also match some of the earlier ones' cases. */
    static bool (*const slips[])(const slip *) = {
        lone_quote,         member_access,   stray_semicolon, question_mark,     assignment_in_condition,
        inner_declaration,  keyword_as_name, foreign_word,    second_assignment, equal_for_assign,
        chained_comparison, python_colon,    broken_if,       missing_body,      missing_range,
        missing_type,       bad_pipe_target, call_of_value,   unary_plus,        missing_operator};
    static const token nothing = {.text = ""};
    int at = p->pos - 1;
    slip s = {.p = p, .at = at, .t = &p->tokens.data[at], .expected = expected, .nexpected = nexpected};
    s.before = at > 0 ? &p->tokens.data[at - 1] : &nothing;
    s.wants_value = fits(&s, "a number");
    s.after_value = fits(&s, "`+'");
    bool told = diags_full(p->d);
    if (told) report(p->d, DIAG_syntax, s.t->at, ""); /* only counted: no need to find out what it is */
    for (size_t i = 0; i < COUNT_OF(slips) && !told; i++) told = slips[i](&s);
    if (!told) unexpected(&s);
    skip_statement(p, at);
}

void parser_exhausted(parser *p) {
    int at = p->pos > 0 ? p->pos - 1 : 0;
    report(p->d, DIAG_too_deep, p->tokens.data[at].at, (int)MOST_EXPR_HEIGHT);
    report_help(p->d, "give a name to a part of it");
    p->pos = p->tokens.len;
}
