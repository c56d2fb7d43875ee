/* cmd_run.c: dspc run and dspc grad: one call of the generated function on the user's data. */
#include "driver/compile.h"
#include "driver/ports.h"

#include <inttypes.h>
#include <math.h>

static void list_slot(instance *x, const slot *s) {
    strbuf b = {0};
    data_array d = slot_array(x, s);
    data_list(&b, s->name, &d);
    put_text(stdout, &b);
    sb_free(&b);
}

/* "grad.h: real[64]  norm 0.31  smallest -0.1  largest 0.2" */
static void summarise_gradient(job *j, instance *x, const slot *s) {
    type t = port_type(s->port);
    data_array d = slot_array(x, s);
    double squares = 0, lo = INFINITY, hi = -INFINITY;
    int64_t n = slot_numbers(s), odd = 0;
    for (int64_t i = 0; i < n; i++) {
        squares += d.v[i] * d.v[i];
        lo = fmin(lo, d.v[i]);
        hi = fmax(hi, d.v[i]);
        odd += !isfinite(d.v[i]);
    }
    printf("grad.%-12s %-18s norm %-12.6g from %.6g to %.6g", s->name, type_text(j->a, &t), sqrt(squares), lo, hi);
    if (odd) printf("  (%" PRId64 " not finite)", odd);
    putchar('\n');
}

static void list_results(job *j, instance *x, bool with_gradient) {
    for (int i = 0; i < x->out.v.len; i++)
        if (!with_gradient || i == x->loss) list_slot(x, &x->out.v.data[i]);
    for (int i = 0; with_gradient && i < x->grad.v.len; i++) summarise_gradient(j, x, &x->grad.v.data[i]);
}

static int call(job *j, loaded *l, instance *x, bool with_gradient) {
    const char *why = "";
    int status = ports_check_outputs(j, x, with_gradient);
    if (status == EXIT_FINE) status = ports_read(j, x, port_size_names, l);
    if (status != EXIT_FINE) return status;
    if (!(with_gradient ? instance_gradient(x, &why) : instance_forward(x, &why)))
        return complain(EXIT_INTERNAL, "%s", why);
    if (!opt_given(j->o, OPT_out)) list_results(j, x, with_gradient);
    return ports_write(j, x);
}

static int run(job *j, bool with_gradient) {
    loaded l;
    program *p = NULL;
    functions f = {.wanted = {[FN_FORWARD] = true, [FN_GRADIENT] = with_gradient},
                   .precision = opt_is(j->o, OPT_precision, "f32", false) ? 32 : 64};
    instance *x = NULL;
    jit *lib = NULL;
    int status = load_file(j, &l);
    if (status == EXIT_FINE) status = choose_program(j, &l, &p);
    if (status == EXIT_FINE) status = choose_wrt(j, p, &f);
    if (status == EXIT_FINE && with_gradient && !p->nlosses)
        status = complain_help(EXIT_WRONG, "add a line `loss ...` to it",
                               "pipeline '%s' has no loss, so there is no gradient", p->name);
    if (status == EXIT_FINE) status = open_instance(j, &l, p, &f, &x, &lib);
    if (status == EXIT_FINE) status = call(j, &l, x, with_gradient);
    instance_free(x);
    return status;
}

int cmd_run(job *j) {
    return run(j, false);
}
int cmd_grad(job *j) {
    return run(j, true);
}
