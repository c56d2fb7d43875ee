/* common.h: what the tests of the runtime share: numbers, references in double complex, comparisons. */
#ifndef DSPC_TESTS_RUNTIME_COMMON_H
#define DSPC_TESTS_RUNTIME_COMMON_H

#include <dspc.h>

#include <CUnit/CUnit.h>
#include <complex.h>
#undef I /* a size here */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef double complex cd;

static inline cd cd_make(double re, double im) {
    double parts[2] = {re, im};
    cd z;
    memcpy(&z, parts, sizeof z);
    return z;
}

/* Uniform in -1..1 by a counter: the same numbers on every machine. */
static inline double noise(unsigned *seed) {
    unsigned x = ++*seed * 2654435761u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (double)(x >> 4) / 134217728.0 - 1.0;
}

static inline cd *ref_new(ptrdiff_t n) {
    return calloc((size_t)(n > 0 ? n : 1), sizeof(cd));
}

/* Re sum conj(a) b */
static inline double inner(const cd *a, const cd *b, ptrdiff_t n) {
    double s = 0;
    for (ptrdiff_t k = 0; k < n; k++) s += creal(conj(a[k]) * b[k]);
    return s;
}

static inline double norm2(const cd *a, ptrdiff_t n) {
    return sqrt(inner(a, a, n));
}

/* |a| |b| is what <a, b> is measured against; lengths na, nb */
static inline int adjoint_holds(double left, double right, double size, double tolerance) {
    return fabs(left - right) <= tolerance * (size > 1e-3 ? size : 1e-3);
}

#endif
