/* locals.c: which parts of a loop's expressions become named locals, and where.
 *
 * Parts that an inner loop does not change are computed before it. In the innermost body what is used twice, what
 * carries a name from the source, and what would make a line too long gets a `const` of its own. Nothing is taken out
 * of the arms of an unresolved SX_INSIDE: its loads are valid only there. */
#include "emit/nest.h"

#include <string.h>

enum {
    LONGEST = 10, /* operations nested in one expression */
    SMALL_SPACE = 64,
    LONG_LOAD = 16 /* letters of an element that is written out more than once */
};

static bool simple(const sx *x) {
    return x->kind == SX_NUM || x->kind == SX_LOCAL || x->kind == SX_INDEX || x->kind == SX_FIELD;
}

/* The arms of a choice stay where they are. */
static int open_args(const sx *x) {
    return x->kind == SX_INSIDE ? 0 : x->nargs;
}

static const char *hint_of(const nest *n, const sx *x) {
    if (x->kind == SX_LOAD) {
        bool pair = x->buf->type.dt == T_COMPLEX;
        return arena_printf(n->e->mem, "%s_%s", x->buf->var, !pair ? "v" : x->part ? "im" : "re");
    }
    if (!x->of) return "t";
    const char *name = x->of->name ? x->of->name : op_info(x->of->op)->name;
    const info *f = &n->e->plan->info[x->of->id];
    if (x->of->type.dt == T_COMPLEX && x->ct != CT_PAIR)
        name = arena_printf(n->e->mem, "%s_%s", name, x->part_of ? "im" : "re");
    return f->buf && f->buf->var ? arena_printf(n->e->mem, "%s_v", name) : name;
}

static const char *ctype_text(const nest *n, const sx *x) {
    if (x->ct == CT_PAIR) return n->e->f32 ? "dspc_c32" : "dspc_c64";
    return x->ct == CT_INT ? "int32_t" : n->e->real;
}

static void bind(nest *n, sx *x, bound_list *bound) {
    const char *name = name_new(&n->e->names, hint_of(n, x));
    line(n->e, "const %s %s = %s;", ctype_text(n, x), name, sx_text(n->e, x, n->var));
    x->var = name;
    vec_push(n->e->mem, bound, x);
}

void unbind(bound_list *bound, int from) {
    for (int k = from; k < bound->len; k++) bound->data[k]->var = NULL;
    bound->len = from;
}

/* ---- loads that must come before the stores -------------------------------------------------------------------- */
static bool overwritten(const nest *n, const buffer *b) {
    for (int k = 0; k < n->nitems; k++) {
        const root *r = n->items[k].root;
        if (r->store && r->dst->over == b) return true;
    }
    return false;
}

static int stores(const nest *n) {
    int c = 0;
    for (int k = 0; k < n->nitems; k++) c += n->items[k].root->store && n->items[k].root->kind == ROOT_STORE;
    return c;
}

/* ---- counting -------------------------------------------------------------------------------------------------- */
static void count(sx *x, int stamp) {
    if (x->stamp == stamp) {
        x->uses++;
        return;
    }
    x->stamp = stamp;
    x->uses = 1;
    x->weight = 0;
    if (x->var) return;
    for (int k = 0; k < open_args(x); k++) count(x->arg[k], stamp);
}

static void count_all(nest *n, const sval *val) {
    sx_rebuild_begin(n->b);
    for (int k = 0; k < n->nitems; k++) {
        count(val[k].re, n->b->stamp);
        if (val[k].im) count(val[k].im, n->b->stamp);
    }
}

/* ---- body ------------------------------------------------------------------------------------------------------ */
static int arm_weight(const sx *x) {
    int w = 1;
    if (x->var) return 0;
    for (int k = 0; k < x->nargs; k++) w += arm_weight(x->arg[k]);
    return w;
}

/* Does it carry a name that the user gave? Parts of a cotangent's sum do not deserve one. */
static bool from_source(const sx *x) {
    if (!x->of || !x->of->name) return false;
    size_t n = strlen(x->of->name);
    return n < 5 || strcmp(x->of->name + n - 4, "_bar") != 0;
}

static bool contains(const sx *x, const sx *y) {
    if (x == y) return true;
    for (int k = 0; k < x->nargs; k++)
        if (contains(x->arg[k], y)) return true;
    return false;
}

/* A call that loops do not run in vector instructions. */
static bool slow(const sx *x) {
    static const char *const FAST[] = {"@sqrt",       "@fabs",        "@floor",         "@ceil",
                                       "@rint",       "dspc_sign_@F", "dspc_hypot_@F",  "dspc_ratio_h_@F",
                                       "dspc_exp_@F", "dspc_log_@F",  "dspc_sigmoid_@F"};
    bool fast = x->kind != SX_CALL;
    for (size_t k = 0; k < COUNT_OF(FAST) && !fast; k++) fast = strcmp(x->text, FAST[k]) == 0;
    if (!fast) return true;
    for (int k = 0; k < x->nargs && !x->var; k++)
        if (slow(x->arg[k])) return true;
    return false;
}

