/* check_report.c: verdicts, the table, JSON. */
#include "driver/check.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* What counts as right. One operator has no room for error to build up; a pipeline has. */
static const struct limits { double dot64, dot32, round; } LIMITS[2] = {{1e-12, 2e-5, 1e-3}, {1e-10, 1e-3, 1e-2}};
static const double LEAST_TAYLOR = 1.9, LEAST_HESSIAN = 2.9, MOST_DIFFERENCE = 1e-5, MOST_ASYMMETRY = 1e-8;

static bool slope_ok(const slope *s, double least) {
    return !s->measured || s->exact || s->value >= least ||
           (isfinite(s->difference) && s->difference <= MOST_DIFFERENCE);
}

static void set_verdict(subject *s, verdict v, const char *reason) {
    if (v > s->verdict) {
        s->verdict = v;
        s->reason = reason;
    }
}

void judge_subject(job *j, subject *s) {
    const measures *m = &s->m;
    const struct limits *most = &LIMITS[s->kind == SUBJECT_PIPELINE];
    bool surrogate = s->kind == SUBJECT_SURROGATE || s->has_surrogate;
    s->verdict = VERDICT_OK;
    if (s->kind == SUBJECT_SURROGATE)
        set_verdict(s, VERDICT_SURROGATE, "the rule is a surrogate: not the derivative, on purpose");
    if (s->has_surrogate) set_verdict(s, VERDICT_SURROGATE, "contains a surrogate: Taylor tests do not apply");
    if (m->nonfinite)
        set_verdict(s, VERDICT_FAIL,
                    arena_printf(j->a, "%" PRId64 " values or derivatives are not finite", m->nonfinite));
    if (!(m->dot64 <= most->dot64))
        set_verdict(s, VERDICT_FAIL, "forward and reverse derivatives disagree: one is not the transpose of the other");
    if (!(m->dot32 <= most->dot32))
        set_verdict(s, VERDICT_FAIL, "forward and reverse derivatives disagree in single precision");
    if (surrogate) return;
    if (s->has_stop && !(slope_ok(&m->taylor, LEAST_TAYLOR) && slope_ok(&m->hessian, LEAST_HESSIAN))) {
        set_verdict(s, VERDICT_SURROGATE,
                    "stop_gradient leaves a part out of the derivative: Taylor tests do not apply");
        return;
    }
    if (!slope_ok(&m->taylor, LEAST_TAYLOR))
        set_verdict(s, VERDICT_FAIL,
                    s->kind == SUBJECT_RULE ? "the rule is not the derivative of its definition"
                                            : "the gradient is not the derivative of the value");
    if (!slope_ok(&m->hessian, LEAST_HESSIAN))
        set_verdict(s, VERDICT_FAIL, "the Hessian-vector product is not the derivative of the gradient");
    if (m->symmetry > MOST_ASYMMETRY) set_verdict(s, VERDICT_FAIL, "the Hessian is not symmetric");
    if (m->round_value > most->round || m->round_gradient > most->round)
        set_verdict(s, VERDICT_NOTE, "loses most of its digits in single precision");
}

static const char *verdict_text(verdict v) {
    static const char *const WORDS[] = {"ok", "ok, see note", "surrogate", "FAIL"};
    return WORDS[v];
}

/* ---- table ------------------------------------------------------------------------------------------------------- */
static const char *small(arena *a, double x) {
    return x == 0 ? "0" : arena_printf(a, "%.0e", x);
}

static const char *slope_text(arena *a, const slope *s, double least, bool kinks) {
    if (!s->measured) return "-";
    if (s->exact) return "exact";
    if (s->value < least && slope_ok(s, least)) return kinks ? "kinks" : "diff";
    return arena_printf(a, "%.2f", s->value);
}

static const char *hits_text(arena *a, const subject *s) {
    int64_t n = 0;
    for (int i = 0; i < s->hits.len; i++) n += s->hits.data[i].count;
    return n ? arena_printf(a, "%" PRId64, n) : "-";
}

/* An operator's name as users know it: hidden rows end in an underscore. */
static const char *shown_name(arena *a, const subject *s) {
    size_t n = strlen(s->name);
    return s->kind == SUBJECT_OPERATOR && n && s->name[n - 1] == '_' ? arena_strndup(a, s->name, n - 1) : s->name;
}

static void table_row(arena *a, strbuf *b, const subject *s, int wide) {
    const char *name = s->kind == SUBJECT_PIPELINE   ? arena_printf(a, "whole pipeline %s", s->name)
                       : s->kind == SUBJECT_OPERATOR ? arena_printf(a, "%s(%s)", shown_name(a, s), s->types)
                                                     : arena_printf(a, "rule %s(%s)", s->name, s->types);
    if ((int)strlen(name) > wide) name = arena_printf(a, "%.*s...", wide - 3, name);
    const char *line = s->at.src ? arena_printf(a, "%d", s->at.line) : "";
    double round = fmax(s->m.round_value, s->m.round_gradient);
    sb_printf(b, "  %-*s %5s  %7s  %7s  %6s  %7s  %7s  %8s  %s\n", wide, name, line, small(a, s->m.dot64),
              small(a, s->m.dot32), slope_text(a, &s->m.taylor, LEAST_TAYLOR, s->kinks),
              slope_text(a, &s->m.hessian, LEAST_HESSIAN, s->kinks), small(a, round), hits_text(a, s),
              verdict_text(s->verdict));
}

