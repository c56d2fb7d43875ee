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
    node ***part_cts; /* transpose: by id of a scan, the cotangents of its parts */
} ad;

ad ad_new(session *s, graph *g);
node *g_add_opt(ad *w, node *a, node *b, const origin *from); /* a + b, where NULL is zero */

/* custom.c, scan.c: tangents of nodes with graphs inside; they set tan[n->id] */
bool custom_tangent(ad *w, node *n, node **tan);
bool scan_tangent(ad *w, node *n, node **tan);
bool part_tangent(ad *w, node *n, node **tan);
/* transpose.c: the name of the cotangent that belongs to a tangent */
const char *bar_name(ad *w, const char *dot);
/* transpose.c: adds a share to the cotangent of a node, when that one is linear */
void cotangent_add(ad *w, node **ct, const bool *linear, const node *to, node *share, const origin *from);
/* scan.c: a copy whose loops also collect their states before each step */
graph *keep_states(session *s, const graph *f);
/* scan.c: a loop, in g, that collects them */
node *ad_kept_scan(session *s, graph *g, const node *n, node *const *args);
/* build.c: why no derivative gets from a node to another, in words; NULL: there is no path */
const char *ad_why_zero(arena *a, const graph *g, const node *from, const node *target);
/* recurrence.c: a copy in which linear time-invariant recurrences are recursive filters */
graph *recognise_filters(session *s, const graph *f);
/* unroll.c: a copy in which short loops within loops are straight code */
graph *unroll_loops(const graph *f);
/* memory.c: a copy in which every loop says how it keeps its states; NULL when a byte budget is too small and `strict`, which
 * reports. */
graph *choose_memory(session *s, const graph *f, bool strict);
/* scan.c: cotangents of the linear arguments of a linear loop, from those of its parts */
bool scan_transpose(ad *w, node *n, const bool *linear, node **ct);

#endif
