/* compile.c: see compile.h. */
#include "driver/compile.h"

#include "driver/loop_memory.h"
#include "emit/emit.h"
#include "front/front.h"
#include "opt/opt.h"
#include "timeline/timeline.h"

#include <stdlib.h>
#include <string.h>

/* -D N=@voice.wav: the length of the file's last axis. */
static bool read_define(job *j, option_use use, size_define *out) {
    data_array d;
    const char *why = "";
    *out = (size_define){use.name, use.value};
    if (use.value[0] != '@') return true;
    if (!data_read(j->a, use.value + 1, true, &d, &why)) {
        complain(EXIT_WRONG, "-D %s=%s: %s", use.name, use.value, why);
        return false;
    }
    out->text = arena_printf(j->a, "%lld", (long long)(d.rank ? d.shape[d.rank - 1] : 1));
    return true;
}

int elaborate_file(job *j, loaded *l) {
    const char *path = j->o->files[0];
    int n = j->o->of[OPT_define].uses.len;
    size_define *defines = NEW_ARRAY(j->a, size_define, n + 1);
    for (int i = 0; i < n; i++)
        if (!read_define(j, j->o->of[OPT_define].uses.data[i], &defines[i])) return EXIT_WRONG;
    if (opt_given(j->o, OPT_checkpoint) && opt_given(j->o, OPT_memory))
        return complain(EXIT_USAGE, "--checkpoint and --memory both say how to keep the states of loops: give one");
    *l = (loaded){.a = j->a, .path = path, .src = read_source(j, path)};
    if (!l->src) return EXIT_INTERNAL;
    l->s = session_new(j->a, j->d);
    session_set_memory(l->s, loop_memory_of(j->o, 64)); /* definitions may ask what can be kept */
    bool ok = strcmp(path, "-") == 0 ? sema_text(l->s, l->src, defines, n, &l->programs)
                                     : sema_file(l->s, path, defines, n, &l->programs);
    return ok ? EXIT_FINE : EXIT_WRONG;
}

int load_file(job *j, loaded *l) {
    int status = elaborate_file(j, l);
    for (int i = 0; status == EXIT_FINE && i < l->programs.items.len; i++)
        if (!ad_expand(l->s, l->programs.items.data[i])) status = EXIT_WRONG;
    return status;
}

static const char *program_names(job *j, const loaded *l, const char **names) {
    strbuf b = {0};
    for (int i = 0; i < l->programs.items.len; i++) {
        names[i] = l->programs.items.data[i]->name;
        sb_printf(&b, "%s%s", i ? ", " : "", names[i]);
    }
    const char *text = arena_strdup(j->a, sb_text(&b));
    sb_free(&b);
    return text;
}

int choose_program(job *j, const loaded *l, program **p) {
    const char *wanted = opt_text(j->o, OPT_pipeline, NULL);
    int n = l->programs.items.len;
    const char **names = NEW_ARRAY(j->a, const char *, n + 1), *all = program_names(j, l, names);
    *p = NULL;
    for (int i = 0; i < n; i++)
        if (!wanted || strcmp(names[i], wanted) == 0) *p = l->programs.items.data[i];
    if (!*p) {
        const char *near = nearest_name(wanted, names, n);
        const char *help =
            near ? arena_printf(j->a, "did you mean '%s'?", near) : arena_printf(j->a, "there are: %s", all);
        return complain_help(EXIT_USAGE, help, "%s has no pipeline '%s'", l->path, wanted);
    }
    if (!wanted && n > 1)
        return complain_help(EXIT_USAGE, arena_printf(j->a, "choose one with --pipeline=NAME: %s", all),
                             "%s has %d pipelines", l->path, n);
    return EXIT_FINE;
}

static const leaf_info *find_input(const program *p, const char *name) {
    for (int i = 0; i < p->leaves.len; i++)
        if (p->leaves.data[i].role == ROLE_INPUT && strcmp(p->leaves.data[i].name, name) == 0)
            return &p->leaves.data[i];
    return NULL;
}

static int bad_wrt(job *j, const program *p, const char *name) {
    const char **names = NEW_ARRAY(j->a, const char *, p->leaves.len + 1);
    int n = 0;
    for (int i = 0; i < p->leaves.len; i++) {
        if (p->leaves.data[i].role == ROLE_INPUT) names[n++] = p->leaves.data[i].name;
        else if (strcmp(p->leaves.data[i].name, name) == 0)
            return complain(EXIT_USAGE, "--wrt=%s: params are always differentiated; --wrt names inputs", name);
    }
    const char *near = nearest_name(name, names, n);
    const char *help = near ? arena_printf(j->a, "did you mean --wrt=%s?", near) : NULL;
    return complain_help(EXIT_USAGE, help, "--wrt=%s: pipeline '%s' has no such input", name, p->name);
}

