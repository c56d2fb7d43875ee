/* cmd_check.c: dspc check: every subject compiled into one library, measured, judged, printed. */
#include "driver/check.h"
#include "driver/ports.h"
#include "driver/progress.h"

#include "emit/emit.h"

#include <string.h>
#include <unistd.h>

typedef struct sources { /* the C text of all modules */
    VEC(c_file) files;
} sources;

static void add_module(job *j, sources *to, const program *p, graph *const fn[FN_COUNT], int precision) {
    c_text text;
    emit_module(j, p, fn, precision, &text);
    vec_push(j->a, &to->files, ((c_file){arena_printf(j->a, "%s.c", text.prefix), text.c}));
    vec_push(j->a, &to->files, ((c_file){arena_printf(j->a, "%s.h", text.prefix), text.h}));
}

static program *renamed(job *j, const program *p, const char *suffix) {
    program *q = NEW(j->a, program);
    *q = *p;
    q->name = arena_printf(j->a, "%s%s", p->name, suffix);
    return q;
}

static void add_subject(job *j, sources *to, subject *s) {
    add_module(j, to, renamed(j, s->prog, "_f64"), s->graphs.fn, 64);
    add_module(j, to, renamed(j, s->prog, "_f32"), s->graphs.fn, 32);
}

/* The probe is made last: its nodes come after everything that was derived. */
static program *add_probe(job *j, sources *to, const program *p, subject *whole) {
    program *q = singular_probe(j, p, whole);
    if (!q) return NULL;
    graph *fn[FN_COUNT] = {[FN_FORWARD] = optimise(j, q->forward)};
    add_module(j, to, q, fn, 64);
    return q;
}

static instance *open_module(job *j, const jit *lib, const program *p, const char *suffix, const functions *f,
                             const char **why) {
    const char *name = emit_prefix(j->a, arena_printf(j->a, "%s%s", p->name, suffix));
    const dspc_module *m = jit_module(lib, name, why);
    return m ? instance_new(j->a, m, f->wrt, f->nwrt, why) : NULL;
}

static bool open_subject(job *j, const jit *lib, subject *s, const program *probe, const char **why) {
    s->x64 = open_module(j, lib, s->prog, "_f64", &s->fns, why);
    s->x32 = s->x64 ? open_module(j, lib, s->prog, "_f32", &s->fns, why) : NULL;
    if (!s->x32) return false;
    if (s->kind == SUBJECT_PIPELINE && probe) s->probe = open_module(j, lib, probe, "", &s->fns, why);
    return s->kind != SUBJECT_PIPELINE || !probe || s->probe;
}

static void close_subject(subject *s) {
    instance_free(s->x64);
    instance_free(s->x32);
    instance_free(s->probe);
}

/* --in of the command line, for the whole pipeline; what it leaves open is random. */
static int take_inputs(job *j, loaded *l, subject *whole) {
    instance *all[] = {whole->x64, whole->x32, whole->probe};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        int status = all[i] ? ports_set(j, all[i], port_size_names, l) : EXIT_FINE;
        if (status != EXIT_FINE) return status;
    }
    return EXIT_FINE;
}

static int measure_all(job *j, const loaded *l, subjects *all) {
    int points = (int)opt_int(j->o, OPT_points, 2);
    progress bar = progress_new(stderr, !isatty(STDERR_FILENO));
    const char *why = "";
    for (int i = 0; i < all->v.len; i++) {
        subject *s = &all->v.data[i];
        progress_step(&bar, i, all->v.len, arena_printf(j->a, "checking %s", s->name));
        for (int k = 0; k < points; k++)
            if (!measure_subject(j, l->s, s, k, &why)) {
                progress_end(&bar);
                return complain(EXIT_INTERNAL, "%s", why);
            }
        judge_subject(j, s);
    }
    progress_end(&bar);
    return EXIT_FINE;
}

static int check_program(job *j, loaded *l, const program *p, strbuf *out) {
    subjects all = {0};
    sources text = {0};
    const char *why = "";
    if (!collect_subjects(j, l, p, &all)) return EXIT_WRONG;
    subject *whole = &all.v.data[all.v.len - 1];
    if (whole->fns.nwrt == 0 && !check_has_params(p))
        return complain(
            EXIT_WRONG,
            "pipeline '%s' has nothing to differentiate with respect to: no params and no real or complex inputs",
            p->name);
    for (int i = 0; i < all.v.len; i++) add_subject(j, &text, &all.v.data[i]);
    program *probe = add_probe(j, &text, p, whole);
    jit *lib = jit_load(j->a, text.files.data, text.files.len, "-O1", &why);
    if (!lib) return complain(EXIT_INTERNAL, "%s", why);
    int status = EXIT_FINE;
    for (int i = 0; i < all.v.len && status == EXIT_FINE; i++)
        if (!open_subject(j, lib, &all.v.data[i], probe, &why)) status = complain(EXIT_INTERNAL, "%s", why);
    if (status == EXIT_FINE) status = take_inputs(j, l, whole);
    if (status == EXIT_FINE) status = measure_all(j, l, &all);
    if (status == EXIT_FINE && opt_given(j->o, OPT_json)) print_checks_json(j, out, p, &all);
    else if (status == EXIT_FINE) print_checks(j, out, p, &all);
    for (int i = 0; i < all.v.len; i++) {
        if (all.v.data[i].verdict == VERDICT_FAIL && status == EXIT_FINE) status = EXIT_CHECK;
        close_subject(&all.v.data[i]);
    }
    return status;
}

static const char *const LEGEND =
    "\n"
    "dot       forward against reverse derivative, relative (1e-12 in f64, 2e-5 in f32 for one operator)\n"
    "Taylor    order of the error of the first-order expansion: 2 when the gradient is right, 1 when it is not; "
    "`exact`: linear\n"
    "Hessian   the same with the Hessian-vector product: 3 when it is right\n"
    "          kinks: it is only piecewise smooth; the derivative agrees with a central difference over a tiny step\n"
    "          diff: it bends so sharply that rounding hides the order; the derivative agrees with a central difference\n"
    "f32       relative error of value and gradient in single precision\n"
    "singular  elements that stood exactly where there is no derivative\n";

int cmd_check(job *j) {
    loaded l;
    program *only = NULL;
    strbuf out = {0};
    bool json = opt_given(j->o, OPT_json);
    int status = load_file(j, &l), worst = EXIT_FINE;
    if (status == EXIT_FINE && opt_given(j->o, OPT_pipeline)) status = choose_program(j, &l, &only);
    if (status != EXIT_FINE) return status;
    if (json) sb_puts(&out, "[");
    for (int i = 0, n = 0; i < l.programs.items.len && worst != EXIT_INTERNAL; i++) {
        const program *p = l.programs.items.data[i];
        if (only && p != only) continue;
        if (n++) sb_puts(&out, json ? ",\n" : "\n");
        status = check_program(j, &l, p, &out);
        worst = status > worst ? status : worst;
    }
    sb_puts(&out, json ? "]\n" : worst == EXIT_FINE || worst == EXIT_CHECK ? LEGEND : "");
    put_text(stdout, &out);
    sb_free(&out);
    return worst;
}
