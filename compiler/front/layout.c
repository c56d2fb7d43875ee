/* layout.c: from raw tokens to what the grammar sees.
 *
 * Requires: raw tokens in text order, ended by kind 0. Gives:
 * - NEWLINE where a statement ends: after a token that can end one, at the end of its line, outside ( ) and [ ], unless
 *   the next line begins with -> then else from given and or; and before } and the end of the file;
 * - brackets that balance: what is missing is reported with the place of the opening one and inserted;
 * - `with' a keyword only after an operand;
 * - `-3dB' in operand position as one number, the ratio 10^(-3/20). */
#include <string.h>

#include "front/token.h"
#include "front/parse.h"

enum { MOST_OPEN = 200 };

typedef struct {
    arena *a;
    diags *d;
    const token *raw; /* the next raw token */
    token_list out;
    VEC(token) open; /* brackets that wait for their closing one */
    int braces;
    bool balanced; /* as many { as } in the whole text: none is missing */
    bool stopped;  /* too deep: nothing is parsed */
} layouter;

static const token *last(const layouter *l) {
    return l->out.len ? &l->out.data[l->out.len - 1] : NULL;
}

static char open_kind(const layouter *l) {
    return l->open.len ? (char)l->open.data[l->open.len - 1].kind : 0;
}

static char closer_of(int kind) {
    return kind == '(' ? ')' : kind == '[' ? ']' : '}';
}

static void put(layouter *l, token t) {
    t.depth = l->braces;
    t.bracketed = open_kind(l) == '(' || open_kind(l) == '[';
    vec_push(l->a, &l->out, t);
}

static void put_inserted(layouter *l, int kind, const char *text, loc after) {
    after.line = after.end_line;
    after.col = after.end_col;
    put(l, (token){.kind = kind, .at = after, .text = text, .inserted = true});
}

static bool ends_statement(const token *t) {
    return t && (token_ends_operand(t->kind) || t->kind == '}');
}

static bool at_statement_start(const layouter *l) {
    const token *t = last(l);
    return l->out.len <= 1 || t->kind == T_NEWLINE || t->kind == ';' || t->kind == '{';
}

static void end_statement(layouter *l) {
    if (!at_statement_start(l)) put_inserted(l, T_NEWLINE, "", last(l)->at);
}

/* Closes the innermost bracket that the text leaves open. */
static void close_missing(layouter *l, const token *before) {
    const token opening = l->open.data[--l->open.len];
    char closer = closer_of(opening.kind);
    const token *t = last(l);
    if (!t->broken) {
        loc at = t->at;
        at.line = at.end_line;
        at.col = at.end_col;
        report(l->d, DIAG_missing_close, at, closer, token_description(l->a, before));
        report_note(l->d, opening.at, "`%s' is opened here", opening.text);
    }
    loc place = t->at;
    if (closer == '}') {
        end_statement(l);
        l->braces--;
    }
    put_inserted(l, closer, arena_printf(l->a, "%c", closer), place);
}

static bool is_operator_only(const token *t) {
    static const int never_first[] = {T_ARROW, T_THEN, T_ELSE, T_FROM, T_GIVEN, T_AND, T_OR};
    for (size_t i = 0; i < COUNT_OF(never_first); i++)
        if (t->kind == never_first[i]) return true;
    return false;
}

bool line_break_ends_statement(const token *before, const token *after) {
    return ends_statement(before) && !is_operator_only(after);
}

/* Words that begin a statement and nothing else: inside ( or [ at the start of a line they show that it was not closed. */
static bool begins_statement(const token *t) {
    switch (t->kind) {
    case T_INPUT:
    case T_PARAM:
    case T_OUTPUT:
    case T_LOSS:
    case T_RETURN:
    case T_FOR:
    case T_DEF:
    case T_PIPELINE:
    case T_RULE:
    case T_IMPORT: return t[1].kind != '=';
    case T_SIZE: return true;
    default: return false;
    }
}

static bool begins_declaration(const token *t) {
    return t->kind == T_DEF || t->kind == T_PIPELINE || t->kind == T_RULE || t->kind == T_IMPORT;
}

/* `f(a, b' and on the next line `z = 3': a name with = after an operand cannot go on inside the brackets. */
static bool begins_binding(const layouter *l, const token *t) {
    return t[0].kind == T_NAME && t[1].kind == '=' && token_ends_operand(last(l)->kind);
}

