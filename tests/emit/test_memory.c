/* test_memory.c: loops that keep only some of their states: the same numbers as the evaluator, which keeps all, within the
 * memory that the header states; and the arithmetic of the schedules. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "../support/kit_session.h"
#include "../lang/kit_golden.h"
#include "ad/ad.h"
#include "kit_emit.h"
#include "opt/opt.h"

#include <dspc_scalar.h>

CU_ErrorCode add_emit_memory_tests(void);

/* Gradient and Hessian product of every pipeline of the file, in C, between canaries. */
static void run_file(const char *path, scan_keep keep) {
    arena *a = arena_new("test");
    session *s = test_session(a, diags_new(a, NULL, false));
    program_list out = {0};
    CU_ASSERT_FATAL(sema_text(s, source_of_file(a, path), NULL, 0, &out));
    session_set_memory(s, (loop_memory){keep, 8});
    for (int k = 0; k < out.items.len; k++) {
        const program *p = out.items.data[k];
        emit_case c = {.name = p->name, .nfns = 3, .kind = {"forward", "gradient", "hvp"}};
        for (int f = 0; f < 3; f++) {
            graph *g = ad_build(s, p, (fn_kind[]){FN_FORWARD, FN_GRADIENT, FN_HVP}[f], NULL, 0);
            CU_ASSERT_FATAL(g != NULL);
            c.graph[f] = opt_run(a, g, NULL, true);
        }
        const char *why = emit_run(a, &c, 64, "cc", "-O1", 1e-12);
        if (why) printf("%s, way %d: %s: %s\n", path, (int)keep.kind, p->name, why);
        CU_ASSERT(why == NULL);
    }
    arena_free(a);
}

static void settings_of_loops(void) {
    run_file("tests/emit/checkpoints.dsp", (scan_keep){KEEP_UNSAID, 0});
}

static void settings_of_the_command(void) {
    run_file("tests/emit/memory.dsp", (scan_keep){KEEP_EVERY, 3});
    run_file("tests/emit/memory.dsp", (scan_keep){KEEP_BINOMIAL, 3});
    run_file("tests/emit/memory.dsp", (scan_keep){KEEP_BYTES, 600});
}

/* ---- schedules ------------------------------------------------------------------------------------------------- */
typedef struct tape { /* what the generated C does, with numbers for states */
    int64_t slots, every, again, most;
    int64_t *at;
} tape;

static int64_t segment(const tape *t, int64_t steps, int64_t last) {
    return t->every ? t->every : dspc_revolve((int32_t)steps, (int32_t)(t->slots - 1 - last));
}

/* Runs the schedule; false when a slot is missing or a step goes back out of turn. */
static bool run_schedule(tape *t, int64_t trip) {
    int64_t last = -1, to = trip, turn = trip;
    for (int64_t from = 0, end; from < trip; from = end) {
        t->at[++last] = from;
        end = trip - from <= t->slots - last ? trip : from + segment(t, trip - from, last);
        if (last >= t->slots || end <= from || end > trip) return false;
    }
    while (last >= 0) {
        int64_t from = t->at[last];
        bool whole = to - from <= t->slots - last;
        int64_t stop = whole ? to - 1 : from + segment(t, to - from, last);
        if (stop < from || stop >= to) return false;
        t->again += stop - from;
        if (!whole) {
            t->at[++last] = stop;
            if (last >= t->slots) return false;
            continue;
        }
        if (last + to - from > t->slots || turn != to) return false;
        turn = to = from;
        last--;
    }
    return turn == 0;
}

/* The least number of steps that s slots and the state at hand run in all to reverse n: a minimum over the first kept. */
enum { MOST_STEPS = 60, MOST_SLOTS = 8 };
static int64_t least[MOST_SLOTS + 1][MOST_STEPS + 1];

static void fill_least(void) {
    for (int s = 1; s <= MOST_SLOTS; s++)
        for (int n = 1; n <= MOST_STEPS; n++) {
            int64_t best = (int64_t)n * (n - 1) / 2;
            for (int m = 1; s > 1 && m < n; m++) {
                int64_t v = m + least[s][m] + least[s - 1][n - m];
                if (v < best) best = v;
            }
            least[s][n] = best;
        }
}

static void schedules_are_right_and_shortest(void) {
    fill_least();
    int64_t at[MOST_STEPS + 2];
    for (int64_t n = 3; n <= MOST_STEPS; n++) {
        for (int64_t every = 1; every < n; every++) {
            tape t = {.slots = slots_for_every(n, every), .every = every, .at = at};
            if (t.slots >= n) continue;
            CU_ASSERT(run_schedule(&t, n));
            CU_ASSERT_EQUAL(t.again, steps_run_again(n, t.slots, every));
        }
        for (int64_t slots = 2; slots < n && slots <= MOST_SLOTS + 1; slots++) {
            tape t = {.slots = slots, .at = at};
            CU_ASSERT(run_schedule(&t, n));
            CU_ASSERT_EQUAL(t.again, steps_run_again(n, slots, 0));
            int64_t swept = 0, last = 0; /* of the shortest, what the forward loop does anyway */
            while (n - swept > slots - last) swept += revolve_step(n - swept, slots - 1 - last++);
            CU_ASSERT_EQUAL(t.again + swept, least[slots - 1][n]);
        }
    }
    for (int64_t n = 1; n < 3000; n += 7)
        for (int64_t s = 1; s < 400; s += 13) CU_ASSERT_EQUAL(dspc_revolve((int32_t)n, (int32_t)s), revolve_step(n, s));
}

CU_ErrorCode add_emit_memory_tests(void) {
    CU_pSuite s = CU_add_suite("emit memory", NULL, NULL);
    CU_add_test(s, "settings of loops", settings_of_loops);
    CU_add_test(s, "settings of the command", settings_of_the_command);
    CU_add_test(s, "schedules are right and shortest", schedules_are_right_and_shortest);
    return CU_get_error();
}
