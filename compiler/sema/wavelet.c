/* wavelet.c: wavelet_filters(name): the four filters of a wavelet as a constant. */
#include "sema/wavelet.h"

#include <string.h>

enum { MAX_NAMES = 128 };

/* The entry of a name. haar is db1; rbio is bior with the two sides exchanged (*reversed). Where a bare word is written,
 * bior2_2 or bior22 stands for "bior2.2". */
static const wavelet_entry *find_wavelet(arena *a, const char *name, bool *reversed) {
    *reversed = strncmp(name, "rbio", 4) == 0;
    if (strcmp(name, "haar") == 0) {
        name = "db1";
    } else if (*reversed || strncmp(name, "bior", 4) == 0) {
        const char *digits = name + 4;
        size_t n = strlen(digits);
        bool parted = n == 3 && (digits[1] == '.' || digits[1] == '_');
        if (n != 2 && !parted) { return NULL; }
        name = arena_printf(a, "bior%c.%c", digits[0], digits[n - 1]);
    }
    for (int i = 0; i < wavelet_count; i++) {
        if (strcmp(wavelet_index[i].name, name) == 0) { return &wavelet_index[i]; }
    }
    return NULL;
}

/* Rows of y: decomposition low-pass and high-pass, reconstruction low-pass and high-pass. With n even taps,
 * dec_hi[k] = -(-1)^k rec_lo[k] and rec_hi[k] = (-1)^k dec_lo[k]; an orthogonal dec_lo is rec_lo backwards. */
static void four_filters(const wavelet_entry *w, bool reversed, double *y) {
    const double *first = wavelet_taps + w->at, *rec = first + (w->two_sets ? w->taps : 0);
    int n = w->taps;
    double *dec_lo = y, *dec_hi = y + n, *rec_lo = y + 2 * n, *rec_hi = y + 3 * n;
    for (int k = 0; k < n; k++) {
        dec_lo[k] = reversed ? rec[n - 1 - k] : w->two_sets ? first[k] : rec[n - 1 - k];
        rec_lo[k] = reversed ? first[n - 1 - k] : rec[k];
    }
    for (int k = 0; k < n; k++) {
        dec_hi[k] = k % 2 ? rec_lo[k] : -rec_lo[k];
        rec_hi[k] = k % 2 ? -dec_lo[k] : dec_lo[k];
    }
}

static void unknown_wavelet(elab *e, const expr *call, const char *name) {
    const char *all[MAX_NAMES] = {"haar"};
    int n = 1;
    for (int i = 0; i < wavelet_count && n + 2 < MAX_NAMES; i++) {
        all[n++] = wavelet_index[i].name;
        if (wavelet_index[i].two_sets) { all[n++] = arena_printf(e->a, "rbio%s", wavelet_index[i].name + 4); }
    }
    report_from(e->d, DIAG_bad_option, e->caller ? e->caller : origin_at(e, call->at), name, "wavelet",
                e->expanding ? e->expanding : call->text);
    report_expected(e->d, "haar, db1 to db20, sym2 to sym20, coif1 to coif5, \"bior1.1\" to \"bior6.8\", or "
                          "\"rbio1.1\" to \"rbio6.8\"");
    const char *near = nearest_name(name, all, n);
    if (near) { report_help(e->d, strchr(near, '.') ? "did you mean \"%s\"?" : "did you mean %s?", near); }
}

sval do_wavelet_filters(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    const char *name = scope_find(args, "wavelet")->text;
    bool reversed;
    const wavelet_entry *w = find_wavelet(e->a, name, &reversed);
    if (!w || (reversed && !w->two_sets)) {
        unknown_wavelet(e, call, name);
        return NONE;
    }
    double *y = NEW_ARRAY(e->a, double, 4 * w->taps);
    four_filters(w, reversed, y);
    int64_t shape[2] = {4, w->taps};
    return val_node(graph_constant(e->g, type_make(T_REAL, 2, shape), y, false, origin_at(e, call->at)));
}
