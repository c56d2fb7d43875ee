/* fit_batch.h: dspc fit on more data than one step sees: batches of items, excerpts of long signals, a step counter.
 *
 * --batch=x     the file of x holds M items along its first axis, the input B of them. The steps walk through the
 *               endless sequence pass 0, pass 1, ...; each pass holds every item once, in the file's order or, with
 *               --shuffle=SEED, in a random order of its own. All files named so are walked through in step.
 * --excerpt=x   the file of x is M samples long, the input N: step k takes samples from s_k on along the last axis,
 *               s_k = k N modulo the room there is, or random. An input with one more axis than the file, [B, N], takes B
 *               excerpts, one after the other.
 * --counter=k   the int input k is set to the number of the step. */
#ifndef DSPC_FIT_BATCH_H
#define DSPC_FIT_BATCH_H

#include "driver/driver.h"
#include "driver/instance.h"

typedef struct feeder feeder;

/* Is the port named by one of the options above? Then set_file lets its file be longer. */
bool feeds(const options *o, const char *port);
/* Gives a port that `feeds` the whole of its file, of which every step takes a part. Exit status. */
int feed_file(job *j, instance *x, slot *s, data_array *d, const char *file);
/* After ports_read: NULL in *out when nothing is to be fed. Exit status. */
int feeder_new(job *j, instance *x, feeder **out);
/* Puts the data of step k into the inputs. */
void feeder_load(feeder *f, int64_t step);
/* Steps until all of the data has been seen once, at least 1; 0 when each step sees all of it. */
int64_t feeder_pass(const feeder *f);

#endif
