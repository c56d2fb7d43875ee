/* scan.c: raw tokens. Checks that the text is text at all, keeps the place of each token, reads numbers and strings,
 * collects the comments. */
#include <string.h>

#include "front/token.h"
#include "front/parse.h"
#include "front/lexer.h"

enum { LARGEST_SOURCE = 2 << 20, LONGEST_NAME = 200, LONGEST_STRING = 4000 };

static const struct {
    const char *word;
    int kind;
} keywords[] = {{"and", T_AND},
                {"def", T_DEF},
                {"div", T_DIV},
                {"else", T_ELSE},
                {"for", T_FOR},
                {"from", T_FROM},
                {"given", T_GIVEN},
                {"if", T_IF},
                {"import", T_IMPORT},
                {"in", T_IN},
                {"input", T_INPUT},
                {"loss", T_LOSS},
                {"not", T_NOT},
                {"or", T_OR},
                {"output", T_OUTPUT},
                {"param", T_PARAM},
                {"pipeline", T_PIPELINE},
                {"return", T_RETURN},
                {"rule", T_RULE},
                {"size", T_SIZE},
                {"surrogate", T_SURROGATE},
                {"then", T_THEN}};

bool token_is_keyword(int kind) {
    for (size_t i = 0; i < COUNT_OF(keywords); i++)
        if (keywords[i].kind == kind) return true;
    return false;
}

bool token_ends_operand(int kind) {
    return kind == T_NAME || kind == T_NUMBER || kind == T_STRING || kind == ')' || kind == ']' || kind == '\'';
}

const char *token_description(arena *a, const token *t) {
    switch (t->kind) {
    case 0: return "the end of the file";
    case T_NEWLINE: return "the end of the line";
    case T_NAME: return arena_printf(a, "the name `%s'", t->text);
    case T_NUMBER: return arena_printf(a, "the number %s", t->text);
    case T_STRING: return arena_printf(a, "the text \"%s\"", t->text);
    default: break;
    }
    return arena_printf(a, token_is_keyword(t->kind) ? "the keyword `%s'" : "`%s'", t->text);
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

void scan_advance(scanner *s, const char *text, size_t n, loc *at) {
    loc here = {.src = s->src, .line = s->line, .col = s->col};
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n') {
            s->line++;
            s->col = 1;
        } else {
            s->col++;
        }
    }
    here.end_line = s->line;
    here.end_col = s->col;
    if (at) *at = here;
}

token *scan_token(scanner *s, int kind, const char *text, size_t n) {
    token t = {.kind = kind, .first_on_line = s->at_line_start, .space_before = s->space};
    scan_advance(s, text, n, &t.at);
    t.text = intern_n(s->names, text, n);
    vec_push(s->a, &s->tokens, t);
    s->at_line_start = false;
    s->space = false;
    return &s->tokens.data[s->tokens.len - 1];
}

void scan_push(scanner *s, int kind, const char *text, size_t n) {
    if (kind == '(' || kind == '[') s->open++;
    if ((kind == ')' || kind == ']') && s->open > 0) s->open--;
    scan_token(s, kind, text, n);
}

void scan_space(scanner *s, size_t n) {
    s->col += (int)n;
    s->space = true;
}

void scan_newline(scanner *s) {
    s->line++;
    s->col = 1;
    s->at_line_start = true;
    s->space = false;
}

void scan_carriage_return(scanner *s) {
    loc at;
    scan_advance(s, "\r", 1, &at);
    s->at_line_start = true;
    report(s->d, DIAG_carriage_return, at);
}

/* ---- comments ---------------------------------------------------------------------------------------------------- */

static bool begins(const char *text, size_t n, const char *with) {
    size_t k = strlen(with);
    return n >= k && memcmp(text, with, k) == 0;
}

/* `n // 2`, or `f(n // hop)`: nobody ends a line so, it is floor division of another language. */
static bool looks_like_division(const scanner *s, const char *text, size_t n) {
    if (!begins(text, n, "//") || s->at_line_start || s->tokens.len == 0) return false;
    if (!token_ends_operand(s->tokens.data[s->tokens.len - 1].kind)) return false;
    size_t i = 2, digits = 0;
    int closing = 0;
    while (i < n && text[i] == ' ') i++;
    for (; i < n; i++) {
        if (text[i] >= '0' && text[i] <= '9') digits++;
        else if (text[i] == ')' || text[i] == ']') closing++;
        else if (text[i] == '(' || text[i] == '[') closing--;
        else if (s->open == 0) return false;
    }
    return s->open > 0 ? closing > 0 : digits > 0;
}

