/* timeline.h: which samples of the signal each element of a graph reads.
 *
 * Element i = (i_0, i_1, ...) of a node reads the samples from sum_k step_k i_k + lo to sum_k step_k i_k + hi of the pipeline's
 * signal: its receptive field, as in Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks", Distill 2019,
 * over every axis at once. The field is an upper bound: it is grown where an operator's reading is not of that form (the
 * corners of a merged axis), never shrunk. What continues a signal at its ends (padding) keeps the place it has on the line,
 * outside 0 .. N-1.
 *
 * Requires: a verified graph. Changes nothing in it. */
#ifndef DSPC_TIMELINE_H
#define DSPC_TIMELINE_H

#include "ir/graph.h"

typedef struct field {
    bool any;              /* reads the signal at all */
    double step[MAX_RANK]; /* samples from one element to the next, per axis */
    double lo, hi;         /* may be infinite: a recursion reads the whole past */
    bool loose;            /* grown beyond what is read: a bound only */
    const node *band;      /* the last node before this one that limits a band (a filter, a transform), or NULL */
} field;

typedef struct timeline {
    const graph *g;
    double rate;       /* samples per second of the signal; 0: unknown */
    int64_t samples;   /* its length */
    const char *names; /* "x, target": the leaves that make the signal: one line of time, read together */
    field *of;         /* by node id */
} timeline;

/* The signal is every input whose type carries a rate, if they agree on it; else the longest inputs. False: there is no signal
 * (only scalars, or rates that differ). */
bool timeline_find(arena *a, const graph *g, timeline *out);

/* The axis that time runs along: that of the largest step; -1: none. */
int timeline_axis(const timeline *t, const node *n);
/* Samples that one element reads; infinite when it reads all that went before. */
double field_length(const field *f);

/* A place where samples are left out. */
typedef enum { FOLD_SLICE, FOLD_CONV, FOLD_FRAME } fold_kind;
typedef struct folding {
    fold_kind kind;
    const node *at;
    double before, after; /* samples of the signal from one element to the next, before and after */
    double reads;         /* elements that one result reads: 1, the taps of a kernel, the size of a frame */
    const node *band;     /* what limited the band before; NULL: nothing did */
} folding;
typedef VEC(folding) folding_list;
void find_foldings(arena *a, const timeline *t, folding_list *out);
/* A warning for each slice of the user's that leaves samples out with nothing before it to limit the band. */
void warn_foldings(arena *a, diags *d, const graph *g);

#endif
