/* dot.h: sums of a few products as calls. */
#ifndef DSPC_EMIT_DOT_H
#define DSPC_EMIT_DOT_H

#include "emit/writer.h"

enum { LONGEST_DOT = 8 };

typedef struct dot { /* of n products */
    int n;
    const sx *first; /* product */
    int64_t step[2]; /* elements from one factor to the next */
} dot;

bool dot_of(const sx *x, dot *d); /* is x such a sum, of loads that move on evenly? */
char *dot_text(arena *a, const dot *d, const char *const *var);
void write_dots(const emitter *e, const char *body, strbuf *c);
#endif
