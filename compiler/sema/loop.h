/* loop.h: a `for` while it is being read. */
#ifndef DSPC_SEMA_LOOP_H
#define DSPC_SEMA_LOOP_H

#include "sema/internal.h"

enum {
    MAX_CHAIN = 64,       /* y[n-k] up to here is the last of a chain of k states; beyond, the loop runs in blocks */
    NEAR_DELAY = 16,      /* a delay that changes, or that is no whole number, of at least this long: blocks too */
    MAX_DELAY = 16777216, /* 2^24: what a float counts */
};

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
    bool sure;             /* the type is more than a guess: said by `from`, or learnt from what is assigned */
    bool assigned, failed; /* failed: an error was reported where it is assigned */
    node *current;
    VEC(node *) taps;  /* taps.data[k-1] is y[n-k] */
    int64_t window;    /* the last so many values as one state, oldest first, for near delays that are not constant */
    node *window_leaf; /* NULL where nothing reads it */
    bool read_far;
    int more_index; /* indices of outer loops that stand before this loop's */
    expr **index;
    loc at;
} delay_line;

typedef struct
    far_read { /* y[n-d] with a d that is known before the loop and at least lo: read in blocks of lo steps */
    delay_line *line;
    node *delay;    /* in the body's graph; NULL: lo, a whole number */
    int64_t lo, hi; /* the rows of the past it needs, at least and at most */
    node *leaf;     /* of the body: what is read */
    loc at;
} far_read;

typedef struct loop_values { /* the values of a finished loop, in the graph around it */
    node **final;            /* by state */
    node **collected;        /* by line */
} loop_values;

typedef struct node_list {
    node **data;
    int len, cap;
} node_list;

typedef struct wiring {              /* what a loop's scan is made of, in its order */
    node_list initial, leaves, next; /* of the states, chains and windows included; leaves: of their leaves */
    node_list slices, slice_leaves, consts, const_leaves;
} wiring;

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
    VEC(far_read) fars;
    bool grown; /* a window became longer: read the body again */
    bool
        guessing; /* to learn types: the past of a line whose type is not sure has no value, and a sum is its other term */
} loop;

type bare(type t); /* without rates: inside a loop a signal is a number at a time */
bool has_name(const name_list *l, const char *name);
/* loop_keep.c: what stands behind `with`; KEEP_UNSAID when nothing does, or after an error. */
scan_keep read_loop_settings(elab *e, const stmt *f);
/* Is x = mul * n + add, with n the loop's index? A size counts as mul = 0. */
int affine(elab *e, const loop *lp, const expr *x, int64_t *mul, int64_t *add);
delay_line *line_of(elab *e, loop *lp, const char *name); /* made when new */
/* loop_read.c: the remaining indices of x[.., n-k, ..] applied to the row. */
bool rest_of_index(elab *e, const expr *x, int taken, node *row, sval *out);
sval read_constant_delay(elab *e, const expr *x, delay_line *l, int64_t k); /* y[n-k] */
/* loop_delay.c: y[n-k] with a long constant k; y[n-d] with any other d. */
sval read_far(elab *e, const expr *x, delay_line *l, int64_t k);
sval read_delayed(elab *e, const expr *x, delay_line *l);
/* x[n-d] of a signal from outside; false when x is an ordinary index. */
bool read_between(elab *e, const expr *x, node *signal, sval *out);
/* The value at delay d of rows that lie oldest first along the last axis, the row before the step at index `last`; between
 * rows where d is no whole number. */
node *between_rows(graph *g, node *rows, node *last, node *d, const origin *from);
/* loop_build.c: the scan, or scans. */
bool build_loop(elab *o, elab *in, const stmt *f, loop *lp, loop_values *out);
node *initial_window(elab *o, const stmt *f, const delay_line *l, int64_t rows, bool *ok);
node *loop_part(elab *o, graph *g, node *scan, int k);
/* loop_block.c: the same in blocks. */
bool build_blocks(elab *o, elab *in, const stmt *f, loop *lp, const wiring *w, graph *body, loop_values *out);
/* loop_stability.c: W0106 for constant coefficients; ns states. */
void warn_unstable(elab *o, const stmt *f, const loop *lp, const graph *body, int ns);
/* interval.c: bounds of the elements of n; false when they are not known. */
bool value_range(const elab *e, const node *n, double *lo, double *hi);

#endif
