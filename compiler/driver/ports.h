/* ports.h: --in and --out: files and numbers into and out of an instance. */
#ifndef DSPC_PORTS_H
#define DSPC_PORTS_H

#include "driver/driver.h"
#include "driver/instance.h"

typedef const char *const *size_names_fn(void *ctx,
                                         const char *port); /* names of the sizes of a port's axes, for help */

/* Sets what --in names. */
int ports_set(job *j, instance *x, size_names_fn *size_names, void *ctx);
/* The same, and then every input must have a value. Exit status; anything but 0 was complained about. */
int ports_read(job *j, instance *x, size_names_fn *size_names, void *ctx);
/* Checks the names of --out before any work is done. */
int ports_check_outputs(job *j, instance *x, bool with_gradient);
/* Writes what --out names. */
int ports_write(job *j, instance *x);
#endif