void scan_comment(scanner *s, const char *text, size_t n) {
    while (n > 0 && (text[n - 1] == '\r' || text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
    bool include = s->at_line_start &&
                   (begins(text, n, "#include ") || begins(text, n, "#include<") || begins(text, n, "#include\"")) &&
                   memchr(text, '<', n) != memchr(text, '"', n);
    bool division = looks_like_division(s, text, n);
    struct comment c = {.line = s->line, .col = s->col, .own_line = s->at_line_start};
    loc at;
    scan_advance(s, text, n, &at);
    c.text = arena_strndup(s->a, text, n);
    vec_push(s->a, &s->comments, c);
    if (include) {
        report(s->d, DIAG_include, at);
        report_help(s->d, "another file is read with: import \"file.dsp\"");
    } else if (division) {
        report(s->d, DIAG_comment_division, at);
        report_help(s->d, "floor division of integers is the word `div': n div 2");
    }
}

void scan_block_comment(scanner *s, const char *text, size_t n, bool closed) {
    loc at;
    scan_advance(s, text, n, &at);
    at.end_line = at.line;
    at.end_col = at.col + 2;
    s->space = true;
    report(s->d, DIAG_block_comment, at, closed ? "there are no block comments" : "this block comment never ends");
    report_help(s->d, "a comment goes from # or // to the end of its line");
}

/* ---- names, strings, operators of other languages ---------------------------------------------------------------- */

void scan_name(scanner *s, const char *text, size_t n) {
    int kind = T_NAME;
    for (size_t i = 0; i < COUNT_OF(keywords); i++)
        if (strlen(keywords[i].word) == n && memcmp(keywords[i].word, text, n) == 0) kind = keywords[i].kind;
    token *t = scan_token(s, kind, text, n);
    if (n <= LONGEST_NAME) return;
    report(s->d, DIAG_too_long, t->at, "name", (int)LONGEST_NAME);
}

/* The text between the quotes; `\"`, `\\`, `\n`, `\t` stand for one character. */
void scan_string(scanner *s, const char *text, size_t n, bool terminated) {
    token *t = scan_token(s, T_STRING, text, n);
    strbuf b = {0};
    size_t end = terminated ? n - 1 : n;
    for (size_t i = 1; i < end; i++) {
        if (text[i] != '\\' || i + 1 >= end) {
            sb_putc(&b, text[i]);
            continue;
        }
        char c = text[++i];
        if (c == 'n') c = '\n';
        else if (c == 't') c = '\t';
        else if (c != '"' && c != '\\') {
            loc at = t->at;
            at.col += (int)i - 1;
            at.end_col = at.col + 2;
            report(s->d, DIAG_bad_escape, at);
            report_help(s->d, "in a string \\\" \\\\ \\n \\t stand for one character; directories are parted by /");
        }
        sb_putc(&b, c);
    }
    t->text = intern(s->names, sb_text(&b));
    sb_free(&b);
    t->broken = !terminated;
    if (!terminated) {
        report(s->d, DIAG_unterminated_string, t->at);
        report_help(s->d, "a string ends with \" on the line where it begins");
    } else if (n > LONGEST_STRING) {
        report(s->d, DIAG_too_long, t->at, "string", (int)LONGEST_STRING);
    }
}

bool scan_quote_is_transpose(const scanner *s) {
    return s->tokens.len > 0 && !s->at_line_start && token_ends_operand(s->tokens.data[s->tokens.len - 1].kind);
}

void scan_quote(scanner *s, const char *text, size_t n) {
    token *t = scan_token(s, T_STRING, text, n);
    t->text = intern_n(s->names, text + 1, n - 2);
    report(s->d, DIAG_single_quotes, t->at);
    report_help(s->d, "write \"%s\"; after an operand ' is the conjugate transpose", t->text);
}

void scan_foreign(scanner *s, const char *text, size_t n, int kind, const char *help) {
    token *t = scan_token(s, kind, text, n);
    report(s->d, DIAG_foreign_operator, t->at, t->text);
    report_help(s->d, "%s", help);
}

/* What fingers, word processors and web pages write instead of the ASCII character. */
static const struct {
    const char *character, *instead;
    int kind;
} lookalikes[] = {{"\xE2\x88\x92", "-", '-'},   {"\xE2\x80\x93", "-", '-'},
                  {"\xC3\x97", "*", '*'},       {"\xC2\xB7", "*", '*'},
                  {"\xC3\xB7", "/", '/'},       {"\xE2\x86\x92", "->", T_ARROW},
                  {"\xE2\x89\xA4", "<=", T_LE}, {"\xE2\x89\xA5", ">=", T_GE},
                  {"\xE2\x89\xA0", "!=", T_NE}, {"\xE2\x80\x9C", "\"", 0},
                  {"\xE2\x80\x9D", "\"", 0},    {"\xE2\x80\x99", "'", '\''},
                  {"\xCF\x80", "pi", T_NAME},   {"\xC2\xA0", "a space", -1},
                  {"\xC2\xB2", "^2", 0},        {"\xE2\x80\xA6", "...", T_ELLIPSIS}};

static void bad_run(scanner *s, const char *text, size_t n) {
    bool after_word =
        s->tokens.len > 0 && !s->space && !s->at_line_start && s->tokens.data[s->tokens.len - 1].kind == T_NAME;
    const char *instead = NULL;
    int kind = T_NAME;
    for (size_t i = 0; i < COUNT_OF(lookalikes); i++) {
        if (!begins(text, n, lookalikes[i].character)) continue;
        instead = lookalikes[i].instead;
        kind = strlen(lookalikes[i].character) == n ? lookalikes[i].kind : 0;
    }
    loc at;
    if (kind > 0 && !(kind == T_NAME && after_word)) at = scan_token(s, kind, text, n)->at;
    else scan_advance(s, text, n, &at);
    report(s->d, DIAG_bad_character, at, arena_strndup(s->a, text, n < 40 ? n : 0));
    if (instead) report_help(s->d, "write %s", instead);
    else
        report_help(s->d, "names are made of the letters a-z A-Z, digits and _; anything goes in comments and strings");
}

void scan_bad_character(scanner *s, const char *text, size_t n) {
    unsigned char c = (unsigned char)text[0];
    if (c >= 0x80) {
        bad_run(s, text, n);
        return;
    }
    loc at;
    bool stands_for_value =
        s->tokens.len > 0 && !token_ends_operand(s->tokens.data[s->tokens.len - 1].kind) && c != '\\';
    if (stands_for_value) at = scan_token(s, T_NAME, text, n)->at;
    else scan_advance(s, text, n, &at);
    s->space = true;
    report(s->d, DIAG_bad_character, at, arena_printf(s->a, c < 0x20 || c == 0x7F ? "\\x%02X" : "%c", c));
    if (c == '\\') report_help(s->d, "a line goes on after an operator, inside brackets, and before a line with ->");
}

/* ---- the whole text ---------------------------------------------------------------------------------------------- */

/* Length of the UTF-8 character at u, of at most n bytes; 0 when it is none. */
static size_t utf8_length(const unsigned char *u, size_t n) {
    size_t len = u[0] < 0x80                   ? 1
                 : u[0] >= 0xC2 && u[0] < 0xE0 ? 2
                 : (u[0] & 0xF0) == 0xE0       ? 3
                 : u[0] >= 0xF0 && u[0] < 0xF5 ? 4
                                               : 0;
    if (len == 0 || len > n) return 0;
    for (size_t i = 1; i < len; i++)
        if ((u[i] & 0xC0) != 0x80) return 0;
    if (len == 3 && ((u[0] == 0xE0 && u[1] < 0xA0) || (u[0] == 0xED && u[1] >= 0xA0))) return 0;
    if (len == 4 && ((u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] >= 0x90))) return 0;
    return len;
}

static bool check_text(scanner *s) {
    const char *text = s->src->text;
    size_t n = s->src->len;
    loc at = {.src = s->src, .line = 1, .col = 1, .end_line = 1, .end_col = 2};
    if (n > LARGEST_SOURCE) {
        report(s->d, DIAG_too_large, at, (int)(LARGEST_SOURCE >> 20));
        return false;
    }
    for (size_t i = 0; i < n;) {
        size_t len = utf8_length((const unsigned char *)text + i, n - i);
        if (len == 0 || text[i] == '\0') {
            at.end_line = at.line;
            at.end_col = at.col + 1;
            report(s->d, len == 0 ? DIAG_not_utf8 : DIAG_nul_byte, at);
            if (len == 0) report_help(s->d, "save the file as UTF-8");
            return false;
        }
        at.col = text[i] == '\n' ? 1 : at.col + (int)len;
        at.line += text[i] == '\n';
        i += len;
    }
    return true;
}

/* `size' declares when it begins a statement and a name follows; else it is the function size(x, axis). */
static void settle_size(scanner *s) {
    token *t = s->tokens.data;
    for (int i = 0; t[i].kind != 0; i++) {
        bool begins = i == 0 || t[i].first_on_line || t[i - 1].kind == ';' || t[i - 1].kind == '{';
        if (t[i].kind == T_SIZE && !(begins && (t[i + 1].kind == T_NAME || token_is_keyword(t[i + 1].kind))))
            t[i].kind = T_NAME;
    }
}

bool scan_source(scanner *s) {
    s->line = s->col = 1;
    s->at_line_start = true;
    bool ok = check_text(s);
    if (ok) {
        bool mark = begins(s->src->text, s->src->len, "\xEF\xBB\xBF");
        if (mark) s->col += 3;
        lex_text(s, s->src->text + (mark ? 3 : 0), s->src->len - (mark ? 3 : 0));
    }
    scan_token(s, 0, "", 0);
    settle_size(s);
    return ok;
}
