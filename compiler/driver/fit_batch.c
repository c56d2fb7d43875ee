/* fit_batch.c: see fit_batch.h. */
#include "driver/fit_batch.h"

#include <inttypes.h>
#include <string.h>

typedef struct stream { /* where the parts of one kind begin */
    int64_t total;      /* items in the files; samples in the recordings */
    int64_t size;       /* items in an input; samples */
    int64_t each;       /* parts a step takes: 1 batch of `size` items; excerpts */
    const char *first;  /* the port that set these numbers */
} stream;

typedef struct fed {
    slot *s;
    bool excerpt;
    double *part; /* scratch of the input's size */
} fed;

struct feeder {
    job *j;
    instance *x;
    VEC(fed) ports;
    stream batch, excerpt; /* total 0: none of the kind */
    slot *counter;
    bool shuffle;
    uint64_t seed;
    int64_t *order, pass; /* of the items, and the pass it belongs to; -1: none yet */
};

static bool named(const options *o, option_id id, const char *port) {
    for (int i = 0; i < o->of[id].uses.len; i++)
        if (strcmp(o->of[id].uses.data[i].value, port) == 0) return true;
    return false;
}

bool feeds(const options *o, const char *port) {
    return named(o, OPT_batch, port) || named(o, OPT_excerpt, port);
}

int feed_file(job *j, instance *x, slot *s, data_array *d, const char *file) {
    type want = port_type(s->port);
    const char *why = "", *help = NULL;
    bool excerpt = named(j->o, OPT_excerpt, s->name);
    if (excerpt && named(j->o, OPT_batch, s->name))
        return complain(EXIT_USAGE, "'%s' is named by both --batch and --excerpt", s->name);
    if (want.rank == 0 || d->rank == 0)
        return complain(EXIT_WRONG, "--%s=%s: both the input and its file must have an axis to walk along",
                        excerpt ? "excerpt" : "batch", s->name);
    bool several = excerpt && want.rank > 1 && d->rank == want.rank - 1;
    if (several) want = type_make(want.dt, want.rank - 1, want.shape + 1);
    want.rate = s->port->rate;
    int axis = excerpt ? want.rank - 1 : 0, from = excerpt ? d->rank - 1 : 0;
    int64_t size = want.shape[axis];
    want.shape[axis] = d->rank < want.rank ? 1 : d->shape[from]; /* a text file of one row has no axis of rows */
    if (!data_fit(j->a, d, &want, NULL, s->name, file, &why, &help)) return complain_help(EXIT_WRONG, help, "%s", why);
    if (d->shape[axis] < size)
        return complain(EXIT_WRONG, "--%s=%s: %s holds %" PRId64 " %s, and one step takes %" PRId64,
                        excerpt ? "excerpt" : "batch", s->name, file, d->shape[axis], excerpt ? "samples" : "items",
                        size);
    s->whole = NEW(j->a, data_array);
    *s->whole = *d;
    s->set = true;
    (void)x;
    return EXIT_FINE;
}

/* Files that are walked through together must agree. */
static int agree(stream *all, const stream *one, const char *what) {
    if (!all->total) *all = *one;
    if (all->total == one->total && all->size == one->size && all->each == one->each) return EXIT_FINE;
    return complain(EXIT_WRONG,
                    "'%s' and '%s' are walked through in step, but one takes %" PRId64 " x %" PRId64 " of %" PRId64
                    " %s at a time, the other %" PRId64 " x %" PRId64 " of %" PRId64,
                    all->first, one->first, all->each, all->size, all->total, what, one->each, one->size, one->total);
}

static int add_port(feeder *f, slot *s, bool excerpt) {
    if (!s->whole)
        return complain(EXIT_USAGE, "--%s=%s: say --in %s=FILE with a file longer than the input",
                        excerpt ? "excerpt" : "batch", s->name, s->name);
    const data_array *d = s->whole;
    fed p = {.s = s, .excerpt = excerpt, .part = NEW_ARRAY(f->j->a, double, slot_numbers(s) + 1)};
    vec_push(f->j->a, &f->ports, p);
    int rank = s->port->rank;
    stream mine = {.total = d->shape[excerpt ? d->rank - 1 : 0],
                   .size = s->port->shape[excerpt ? rank - 1 : 0],
                   .each = d->rank < rank ? s->port->shape[0] : 1,
                   .first = s->name};
    return agree(excerpt ? &f->excerpt : &f->batch, &mine, excerpt ? "samples" : "items");
}

static int add_ports(feeder *f, option_id id) {
    const options *o = f->j->o;
    for (int i = 0; i < o->of[id].uses.len; i++) {
        const char *name = o->of[id].uses.data[i].value;
        slot *s = slot_find(&f->x->in, name);
        if (!s) return complain(EXIT_USAGE, "--%s=%s: the pipeline has no such input", option_info(id)->name, name);
        int status = add_port(f, s, id == OPT_excerpt);
        if (status != EXIT_FINE) return status;
    }
    return EXIT_FINE;
}

