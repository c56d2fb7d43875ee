/* cmd_fit.c: dspc fit: minimises the loss over the params. */
#include "driver/compile.h"
#include "driver/fit_batch.h"
#include "driver/fit_plot.h"
#include "driver/fit_prox.h"
#include "driver/fit_space.h"
#include "driver/optimizer.h"
#include "driver/ports.h"
#include "driver/progress.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef enum { ADAM, SGD, LBFGS, CG, ISTA, FISTA } method;

typedef struct fitting {
    job *j;
    method method;
    instance *x;
    fit_space *space;
    prox_map *prox;    /* NULL: none was declared */
    feeder *feed;      /* NULL: every step sees all of the data */
    int64_t evaluated; /* how often the loss was */
    progress bar;
    int steps;
    double tolerance;
    double first, best;
    int best_step, last_step;
    VEC(double) history;
    const char *stopped; /* a sentence when the search ended early; NULL */
    int status;
} fitting;

/* The gradient where the module has one; cg has it built into the Hessian-vector product. */
static void run_gradient(instance *x) {
    const char *why = "";
    if (!(x->m->gradient ? instance_gradient(x, &why) : instance_hvp(x, &why))) die(EXIT_INTERNAL, "%s", why);
}

static double loss_at(void *ctx, const double *u, double *g) {
    fitting *f = ctx;
    fit_space_set(f->space, u);
    if (f->feed) feeder_load(f->feed, f->evaluated++);
    run_gradient(f->x);
    fit_space_gradient(f->space, u, g);
    return instance_loss(f->x);
}

static double loss_only(void *ctx, const double *u) {
    fitting *f = ctx;
    const char *why = "";
    fit_space_set(f->space, u);
    if (!instance_forward(f->x, &why)) die(EXIT_INTERNAL, "%s", why);
    return instance_loss(f->x);
}

static double curvature_at(void *ctx, const double *u, const double *v, double *g, double *hv) {
    fitting *f = ctx;
    slots_store(f->x, &f->x->dot, v);
    double loss = loss_at(ctx, u, g);
    slots_load(f->x, &f->x->hv, hv);
    return loss;
}

static double prox_at(void *ctx, double step, double *u) {
    fitting *f = ctx;
    fit_space_project(f->space, u);
    return f->prox ? prox_apply(f->prox, step, u) : 0;
}

/* The sentence for a loss or gradient that is not finite: which param it can be seen in. */
static const char *name_culprit(fitting *f, int step, double loss, const double *g) {
    arena *a = f->j->a;
    int64_t index;
    for (int64_t i = 0; i < f->space->n; i++)
        if (!isfinite(f->space->p[i])) {
            const slot *s = fit_space_owner(f->space, i, &index);
            return arena_printf(
                a, "step %d: param '%s' is not finite any more, first at element %" PRId64 "; a smaller --lr may help",
                step, s->name, index);
        }
    for (int64_t i = 0; i < f->space->n; i++)
        if (!isfinite(g[i])) {
            const slot *s = fit_space_owner(f->space, i, &index);
            return arena_printf(
                a, "step %d: the gradient of param '%s' is not finite, first at element %" PRId64 " (loss %g)", step,
                s->name, index, loss);
        }
    const slot *largest = NULL;
    double top = -1;
    for (int64_t i = 0; i < f->space->n; i++)
        if (fabs(f->space->p[i]) > top) {
            top = fabs(f->space->p[i]);
            largest = fit_space_owner(f->space, i, &index);
        }
    return arena_printf(a, "step %d: the loss is not finite; the largest value of a param is %g in '%s'", step, top,
                        largest ? largest->name : "");
}

/* The loss where `n` steps are done: that of the step, or with batches the mean over the pass that ends there, because the
 * losses of different batches cannot be compared. */
static double loss_after(const fitting *f, int n) {
    int64_t pass = feeder_pass(f->feed), count = pass > 1 ? (pass < n ? pass : n) : 1;
    double sum = 0;
    for (int64_t i = n - count; i < n; i++) sum += f->history.data[i];
    return sum / (double)count;
}

