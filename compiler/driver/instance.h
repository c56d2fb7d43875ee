/* instance.h: a loaded module with memory for everything it reads and writes.
 *
 * Values pass in and out as doubles, complex interleaved; inside they have the module's own types. */
#ifndef DSPC_INSTANCE_H
#define DSPC_INSTANCE_H

#include "data/data.h"

#include <dspc.h>

typedef struct slot { /* one array of the module's */
    const dspc_port *port;
    const char *name;
    int64_t count;     /* elements */
    int width;         /* numbers in an element: 2 when complex */
    void *buffer;      /* in the module's type */
    bool set;          /* given by the user, or has an initial value */
    const char *given; /* the user's words for it, "voice.wav"; NULL */
    double file_rate;  /* samples per second of the file it came from; 0: none said */
    data_array *whole; /* more than the array holds, when the steps of fit take parts of it (fit_batch.h) */
} slot;

typedef struct slots {
    VEC(slot) v;
    void **table; /* the buffers, as the module's functions take them */
} slots;

typedef struct instance {
    arena *a;
    const dspc_module *m;
    void *self, *work;
    bool ready;                  /* init was called */
    slots in, params, out, grad; /* out: outputs, then the loss; grad: params, then the inputs of --wrt */
    slots dot, hv;               /* in the order of grad; when the module has jvp or hvp; when it has hvp */
    slots out_dot, bar;          /* in the order of out; when it has jvp, vjp */
    int loss;                    /* index of the loss in `out`, or -1 */
    struct instance *partner;    /* another module that --in speaks to as well; NULL */
} instance;

/* Allocates, initialises and puts the initial values of params in place. `wrt` are the inputs the gradient is also
 * taken for, in the order the module was built with. NULL with the reason in *why. */
instance *instance_new(arena *a, const dspc_module *m, const char *const *wrt, int nwrt, const char **why);
void instance_free(instance *x); /* NULL is fine */

slot *slot_find(slots *s, const char *name); /* NULL when there is none */
type port_type(const dspc_port *p);
int64_t slot_numbers(const slot *s);         /* count x width */
bool slot_initial(const slot *s, double *v); /* the param's initial value; false: it has none */
void slot_store(const instance *x, slot *s, const double *v);
void slot_load(const instance *x, const slot *s, double *v);
void slot_fill(const instance *x, slot *s, double v);
data_array slot_array(const instance *x, const slot *s); /* a copy, for writing */

/* All arrays of a group as one vector. */
int64_t slots_numbers(const slots *s);
void slots_store(const instance *x, slots *s, const double *v);
void slots_load(const instance *x, const slots *s, double *v);

/* The entry points on the instance's own buffers; false with the status' text in *why. */
bool instance_forward(instance *x, const char **why);
bool instance_gradient(instance *x, const char **why);
bool instance_jvp(instance *x, const char **why); /* dot -> out, out_dot */
bool instance_vjp(instance *x, const char **why); /* bar -> out, grad */
bool instance_hvp(instance *x, const char **why); /* dot -> out, grad, hv */
double instance_loss(const instance *x);

#endif
