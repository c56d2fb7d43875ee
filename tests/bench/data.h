/* data.h: the arrays a case works on, and the proof of the hand-written adjoints. */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include "hand/hand.h"

enum { MAX_PORTS = 10 };

typedef struct data {
    const hand_case *hand;
    int nin, nparams, ngrads;
    void *in[MAX_PORTS], *params[MAX_PORTS], *grad[MAX_PORTS]; /* grad: parameters, then PORT_WRT_INPUT inputs */
    const hand_port *grad_port[MAX_PORTS];
} data;

extern const hand_case *const hand_cases[]; /* ends with NULL */

data data_new(const hand_case *c);          /* filled with numbers that depend on the case's name alone */
void data_copy(data *to, const data *from); /* the same numbers in another precision */
void data_free(data *d);
double data_at(const data *d, const void *array, size_t i);

/* The gradient of every leaf against central differences along a random direction; the worst relative error. */
double verify_hand(const hand_case *c);

#endif
