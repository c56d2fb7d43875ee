/* explain_signal.c: see explain_signal.h. */
#include "driver/explain_signal.h"

#include "driver/steps.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *samples_text(arena *a, const timeline *t, double n) {
    if (t->rate <= 0) return arena_printf(a, "%.6g", n);
    double ms = 1e3 * n / t->rate;
    return ms < 1000 ? arena_printf(a, "%.6g (%.3g ms)", n, ms) : arena_printf(a, "%.6g (%.3g s)", n, ms / 1e3);
}

static const char *samples_words(arena *a, const timeline *t, double n) {
    const char *noun = n == 1 ? "sample" : "samples";
    if (t->rate <= 0) return arena_printf(a, "%.6g %s", n, noun);
    bool long_time = n / t->rate >= 1;
    return arena_printf(a, "%.6g %s (%.3g %s)", n, noun, (long_time ? 1 : 1e3) * n / t->rate, long_time ? "s" : "ms");
}

static bool is_whole(const timeline *t, const field *f) {
    return f->hi >= (double)(t->samples - 1) && f->lo <= (double)(1 - t->samples);
}

const char *reads_text(arena *a, const timeline *t, const node *n) {
    const field *f = &t->of[n->id];
    if (!f->any) return "-";
    if (is_whole(t, f)) return "all";
    if (isinf(f->lo)) return "the past";
    if (isinf(f->hi)) return "the rest";
    return field_length(f) >= (double)t->samples ? "all" : samples_text(a, t, ceil(field_length(f)));
}

const char *every_text(arena *a, const timeline *t, const node *n) {
    int axis = timeline_axis(t, n);
    return axis < 0 ? "-" : arena_printf(a, "%.6g", fabs(t->of[n->id].step[axis]));
}

static void table_output(arena *a, strbuf *b, const timeline *t, const result *r) {
    const field *f = &t->of[r->value->id];
    int axis = timeline_axis(t, r->value);
    sb_printf(b, "            %-12s ", r->name);
    if (!f->any) sb_puts(b, "does not read it\n");
    if (!f->any) return;
    bool all = is_whole(t, f) || field_length(f) >= (double)t->samples;
    if (axis < 0) {
        sb_printf(b, "one value from %s\n", all ? "the whole signal" : samples_words(a, t, ceil(field_length(f))));
        return;
    }
    sb_printf(b, "one value every %s", samples_words(a, t, fabs(f->step[axis])));
    if (is_whole(t, f)) sb_puts(b, ", from the whole signal");
    else if (isinf(f->lo) || isinf(f->hi)) sb_printf(b, ", from all %s", isinf(f->lo) ? "the past" : "that follows");
    else sb_printf(b, ", from %s", samples_words(a, t, ceil(field_length(f))));
    if (is_whole(t, f) || isinf(f->hi)) sb_puts(b, "");
    else if (f->hi >= 1) sb_printf(b, "; looks %s%s ahead", f->loose ? "at most " : "", samples_words(a, t, f->hi));
    else if (f->hi <= -1) sb_printf(b, "; the newest is %s old", samples_words(a, t, -f->hi));
    else sb_puts(b, "; causal, no latency of its own");
    sb_putc(b, '\n');
}

/* "6000 Hz" or "1/8 of the rate". */
static const char *frequency_text(arena *a, const timeline *t, double every) {
    return t->rate > 0 ? arena_printf(a, "%.5g Hz", t->rate / (2 * every))
                       : arena_printf(a, "1/%.4g of the sample rate", 2 * every);
}

static const char *folding_text(arena *a, const timeline *t, const folding *f) {
    double by = f->after / f->before;
    const char *nyquist = frequency_text(a, t, f->after), *words;
    switch (f->kind) {
    case FOLD_SLICE:
        if (!f->band)
            return arena_printf(
                a, "keeps one of %.6g: what lies above %s folds over, and nothing before limits the band", by, nyquist);
        loc at = step_place(a, f->band->from, &words);
        return at.src
                   ? arena_printf(a, "keeps one of %.6g: what line %d leaves above %s folds over", by, at.line, nyquist)
                   : arena_printf(a, "keeps one of %.6g: what the filter before it leaves above %s folds over", by,
                                  nyquist);
    case FOLD_CONV:
        return f->reads < by ? arena_printf(a, "kernel of %.6g, stride %.6g: %.6g of %.6g samples are never read",
                                            f->reads, by, by - f->reads, by)
                             : arena_printf(a, "stride %.6g: what the kernel's %.6g taps leave above %s folds over", by,
                                            f->reads, nyquist);
    default:
        return f->reads < by
                   ? arena_printf(a, "frames of %.6g every %.6g: %.6g of %.6g samples are never read", f->reads, by,
                                  by - f->reads, by)
                   : arena_printf(a, "frames of %.6g every %.6g: what changes in them faster than %s folds over",
                                  f->reads, by, nyquist);
    }
}

static bool is_repeat(arena *a, const timeline *t, const folding_list *all, int k, const char **words, loc *at) {
    *at = step_place(a, all->data[k].at->from, words);
    for (int i = 0; i < k; i++) {
        const char *w;
        loc l = step_place(a, all->data[i].at->from, &w);
        const char *x = folding_text(a, t, &all->data[i]), *y = folding_text(a, t, &all->data[k]);
        if (l.line == at->line && strcmp(x, y) == 0) return true;
    }
    return false;
}

void table_signal(arena *a, strbuf *b, const timeline *t) {
    sb_printf(b, "\n  signal    %s: %s\n", t->names, samples_words(a, t, (double)t->samples));
    for (int i = 0; i < t->g->results.len; i++) {
        const result *r = &t->g->results.data[i];
        if (r->value && r->kind == OUT_OUTPUT) table_output(a, b, t, r);
    }
    folding_list all = {0};
    find_foldings(a, t, &all);
    for (int k = 0, n = 0; k < all.len; k++) {
        const char *words = "";
        loc at;
        if (is_repeat(a, t, &all, k, &words, &at)) continue;
        sb_printf(b, "  %-8s  line %d, %s: %s\n", n++ ? "" : "strides", at.line, words,
                  folding_text(a, t, &all.data[k]));
    }
}

static void json_number(strbuf *b, double x) {
    if (isfinite(x)) sb_printf(b, "%.17g", x);
    else sb_puts(b, "null");
}

void json_signal(strbuf *b, const timeline *t) {
    sb_printf(b, ", \"signal\": {\"names\": \"%s\", \"samples\": %" PRId64 ", \"rate\": %.17g, \"outputs\": [",
              t->names, t->samples, t->rate);
    for (int i = 0, n = 0; i < t->g->results.len; i++) {
        const result *r = &t->g->results.data[i];
        if (!r->value || r->kind != OUT_OUTPUT) continue;
        const field *f = &t->of[r->value->id];
        int axis = timeline_axis(t, r->value);
        sb_printf(b, "%s{\"name\": \"%s\", \"reads_signal\": %s, \"every\": %.17g, \"first\": ", n++ ? ", " : "",
                  r->name, f->any ? "true" : "false", axis < 0 ? 0.0 : fabs(f->step[axis]));
        json_number(b, f->lo);
        sb_puts(b, ", \"last\": ");
        json_number(b, f->hi);
        sb_putc(b, '}');
    }
    sb_puts(b, "]}");
}
