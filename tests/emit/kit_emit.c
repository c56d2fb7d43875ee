/* kit_emit.c: see kit_emit.h. */
#include "kit_emit.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/numbers.h"
#include "eval/eval.h"

#include <dspc.h>

#define STRICT "-std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

enum { CANARY = 256, CANARY_BYTE = 0xA5 };

const char *test_folder(arena *a) {
    char *path = arena_strdup(a, "/tmp/dspc-emit-XXXXXX");
    if (!mkdtemp(path)) die(4, "cannot make a temporary folder");
    return path;
}

bool shell(arena *a, const char *command, const char **log) {
    FILE *p = popen(arena_printf(a, "{ %s ; } 2>&1", command), "r");
    if (!p) return false;
    strbuf b = {0};
    char text[4096];
    for (size_t n; (n = fread(text, 1, sizeof text, p)) > 0;) sb_putn(&b, text, n);
    int status = pclose(p);
    *log = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return status == 0;
}

program *program_of(arena *a, const char *name, const graph *g) {
    program *p = NEW(a, program);
    p->name = name;
    p->forward = (graph *)g;
    for (int k = 0; k < g->leaves.len; k++) {
        const node *n = g->leaves.data[k];
        leaf_info l = {.name = n->name, .role = n->role, .type = n->type};
        if (n->role != ROLE_SEED) vec_push(a, &p->leaves, l);
    }
    return p;
}

emit_text emit_text_of(arena *a, const emit_case *c, int precision) {
    emit_function fns[5];
    for (int k = 0; k < c->nfns; k++) fns[k] = (emit_function){c->kind[k], c->graph[k]};
    emit_options opt = {precision, "test"};
    emit_report report;
    strbuf text = {0}, head = {0};
    emit_program(a, program_of(a, c->name, c->graph[0]), fns, c->nfns, &opt, &text, &head, &report);
    emit_text t = {arena_strdup(a, sb_text(&text)), arena_strdup(a, sb_text(&head)), report.work_bytes};
    sb_free(&text);
    sb_free(&head);
    return t;
}

/* ---- values to and from the C types ---------------------------------------------------------------------------- */
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

static double from_c(const void *p, size_t k, dtype dt, int precision) {
    if (dt == T_INT) return ((const int32_t *)p)[k];
    return precision == 32 ? (double)((const float *)p)[k] : ((const double *)p)[k];
}

/* Float inputs are rounded before the evaluator sees them. */
static void round_values(tensor *t, int precision) {
    for (size_t k = 0; precision == 32 && k < tensor_doubles(&t->type); k++) t->v[k] = (double)(float)t->v[k];
}

static const char *differs(arena *a, const tensor *want, const void *got, int precision, double tolerance) {
    double worst = 0.0, size = 0.0;
    size_t at = 0;
    for (size_t k = 0; k < tensor_doubles(&want->type); k++) {
        double w = want->v[k], g = from_c(got, k, want->type.dt, precision);
        if ((isnan(w) && isnan(g)) || w == g) continue;
        if (fabs(w) > size) size = fabs(w);
        double d = fabs(w - g);
        if (!(d <= worst)) {
            worst = d;
            at = k;
        }
    }
    if (worst <= tolerance * (1.0 + size)) return NULL;
    return arena_printf(a, "element %zu: %.17g, expected %.17g", at, from_c(got, at, want->type.dt, precision),
                        want->v[at]);
}

/* ---- running one function -------------------------------------------------------------------------------------- */
typedef struct run {
    arena *a;
    const dspc_module *m;
    const graph *g;
    const char *kind;
    int precision;
    double tolerance;
    void *self;
    tensor *leaf; /* by leaf of g */
    const void *in[64], *params[64], *seed[64];
    void *out[64], *grad[64], *more[64];
    int ask; /* 0: every result; k: all but result k-1; -k: only that one */
} run;

static void *result_memory(run *r, const result *res) {
    size_t n = tensor_doubles(&res->value->type) * 8;
    unsigned char *p = arena_alloc(r->a, n + 64);
    memset(p, 0x5A, n + 64);
    return p;
}

static void place_results(run *r) {
    int nout = 0, ngrad = 0, nmore = 0;
    for (int k = 0; k < r->g->results.len; k++) {
        const result *res = &r->g->results.data[k];
        void *p = res->value ? result_memory(r, res) : NULL;
        bool left_out = r->ask > 0 ? k == r->ask - 1 : r->ask < 0 && k != -r->ask - 1;
        if (left_out && res->kind != OUT_LOSS && r->g->results.len > 1) p = NULL;
        if (res->kind == OUT_GRAD) r->grad[ngrad++] = p;
        else if (res->kind == OUT_TANGENT) r->more[nmore++] = p;
        else r->out[nout++] = p;
    }
}

static int invoke(run *r) {
    const dspc_module *m = r->m;
    if (!strcmp(r->kind, "forward")) return m->forward(r->self, r->in, r->params, r->out);
    if (!strcmp(r->kind, "gradient")) return m->gradient(r->self, r->in, r->params, r->out, r->grad);
    if (!strcmp(r->kind, "jvp")) return m->jvp(r->self, r->in, r->params, r->seed, r->out, r->more);
    if (!strcmp(r->kind, "vjp")) return m->vjp(r->self, r->in, r->params, r->seed, r->out, r->grad);
    return m->hvp(r->self, r->in, r->params, r->seed, r->out, r->grad, r->more);
}

