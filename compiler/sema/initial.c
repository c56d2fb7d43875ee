/* initial.c: what a parameter starts from: a value, a file, or random numbers from a counter.
 *
 * Random numbers: element i of a parameter is a function of (seed, name, i) alone, so that they are the same on every
 * machine and do not change when another parameter is added. SplitMix64 (Steele, Lea, Flood, 2014) over a counter. */
#include "data/data.h"
#include "sema/internal.h"

#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t z) {
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Uniform in (0, 1): the top 53 bits, and never 0. */
static double uniform01(uint64_t key, uint64_t i) {
    return ((double)(mix(key + 0x9e3779b97f4a7c15u * i) >> 11) + 0.5) * 0x1p-53;
}

/* Box-Muller: two uniforms make one normal (the second is not used, so that element i needs no neighbour). */
static double normal01(uint64_t key, uint64_t i) {
    double u = uniform01(key, 2 * i), v = uniform01(key, 2 * i + 1);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* Glorot and He count what a matrix [out, in, ...] connects. */
static void fans(const type *t, double *in, double *out) {
    double field = 1;
    for (int i = 2; i < t->rank; i++) { field *= (double)t->shape[i]; }
    *out = t->rank ? (double)t->shape[0] * field : 1;
    *in = t->rank > 1 ? (double)t->shape[1] * field : *out;
}

static bool number_arg(elab *e, const expr *call, const char *name, int position, double fallback, double *out) {
    int seen = 0;
    *out = fallback;
    for (int i = 0; i < call->nargs; i++) {
        bool here = call->args[i].name ? strcmp(call->args[i].name, name) == 0 : seen++ == position;
        if (here) {
            sval v = eval_expr(e, call->args[i].value);
            if (v.kind == V_NONE) { return false; }
            if (!static_number(e, &v, out)) {
                report_from(e->d, DIAG_not_static, origin_at(e, call->args[i].value->at),
                            arena_printf(e->a, "'%s' of %s()", name, call->text));
                return false;
            }
        }
    }
    return true;
}

static bool known_args(elab *e, const expr *call, const char *const *names, int n) {
    for (int i = 0; i < call->nargs; i++) {
        bool ok = call->args[i].name == NULL && i < n;
        for (int k = 0; k < n && call->args[i].name; k++) { ok |= strcmp(names[k], call->args[i].name) == 0; }
        if (!ok) {
            report_from(e->d, DIAG_unknown_argument, origin_at(e, call->args[i].at), call->text,
                        call->args[i].name ? call->args[i].name : "?");
            return false;
        }
    }
    return true;
}

typedef struct initialiser {
    bool normal;
    double scale, shift; /* shift + scale * (normal or uniform in -1..1) */
    double seed;
} initialiser;

static bool read_initialiser(elab *e, const expr *call, const type *t, initialiser *r) {
    static const char *const names[] = {"normal", "uniform", "glorot", "glorot_normal", "he"};
    static const char *const normal_args[] = {"sigma", "mean", "seed"}, *const uniform_args[] = {"lo", "hi", "seed"},
                             *const seed_only[] = {"seed"};
    double fin, fout, lo, hi;
    fans(t, &fin, &fout);
    *r = (initialiser){0};
    if (strcmp(call->text, "normal") == 0) {
        r->normal = true;
        return known_args(e, call, normal_args, 3) && number_arg(e, call, "sigma", 0, 1.0, &r->scale) &&
               number_arg(e, call, "mean", 1, 0.0, &r->shift) && number_arg(e, call, "seed", 2, 0, &r->seed);
    }
    if (strcmp(call->text, "uniform") == 0) {
        bool ok = known_args(e, call, uniform_args, 3) && number_arg(e, call, "lo", 0, 0.0, &lo) &&
                  number_arg(e, call, "hi", 1, 1.0, &hi) && number_arg(e, call, "seed", 2, 0, &r->seed);
        r->scale = ok ? (hi - lo) / 2 : 0;
        r->shift = ok ? (hi + lo) / 2 : 0;
        return ok;
    }
    if (strcmp(call->text, "glorot") == 0) {
        r->scale = sqrt(6 / (fin + fout));
    } else if (strcmp(call->text, "glorot_normal") == 0) {
        r->normal = true;
        r->scale = sqrt(2 / (fin + fout));
    } else if (strcmp(call->text, "he") == 0) {
        r->normal = true;
        r->scale = sqrt(2 / fin);
    } else {
        report_from(e->d, DIAG_unknown_initialiser, origin_at(e, call->at), call->text);
        const char *near = nearest_name(call->text, names, (int)COUNT_OF(names));
        if (near) {
            report_help(e->d, "did you mean ~ %s?", near);
        } else {
            report_expected(e->d, "one of: normal, uniform, glorot, glorot_normal, he");
        }
        return false;
    }
    return known_args(e, call, seed_only, 1) && number_arg(e, call, "seed", 0, 0, &r->seed);
}

static bool random_value(elab *e, const stmt *st, leaf_info *info) {
    expr named = {
        .kind = E_CALL, .text = st->init->text, .at = st->init->at, .nargs = st->init->nargs, .args = st->init->args};
    initialiser r;
    if (st->init->kind != E_CALL && st->init->kind != E_NAME) {
        report_from(e->d, DIAG_unknown_initialiser, origin_at(e, st->init->at), "an expression");
        return false;
    }
    if (!read_initialiser(e, &named, &info->type, &r)) { return false; }
    uint64_t key = mix(hash_bytes((uint64_t)(int64_t)r.seed, st->name, strlen(st->name)));
    int64_t n = type_count(&info->type) * (info->type.dt == T_COMPLEX ? 2 : 1);
    double *v = NEW_ARRAY(e->a, double, n);
    for (int64_t i = 0; i < n; i++) {
        v[i] = r.shift + r.scale * (r.normal ? normal01(key, (uint64_t)i) : 2 * uniform01(key, (uint64_t)i) - 1);
    }
    info->initial = graph_constant(e->g, info->type, v, false, info->from);
    info->initial_text = arena_strdup(e->a, st->init->text);
    info->initial_random = true;
    return true;
}

static bool is_of(const graph *g, const node *n) {
    return n->id < g->nodes.len && g->nodes.data[n->id] == n;
}

static sval brought(elab *e, const char *name, sval v) {
    if (v.kind == V_TUPLE) {
        sval *items = NEW_ARRAY(e->a, sval, v.count + 1);
        for (int i = 0; i < v.count; i++) { items[i] = brought(e, name, v.items[i]); }
        v.items = items;
    }
    if (v.kind != V_NODE) { return v; }
    const tensor *t = const_value(e->around, v.node);
    v.node = t ? graph_constant(e->g, v.node->type, t->v, false, v.node->from)
               : graph_leaf(e->g, name, ROLE_INPUT, v.node->type, v.node->from);
    return v;
}

/* A name of the pipeline in an initial value: a constant, or something of its type alone (`zeros(shape(x))`), whose value makes
 * an initial value that is not known. */
sval bring_in(elab *e, const char *name, sval v) {
    const node *n = v.kind == V_NODE ? v.node : v.kind == V_TUPLE && v.count ? v.items[0].node : NULL;
    if (!n || is_of(e->g, n)) { return v; }
    sval *known = strmap_get(e->brought, name);
    if (known) { return *known; }
    known = NEW(e->a, sval);
    *known = brought(e, name, v);
    strmap_set(e->brought, name, known);
    return *known;
}

/* Initial values are worked out in a graph of their own: the pipeline's holds what is computed at run time. */
bool initial_value(elab *at, const stmt *st, leaf_info *info) {
    elab apart = *at, *e = &apart;
    e->around = at;
    e->brought = strmap_new(at->a);
    e->g = graph_new(at->a, at->s->ops, "initial");
    e->globals = strmap_new(at->a);
    e->folded = strmap_new(at->a);
    if (st->init) { return random_value(e, st, info); }
    if (!st->value) { return true; }
    sval v = eval_expr(e, st->value);
    node *n = v.kind == V_NONE ? NULL : need_node(e, v, st->value->at);
    if (!n) { return false; }
    const tensor *t = const_value(e, n);
    type both;
    if (!t) {
        report_from(e->d, DIAG_not_static, origin_at(e, st->value->at),
                    arena_printf(e->a, "the initial value of '%s'", st->name));
        return false;
    }
    bool fits =
        broadcast_types(&t->type, &info->type, &both) && same_shape(&both, &info->type) && both.dt == info->type.dt;
    if (!fits) {
        report_from(e->d, DIAG_initial_shape, origin_at(e, st->value->at), st->name);
        report_expected(e->d, "%s, or something that broadcasts to it", type_text(e->a, &info->type));
        report_found(e->d, "%s", type_text(e->a, &t->type));
        return false;
    }
    n = as_real(e, n);
    if (info->type.dt == T_INT) { n = need_node(e, v, st->value->at); }
    if (info->type.dt == T_COMPLEX) { n = g_to_complex(e->g, n, info->from); }
    const tensor *full = const_value(e, g_broadcast(e->g, n, info->type, info->from));
    double x;
    bool splat = is_splat(n, &x);
    info->initial = full ? graph_constant(e->g, info->type, full->v, false, info->from) : NULL;
    info->initial_text = splat ? arena_printf(e->a, "%.17g", x) : "values";
    return info->initial != NULL;
}

sval load_array(elab *e, const char *path, loc at) {
    const char *why = NULL;
    const char *full = path;
    const char *here = at.src ? strrchr(at.src->path, '/') : NULL;
    if (path[0] != '/' && here) { /* beside the file that names it */
        full = arena_printf(e->a, "%.*s/%s", (int)(here - at.src->path), at.src->path, path);
    }
    data_array x;
    if (!data_read(e->a, full, false, &x, &why)) {
        report_from(e->d, DIAG_cannot_read, origin_at(e, at), full, why);
        return NONE;
    }
    type t = type_make(x.dt, x.rank, x.shape);
    t.rate = x.rate;
    return val_node(graph_constant(e->g, t, x.v, false, origin_at(e, at)));
}
