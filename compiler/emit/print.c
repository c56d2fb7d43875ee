/* print.c: scalar expressions, indices, numbers and pointers as C text. */
#include "emit/dot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 120, CONTINUATION = 8 };

static bool may_break(const char *text, size_t k) {
    if (text[k] != ' ') return false;
    if (k > 0 && text[k - 1] == ',') return true;
    return strchr("+-*/?:&|", text[k + 1]) && strncmp(text + k + 1, "/*", 2) != 0 &&
           (text[k + 2] == ' ' || text[k + 2] == text[k + 1]);
}

/* Where to break text[from..] so that what comes before fits into `room`: as far outside of brackets as can be, not too
 * early. 0: nowhere. */
static size_t break_place(const char *text, size_t from, size_t code, size_t room) {
    size_t at = 0;
    int depth = 0, best = 1000;
    for (size_t k = from + 1; k < code && k - from <= room; k++) {
        if (strchr("([{", text[k])) depth++;
        if (strchr(")]}", text[k])) depth--;
        if (k - from < room / 2 || !may_break(text, k) || depth > best) continue;
        best = depth;
        at = k;
    }
    return at;
}

/* A line of C, broken before operators and after commas where it is too long; comments stay whole. */
void put_line(strbuf *b, int indent, const char *text) {
    size_t n = strlen(text), from = 0, own = (size_t)indent * 4;
    const char *comment = strstr(text, "/*");
    size_t code = comment ? (size_t)(comment - text) : n;
    for (;;) {
        for (size_t k = 0; k < own; k++) sb_putc(b, ' ');
        size_t at = n - from + own > WIDTH ? break_place(text, from, code, WIDTH - own) : 0;
        if (at == 0) break;
        sb_putn(b, text + from, at - from);
        sb_putc(b, '\n');
        if (from == 0) own += CONTINUATION;
        from = at + 1;
    }
    sb_puts(b, text + from);
    sb_putc(b, '\n');
}

static void put_formatted(emitter *e, const char *fmt, va_list ap, const char *end) {
    strbuf t = {0};
    sb_vprintf(&t, fmt, ap);
    sb_puts(&t, end);
    put_line(&e->body, e->indent, sb_text(&t));
    sb_free(&t);
}

void line(emitter *e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    put_formatted(e, fmt, ap, "");
    va_end(ap);
}

void blank(emitter *e) {
    sb_putc(&e->body, '\n');
}

void open_block(emitter *e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    put_formatted(e, fmt, ap, " {");
    va_end(ap);
    e->indent++;
}

void close_block(emitter *e) {
    e->indent--;
    line(e, "}");
}

/* One statement, perhaps under further loops: no declaration, nothing behind it. */
static bool one_statement(const char *p, const char *end) {
    while (p < end && *p == ' ') p++;
    if (strncmp(p, "for (", 5) == 0) {
        int depth = 1;
        for (p += 5; p < end && depth; p++) depth += (*p == '(') - (*p == ')');
        return p < end && *p == '\n' && one_statement(p + 1, end);
    }
    const char *stop = memchr(p, ';', (size_t)(end - p));
    if (!stop || stop + 2 != end || memchr(p, '{', (size_t)(end - p))) return false;
    return strncmp(p, "const ", 6) != 0 && strncmp(p, "if ", 3) != 0;
}

void close_loop(emitter *e, size_t header) {
    char *text = e->body.text, *brace = strchr(text + header, '{');
    if (one_statement(brace + 2, text + e->body.len)) {
        size_t at = (size_t)(brace - text) - 1; /* " {" */
        memmove(text + at, text + at + 2, e->body.len - at - 2);
        e->body.len -= 2;
        text[e->body.len] = 0;
        e->indent--;
    } else {
        close_block(e);
    }
}

/* The shortest decimal text that reads back as the same float, or double. */
void put_real(const emitter *e, strbuf *b, double x) {
    if (isnan(x)) {
        sb_puts(b, "NAN");
        return;
    }
    float f = (float)x;
    if (isinf(x) || (e->f32 && isinf(f))) {
        sb_puts(b, x < 0.0 ? "-INFINITY" : "INFINITY");
        return;
    }
    char text[NUMBER_TEXT];
    shortest_number(text, x, e->f32);
    sb_puts(b, text);
    if (!strpbrk(text, ".e")) sb_puts(b, ".0");
    if (e->f32) sb_putc(b, 'f');
}

/* ---- indices --------------------------------------------------------------------------------------------------- */
static void put_term(strbuf *b, int64_t c, const char *var) {
    bool first = b->len == 0;
    if (c < 0) sb_puts(b, first ? "-" : " - ");
    else if (!first) sb_puts(b, " + ");
    int64_t m = c < 0 ? -c : c;
    if (!var) sb_printf(b, "%lld", (long long)m);
    else if (m == 1) sb_puts(b, var);
    else sb_printf(b, "%lld * %s", (long long)m, var);
}

