/* test_fields.c: receptive fields against what is known in closed form, and against the derivative: no element may have a
 * gradient to a sample outside the field that is claimed for it. */
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ad/ad.h"
#include "eval/numbers.h"
#include "timeline/timeline.h"

CU_ErrorCode add_timeline_fields_tests(void);

typedef struct known {
    const char *y;       /* the output, from x: real[48] */
    double step, lo, hi; /* along time; HUGE_VAL: not stated, the derivative alone judges */
    int foldings;
} known;

static const known CASE[] = {
    {"conv(x, [1, 2, 3], mode=same)", 1, -1, 1, 0},
    {"conv(x, [1, 2, 3, 4], mode=full)", 1, -3, 0, 0},
    {"correlate(x, [1, 2, 3], mode=valid)", 1, 0, 2, 0},
    {"tanh(x[::4])", 4, 0, 0, 1},
    {"x[::2] + x[1::2]", 2, 0, 1, 0},
    {"flip(x)", -1, 47, 47, 0},
    {"stft(x, n_fft=8, hop=4)", 4, -4, 3, 1},
    {"stft(x, n_fft=8, hop=4, center=0)", 4, 0, 7, 1},
    {"abs2(istft(stft(x, n_fft=8, hop=4), hop=4, length=48))", 1, HUGE_VAL, HUGE_VAL, 1},
    {"conv1d(relu(conv1d(unsqueeze(x, 0), ones(2, 1, 3), dilation=2)), ones(1, 2, 3), stride=2)", 2, 0, 6, 1},
    {"conv_transpose1d(conv1d(unsqueeze(x, 0), ones(1, 1, 4), stride=4), ones(1, 1, 4), stride=4)", 1, HUGE_VAL,
     HUGE_VAL, 1},
    {"cumsum(x)", 1, -HUGE_VAL, 0, 0},
    {"flip(cumsum(flip(x)))", 1, 0, HUGE_VAL, 0},
    {"lfilter(x, [1, 2, 1], [1, 0.5, 0.2])", 1, -HUGE_VAL, 0, 0},
    {"x / (1 + max(x))", 1, -47, 47, 0},
    {"matmul(frame(x, size=6, hop=3), ones(6, 2))", 3, 0, 5, 1},
    {"reshape(x, [12, 4])", 4, 0, 0, 0},
    {"mean(reshape(x, [12, 4]), axis=1)", 4, 0, 3, 0},
    {"pad(x, 3, 3, mode=reflect)", 1, -3, -3, 0},
    {"sort(x)", 0, 0, 47, 0},
};

typedef struct setup {
    arena *a;
    session *s;
    const program *p;
    timeline t;
} setup;

static bool open_case(setup *u, const char *y) {
    u->a = arena_new("test");
    diags *d = diags_new(u->a, NULL, false);
    u->s = session_new(u->a, d);
    program_list out = {0};
    const char *text = arena_printf(u->a, "pipeline p {\n  input x : real[48] @ 48Hz\n  output y = %s\n}\n", y);
    source *src = NEW(u->a, source);
    *src = (source){.path = "case.dsp", .text = text, .len = strlen(text)};
    bool ok = sema_text(u->s, src, NULL, 0, &out);
    if (!ok) printf("%s", diags_text(d));
    if (ok) u->p = out.items.data[0];
    return ok && timeline_find(u->a, u->p->forward, &u->t);
}

static void fields_are_as_known(void) {
    for (size_t k = 0; k < COUNT_OF(CASE); k++) {
        setup u;
        CU_ASSERT_FATAL(open_case(&u, CASE[k].y));
        const node *y = u.p->forward->results.data[0].value;
        const field *f = &u.t.of[y->id];
        int axis = timeline_axis(&u.t, y);
        double step = axis < 0 ? 0 : f->step[axis];
        folding_list folds = {0};
        find_foldings(u.a, &u.t, &folds);
        bool inf = isinf(CASE[k].lo) && isinf(CASE[k].hi);
        bool right = step == CASE[k].step && folds.len == CASE[k].foldings &&
                     (inf || (f->lo == CASE[k].lo && f->hi == CASE[k].hi));
        if (!right) printf("%s: every %g, %g to %g, %d foldings\n", CASE[k].y, step, f->lo, f->hi, folds.len);
        CU_ASSERT(right);
        arena_free(u.a);
    }
}

/* The gradient of element e of the output to x. */
static bool gradient_of(setup *u, const graph *g, int64_t e, const tensor *x, tensor *out) {
    const tensor **leaves = NEW_ARRAY(u->a, const tensor *, g->leaves.len + 1);
    tensor seed = {0};
    for (int k = 0; k < g->leaves.len; k++) {
        const node *leaf = g->leaves.data[k];
        leaves[k] = x;
        if (leaf->role != ROLE_SEED) continue;
        seed = tensor_new(u->a, leaf->type);
        int width = leaf->type.dt == T_COMPLEX ? 2 : 1;
        for (int w = 0; w < width; w++) seed.v[e * width + w] = 0.3 + w;
        leaves[k] = &seed;
    }
    tensor *all = NEW_ARRAY(u->a, tensor, g->results.len + 1);
    if (!eval_graph(u->a, g, leaves, all)) return false;
    for (int k = 0; k < g->results.len; k++)
        if (g->results.data[k].kind == OUT_GRAD) *out = all[k];
    return out->v != NULL;
}

static double place(const field *f, const type *t, int64_t e) {
    double at = 0;
    for (int k = t->rank - 1; k >= 0; k--) {
        at += f->step[k] * (double)(e % t->shape[k]);
        e /= t->shape[k];
    }
    return at;
}

static void nothing_is_read_outside(void) {
    for (size_t k = 0; k < COUNT_OF(CASE); k++) {
        setup u;
        CU_ASSERT_FATAL(open_case(&u, CASE[k].y));
        const char *wrt[1] = {"x"};
        graph *g = ad_build(u.s, u.p, FN_VJP, wrt, 1);
        CU_ASSERT_FATAL(g != NULL);
        rng r = rng_new(7);
        tensor x = random_tensor(u.a, &r, u.p->forward->leaves.data[0]->type), dx = {0};
        const node *y = u.p->forward->results.data[0].value;
        const field *f = &u.t.of[y->id];
        int64_t n = type_count(&y->type), outside = 0;
        bool reflected = strstr(CASE[k].y, "reflect") || strstr(CASE[k].y, "stft"); /* ends fold back into the signal */
        for (int64_t e = 0; e < n; e++) {
            CU_ASSERT_FATAL(gradient_of(&u, g, e, &x, &dx));
            double at = place(f, &y->type, e), lo = at + f->lo, hi = at + f->hi;
            if (reflected && (lo < 0 || hi > 47)) continue;
            for (int i = 0; i < 48; i++) outside += fabs(dx.v[i]) > 1e-12 && (i < lo - 1e-9 || i > hi + 1e-9);
        }
        if (outside) printf("%s: %d gradients outside the field\n", CASE[k].y, (int)outside);
        CU_ASSERT(outside == 0);
        arena_free(u.a);
    }
}

CU_ErrorCode add_timeline_fields_tests(void) {
    CU_pSuite s = CU_add_suite("timeline fields", NULL, NULL);
    CU_add_test(s, "fields are as known", fields_are_as_known);
    CU_add_test(s, "nothing is read outside", nothing_is_read_outside);
    return CU_get_error();
}