static int add_counter(feeder *f) {
    const char *name = opt_text(f->j->o, OPT_counter, NULL);
    if (!name) return EXIT_FINE;
    f->counter = slot_find(&f->x->in, name);
    if (!f->counter || f->counter->port->dtype != DSPC_INT || f->counter->count != 1)
        return complain(EXIT_USAGE, "--counter=%s: the pipeline has no input '%s' of type int", name, name);
    return EXIT_FINE;
}

int feeder_new(job *j, instance *x, feeder **out) {
    const options *o = j->o;
    *out = NULL;
    if (!opt_given(o, OPT_batch) && !opt_given(o, OPT_excerpt) && !opt_given(o, OPT_counter))
        return opt_given(o, OPT_shuffle) ? complain(EXIT_USAGE, "--shuffle orders what --batch or --excerpt name")
                                         : EXIT_FINE;
    if (!opt_is(o, OPT_optimizer, "adam", true) && !opt_is(o, OPT_optimizer, "sgd", false))
        return complain(EXIT_USAGE, "--batch, --excerpt and --counter change the loss from step to step, which "
                                    "only adam and sgd can follow");
    feeder *f = NEW(j->a, feeder);
    f->j = j;
    f->x = x;
    f->pass = -1;
    f->shuffle = opt_given(o, OPT_shuffle);
    f->seed = (uint64_t)opt_int(o, OPT_shuffle, 1);
    int status = add_ports(f, OPT_batch);
    if (status == EXIT_FINE) status = add_ports(f, OPT_excerpt);
    if (status == EXIT_FINE) status = add_counter(f);
    if (f->batch.total) f->order = NEW_ARRAY(j->a, int64_t, f->batch.total);
    *out = f;
    return status;
}

/* SplitMix64 over a counter (Steele, Lea, Flood, 2014): below n. */
static int64_t pick(uint64_t seed, uint64_t counter, int64_t n) {
    uint64_t z = (seed * 0xd1342543de82ef95u + counter + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)n);
}

/* Item number k of the endless sequence of passes. */
static int64_t item(feeder *f, int64_t k) {
    int64_t n = f->batch.total, pass = k / n;
    if (!f->shuffle) return k % n;
    if (pass != f->pass) { /* Fisher and Yates */
        for (int64_t i = 0; i < n; i++) f->order[i] = i;
        for (int64_t i = n - 1; i > 0; i--) {
            int64_t other = pick(f->seed, (uint64_t)(pass * n + i), i + 1), kept = f->order[i];
            f->order[i] = f->order[other];
            f->order[other] = kept;
        }
        f->pass = pass;
    }
    return f->order[k % n];
}

static void load_items(feeder *f, fed *p, int64_t step) {
    int64_t row = slot_numbers(p->s) / f->batch.size;
    for (int64_t i = 0; i < f->batch.size; i++)
        memcpy(p->part + i * row, p->s->whole->v + item(f, step * f->batch.size + i) * row,
               sizeof(double) * (size_t)row);
}

/* Where excerpt number k starts: the next stretch that fits, or anywhere. */
static int64_t excerpt_start(const feeder *f, int64_t k) {
    const stream *e = &f->excerpt;
    if (f->shuffle) return pick(f->seed ^ 0x5851f42d4c957f2du, (uint64_t)k, e->total - e->size + 1);
    return k % (e->total / e->size) * e->size;
}

static void load_excerpts(feeder *f, fed *p, int64_t step) {
    const stream *e = &f->excerpt;
    int width = p->s->width;
    int64_t rows = p->s->count / e->size / e->each; /* leading axes of the file */
    double *to = p->part;
    for (int64_t b = 0; b < e->each; b++) {
        int64_t start = excerpt_start(f, step * e->each + b);
        for (int64_t r = 0; r < rows; r++, to += e->size * width)
            memcpy(to, p->s->whole->v + (r * e->total + start) * width, sizeof(double) * (size_t)(e->size * width));
    }
}

void feeder_load(feeder *f, int64_t step) {
    for (int i = 0; i < f->ports.len; i++) {
        fed *p = &f->ports.data[i];
        if (p->excerpt) load_excerpts(f, p, step);
        else load_items(f, p, step);
        slot_store(f->x, p->s, p->part);
    }
    if (f->counter) slot_fill(f->x, f->counter, (double)step);
}

int64_t feeder_pass(const feeder *f) {
    if (!f) return 0;
    int64_t items = f->batch.total ? (f->batch.total + f->batch.size - 1) / f->batch.size : 1;
    int64_t stretch = f->excerpt.size * f->excerpt.each;
    int64_t excerpts = f->excerpt.total ? (f->excerpt.total + stretch - 1) / stretch : 1;
    return items > excerpts ? items : excerpts;
}
