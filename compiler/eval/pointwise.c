/* pointwise.c: one scalar formula per element, NumPy broadcasting between arguments. */
#include <math.h>

#include "eval/evaluators.h"

enum { POINTWISE_MAX_ARGS = 3 };

typedef double real_formula(const double *x);
typedef cval complex_formula(const cval *x);

/* REAL(name, formula): a, b, c are the arguments' elements. COMPLEX the same on re, im pairs. */
#define REAL(name, ...)                       \
    static double r_##name(const double *x) { \
        return __VA_ARGS__;                   \
    }
#define COMPLEX(name, ...)                \
    static cval c_##name(const cval *x) { \
        return __VA_ARGS__;               \
    }
#define A x[0]
#define B x[1]
#define C x[2]

static cval real_only(double v) {
    return cv(v, 0.0);
}

REAL(add, A + B)
COMPLEX(add, cv_add(A, B))
REAL(sub, A - B)
COMPLEX(sub, cv_sub(A, B))
REAL(neg, -A)
COMPLEX(neg, cv(-A.re, -A.im))
REAL(mul, (A * B))
COMPLEX(mul, cv_mul(A, B))
REAL(mulz, B == 0.0 ? 0.0 : A * B)
COMPLEX(mulz, B.re == 0.0 && B.im == 0.0 ? cv(0.0, 0.0) : cv_mul(A, B))
REAL(div, A / B)
COMPLEX(div, cv_div(A, B))
REAL(floordiv, floor(A / B))
REAL(mod, A - floor(A / B) * B)
REAL(pow, pow(A, B))
COMPLEX(pow, ref_cpow(A, B))
REAL(square, (A * A))
COMPLEX(square, cv_mul(A, A))
REAL(recip, 1.0 / A)
COMPLEX(recip, cv_div(cv(1.0, 0.0), A))
REAL(exp, exp(A))
COMPLEX(exp, ref_cexp(A))
REAL(expm1, expm1(A))
REAL(log_, log(A))
COMPLEX(log_, ref_clog(A))
REAL(log1p, log1p(A))
REAL(sqrt, sqrt(A))
COMPLEX(sqrt, ref_csqrt(A))
REAL(sin, sin(A))
COMPLEX(sin, ref_csin(A))
REAL(cos, cos(A))
COMPLEX(cos, ref_ccos(A))
REAL(tan, tan(A))
REAL(asin, asin(A))
REAL(acos, acos(A))
REAL(atan, atan(A))
REAL(atan2, atan2(A + 0.0, B + 0.0)) /* + 0.0 makes -0 a 0: the point 0 has angle 0 */
REAL(ratio_h, ref_ratio_h(A, B, C))
REAL(hypot, hypot(A, B))
REAL(sinh, sinh(A))
REAL(cosh, cosh(A))
REAL(tanh, tanh(A))
REAL(asinh, asinh(A))
REAL(acosh, acosh(A))
REAL(atanh, atanh(A))
REAL(sigmoid, ref_sigmoid(A))
REAL(softplus, ref_softplus(A))
REAL(relu, A > 0.0 ? A : 0.0)
REAL(erf, erf(A))
REAL(sinc, ref_sinc(A))
REAL(dsinc, ref_dsinc(A))
REAL(d2sinc, ref_d2sinc(A))
REAL(i0, ref_i0(A))
REAL(i1, ref_i1(A))
REAL(i1_over_x, ref_i1_over_x(A))
REAL(abs, fabs(A))
COMPLEX(abs, real_only(hypot(A.re, A.im)))
REAL(unit, (double)((A > 0.0) - (A < 0.0)))
COMPLEX(unit, ref_cunit(A))
REAL(unit_tangent, (void)x, 0.0)
COMPLEX(unit_tangent, ref_cunit_tangent(A, B))
REAL(abs2, (A * A))
COMPLEX(abs2, real_only(A.re *A.re + A.im * A.im))
REAL(angle, A < 0.0 ? 3.141592653589793 : 0.0)
COMPLEX(angle, real_only(atan2(A.im + 0.0, A.re + 0.0)))
REAL(sign, (double)((A > 0.0) - (A < 0.0)))
REAL(round, rint(A))
REAL(floor, floor(A))
REAL(ceil, ceil(A))
REAL(maximum, A >= B ? A : B)
REAL(minimum, A <= B ? A : B)
REAL(clip, A < B ? B : (A > C ? C : A))
REAL(where, A != 0.0 ? B : C)
COMPLEX(where, A.re != 0.0 ? B : C)
REAL(lt, A < B)
REAL(le, A <= B)
REAL(eq, A == B)
COMPLEX(eq, real_only(A.re == B.re && A.im == B.im))
REAL(ne, A != B)
COMPLEX(ne, real_only(A.re != B.re || A.im != B.im))
REAL(and, A != 0.0 && B != 0.0)
REAL(or, A != 0.0 || B != 0.0)
REAL(not, A == 0.0)
REAL(to_real, A)
REAL(to_int, ref_to_int(A))
REAL(imod, ref_imod(A, B))
REAL(idiv, ref_idiv(A, B))
REAL(uniform01, ref_uniform01(A, B))
REAL(stop_gradient, A)
COMPLEX(stop_gradient, A)
COMPLEX(complex, cv(A.re, B.re))
REAL(re, A)
COMPLEX(re, real_only(A.re))
REAL(im, A * 0.0)
COMPLEX(im, real_only(A.im))
REAL(conj, A)
COMPLEX(conj, cv_conj(A))
COMPLEX(expj, cv(cos(A.re), sin(A.re)))

