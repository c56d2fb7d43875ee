/* test_compiled.c: the C that dspc writes, compiled and run, against NumPy, SciPy and torch: the cases of
 * tests/agree/cases again, value and gradient, in double and in single precision. The pipelines of one case file are
 * compiled as one library. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "../support/kit_session.h"
#include "ad/ad.h"
#include "driver/instance.h"
#include "driver/jit.h"
#include "emit/emit.h"
#include "kit_cases.h"
#include "opt/opt.h"

CU_ErrorCode add_agree_compiled_tests(void);

static arena *mem;
static case_list cases;
static int next_case;
static jit *loaded;              /* the library of the case file at hand */
static const char *loaded_file;  /* its name */
static const char *load_failure; /* why there is none */
static int precision;

/* Of the largest element; some matrices of the cases have a condition of a hundred. */
static const double SINGLE = 1e-4;

static void fail(const char *text) {
    CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
}

static const char *pipeline_name(arena *a, int index) {
    return arena_printf(a, "case_%d", index);
}

static bool write_program(arena *a, session *s, const program *p, const agree_case *c, c_file *out) {
    const char *wrt[CASE_INPUTS];
    int n = case_wrt(c, wrt), nfns = 0;
    emit_function fns[2];
    for (int k = 0; k <= (n > 0); k++) {
        graph *g = ad_build(s, p, k ? FN_GRADIENT : FN_FORWARD, k ? wrt : NULL, k ? n : 0);
        if (!g) return false;
        fns[nfns++] = (emit_function){k ? "gradient" : "forward", opt_run(a, g, NULL, true)};
    }
    strbuf text = {0}, header = {0};
    emit_options options = {.precision = precision, .version = "test"};
    emit_report report;
    emit_program(a, p, fns, nfns, &options, &text, &header, &report);
    out[0] = (c_file){arena_printf(a, "%s.c", p->name), arena_printf(a, "%s", sb_text(&text))};
    out[1] = (c_file){arena_printf(a, "%s.h", p->name), arena_printf(a, "%s", sb_text(&header))};
    sb_free(&text);
    sb_free(&header);
    return true;
}

/* Compiles every case of a file into one library. NULL with the reason in load_failure. */
static jit *load_file(arena *a, const char *file) {
    strbuf text = {0};
    int first = -1, count = 0;
    for (int i = 0; i < cases.items.len; i++) {
        if (strcmp(cases.items.data[i].file, file) != 0) continue;
        first = first < 0 ? i : first;
        count++;
        case_pipeline(&text, &cases.items.data[i], pipeline_name(a, i), cases.items.data[i].differentiable);
    }
    source *src = NEW(a, source);
    *src = (source){.path = file, .text = arena_printf(a, "%s", sb_text(&text)), .len = text.len};
    sb_free(&text);
    diags *d = diags_new(a, NULL, false);
    session *s = test_session(a, d);
    program_list programs = {0};
    c_file *files = NEW_ARRAY(a, c_file, 2 * count);
    bool ok = sema_text(s, src, NULL, 0, &programs) && programs.items.len == count;
    for (int i = 0; ok && i < count; i++)
        ok = write_program(a, s, programs.items.data[i], &cases.items.data[first + i], files + 2 * i);
    load_failure = diags_text(d);
    return ok ? jit_load(a, files, 2 * count, "-O0", &load_failure) : NULL;
}

static const char *compare_slot(arena *a, const instance *x, const slot *s, const char *what, const double *want,
                                int64_t n) {
    if (!s || slot_numbers(s) != n) return arena_printf(a, "%s: the module has it in another size", what);
    double *got = NEW_ARRAY(a, double, n);
    slot_load(x, s, got);
    return disagreement(a, what, got, want, n, precision == 64 ? 1e-10 : SINGLE);
}

static const char *check(arena *a, instance *x, const agree_case *c) {
    const char *why = "";
    for (int k = 0; k < c->ninputs; k++) slot_store(x, slot_find(&x->in, c->inputs[k].name), c->inputs[k].value);
    if (c->differentiable) slot_store(x, slot_find(&x->in, "p_"), case_projection(a, c));
    if (!instance_forward(x, &why)) return why;
    const char *wrong = compare_slot(a, x, slot_find(&x->out, "result"), "value", c->value, numbers_of(&c->type));
    if (wrong || !c->differentiable) return wrong;
    if (!instance_gradient(x, &why)) return why;
    wrong =
        compare_slot(a, x, slot_find(&x->out, "result"), "value beside the gradient", c->value, numbers_of(&c->type));
    for (int k = 0; k < c->ninputs && !wrong; k++) {
        const case_input *in = &c->inputs[k];
        if (in->gradient)
            wrong = compare_slot(a, x, slot_find(&x->grad, in->name), arena_printf(a, "gradient of %s", in->name),
                                 in->gradient, numbers_of(&in->type));
    }
    return wrong;
}

static const char *run_case(arena *a, const agree_case *c, int index) {
    if (!loaded) return load_failure;
    const char *wrt[CASE_INPUTS], *why = "";
    int n = case_wrt(c, wrt);
    const dspc_module *m = jit_module(loaded, pipeline_name(a, index), &why);
    instance *x = m ? instance_new(a, m, wrt, n, &why) : NULL;
    if (!x) return why;
    const char *wrong = check(a, x, c);
    instance_free(x);
    return wrong;
}

static void test_one(void) {
    int index = next_case++;
    const agree_case *c = &cases.items.data[index];
    if (!loaded_file || strcmp(loaded_file, c->file) != 0) {
        loaded = load_file(mem, c->file);
        loaded_file = c->file;
    }
    arena *a = arena_new("agreement case");
    const char *wrong = run_case(a, c, index);
    if (wrong) fail(arena_printf(a, "%s: %s", c->expression, wrong));
    arena_free(a);
}

/* What has no input is a constant when it reaches the C: nothing is left to compile. */
static bool read_cases_with_inputs(void) {
    case_list all = {0};
    if (!read_all_cases(mem, &all)) return false;
    for (int i = 0; i < all.items.len; i++)
        if (all.items.data[i].ninputs > 0) vec_push(mem, &cases.items, all.items.data[i]);
    return true;
}

static int unload(void) {
    loaded = NULL;
    return 0;
}

static int clean(void) {
    unload();
    arena_free(mem);
    return 0;
}

static int prepare(int bits) {
    precision = bits;
    next_case = 0;
    loaded_file = NULL;
    return 0;
}

static int prepare_double(void) {
    return prepare(64);
}
static int prepare_single(void) {
    return prepare(32);
}

CU_ErrorCode add_agree_compiled_tests(void) {
    mem = arena_new("compiled agreement cases");
    if (!read_cases_with_inputs()) return CUE_BAD_FILENAME;
    CU_pSuite suite[] = {CU_add_suite("compiled f64", prepare_double, unload),
                         CU_add_suite("compiled f32", prepare_single, clean)};
    for (int k = 0; k < 2 && suite[k]; k++)
        for (int i = 0; i < cases.items.len; i++) {
            const agree_case *c = &cases.items.data[i];
            if (!CU_add_test(suite[k], arena_printf(mem, "%s/%s", c->file, c->name), test_one)) return CU_get_error();
        }
    return CU_get_error();
}
