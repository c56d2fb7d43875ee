/* optimizer.h: sgd, adam and lbfgs over a vector. */
#ifndef DSPC_OPTIMIZER_H
#define DSPC_OPTIMIZER_H

#include "support/support.h"

/* What is minimised. `value` gives the loss at u and its gradient; NaN ends the search. `step_done` is told of
 * every step and ends the search by returning false; `project` (may be NULL) brings u back into its ranges. */
typedef struct objective {
    void *ctx;
    int64_t n;
    double (*value)(void *ctx, const double *u, double *g);
    bool (*step_done)(void *ctx, int step, double loss, const double *g);
    void (*project)(void *ctx, double *u);
} objective;

/* u is the start and the end. Each does at most `steps` steps.
 * sgd:  u <- u - lr g
 * adam: Kingma and Ba 2015, algorithm 1, with beta1 = 0.9, beta2 = 0.999, eps = 1e-8. */
void minimise_sgd(arena *a, const objective *f, double *u, int steps, double lr);
void minimise_adam(arena *a, const objective *f, double *u, int steps, double lr);
/* liblbfgs; false with the reason in *why when it is not built in, or gives up (*why NULL: it is done). */
bool minimise_lbfgs(arena *a, const objective *f, double *u, int steps, const char **why);

#endif
