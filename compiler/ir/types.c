/* types.c: element counts, equality, broadcasting and the text of types. */
#include "ir/graph.h"

#include <string.h>

static const int64_t MAX_COUNT = (int64_t)1
                                 << 40; /* elements of one array: far beyond any machine's memory for doubles */

int64_t type_count(const type *t) {
    int64_t n = 1;
    for (int k = 0; k < t->rank; k++) n *= t->shape[k];
    return n;
}

bool check_size(const type *t) {
    int64_t n = 1;
    for (int k = 0; k < t->rank; k++) {
        if (t->shape[k] < 1 || t->shape[k] > MAX_COUNT / n) return false;
        n *= t->shape[k];
    }
    return true;
}

bool same_shape(const type *a, const type *b) {
    if (a->rank != b->rank) return false;
    for (int k = 0; k < a->rank; k++)
        if (a->shape[k] != b->shape[k]) return false;
    return true;
}

bool same_type(const type *a, const type *b) {
    return a->dt == b->dt && same_shape(a, b);
}

type type_make(dtype dt, int rank, const int64_t *shape) {
    type t = {.dt = dt, .rank = rank};
    for (int k = 0; k < rank; k++) t.shape[k] = shape[k];
    return t;
}

type type_scalar(dtype dt) {
    return type_make(dt, 0, NULL);
}

static dtype promote(dtype a, dtype b) {
    if (a == T_COMPLEX || b == T_COMPLEX) return T_COMPLEX;
    return a == T_REAL || b == T_REAL ? T_REAL : T_INT;
}

bool broadcast_types(const type *a, const type *b, type *out) {
    type t = {.dt = promote(a->dt, b->dt), .rank = a->rank > b->rank ? a->rank : b->rank};
    t.rate = a->rate > 0 ? a->rate : b->rate;
    t.df = a->df > 0 ? a->df : b->df;
    for (int k = 1; k <= t.rank; k++) { /* counted from the last axis */
        int64_t m = k <= a->rank ? a->shape[a->rank - k] : 1;
        int64_t n = k <= b->rank ? b->shape[b->rank - k] : 1;
        if (m != n && m != 1 && n != 1) return false;
        t.shape[t.rank - k] = m > n ? m : n;
    }
    *out = t;
    return true;
}

char *type_text(arena *a, const type *t) {
    static const char *const names[] = {"real", "complex", "int"};
    strbuf b = {0};
    sb_puts(&b, names[t->dt]);
    for (int k = 0; k < t->rank; k++) sb_printf(&b, "%s%lld", k ? ", " : "[", (long long)t->shape[k]);
    if (t->rank > 0) sb_putc(&b, ']');
    if (t->rate > 0) {
        sb_puts(&b, " @ ");
        sb_number(&b, t->rate);
        sb_puts(&b, "Hz");
    }
    if (t->df > 0) {
        sb_puts(&b, " df ");
        sb_number(&b, t->df);
        sb_puts(&b, "Hz");
    }
    char *text = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return text;
}
