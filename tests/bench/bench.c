/* bench.c: generated C against hand-written C in one process.
 *
 *   bench [--only=NAME] [--bits=32|64] [--seconds=S] [--modules=DIR] [--wisdom=FILE]     the table
 *   bench --verify                                                                       proves the hand-written adjoints
 *
 * Both get the same arrays. Runs are interleaved (hand forward, generated forward, hand gradient, generated gradient, ...), each
 * figure is a median of processor time, which other work on the machine disturbs least. Losses and gradients of both must agree, else the exit status is 3. */
#include "data.h"

#include <dlfcn.h>
#include <dspc.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_RUNS = 2001 };

typedef struct {
    const char *only, *modules, *wisdom;
    int bits;
    double seconds; /* per row of the table */
    bool verify;
} options;

typedef struct { /* a generated pipeline, loaded */
    void *library;
    const dspc_module *module;
    void *self, *work;
} generated;

typedef struct {
    double forward, gradient; /* medians, milliseconds */
} timing;

/* Processor time of this thread. */
static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *t, int n) {
    qsort(t, (size_t)n, sizeof *t, by_size);
    return t[n / 2];
}

/* False, with the reason printed, when there is no such module or it does not fit the case. */
static bool load(const options *o, const hand_case *c, generated *g) {
    char path[1024], symbol[128];
    *g = (generated){0};
    if (!o->modules) return false;
    snprintf(path, sizeof path, "%s/%s_f%d.so", o->modules, c->name, c->bits);
    snprintf(symbol, sizeof symbol, "%s_module", c->name);
    g->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!g->library) return false;
    const dspc_module *(*get)(void);
    *(void **)&get = dlsym(g->library, symbol);
    if (!get || !(g->module = get()) || g->module->abi != DSPC_ABI || g->module->precision != c->bits) {
        printf("%s: not a module of this case\n", path);
        return false;
    }
    g->self = bench_alloc(g->module->self_bytes);
    g->work = bench_alloc(g->module->work_bytes);
    int status = g->module->init(g->self, g->work, g->module->work_bytes);
    if (status != DSPC_OK) printf("%s: init: status %d\n", path, status);
    return status == DSPC_OK;
}

static void unload(generated *g) {
    if (g->module && g->self) g->module->free(g->self);
    free(g->self), free(g->work);
    if (g->library) dlclose(g->library);
}

#define CONST_TABLE(t) ((const void *const *)(t))

static void hand_run(const data *d, void *self, double *loss, void *const *grad) {
    if (grad) d->hand->gradient(self, CONST_TABLE(d->in), CONST_TABLE(d->params), loss, grad);
    else d->hand->forward(self, CONST_TABLE(d->in), CONST_TABLE(d->params), loss);
}

static void generated_run(const data *d, const generated *g, double *loss, void *const *grad) {
    void *out[1] = {loss};
    int status = grad ? g->module->gradient(g->self, CONST_TABLE(d->in), CONST_TABLE(d->params), out, grad)
                      : g->module->forward(g->self, CONST_TABLE(d->in), CONST_TABLE(d->params), out);
    if (status != DSPC_OK) {
        fprintf(stderr, "bench: %s: status %d\n", d->hand->name, status);
        exit(4);
    }
}

/* The largest relative difference of losses and gradients (the latter in the 2-norm). */
static double disagreement(data *d, void *self, const generated *g, void *const *wanted) {
    double mine = 0, theirs = 0;
    data other = data_new(d->hand);
    void *grad[MAX_PORTS] = {0};
    for (int k = 0; k < d->ngrads; k++) grad[k] = wanted[k] ? other.grad[k] : NULL;
    hand_run(d, self, &mine, wanted);
    generated_run(d, g, &theirs, grad);
    double a = data_at(d, &mine, 0), b = data_at(d, &theirs, 0), worst = fabs(a - b) / (fabs(a) + 1e-300);
    for (int k = 0; k < d->ngrads; k++) {
        double difference = 0, size = 0;
        for (size_t i = 0; wanted[k] && i < d->grad_port[k]->count; i++) {
            double x = data_at(d, d->grad[k], i), y = data_at(d, grad[k], i);
            difference += (x - y) * (x - y);
            size += x * x;
        }
        double e = sqrt(difference / (size + 1e-300));
        if (!(e <= worst)) worst = e;
    }
    data_free(&other);
    return worst;
}

/* Single precision: how far the gradients of both are from those of the hand-written program in double on the same
 * numbers. */
static void rounding(data *d, void *self, const generated *g, void *const *wanted, double error[2]) {
    const hand_case *const *c = hand_cases;
    while (*c != d->hand) c++;
    data exact = data_new(c[1]), mine = data_new(d->hand);
    data_copy(&exact, d);
    void *self64 = c[1]->create(), *grad[2][MAX_PORTS] = {{0}};
    double loss = 0;
    for (int k = 0; k < d->ngrads; k++) {
        grad[0][k] = wanted[k] ? exact.grad[k] : NULL;
        grad[1][k] = wanted[k] ? mine.grad[k] : NULL;
    }
    hand_run(&exact, self64, &loss, grad[0]);
    for (int which = 0; which < 2; which++) {
        if (which) generated_run(d, g, &loss, grad[1]);
        else hand_run(d, self, &loss, grad[1]);
        error[which] = 0;
        for (int k = 0; k < d->ngrads; k++) {
            double difference = 0, size = 1e-300;
            for (size_t i = 0; wanted[k] && i < d->grad_port[k]->count; i++) {
                double x = data_at(&exact, grad[0][k], i), y = data_at(d, grad[1][k], i);
                difference += (x - y) * (x - y);
                size += x * x;
            }
            if (sqrt(difference / size) > error[which]) error[which] = sqrt(difference / size);
        }
    }
    c[1]->destroy(self64);
    data_free(&exact), data_free(&mine);
}

