/* random_main.c: random programs by the thousand: `build/random --count 10000 --seed 1`.
 *
 * Each is checked in the reference evaluator: dot test of JVP against VJP, gradient against JVP, Taylor tests of gradient
 * and Hessian product; optimised graphs against plain ones; then the generated C (f64, all five functions) against the
 * evaluator, a batch of programs per run of the C compiler. The last line counts; every failure is printed with the seed
 * that makes it again. Run from the top of the tree.
 *
 * `--keep` makes longer loops and keeps their states in all the ways there are (--checkpoint, --memory).
 *
 * `build/random --rows 64` (or 32) does the C part for every case of every row of the operator table instead, with the dot
 * test at 1e-12 (2e-5) on what the C returns. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/kit_session.h"
#include "kit_derive.h"
#include "kit_native.h"
#include "kit_program.h"

enum { BATCH = 20 };

typedef struct options {
    long count, seed, size, rows;
    bool print, no_c, no_loops, keep;
    const char *cc, *flags;
} options;

typedef struct tally {
    long failed, unstable, corners;
    bool used[OP_COUNT];
} tally;

static bool read_options(int argc, char **argv, options *o) {
    for (int i = 1; i < argc; i++) {
        long *number = !strcmp(argv[i], "--count")  ? &o->count
                       : !strcmp(argv[i], "--seed") ? &o->seed
                       : !strcmp(argv[i], "--size") ? &o->size
                       : !strcmp(argv[i], "--rows") ? &o->rows
                                                    : NULL;
        const char **text = !strcmp(argv[i], "--cc") ? &o->cc : !strcmp(argv[i], "--flags") ? &o->flags : NULL;
        bool *flag = !strcmp(argv[i], "--print")      ? &o->print
                     : !strcmp(argv[i], "--no-c")     ? &o->no_c
                     : !strcmp(argv[i], "--no-loops") ? &o->no_loops
                     : !strcmp(argv[i], "--keep")     ? &o->keep
                                                      : NULL;
        if (flag) *flag = true;
        else if ((!number && !text) || i + 1 == argc) return false;
        else if (number) *number = strtol(argv[++i], NULL, 10);
        else *text = argv[++i];
    }
    return o->count >= 0 && (o->rows == 0 || o->rows == 32 || o->rows == 64);
}

static void print_graph(arena *a, const graph *g) {
    strbuf b = {0};
    graph_print(&b, graph_prune(a, g));
    fputs(b.text, stdout);
    sb_free(&b);
}

/* Makes the program of a seed and checks it in the evaluator; what failed stands in it->why. */
static void check_one(const options *o, long seed, tally *all, native_item *it) {
    arena *a = arena_new("random program");
    session *s = test_session(a, diags_new(a, NULL, false));
    static const scan_keep WAYS[] = {{KEEP_EVERY, 1}, {KEEP_EVERY, 3}, {KEEP_SQRT, 0}, {KEEP_BINOMIAL, 2}, {KEEP_BINOMIAL, 4}, {KEEP_BYTES, 1 << 13}};
    loop_choice loops = o->no_loops ? NO_LOOPS : o->keep ? LONG_LOOPS : SHORT_LOOPS;
    if (o->keep) session_set_memory(s, (loop_memory){WAYS[(size_t)seed % COUNT_OF(WAYS)], 8});
    random_program rp = make_random_program(a, program_parts_new(a, session_ops(s)), (uint64_t)seed, (int)o->size, loops);
    for (int k = 0; k < OP_COUNT; k++) all->used[k] = all->used[k] || rp.used[k];
    if (o->print) print_graph(a, rp.p->forward);
    derive_job *j = NEW(a, derive_job);
    *j = (derive_job){.s = s, .mem = a, .p = rp.p, .second = true, .loose = true, .only_dot = rp.used[OP_stop_gradient]};
    *it = (native_item){.job = j, .precision = 64};
    rng dice = rng_new((uint64_t)seed + 77);
    for (int k = 0; k < rp.p->forward->leaves.len; k++) {
        node *leaf = rp.p->forward->leaves.data[k];
        j->value[k] = rp.value[k];
        j->direction[k] = leaf->role == ROLE_PARAM ? random_tensor(a, &dice, leaf->type) : tensor_new(a, leaf->type);
    }
    const char *why = "";
    if (!graph_verify(a, rp.p->forward, &why)) {
        snprintf(it->why, sizeof it->why, "the generator's own graph is not well formed: %s", why);
        return;
    }
    derive_report r = derive_check(j);
    all->corners += r.corner;
    if (!r.ok) snprintf(it->why, sizeof it->why, "%s", r.why);
    else if (!o->no_c) native_prepare(it);
}

static void run_batch(const options *o, long seed, int n, tally *all) {
    native_item items[BATCH];
    for (int k = 0; k < n; k++) check_one(o, seed + k, all, &items[k]);
    arena *a = arena_new("batch");
    if (!o->no_c) native_run(a, items, n, o->cc, o->flags);
    for (int k = 0; k < n; k++) {
        if (items[k].why[0]) printf("seed %ld: %s\n", seed + k, items[k].why);
        all->failed += items[k].why[0] != '\0';
        all->unstable += items[k].unstable;
        arena_free(items[k].job->mem);
    }
    arena_free(a);
}

