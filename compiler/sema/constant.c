/* constant.c: what the compiler knows while it elaborates: numbers, sizes, lists, units. */
#include "sema/internal.h"

#include <math.h>
#include <string.h>

const origin *origin_at(elab *e, loc at) {
    origin *o = NEW(e->a, origin);
    o->at = at;
    o->in_expansion_of = e->expanding;
    o->caller = e->caller;
    return o;
}

sval val_node(node *n) {
    return n ? (sval){.kind = V_NODE, .node = n} : NONE;
}

sval val_ints(elab *e, const int64_t *v, int n) {
    int64_t *copy = NEW_ARRAY(e->a, int64_t, n > 0 ? n : 1);
    if (n > 0) { memcpy(copy, v, sizeof *v * (size_t)n); }
    return (sval){.kind = V_INTS, .ints = copy, .count = n};
}

sval val_option(const char *text) {
    return (sval){.kind = V_OPTION, .text = text};
}

node *int_node(elab *e, int64_t x, const origin *from) {
    double v = (double)x;
    return graph_constant(e->g, type_scalar(T_INT), &v, true, from);
}

static tensor *constant_tensor(elab *e, const node *n) {
    tensor *t = NEW(e->a, tensor);
    t->type = n->type;
    int64_t w = n->type.dt == T_COMPLEX ? 2 : 1;
    int64_t count = type_count(&n->type) * w;
    t->v = NEW_ARRAY(e->a, double, count);
    for (int64_t i = 0; i < count; i++) { t->v[i] = n->konst->value[n->konst->splat ? i % w : i]; }
    return t;
}

/* Values asked for while elaborating are small: sizes, filter taps, windows. Past this many elements the question is
 * answered "not known" rather than with minutes of work. */
enum { MOST_FOLDED = 1 << 22 };

static const tensor *fold(elab *e, node *n, int depth) {
    char key[32];
    snprintf(key, sizeof key, "%d", n->id);
    tensor *known = strmap_get(e->folded, key);
    if (known) { return known; }
    if (type_count(&n->type) > MOST_FOLDED || depth > 2000 || n->op == OP_leaf || op_info(n->op)->kind == K_CONTROL) {
        return NULL;
    }
    tensor *t;
    if (n->op == OP_constant) {
        t = constant_tensor(e, n);
    } else {
        const tensor **args = NEW_ARRAY(e->a, const tensor *, n->nargs + 1);
        for (int i = 0; i < n->nargs; i++) {
            args[i] = fold(e, n->args[i], depth + 1);
            if (!args[i]) { return NULL; }
        }
        t = NEW(e->a, tensor);
        const char *why = NULL;
        if (!eval_node(e->a, n, args, t, &why)) { return NULL; }
    }
    strmap_set(e->folded, arena_strdup(e->a, key), t);
    return t;
}

const tensor *const_value(elab *e, node *n) {
    return fold(e, n, 0);
}

bool static_number(elab *e, const sval *v, double *out) {
    if (v->kind != V_NODE || v->node->type.rank != 0 || v->node->type.dt == T_COMPLEX) { return false; }
    const tensor *t = const_value(e, v->node);
    if (t) { *out = t->v[0]; }
    return t != NULL;
}

bool static_int(elab *e, const sval *v, int64_t *out) {
    double x;
    if (!static_number(e, v, &x) || !isfinite(x)) { return false; }
    double r = nearbyint(x);
    /* 0.1s * 44.1kHz is 4410.000000000001: sizes come from decimal numbers */
    if (fabs(r) > 9e15 || fabs(x - r) > 1e-9 * fmax(1.0, fabs(x))) { return false; }
    *out = (int64_t)r;
    return true;
}

bool static_ints(elab *e, const sval *v, int64_t *out, int *n, int max) {
    if (v->kind == V_INTS) {
        *n = v->count;
        for (int i = 0; i < v->count && i < max; i++) { out[i] = v->ints[i]; }
        return v->count <= max;
    }
    if (static_int(e, v, out)) {
        *n = 1;
        return true;
    }
    if (v->kind != V_NODE || v->node->type.rank != 1 || v->node->type.dt == T_COMPLEX || v->node->type.shape[0] > max) {
        return false;
    }
    const tensor *t = const_value(e, v->node);
    *n = (int)v->node->type.shape[0];
    for (int i = 0; t && i < *n; i++) {
        out[i] = (int64_t)nearbyint(t->v[i]);
        if ((double)out[i] != t->v[i]) { return false; }
    }
    return t != NULL;
}

bool is_plain_unit(unit u) {
    return !u.time && !u.length && !u.angle;
}

bool same_unit(unit a, unit b) {
    return a.time == b.time && a.length == b.length && a.angle == b.angle;
}

const char *unit_kind(arena *a, unit u) {
    if (is_plain_unit(u)) { return u.db ? "a ratio in dB" : "a plain number"; }
    if (u.time == 1 && !u.length && !u.angle) { return "a time (s)"; }
    if (u.time == -1 && !u.length && !u.angle) { return "a frequency (Hz)"; }
    if (u.length == 1 && !u.time && !u.angle) { return "a length (m)"; }
    if (u.angle == 1 && !u.time && !u.length) { return "an angle (rad)"; }
    return arena_printf(a, "s^%d m^%d rad^%d", u.time, u.length, u.angle);
}
