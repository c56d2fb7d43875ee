/* evaluators.h: what the families of evaluators share; private to eval. */
#ifndef DSPC_EVALUATORS_H
#define DSPC_EVALUATORS_H

#include "eval/eval.h"

typedef struct cval { /* one element; a real one has im = 0 */
    double re, im;
} cval;

/* Evaluates n into out, whose memory is there and zero. */
typedef struct call {
    const node *n;
    const tensor *const *args;
    tensor *out;
} call;
typedef void evaluator(const call *c);

evaluator eval_pointwise;
evaluator eval_iota, eval_reshape, eval_permute, eval_broadcast, eval_slice, eval_embed, eval_concat, eval_frame;
evaluator eval_overlap_add, eval_gather, eval_scatter_add, eval_argsort, eval_pad_fold, eval_pad_fold_adj;
evaluator eval_sample, eval_sample2, eval_upfirdn;
evaluator eval_sum, eval_extremum, eval_cumsum, eval_cumprod, eval_lrec, eval_allpole;
evaluator eval_fft, eval_rfft, eval_hc2r, eval_r2r;
evaluator eval_radon, eval_radon_adj;
evaluator eval_conv, eval_convnn, eval_convnn_x, eval_convnn_w;
evaluator eval_matmul, eval_lu, eval_lu_solve, eval_lu_logabsdet, eval_lu_det, eval_cholesky, eval_trisolve;

bool pointwise_has(op_id op);

/* Element i of t, whatever its dtype; putting drops the imaginary part into a real array. */
cval tensor_get(const tensor *t, int64_t i);
void tensor_put(tensor *t, int64_t i, cval x);
void tensor_add(tensor *t, int64_t i, cval x);

static inline cval cv(double re, double im) {
    return (cval){re, im};
}
static inline cval cv_add(cval a, cval b) {
    return cv(a.re + b.re, a.im + b.im);
}
static inline cval cv_sub(cval a, cval b) {
    return cv(a.re - b.re, a.im - b.im);
}
static inline cval cv_mul(cval a, cval b) {
    return cv(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}
static inline cval cv_conj(cval a) {
    return cv(a.re, -a.im);
}
cval cv_div(cval a, cval b); /* scaled: no needless overflow */

/* Sums are kept in long double: the oracle's rounding must be below what it judges. */
typedef struct csum {
    long double re, im;
} csum;
static inline void csum_mul(csum *s, cval a, cval b) { /* s += a b */
    s->re += (long double)a.re * b.re - (long double)a.im * b.im;
    s->im += (long double)a.re * b.im + (long double)a.im * b.re;
}
static inline cval csum_value(const csum *s) {
    return cv((double)s->re, (double)s->im);
}

/* ---- leading axes: an operator on the last `core` axes is applied once per item of the leading ones ------------------- */
int64_t axis_size(const type *t, int from_last); /* axis_size(t, 1): the last axis */
int64_t core_count(const type *t, int core);     /* elements of one item */
int64_t lead_count(const type *t, int core);     /* items */
/* Where item number `item` of the result (whose core is the last out_core axes) begins in an argument whose leading axes
 * broadcast against the result's. In elements. */
int64_t item_offset(const type *arg, int core, const type *out, int out_core, int64_t item);

/* cos and sin of pi * m / d for m = 0 .. 2d-1, correctly rounded as near as makes no matter. Freed by the caller. */
typedef struct circle {
    int64_t d;
    cval *at;
} circle;
circle circle_new(int64_t d);
void circle_free(circle *c);
static inline cval circle_at(const circle *c, int64_t m) { /* any m; the index is reduced before an angle is formed */
    int64_t r = m % (2 * c->d);
    return c->at[r < 0 ? r + 2 * c->d : r];
}
void *scratch_array(int64_t n, size_t size); /* zeroed; free() it; out of memory ends the command */

/* Which of n samples stands at place i (any whole number) of a signal continued as pad_fold does; index.c. */
int64_t folded(int64_t i, int64_t n, int64_t mode);

/* special.c */
double ref_sinc(double x), ref_dsinc(double x), ref_d2sinc(double x);
double ref_i0(double x), ref_i1(double x), ref_i1_over_x(double x);
double ref_sigmoid(double x), ref_softplus(double x), ref_ratio_h(double p, double a, double b);
double ref_uniform01(double i, double seed);
double ref_to_int(double x), ref_imod(double a, double b), ref_idiv(double a, double b);
cval ref_cunit(cval x), ref_cunit_tangent(cval x, cval t);
cval ref_cpow(cval a, cval b), ref_cexp(cval x), ref_clog(cval x), ref_csqrt(cval x), ref_csin(cval x),
    ref_ccos(cval x);

#endif
