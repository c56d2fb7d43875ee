/* plot.h: small SVG figures: signals, spectra, before and after, bars. */
#ifndef DSPC_PLOT_H
#define DSPC_PLOT_H

#include "support/support.h"

enum { PLOT_MAX_SERIES = 6 };

typedef struct plot_series {
    const char *name; /* in the legend; NULL: no entry */
    const double *y;
    int64_t n;
    double x0, dx; /* x of the first point, and from one to the next; dx 0 means 1 */
    bool faint;    /* drawn thin and grey: the "before" of a before and after */
} plot_series;

typedef enum { PLOT_LINES, PLOT_BARS } plot_kind;

typedef struct plot_panel {
    plot_kind kind;
    const char *title, *x_label, *y_label; /* units belong in the labels: "time (s)" */
    bool log_y;
    int nseries;
    plot_series series[PLOT_MAX_SERIES];
} plot_panel;

/* The panels one above the other. A series longer than the picture is wide is drawn by its smallest and largest
 * value per column, so that the text stays small and no peak is lost. Values that are not finite leave a gap. */
void plot_svg(strbuf *out, const plot_panel *panels, int n);

#endif
