/* plot.c: see plot.h. Coordinates are written with one decimal; nothing depends on fonts being measured. */
#include "data/plot.h"

#include <math.h>

enum { WIDTH = 760, PANEL = 260, LEFT = 76, RIGHT = 18, TOP = 38, BOTTOM = 46 };

/* Okabe and Ito's colours: told apart by every kind of colour vision. */
static const char *const COLOUR[PLOT_MAX_SERIES] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

typedef struct axes {      /* data to picture */
    double x0, x1, y0, y1; /* data range; y in decades when log */
    double top;            /* of the panel */
    bool log_y;
} axes;

static double at_x(const axes *a, double x) {
    return LEFT + (x - a->x0) / (a->x1 - a->x0) * (WIDTH - LEFT - RIGHT);
}

static double at_y(const axes *a, double y) {
    return a->top + TOP + (a->y1 - y) / (a->y1 - a->y0) * (PANEL - TOP - BOTTOM);
}

static double value(const axes *a, double y) {
    return a->log_y ? (y > 0 ? log10(y) : NAN) : y;
}
static double step_of(const plot_series *s) {
    return s->dx > 0 ? s->dx : 1;
}

static void put_escaped(strbuf *out, const char *s) {
    for (; *s; s++) {
        if (*s == '<') sb_puts(out, "&lt;");
        else if (*s == '&') sb_puts(out, "&amp;");
        else sb_putc(out, *s);
    }
}

static void put_text_at(strbuf *out, double x, double y, const char *anchor, const char *attributes, const char *text) {
    sb_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y, anchor, attributes);
    put_escaped(out, text);
    sb_puts(out, "</text>\n");
}

/* 1, 2 or 5 times a power of ten: the distance of ticks that puts about `wanted` of them on `span`. */
static double tick_step(double span, int wanted) {
    double raw = span / wanted, power = pow(10, floor(log10(raw))), m = raw / power;
    return power * (m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10);
}

static axes find_axes(const plot_panel *p, double top) {
    axes a = {.x0 = INFINITY, .x1 = -INFINITY, .y0 = INFINITY, .y1 = -INFINITY, .top = top, .log_y = p->log_y};
    for (int s = 0; s < p->nseries; s++) {
        const plot_series *k = &p->series[s];
        double half = p->kind == PLOT_BARS ? 0.5 * step_of(k) : 0;
        a.x0 = fmin(a.x0, k->x0 - half);
        a.x1 = fmax(a.x1, k->x0 + step_of(k) * (double)(k->n - 1) + half);
        for (int64_t i = 0; i < k->n; i++) {
            double y = value(&a, k->y[i]);
            if (!isfinite(y)) continue;
            a.y0 = fmin(a.y0, y);
            a.y1 = fmax(a.y1, y);
        }
    }
    if (!(a.x1 > a.x0)) a.x1 = a.x0 + 1;
    if (!(a.y1 >= a.y0)) a.y0 = 0, a.y1 = 1;
    if (p->kind == PLOT_BARS && !p->log_y) a.y0 = fmin(a.y0, 0), a.y1 = fmax(a.y1, 0);
    double pad = a.y1 > a.y0 ? 0.05 * (a.y1 - a.y0) : fmax(fabs(a.y1), 1) * 0.5;
    a.y0 -= pad;
    a.y1 += pad;
    return a;
}

static void y_ticks(strbuf *out, const axes *a) {
    double step = a->log_y ? fmax(1, ceil((a->y1 - a->y0) / 6)) : tick_step(a->y1 - a->y0, 5);
    if (a->log_y && a->y1 - a->y0 < 1.5) step = tick_step(a->y1 - a->y0, 4);
    for (double y = ceil(a->y0 / step) * step; y <= a->y1; y += step) {
        char text[32];
        double v = fabs(y) < step * 1e-9 ? 0 : y;
        snprintf(text, sizeof text, "%.6g", a->log_y ? pow(10, v) : v);
        if (a->log_y && v != floor(v)) snprintf(text, sizeof text, "%.2g", pow(10, v));
        sb_printf(out, "<line class=\"g\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n", LEFT, WIDTH - RIGHT,
                  at_y(a, y), at_y(a, y));
        put_text_at(out, LEFT - 6, at_y(a, y) + 4, "end", "", text);
    }
}

static void x_ticks(strbuf *out, const axes *a) {
    double step = tick_step(a->x1 - a->x0, 8), bottom = a->top + PANEL - BOTTOM;
    for (double x = ceil(a->x0 / step) * step; x <= a->x1 + step * 1e-9; x += step) {
        char text[32];
        snprintf(text, sizeof text, "%.6g", fabs(x) < step * 1e-9 ? 0 : x);
        sb_printf(out, "<line class=\"t\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n", at_x(a, x), at_x(a, x),
                  bottom, bottom + 4);
        put_text_at(out, at_x(a, x), bottom + 17, "middle", "", text);
    }
}

