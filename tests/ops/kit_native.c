/* kit_native.c: see kit_native.h. */
#include "kit_native.h"

#include <dlfcn.h>
#include <dspc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emit/emit.h"
#include "opt/opt.h"

enum { MOST = 64 };
static const double TOLERANCE = 1e-8; /* of optimised graphs, and of C unless the item says otherwise */

static bool fail(native_item *it, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool fail(native_item *it, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(it->why, sizeof it->why, fmt, ap);
    va_end(ap);
    return false;
}

/* ---- in the evaluator ------------------------------------------------------------------------------------------------------ */
static bool reference(const native_item *it, const graph *g, tensor *out, const char **why) {
    derive_job *j = it->job;
    tensor value[MOST];
    const tensor *given[MOST];
    if (g->leaves.len > MOST || g->results.len > MOST) return *why = "too many leaves or results", false;
    for (int i = 0; i < g->leaves.len; i++) {
        if (!derive_leaf(j, g->leaves.data[i], 0.0, &value[i])) return *why = "a leaf nobody knows", false;
        given[i] = &value[i];
    }
    return eval_graph_why(j->mem, g, given, out, why);
}

static const char *kind_text(out_kind k) {
    static const char *const text[] = {"output", "loss", "gradient", "tangent", "result"};
    return text[k];
}

/* A difference is put down to a jump nearby when the evaluator itself moves as far under rounding: in any of many tries, since
 * two equal values that stand to be sorted change places in one try of two. */
static void judge(native_item *it, int kind, int k, const tensor *want, const tensor *got, const char *by, double limit) {
    double d = tensor_distance(got, want);
    if (d <= limit || it->why[0]) return;
    tensor moved[MOST];
    const result *res = &it->fn[kind]->results.data[k];
    double share = it->precision == 32 ? 0.3 : 0.01;
    for (uint64_t seed = 5; seed < 45; seed++) {
        if (derive_shaken(it->job, it->fn[kind], seed, it->precision == 32 ? 1e-6 : 1e-13, moved) && tensor_distance(&moved[k], want) > share * d) {
            it->unstable = true;
            return;
        }
    }
    fail(it, "%s: %s \"%s\" of the %s differs by %.2g of its size", by, kind_text(res->kind), res->name, fn_kind_name((fn_kind)kind), d);
}

static void round_to_float(tensor *t) {
    for (size_t k = 0; k < tensor_doubles(&t->type); k++) t->v[k] = (double)(float)t->v[k];
}

bool native_prepare(native_item *it) {
    derive_job *j = it->job;
    for (int k = 0; it->precision == 32 && k < j->p->forward->leaves.len; k++) {
        round_to_float(&j->value[k]);
        round_to_float(&j->direction[k]);
    }
    for (int kind = 0; kind < FN_COUNT; kind++) {
        bool second = j->second && it->precision == 64; /* in single precision the text is the same but for the type */
        if ((kind == FN_HVP && !second) || (kind != FN_FORWARD && it->forward_only)) continue;
        const char *why = "";
        tensor want[MOST], got[MOST];
        it->fn[kind] = ad_build(j->s, j->p, (fn_kind)kind, NULL, 0);
        if (!it->fn[kind]) return fail(it, "no %s: %.200s", fn_kind_name((fn_kind)kind), diags_text(session_diags(j->s)));
        it->optimised[kind] = opt_run(j->mem, it->fn[kind], NULL, true);
        if (!reference(it, it->fn[kind], want, &why) || !reference(it, it->optimised[kind], got, &why))
            return fail(it, "%s: %s", fn_kind_name((fn_kind)kind), why);
        for (int k = 0; k < it->fn[kind]->results.len; k++)
            if (want[k].v && got[k].v) judge(it, kind, k, &want[k], &got[k], "optimised", TOLERANCE);
        if (it->why[0]) return false;
    }
    return true;
}

/* ---- in C ---------------------------------------------------------------------------------------------------------------------- */
static void *to_c(arena *a, const tensor *t, int precision) {
    size_t n = tensor_doubles(&t->type);
    void *p = arena_alloc(a, n * 8 + 8);
    for (size_t k = 0; k < n; k++) {
        if (t->type.dt == T_INT) ((int32_t *)p)[k] = (int32_t)t->v[k];
        else if (precision == 32) ((float *)p)[k] = (float)t->v[k];
        else ((double *)p)[k] = t->v[k];
    }
    return p;
}

static tensor from_c(arena *a, const void *p, type t, int precision) {
    tensor x = tensor_new(a, t);
    for (size_t k = 0; k < tensor_doubles(&t); k++)
        x.v[k] = t.dt == T_INT        ? (double)((const int32_t *)p)[k]
                 : precision == 32 ? (double)((const float *)p)[k]
                                   : ((const double *)p)[k];
    return x;
}

/* One side of the dot test: <a, b> added up, and the squares of the norms. */
static void add_product(native_dot *d, const tensor *a, const tensor *b) {
    if (!a || !a->v) return;
    d->product += tensor_dot(a, b);
    d->aa += tensor_dot(a, a);
    d->bb += tensor_dot(b, b);
}

static const tensor *cotangent_of(native_item *it, const char *output) {
    const graph *f = it->job->p->forward;
    for (int k = 0; k < f->results.len; k++)
        if (!strcmp(f->results.data[k].name, output)) return derive_cotangent(it->job, k);
    return NULL;
}

static const tensor *direction_of(native_item *it, const char *leaf) {
    int k = graph_index_of_leaf(it->job->p->forward, leaf);
    return k < 0 ? NULL : &it->job->direction[k];
}

static void judge_dot(native_item *it) {
    double scale = sqrt(it->left.aa * it->left.bb) + sqrt(it->right.aa * it->right.bb);
    it->dot = scale > 0.0 ? fabs(it->left.product - it->right.product) / scale : 0.0;
    if (it->dot_limit > 0.0 && !(it->dot <= it->dot_limit) && !it->why[0])
        fail(it, "dot test in C, f%d: <y_, J x> = %.9g, <J^T y_, x> = %.9g", it->precision, it->left.product, it->right.product);
}

typedef struct tables { /* what an entry point takes, in the order of the module's ports */
    const void *in[MOST], *params[MOST], *seed[MOST];
    void *out[MOST], *grad[MOST], *more[MOST], *result[MOST];
} tables;

/* Places are counted as the module's ports are: params in order; outputs, those of ints too, and the loss. `suffix` is cut
 * off the name first. */
static int param_place(const graph *forward, const char *name, size_t suffix) {
    int at = 0;
    for (int k = 0; k < forward->leaves.len; k++) {
        const node *leaf = forward->leaves.data[k];
        if (leaf->role != ROLE_PARAM) continue;
        if (strlen(leaf->name) == strlen(name) - suffix && !strncmp(leaf->name, name, strlen(leaf->name))) return at;
        at++;
    }
    return -1;
}

static int result_place(const graph *forward, const char *name, size_t suffix) {
    for (int k = 0; k < forward->results.len; k++) {
        const char *own = forward->results.data[k].name;
        if (strlen(own) == strlen(name) - suffix && !strncmp(own, name, strlen(own))) return k;
    }
    return -1;
}

static void fill_tables(const native_item *it, const graph *g, int kind, tables *t) {
    const graph *f = it->job->p->forward;
    int in = 0, params = 0, out = 0;
    for (int k = 0; k < g->leaves.len; k++) {
        const node *leaf = g->leaves.data[k];
        tensor v = {0};
        derive_leaf(it->job, leaf, 0.0, &v);
        const void *p = to_c(it->job->mem, &v, it->precision);
        if (leaf->role == ROLE_PARAM) t->params[params++] = p;
        else if (leaf->role != ROLE_SEED) t->in[in++] = p;
        else t->seed[kind == FN_VJP ? result_place(f, leaf->name, 4) : param_place(f, leaf->name, 4)] = p;
    }
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        void *p = r->value ? arena_alloc(it->job->mem, tensor_doubles(&r->value->type) * 8 + 8) : NULL;
        t->result[k] = p;
        if (r->kind == OUT_GRAD) t->grad[param_place(f, r->name, 0)] = p;
        else if (r->kind == OUT_TANGENT) t->more[kind == FN_JVP ? result_place(f, r->name, 0) : param_place(f, r->name, 0)] = p;
        else t->out[out++] = p;
    }
}

