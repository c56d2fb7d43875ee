/* nest.h: a loop nest on its way to text: collapsed, split where choices change, with its reductions. */
#ifndef DSPC_EMIT_NEST_H
#define DSPC_EMIT_NEST_H

#include "emit/writer.h"

enum { LANES_F64 = 8, LANES_F32 = 16 }; /* of one sum or extreme: two vectors of 32 bytes */

typedef struct item { /* a root within the nest, in the nest's own variables */
    const root *root;
    sval val;
    affine at;
    unsigned reduced;
    int start;  /* level whose loops a reduction accumulates over in locals; nv: none (a store, or rows added up) */
    bool rows;  /* outer axes are reduced too: the local sum is added into the cleared array */
    bool lanes; /* several partial results, one for each lane */
    bool wide;  /* a long sum of floats: lanes hold blocks of it, whose sums add up in double */
    const char *acc[2];  /* C names of the accumulators: re, im; argmax: best value, its index */
    const char *part[2]; /* wide: the lanes of a block */
} item;

typedef VEC(sx *) bound_list;

typedef struct nest nest;
struct nest {
    emitter *e;
    const step *step;
    sxb *b;
    space space;
    int nitems;
    item *items;
    const char *var[MAX_RANK]; /* C text of the loop variables */
    int lanes;                 /* of its sums and extremes */
    bool strip;                /* the outermost loop is shared with other steps */
    const item *at;            /* whose value is being looked through */
    bool second;               /* its imaginary part is visited: the real one is stored before it */
    sval *val;                 /* of the items */
    bound_list outer;          /* bound before the outermost loop */
};

void nest_collapse(nest *n); /* collapse.c: merges adjacent loops where every index allows it */
/* Places inside lo..hi of variable v where a choice changes, ascending; at most `most`, else none. */
int nest_breaks(const nest *n, const sval *val, const space *s, int v, int64_t *at, int most);

/* deliver.c */
bool item_is_arg(const item *it);
bool item_is_sum(const item *it);
bool item_is_int(const item *it);
bool item_pair(const item *it);
affine affine_fixed(const affine *a, const space *s); /* variables of one value replaced by it */
void open_accumulator(nest *n, item *it);
void open_block_lanes(nest *n, item *it); /* wide */
void add_block_lanes(nest *n, const item *it);
void accumulate(nest *n, const item *it, sval v, const char *lane, const space *s);
void flush_accumulator(nest *n, item *it, const space *s);
void store_root(nest *n, const root *r, affine at, const sval *v, const char *im); /* what a ROOT_STORE delivers */
void store_value(nest *n, const root *r, affine at, const char *op, const char *re, const char *im);

/* locals.c */
void hoist(nest *n, const sval *val, int depth, bound_list *bound); /* what deeper loops need but do not change */
void bind_body(nest *n, const sval *val, bound_list *bound);        /* repeated or long parts of the innermost body */
void unbind(bound_list *bound, int from);
#endif
