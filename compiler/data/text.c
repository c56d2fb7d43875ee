/* text.c: numbers by rows (CSV and white space), listings for people. */
#include "data/data.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct rows {
    VEC(double) v; /* re, im pairs */
    int nrows;
    int64_t ncols;  /* of the first row */
    int first_line; /* where the first row stood, for the message about a ragged one */
    bool is_complex;
} rows;

static bool fault(arena *a, int line, const char *start, const char *p, const char *what, const char **why) {
    size_t n = strcspn(p, ",; \t\r\n");
    *why = n ? arena_printf(a, "%d:%td: %s, found '%.*s'", line, p - start + 1, what, (int)(n > 24 ? 24 : n), p)
             : arena_printf(a, "%d:%td: %s", line, p - start + 1, what);
    return false;
}

/* One number at *p: a real, "2j", "1+2j" or "(1+2j)". */
static bool one_number(const char **p, double *re, double *im, bool *complex_) {
    const char *s = *p;
    char *end;
    bool paren = *s == '(';
    s += paren;
    *im = 0;
    *re = strtod(s, &end);
    if (end == s) return false;
    s = end;
    if (*s == 'j' || *s == 'i') {
        *im = *re;
        *re = 0;
        s++;
        *complex_ = true;
    } else if ((*s == '+' || *s == '-') && (isdigit((unsigned char)s[1]) || s[1] == '.')) {
        *im = strtod(s, &end);
        if (*end != 'j' && *end != 'i') return false;
        s = end + 1;
        *complex_ = true;
    }
    if (paren && *s++ != ')') return false;
    if (*s && !strchr(",; \t\r\n#", *s)) return false;
    *p = s;
    return true;
}

static const char *skip_blanks(const char *p) {
    while (*p == ' ' || *p == '\t' || *p == '\r') p++;
    return p;
}

static bool one_row(arena *a, rows *r, const char *start, int line, const char **why) {
    const char *p = skip_blanks(start);
    int64_t cols = 0;
    while (*p && *p != '\n' && *p != '#') {
        double re, im;
        if (!one_number(&p, &re, &im, &r->is_complex))
            return fault(a, line, start, p,
                         r->nrows == 0 && cols == 0 ? "a number expected (start a heading line with #)"
                                                    : "a number expected",
                         why);
        vec_push(a, &r->v, re);
        vec_push(a, &r->v, im);
        cols++;
        p = skip_blanks(p);
        if (*p == ',' || *p == ';') {
            p = skip_blanks(p + 1);
            if (!*p || *p == '\n' || *p == '#')
                return fault(a, line, start, p, "a number expected after the separator", why);
        }
    }
    if (cols == 0) return true;
    if (r->nrows == 0) {
        r->ncols = cols;
        r->first_line = line;
    } else if (cols != r->ncols) {
        *why = arena_printf(a, "%d:1: this row has %" PRId64 " numbers, the row in line %d has %" PRId64, line, cols,
                            r->first_line, r->ncols);
        return false;
    }
    r->nrows++;
    return true;
}

/* One row or one column is a vector, one number a scalar. */
bool text_decode(arena *a, const char *text, size_t len, data_array *out, const char **why) {
    rows r = {0};
    int line = 1;
    if (memchr(text, '\0', len)) {
        *why = "not a text file: it holds a zero byte";
        return false;
    }
    for (const char *p = text; *p; line++) {
        if (!one_row(a, &r, p, line, why)) return false;
        const char *nl = strchr(p, '\n');
        p = nl ? nl + 1 : p + strlen(p);
    }
    if (r.nrows == 0) {
        *why = "the file holds no numbers";
        return false;
    }
    out->dt = r.is_complex ? T_COMPLEX : T_REAL;
    int64_t n = r.ncols * r.nrows;
    out->rank = n == 1 ? 0 : r.nrows == 1 || r.ncols == 1 ? 1 : 2;
    out->shape[0] = out->rank == 2 ? r.nrows : n;
    out->shape[1] = r.ncols;
    out->v = NEW_ARRAY(a, double, n *(r.is_complex ? 2 : 1));
    for (int64_t i = 0; i < n; i++) {
        if (r.is_complex) {
            out->v[2 * i] = r.v.data[2 * i];
            out->v[2 * i + 1] = r.v.data[2 * i + 1];
        } else {
            out->v[i] = r.v.data[2 * i];
        }
    }
    return true;
}