static int invoke(const dspc_module *m, void *self, int kind, tables *t) {
    switch (kind) {
    case FN_FORWARD: return m->forward(self, t->in, t->params, t->out);
    case FN_GRADIENT: return m->gradient(self, t->in, t->params, t->out, t->grad);
    case FN_JVP: return m->jvp(self, t->in, t->params, t->seed, t->out, t->more);
    case FN_VJP: return m->vjp(self, t->in, t->params, t->seed, t->out, t->grad);
    default: return m->hvp(self, t->in, t->params, t->seed, t->out, t->grad, t->more);
    }
}

static void run_function(native_item *it, const dspc_module *m, void *self, int kind) {
    const graph *g = it->optimised[kind];
    tables *t = NEW(it->job->mem, tables);
    tensor want[MOST];
    const char *why = "";
    fill_tables(it, g, kind, t);
    if (!reference(it, it->fn[kind], want, &why)) return;
    int status = invoke(m, self, kind, t);
    if (status != DSPC_OK) {
        fail(it, "%s: status %d", fn_kind_name((fn_kind)kind), status);
        return;
    }
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        if (!t->result[k] || !want[k].v) continue;
        tensor got = from_c(it->job->mem, t->result[k], want[k].type, it->precision);
        judge(it, kind, k, &want[k], &got, "C", it->limit > 0.0 ? it->limit : TOLERANCE);
        if (kind == FN_JVP && r->kind == OUT_TANGENT) add_product(&it->left, cotangent_of(it, r->name), &got);
        if (kind == FN_VJP && r->kind == OUT_GRAD) add_product(&it->right, direction_of(it, r->name), &got);
    }
}