static void start_line(layouter *l, const token *t) {
    while (open_kind(l) == '(' || open_kind(l) == '[') {
        if (!begins_statement(t) && !begins_binding(l, t)) return;
        close_missing(l, t);
    }
    if (line_break_ends_statement(last(l), t)) end_statement(l);
    /* A definition inside a block: the block was not closed. */
    while (!l->balanced && open_kind(l) == '{' && begins_declaration(t)) {
        close_missing(l, t);
        end_statement(l);
    }
}

static void open_bracket(layouter *l, const token *t) {
    while (t->kind == '{' && (open_kind(l) == '(' || open_kind(l) == '[')) close_missing(l, t);
    if (l->open.len >= MOST_OPEN) {
        report(l->d, DIAG_too_deep, t->at, (int)MOST_OPEN);
        l->stopped = true;
        return;
    }
    put(l, *t);
    vec_push(l->a, &l->open, *t);
    l->braces += t->kind == '{';
}

static bool is_open(const layouter *l, int opener) {
    for (int i = l->open.len - 1; i >= 0; i--) {
        if (l->open.data[i].kind == opener) return true;
        if (l->open.data[i].kind == '{') return false;
    }
    return false;
}

static void close_bracket(layouter *l, const token *t) {
    char opener = t->kind == ')' ? '(' : t->kind == ']' ? '[' : '{';
    while (open_kind(l) && open_kind(l) != opener && (opener == '{' ? l->braces > 0 : is_open(l, opener)))
        close_missing(l, t);
    if (open_kind(l) == opener) {
        l->open.len--;
        if (opener == '{') {
            end_statement(l);
            l->braces--;
        }
        put(l, *t);
        return;
    }
    if (open_kind(l) == '(' || open_kind(l) == '[') {
        const token opening = l->open.data[--l->open.len];
        report(l->d, DIAG_wrong_close, t->at, t->kind, opening.kind);
        report_note(l->d, opening.at, "`%s' is opened here", opening.text);
        put_inserted(l, closer_of(opening.kind), t->text, t->at);
        return;
    }
    report(l->d, DIAG_extra_close, t->at, t->kind, opener);
}

/* A minus sign in operand position belongs to the dB literal that follows it: 10^(-v/20) = 1 / 10^(v/20). */
static bool join_decibels(layouter *l, const token *t) {
    if (t[0].kind != '-' || t[1].kind != T_NUMBER || !t[1].unit.db) return false;
    if (last(l) && token_ends_operand(last(l)->kind)) return false;
    token joined = t[1];
    joined.number = 1 / joined.number;
    joined.at.line = t[0].at.line;
    joined.at.col = t[0].at.col;
    joined.text = arena_printf(l->a, "-%s", joined.text);
    joined.first_on_line = t[0].first_on_line;
    put(l, joined);
    return true;
}

static void put_word(layouter *l, const token *t) {
    token word = *t;
    if (t->kind == T_NAME && strcmp(t->text, "with") == 0 && last(l) && token_ends_operand(last(l)->kind)) {
        word.kind = T_WITH;
    }
    put(l, word);
}

static bool braces_balance(const token_list *raw) {
    int open = 0;
    for (int i = 0; i < raw->len; i++) open += (raw->data[i].kind == '{') - (raw->data[i].kind == '}');
    return open == 0;
}

token_list layout(arena *a, diags *d, const scanner *s, int start) {
    layouter l = {.a = a, .d = d, .balanced = braces_balance(&s->tokens)};
    const loc begin = {.src = s->src, .line = 1, .col = 1, .end_line = 1, .end_col = 1};
    put(&l, (token){.kind = start, .at = begin, .text = "", .inserted = true});
    const token *t = s->tokens.data;
    for (; t->kind != 0 && !l.stopped; t++) {
        if (t->first_on_line && l.out.len > 1) start_line(&l, t);
        switch (t->kind) {
        case '(':
        case '[':
        case '{': open_bracket(&l, t); break;
        case ')':
        case ']':
        case '}': close_bracket(&l, t); break;
        default:
            if (join_decibels(&l, t)) t++;
            else put_word(&l, t);
        }
    }
    const token *end = &s->tokens.data[s->tokens.len - 1];
    if (l.stopped) l.out.len = 1;
    else
        while (l.open.len) close_missing(&l, end);
    end_statement(&l);
    put(&l, *end);
    return l.out;
}
