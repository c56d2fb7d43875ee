/* template.c: the C templates of point-wise operators (`.c`, `.c_re`, `.c_im`, `.c_complex` in ops.def) as
 * expressions.
 *
 * A template is read with a precedence climber each time it is used: $x, $x.re, $x.im are the values of arguments,
 * @sin and @F take the precision when printed, (@R) casts to the real type. The imaginary part of a real argument is
 * a structural zero, so that complex formulas shrink by themselves when an operand is real. */
#include "plan/body.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    sxb *b;
    const char *p, *name; /* rest of the text; the operator's name for messages */
    const op_sig *sig;
    const sval *arg;
} tpl;

static sx *ternary(tpl *t);

static void skip(tpl *t) {
    while (*t->p == ' ') t->p++;
}

static bool eat(tpl *t, const char *s) {
    skip(t);
    size_t n = strlen(s);
    if (strncmp(t->p, s, n) != 0) return false;
    t->p += n;
    return true;
}

static NORETURN void bad(const tpl *t) {
    die(4, "internal error: C template of %s near \"%s\"", t->name, t->p);
}

static const char *word(tpl *t) {
    const char *s = t->p;
    while (isalnum((unsigned char)*t->p) || *t->p == '_' || *t->p == '@') t->p++;
    return arena_strndup(t->b->mem, s, (size_t)(t->p - s));
}

static sx *argument(tpl *t) {
    const char *name = word(t);
    for (int k = 0; k < t->sig->nargs; k++) {
        if (strcmp(t->sig->arg[k], name) != 0) continue;
        if (eat(t, ".im")) return t->arg[k].im ? t->arg[k].im : sx_zero(t->b);
        (void)eat(t, ".re");
        return t->arg[k].re;
    }
    bad(t);
}

static sx *number(tpl *t) {
    char *end;
    double v = strtod(t->p, &end);
    bool real = memchr(t->p, '.', (size_t)(end - t->p)) != NULL;
    t->p = end;
    return sx_num(t->b, v, real ? CT_REAL : CT_INT);
}

/* Functions of ops.def give a real number, but for the ones below. */
static ctype type_of_call(const char *fn) {
    return !strncmp(fn, "dspc_to_int", 11) || !strcmp(fn, "dspc_imod") || !strcmp(fn, "dspc_idiv") ? CT_INT : CT_REAL;
}

static sx *call(tpl *t) {
    const char *fn = word(t);
    sx *arg[SX_MAX_ARGS];
    int n = 0;
    if (!eat(t, "(")) bad(t);
    do {
        if (n == SX_MAX_ARGS) bad(t);
        arg[n++] = ternary(t);
    } while (eat(t, ","));
    if (!eat(t, ")")) bad(t);
    return sx_call(t->b, fn, type_of_call(fn), arg, n);
}

static sx *primary(tpl *t) {
    skip(t);
    if (eat(t, "(@R)")) return sx_cast(t->b, CT_REAL, primary(t));
    if (eat(t, "(")) {
        sx *x = ternary(t);
        if (!eat(t, ")")) bad(t);
        return x;
    }
    if (eat(t, "-")) return sx_unary(t->b, "-", primary(t));
    if (eat(t, "!")) return sx_unary(t->b, "!", primary(t));
    if (eat(t, "$")) return argument(t);
    if (isdigit((unsigned char)*t->p)) return number(t);
    return call(t);
}

static const char *const OPERATOR[] = {"||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/"};
static const int LEVEL[] = {1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6};

static sx *climb(tpl *t, int least) {
    sx *x = primary(t);
    for (;;) {
        skip(t);
        int k = 0, n = (int)COUNT_OF(OPERATOR);
        while (k < n && strncmp(t->p, OPERATOR[k], strlen(OPERATOR[k])) != 0) k++;
        if (k == n || LEVEL[k] < least) return x;
        t->p += strlen(OPERATOR[k]);
        x = sx_binary(t->b, OPERATOR[k], x, climb(t, LEVEL[k] + 1));
    }
}

static sx *ternary(tpl *t) {
    sx *c = climb(t, 1);
    if (!eat(t, "?")) return c;
    sx *x = ternary(t);
    if (!eat(t, ":")) bad(t);
    return sx_cond(t->b, c, x, ternary(t));
}

static sx *read_template(sxb *b, const node *n, const op_sig *sig, const char *text, const sval *arg) {
    if (!text) die(4, "internal error: %s has no C template for these types", op_info(n->op)->name);
    tpl t = {b, text, op_info(n->op)->name, sig, arg};
    sx *x = ternary(&t);
    skip(&t);
    if (*t.p) bad(&t);
    return x;
}

static sval pair_call(sxb *b, const node *n, const char *fn, const sval *arg) {
    sx *flat[SX_MAX_ARGS];
    int m = 0;
    for (int k = 0; k < n->nargs; k++) {
        flat[m++] = arg[k].re;
        flat[m++] = arg[k].im ? arg[k].im : sx_zero(b);
    }
    sx *pair = sx_call(b, arena_printf(b->mem, "dspc_%s_@Z", fn), CT_PAIR, flat, m);
    return (sval){sx_field(b, pair, 0), n->type.dt == T_COMPLEX ? sx_field(b, pair, 1) : NULL};
}

sval op_apply(sxb *b, const node *n, const op_sig *sig, const sval *arg) {
    const op_row *row = op_info(n->op);
    bool complex_args = n->type.dt == T_COMPLEX;
    for (int k = 0; k < n->nargs; k++) complex_args |= arg[k].im != NULL;
    sval v = {0};
    if (!complex_args) v.re = read_template(b, n, sig, row->c, arg);
    else if (row->c_complex) v = pair_call(b, n, row->c_complex, arg);
    else {
        v.re = read_template(b, n, sig, row->c_re, arg);
        if (n->type.dt == T_COMPLEX) v.im = read_template(b, n, sig, row->c_im, arg);
    }
    if (n->type.dt != T_INT) { /* a template may be a bare int constant */
        v.re = sx_cast(b, CT_REAL, v.re);
        if (v.im) v.im = sx_cast(b, CT_REAL, v.im);
    }
    return v;
}
