/* fit_prox.c: see fit_prox.h. */
#include "driver/fit_prox.h"

#include "driver/ports.h"

#include <string.h>

typedef struct pairing {
    slot *in, *out;
    int64_t at; /* of the param in u */
} pairing;

struct prox_map {
    instance *x;
    VEC(pairing) pairs;
    slot *step; /* NULL: the map does not depend on it */
};

static program *find_program(const loaded *l, const char *name) {
    for (int i = 0; i < l->programs.items.len; i++)
        if (strcmp(l->programs.items.data[i]->name, name) == 0) return l->programs.items.data[i];
    return NULL;
}

static bool like_ports(const dspc_port *a, const dspc_port *b) {
    type x = port_type(a), y = port_type(b);
    return x.dt == y.dt && same_shape(&x, &y);
}

static int pair_up(job *j, prox_map *m, instance *fitted, int k) {
    slot *out = &m->x->out.v.data[k], *in = k < m->x->in.v.len ? &m->x->in.v.data[k] : NULL;
    int64_t at = 0;
    const slot *param = NULL;
    for (int i = 0; i < fitted->params.v.len && !param; i++)
        if (strcmp(fitted->params.v.data[i].name, out->name) == 0) param = &fitted->params.v.data[i];
        else at += slot_numbers(&fitted->params.v.data[i]);
    if (!param)
        return complain(EXIT_WRONG, "--prox=%s: its output '%s' is not the name of a param of '%s'", m->x->m->name,
                        out->name, fitted->m->name);
    if (param->port->lo < param->port->hi)
        return complain(EXIT_WRONG, "param '%s' has a range and a proximal map; put the range into the map",
                        param->name);
    if (!in || !like_ports(in->port, out->port) || !like_ports(param->port, out->port))
        return complain_help(EXIT_WRONG,
                             "the first inputs of a proximal map stand for its outputs, in their order, and have the "
                             "types of the params",
                             "--prox=%s: the types of param '%s', of output %d and of input %d differ", m->x->m->name,
                             out->name, k + 1, k + 1);
    in->set = true;
    vec_push(j->a, &m->pairs, ((pairing){in, out, at}));
    return EXIT_FINE;
}

static int find_step(prox_map *m) {
    m->step = slot_find(&m->x->in, "step");
    if (!m->step) return EXIT_FINE;
    if (m->step->port->dtype != DSPC_REAL || m->step->count != 1)
        return complain(EXIT_WRONG, "--prox=%s: its input 'step' must be one real number", m->x->m->name);
    m->step->set = true;
    return EXIT_FINE;
}

int prox_open(job *j, loaded *l, instance *x, int precision, prox_map **out) {
    const char *name = opt_text(j->o, OPT_prox, NULL);
    functions f = {.wanted = {[FN_FORWARD] = true}, .precision = precision};
    jit *lib = NULL;
    *out = NULL;
    if (!name) return EXIT_FINE;
    program *p = find_program(l, name);
    if (!p) return complain(EXIT_USAGE, "--prox=%s: %s has no such pipeline", name, l->path);
    prox_map *m = NEW(j->a, prox_map);
    *out = m;
    int status = open_instance(j, l, p, &f, &m->x, &lib);
    if (status != EXIT_FINE) return status;
    m->x->partner = x;
    x->partner = m->x;
    for (int k = 0; k < m->x->out.v.len && status == EXIT_FINE; k++)
        if (k != m->x->loss) status = pair_up(j, m, x, k);
    if (status == EXIT_FINE && !m->pairs.len)
        status = complain(EXIT_WRONG, "--prox=%s: it has no output named as a param of '%s'", name, x->m->name);
    return status == EXIT_FINE ? find_step(m) : status;
}

int prox_read(job *j, loaded *l, prox_map *m) {
    return m ? ports_read(j, m->x, port_size_names, l) : EXIT_FINE;
}

double prox_apply(prox_map *m, double step, double *u) {
    const char *why = "";
    for (int k = 0; k < m->pairs.len; k++) slot_store(m->x, m->pairs.data[k].in, u + m->pairs.data[k].at);
    if (m->step) slot_fill(m->x, m->step, step);
    if (!instance_forward(m->x, &why)) die(EXIT_INTERNAL, "%s", why);
    for (int k = 0; k < m->pairs.len; k++) slot_load(m->x, m->pairs.data[k].out, u + m->pairs.data[k].at);
    return m->x->loss >= 0 ? instance_loss(m->x) : 0;
}

void prox_free(prox_map *m) {
    if (m) instance_free(m->x);
}