static const char *compare(run *r, const tensor *want) {
    int nout = 0, ngrad = 0, nmore = 0;
    for (int k = 0; k < r->g->results.len; k++) {
        const result *res = &r->g->results.data[k];
        void *p = res->kind == OUT_GRAD      ? r->grad[ngrad++]
                  : res->kind == OUT_TANGENT ? r->more[nmore++]
                                             : r->out[nout++];
        if (!p || !res->value) continue;
        const char *bad = differs(r->a, &want[k], p, r->precision, r->tolerance);
        if (bad) return arena_printf(r->a, "%s of %s, f%d: %s", res->name, r->kind, r->precision, bad);
    }
    return NULL;
}

static void place_leaves(run *r) {
    int nin = 0, np = 0, ns = 0;
    for (int k = 0; k < r->g->leaves.len; k++) {
        const void *p = to_c(r->a, &r->leaf[k], r->precision);
        role what = r->g->leaves.data[k]->role;
        if (what == ROLE_INPUT) r->in[nin++] = p;
        else if (what == ROLE_PARAM) r->params[np++] = p;
        else r->seed[ns++] = p;
    }
}

/* One call between canaries. The byte after the last one that was written goes to *highest. */
static const char *run_once(run *r, const tensor *want, size_t work_bytes, size_t *highest) {
    unsigned char *raw = aligned_alloc(64, (work_bytes + 2 * CANARY + 63) / 64 * 64), *work = raw + CANARY;
    place_results(r);
    memset(raw, CANARY_BYTE, work_bytes + 2 * CANARY);
    r->self = arena_alloc(r->a, r->m->self_bytes);
    int status = r->m->init(r->self, work, work_bytes);
    if (status == DSPC_OK) status = invoke(r);
    r->m->free(r->self);
    const char *bad = status == DSPC_OK ? compare(r, want) : arena_printf(r->a, "%s: status %d", r->kind, status);
    for (size_t k = 0; k < CANARY; k++)
        if (raw[k] != CANARY_BYTE || work[work_bytes + k] != CANARY_BYTE)
            bad = "a canary around the work memory is dead";
    for (size_t k = *highest; k < work_bytes; k++)
        if (work[k] != CANARY_BYTE) *highest = k + 1;
    free(raw);
    return bad;
}

static const char *run_function(run *r, size_t work_bytes, size_t *highest) {
    const graph *g = r->g;
    r->leaf = NEW_ARRAY(r->a, tensor, g->leaves.len + 1);
    const tensor **args = NEW_ARRAY(r->a, const tensor *, g->leaves.len + 1);
    tensor *want = NEW_ARRAY(r->a, tensor, g->results.len + 1);
    rng random = rng_new(hash_bytes(1, r->kind, strlen(r->kind)));
    for (int k = 0; k < g->leaves.len; k++) {
        r->leaf[k] = random_tensor(r->a, &random, g->leaves.data[k]->type);
        round_values(&r->leaf[k], r->precision);
        args[k] = &r->leaf[k];
    }
    const char *why = NULL;
    if (!eval_graph_why(r->a, g, args, want, &why)) return why;
    place_leaves(r);
    const char *bad = NULL;
    int n = g->results.len > 1 ? g->results.len : 0;
    for (r->ask = -n; r->ask <= n && !bad; r->ask++) bad = run_once(r, want, work_bytes, highest);
    if (!bad && r->m->work_bytes != work_bytes) bad = "the module tells another size of the work memory";
    return bad;
}

const char *emit_run(arena *a, const emit_case *c, int precision, const char *cc, const char *flags, double tolerance) {
    emit_text t = emit_text_of(a, c, precision);
    const char *dir = test_folder(a), *prefix = emit_prefix(a, c->name), *why = NULL, *log = "";
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    if (!write_whole_file(arena_printf(a, "%s/%s.c", dir, prefix), t.c, strlen(t.c), &why)) return why;
    if (!write_whole_file(arena_printf(a, "%s/%s.h", dir, prefix), t.h, strlen(t.h), &why)) return why;
    bool ok = shell(
        a,
        arena_printf(
            a,
            "%s %s %s -Iruntime/include -fPIC -shared %s/%s.c -o %s/m.so %s/lib/libdspc.a -lfftw3 -lfftw3f -lblas -lm",
            cc, STRICT, flags, dir, prefix, dir, build),
        &log);
    const char *bad = ok ? NULL : log;
    void *handle = ok ? dlopen(arena_printf(a, "%s/m.so", dir), RTLD_NOW | RTLD_LOCAL) : NULL;
    if (ok && !handle) bad = arena_printf(a, "%s", dlerror());
    void *symbol = handle ? dlsym(handle, arena_printf(a, "%s_module", prefix)) : NULL;
    if (handle && !symbol) bad = "no module";
    size_t highest = 0;
    for (int k = 0; symbol && !bad && k < c->nfns; k++) {
        const dspc_module *(*module)(void);
        memcpy(&module, &symbol, sizeof module);
        run *r = NEW(a, run);
        *r = (run){.a = a,
                   .m = module(),
                   .g = c->graph[k],
                   .kind = c->kind[k],
                   .precision = precision,
                   .tolerance = tolerance};
        bad = run_function(r, t.work_bytes, &highest);
    }
    if (symbol && !bad && highest != t.work_bytes)
        bad = arena_printf(a, "%zu bytes of work memory asked for, %zu touched", t.work_bytes, highest);
    if (handle) dlclose(handle);
    const char *ignore;
    if (!getenv("DSPC_KEEP")) (void)shell(a, arena_printf(a, "rm -rf %s", dir), &ignore);
    else printf("%s/%s.c\n", dir, prefix);
    return bad ? arena_printf(a, "%s", bad) : NULL;
}
