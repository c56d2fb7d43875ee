/* cmd_check.c: dspc check: every subject compiled, measured, judged, printed. */
#include "driver/check.h"
#include "driver/flops.h"
#include "driver/ports.h"
#include "driver/progress.h"

#include "emit/emit.h"

#include <string.h>
#include <unistd.h>

/* What computes little is compiled without optimisation: gcc would take longer over it than it runs. */
typedef enum { QUICK, THOROUGH, LEVELS } level;
static const char *const FLAGS[LEVELS] = {[QUICK] = "-O0", [THOROUGH] = "-O1"};
static const double MUCH_WORK = 2e5; /* operations of one evaluation, of which a check makes about a hundred */

typedef struct modules { /* the C text of all modules, and what becomes of it */
    VEC(c_file) files[LEVELS];
    jit *lib[LEVELS];
} modules;

static level level_of(const subject *s) {
    return s->much_work ? THOROUGH : QUICK;
}

static void add_module(job *j, modules *to, level at, const program *p, graph *const fn[FN_COUNT], int precision) {
    c_text text;
    emit_module(j, p, fn, precision, &text);
    vec_push(j->a, &to->files[at], ((c_file){arena_printf(j->a, "%s.c", text.prefix), text.c}));
    vec_push(j->a, &to->files[at], ((c_file){arena_printf(j->a, "%s.h", text.prefix), text.h}));
}

static program *renamed(job *j, const program *p, const char *suffix) {
    program *q = NEW(j->a, program);
    *q = *p;
    q->name = arena_printf(j->a, "%s%s", p->name, suffix);
    return q;
}

/* Second derivatives are asked of double precision alone. */
static void add_subject(job *j, const loaded *l, modules *to, subject *s) {
    graph *single[FN_COUNT];
    memcpy(single, s->graphs.fn, sizeof single);
    single[FN_HVP] = NULL;
    s->much_work = graph_flops(j->a, l->s, s->graphs.fn[FN_FORWARD]) > MUCH_WORK;
    add_module(j, to, level_of(s), renamed(j, s->prog, "_f64"), s->graphs.fn, 64);
    add_module(j, to, level_of(s), renamed(j, s->prog, "_f32"), single, 32);
}

/* The probe is made last: its nodes come after everything that was derived. */
static program *add_probe(job *j, modules *to, const program *p, subject *whole) {
    program *q = singular_probe(j, p, whole);
    if (!q) return NULL;
    graph *fn[FN_COUNT] = {[FN_FORWARD] = optimise(j, q->forward)};
    add_module(j, to, level_of(whole), q, fn, 64);
    return q;
}

static bool load_modules(job *j, modules *m, const char **why) {
    for (int k = 0; k < LEVELS; k++)
        if (m->files[k].len && !(m->lib[k] = jit_load(j->a, m->files[k].data, m->files[k].len, FLAGS[k], why)))
            return false;
    return true;
}

/* ---- the subjects, one after the other --------------------------------------------------------------------------- */
typedef struct check_run {
    job *j;
    loaded *l;
    modules m;
    subjects all; /* the whole pipeline is the last */
    program *probe;
    progress bar;
    int done;
} check_run;

static instance *open_module(arena *a, const jit *lib, const program *p, const char *suffix, const functions *f,
                             const char **why) {
    const char *name = emit_prefix(a, arena_printf(a, "%s%s", p->name, suffix));
    const dspc_module *m = jit_module(lib, name, why);
    return m ? instance_new(a, m, f->wrt, f->nwrt, why) : NULL;
}

static bool open_subject(const check_run *r, arena *a, subject *s, const char **why) {
    const jit *lib = r->m.lib[level_of(s)];
    bool probed = s->kind == SUBJECT_PIPELINE && r->probe;
    s->x64 = open_module(a, lib, s->prog, "_f64", &s->fns, why);
    s->x32 = s->x64 ? open_module(a, lib, s->prog, "_f32", &s->fns, why) : NULL;
    s->probe = s->x32 && probed ? open_module(a, lib, r->probe, "", &s->fns, why) : NULL;
    return s->x32 && (s->probe || !probed);
}