static bool has_settled(const fitting *f) {
    enum { WINDOW = 20 };
    int64_t pass = feeder_pass(f->feed), window = pass > WINDOW ? pass : WINDOW;
    int n = f->history.len;
    if (f->tolerance <= 0 || n - window < (pass > 1 ? pass : 1)) return false;
    double now = loss_after(f, n), then = loss_after(f, n - (int)window);
    return fabs(then - now) <= f->tolerance * fabs(then);
}

/* Remembers the params if they are the best so far; with batches the last ones are. */
static void keep_params(fitting *f, int step, double loss) {
    int64_t pass = feeder_pass(f->feed);
    if (f->feed) {
        f->best = loss_after(f, f->history.len);
        if (step == 0 || f->history.len <= pass) f->first = f->best;
    } else if (step == 0) f->first = loss;
    else if (loss >= f->best) return;
    if (!f->feed) f->best = loss;
    f->best_step = step;
    fit_space_keep_best(f->space);
}

static bool step_done(void *ctx, int step, double loss, const double *g) {
    fitting *f = ctx;
    double squares = 0;
    char text[160];
    for (int64_t i = 0; i < f->space->n; i++) squares += g[i] * g[i];
    if (!isfinite(loss) || !isfinite(squares)) {
        f->stopped = name_culprit(f, step, loss, g);
        f->status = EXIT_WRONG;
        return false;
    }
    vec_push(f->j->a, &f->history, loss);
    f->last_step = step;
    keep_params(f, step, loss);
    snprintf(text, sizeof text, "step %d/%d  loss %.8g  gradient norm %.3g", step, f->steps, loss, sqrt(squares));
    progress_step(&f->bar, step, f->steps, text);
    if (!has_settled(f)) return true;
    f->stopped = "the loss has settled (--tolerance)";
    return false;
}

static void project(void *ctx, double *u) {
    fit_space_project(((fitting *)ctx)->space, u);
}

static descent descent_options(const options *o, int steps) {
    return (descent){.steps = steps,
                     .lr = opt_real(o, OPT_lr, 0.01),
                     .schedule = opt_is(o, OPT_schedule, "linear", false)   ? SCHEDULE_LINEAR
                                 : opt_is(o, OPT_schedule, "cosine", false) ? SCHEDULE_COSINE
                                                                            : SCHEDULE_CONSTANT,
                     .momentum = opt_real(o, OPT_momentum, 0),
                     .weight_decay = opt_real(o, OPT_weight_decay, 0)};
}

static int minimise(fitting *f) {
    job *j = f->j;
    objective goal = {.ctx = f,
                      .n = f->space->n,
                      .value = loss_at,
                      .value_only = loss_only,
                      .curvature = curvature_at,
                      .prox = prox_at,
                      .step_done = step_done,
                      .project = project};
    descent d = descent_options(j->o, f->steps);
    double *u = f->space->u, size = opt_real(j->o, OPT_lr, 0);
    const char *why = NULL;
    bool ok = true;
    switch (f->method) {
    case LBFGS: ok = minimise_lbfgs(j->a, &goal, u, f->steps, &why); break;
    case CG: ok = minimise_cg(j->a, &goal, u, f->steps, f->x->m->precision == 32 ? 1e-2 : 1e-6, &why); break;
    case ISTA: minimise_proximal(j->a, &goal, u, f->steps, size, false); break;
    case FISTA: minimise_proximal(j->a, &goal, u, f->steps, size, true); break;
    case SGD: minimise_sgd(j->a, &goal, u, &d); break;
    default: minimise_adam(j->a, &goal, u, &d);
    }
    progress_end(&f->bar);
    if (!ok) return complain(EXIT_WRONG, "%s", why);
    if (why && !f->stopped) f->stopped = why;
    return f->status;
}

static bool lists_to_stdout(const options *o) {
    for (int i = 0; i < o->of[OPT_out].uses.len; i++)
        if (strcmp(o->of[OPT_out].uses.data[i].value, "-") == 0) return true;
    return false;
}

static void summarise(const fitting *f, FILE *out) {
    if (opt_given(f->j->o, OPT_quiet)) return;
    if (f->history.len)
        fprintf(out, "loss %.8g -> %.8g in %d steps%s", f->first, f->best, f->last_step,
                f->best_step == f->last_step ? "\n" : "");
    if (f->history.len && f->best_step != f->last_step)
        fprintf(out, " (the best, at step %d, is kept)\n", f->best_step);
    fflush(out);
    if (f->stopped) fprintf(stderr, "dspc: %s\n", f->stopped);
}