static int count_verdict(const subjects *all, verdict v) {
    int n = 0;
    for (int i = 0; i < all->v.len; i++) n += all->v.data[i].verdict == v;
    return n;
}

static void notes(strbuf *b, const subjects *all) {
    for (int i = 0; i < all->v.len; i++) {
        const subject *s = &all->v.data[i];
        for (int k = 0; k < s->hits.len; k++)
            if (s->hits.data[k].count)
                sb_printf(b, "  singular: %s:%d: %s, %" PRId64 " times; the derivative there is the documented one\n",
                          s->hits.data[k].at.src ? s->hits.data[k].at.src->path : "", s->hits.data[k].at.line,
                          s->hits.data[k].text, s->hits.data[k].count);
        if (!s->reason) continue;
        const char *head = s->verdict == VERDICT_FAIL ? "FAIL" : s->verdict == VERDICT_SURROGATE ? "surrogate" : "note";
        sb_printf(b, "  %s: ", head);
        if (s->at.src) sb_printf(b, "%s:%d:%d: ", s->at.src->path, s->at.line, s->at.col);
        const char *rule = s->kind == SUBJECT_RULE || s->kind == SUBJECT_SURROGATE ? "rule "
                           : s->kind == SUBJECT_PIPELINE                           ? "pipeline "
                                                                                   : "";
        sb_printf(b, "%s%s: %s\n", rule, s->name, s->reason);
    }
}

void print_checks(job *j, strbuf *b, const program *p, const subjects *all) {
    enum { WIDEST = 52 };
    arena *a = j->a;
    int wide = 16, failed = count_verdict(all, VERDICT_FAIL);
    for (int i = 0; i < all->v.len; i++) {
        int n = (int)(strlen(all->v.data[i].types) + strlen(all->v.data[i].name)) +
                (all->v.data[i].kind == SUBJECT_PIPELINE ? 15 : 7);
        wide = n > wide ? (n > WIDEST ? WIDEST : n) : wide;
    }
    sb_printf(b, "pipeline %s\n  %-*s %5s  %7s  %7s  %6s  %7s  %7s  %8s  %s\n", p->name, wide, "operator", "line",
              "dot f64", "dot f32", "Taylor", "Hessian", "f32", "singular", "verdict");
    for (int i = 0; i < all->v.len; i++) table_row(a, b, &all->v.data[i], wide);
    notes(b, all);
    if (failed) sb_printf(b, "  %d of %d checks failed\n", failed, all->v.len);
    else sb_printf(b, "  %d operators and the whole pipeline: the derivatives are right\n", all->v.len - 1);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */
static void json_text(strbuf *b, const char *key, const char *s) {
    sb_printf(b, "\"%s\": \"", key);
    for (; s && *s; s++) {
        if (*s == '"' || *s == '\\') sb_putc(b, '\\');
        if ((unsigned char)*s < ' ') sb_printf(b, "\\u%04x", (unsigned)*s);
        else sb_putc(b, *s);
    }
    sb_puts(b, "\", ");
}

static void json_number(strbuf *b, const char *key, double x) {
    if (isfinite(x)) sb_printf(b, "\"%s\": %.4g, ", key, x);
    else sb_printf(b, "\"%s\": null, ", key);
}

static void json_slope(strbuf *b, const char *key, const slope *s) {
    if (!s->measured) sb_printf(b, "\"%s\": null, ", key);
    else if (s->exact) sb_printf(b, "\"%s\": \"exact\", ", key);
    else json_number(b, key, s->value);
}

static void json_subject(strbuf *b, const subject *s) {
    static const char *const KIND[] = {"operator", "rule", "surrogate rule", "pipeline"};
    static const char *const VERDICT[] = {"ok", "note", "surrogate", "fail"};
    sb_putc(b, '{');
    json_text(b, "kind", KIND[s->kind]);
    json_text(b, "name", s->name);
    json_text(b, "types", s->types);
    json_text(b, "file", s->at.src ? s->at.src->path : "");
    sb_printf(b, "\"line\": %d, \"uses\": %d, ", s->at.src ? s->at.line : 0, s->uses);
    json_number(b, "dot_f64", s->m.dot64);
    json_number(b, "dot_f32", s->m.dot32);
    json_slope(b, "taylor", &s->m.taylor);
    json_slope(b, "hessian", &s->m.hessian);
    json_number(b, "hessian_symmetry", s->m.symmetry);
    json_number(b, "f32_value", s->m.round_value);
    json_number(b, "f32_gradient", s->m.round_gradient);
    sb_puts(b, "\"singular\": [");
    for (int k = 0, n = 0; k < s->hits.len; k++)
        if (s->hits.data[k].count)
            sb_printf(b, "%s{\"text\": \"%s\", \"line\": %d, \"count\": %" PRId64 "}", n++ ? ", " : "",
                      s->hits.data[k].text, s->hits.data[k].at.line, s->hits.data[k].count);
    sb_puts(b, "], ");
    json_text(b, "reason", s->reason);
    sb_printf(b, "\"verdict\": \"%s\"}", VERDICT[s->verdict]);
}

void print_checks_json(job *j, strbuf *b, const program *p, const subjects *all) {
    (void)j;
    sb_putc(b, '{');
    json_text(b, "pipeline", p->name);
    sb_puts(b, "\"checks\": [\n");
    for (int i = 0; i < all->v.len; i++) {
        sb_puts(b, i ? ",\n  " : "  ");
        json_subject(b, &all->v.data[i]);
    }
    sb_printf(b, "\n], \"failed\": %d}", count_verdict(all, VERDICT_FAIL));
}
