/* fit_plot.h: the figure of `fit --plot`: the loss, then each param before and after, then outputs that are signals. */
#ifndef DSPC_FIT_PLOT_H
#define DSPC_FIT_PLOT_H

#include "driver/driver.h"
#include "driver/instance.h"

typedef struct fit_before fit_before; /* the params and outputs as they were */
fit_before *fit_plot_before(job *j, instance *x);
int fit_plot(job *j, instance *x, const fit_before *before, const double *losses, int n);

#endif
