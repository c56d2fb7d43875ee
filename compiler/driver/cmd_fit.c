/* cmd_fit.c: dspc fit: minimises the loss over the params. */
#include "driver/compile.h"
#include "driver/fit_batch.h"
#include "driver/fit_plot.h"
#include "driver/fit_space.h"
#include "driver/optimizer.h"
#include "driver/ports.h"
#include "driver/progress.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct fitting {
    job *j;
    instance *x;
    fit_space *space;
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

static double loss_at(void *ctx, const double *u, double *g) {
    fitting *f = ctx;
    const char *why = "";
    fit_space_set(f->space, u);
    if (f->feed) feeder_load(f->feed, f->evaluated++);
    if (!instance_gradient(f->x, &why)) die(EXIT_INTERNAL, "%s", why);
    fit_space_gradient(f->space, u, g);
    return instance_loss(f->x);
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
    bool sgd = opt_is(j->o, OPT_optimizer, "sgd", false), lbfgs = opt_is(j->o, OPT_optimizer, "lbfgs", false);
    objective goal = {.ctx = f, .n = f->space->n, .value = loss_at, .step_done = step_done, .project = project};
    descent d = descent_options(j->o, f->steps);
    const char *why = NULL;
    bool ok = true;
    if (lbfgs) ok = minimise_lbfgs(j->a, &goal, f->space->u, f->steps, &why);
    else if (sgd) minimise_sgd(j->a, &goal, f->space->u, &d);
    else minimise_adam(j->a, &goal, f->space->u, &d);
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
    const char *why = "";
    fit_space_restore_best(f->space);
    if (!instance_gradient(f->x, &why)) return complain(EXIT_INTERNAL, "%s", why);
    int status = ports_write(f->j, f->x);
    if (opt_given(f->j->o, OPT_plot) && f->history.len) {
        int drawn = fit_plot(f->j, f->x, before, f->history.data, f->history.len);
        status = drawn > status ? drawn : status;
    }
    return status;
}

static int fit(job *j, loaded *l, instance *x) {
    int status = ports_check_outputs(j, x, true);
    if (status == EXIT_FINE) status = ports_read(j, x, port_size_names, l);
    if (status != EXIT_FINE) return status;
    FILE *out = lists_to_stdout(j->o) ? stderr : stdout;
    fitting f = {.j = j,
                 .x = x,
                 .bar = progress_new(out, opt_given(j->o, OPT_quiet)),
                 .steps = (int)opt_int(j->o, OPT_steps, 200),
                 .tolerance = opt_real(j->o, OPT_tolerance, 0)};
    status = feeder_new(j, x, &f.feed);
    if (status != EXIT_FINE) return status;
    f.space = fit_space_new(j->a, x, opt_is(j->o, OPT_optimizer, "lbfgs", false));
    if (f.feed) feeder_load(f.feed, 0);
    fit_before *before = fit_plot_before(j, x);
    int searched = minimise(&f);
    summarise(&f, out);
    int delivered = deliver(&f, before);
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
    functions f = {.wanted = {[FN_FORWARD] = true, [FN_GRADIENT] = true},
                   .precision = opt_is(j->o, OPT_precision, "f32", false) ? 32 : 64};
    instance *x = NULL;
    jit *lib = NULL;
    int status = load_file(j, &l);
    if (status == EXIT_FINE) status = choose_program(j, &l, &p);
    if (status == EXIT_FINE) status = can_fit(p);
    if (status == EXIT_FINE) status = open_instance(j, &l, p, &f, &x, &lib);
    if (status == EXIT_FINE) status = fit(j, &l, x);
    instance_free(x);
    return status;
}
