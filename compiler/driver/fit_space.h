/* fit_space.h: the params of an instance as one vector that an optimizer may move freely.
 *
 * A number p of a param becomes u:
 *   no range                  p = u
 *   lo..hi                    p = u, projected onto [lo, hi] after a step (sgd, adam)
 *                             p = lo + (hi - lo)(1 + sin u)/2             (lbfgs, which must see no wall)
 *   lo..hi log                as above with log p in place of p, log lo and log hi in place of lo and hi
 * The derivative to u is that to p times dp/du. Complex params are pairs of reals, which is what their gradient
 * means. */
#ifndef DSPC_FIT_SPACE_H
#define DSPC_FIT_SPACE_H

#include "driver/instance.h"

typedef struct fit_space {
    instance *x;
    int64_t n;
    bool smooth; /* substitution instead of projection */
    double *u, *g;
    double *p;    /* scratch: the params as they are */
    double *best; /* p where the loss was smallest */
} fit_space;

fit_space *fit_space_new(arena *a, instance *x, bool smooth);            /* u from the instance's params */
void fit_space_set(fit_space *f, const double *u);                       /* params of the instance from u */
void fit_space_gradient(const fit_space *f, const double *u, double *g); /* from the instance's gradient, to u */
void fit_space_project(const fit_space *f, double *u);
void fit_space_keep_best(fit_space *f); /* remembers the params of the instance */
void fit_space_restore_best(fit_space *f);
/* The param that number i belongs to, and the index inside it. */
const slot *fit_space_owner(const fit_space *f, int64_t i, int64_t *index);

#endif