char *affine_text(arena *a, const affine *x, const char *const *var) {
    strbuf b = {0};
    bool leading = x->c0 > 0; /* 15 - i reads better than -i + 15 */
    for (int v = 0; v < MAX_RANK; v++) {
        if (x->c[v] == 0) continue;
        if (x->c[v] > 0) leading = false;
        break;
    }
    if (leading) put_term(&b, x->c0, NULL);
    for (int v = 0; v < MAX_RANK; v++)
        if (x->c[v]) put_term(&b, x->c[v], var[v]);
    if ((!leading && x->c0) || b.len == 0) put_term(&b, x->c0, NULL);
    char *r = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return r;
}

/* ---- expressions ----------------------------------------------------------------------------------------------- */
enum { P_COND = 1, P_OR, P_AND, P_EQ, P_LESS, P_SUM, P_PRODUCT, P_UNARY, P_PRIMARY };

static int level(const sx *x) {
    switch (x->kind) {
    case SX_COND:
    case SX_INSIDE: return P_COND;
    case SX_UNARY:
    case SX_CAST: return P_UNARY;
    case SX_NUM: return x->num < 0.0 || (x->num == 0.0 && signbit(x->num)) ? P_UNARY : P_PRIMARY;
    case SX_INDEX: {
        int terms = aff_vars(&x->at) + (x->at.c0 != 0);
        bool plain = terms == 1 && x->at.c[aff_depth(&x->at)] == 1;
        return plain ? P_PRIMARY : P_SUM;
    }
    case SX_BINARY:
        if (dot_of(x, &(dot){0})) return P_PRIMARY;
        switch (*x->text) {
        case '|': return P_OR;
        case '&': return P_AND;
        case '=':
        case '!': return P_EQ;
        case '<':
        case '>': return P_LESS;
        case '+':
        case '-': return P_SUM;
        default: return P_PRODUCT;
        }
    default: return P_PRIMARY;
    }
}

typedef struct {
    const emitter *e;
    strbuf *b;
    const char *const *var;
} printer;

static void put(printer *p, const sx *x, int least);

static void put_operand(printer *p, const sx *x, int least) {
    bool wrap = !x->var && level(x) < least;
    if (wrap) sb_putc(p->b, '(');
    put(p, x, P_COND);
    if (wrap) sb_putc(p->b, ')');
}

static bool is_truth(const sx *x) {
    if (x->var || x->kind == SX_LOAD || x->kind == SX_LOCAL || x->kind == SX_NUM) return true;
    return (x->kind == SX_BINARY && strchr("<>=!&|", *x->text)) || (x->kind == SX_UNARY && *x->text == '!');
}

/* A number used as a truth value: compilers want to see that a computed one is meant. */
static void put_truth(printer *p, const sx *x, int least) {
    bool wrap = !is_truth(x) && P_EQ < least;
    if (wrap) sb_putc(p->b, '(');
    put_operand(p, x, is_truth(x) ? least : P_LESS);
    if (!is_truth(x)) sb_puts(p->b, " != 0");
    if (wrap) sb_putc(p->b, ')');
}

static void put_binary(printer *p, const sx *x) {
    if (*x->text == '&' || *x->text == '|') {
        bool same = x->arg[0]->kind == SX_BINARY && *x->arg[0]->text == *x->text;
        put_truth(p, x->arg[0], same ? level(x) : P_EQ);
        sb_printf(p->b, " %s ", x->text);
        put_truth(p, x->arg[1], P_EQ);
        return;
    }
    int own = level(x), left = own, right = own + 1;
    if (own == P_EQ || own == P_LESS) left = right = P_SUM; /* compilers ask for parentheses in chained comparisons */
    put_operand(p, x->arg[0], left);
    sb_printf(p->b, " %s ", x->text);
    put_operand(p, x->arg[1], right);
}

char *resolve_name(const emitter *e, const char *fn) {
    size_t n = strlen(fn);
    if (*fn == '@') return arena_printf(e->mem, "%s%s", fn + 1, e->f32 ? "f" : "");
    if (n > 2 && strcmp(fn + n - 2, "@F") == 0)
        return arena_printf(e->mem, "%.*s%s", (int)n - 2, fn, e->f32 ? "f32" : "f64");
    if (n > 2 && strcmp(fn + n - 2, "@Z") == 0)
        return arena_printf(e->mem, "%.*s%s", (int)n - 2, fn, e->f32 ? "c32" : "c64");
    return arena_strdup(e->mem, fn);
}

static void put_inside(printer *p, const sx *x) {
    for (int k = 0; k < x->nconds; k++) {
        char *a = affine_text(p->e->mem, &x->cond[k], p->var);
        if (k) sb_puts(p->b, " && ");
        sb_printf(p->b, "%s >= 0 && %s < %lld", a, a, (long long)x->limit[k]);
    }
    sb_puts(p->b, " ? ");
    put_operand(p, x->arg[0], P_COND + 1);
    sb_puts(p->b, " : ");
    put_operand(p, x->arg[1], P_COND);
}