static void close_subject(subject *s) {
    instance_free(s->x64);
    instance_free(s->x32);
    instance_free(s->probe);
    s->x64 = s->x32 = s->probe = NULL;
}

/* --in of the command line, for the whole pipeline; what it leaves open is random. */
static int take_inputs(const check_run *r, subject *s) {
    instance *all[] = {s->x64, s->x32, s->probe};
    for (size_t i = 0; i < COUNT_OF(all) && s->kind == SUBJECT_PIPELINE; i++) {
        int status = all[i] ? ports_set(r->j, all[i], port_size_names, r->l) : EXIT_FINE;
        if (status != EXIT_FINE) return status;
    }
    return EXIT_FINE;
}

/* An operator on very many numbers is tested as well by one point as by several. */
static int points_for(const job *j, const subject *s) {
    enum { VERY_MANY = 100000 };
    bool one = s->kind == SUBJECT_OPERATOR && slots_numbers(&s->x64->grad) > VERY_MANY;
    return (int)opt_int(j->o, OPT_points, one ? 1 : 2);
}

static bool measure_points(check_run *r, subject *s, const char **why) {
    progress_step(&r->bar, r->done++, r->all.v.len, arena_printf(r->j->a, "checking %s", s->name));
    for (int k = 0, n = points_for(r->j, s); k < n; k++)
        if (!measure_subject(r->j, r->l->s, s, k, why)) return false;
    judge_subject(r->j, s);
    return true;
}

/* The memory of a subject lives as long as its measurement. */
static int check_subject(check_run *r, subject *s) {
    arena *memory = arena_new("subject");
    const char *why = "";
    bool ok = open_subject(r, memory, s, &why);
    int status = ok ? take_inputs(r, s) : EXIT_FINE;
    if (ok && status == EXIT_FINE) ok = measure_points(r, s, &why);
    if (!ok) {
        progress_end(&r->bar);
        status = complain(EXIT_INTERNAL, "%s", why);
    }
    close_subject(s);
    arena_free(memory);
    return status;
}

/* The whole pipeline first: a fault in the values of --in shows at once. */
static int check_all(check_run *r) {
    int last = r->all.v.len - 1, status = check_subject(r, &r->all.v.data[last]);
    for (int i = 0; i < last && status == EXIT_FINE; i++) status = check_subject(r, &r->all.v.data[i]);
    progress_end(&r->bar);
    return status;
}

static int check_program(job *j, loaded *l, const program *p, strbuf *out) {
    check_run r = {.j = j, .l = l, .bar = progress_new(stderr, !isatty(STDERR_FILENO))};
    const char *why = "";
    if (!collect_subjects(j, l, p, &r.all)) return EXIT_WRONG;
    subject *whole = &r.all.v.data[r.all.v.len - 1];
    if (whole->fns.nwrt == 0 && !check_has_params(p))
        return complain(
            EXIT_WRONG,
            "pipeline '%s' has nothing to differentiate with respect to: no params and no real or complex inputs",
            p->name);
    for (int i = 0; i < r.all.v.len; i++) add_subject(j, l, &r.m, &r.all.v.data[i]);
    r.probe = add_probe(j, &r.m, p, whole);
    if (!load_modules(j, &r.m, &why)) return complain(EXIT_INTERNAL, "%s", why);
    int status = check_all(&r);
    if (status != EXIT_FINE) return status;
    if (opt_given(j->o, OPT_json)) print_checks_json(j, out, p, &r.all);
    else print_checks(j, out, p, &r.all);
    for (int i = 0; i < r.all.v.len; i++)
        if (r.all.v.data[i].verdict == VERDICT_FAIL) status = EXIT_CHECK;
    return status;
}

static const char *const LEGEND =
    "\n"
    "dot       forward against reverse derivative, relative (1e-12 in f64, 2e-5 in f32 for one operator)\n"
    "Taylor    order of the error of the first-order expansion: 2 when the gradient is right, 1 when it is not; "
    "`exact`: linear\n"
    "Hessian   the same with the Hessian-vector product: 3 when it is right\n"
    "          kinks: it is only piecewise smooth; the derivative agrees with a central difference over a tiny step\n"
    "          diff: it bends so sharply that rounding hides the order; the derivative agrees with a central "
    "difference\n"
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
