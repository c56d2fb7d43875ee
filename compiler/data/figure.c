/* figure.c: an array as an SVG figure: `--out y=y.svg`. Lines only; what it cannot show it refuses in one sentence. */
#include "data/data.h"
#include "data/plot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What may stand behind `.svg#`, separated by commas. */
typedef struct wishes {
    bool log_y, bars, range;
    double from, to;
    int nnames;
    const char *names[PLOT_MAX_SERIES];
} wishes;

static bool read_wish(arena *a, const char *item, wishes *w, const char **why) {
    char *end;
    double from = strtod(item, &end);
    if (strcmp(item, "log") == 0) w->log_y = true;
    else if (strcmp(item, "bars") == 0) w->bars = true;
    else if (end != item && *end == ':') {
        const char *rest = end + 1;
        double to = strtod(rest, &end);
        if (end == rest || *end || !(to > from)) {
            *why = arena_printf(a, "'%s': expected the range of x as FROM:TO", item);
            return false;
        }
        w->range = true, w->from = from, w->to = to;
    } else if (w->nnames < PLOT_MAX_SERIES) w->names[w->nnames++] = item;
    else {
        *why = arena_printf(a, "'%s': a panel has at most %d lines to name", item, PLOT_MAX_SERIES);
        return false;
    }
    return true;
}

static bool read_wishes(arena *a, const char *text, wishes *w, const char **why) {
    if (!text) return true;
    char *rest, *list = arena_strdup(a, text);
    for (char *item = strtok_r(list, ",", &rest); item; item = strtok_r(NULL, ",", &rest))
        if (!read_wish(a, item, w, why)) return false;
    return true;
}

/* The lines of one panel: K rows of n numbers; a complex row is two lines, its real and its imaginary part. */
static plot_panel make_panel(arena *a, const data_array *x, const wishes *w, const char *name, int64_t first,
                             int rows) {
    int width = x->dt == T_COMPLEX ? 2 : 1;
    int64_t n = x->shape[x->rank - 1];
    plot_panel p = {
        .kind = w->bars ? PLOT_BARS : PLOT_LINES, .title = name, .log_y = w->log_y, .nseries = rows * width};
    p.x_label = w->range ? NULL : x->rate > 0 ? "time (s)" : "index";
    for (int s = 0; s < p.nseries; s++) {
        double *y = NEW_ARRAY(a, double, n);
        for (int64_t i = 0; i < n; i++) y[i] = x->v[((first + s / width) * n + i) * width + s % width];
        plot_series *line = &p.series[s];
        *line = (plot_series){.name = s < w->nnames ? w->names[s] : NULL, .y = y, .n = n, .dx = 1};
        if (!line->name && width == 2) line->name = s % 2 ? "im" : "re";
        if (!line->name && rows > 1) line->name = arena_printf(a, "%d", s);
        if (w->range) line->x0 = w->from, line->dx = n > 1 ? (w->to - w->from) / (double)(n - 1) : 1;
        else if (x->rate > 0) line->dx = 1 / x->rate;
    }
    return p;
}

bool figure_encode(arena *a, strbuf *out, const char *name, const char *how, const data_array *x, const char **why) {
    wishes w = {0};
    int64_t rows = x->rank >= 2 ? x->shape[x->rank - 2] : 1, panels = x->rank >= 3 ? x->shape[x->rank - 3] : 1;
    int64_t most = x->dt == T_COMPLEX ? PLOT_MAX_SERIES / 2 : PLOT_MAX_SERIES;
    if (!read_wishes(a, how, &w, why)) return false;
    if (x->rank < 1 || x->rank > 3 || rows > most || panels > 8) {
        *why = arena_printf(a,
                            "a figure shows real[N], real[K, N] as K lines (at most %" PRId64
                            " here), or real[P, K, N] as P panels (at most 8); found %s (a picture is written to .png)",
                            most, data_shape_text(a, x));
        return false;
    }
    plot_panel *p = NEW_ARRAY(a, plot_panel, panels);
    for (int64_t k = 0; k < panels; k++)
        p[k] =
            make_panel(a, x, &w, panels > 1 ? arena_printf(a, "%s[%" PRId64 "]", name, k) : name, k * rows, (int)rows);
    plot_svg(out, p, (int)panels);
    return true;
}