affine in_piece(const buffer *b, affine at) {
    if (b->pieces) at.c[0] = 0;
    return at;
}

static void put_load(printer *p, const sx *x) {
    affine at = in_piece(x->buf, x->at);
    if (x->buf->type.dt == T_COMPLEX) at = aff_plus(aff_scale(at, 2), x->part);
    sb_printf(p->b, "%s[%s]", x->buf->var, affine_text(p->e->mem, &at, p->var));
}

static void put_cast(printer *p, const sx *x) {
    const sx *a = x->arg[0];
    sb_printf(p->b, "(%s)", x->ct == CT_INT ? "int32_t" : p->e->real);
    put_operand(p, a, P_UNARY);
}

static void put(printer *p, const sx *x, int least) {
    (void)least;
    dot d;
    if (x->var) {
        sb_puts(p->b, x->var);
        return;
    }
    switch (x->kind) {
    case SX_NUM:
        if (x->ct == CT_INT) sb_printf(p->b, "%.0f", x->num);
        else put_real(p->e, p->b, x->num);
        return;
    case SX_LOAD: put_load(p, x); return;
    case SX_LOCAL:
        sb_puts(p->b, x->buf->var);
        if (x->buf->type.dt == T_COMPLEX) sb_puts(p->b, x->part ? "_im" : "_re");
        return;
    case SX_INDEX: sb_puts(p->b, affine_text(p->e->mem, &x->at, p->var)); return;
    case SX_UNARY:
        sb_puts(p->b, x->text);
        if (*x->text == '!') put_truth(p, x->arg[0], P_UNARY);
        else put_operand(p, x->arg[0], x->arg[0]->kind == SX_UNARY || x->arg[0]->kind == SX_NUM ? P_PRIMARY : P_UNARY);
        return;
    case SX_BINARY:
        if (dot_of(x, &d)) sb_puts(p->b, dot_text(p->e->mem, &d, p->var));
        else put_binary(p, x);
        return;
    case SX_COND:
        put_truth(p, x->arg[0], P_OR);
        sb_puts(p->b, " ? ");
        put_operand(p, x->arg[1], P_COND + 1);
        sb_puts(p->b, " : ");
        put_operand(p, x->arg[2], P_COND);
        return;
    case SX_CALL:
        sb_printf(p->b, "%s(", resolve_name(p->e, x->text));
        for (int k = 0; k < x->nargs; k++) {
            if (k) sb_puts(p->b, ", ");
            put_operand(p, x->arg[k], P_COND);
        }
        sb_putc(p->b, ')');
        return;
    case SX_CAST: put_cast(p, x); return;
    case SX_FIELD:
        put_operand(p, x->arg[0], P_PRIMARY);
        sb_puts(p->b, x->part ? ".im" : ".re");
        return;
    case SX_INSIDE: put_inside(p, x); return;
    }
}

char *sx_text(const emitter *e, const sx *x, const char *const *var) {
    strbuf b = {0};
    printer p = {e, &b, var};
    put(&p, x, P_COND);
    char *r = arena_strdup(e->mem, sb_text(&b));
    sb_free(&b);
    return r;
}

/* ---- arrays ---------------------------------------------------------------------------------------------------- */
const char *dtype_text(const emitter *e, dtype dt) {
    return dt == T_INT ? "int32_t" : e->real;
}

static bool same_constant(const node *a, const node *b) {
    if (!same_type(&a->type, &b->type)) return false;
    size_t n = (size_t)type_count(&a->type) * (a->type.dt == T_COMPLEX ? 2 : 1);
    return a->konst == b->konst || memcmp(a->konst->value, b->konst->value, n * sizeof(double)) == 0;
}

const char *table_name(emitter *e, const node *n) {
    for (int k = 0; k < e->tables.len; k++)
        if (same_constant(e->tables.data[k].node, n)) return e->tables.data[k].name;
    const char *hint = arena_printf(e->mem, "%s_table", n->name ? n->name : e->prefix);
    table t = {n, name_new(&e->names, hint)};
    vec_push(e->mem, &e->tables, t);
    return t.name;
}

char *pointer_text(emitter *e, const operand *o, const char *const *var) {
    affine at = in_piece(o->buf, o->at);
    if (o->buf->kind == B_LOCAL) { /* an array of one element that the body of a loop holds in a local */
        const char *v = o->buf->var;
        if (o->buf->type.dt != T_COMPLEX) return arena_printf(e->mem, "&%s", v);
        return arena_printf(e->mem, "(const %s[2]){%s_re, %s_im}", dtype_text(e, T_COMPLEX), v, v);
    }
    if (o->buf->type.dt == T_COMPLEX) at = aff_scale(at, 2);
    if (aff_depth(&at) < 0 && at.c0 == 0) return arena_strdup(e->mem, o->buf->var);
    return arena_printf(e->mem, at.c0 < 0 ? "%s + (%s)" : "%s + %s", o->buf->var, affine_text(e->mem, &at, var));
}
