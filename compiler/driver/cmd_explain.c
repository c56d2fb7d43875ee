/* cmd_explain.c: dspc explain: a pipeline step by step, or what a diagnostic means. */
#include "driver/compile.h"
#include "driver/explain_loops.h"
#include "driver/explain_signal.h"
#include "driver/flops.h"
#include "driver/steps.h"

#include "docgen/manual.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static bool is_code(const char *s) {
    return (s[0] == 'E' || s[0] == 'W' || s[0] == 'e' || s[0] == 'w') && isdigit((unsigned char)s[1]) && strlen(s) == 5;
}

static int explain_code(job *j, const char *code) {
    char upper[8];
    snprintf(upper, sizeof upper, "%c%s", toupper((unsigned char)code[0]), code + 1);
    const diag_row *d = diag_by_code(upper);
    if (!d) {
        const char *names[DIAG_COUNT];
        for (int i = 0; i < DIAG_COUNT; i++) names[i] = diag_info((diag_id)i)->code;
        const char *near = nearest_name(upper, names, DIAG_COUNT);
        return complain_help(EXIT_WRONG, near ? arena_printf(j->a, "did you mean %s?", near) : NULL,
                             "there is no diagnostic %s", upper);
    }
    strbuf b = {0};
    print_diagnostic(&b, d);
    put_text(stdout, &b);
    sb_free(&b);
    return EXIT_FINE;
}

/* 1234567 -> "1.23 M" */
static const char *count_text(arena *a, double x) {
    static const char *const UNIT[] = {"", " k", " M", " G", " T"};
    int k = 0;
    while (x >= 999.5 && k < 4) {
        x /= 1000;
        k++;
    }
    return x == 0 ? "-" : arena_printf(a, k ? "%.3g%s" : "%.0f%s", x, UNIT[k]);
}

static const char *bytes_text(arena *a, double x) {
    return x < 1024      ? arena_printf(a, "%.0f bytes", x)
           : x < 1048576 ? arena_printf(a, "%.1f KiB", x / 1024)
                         : arena_printf(a, "%.1f MiB", x / 1048576);
}

static const char *range_text(arena *a, const leaf_info *leaf) {
    return leaf->has_range ? arena_printf(a, "  in %g..%g%s", leaf->lo, leaf->hi, leaf->log_range ? " log" : "") : "";
}

static const char *role_text(const leaf_info *leaf) {
    return leaf->role == ROLE_PARAM ? "param" : "input";
}

typedef struct explained {
    const program *p;
    user_steps steps;
    const graph *forward, *gradient; /* as they run: optimised */
    double flops_forward, flops_gradient;
    double leaf_bytes;
    size_t work_bytes;
    int precision;
    bool has_signal;
    timeline time;
    loop_notes loops; /* of the gradient */
} explained;

static void table_leaves(arena *a, strbuf *b, const explained *e) {
    for (int i = 0; i < e->p->leaves.len; i++) {
        const leaf_info *leaf = &e->p->leaves.data[i];
        sb_printf(b, "  %-6s %-12s %s%s", role_text(leaf), leaf->name, type_text(a, &leaf->type), range_text(a, leaf));
        if (leaf->role == ROLE_PARAM && leaf->initial_text) sb_printf(b, "  from %s", leaf->initial_text);
        sb_putc(b, '\n');
    }
}

static void table_steps(arena *a, strbuf *b, const explained *e) {
    sb_printf(b, "\n  %5s  %-44s  %-32s", "line", "step", "result");
    if (e->has_signal) sb_printf(b, "  %16s  %6s", "reads", "every");
    sb_printf(b, "  %9s  %9s  %10s\n", "flops", "gradient", "arrays");
    for (int i = 0; i < e->steps.v.len; i++) {
        const user_step *s = &e->steps.v.data[i];
        if (s->leaf) continue;
        sb_printf(b, "  %5d  %-44s  %-32s", s->at.line, s->text, type_text(a, &s->last->type));
        if (e->has_signal)
            sb_printf(b, "  %16s  %6s", reads_text(a, &e->time, s->last), every_text(a, &e->time, s->last));
        sb_printf(b, "  %9s  %9s  %10s\n", count_text(a, s->forward), e->gradient ? count_text(a, s->gradient) : "",
                  s->kept > 0 ? bytes_text(a, s->kept) : "-");
    }
}

static void table_totals(arena *a, strbuf *b, const explained *e) {
    sb_printf(b, "\n  forward   %s flops as the generated code does them\n", count_text(a, e->flops_forward));
    if (e->gradient) {
        double ratio = e->flops_forward > 0 ? e->flops_gradient / e->flops_forward : 0;
        sb_printf(b, "  gradient  %s flops, value included: %.2f times forward\n", count_text(a, e->flops_gradient),
                  ratio);
    }
    sb_printf(b, "  memory    %s of work memory (f%d), which arrays share by turns; %s of inputs and params\n",
              bytes_text(a, (double)e->work_bytes), e->precision, bytes_text(a, e->leaf_bytes));
}

static void put_json_text(strbuf *b, const char *s) {
    sb_putc(b, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') sb_putc(b, '\\');
        if ((unsigned char)*s < ' ') sb_printf(b, "\\u%04x", (unsigned)*s);
        else sb_putc(b, *s);
    }
    sb_putc(b, '"');
}