void data_number(strbuf *out, double v, bool single) {
    if (!single || !isfinite(v)) {
        sb_number(out, v);
        return;
    }
    char text[NUMBER_TEXT];
    shortest_number(text, v, true);
    sb_puts(out, text);
}

static void put_element(strbuf *out, const data_array *x, int64_t i) {
    if (x->dt != T_COMPLEX) {
        data_number(out, x->v[i], x->single);
        return;
    }
    data_number(out, x->v[2 * i], x->single);
    if (!signbit(x->v[2 * i + 1])) sb_putc(out, '+');
    data_number(out, x->v[2 * i + 1], x->single);
    sb_putc(out, 'j');
}

/* A vector goes one number per line, everything else one line per row of the last axis. */
void text_encode(strbuf *out, const data_array *x, char separator) {
    int64_t n = data_count(x), cols = x->rank >= 2 ? x->shape[x->rank - 1] : 1;
    for (int64_t i = 0; i < n; i++) {
        put_element(out, x, i);
        sb_putc(out, (i + 1) % cols == 0 ? '\n' : separator);
    }
}

static void put_listed(strbuf *out, const data_array *x, int64_t i) {
    char text[80];
    if (x->dt == T_INT) snprintf(text, sizeof text, "%.0f", x->v[i]);
    else if (x->dt == T_REAL) snprintf(text, sizeof text, "%.*g", x->single ? 6 : 9, x->v[i]);
    else snprintf(text, sizeof text, "%.*g%+.*gj", x->single ? 6 : 9, x->v[2 * i], x->single ? 6 : 9, x->v[2 * i + 1]);
    sb_printf(out, "%12s", text);
}

static void list_row(strbuf *out, const data_array *x, int64_t start, int64_t n) {
    enum { PER_LINE = 8, ENDS = 32 };
    bool cut = n > 2 * ENDS + PER_LINE;
    for (int64_t i = 0; i < n; i++) {
        if (cut && i == ENDS) {
            sb_printf(out, "\n  ... %" PRId64 " more", n - 2 * ENDS);
            i = n - ENDS;
        }
        sb_puts(out, (cut && i >= n - ENDS ? i - (n - ENDS) : i) % PER_LINE == 0 ? "\n " : "");
        sb_putc(out, ' ');
        put_listed(out, x, start + i);
    }
    sb_putc(out, '\n');
}

void data_list(strbuf *out, const char *name, const data_array *x) {
    enum { MAX_ROWS = 16 };
    int64_t n = data_count(x), cols = x->rank ? x->shape[x->rank - 1] : 1, nrows = n / cols;
    if (x->rank == 0) {
        sb_printf(out, "%s = ", name);
        put_element(out, x, 0);
        sb_putc(out, '\n');
        return;
    }
    sb_printf(out, "%s: %s[", name, x->dt == T_REAL ? "real" : x->dt == T_COMPLEX ? "complex" : "int");
    for (int k = 0; k < x->rank; k++) sb_printf(out, "%s%" PRId64, k ? ", " : "", x->shape[k]);
    sb_putc(out, ']');
    if (x->rate > 0) sb_printf(out, " @ %gHz", x->rate);
    for (int64_t r = 0; r < nrows; r++) {
        if (nrows > MAX_ROWS && r == MAX_ROWS / 2) {
            sb_printf(out, "  ... %" PRId64 " more rows\n", nrows - MAX_ROWS);
            r = nrows - MAX_ROWS / 2;
        }
        list_row(out, x, r * cols, cols);
    }
}
