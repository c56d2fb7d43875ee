/* instance.c: see instance.h. */
#include "driver/instance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t number_bytes(const instance *x, const dspc_port *p) {
    return p->dtype == DSPC_INT ? sizeof(int32_t) : x->m->precision == 32 ? sizeof(float) : sizeof(double);
}

/* Arenas align to 16; the generated code runs fastest on 64, and `work` must have it. */
static void *aligned(arena *a, size_t bytes) {
    char *p = arena_alloc(a, bytes + 64);
    return p + (64 - (uintptr_t)p % 64) % 64;
}

type port_type(const dspc_port *p) {
    int64_t shape[MAX_RANK] = {0};
    for (int k = 0; k < p->rank; k++) shape[k] = p->shape[k];
    type t = type_make(p->dtype == DSPC_REAL ? T_REAL : p->dtype == DSPC_COMPLEX ? T_COMPLEX : T_INT, p->rank, shape);
    t.rate = p->rate;
    return t;
}

int64_t slot_numbers(const slot *s) {
    return s->count * s->width;
}

void slot_store(const instance *x, slot *s, const double *v) {
    int64_t n = slot_numbers(s);
    if (s->port->dtype == DSPC_INT)
        for (int64_t i = 0; i < n; i++) ((int32_t *)s->buffer)[i] = (int32_t)v[i];
    else if (x->m->precision == 32)
        for (int64_t i = 0; i < n; i++) ((float *)s->buffer)[i] = (float)v[i];
    else memcpy(s->buffer, v, (size_t)n * sizeof(double));
    s->set = true;
}

void slot_load(const instance *x, const slot *s, double *v) {
    int64_t n = slot_numbers(s);
    if (s->port->dtype == DSPC_INT)
        for (int64_t i = 0; i < n; i++) v[i] = ((const int32_t *)s->buffer)[i];
    else if (x->m->precision == 32)
        for (int64_t i = 0; i < n; i++) v[i] = (double)((const float *)s->buffer)[i];
    else memcpy(v, s->buffer, (size_t)n * sizeof(double));
}

void slot_fill(const instance *x, slot *s, double v) {
    int64_t n = slot_numbers(s);
    double *all = malloc((size_t)n * sizeof(double));
    if (!all) die(4, "out of memory");
    for (int64_t i = 0; i < n; i++) all[i] = s->width == 2 && i % 2 ? 0 : v;
    slot_store(x, s, all);
    free(all);
}

data_array slot_array(const instance *x, const slot *s) {
    type t = port_type(s->port);
    data_array d = data_new(x->a, t.dt, t.rank, t.shape);
    d.rate = t.rate;
    d.single = x->m->precision == 32;
    slot_load(x, s, d.v);
    return d;
}

slot *slot_find(slots *s, const char *name) {
    for (int i = 0; i < s->v.len; i++)
        if (strcmp(s->v.data[i].name, name) == 0) return &s->v.data[i];
    return NULL;
}

int64_t slots_numbers(const slots *s) {
    int64_t n = 0;
    for (int i = 0; i < s->v.len; i++) n += slot_numbers(&s->v.data[i]);
    return n;
}

void slots_store(const instance *x, slots *s, const double *v) {
    for (int i = 0; i < s->v.len; i++) {
        slot_store(x, &s->v.data[i], v);
        v += slot_numbers(&s->v.data[i]);
    }
}

void slots_load(const instance *x, const slots *s, double *v) {
    for (int i = 0; i < s->v.len; i++) {
        slot_load(x, &s->v.data[i], v);
        v += slot_numbers(&s->v.data[i]);
    }
}

static void add_slot(instance *x, slots *into, const dspc_port *p) {
    slot s = {.port = p, .name = p->name, .count = 1, .width = p->dtype == DSPC_COMPLEX ? 2 : 1};
    for (int k = 0; k < p->rank; k++) s.count *= p->shape[k];
    s.buffer = aligned(x->a, (size_t)slot_numbers(&s) * number_bytes(x, p));
    vec_push(x->a, &into->v, s);
}

static void fill_table(instance *x, slots *s) {
    s->table = NEW_ARRAY(x->a, void *, s->v.len + 1);
    for (int i = 0; i < s->v.len; i++) s->table[i] = s->v.data[i].buffer;
}

/* The initial value is given for every number, or for one element (complex: re, im, or re alone) that stands for
 * all. */
bool slot_initial(const slot *s, double *v) {
    const dspc_port *p = s->port;
    int64_t n = slot_numbers(s), given = (int64_t)p->initial_count;
    if (!p->initial || given < 1) return false;
    for (int64_t i = 0; i < n; i++) {
        int64_t k = given == n ? i : i % s->width;
        v[i] = k < given ? p->initial[k] : 0;
    }
    return true;
}

