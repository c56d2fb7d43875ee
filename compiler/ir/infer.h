/* infer.h: private to ir/: one question "what is the type of this operator on these arguments" and its answer. */
#ifndef DSPC_INFER_H
#define DSPC_INFER_H

#include "ir/optable.h"

typedef struct call {
    arena *mem;
    const optable *ops;
    op_id op;
    node *const *args;
    int nargs;
    const attr *attrs;
    int nattrs;
    type out;        /* the answer */
    const char *why; /* or the reason there is none */
} call;

/* Sets why and returns false. */
bool call_fail(call *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
const char *call_arg_name(const call *c, int k); /* "x", as the signature says */
const char *call_attr_name(const call *c, int k);
const char *shape_text(arena *a, const int64_t *shape, int rank); /* "[8, 513]" */
static inline const type *arg_type(const call *c, int k) {
    return &c->args[k]->type;
}
static inline int64_t static_int(const call *c, int k) {
    return c->attrs[k].v[0];
}

bool infer_generic(call *c); /* infer.c: by the signature's text */
bool infer_view(call *c);    /* infer_view.c: reshape, permute, broadcast, slice, embed, concat, sum */
bool infer_kernel(call *c);  /* infer_kernel.c: transforms, convolutions, matmul_, scan, part, custom */
void infer_tags(call *c);    /* infer_tags.c: sample rate and bin width of the result */

#endif
