/* optimizer.h: the ways of going down, over one vector. */
#ifndef DSPC_OPTIMIZER_H
#define DSPC_OPTIMIZER_H

#include "support/support.h"

/* What is minimised. `value` gives the loss at u and its gradient; NaN ends the search. `step_done` is told of
 * every step and ends the search by returning false; `project` (may be NULL) brings u back into its ranges. */
typedef struct objective {
    void *ctx;
    int64_t n;
    double (*value)(void *ctx, const double *u, double *g);
    double (*value_only)(void *ctx, const double *u);
    /* As value, and the Hessian at u times v; for cg. */
    double (*curvature)(void *ctx, const double *u, const double *v, double *g, double *hv);
    /* u <- argmin over x of prior(x) + |x - u|^2/(2 step); gives the prior there. For ista and fista. */
    double (*prox)(void *ctx, double step, double *u);
    bool (*step_done)(void *ctx, int step, double loss, const double *g);
    void (*project)(void *ctx, double *u);
} objective;

typedef enum { SCHEDULE_CONSTANT, SCHEDULE_LINEAR, SCHEDULE_COSINE } schedule;

/* Of sgd and adam. In step k of K: lr, lr (1 - k/K), lr (1 + cos(pi k/K))/2. */
typedef struct descent {
    int steps;
    double lr;
    schedule schedule;
    double momentum;     /* sgd only */
    double weight_decay; /* w: u <- u - lr w u beside the step proper (Loshchilov and Hutter 2019, AdamW) */
} descent;

/* u is the start and the end. Each does at most `steps` steps.
 * sgd:  v <- momentum v + g, u <- u - lr v
 * adam: Kingma and Ba 2015, algorithm 1, with beta1 = 0.9, beta2 = 0.999, eps = 1e-8. */
void minimise_sgd(arena *a, const objective *f, double *u, const descent *d);
void minimise_adam(arena *a, const objective *f, double *u, const descent *d);
/* liblbfgs; false with the reason in *why when it is not built in, or gives up (*why NULL: it is done). */
bool minimise_lbfgs(arena *a, const objective *f, double *u, int steps, const char **why);
/* Conjugate gradients (Hestenes and Stiefel 1952) for a quadratic loss. The gradient is computed at every step beside the
 * recurrence for it: false with the reason in *why when the two part by more than `rounding` of the first gradient, which
 * means that the loss is not quadratic, or when it is not convex. */
bool minimise_cg(arena *a, const objective *f, double *u, int steps, double rounding, const char **why);
/* Proximal gradient steps of size `step`, 0: 1/L with L estimated by power iteration and raised by backtracking. ista, or
 * with `accelerate` fista (Beck and Teboulle 2009) that restarts when it goes uphill (O'Donoghue and Candes 2015). */
void minimise_proximal(arena *a, const objective *f, double *u, int steps, double step, bool accelerate);

#endif