/* Outputs and loss are those of the best params. */
static int deliver(fitting *f, const fit_before *before) {
    fit_space_restore_best(f->space);
    run_gradient(f->x);
    int status = ports_write(f->j, f->x);
    if (opt_given(f->j->o, OPT_plot) && f->history.len) {
        int drawn = fit_plot(f->j, f->x, before, f->history.data, f->history.len);
        status = drawn > status ? drawn : status;
    }
    return status;
}

static method chosen_method(const options *o) {
    static const char *const names[] = {"adam", "sgd", "lbfgs", "cg", "ista", "fista"};
    for (int k = 0; k < (int)COUNT_OF(names); k++)
        if (opt_is(o, OPT_optimizer, names[k], false)) return (method)k;
    return opt_given(o, OPT_prox) ? FISTA : ADAM;
}

/* What the method cannot do with this pipeline. */
static int method_suits(const fitting *f) {
    if (opt_given(f->j->o, OPT_prox) && f->method != ISTA && f->method != FISTA)
        return complain(EXIT_USAGE, "--prox is for --optimizer=ista and fista");
    for (int i = 0; i < f->x->params.v.len && f->method == CG; i++) {
        const dspc_port *p = f->x->params.v.data[i].port;
        if (p->lo < p->hi)
            return complain(EXIT_WRONG, "cg cannot keep param '%s' in its range; use lbfgs or fista", p->name);
    }
    return EXIT_FINE;
}

static int fit(fitting *f, loaded *l) {
    job *j = f->j;
    instance *x = f->x;
    int status = ports_check_outputs(j, x, true);
    if (status == EXIT_FINE) status = method_suits(f);
    if (status == EXIT_FINE) status = prox_open(j, l, x, x->m->precision, &f->prox);
    if (status == EXIT_FINE) status = ports_read(j, x, port_size_names, l);
    if (status == EXIT_FINE) status = prox_read(j, l, f->prox);
    if (status == EXIT_FINE) status = feeder_new(j, x, &f->feed);
    if (status != EXIT_FINE) return status;
    FILE *out = lists_to_stdout(j->o) ? stderr : stdout;
    f->bar = progress_new(out, opt_given(j->o, OPT_quiet));
    f->space = fit_space_new(j->a, x, f->method == LBFGS);
    if (f->feed) feeder_load(f->feed, 0);
    fit_before *before = fit_plot_before(j, x);
    int searched = minimise(f);
    summarise(f, out);
    int delivered = deliver(f, before);
    return searched > delivered ? searched : delivered;
}

static int can_fit(const program *p) {
    if (!p->nlosses)
        return complain_help(EXIT_WRONG, "add a line `loss ...` to it", "pipeline '%s' has no loss to minimise",
                             p->name);
    for (int i = 0; i < p->leaves.len; i++)
        if (p->leaves.data[i].role == ROLE_PARAM) return EXIT_FINE;
    return complain_help(EXIT_WRONG, "declare what is to be found as a `param`", "pipeline '%s' has no params to fit",
                         p->name);
}

int cmd_fit(job *j) {
    loaded l;
    program *p = NULL;
    fitting f = {.j = j,
                 .method = chosen_method(j->o),
                 .steps = (int)opt_int(j->o, OPT_steps, 200),
                 .tolerance = opt_real(j->o, OPT_tolerance, 0)};
    functions wanted = {.wanted = {[FN_FORWARD] = true, [FN_GRADIENT] = f.method != CG, [FN_HVP] = f.method == CG},
                        .precision = opt_is(j->o, OPT_precision, "f32", false) ? 32 : 64};
    jit *lib = NULL;
    int status = load_file(j, &l);
    if (status == EXIT_FINE) status = choose_program(j, &l, &p);
    if (status == EXIT_FINE) status = can_fit(p);
    if (status == EXIT_FINE) status = open_instance(j, &l, p, &wanted, &f.x, &lib);
    if (status == EXIT_FINE) status = fit(&f, &l);
    prox_free(f.prox);
    instance_free(f.x);
    return status;
}
