/* token.h: from text to the tokens that the grammar sees. Internal to front/.
 *
 * scan.c, number.c, lex.l   text -> raw tokens and comments, one for one with the text
 * layout.c                  raw tokens -> tokens with statement ends and balanced brackets */
#ifndef DSPC_FRONT_TOKEN_H
#define DSPC_FRONT_TOKEN_H

#include "front/ast.h"

typedef struct token {
    int kind; /* a T_ constant or a character, as in parse.h */
    loc at;
    const char *text; /* NAME, STRING: interned; others: as written */
    double number;    /* NUMBER, in base units */
    unit unit;
    bool is_int, imaginary;
    bool first_on_line; /* no token before it on its line */
    bool space_before;
    bool broken;    /* reported: what follows from it is not reported again */
    bool inserted;  /* by the layout: not in the text */
    bool bracketed; /* inside ( ) or [ ] */
    int depth;      /* braces open around it */
} token;

typedef VEC(token) token_list;
typedef VEC(struct comment) comment_list;

typedef struct scanner {
    arena *a;
    interner *names;
    diags *d;
    const source *src;
    int line, col; /* of the next character */
    bool at_line_start, space;
    int open; /* round and square brackets open: only for the warning about // */
    token_list tokens;
    comment_list comments;
} scanner;

/* Reads the whole text; ends the list with a token of kind 0. False when it is no text at all (reported). */
bool scan_source(scanner *s);

/* Called by lex.l for each match. */
void scan_advance(scanner *s, const char *text, size_t n, loc *at);
token *scan_token(scanner *s, int kind, const char *text, size_t n); /* appends one, with its place */
void scan_push(scanner *s, int kind, const char *text, size_t n);
void scan_name(scanner *s, const char *text, size_t n);
void scan_number(scanner *s, const char *text, size_t n);
void scan_string(scanner *s, const char *text, size_t n, bool terminated);
void scan_quote(scanner *s, const char *text, size_t n); /* ' ... to the next ' or the end of the line */
bool scan_quote_is_transpose(const scanner *s);
void scan_comment(scanner *s, const char *text, size_t n);
void scan_newline(scanner *s);
void scan_space(scanner *s, size_t n);
/* An operator of another language: reported, and read as the operator `kind` of this one. */
void scan_foreign(scanner *s, const char *text, size_t n, int kind, const char *help);
void scan_bad_character(scanner *s, const char *text, size_t n);
void scan_block_comment(scanner *s, const char *text, size_t n, bool closed);
void scan_carriage_return(scanner *s);
void scan_trailing_point(scanner *s, const char *text, size_t n);

bool token_ends_operand(int kind);
bool token_is_keyword(int kind);
const char *token_description(arena *a, const token *t); /* "`)'", "the name `x'", "the end of the line" */

/* Outside ( ) and [ ]: does the line break between these two tokens end a statement? */
bool line_break_ends_statement(const token *before, const token *after);

/* Behind the token `start', which tells the grammar what is parsed: statement ends, balanced brackets, words that are keywords only in their place, and `-3dB` as one number. */
token_list layout(arena *a, diags *d, const scanner *s, int start);

#endif