static void run_item(native_item *it, void *library) {
    const dspc_module *(*module)(void);
    void *symbol = dlsym(library, arena_printf(it->job->mem, "%s_module", it->prefix));
    if (!symbol) {
        fail(it, "no module");
        return;
    }
    memcpy(&module, &symbol, sizeof module);
    const dspc_module *m = module();
    void *self = arena_alloc(it->job->mem, m->self_bytes), *work = aligned_alloc(64, (m->work_bytes + 127) / 64 * 64);
    int status = work ? m->init(self, work, m->work_bytes) : DSPC_E_WORK;
    if (status != DSPC_OK) fail(it, "init: status %d", status);
    for (int kind = 0; kind < FN_COUNT && !it->why[0]; kind++)
        if (it->fn[kind]) run_function(it, m, self, kind);
    judge_dot(it);
    m->free(self);
    free(work);
}

static void write_item(native_item *it, const char *dir) {
    emit_function fns[FN_COUNT];
    int n = 0;
    for (int kind = 0; kind < FN_COUNT; kind++)
        if (it->optimised[kind]) fns[n++] = (emit_function){fn_kind_name((fn_kind)kind), it->optimised[kind]};
    emit_options opt = {it->precision, "test"};
    emit_report report = {0};
    strbuf c = {0}, h = {0};
    arena *a = it->job->mem;
    emit_program(a, it->job->p, fns, n, &opt, &c, &h, &report);
    it->prefix = emit_prefix(a, it->job->p->name);
    const char *why = "";
    bool ok = write_whole_file(arena_printf(a, "%s/%s.c", dir, it->prefix), c.text, c.len, &why) &&
              write_whole_file(arena_printf(a, "%s/%s.h", dir, it->prefix), h.text, h.len, &why);
    if (!ok) fail(it, "%s", why);
    sb_free(&c);
    sb_free(&h);
}

static bool compile(arena *a, const char *dir, const char *cc, const char *flags, const char *files) {
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    return system(arena_printf(a, "cd %s && %s -std=c99 %s -I'%s/runtime/include' -fPIC -shared %s -o all.so '%s/%s/lib/libdspc.a' "
                                  "-lfftw3 -lfftw3f -lblas -lpthread -lm >log 2>&1",
                               dir, cc, flags, getcwd(arena_alloc(a, 4096), 4096), files, getcwd(arena_alloc(a, 4096), 4096), build)) == 0;
}

/* Compiles and runs items[0..n). When they do not compile together, each is tried alone, so that the culprit is named. */
static void run_together(arena *a, native_item *items, int n, const char *dir, const char *cc, const char *flags) {
    const char *files = "";
    for (int k = 0; k < n; k++)
        if (!items[k].why[0]) files = arena_printf(a, "%s %s.c", files, items[k].prefix);
    if (!*files) return;
    void *library = compile(a, dir, cc, flags, files) ? dlopen(arena_printf(a, "%s/all.so", dir), RTLD_NOW | RTLD_LOCAL) : NULL;
    for (int k = 0; k < n; k++) {
        if (items[k].why[0]) continue;
        if (library) {
            run_item(&items[k], library);
        } else if (n > 1) {
            run_together(a, &items[k], 1, dir, cc, flags);
        } else {
            size_t length;
            const char *why = "", *log = read_whole_file(a, arena_printf(a, "%s/log", dir), 1 << 20, &length, &why);
            fail(&items[k], "the C does not compile: %.250s", log ? log : why);
        }
    }
    if (library) dlclose(library);
}

void native_run(arena *a, native_item *items, int n, const char *cc, const char *flags) {
    char *dir = arena_strdup(a, "/tmp/dspc-random-XXXXXX");
    if (!mkdtemp(dir)) die(4, "cannot make a temporary folder");
    for (int k = 0; k < n; k++)
        if (!items[k].why[0]) write_item(&items[k], dir);
    run_together(a, items, n, dir, cc, flags);
    if (getenv("DSPC_KEEP")) printf("kept: %s\n", dir);
    else if (system(arena_printf(a, "rm -rf %s", dir)) != 0) printf("cannot remove %s\n", dir);
}
