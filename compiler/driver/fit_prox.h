/* fit_prox.h: the proximal map of dspc fit --prox=PIPELINE, a second pipeline of the file.
 *
 * Its outputs are named as params of the one that is fitted; its first inputs stand for them, in the order of the outputs:
 * the point it is given. An input `step : real` gets the step size; the others are set by --in. A loss in it is the
 * prior's value at the result. See lang-spec/language.md, section 7. */
#ifndef DSPC_FIT_PROX_H
#define DSPC_FIT_PROX_H

#include "driver/compile.h"
#include "driver/fit_space.h"

typedef struct prox_map prox_map;

/* Compiles the pipeline of --prox; NULL in *out when there is none. `x` is what is fitted. Exit status. */
int prox_open(job *j, loaded *l, instance *x, int precision, prox_map **out);
/* After the inputs of `x`: sets those of the map. */
int prox_read(job *j, loaded *l, prox_map *m);
/* The part of u that the map knows of; gives the prior there, 0 when the pipeline does not say. */
double prox_apply(prox_map *m, double step, double *u);
void prox_free(prox_map *m); /* NULL is fine */

#endif
