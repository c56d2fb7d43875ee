/* fit.c: an array read from a file against the port that is to take it. */
#include "data/data.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The shape without its axes of length 1: [1, N] and [N] hold the same numbers in the same order. */
static int squeezed(const int64_t *shape, int rank, int64_t *out) {
    int n = 0;
    for (int i = 0; i < rank; i++)
        if (shape[i] != 1) out[n++] = shape[i];
    return n;
}

static bool same_numbers(const data_array *x, const type *want) {
    int64_t a[MAX_RANK], b[MAX_RANK];
    int na = squeezed(x->shape, x->rank, a), nb = squeezed(want->shape, want->rank, b);
    return na == nb && (na == 0 || memcmp(a, b, sizeof(int64_t) * (size_t)na) == 0);
}

static const char *shape_help(arena *a, const data_array *x, const type *want, const char *const *size_names,
                              const char *file) {
    if (x->rank == 2 && want->rank == 1 && x->rate > 0)
        return arena_printf(a,
                            "the file has %" PRId64 " channels: choose one with '%s#1', or average them with '%s#mean'",
                            x->shape[0], file, file);
    if (x->rank != want->rank) return NULL;
    strbuf b = {0};
    int wrong = 0, mendable = 0;
    bool longer = true;
    for (int k = 0; k < want->rank; k++) {
        if (x->shape[k] == want->shape[k]) continue;
        wrong++;
        longer = longer && k == want->rank - 1 && x->shape[k] > want->shape[k];
        if (size_names && size_names[k]) {
            sb_printf(&b, "%s-D %s=%" PRId64, mendable ? " " : "", size_names[k], x->shape[k]);
            mendable++;
        }
    }
    char *help = NULL;
    if (mendable && mendable == wrong) help = arena_printf(a, "compile for this file with %s", sb_text(&b));
    if (longer)
        help = arena_printf(a, "%s%stake a part of it with '%s[0:%" PRId64 "]'", help ? help : "", help ? ", or " : "",
                            file, want->shape[want->rank - 1]);
    sb_free(&b);
    return help;
}

static bool fit_dtype(arena *a, data_array *x, const type *want, const char *port, const char *file, const char **why) {
    int64_t n = data_count(x);
    if (want->dt == T_COMPLEX && x->dt != T_COMPLEX) {
        double *v = NEW_ARRAY(a, double, 2 * n);
        for (int64_t i = 0; i < n; i++) v[2 * i] = x->v[i];
        x->v = v;
    } else if (want->dt != T_COMPLEX && x->dt == T_COMPLEX) {
        *why =
            arena_printf(a, "'%s' is %s, but %s holds complex numbers", port, want->dt == T_INT ? "int" : "real", file);
        return false;
    } else if (want->dt == T_INT) {
        for (int64_t i = 0; i < n; i++)
            if (x->v[i] != floor(x->v[i]) || fabs(x->v[i]) > 2147483647.0) {
                *why = arena_printf(a, "'%s' is int, but element %" PRId64 " of %s is %g", port, i, file, x->v[i]);
                return false;
            }
    }
    x->dt = want->dt;
    return true;
}

bool data_fit(arena *a, data_array *x, const type *want, const char *const *size_names, const char *port,
              const char *file, const char **why, const char **help) {
    *help = NULL;
    if (!same_numbers(x, want)) {
        *why = arena_printf(a, "the shape of %s does not fit '%s': expected %s, found %s", file, port,
                            type_text(a, want), data_shape_text(a, x));
        *help = shape_help(a, x, want, size_names, file);
        return false;
    }
    if (x->rate > 0 && want->rate > 0 && fabs(x->rate - want->rate) > 1e-6 * want->rate) {
        *why = arena_printf(a, "the sample rate of %s does not fit '%s': expected %g Hz, found %g Hz", file, port,
                            want->rate, x->rate);
        *help = arena_printf(a, "resample the file, or declare the input with '@ %gHz'", x->rate);
        return false;
    }
    if (!fit_dtype(a, x, want, port, file, why)) return false;
    x->rank = want->rank;
    memcpy(x->shape, want->shape, sizeof x->shape);
    return true;
}
