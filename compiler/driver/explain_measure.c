/* explain_measure.c: `explain --measure`: the pipeline is compiled and run at one point (--in, initial values of params, random
 * numbers for the rest) for what only values can tell: how long an output takes to answer, which units sit where their slope
 * is nearly zero, which params get no gradient. */
#include "driver/explain_signal.h"

#include "driver/check.h"
#include "driver/ports.h"
#include "driver/probe.h"
#include "driver/steps.h"

#include <inttypes.h>
#include <math.h>

/* ---- units in saturation: a slope below 1 % of the largest ------------------------------------------------------------------ */
static node *saturated(graph *g, const node *n) {
    node *x = n->nargs ? n->args[0] : NULL;
    if (!x || x->type.dt != T_REAL || is_constant(x)) return NULL;
    switch (n->op) {
    case OP_tanh:
        return probe_two(g, OP_or, probe_less(g, x, -2.993), probe_more(g, x, 2.993)); /* 1 - tanh(x)^2 = 0.01 */
    case OP_sigmoid:
        return probe_two(g, OP_or, probe_less(g, x, -5.982), probe_more(g, x, 5.982));          /* s (1 - s) = 0.01/4 */
    case OP_erf: return probe_two(g, OP_or, probe_less(g, x, -2.146), probe_more(g, x, 2.146)); /* exp(-x^2) = 0.01 */
    case OP_softplus: return probe_less(g, x, -4.595);                                          /* sigmoid(x) = 0.01 */
    case OP_relu: return probe_less(g, x, 0);
    case OP_clip: return probe_two(g, OP_or, probe_two(g, OP_lt, x, n->args[1]), probe_two(g, OP_lt, n->args[2], x));
    default: return NULL;
    }
}

/* Random values for what --in leaves open; params stay at their initial values. */
static void set_point(job *j, const loaded *l, const program *p, instance *x) {
    subject whole = {.kind = SUBJECT_PIPELINE, .name = p->name};
    random_state r = {1};
    for (int i = 0; i < p->leaves.len; i++) {
        const leaf_info *leaf = &p->leaves.data[i];
        slot *s = leaf->role == ROLE_PARAM ? slot_find(&x->params, leaf->name) : slot_find(&x->in, leaf->name);
        if (s->given || (leaf->role == ROLE_PARAM && s->port->initial)) continue;
        double *v = NEW_ARRAY(j->a, double, slot_numbers(s) + 1);
        random_leaf(&r, &whole, l->s, leaf, s, v);
        slot_store(x, s, v);
    }
}

static int open_point(job *j, loaded *l, const program *p, const functions *f, instance **x, jit **lib) {
    int status = open_instance(j, l, p, f, x, lib);
    if (status == EXIT_FINE) status = ports_set(j, *x, port_size_names, l);
    if (status == EXIT_FINE) set_point(j, l, p, *x);
    return status;
}

static int table_saturation(job *j, loaded *l, const program *p, strbuf *b) {
    probe_list list = {0};
    const program *q = probe_program(j, p, saturated, &list);
    functions f = {.wanted = {[FN_FORWARD] = true}, .precision = 64};
    instance *x = NULL;
    jit *lib;
    const char *why = "", *words;
    if (!q) return EXIT_FINE;
    int status = open_point(j, l, q, &f, &x, &lib);
    if (status == EXIT_FINE && !instance_forward(x, &why)) status = complain(EXIT_INTERNAL, "%s", why);
    for (int i = 0; status == EXIT_FINE && i < list.at.len; i++) {
        const node *n = list.at.data[i];
        double count = 0, all = (double)type_count(&n->type);
        slot_load(x, slot_find(&x->out, arena_printf(j->a, "probe_%d", i)), &count);
        loc at = step_place(j->a, n->from, &words);
        sb_printf(b, "  %-10s line %d, %s: %.3g %% of %.0f %s\n", i ? "" : "saturated", at.line, op_info(n->op)->name,
                  100 * count / all, all, n->op == OP_relu ? "stand at zero" : "have a slope below 1 %");
    }
    instance_free(x);
    return status;
}

/* ---- params without a gradient ----------------------------------------------------------------------------------------------- */
static void table_gradients(job *j, strbuf *b, instance *x) {
    for (int i = 0; i < x->params.v.len; i++) {
        slot *g = slot_find(&x->grad, x->params.v.data[i].name);
        int64_t n = slot_numbers(g), zeros = 0;
        double *v = NEW_ARRAY(j->a, double, n + 1), squares = 0;
        slot_load(x, g, v);
        for (int64_t k = 0; k < n; k++) {
            zeros += v[k] == 0;
            squares += v[k] * v[k];
        }
        sb_printf(b, "  %-10s %-12s rms %.3g", i ? "" : "gradients", g->name, sqrt(squares / (double)n));
        if (zeros == n) sb_puts(b, ": no gradient at all");
        else if (zeros) sb_printf(b, ": %" PRId64 " of %" PRId64 " get none", zeros, n);
        sb_putc(b, '\n');
    }
}

