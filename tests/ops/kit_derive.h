/* kit_derive.h: are all derivatives of a pipeline's graph right? Everything is computed by the reference evaluator. */
#ifndef TESTS_KIT_DERIVE_H
#define TESTS_KIT_DERIVE_H

#include "ad/ad.h"
#include "eval/numbers.h"

enum { DERIVE_MAX_LEAVES = 16, DERIVE_MAX_RESULTS = 64 };

typedef struct derive_job {
    session *s;
    arena *mem;
    program *p; /* outputs and a loss; every real or complex leaf is a param */
    tensor value[DERIVE_MAX_LEAVES], direction[DERIVE_MAX_LEAVES]; /* by leaf */
    tensor bar[DERIVE_MAX_RESULTS]; /* by result: cotangents, made when first asked for */
    bool second; /* Hessian too */
    /* For programs at points nobody chose: corners may be near, so the Taylor tests may pass at any of several sizes of
     * step, the third order is not asked for, and rounding inside may be 1000 times that of the dot test's own sums. */
    bool loose;
    bool only_dot; /* no Taylor tests: something in it is said to have no derivative though it moves (stop_gradient) */
} derive_job;

typedef struct derive_report {
    bool ok;
    bool corner;     /* no test applies at the point (loose jobs only): the loss or its gradient bends sharply, or a value is
                      * nothing but rounding and the derivative depends on it */
    double dot;      /* |<y_, J x> - <J^T y_, x>| over the norms: at most 1e-12 */
    double gradient; /* |<grad, x> - loss_dot| over the norms: the gradient against the JVP */
    double order1;   /* of |loss(x + h d) - loss - h grad.d|: at least 1.9 */
    double order2;   /* of the same less h^2/2 d.H d: at least 2.9 */
    double order_h;  /* of |grad(x + h d) - grad - h H d|: at least 1.9 */
    char why[400];   /* what failed */
} derive_report;

derive_report derive_check(derive_job *j);
/* The value of a leaf of any of the pipeline's functions: moved by h times its direction; "<leaf>_dot" is the direction,
 * "<output>_bar" a random cotangent that is the same every time. */
bool derive_leaf(derive_job *j, const node *leaf, double h, tensor *out);

/* The results of one of its functions when every value on the way is moved by up to `by` of the largest in its array: what
 * rounding in another order may do. False when a value cannot be had. */
bool derive_shaken(derive_job *j, const graph *g, uint64_t seed, double by, tensor *out);

const tensor *derive_cotangent(derive_job *j, int result);

/* Fills a job (session and arena given) for one operator. False when nothing in it has a derivative. */
bool derive_case(derive_job *j, const op_case *c, uint64_t seed);

/* A pipeline of one operator: output y, loss = 0.5*sum(abs2(y)) + <w, y> with constant w. Leaves as in op_case_build. */
program *program_of_case(session *s, arena *mem, const op_case *c, rng *r);
/* The same loss of any real or complex nodes, made a result named "loss". */
void add_test_loss(graph *g, node *const *y, int n, rng *r);

#endif