int choose_wrt(job *j, const program *p, functions *f) {
    int n = j->o->of[OPT_wrt].uses.len;
    const char **wrt = NEW_ARRAY(j->a, const char *, n + 1);
    for (int i = 0; i < n; i++) {
        wrt[i] = j->o->of[OPT_wrt].uses.data[i].value;
        const leaf_info *leaf = find_input(p, wrt[i]);
        if (!leaf) return bad_wrt(j, p, wrt[i]);
        if (leaf->type.dt == T_INT)
            return complain(EXIT_USAGE,
                            "--wrt=%s: the input is int; there is no derivative with respect to whole numbers", wrt[i]);
    }
    f->wrt = wrt;
    f->nwrt = n;
    f->wirtinger = opt_is(j->o, OPT_complex_grad, "wirtinger", false);
    if (f->wirtinger && opt_given(j->o, OPT_selfcheck))
        return complain(EXIT_USAGE, "--selfcheck tests gradients as dL/dre + i dL/dim: leave out --complex-grad");
    return EXIT_FINE;
}

bool derive(job *j, const loaded *l, const program *p, const functions *f, derived *out) {
    int errors = diags_errors(j->d);
    warn_foldings(j->a, j->d, p->forward);
    session_set_memory(l->s, loop_memory_of(j->o, f->precision ? f->precision : 64));
    for (int k = 0; k < FN_COUNT; k++) {
        out->fn[k] = f->wanted[k] ? ad_build(l->s, p, (fn_kind)k, f->wrt, f->nwrt) : NULL;
        if (out->fn[k] && f->wirtinger) ad_wirtinger(out->fn[k], k == FN_HVP);
    }
    return diags_errors(j->d) == errors;
}

/* Debugging aid, and always on under sanitizers: the verifier after every pass. */
static bool verify_each(void) {
#if defined(__SANITIZE_ADDRESS__)
    return true;
#else
    const char *v = getenv("DSPC_VERIFY");
    return v && *v;
#endif
}

graph *optimise(job *j, const graph *g) {
    return opt_run(j->a, g, NULL, verify_each());
}

void emit_module(job *j, const program *p, graph *const fn[FN_COUNT], int precision, c_text *out) {
    emit_function list[FN_COUNT];
    strbuf c = {0}, h = {0};
    int n = 0;
    for (int k = 0; k < FN_COUNT; k++)
        if (fn[k]) list[n++] = (emit_function){fn_kind_name((fn_kind)k), fn[k]};
    emit_options settings = {.precision = precision, .version = DSPC_VERSION};
    emit_report report = {0};
    emit_program(j->a, p, list, n, &settings, &c, &h, &report);
    out->work_bytes = report.work_bytes;
    out->c = arena_strdup(j->a, sb_text(&c));
    out->h = arena_strdup(j->a, sb_text(&h));
    out->prefix = emit_prefix(j->a, p->name);
    sb_free(&c);
    sb_free(&h);
}

bool compile_program(job *j, const loaded *l, const program *p, const functions *f, c_text *out) {
    derived d;
    if (!derive(j, l, p, f, &d)) return false;
    for (int k = 0; k < FN_COUNT; k++)
        if (d.fn[k]) d.fn[k] = optimise(j, d.fn[k]);
    emit_module(j, p, d.fn, f->precision, out);
    return true;
}

void print_plan(job *j, strbuf *out, const graph *g, int precision) {
    fft_plans plans = {0};
    plan_print(out, plan_function(j->a, g, precision, &plans));
}

int open_instance(job *j, const loaded *l, const program *p, const functions *f, instance **x, jit **lib) {
    c_text text;
    const char *why = "";
    if (!compile_program(j, l, p, f, &text)) return EXIT_WRONG;
    c_file files[] = {{arena_printf(j->a, "%s.c", text.prefix), text.c},
                      {arena_printf(j->a, "%s.h", text.prefix), text.h}};
    *lib = jit_load(j->a, files, 2, "-O2", &why);
    const dspc_module *m = *lib ? jit_module(*lib, text.prefix, &why) : NULL;
    *x = m ? instance_new(j->a, m, f->wrt, f->nwrt, &why) : NULL;
    return *x ? EXIT_FINE : complain(EXIT_INTERNAL, "%s", why);
}

/* ---- names of sizes, from the syntax tree ------------------------------------------------------------------------ */
static const type_expr *declared_type(const module_ast *m, const char *port) {
    for (int d = 0; d < m->ndecls; d++)
        for (int i = 0; m->decls[d]->kind == D_PIPELINE && i < m->decls[d]->nbody; i++) {
            const stmt *s = m->decls[d]->body[i];
            if ((s->kind == S_INPUT || s->kind == S_PARAM) && strcmp(s->name, port) == 0) return s->type;
        }
    return NULL;
}

static bool is_size(const module_ast *m, const char *name) {
    for (int d = 0; d < m->ndecls; d++)
        if (m->decls[d]->kind == D_SIZE && strcmp(m->decls[d]->name, name) == 0) return true;
    return false;
}

const char *const *port_size_names(void *ctx, const char *port) {
    const loaded *l = ctx;
    const module_ast *m = parse_module(l->a, session_names(l->s), diags_new(l->a, NULL, false), l->src);
    const type_expr *t = m ? declared_type(m, port) : NULL;
    const char **names = NEW_ARRAY(l->a, const char *, MAX_RANK);
    for (int k = 0; t && k < t->ndims && k < MAX_RANK; k++) {
        const expr *size = t->dims[k].size;
        if (size && size->kind == E_NAME && is_size(m, size->text)) names[k] = size->text;
    }
    return names;
}
