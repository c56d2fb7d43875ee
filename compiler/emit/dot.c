/* dot.c: sums of a few products as calls: a[0]*b[0] + a[i]*b[j] + a[2i]*b[2j] + ... is dot_4(a, i, b, j).
 *
 * The plan writes sums over short axes out. Where both factors move on evenly from term to term, a small inline function
 * says the same in a third of the text; the order of the additions stays. */
#include "emit/dot.h"

#include <string.h>

enum { FEWEST = 3 };

static bool is_product(const sx *x) {
    if (x->var || x->kind != SX_BINARY || *x->text != '*') return false;
    for (int k = 0; k < 2; k++) {
        const sx *f = x->arg[k];
        if (f->var || f->kind != SX_LOAD || f->ct != CT_REAL || f->buf->type.dt != T_REAL) return false;
    }
    return true;
}

static bool is_sum(const sx *x) {
    return !x->var && x->kind == SX_BINARY && *x->text == '+' && is_product(x->arg[1]);
}

/* Does factor k of the two products lie `by` elements apart, in the same array? */
static bool apart(const sx *from, const sx *to, int k, int64_t by) {
    const sx *a = from->arg[k], *b = to->arg[k];
    affine moved = aff_plus(a->at, by);
    return a->buf == b->buf && aff_equal(&moved, &b->at);
}

bool dot_of(const sx *x, dot *d) {
    const sx *term[LONGEST_DOT];
    int n = 0;
    for (; n < LONGEST_DOT - 1 && is_sum(x); x = x->arg[0]) term[n++] = x->arg[1];
    if (n + 1 < FEWEST || !is_product(x)) return false;
    *d = (dot){.n = n + 1, .first = x};
    for (int k = 0; k < 2; k++) d->step[k] = term[n - 1]->arg[k]->at.c0 - x->arg[k]->at.c0;
    for (int i = n - 1; i >= 0; x = term[i--])
        for (int k = 0; k < 2; k++)
            if (!apart(x, term[i], k, d->step[k])) return false;
    return d->step[0] || d->step[1];
}

static const char *place(arena *a, const sx *load, const char *const *var) {
    affine at = in_piece(load->buf, load->at);
    if (aff_depth(&at) < 0 && at.c0 == 0) return load->buf->var;
    const char *text = affine_text(a, &at, var);
    return arena_printf(a, *text == '-' ? "%s + (%s)" : "%s + %s", load->buf->var, text);
}

char *dot_text(arena *a, const dot *d, const char *const *var) {
    return arena_printf(a, "dot_%d(%s, %lld, %s, %lld)", d->n, place(a, d->first->arg[0], var), (long long)d->step[0],
                        place(a, d->first->arg[1], var), (long long)d->step[1]);
}

/* The functions that `body` calls. */
void write_dots(const emitter *e, const char *body, strbuf *c) {
    for (int n = FEWEST; n <= LONGEST_DOT; n++) {
        if (!strstr(body, arena_printf(e->mem, "dot_%d(", n))) continue;
        sb_printf(c, "\nstatic inline %s dot_%d(const %s *a, int i, const %s *b, int j) {\n", e->real, n, e->real,
                  e->real);
        const char *text = "    return a[0] * b[0] + a[i] * b[j]";
        for (int k = 2; k < n; k++) text = arena_printf(e->mem, "%s + a[%d * i] * b[%d * j]", text, k, k);
        put_line(c, 0, arena_printf(e->mem, "%s;", text));
        sb_puts(c, "}\n");
    }
}