static double clocked(const data *d, void *self, const generated *g, void *const *grad) {
    double loss = 0, start = now_ms();
    if (g) generated_run(d, g, &loss, grad);
    else hand_run(d, self, &loss, grad);
    return now_ms() - start;
}

static void measure(const options *o, const data *d, void *self, const generated *g, void *const *grad, timing *hand,
                    timing *gen) {
    static double t[4][MAX_RUNS];
    double start = now_ms();
    int n = 0;
    for (; n < MAX_RUNS && (n < 7 || now_ms() - start < o->seconds * 1e3); n++) {
        t[0][n] = clocked(d, self, NULL, NULL);
        if (g) t[1][n] = clocked(d, self, g, NULL);
        t[2][n] = clocked(d, self, NULL, grad);
        if (g) t[3][n] = clocked(d, self, g, grad);
    }
    *hand = (timing){median(t[0], n), median(t[2], n)};
    if (g) *gen = (timing){median(t[1], n), median(t[3], n)};
}

static void wanted_text(const data *d, void *const *wanted, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (int k = 0; k < d->ngrads && used < size; k++)
        if (wanted[k])
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "", d->grad_port[k]->name);
}

/* One row of the table. False when the two do not agree. */
static bool row(const options *o, data *d, void *self, const generated *g, void *const *wanted) {
    timing hand = {0}, gen = {0};
    char text[64];
    bool fits = true;
    wanted_text(d, wanted, text, sizeof text);
    double worst = g ? disagreement(d, self, g, wanted) : 0;
    measure(o, d, self, g, wanted, &hand, &gen);
    printf("%-12s f%d  %-17s %9.3f ", d->hand->name, d->hand->bits, text, hand.forward);
    if (g) printf("%9.3f %5.2f  ", gen.forward, gen.forward / hand.forward);
    else printf("        -     -  ");
    printf("%9.3f ", hand.gradient);
    if (g) printf("%9.3f %5.2f  ", gen.gradient, gen.gradient / hand.gradient);
    else printf("        -     -  ");
    printf("%5.2f ", hand.gradient / hand.forward);
    if (g) {
        fits = worst <= (d->hand->bits == 32 ? 1e-3 : 1e-9);
        printf("%5.2f  %.0e%s", gen.gradient / gen.forward, worst, fits ? "" : "  DISAGREE");
        double error[2];
        if (d->hand->bits == 32) rounding(d, self, g, wanted, error), printf("     %.0e %.0e", error[0], error[1]);
    }
    printf("\n");
    fflush(stdout);
    return fits;
}

static bool bench(const options *o, const hand_case *c) {
    data d = data_new(c);
    void *self = c->create();
    generated g;
    bool there = load(o, c, &g), fits = true;
    void *wanted[MAX_PORTS] = {0};
    memcpy(wanted, d.grad, (size_t)d.nparams * sizeof wanted[0]);
    fits = row(o, &d, self, there ? &g : NULL, wanted);
    if (d.ngrads > d.nparams) fits = row(o, &d, self, there ? &g : NULL, d.grad) && fits;
    unload(&g);
    c->destroy(self);
    data_free(&d);
    return fits;
}

static bool starts(const char *arg, const char *option, const char **value) {
    size_t n = strlen(option);
    if (strncmp(arg, option, n) != 0) return false;
    *value = arg + n;
    return true;
}

static options read_options(int argc, char **argv) {
    options o = {.seconds = 1};
    const char *v;
    for (int i = 1; i < argc; i++) {
        if (starts(argv[i], "--only=", &v)) o.only = v;
        else if (starts(argv[i], "--modules=", &v)) o.modules = v;
        else if (starts(argv[i], "--wisdom=", &v)) o.wisdom = v;
        else if (starts(argv[i], "--bits=", &v)) o.bits = atoi(v);
        else if (starts(argv[i], "--seconds=", &v)) o.seconds = atof(v);
        else if (strcmp(argv[i], "--verify") == 0) o.verify = true;
        else {
            fprintf(stderr, "bench: unknown option %s\n", argv[i]);
            exit(2);
        }
    }
    return o;
}

int main(int argc, char **argv) {
    options o = read_options(argc, argv);
    bool fits = true;
    if (o.wisdom) dspc_wisdom_load(o.wisdom);
    if (!o.verify)
        printf("times in ms      gradient to        forward:                    gradient:                   "
               "gradient/forward:\n"
               "                                       hand generated ratio       hand generated ratio   hand  gen.  "
               "difference  f32 against f64: hand gen.\n");
    for (const hand_case *const *c = hand_cases; *c; c++) {
        if ((o.only && !strstr((*c)->name, o.only)) || (o.bits && o.bits != (*c)->bits)) continue;
        if (o.verify) fits = verify_hand(*c) <= ((*c)->bits == 32 ? 1e-2 : 1e-6) && fits;
        else fits = bench(&o, *c) && fits;
    }
    if (o.wisdom) dspc_wisdom_save(o.wisdom);
    return fits ? 0 : 3;
}
