/* steps.h: a forward graph seen as its user wrote it: one step for each place in the user's own text.
 *
 * What a definition of the prelude expands to belongs to the call; a definition of the user's is looked into, so
 * that each of its uses gives steps of its own. */
#ifndef DSPC_STEPS_H
#define DSPC_STEPS_H

#include "plan/plan.h"
#include "sema/sema.h"

typedef struct user_step {
    const char *key;  /* the places from the pipeline inwards; equal for all nodes of the step */
    const char *text; /* the user's words, shortened */
    loc at;
    const node *last; /* whose value is the step's */
    bool leaf;
    double forward, gradient; /* flops */
    double kept;              /* bytes of its arrays in the work memory; places are shared, so that their sum is more */
    VEC(int) from;            /* steps it reads */
    bool used;                /* something reads it, or it is a result */
} user_step;

typedef struct user_steps {
    VEC(user_step) v;
    double other_gradient; /* flops of the gradient that belong to no place */
    strmap *by_key;        /* key -> index + 1 */
} user_steps;

/* gradient may be NULL. */
user_steps find_steps(arena *a, session *s, const graph *forward, const graph *gradient);

/* Fills `kept` from the plan of a function of the pipeline. */
void steps_memory(arena *a, user_steps *steps, const plan *p);
/* The user's place of a node, at the last call of a chain; its words in *text. No source: not the user's. */
loc step_place(arena *a, const origin *from, const char **text);

#endif
