/* numbers.h: random values, inner products and Taylor residuals for whatever checks derivatives: the same everywhere. */
#ifndef DSPC_NUMBERS_H
#define DSPC_NUMBERS_H

#include "eval/eval.h"
#include "ir/opcase.h"

typedef struct rng {
    uint64_t state;
} rng;

rng rng_new(uint64_t seed);
uint64_t rng_next(rng *r);
double rng_uniform(rng *r, double lo, double hi);
double rng_normal(rng *r);
int rng_below(rng *r, int n); /* 0 .. n-1 */

type type_of(dtype dt, const char *sizes);      /* type_of(T_REAL, "4 3"); "" is a scalar */
tensor random_tensor(arena *a, rng *r, type t); /* standard normal, both parts when complex; ints 0 to 3 */
tensor tensor_from(arena *a, type t, const double *v);

double tensor_dot(const tensor *a, const tensor *b);      /* Re <a, b>: real and imaginary parts as reals */
double tensor_distance(const tensor *a, const tensor *b); /* largest difference, over 1 + the largest size of b */
bool tensor_finite(const tensor *t);
tensor tensor_plus(arena *a, const tensor *x, double h, const tensor *d); /* x + h d */

/* Values for the arguments of a case, by their domains: where nothing is said they spread over -2.3 to 2.3, apart from each
 * other and from 0, where functions have their corners. value[k] of an argument made by lu stays empty. */
void case_values(arena *a, rng *r, const op_case *c, tensor *value);
/* A direction to move argument k in: normal; Hermitian where the domain is. */
tensor case_direction(arena *a, rng *r, const op_case *c, int k);

/* The order of a residual from its norms at h, h/2, h/4, ...: log2 of the last ratio whose terms stand above `floor`, or of
 * the one before where that is better. HUGE_VAL when fewer than two stand above: there is no residual to speak of. */
double residual_order(const double *norm, int n, double floor);

#endif