/* Both arms of a choice between numbers are computed first, unless one is slow: a compiler may then select instead of
 * branching, and use vector instructions. It may neither load nor compute ahead of the condition itself. */
static void bind_arms(nest *n, sx *x, bound_list *bound) {
    if (n->space.nv == 0) return;
    for (int k = 1; k <= 2; k++) {
        sx *arm = x->arg[k];
        if (arm->var || simple(arm) || slow(arm) || arm->kind == SX_INSIDE) continue;
        if (arm->kind == SX_LOAD && contains(x->arg[0], arm)) continue;
        bind(n, arm, bound);
        arm->weight = 0;
    }
}

/* Post-order: names what deserves one; weight is what remains nested in the expression. */
static void visit(nest *n, sx *x, bool many, bound_list *bound, bool top) {
    if (x->var) {
        x->weight = 0;
        return;
    }
    if (x->stamp != n->b->stamp) return; /* done before */
    x->stamp = 0;
    int w = x->kind == SX_LOAD || simple(x) ? 0 : 1;
    for (int k = 0; k < open_args(x); k++) { visit(n, x->arg[k], many, bound, false); }
    if (x->kind == SX_COND) bind_arms(n, x, bound);
    for (int k = 0; k < open_args(x); k++) w += x->arg[k]->weight;
    if (x->kind == SX_INSIDE) w += arm_weight(x->arg[0]) + arm_weight(x->arg[1]);
    x->weight = w;
    bool load = x->kind == SX_LOAD;
    bool named = !load && from_source(x) && w > 1 && !top;
    bool want =
        load ? (overwritten(n, x->buf) && (x->uses > 1 || !n->at || n->second || n->at->root->dst->over != x->buf)) ||
                   (x->uses > 1 && (many || strlen(sx_text(n->e, x, n->var)) > LONG_LOAD))
             : (x->uses > 1 || named || w > LONGEST || x->ct == CT_PAIR);
    if (!want || simple(x) || (top && x->uses == 1 && !load && w <= LONGEST + 4)) return;
    bind(n, x, bound);
    x->weight = 0;
}

void bind_body(nest *n, const sval *val, bound_list *bound) {
    count_all(n, val);
    int stamp = n->b->stamp;
    bool many = stores(n) > 1;
    for (int k = 0; k < n->nitems; k++) {
        n->b->stamp = stamp;
        bool twice = n->items[k].root->kind > ROOT_SUM; /* a comparison and an assignment */
        if (twice && val[k].re->stamp == stamp && !val[k].re->var) val[k].re->uses++;
        n->at = &n->items[k];
        visit(n, val[k].re, many, bound, true);
        n->second = true;
        if (val[k].im) visit(n, val[k].im, many, bound, true);
        n->second = false;
    }
}

/* ---- hoisting -------------------------------------------------------------------------------------------------- */
static void bind_outer(nest *n, sx *x, bound_list *bound) {
    if (x->var) return;
    if (x->kind == SX_FIELD) {
        bind_outer(n, x->arg[0], bound);
        return;
    }
    if (simple(x)) return;
    for (int k = 0; k < open_args(x); k++)
        if (x->arg[k]->weight > LONGEST || x->arg[k]->uses > 1) bind_outer(n, x->arg[k], bound);
    bind(n, x, bound);
}

static void weigh(sx *x) {
    if (x->weight || x->var) return;
    int w = x->kind == SX_LOAD || simple(x) ? 0 : 1;
    for (int k = 0; k < open_args(x); k++) {
        weigh(x->arg[k]);
        w += x->arg[k]->weight;
    }
    x->weight = w;
}

/* Over small arrays of a loop's body an element reads better in its place, and the compiler sees that nothing changes
 * it. */
static bool stays(const nest *n, const sx *x) {
    return x->kind == SX_LOAD && n->e->plan->body && space_count(&n->space) <= SMALL_SPACE;
}

static void hoist_in(nest *n, sx *x, int depth, int stamp, bound_list *bound) {
    if (x->var || x->stamp != stamp || stays(n, x)) return;
    if (x->depth <= depth) {
        weigh(x);
        bind_outer(n, x, bound);
        return;
    }
    x->stamp = 0;
    for (int k = 0; k < open_args(x); k++) hoist_in(n, x->arg[k], depth, stamp, bound);
}

void hoist(nest *n, const sval *val, int depth, bound_list *bound) {
    count_all(n, val);
    int stamp = n->b->stamp;
    for (int k = 0; k < n->nitems; k++) {
        hoist_in(n, val[k].re, depth, stamp, bound);
        if (val[k].im) hoist_in(n, val[k].im, depth, stamp, bound);
    }
}