static void set_initial(instance *x, slots *s) {
    for (int i = 0; i < s->v.len; i++) {
        slot *k = &s->v.data[i];
        if (!k->port->initial) continue;
        double *v = NEW_ARRAY(x->a, double, slot_numbers(k));
        if (slot_initial(k, v)) slot_store(x, k, v);
    }
}

static void add_ports(instance *x, const char *const *wrt, int nwrt) {
    x->loss = -1;
    for (int i = 0; i < x->m->nports; i++) {
        const dspc_port *p = &x->m->ports[i];
        slots *into = p->role == DSPC_INPUT ? &x->in : p->role == DSPC_PARAM ? &x->params : &x->out;
        if (p->role == DSPC_LOSS) x->loss = into->v.len;
        add_slot(x, into, p);
    }
    for (int i = 0; i < x->params.v.len; i++) add_slot(x, &x->grad, x->params.v.data[i].port);
    for (int i = 0; i < nwrt; i++) {
        slot *s = slot_find(&x->in, wrt[i]);
        if (s) add_slot(x, &x->grad, s->port);
    }
    for (int i = 0; i < x->grad.v.len && (x->m->jvp || x->m->hvp); i++) {
        add_slot(x, &x->dot, x->grad.v.data[i].port);
        if (x->m->hvp) add_slot(x, &x->hv, x->grad.v.data[i].port);
    }
    for (int i = 0; i < x->out.v.len && (x->m->jvp || x->m->vjp); i++) {
        add_slot(x, &x->out_dot, x->out.v.data[i].port);
        add_slot(x, &x->bar, x->out.v.data[i].port);
    }
    slots *const all[] = {&x->in, &x->params, &x->out, &x->grad, &x->dot, &x->hv, &x->out_dot, &x->bar};
    for (size_t i = 0; i < COUNT_OF(all); i++) fill_table(x, all[i]);
}

instance *instance_new(arena *a, const dspc_module *m, const char *const *wrt, int nwrt, const char **why) {
    instance *x = NEW(a, instance);
    x->a = a;
    x->m = m;
    add_ports(x, wrt, nwrt);
    set_initial(x, &x->params);
    set_initial(x, &x->in);
    x->self = aligned(a, m->self_bytes);
    x->work = aligned(a, m->work_bytes);
    int status = m->init(x->self, x->work, m->work_bytes);
    if (status != DSPC_OK) {
        *why = arena_printf(a, "%s_init: status %d", m->name, status);
        return NULL;
    }
    x->ready = true;
    return x;
}

void instance_free(instance *x) {
    if (x && x->ready) x->m->free(x->self);
}

static bool fine(instance *x, const char *what, int status, const char **why) {
    if (status == DSPC_OK) return true;
    *why = arena_printf(x->a, "%s_%s: status %d", x->m->name, what, status);
    return false;
}

#define CONST_TABLE(s) ((const void *const *)(s).table)

bool instance_forward(instance *x, const char **why) {
    return fine(x, "forward", x->m->forward(x->self, CONST_TABLE(x->in), CONST_TABLE(x->params), x->out.table), why);
}

bool instance_gradient(instance *x, const char **why) {
    if (!x->m->gradient) {
        *why = arena_printf(x->a, "pipeline '%s' has no loss, so there is no gradient", x->m->name);
        return false;
    }
    return fine(x, "gradient",
                x->m->gradient(x->self, CONST_TABLE(x->in), CONST_TABLE(x->params), x->out.table, x->grad.table), why);
}

bool instance_jvp(instance *x, const char **why) {
    return fine(x, "jvp",
                x->m->jvp(x->self, CONST_TABLE(x->in), CONST_TABLE(x->params), CONST_TABLE(x->dot), x->out.table,
                          x->out_dot.table),
                why);
}

bool instance_vjp(instance *x, const char **why) {
    return fine(x, "vjp",
                x->m->vjp(x->self, CONST_TABLE(x->in), CONST_TABLE(x->params), CONST_TABLE(x->bar), x->out.table,
                          x->grad.table),
                why);
}

bool instance_hvp(instance *x, const char **why) {
    return fine(x, "hvp",
                x->m->hvp(x->self, CONST_TABLE(x->in), CONST_TABLE(x->params), CONST_TABLE(x->dot), x->out.table,
                          x->grad.table, x->hv.table),
                why);
}

double instance_loss(const instance *x) {
    double v = NAN;
    if (x->loss >= 0) slot_load(x, &x->out.v.data[x->loss], &v);
    return v;
}