static void json_type(strbuf *b, const type *t) {
    static const char *const NAME[] = {"real", "complex", "int"};
    sb_printf(b, "\"dtype\": \"%s\", \"shape\": [", NAME[t->dt]);
    for (int k = 0; k < t->rank; k++) sb_printf(b, "%s%" PRId64, k ? ", " : "", t->shape[k]);
    sb_printf(b, "], \"rate\": %.17g", t->rate);
}

static void json_program(strbuf *b, const explained *e) {
    sb_puts(b, "{\"pipeline\": ");
    put_json_text(b, e->p->name);
    sb_puts(b, ", \"leaves\": [");
    for (int i = 0; i < e->p->leaves.len; i++) {
        const leaf_info *leaf = &e->p->leaves.data[i];
        sb_printf(b, "%s{\"name\": \"%s\", \"role\": \"%s\", ", i ? ", " : "", leaf->name, role_text(leaf));
        json_type(b, &leaf->type);
        sb_putc(b, '}');
    }
    sb_puts(b, "], \"steps\": [");
    for (int i = 0, n = 0; i < e->steps.v.len; i++) {
        const user_step *s = &e->steps.v.data[i];
        if (s->leaf) continue;
        sb_printf(b, "%s{\"line\": %d, \"text\": ", n++ ? ", " : "", s->at.line);
        put_json_text(b, s->text);
        sb_puts(b, ", ");
        json_type(b, &s->last->type);
        sb_printf(b, ", \"flops_forward\": %.0f, \"flops_gradient\": %.0f, \"kept_bytes\": %.0f}", s->forward,
                  s->gradient, s->kept);
    }
    sb_printf(b, "], \"flops_forward\": %.0f, \"flops_gradient\": %.0f, \"work_bytes\": %zu, \"precision\": %d",
              e->flops_forward, e->flops_gradient, e->work_bytes, e->precision);
    if (e->has_signal) json_signal(b, &e->time);
    json_loops(b, &e->loops);
    sb_putc(b, '}');
}

static int explain_program(job *j, loaded *l, const program *p, strbuf *b) {
    functions f = {.wanted = {[FN_FORWARD] = true, [FN_GRADIENT] = p->nlosses > 0}};
    f.precision = opt_is(j->o, OPT_precision, "f32", false) ? 32 : 64;
    int status = choose_wrt(j, p, &f);
    derived d;
    if (status != EXIT_FINE) return status;
    if (!derive(j, l, p, &f, &d)) return EXIT_WRONG;
    explained e = {.p = p, .precision = f.precision};
    graph *fn[FN_COUNT] = {NULL};
    for (int k = 0; k < FN_COUNT; k++) fn[k] = d.fn[k] ? optimise(j, d.fn[k]) : NULL;
    e.forward = fn[FN_FORWARD];
    e.gradient = fn[FN_GRADIENT];
    e.has_signal = timeline_find(j->a, p->forward, &e.time);
    e.steps = find_steps(j->a, l->s, p->forward, e.gradient);
    fft_plans plans = {0};
    const plan *shown = plan_function(j->a, e.gradient ? e.gradient : e.forward, f.precision, &plans);
    steps_memory(j->a, &e.steps, shown);
    if (e.gradient) find_loops(j->a, l->s, shown, &e.loops);
    e.flops_forward = graph_flops(j->a, l->s, e.forward);
    e.flops_gradient = e.gradient ? graph_flops(j->a, l->s, e.gradient) : 0;
    for (int i = 0; i < e.loops.len; i++) e.flops_gradient += e.loops.data[i].flops;
    c_text text;
    emit_module(j, p, fn, f.precision, &text);
    e.work_bytes = text.work_bytes;
    for (int i = 0; i < p->leaves.len; i++) {
        const type *t = &p->leaves.data[i].type;
        e.leaf_bytes += (double)type_count(t) * (t->dt == T_INT ? 4 : (t->dt == T_COMPLEX ? 2 : 1) * f.precision / 8.0);
    }
    if (opt_given(j->o, OPT_json)) {
        json_program(b, &e);
        return EXIT_FINE;
    }
    sb_printf(b, "%spipeline %s (%s)\n", b->len ? "\n" : "", p->name, l->path);
    table_leaves(j->a, b, &e);
    table_steps(j->a, b, &e);
    table_totals(j->a, b, &e);
    table_loops(j->a, b, &e.loops);
    if (e.has_signal) table_signal(j->a, b, &e.time);
    if (opt_given(j->o, OPT_measure)) return table_measured(j, l, p, e.has_signal ? &e.time : NULL, b);
    return EXIT_FINE;
}

int cmd_explain(job *j) {
    loaded l;
    program *only = NULL;
    strbuf b = {0};
    bool json = opt_given(j->o, OPT_json);
    if (is_code(j->o->files[0])) return explain_code(j, j->o->files[0]);
    int status = load_file(j, &l);
    if (status == EXIT_FINE && opt_given(j->o, OPT_pipeline)) status = choose_program(j, &l, &only);
    if (json) sb_puts(&b, "[");
    for (int i = 0, n = 0; status == EXIT_FINE && i < l.programs.items.len; i++) {
        const program *p = l.programs.items.data[i];
        if (only && p != only) continue;
        if (json && n++) sb_puts(&b, ",\n");
        status = explain_program(j, &l, p, &b);
    }
    if (json) sb_puts(&b, "]\n");
    if (status == EXIT_FINE) put_text(stdout, &b);
    sb_free(&b);
    return status;
}
