/* scan.h: what the files that write loops of the source share. */
#ifndef DSPC_EMIT_SCAN_H
#define DSPC_EMIT_SCAN_H

#include "emit/writer.h"

int scan_states(const node *n);
long long scan_trip(const node *n);
buffer *leaf_buffer(const scan_step *s, int leaf); /* of the body's leaf, or NULL when the body does not read it */
const char *leaf_hint(const scan_step *s, int leaf);
void declare_state(emitter *e, const scan_step *s, int k); /* an array state before the first step */
void copy_array(emitter *e, const char *to, const char *from, const type *t);
bool fills_slot(const scan_step *s, int k); /* a state that the loop puts into slots */
const char *state_name(const scan_step *s, int k);
const char *index_name(emitter *e, const scan_step *s);         /* a new one for the number of the step */
long long row_length(const type *t);                            /* in numbers */
const char *row_offset(emitter *e, long long n, const char *t); /* of row t: rows are n numbers apart */
/* What one step does. slot: where it finds the states that another loop kept. */
void one_step(emitter *e, const scan_step *s, const char *t, const char *slot);

void loop_in_segments(emitter *e, const scan_step *s); /* keep.c */
void loop_over_slots(emitter *e, const scan_step *s);
#endif