static void add_tally(tally *to, const tally *from) {
    to->failed += from->failed;
    to->unstable += from->unstable;
    to->corners += from->corners;
    for (int k = 0; k < OP_COUNT; k++) to->used[k] = to->used[k] || from->used[k];
}

/* A batch in a process of its own, so that a crash is one failure among others; the programs of a crashed batch are run one
 * by one to find which it was. */
static void run_apart(const options *o, long seed, int n, tally *all) {
    int channel[2], status = 0;
    tally part = {0};
    if (pipe(channel) != 0) die(4, "cannot make a pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) die(4, "cannot fork");
    if (child == 0) {
        close(channel[0]);
        run_batch(o, seed, n, &part);
        bool told = write(channel[1], &part, sizeof part) == (ssize_t)sizeof part;
        fflush(stdout);
        _exit(told ? 0 : 4);
    }
    close(channel[1]);
    bool whole = read(channel[0], &part, sizeof part) == (ssize_t)sizeof part;
    close(channel[0]);
    waitpid(child, &status, 0);
    if (whole && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        add_tally(all, &part);
        return;
    }
    for (int k = 0; n > 1 && k < n; k++) run_apart(o, seed + k, 1, all);
    if (n > 1) return;
    if (WIFSIGNALED(status)) printf("seed %ld: crashed by signal %d\n", seed, WTERMSIG(status));
    else printf("seed %ld: ended with status %d\n", seed, WEXITSTATUS(status));
    all->failed++;
}

/* ---- rows -------------------------------------------------------------------------------------------------------------- */
typedef struct row_batch {
    native_item items[BATCH];
    const char *label[BATCH];
    int n;
} row_batch;

static void finish_rows(const options *o, row_batch *b, tally *all, double *worst) {
    arena *a = arena_new("batch");
    native_run(a, b->items, b->n, o->cc, o->flags);
    for (int k = 0; k < b->n; k++) {
        if (b->items[k].why[0]) printf("%s: %s\n", b->label[k], b->items[k].why);
        all->failed += b->items[k].why[0] != '\0';
        if (b->items[k].dot > *worst) *worst = b->items[k].dot;
        arena_free(b->items[k].job->mem);
    }
    b->n = 0;
    arena_free(a);
}

static void add_row_case(const options *o, row_batch *b, const op_case *c, long number) {
    arena *a = arena_new("case");
    derive_job *j = NEW(a, derive_job);
    *j = (derive_job){.s = test_session(a, diags_new(a, NULL, false)), .mem = a};
    native_item *it = &b->items[b->n];
    *it = (native_item){.job = j, .precision = (int)o->rows, .limit = o->rows == 32 ? 2e-4 : 1e-11, .dot_limit = o->rows == 32 ? 2e-5 : 1e-12};
    it->forward_only = !derive_case(j, c, (uint64_t)number);
    j->p->name = arena_printf(a, "%s_%ld", op_info(c->op)->name, number);
    b->label[b->n++] = c->label;
    native_prepare(it);
}

static long run_rows(const options *o, tally *all, double *worst) {
    arena *a = arena_new("rows");
    session *s = test_session(a, diags_new(a, NULL, false));
    row_batch *b = NEW(a, row_batch);
    long number = 0;
    for (int op = 0; op < OP_COUNT; op++) {
        op_case_list cases = {0};
        const char *why = "";
        if (!op_cases(a, session_ops(s), (op_id)op, &cases, &why)) die(4, "%s", why);
        for (int k = 0; k < cases.items.len; k++) {
            add_row_case(o, b, &cases.items.data[k], number++);
            if (b->n == BATCH) finish_rows(o, b, all, worst);
        }
    }
    if (b->n) finish_rows(o, b, all, worst);
    arena_free(a);
    return number;
}

int main(int argc, char **argv) {
    options o = {.count = 100, .seed = 1, .size = 14, .cc = "cc", .flags = "-O0 -w"};
    if (!read_options(argc, argv, &o)) {
        fprintf(stderr, "usage: random [--count N] [--seed S] [--size OPERATORS] [--print] [--no-c] [--no-loops] [--keep] [--cc CC] [--flags FLAGS]\n"
                        "       random --rows 64|32 [--cc CC] [--flags FLAGS]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    tally all = {0};
    if (o.rows) {
        double worst = 0.0;
        long cases = run_rows(&o, &all, &worst);
        printf("largest dot test residual %.2g\n%ld passed, %ld failed\n", worst, cases - all.failed, all.failed);
        return all.failed ? 1 : 0;
    }
    for (long at = 0; at < o.count; at += BATCH)
        run_apart(&o, o.seed + at, (int)(o.count - at < BATCH ? o.count - at : BATCH), &all);
    for (int op = 0; o.count >= 1000 && op < OP_COUNT; op++)
        if (!all.used[op]) printf("never used: %s\n", op_info((op_id)op)->name);
    if (all.corners) printf("%ld of them at a corner, where no Taylor test applies\n", all.corners);
    if (all.unstable) printf("%ld of them next to a jump, where C and evaluator may differ\n", all.unstable);
    printf("%ld passed, %ld failed\n", o.count - all.failed, all.failed);
    return all.failed ? 1 : 0;
}
