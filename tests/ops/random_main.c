/* random_main.c: random programs by the thousand: `build/random --count 10000 --seed 1`.
 *
 * Each is checked in the reference evaluator: dot test of JVP against VJP, gradient against JVP, Taylor tests of gradient
 * and Hessian product. The last line counts; every failure is printed with the seed that makes it again. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit_derive.h"
#include "kit_program.h"

typedef struct options {
    long count, seed, size;
    bool print;
} options;

static bool read_options(int argc, char **argv, options *o) {
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--print")) {
            o->print = true;
            continue;
        }
        long *to = !strcmp(argv[i], "--count") ? &o->count : !strcmp(argv[i], "--seed") ? &o->seed : !strcmp(argv[i], "--size") ? &o->size : NULL;
        if (!to || i + 1 == argc) return false;
        *to = strtol(argv[++i], NULL, 10);
    }
    return true;
}

static bool run_one(const options *o, long seed, bool *used) {
    arena *a = arena_new("random program");
    session *s = session_new(a, diags_new(a, NULL, false));
    program_parts *parts = program_parts_new(a, session_ops(s));
    random_program rp = make_random_program(a, parts, (uint64_t)seed, (int)o->size);
    for (int k = 0; k < OP_COUNT; k++) used[k] = used[k] || rp.used[k];
    if (o->print) {
        strbuf b = {0};
        graph_print(&b, graph_prune(a, rp.p->forward));
        fputs(b.text, stdout);
        sb_free(&b);
    }
    const char *why = "";
    if (!graph_verify(a, rp.p->forward, &why)) {
        printf("seed %ld: the generator's own graph is not well formed: %s\n", seed, why);
        arena_free(a);
        return false;
    }
    derive_job j = {.s = s, .mem = a, .p = rp.p, .second = true, .loose = true, .only_dot = rp.used[OP_stop_gradient]};
    rng dice = rng_new((uint64_t)seed + 77);
    for (int k = 0; k < rp.p->forward->leaves.len; k++) {
        node *leaf = rp.p->forward->leaves.data[k];
        j.value[k] = rp.value[k];
        j.direction[k] = leaf->role == ROLE_PARAM ? random_tensor(a, &dice, leaf->type) : tensor_new(a, leaf->type);
    }
    derive_report r = derive_check(&j);
    if (!r.ok) printf("seed %ld: %s\n", seed, r.why);
    arena_free(a);
    return r.ok;
}

int main(int argc, char **argv) {
    options o = {.count = 100, .seed = 1, .size = 14};
    if (!read_options(argc, argv, &o)) {
        fprintf(stderr, "usage: random [--count N] [--seed S] [--size OPERATORS] [--print]\n");
        return 2;
    }
    long failed = 0;
    bool used[OP_COUNT] = {false};
    for (long k = 0; k < o.count; k++) failed += !run_one(&o, o.seed + k, used);
    for (int op = 0; o.count >= 1000 && op < OP_COUNT; op++)
        if (!used[op]) printf("never used: %s\n", op_info((op_id)op)->name);
    printf("%ld passed, %ld failed\n", o.count - failed, failed);
    return failed ? 1 : 0;
}
