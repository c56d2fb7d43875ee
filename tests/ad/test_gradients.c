/* test_gradients.c: whole pipelines (tests/ad, .dsp files): the gradient against the tangent, both against central differences,
 * and the Hessian-vector product against differences of gradients; all by the reference evaluator. */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "../support/kit_session.h"
#include "../lang/kit_golden.h"
#include "eval/numbers.h"
#include "ad/ad.h"

CU_ErrorCode add_ad_gradients_tests(void);

typedef struct bench { /* one pipeline at one random point, with one random direction */
    arena *a;
    session *s;
    const program *p;
    const char *wrt[32];
    int nwrt;
    strmap *at; /* leaf or seed name -> tensor */
} bench;

static int64_t numbers(const tensor *t) {
    return type_count(&t->type) * (t->type.dt == T_COMPLEX ? 2 : 1);
}

static tensor *kept(arena *a, tensor t) {
    tensor *k = NEW(a, tensor);
    *k = t;
    return k;
}

static void choose_point(bench *b, rng *r) {
    b->at = strmap_new(b->a);
    b->nwrt = 0;
    for (int i = 0; i < b->p->leaves.len; i++) {
        const leaf_info *l = &b->p->leaves.data[i];
        tensor *x = kept(b->a, random_tensor(b->a, r, l->type));
        int64_t w = l->type.dt == T_COMPLEX ? 2 : 1;
        for (int64_t k = 0; k < numbers(x) && l->type.dt != T_INT; k++) {
            const constant *c = l->initial ? l->initial->konst : NULL;
            x->v[k] = 0.3 * x->v[k] * (c ? 0.1 : 1) + (c ? c->value[c->splat ? k % w : k] : 0);
        }
        strmap_set(b->at, l->name, x);
        if (l->type.dt != T_INT) {
            strmap_set(b->at, arena_printf(b->a, "%s_dot", l->name), kept(b->a, random_tensor(b->a, r, l->type)));
            b->wrt[b->nwrt++] = l->name;
        }
    }
}

static tensor *run(bench *b, const graph *g, double h) {
    const tensor **leaves = NEW_ARRAY(b->a, const tensor *, g->leaves.len + 1);
    tensor *out = NEW_ARRAY(b->a, tensor, g->results.len + 1);
    const char *why = "";
    for (int i = 0; i < g->leaves.len; i++) {
        const char *name = g->leaves.data[i]->name;
        const tensor *x = strmap_get(b->at, name), *dx = strmap_get(b->at, arena_printf(b->a, "%s_dot", name));
        leaves[i] = dx && h != 0 ? kept(b->a, tensor_plus(b->a, x, h, dx)) : x;
    }
    bool ok = eval_graph_why(b->a, g, leaves, out, &why);
    if (!ok) { printf("%s: %s\n", g->name, why); }
    CU_ASSERT_FATAL(ok);
    return out;
}

static const tensor *result_of(const graph *g, const tensor *r, out_kind kind, const char *name) {
    for (int i = 0; i < g->results.len; i++) {
        if (g->results.data[i].kind == kind && strcmp(g->results.data[i].name, name) == 0) { return &r[i]; }
    }
    return NULL;
}

/* Sum over leaves of <seed, result>. */
static double along_seed(bench *b, const graph *g, const tensor *r, out_kind kind) {
    double sum = 0;
    for (int i = 0; i < b->nwrt; i++) {
        const tensor *seed = strmap_get(b->at, arena_printf(b->a, "%s_dot", b->wrt[i]));
        sum += tensor_dot(seed, result_of(g, r, kind, b->wrt[i]));
    }
    return sum;
}

static bool near(const char *file, const char *pipeline, const char *what, double got, double want, double tolerance) {
    bool ok = fabs(got - want) <= tolerance * (1 + fabs(want));
    if (!ok) { printf("%s: %s: %s: %.17g, expected %.17g\n", file, pipeline, what, got, want); }
    return ok;
}

static double value_of(bench *b, const graph *g, double h) {
    return result_of(g, run(b, g, h), OUT_LOSS, "loss")->v[0];
}

static double slope_of(bench *b, const graph *g, double h) {
    return along_seed(b, g, run(b, g, h), OUT_GRAD);
}

/* The derivative along the seed, from central differences of two steps, the error of second order cancelled (Richardson). */
static double difference(bench *b, const graph *g, double (*at)(bench *b, const graph *g, double h)) {
    const double e = 1e-5;
    double wide = (at(b, g, e) - at(b, g, -e)) / (2 * e), narrow = (at(b, g, e / 2) - at(b, g, -e / 2)) / e;
    return (4 * narrow - wide) / 3;
}

