/* internal.h: what the files of ad share. */
#ifndef DSPC_AD_INTERNAL_H
#define DSPC_AD_INTERNAL_H

#include "ad/ad.h"

typedef struct ad { /* one walk over one graph */
    session *s;
    arena *a;
    diags *d;
    graph *g;
    const optable *ops;
} ad;

ad ad_new(session *s, graph *g);
node *g_add_opt(ad *w, node *a, node *b, const origin *from); /* a + b, where NULL is zero */

/* custom.c, scan.c: tangents of nodes with graphs inside; they set tan[n->id] */
bool custom_tangent(ad *w, node *n, node **tan);
bool scan_tangent(ad *w, node *n, node **tan);
bool part_tangent(ad *w, node *n, node **tan);
/* scan.c: cotangents of the linear arguments of a linear loop, from those of its parts */
bool scan_transpose(ad *w, node *n, const bool *linear, node **ct);

#endif
