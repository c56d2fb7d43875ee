/* fit_plot.c: see fit_plot.h. */
#include "driver/fit_plot.h"

#include "data/plot.h"

#include <math.h>

enum { MAX_PANELS = 13, MOST_BARS = 40 };

struct fit_before {
    VEC(const double *) params, outs;
};

static bool can_draw(const slot *s) { /* a vector, or few rows of one: drawn as one line */
    return s->width == 1 && s->port->dtype != DSPC_INT && s->port->rank >= 1 && s->count > 1 &&
           s->port->shape[s->port->rank - 1] == s->count;
}

static double *values(job *j, const instance *x, const slot *s) {
    double *v = NEW_ARRAY(j->a, double, slot_numbers(s) + 1);
    slot_load(x, s, v);
    return v;
}

fit_before *fit_plot_before(job *j, instance *x) {
    const char *why = "";
    fit_before *b = NEW(j->a, fit_before);
    if (!opt_given(j->o, OPT_plot)) return b;
    if (!instance_forward(x, &why)) die(EXIT_INTERNAL, "%s", why);
    for (int i = 0; i < x->params.v.len; i++) vec_push(j->a, &b->params, values(j, x, &x->params.v.data[i]));
    for (int i = 0; i < x->out.v.len; i++) vec_push(j->a, &b->outs, values(j, x, &x->out.v.data[i]));
    return b;
}

static plot_panel before_after(job *j, const instance *x, const slot *s, const double *before) {
    bool bars = s->count <= MOST_BARS, timed = s->port->rate > 0;
    double dx = timed ? 1 / s->port->rate : 1;
    plot_panel p = {.kind = bars ? PLOT_BARS : PLOT_LINES,
                    .title = s->name,
                    .nseries = 2,
                    .x_label = timed ? "time (s)" : "index",
                    .y_label = "value"};
    p.series[0] = (plot_series){.name = "before", .y = before, .n = s->count, .dx = dx, .faint = true};
    p.series[1] = (plot_series){.name = "after", .y = values(j, x, s), .n = s->count, .dx = dx};
    return p;
}

int fit_plot(job *j, instance *x, const fit_before *before, const double *losses, int n) {
    plot_panel panels[MAX_PANELS];
    int count = 0;
    bool positive = true;
    for (int i = 0; i < n; i++) positive = positive && losses[i] > 0;
    panels[count++] = (plot_panel){.title = arena_printf(j->a, "%s: loss", x->m->name),
                                   .x_label = "step",
                                   .y_label = "loss",
                                   .log_y = positive,
                                   .nseries = 1,
                                   .series = {{.y = losses, .n = n}}};
    for (int i = 0; i < x->params.v.len && count < MAX_PANELS; i++)
        if (can_draw(&x->params.v.data[i]))
            panels[count++] = before_after(j, x, &x->params.v.data[i], before->params.data[i]);
    for (int i = 0; i < x->out.v.len && count < MAX_PANELS; i++)
        if (can_draw(&x->out.v.data[i])) panels[count++] = before_after(j, x, &x->out.v.data[i], before->outs.data[i]);
    strbuf b = {0};
    const char *path = opt_text(j->o, OPT_plot, ""), *why = "";
    plot_svg(&b, panels, count);
    bool ok = write_whole_file(path, sb_text(&b), b.len, &why);
    sb_free(&b);
    return ok ? EXIT_FINE : complain(EXIT_INTERNAL, "cannot write %s: %s", path, why);
}