static void check_program(bench *b, const char *file) {
    graph *f = ad_build(b->s, b->p, FN_FORWARD, b->wrt, b->nwrt),
          *g = ad_build(b->s, b->p, FN_GRADIENT, b->wrt, b->nwrt);
    graph *j = ad_build(b->s, b->p, FN_JVP, b->wrt, b->nwrt), *h = ad_build(b->s, b->p, FN_HVP, b->wrt, b->nwrt);
    graph *v = ad_build(b->s, b->p, FN_VJP, b->wrt, b->nwrt);
    CU_ASSERT_FATAL(f && g && j && h && v);
    const graph *all[] = {f, g, j, h, v};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        const char *why = "";
        bool ok = graph_verify(b->a, all[i], &why);
        if (!ok) { printf("%s: %s: %s: %s\n", file, b->p->name, all[i]->name, why); }
        CU_ASSERT(ok);
    }
    const char *name = b->p->name;
    double slope = along_seed(b, g, run(b, g, 0), OUT_GRAD),
           tangent = result_of(j, run(b, j, 0), OUT_TANGENT, "loss")->v[0];
    CU_ASSERT(near(file, name, "gradient along the seed, against the tangent", slope, tangent, 1e-12));
    if (strstr(name, "surrogate")) { return; /* deliberately not the derivative */ }
    CU_ASSERT(near(file, name, "tangent, against differences", tangent, difference(b, f, value_of), 1e-6));
    double curve = along_seed(b, h, run(b, h, 0), OUT_TANGENT);
    CU_ASSERT(near(file, name, "Hessian-vector product, against differences of gradients", curve,
                   difference(b, g, slope_of), 1e-6));
}

static void pipelines_differentiate(void) {
    arena *a = arena_new("test");
    path_list files = list_files(a, "tests/ad", "", ".dsp");
    int seen = 0;
    CU_ASSERT(files.len >= 3);
    for (int i = 0; i < files.len; i++) {
        diags *d = diags_new(a, NULL, false);
        session *s = test_session(a, d);
        program_list out = {0};
        bool ok = sema_text(s, source_of_file(a, files.data[i]), NULL, 0, &out);
        if (!ok) { printf("%s", diags_text(d)); }
        CU_ASSERT_FATAL(ok);
        for (int k = 0; k < out.items.len; k++, seen++) {
            bench b = {.a = a, .s = s, .p = out.items.data[k]};
            rng r = rng_new(hash_bytes(20, b.p->name, strlen(b.p->name))); /* the other pipelines change nothing */
            choose_point(&b, &r);
            check_program(&b, files.data[i]);
        }
    }
    CU_ASSERT(seen >= 20);
    arena_free(a);
}

/* The test above must notice a wrong rule that is not declared a surrogate. */
static void a_wrong_rule_is_noticed(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    session *s = test_session(a, d);
    program_list out = {0};
    rng r = rng_new(21);
    source *src = source_of_text(a, "def f(x: real[...]) = x^3\nrule f(x) given dy { dx = 2*x^2*dy }\n"
                                    "pipeline p {\n  param w : real[3] = [1, 2, 3]\n  loss sum(f(w))\n}\n");
    CU_ASSERT_FATAL(sema_text(s, src, NULL, 0, &out));
    bench b = {.a = a, .s = s, .p = out.items.data[0]};
    choose_point(&b, &r);
    graph *f = ad_build(s, b.p, FN_FORWARD, NULL, 0), *j = ad_build(s, b.p, FN_JVP, NULL, 0);
    double tangent = result_of(j, run(&b, j, 0), OUT_TANGENT, "loss")->v[0];
    double up = result_of(f, run(&b, f, 1e-5), OUT_LOSS, "loss")->v[0],
           down = result_of(f, run(&b, f, -1e-5), OUT_LOSS, "loss")->v[0];
    CU_ASSERT(fabs(tangent - (up - down) / 2e-5) > 1e-3);
    arena_free(a);
}

/* L = |z|^2 has gradient 2z, and dL/dz = conj(z). */
static void wirtinger_gradients(void) {
    arena *a = arena_new("test");
    diags *d = diags_new(a, NULL, false);
    session *s = test_session(a, d);
    program_list out = {0};
    CU_ASSERT_FATAL(sema_text(s,
                              source_of_text(a, "pipeline p {\n  param z : complex = 3 + 4j, x : real = 2\n"
                                                "  loss abs2(z) + x^2\n}\n"),
                              NULL, 0, &out));
    bench b = {.a = a, .s = s, .p = out.items.data[0], .at = strmap_new(a)};
    double z[2] = {3, 4}, x = 2;
    strmap_set(b.at, "z", kept(a, tensor_from(a, type_scalar(T_COMPLEX), z)));
    strmap_set(b.at, "x", kept(a, tensor_from(a, type_scalar(T_REAL), &x)));
    graph *g = ad_build(s, b.p, FN_GRADIENT, NULL, 0);
    const tensor *r = run(&b, g, 0);
    CU_ASSERT(result_of(g, r, OUT_GRAD, "z")->v[0] == 6 && result_of(g, r, OUT_GRAD, "z")->v[1] == 8);
    ad_wirtinger(g, false);
    r = run(&b, g, 0);
    CU_ASSERT(result_of(g, r, OUT_GRAD, "z")->v[0] == 3 && result_of(g, r, OUT_GRAD, "z")->v[1] == -4);
    CU_ASSERT(result_of(g, r, OUT_GRAD, "x")->v[0] == 4);
    arena_free(a);
}

CU_ErrorCode add_ad_gradients_tests(void) {
    CU_pSuite s = CU_add_suite("ad gradients", NULL, NULL);
    CU_add_test(s, "pipelines differentiate", pipelines_differentiate);
    CU_add_test(s, "a wrong rule is noticed", a_wrong_rule_is_noticed);
    CU_add_test(s, "Wirtinger gradients", wirtinger_gradients);
    return CU_get_error();
}
