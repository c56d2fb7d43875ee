/* optable.h: what the compiler knows of each operator: one row each in ops.def.
 *
 * Everything is text in the dsp language wherever it can be. In rule texts stand the argument names and dimension names
 * of the signature, its static arguments, `y` (the result), `y_` (the cotangent of y, in `.adj`), and `<arg>_dot` (the
 * tangent of an argument, in `.tangent`). */
#ifndef DSPC_OPTABLE_H
#define DSPC_OPTABLE_H

#include "ir/graph.h"

enum { OP_MAX_ARGS = 6, OP_MAX_STATIC = 16, OP_MAX_EXAMPLES = 4 };

typedef enum {
    K_LEAF,      /* leaf, constant, iota: no arguments */
    K_POINTWISE, /* one scalar formula per element, NumPy broadcasting between arguments */
    K_VIEW,      /* moves elements about without arithmetic; the emitter turns it into index arithmetic */
    K_REDUCE,    /* sums and the like over axes; the emitter fuses the point-wise code that feeds it */
    K_KERNEL,    /* a call of a runtime kernel, one per item of the leading axes unless .batched */
    K_CONTROL    /* scan, custom */
} op_kind;

typedef struct op_row {
    const char *name;
    op_kind kind;
    const char *topic; /* section of the manual */
    /* Arguments, static arguments and result, as a def header: "conv(x: num[..., N], h: num[..., K], lo: int, n: int)
     * -> num[..., n]". Array arguments first; `int`, `ints`, `axes` scalars are static. `num` is real or complex
     * (arguments of type num are promoted to one type); `any` also int. Leading `...` of several arguments
     * broadcast. */
    const char *sig;
    bool hidden;     /* not callable from a .dsp file under this name (the prelude wraps it) */
    bool structural; /* result type by C code in ir/infer.c, not by the signature text */

    const char *linear; /* names of arguments it is (real-)linear in, "x h": in each with the others held fixed */
    bool joint;         /* linear in all of them together (add, where, concat): inactive ones count as zero */
    const char *adj[OP_MAX_ARGS];     /* for linear arguments: the cotangent of the argument from y_ */
    const char *d[OP_MAX_ARGS];       /* point-wise: dy/d(arg); the tangent is d * arg_dot */
    const char *tangent[OP_MAX_ARGS]; /* any other: the share of argument k in the tangent, from <arg>_dot */
    const char *zero;                 /* the derivative is zero by definition: says why, and what to use instead */
    const char *norule;      /* there is no derivative: using it on an active path is an error with this help */
    bool singular;           /* d may be infinite somewhere: guarded under `where` */
    const char *at_singular; /* documentation: the singular points and the value chosen there */

    const char *c; /* point-wise on reals and ints: C expression; $x is an argument, @sin is sin / sinf, 1.0 literals
                         * are cast by the emitter. Result dtype as in .sig */
    const char *c_re,
        *c_im;             /* point-wise, when an argument or the result is complex: $x.re, $x.im (0 for a real one) */
    const char *c_complex; /* or: name of a runtime function of (re, im) pairs returning {re, im}: "csqrt" */
    const char *kernel;    /* runtime function: dspc_<kernel>_<type> */
    bool batched;          /* the kernel takes the number of items itself, first of the sizes */
    const char *scratch;   /* number of scratch elements of the real type the kernel needs per call: an expression */
    const char *plan;      /* kernel needs a prepared plan of this kind, made in _init */
    const char *flops;     /* per item: an expression in the dimensions */

    const char *doc;    /* one sentence, ends with a full stop */
    const char *source; /* where the formula comes from, or NULL */
    const char *alias;  /* names in other libraries, comma separated: "np.convolve, scipy.signal.convolve" */
    const char *example[OP_MAX_EXAMPLES]; /* "conv([1,2],[1,1]) == [1,3,2]" */
    const char *test; /* sizes for the generic dot and Taylor tests, "N=7 K=3 lo=1 n=8; N=1 K=1 lo=0 n=1"; NULL: any */
    const char *domain; /* random argument values for the Taylor test: "x in 0.1..2" ; NULL: standard normal */
} op_row;

const op_row *op_info(op_id op);
op_id op_by_name(const char *name); /* OP_COUNT when there is none */

/* The signature, read once for each table. */
typedef struct op_sig {
    int nargs, nattrs;
    const char *arg[OP_MAX_ARGS];
    const char *attr[OP_MAX_STATIC];
    int arg_param[OP_MAX_ARGS]; /* index of the argument among the parameters of decl */
    int attr_param[OP_MAX_STATIC];
    struct decl *decl; /* types and shapes as syntax */
} op_sig;

/* Reads every signature; a fault in one is reported, and its row has no arguments. `names` interns the names in
 * them. */
optable *optable_new(arena *a, interner *names, diags *d);
const op_sig *op_signature(const optable *t, op_id op);
/* Index of the argument among the array arguments, or of the static argument among the static ones; -1. */
int op_arg_index(const optable *t, op_id op, const char *name);
int op_attr_index(const optable *t, op_id op, const char *name);
bool op_linear_in(const optable *t, op_id op, int arg);

#endif
