/* lbfgs_fit.c: the limited-memory BFGS method by liblbfgs. */
#include "driver/optimizer.h"

#ifdef DSPC_HAVE_LBFGS
#include <lbfgs.h>
#include <math.h>
#include <string.h>

typedef struct run {
    const objective *f;
    bool stopped; /* step_done said so */
} run;

static lbfgsfloatval_t evaluate(void *ctx, const lbfgsfloatval_t *u, lbfgsfloatval_t *g, const int n,
                                const lbfgsfloatval_t step) {
    const run *r = ctx;
    (void)n, (void)step;
    double loss = r->f->value(r->f->ctx, u, g);
    return isfinite(loss) ? loss : 1e300; /* the line search shortens its step */
}

static int progress(void *ctx, const lbfgsfloatval_t *u, const lbfgsfloatval_t *g, const lbfgsfloatval_t loss,
                    const lbfgsfloatval_t unorm, const lbfgsfloatval_t gnorm, const lbfgsfloatval_t step, int n, int k,
                    int ls) {
    run *r = ctx;
    (void)u, (void)unorm, (void)gnorm, (void)step, (void)n, (void)ls;
    r->stopped = !r->f->step_done(r->f->ctx, k, loss, g);
    return r->stopped;
}

bool minimise_lbfgs(arena *a, const objective *f, double *u, int steps, const char **why) {
    run r = {.f = f};
    lbfgs_parameter_t p;
    *why = NULL;
    if (f->n > 100000000) {
        *why = "too many params for lbfgs; use adam";
        return false;
    }
    lbfgs_parameter_init(&p);
    p.max_iterations = steps;
    p.epsilon = 1e-12;
    p.max_linesearch = 40;
    double *g = NEW_ARRAY(a, double, f->n + 1);
    if (!f->step_done(f->ctx, 0, f->value(f->ctx, u, g), g)) return true;
    lbfgsfloatval_t *x = lbfgs_malloc((int)f->n), loss;
    if (!x) die(4, "out of memory");
    memcpy(x, u, sizeof(double) * (size_t)f->n);
    int status = lbfgs((int)f->n, x, &loss, evaluate, progress, &r, &p);
    memcpy(u, x, sizeof(double) * (size_t)f->n);
    lbfgs_free(x);
    bool done = status == LBFGS_SUCCESS || status == LBFGS_STOP || status == LBFGS_ALREADY_MINIMIZED ||
                status == LBFGSERR_MAXIMUMITERATION || r.stopped;
    /* the line search ends so at the limit of the arithmetic: the params are as good as they get */
    bool at_the_floor = status == LBFGSERR_ROUNDING_ERROR || status == LBFGSERR_MINIMUMSTEP ||
                        status == LBFGSERR_MAXIMUMLINESEARCH || status == LBFGSERR_INCREASEGRADIENT ||
                        status == LBFGSERR_WIDTHTOOSMALL;
    if (done) return true;
    *why = at_the_floor ? "lbfgs stopped: no step along its direction lowers the loss further" : "lbfgs gave up";
    return at_the_floor;
}
#else
bool minimise_lbfgs(arena *a, const objective *f, double *u, int steps, const char **why) {
    (void)a, (void)f, (void)u, (void)steps;
    *why = "this dspc was built without liblbfgs; install the package liblbfgs-dev and build again, or use "
           "--optimizer=adam";
    return false;
}
#endif