#define R1(op) [OP_##op] = {r_##op, NULL}
#define C1(op) [OP_##op] = {NULL, c_##op}
#define RC(op) [OP_##op] = {r_##op, c_##op}

static const struct formula {
    real_formula *real;       /* no argument and not the result complex */
    complex_formula *complex; /* some is */
} formulas[OP_COUNT] = {
    RC(add),   RC(sub),          RC(neg),           RC(mul),     RC(mulz),     RC(div),       R1(floordiv),
    R1(mod),   RC(pow),          RC(square),        RC(recip),   RC(exp),      R1(expm1),     RC(log_),
    R1(log1p), RC(sqrt),         RC(sin),           RC(cos),     R1(tan),      R1(asin),      R1(acos),
    R1(atan),  R1(atan2),        R1(ratio_h),       R1(hypot),   R1(sinh),     R1(cosh),      R1(tanh),
    R1(asinh), R1(acosh),        R1(atanh),         R1(sigmoid), R1(softplus), R1(relu),      R1(erf),
    R1(sinc),  R1(dsinc),        R1(d2sinc),        R1(i0),      R1(i1),       R1(i1_over_x), RC(abs),
    RC(unit),  RC(unit_tangent), RC(abs2),          RC(angle),   R1(sign),     R1(round),     R1(floor),
    R1(ceil),  R1(maximum),      R1(minimum),       R1(clip),    RC(where),    R1(lt),        R1(le),
    RC(eq),    RC(ne),           R1(and),           R1(or),      R1(not ),     R1(to_real),   R1(to_int),
    R1(imod),  R1(idiv),         RC(stop_gradient), C1(complex), RC(re),       RC(im),        RC(conj),
    C1(expj),  R1(uniform01),
};

bool pointwise_has(op_id op) {
    return formulas[op].real || formulas[op].complex;
}

/* How far apart neighbours along each axis of the result lie in an argument; 0 along axes it is repeated over. */
static void broadcast_strides(const type *arg, const type *out, int64_t *stride) {
    int64_t s = 1;
    for (int k = 0; k < out->rank; k++) {
        int axis = out->rank - 1 - k, mine = arg->rank - 1 - k;
        stride[axis] = mine >= 0 && arg->shape[mine] != 1 ? s : 0;
        if (mine >= 0) s *= arg->shape[mine];
    }
}

static void apply(const call *c, const struct formula *f, bool complex, int64_t i, const int64_t *at) {
    if (complex) {
        cval x[POINTWISE_MAX_ARGS];
        for (int k = 0; k < c->n->nargs; k++) x[k] = tensor_get(c->args[k], at[k]);
        tensor_put(c->out, i, f->complex(x));
    } else {
        double x[POINTWISE_MAX_ARGS];
        for (int k = 0; k < c->n->nargs; k++) x[k] = c->args[k]->v[at[k]];
        c->out->v[i] = f->real(x);
    }
}

void eval_pointwise(const call *c) {
    const type *out = &c->out->type;
    const struct formula *f = &formulas[c->n->op];
    int nargs = c->n->nargs;
    int64_t stride[POINTWISE_MAX_ARGS][MAX_RANK], at[POINTWISE_MAX_ARGS] = {0}, index[MAX_RANK] = {0};
    bool complex = out->dt == T_COMPLEX || !f->real;
    for (int k = 0; k < nargs; k++) {
        broadcast_strides(&c->args[k]->type, out, stride[k]);
        complex = complex || c->args[k]->type.dt == T_COMPLEX;
    }
    int64_t count = type_count(out);
    for (int64_t i = 0; i < count; i++) {
        apply(c, f, complex, i, at);
        for (int axis = out->rank - 1; axis >= 0; axis--) { /* step the index, last axis first */
            for (int k = 0; k < nargs; k++) at[k] += stride[k][axis];
            if (++index[axis] < out->shape[axis]) break;
            for (int k = 0; k < nargs; k++) at[k] -= stride[k][axis] * index[axis];
            index[axis] = 0;
        }
    }
}