static void frame(strbuf *out, const plot_panel *p, const axes *a) {
    double bottom = a->top + PANEL - BOTTOM, middle = a->top + TOP + (PANEL - TOP - BOTTOM) / 2.0;
    y_ticks(out, a);
    x_ticks(out, a);
    sb_printf(out, "<path class=\"t\" d=\"M%d %.1fV%.1fH%d\"/>\n", LEFT, a->top + TOP, bottom, WIDTH - RIGHT);
    if (p->title) put_text_at(out, LEFT, a->top + 20, "start", " class=\"h\"", p->title);
    if (p->x_label) put_text_at(out, (LEFT + WIDTH - RIGHT) / 2.0, bottom + 35, "middle", "", p->x_label);
    if (p->y_label) {
        char turn[80];
        snprintf(turn, sizeof turn, " transform=\"rotate(-90 16 %.1f)\"", middle);
        put_text_at(out, 16, middle, "middle", turn, p->y_label);
    }
}

static void legend(strbuf *out, const plot_panel *p, const axes *a) {
    double x = WIDTH - RIGHT, y = a->top + 20;
    for (int s = p->nseries - 1; s >= 0; s--) {
        if (!p->series[s].name) continue;
        put_text_at(out, x, y, "end", "", p->series[s].name);
        double width = 0;
        for (const char *c = p->series[s].name; *c; c++) width += ((unsigned char)*c & 0xc0) == 0x80 ? 0 : 7.2;
        x -= width + 6;
        sb_printf(out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2.5\"/>\n",
                  x - 18, x, y - 4, y - 4, p->series[s].faint ? "#999" : COLOUR[s]);
        x -= 32;
    }
}

typedef struct pen {
    strbuf *out;
    bool down;
} pen;

static void move_pen(pen *p, double x, double y) {
    if (!isfinite(y)) {
        p->down = false;
        return;
    }
    sb_printf(p->out, "%c%.1f %.1f", p->down ? 'L' : 'M', x, y);
    p->down = true;
}

static void line_series(strbuf *out, const plot_series *s, const axes *a, const char *colour) {
    int64_t per_column = s->n / (WIDTH - LEFT - RIGHT);
    pen p = {.out = out};
    sb_printf(out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-linejoin=\"round\" d=\"", colour,
              s->faint ? "1" : "1.4");
    if (per_column < 2) {
        for (int64_t i = 0; i < s->n; i++)
            move_pen(&p, at_x(a, s->x0 + step_of(s) * (double)i), at_y(a, value(a, s->y[i])));
    } else {
        for (int64_t i = 0; i < s->n; i += per_column) {
            double lo = INFINITY, hi = -INFINITY;
            for (int64_t k = i; k < i + per_column && k < s->n; k++) {
                double y = value(a, s->y[k]);
                if (isfinite(y)) lo = fmin(lo, y), hi = fmax(hi, y);
            }
            double x = at_x(a, s->x0 + step_of(s) * (double)i);
            move_pen(&p, x, at_y(a, lo <= hi ? lo : NAN));
            if (hi > lo) move_pen(&p, x, at_y(a, hi));
        }
    }
    sb_puts(out, "\"/>\n");
}

static void bar_series(strbuf *out, const plot_panel *p, int which, const axes *a, const char *colour) {
    const plot_series *s = &p->series[which];
    double zero = a->log_y ? a->y0 : fmin(fmax(0, a->y0), a->y1), wide = 0.8 / p->nseries;
    for (int64_t i = 0; i < s->n; i++) {
        double y = value(a, s->y[i]), left = s->x0 + step_of(s) * ((double)i - 0.4 + wide * which);
        if (!isfinite(y)) continue;
        double y0 = at_y(a, fmax(y, zero)), y1 = at_y(a, fmin(y, zero));
        sb_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", at_x(a, left), y0,
                  fmax(at_x(a, left + wide * step_of(s)) - at_x(a, left), 0.5), fmax(y1 - y0, 0.1), colour);
    }
}

void plot_svg(strbuf *out, const plot_panel *panels, int n) {
    sb_printf(out,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
              "font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n"
              "<style>.g{stroke:#e4e4e4}.t{stroke:#777;fill:none}.h{font-size:14px;font-weight:bold}</style>\n"
              "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
              WIDTH, PANEL * n, WIDTH, PANEL * n);
    for (int k = 0; k < n; k++) {
        axes a = find_axes(&panels[k], (double)(PANEL * k));
        frame(out, &panels[k], &a);
        for (int s = 0; s < panels[k].nseries; s++) {
            const char *colour = panels[k].series[s].faint ? "#999" : COLOUR[s];
            if (panels[k].kind == PLOT_BARS) bar_series(out, &panels[k], s, &a, colour);
            else line_series(out, &panels[k].series[s], &a, colour);
        }
        legend(out, &panels[k], &a);
    }
    sb_puts(out, "</svg>\n");
}
