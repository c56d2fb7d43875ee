/* element.h: the element type E of a template, its arithmetic, and vectors of reals. Included by each_type.h for each
 * type.
 *
 * E is T for real types and a pair {re, im} of T for complex ones. An array of T handed to a kernel is read as an
 * array of E. V is a vector of VW reals that loads from and stores to any address of T; the kernels use it where
 * compilers would not vectorise (sums), as C does not let them reorder additions. */
#include "kernels/cpu.h"

#if CPLX
typedef struct {
    T re, im;
} L(element);
#else
typedef T L(element);
#endif
#define E L(element)

#define e_zero  L(zero_)
#define e_real  L(real_)
#define e_add   L(add_)
#define e_sub   L(sub_)
#define e_mul   L(mul_)
#define e_mad   L(mad_)
#define e_msub  L(msub_)
#define e_conj  L(conj_)
#define e_div   L(div_)
#define e_abs   L(abs_)
#define e_scale L(scale_)

#if CPLX
static inline E e_real(T x) {
    return (E){x, 0};
}
static inline E e_add(E a, E b) {
    return (E){a.re + b.re, a.im + b.im};
}
static inline E e_sub(E a, E b) {
    return (E){a.re - b.re, a.im - b.im};
}
static inline E e_mul(E a, E b) {
    return (E){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
static inline E e_conj(E a) {
    return (E){a.re, -a.im};
}
static inline E e_scale(T s, E a) {
    return (E){s * a.re, s * a.im};
}
static inline T e_abs(E a) {
    return M_(hypot)(a.re, a.im);
}
static inline E e_div(E a, E b) {
#define C_ DSPC_JOIN(dspc, TYPE)
    C_ q = S(cdiv)(a.re, a.im, b.re, b.im);
#undef C_
    return (E){q.re, q.im};
}
#else
static inline E e_real(T x) {
    return x;
}
static inline E e_add(E a, E b) {
    return a + b;
}
static inline E e_sub(E a, E b) {
    return a - b;
}
static inline E e_mul(E a, E b) {
    return a * b;
}
static inline E e_conj(E a) {
    return a;
}
static inline E e_scale(T s, E a) {
    return s * a;
}
static inline T e_abs(E a) {
    return a < 0 ? -a : a;
}
static inline E e_div(E a, E b) {
    return a / b;
}
#endif
static inline E e_zero(void) {
    return e_real(0);
}
static inline E e_mad(E c, E a, E b) {
    return e_add(c, e_mul(a, b));
} /* c + a b */
static inline E e_msub(E c, E a, E b) {
    return e_sub(c, e_mul(a, b));
} /* c - a b */

#if DSPC_VECTORS
typedef T L(vector) __attribute__((vector_size(32), aligned(sizeof(T)), may_alias));
#else
typedef T L(vector);
#endif
#define V  L(vector)
#define VW ((int)(sizeof(V) / sizeof(T)))