/* ---- the answer to an impulse --------------------------------------------------------------------------------------------------- */
static void put_impulse(job *j, instance *x, const char *leaf, int64_t *middle) {
    for (int i = 0; i < x->dot.v.len; i++) slot_fill(x, &x->dot.v.data[i], 0);
    slot *s = slot_find(&x->dot, leaf);
    type t = port_type(s->port);
    int64_t n = t.shape[t.rank - 1], w = s->width;
    double *v = NEW_ARRAY(j->a, double, slot_numbers(s) + 1);
    *middle = n / 2;
    for (int64_t r = 0; r < s->count / n; r++) v[(r * n + n / 2) * w] = 1;
    slot_store(x, s, v);
}

/* The energy of an output's answer per place along the time axis. */
static double *energies(job *j, instance *x, const char *name, const type *t, int axis) {
    slot *s = slot_find(&x->out_dot, name);
    int64_t inner = 1, n = t->shape[axis];
    double *v = NEW_ARRAY(j->a, double, slot_numbers(s) + 1), *e = NEW_ARRAY(j->a, double, n + 1);
    slot_load(x, s, v);
    for (int k = axis + 1; k < t->rank; k++) inner *= t->shape[k];
    for (int64_t i = 0; i < slot_numbers(s); i++) e[i / s->width / inner % n] += v[i] * v[i];
    return e;
}

/* The centre of an answer's energy is the group delay averaged over the spectrum with the power as weight (Parseval). */
static void table_answer(job *j, strbuf *b, const timeline *t, instance *x, const result *r, int64_t middle,
                         const char *from, int *rows) {
    int axis = timeline_axis(t, r->value);
    if (axis < 0) return;
    const type *ty = &r->value->type;
    double *e = energies(j, x, r->name, ty, axis), every = t->of[r->value->id].step[axis], sum = 0, mean = 0,
           spread = 0;
    for (int64_t i = 0; i < ty->shape[axis]; i++) sum += e[i], mean += e[i] * every * (double)i;
    if (!(sum > 0)) return;
    mean /= sum;
    for (int64_t i = 0; i < ty->shape[axis]; i++)
        spread += e[i] / sum * (every * (double)i - mean) * (every * (double)i - mean);
    double delay = mean - (double)middle, rate = t->rate > 0 ? 1e3 / t->rate : 0;
    if (fabs(delay) < 1e-9) delay = 0;
    sb_printf(b, "  %-10s %s to %s: group delay %.4g samples", (*rows)++ ? "" : "delay", from, r->name, delay);
    if (rate > 0) sb_printf(b, " (%.3g ms)", delay * rate);
    sb_printf(b, " in the mean, spread %.3g\n", sqrt(spread));
}

static int table_answers(job *j, const program *p, const timeline *t, instance *x, strbuf *b) {
    const char *why = "";
    int rows = 0;
    for (int i = 0; i < p->leaves.len; i++) {
        const leaf_info *leaf = &p->leaves.data[i];
        int at = graph_index_of_leaf(p->forward, leaf->name);
        const node *n = at < 0 ? NULL : p->forward->leaves.data[at];
        if (!n || leaf->role != ROLE_INPUT || !t->of[n->id].any) continue;
        int64_t middle;
        put_impulse(j, x, leaf->name, &middle);
        if (!instance_jvp(x, &why)) return complain(EXIT_INTERNAL, "%s", why);
        for (int k = 0; k < p->forward->results.len; k++) {
            const result *r = &p->forward->results.data[k];
            if (r->value && r->kind == OUT_OUTPUT && r->value->type.dt != T_INT)
                table_answer(j, b, t, x, r, middle, leaf->name, &rows);
        }
    }
    return EXIT_FINE;
}

int table_measured(job *j, loaded *l, const program *p, const timeline *t, strbuf *b) {
    functions f = {.wanted = {[FN_FORWARD] = true, [FN_GRADIENT] = p->nlosses > 0}, .precision = 64};
    const char **wrt = NEW_ARRAY(j->a, const char *, p->leaves.len + 1), *why = "";
    for (int i = 0; t && i < p->leaves.len; i++) {
        int at = graph_index_of_leaf(p->forward, p->leaves.data[i].name);
        if (at >= 0 && p->leaves.data[i].role == ROLE_INPUT && t->of[p->forward->leaves.data[at]->id].any)
            wrt[f.nwrt++] = p->leaves.data[i].name;
    }
    f.wrt = wrt;
    f.wanted[FN_JVP] = f.nwrt > 0;
    instance *x = NULL;
    jit *lib;
    int status = open_point(j, l, p, &f, &x, &lib);
    sb_putc(b, '\n');
    if (status == EXIT_FINE && f.nwrt) status = table_answers(j, p, t, x, b);
    if (status == EXIT_FINE && p->nlosses) {
        if (!instance_gradient(x, &why)) status = complain(EXIT_INTERNAL, "%s", why);
        else table_gradients(j, b, x);
    }
    instance_free(x);
    return status == EXIT_FINE ? table_saturation(j, l, p, b) : status;
}
