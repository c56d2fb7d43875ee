/* revolve.c: the arithmetic of schedules that keep a few states of a loop (keep.c). */
#include "plan/plan.h"

int64_t ceil_sqrt(int64_t n) {
    int64_t r = 1;
    while (r * r < n) r++;
    return r;
}

/* One at the start of each segment of `every` steps, and those of the steps of one segment behind its first. */
int64_t slots_for_every(int64_t trip, int64_t every) {
    if (every >= trip) return trip;
    return (trip + every - 1) / every + every - 1;
}

/* beta(s, r) = C(s + r, s) is the greatest number of steps that s slots and the state at hand reverse with each step run
 * at most r times. The same as dspc_revolve of runtime/include/dspc_scalar.h. */
int64_t revolve_step(int64_t steps, int64_t slots) {
    int64_t before = 1, b = 1, r = 0;
    while (b < steps) {
        r++;
        before = b;
        b = b * (slots + r) / r;
    }
    int64_t latest = r > 0 ? steps - before * slots / (slots + r - 1) : 1; /* what is behind it is beta(s - 1, r - 1) */
    return before < latest ? before : latest;
}

static int64_t segment(int64_t steps, int64_t free, int64_t every) {
    return every ? every : revolve_step(steps, free);
}

/* Steps of the forward loop that run again. The binomial schedule runs r n - beta(s + 1, r - 1) of n steps in all (Griewank,
 * Walther 2000), those before the last slot of the first sweep among them, which the forward loop does anyway. */
int64_t steps_run_again(int64_t trip, int64_t slots, int64_t every) {
    int64_t at = 0, segments = 1, s = slots - 1;
    while (trip - at > slots - segments + 1) {
        at += segment(trip - at, slots - segments, every);
        segments++;
    }
    if (every) return trip - segments;
    int64_t b = 1, r = 0, over = 0; /* over: beta(s + 1, r - 1) */
    while (b < trip) {
        r++;
        over = r == 1 ? 1 : over * (s + r) / (r - 1);
        b = b * (s + r) / r;
    }
    return r * trip - over - at;
}
