/* kit_numbers.h: random values and inner products for tests: a seeded generator, the same everywhere. */
#ifndef TESTS_KIT_NUMBERS_H
#define TESTS_KIT_NUMBERS_H

#include "eval/eval.h"

typedef struct rng {
    uint64_t state;
} rng;

rng rng_new(uint64_t seed);
uint64_t rng_next(rng *r);
double rng_uniform(rng *r, double lo, double hi);
double rng_normal(rng *r);
int rng_below(rng *r, int n); /* 0 .. n-1 */

type type_of(dtype dt, const char *sizes); /* type_of(T_REAL, "4 3"); "" is a scalar */
tensor random_tensor(arena *a, rng *r, type t); /* standard normal, both parts when complex; ints 0 to 3 */
tensor tensor_from(arena *a, type t, const double *v);

double tensor_dot(const tensor *a, const tensor *b);     /* Re <a, b>: real and imaginary parts as reals */
double tensor_distance(const tensor *a, const tensor *b); /* largest difference, over 1 + the largest size of b */
bool tensor_finite(const tensor *t);
tensor tensor_plus(arena *a, const tensor *x, double h, const tensor *d); /* x + h d */

#endif
