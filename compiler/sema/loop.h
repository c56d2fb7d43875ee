/* loop.h: a `for` while it is being read. */
#ifndef DSPC_SEMA_LOOP_H
#define DSPC_SEMA_LOOP_H

#include "sema/internal.h"

enum { MAX_DELAY = 4096 }; /* y[n-k] is a chain of k states */

typedef struct wire { /* a value from outside and the leaf of the body that stands for it */
    node *outer, *leaf;
} wire;

typedef struct wire_list {
    wire *data;
    int len, cap;
} wire_list;

typedef struct name_list {
    const char **data;
    int len, cap;
} name_list;

typedef struct state { /* a name that stood for a value before the loop and is assigned in it */
    const char *name;
    node *outer, *leaf, *next;
    type type;
} state;

typedef struct delay_line { /* y of y[n] = ..., and what y[n-1], y[n-2] ... read */
    const char *name;
    type type;
    bool assigned;
    node *current;
    VEC(node *) taps; /* taps.data[k-1] is y[n-k] */
    int more_index;   /* indices of outer loops that stand before this loop's */
    expr **index;
    loc at;
} delay_line;

typedef struct loop {
    const char *index;
    int64_t from, trip;
    scan_keep keep;
    const char *making; /* y while y[n] = ... is being read */
    elab *outside;
    stmt *const *body;
    int nbody;
    node *counter, *index_node; /* 0, 1, ...; and the index as written, from + counter */
    name_list plain, collected;
    VEC(state) states;
    VEC(delay_line *) lines;
    wire_list slices, consts;
} loop;

type bare(type t); /* without rates: inside a loop a signal is a number at a time */
bool has_name(const name_list *l, const char *name);
/* loop_keep.c: what stands behind `with`; KEEP_UNSAID when nothing does, or after an error. */
scan_keep read_loop_settings(elab *e, const stmt *f);
/* Is x = mul * n + add, with n the loop's index? A size counts as mul = 0. */
int affine(elab *e, const loop *lp, const expr *x, int64_t *mul, int64_t *add);
delay_line *line_of(elab *e, loop *lp, const char *name); /* made when new */

#endif
