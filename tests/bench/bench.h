/* bench.h: timing for the benchmarks of the runtime: the least of several runs, in milliseconds. */
#ifndef DSPC_TESTS_BENCH_H
#define DSPC_TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* Runs `code` for at least 200 ms and 5 times, and keeps the least time of one run. */
#define LEAST_MS(result, code)                                            \
    do {                                                                  \
        double begin_ = now_ms(), best_ = 1e30;                           \
        for (int run_ = 0; run_ < 5 || now_ms() - begin_ < 200; run_++) { \
            double t_ = now_ms();                                         \
            code;                                                         \
            t_ = now_ms() - t_;                                           \
            if (t_ < best_) best_ = t_;                                   \
        }                                                                 \
        (result) = best_;                                                 \
    } while (0)

static inline void report(const char *name, double runtime, double hand) {
    printf("%-44s %10.4f ms  hand-written %10.4f ms  ratio %5.2f\n", name, runtime, hand, runtime / hand);
}

/* n values of -1..1 at an address aligned to 64 bytes */
#define NEW_ARRAY(T, name, n)                                              \
    T *name = aligned_alloc(64, ((size_t)(n) * sizeof(T) + 63) / 64 * 64); \
    for (size_t i_ = 0; i_ < (size_t)(n); i_++) name[i_] = (T)((double)(i_ * 7919 % 2003) / 1001.0 - 1.0);

#endif
