/* kit_derive.c: see kit_derive.h. */
#include "kit_derive.h"

#include <math.h>
#include <string.h>

enum { STEPS = 7, MAX_RESULTS = DERIVE_MAX_RESULTS };

static const double DOT_LIMIT = 1e-12, LOOSE_LIMIT = 1e-9, ORDER1 = 1.9, ORDER2 = 2.9;

typedef struct run { /* one function's graph and the values of its results */
    graph *g;
    tensor result[MAX_RESULTS];
} run;

static bool fail(derive_report *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool fail(derive_report *r, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(r->why, sizeof r->why, fmt, ap);
    va_end(ap);
    return r->ok = false;
}

const tensor *derive_cotangent(derive_job *j, int k) {
    rng dice = rng_new(11 + (uint64_t)k);
    if (!j->bar[k].v) j->bar[k] = random_tensor(j->mem, &dice, j->p->forward->results.data[k].value->type);
    return &j->bar[k];
}

bool derive_leaf(derive_job *j, const node *leaf, double h, tensor *out) {
    const graph *f = j->p->forward;
    for (int k = 0; k < f->leaves.len; k++) {
        const char *name = f->leaves.data[k]->name;
        size_t n = strlen(name);
        if (!strcmp(leaf->name, name)) {
            bool moves = h != 0.0 && leaf->type.dt != T_INT;
            *out = moves ? tensor_plus(j->mem, &j->value[k], h, &j->direction[k]) : j->value[k];
            return true;
        }
        if (!strncmp(leaf->name, name, n) && !strcmp(leaf->name + n, "_dot")) return *out = j->direction[k], true;
    }
    for (int k = 0; k < f->results.len && k < MAX_RESULTS; k++) {
        const char *name = f->results.data[k].name;
        size_t n = strlen(name);
        if (!strncmp(leaf->name, name, n) && !strcmp(leaf->name + n, "_bar")) return *out = *derive_cotangent(j, k), true;
    }
    return false;
}

static bool evaluate(derive_job *j, run *r, double h, derive_report *rep) {
    tensor value[2 * DERIVE_MAX_LEAVES + MAX_RESULTS];
    const tensor *given[COUNT_OF(value)];
    for (int i = 0; i < r->g->leaves.len; i++) {
        if (!derive_leaf(j, r->g->leaves.data[i], h, &value[i]))
            return fail(rep, "%s has a leaf nobody knows: %s", r->g->name, r->g->leaves.data[i]->name);
        given[i] = &value[i];
    }
    const char *why = "";
    if (r->g->results.len > MAX_RESULTS) return fail(rep, "too many results");
    if (!eval_graph_why(j->mem, r->g, given, r->result, &why)) return fail(rep, "%s: %s", r->g->name, why);
    for (int i = 0; i < r->g->results.len; i++)
        if (r->result[i].v && !tensor_finite(&r->result[i]))
            return fail(rep, "%s of %s is not finite", r->g->results.data[i].name, r->g->name);
    return true;
}

static const tensor *result_of(const run *r, out_kind kind, const char *name) {
    for (int i = 0; i < r->g->results.len; i++)
        if (r->g->results.data[i].kind == kind && (!name || !strcmp(r->g->results.data[i].name, name))) return &r->result[i];
    return NULL;
}

static double largest(const tensor *t) {
    double size = 0.0;
    for (size_t k = 0; k < tensor_doubles(&t->type); k++) size = fmax(size, fabs(t->v[k]));
    return size;
}

static tensor shaken(arena *a, rng *dice, const tensor *t, double by) {
    tensor x = tensor_from(a, t->type, t->v);
    double size = largest(t);
    if (size == 0.0) size = 1.0; /* zeros may be the rest of a cancellation */
    for (size_t k = 0; k < tensor_doubles(&t->type) && t->type.dt != T_INT; k++)
        x.v[k] += by * size * rng_uniform(dice, -1.0, 1.0);
    return x;
}

/* a - b, element by element; false for ints. */
static bool difference(arena *a, const node *comparison, const tensor *const *args, tensor *out) {
    node sub = *comparison;
    const char *why = "";
    bool pair = args[0]->type.dt == T_COMPLEX || args[1]->type.dt == T_COMPLEX;
    if (args[0]->type.dt == T_INT && args[1]->type.dt == T_INT) return false;
    sub.op = OP_sub;
    sub.type.dt = pair ? T_COMPLEX : T_REAL;
    return eval_node(a, &sub, args, out, &why);
}

/* What a comparison says is open where rounding moves a - b by as much as it is: shaken values are never equal, while in C both may
 * be 0, or come out the same. */
static void shake_comparison(arena *a, rng *dice, const node *n, const tensor *const *args, const tensor *const *still, tensor *out) {
    tensor d, was;
    if (n->op != OP_eq && n->op != OP_ne && n->op != OP_lt && n->op != OP_le) return;
    if (!difference(a, n, args, &d) || !difference(a, n, still, &was)) return;
    size_t parts = d.type.dt == T_COMPLEX ? 2 : 1;
    for (size_t k = 0; k < tensor_doubles(&out->type); k++) {
        double apart = 0.0, moved = 0.0;
        for (size_t i = parts * k; i < parts * (k + 1); i++) {
            apart = hypot(apart, was.v[i]);
            moved = hypot(moved, d.v[i] - was.v[i]);
        }
        if (apart <= 2.0 * moved && rng_uniform(dice, 0.0, 1.0) < 0.5) out->v[k] = out->v[k] == 0.0;
    }
}

bool derive_shaken(derive_job *j, const graph *g, uint64_t seed, double by, tensor *out) {
    arena *a = j->mem;
    rng dice = rng_new(seed);
    tensor *value = NEW_ARRAY(a, tensor, g->nodes.len), *still = NEW_ARRAY(a, tensor, g->nodes.len);
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        const tensor **args = NEW_ARRAY(a, const tensor *, n->nargs + 1), **calm = NEW_ARRAY(a, const tensor *, n->nargs + 1);
        const char *why = "";
        for (int k = 0; k < n->nargs; k++) {
            args[k] = &value[n->args[k]->id];
            calm[k] = &still[n->args[k]->id];
        }
        bool ok = n->op == OP_leaf ? derive_leaf(j, n, 0.0, &value[i]) : eval_node(a, n, args, &value[i], &why);
        ok = ok && (n->op == OP_leaf ? derive_leaf(j, n, 0.0, &still[i]) : eval_node(a, n, calm, &still[i], &why));
        if (!ok) return false;
        shake_comparison(a, &dice, n, args, calm, &value[i]);
        if (n->op != OP_scan && n->op != OP_constant) value[i] = shaken(a, &dice, &value[i], by);
    }
    for (int k = 0; k < g->results.len; k++) out[k] = g->results.data[k].value ? value[g->results.data[k].value->id] : (tensor){0};
    return true;
}

/* <a, b> over the leaves that are differentiated; the norms' product goes to *scale. */
static double dot_leaves(const derive_job *j, const run *r, out_kind kind, double *scale) {
    double s = 0.0, aa = 0.0, bb = 0.0;
    for (int k = 0; k < j->p->forward->leaves.len; k++) {
        const node *leaf = j->p->forward->leaves.data[k];
        const tensor *g = result_of(r, kind, leaf->name);
        if (leaf->type.dt == T_INT || !g || !g->v) continue;
        s += tensor_dot(g, &j->direction[k]);
        aa += tensor_dot(g, g);
        bb += tensor_dot(&j->direction[k], &j->direction[k]);
    }
    if (scale) *scale = sqrt(aa) * sqrt(bb);
    return s;
}

static bool build(derive_job *j, fn_kind kind, run *r, derive_report *rep) {
    const char *why = "";
    r->g = ad_build(j->s, j->p, kind, NULL, 0);
    if (!r->g) return fail(rep, "no %s:\n%s", fn_kind_name(kind), diags_text(session_diags(j->s)));
    if (!graph_verify(j->mem, r->g, &why)) return fail(rep, "the %s graph is not well formed: %s", fn_kind_name(kind), why);
    return true;
}

/* <y_, J x> over all outputs and the loss; the norms' product is added to *scale. */
static double dot_outputs(derive_job *j, const run *jvp, double *scale) {
    const graph *f = j->p->forward;
    double s = 0.0, tt = 0.0, bb = 0.0;
    for (int k = 0; k < f->results.len; k++) {
        const tensor *t = result_of(jvp, OUT_TANGENT, f->results.data[k].name);
        if (!t || !t->v) continue;
        s += tensor_dot(derive_cotangent(j, k), t);
        tt += tensor_dot(t, t);
        bb += tensor_dot(derive_cotangent(j, k), derive_cotangent(j, k));
    }
    *scale += sqrt(tt) * sqrt(bb);
    return s;
}

/* Does J x itself move by as much as the two sides differ when every value moves by rounding? Then some value is nothing but
 * rounding (a bin of a spectrum that is 0 but for the last digits), the derivative depends on it (z/|z|), and neither side is
 * right or wrong. */
static bool made_of_rounding(derive_job *j, const run *jvp, double left, double right) {
    run moved = {.g = jvp->g};
    double ignore = 0.0;
    for (uint64_t seed = 5; seed < 13; seed++)
        if (derive_shaken(j, jvp->g, seed, 1e-14, moved.result) &&
            fabs(dot_outputs(j, &moved, &ignore) - left) > 0.1 * fabs(left - right))
            return true;
    return false;
}

/* <y_, J x> = <J^T y_, x> over all outputs and the loss. */
static bool check_dot(derive_job *j, derive_report *rep) {
    run jvp, vjp;
    if (!build(j, FN_JVP, &jvp, rep) || !evaluate(j, &jvp, 0.0, rep)) return false;
    if (!build(j, FN_VJP, &vjp, rep) || !evaluate(j, &vjp, 0.0, rep)) return false;
    double right_scale, scale = 0.0, left = dot_outputs(j, &jvp, &scale), right = dot_leaves(j, &vjp, OUT_GRAD, &right_scale);
    scale += right_scale;
    rep->dot = scale > 0.0 ? fabs(left - right) / scale : 0.0;
    double limit = j->loose ? LOOSE_LIMIT : DOT_LIMIT;
    if (!(rep->dot <= limit)) {
        if (j->loose && made_of_rounding(j, &jvp, left, right)) return !(rep->corner = true);
        return fail(rep, "dot test: <y_, J x> = %.15g, <J^T y_, x> = %.15g", left, right);
    }
    run gradient;
    if (!build(j, FN_GRADIENT, &gradient, rep) || !evaluate(j, &gradient, 0.0, rep)) return false;
    double slope = result_of(&jvp, OUT_TANGENT, "loss")->v[0], by_gradient = dot_leaves(j, &gradient, OUT_GRAD, &scale);
    rep->gradient = scale > 0.0 ? fabs(slope - by_gradient) / scale : fabs(slope);
    if (!(rep->gradient <= limit)) return fail(rep, "the gradient says %.15g, the JVP %.15g", by_gradient, slope);
    return true;
}

/* The norm of g(x + h d) - g(x) - h H d over all leaves. */
static double gradient_residual(const derive_job *j, const run *at0, const run *at_h, double h) {
    double s = 0.0;
    for (int k = 0; k < j->p->forward->leaves.len; k++) {
        const node *leaf = j->p->forward->leaves.data[k];
        const tensor *g0 = result_of(at0, OUT_GRAD, leaf->name), *g1 = result_of(at_h, OUT_GRAD, leaf->name);
        const tensor *hd = result_of(at0, OUT_TANGENT, leaf->name);
        if (leaf->type.dt == T_INT || !g0 || !g0->v) continue;
        tensor step = tensor_plus(j->mem, g1, -1.0, g0), rest = hd && hd->v ? tensor_plus(j->mem, &step, -h, hd) : step;
        s += tensor_dot(&rest, &rest);
    }
    return sqrt(s);
}

/* Residuals at h, h/2, ...; the function's results at the point itself are in at0. */
static bool measure_orders(derive_job *j, const run *at0, double h0, derive_report *rep) {
    run at_h = {.g = at0->g};
    double size, slope = dot_leaves(j, at0, OUT_GRAD, &size), bend = j->second ? dot_leaves(j, at0, OUT_TANGENT, NULL) : 0.0;
    double loss0 = result_of(at0, OUT_LOSS, NULL)->v[0], r1[STEPS], r2[STEPS], rh[STEPS], scale = 1.0 + fabs(loss0) + size;
    for (int i = 0; i < STEPS; i++) {
        double h = ldexp(h0, -i);
        if (!evaluate(j, &at_h, h, rep)) return false;
        double change = result_of(&at_h, OUT_LOSS, NULL)->v[0] - loss0;
        r1[i] = fabs(change - h * slope);
        r2[i] = fabs(change - h * slope - 0.5 * h * h * bend);
        rh[i] = j->second ? gradient_residual(j, at0, &at_h, h) : 0.0;
    }
    rep->order1 = residual_order(r1, STEPS, 1e-13 * scale);
    rep->order2 = j->second && !j->loose ? residual_order(r2, STEPS, 5e-15 * scale) : HUGE_VAL;
    rep->order_h = j->second ? residual_order(rh, STEPS, 1e-12 * scale) : HUGE_VAL;
    return true;
}

/* Does the loss, or its gradient, bend sharply at the point itself: f(h) - 2 f(0) + f(-h) of the size of f(h) - f(0)? There a
 * derivative is one choice of several (an exact tie, a value that is 0 by construction), and no Taylor test applies. */
static bool at_corner(derive_job *j, const run *at0) {
    run ahead = {.g = at0->g}, behind = {.g = at0->g};
    derive_report ignore = {.ok = true};
    const double h = 1e-5;
    if (!evaluate(j, &ahead, h, &ignore) || !evaluate(j, &behind, -h, &ignore)) return true; /* the domain ends here */
    double bend = 0.0, step = 0.0;
    for (int k = 0; k < at0->g->results.len; k++) {
        out_kind kind = at0->g->results.data[k].kind;
        if ((kind != OUT_LOSS && kind != OUT_GRAD) || !at0->result[k].v) continue;
        tensor up = tensor_plus(j->mem, &ahead.result[k], -1.0, &at0->result[k]);
        tensor down = tensor_plus(j->mem, &at0->result[k], -1.0, &behind.result[k]), d = tensor_plus(j->mem, &up, -1.0, &down);
        bend = fmax(bend, sqrt(tensor_dot(&d, &d)));
        step = fmax(step, sqrt(tensor_dot(&up, &up)) + sqrt(tensor_dot(&down, &down)));
    }
    return bend > 0.01 * step;
}

static bool check_taylor(derive_job *j, derive_report *rep) {
    static const double FIRST_STEP[] = {1e-2, 1e-4, 1e-6};
    run at0;
    if (!build(j, j->second ? FN_HVP : FN_GRADIENT, &at0, rep) || !evaluate(j, &at0, 0.0, rep)) return false;
    for (int k = 0; k < (j->loose ? 3 : 1); k++) {
        rep->ok = true;
        bool there = measure_orders(j, &at0, FIRST_STEP[k], rep); /* a step may lead out of the domain */
        if (there && rep->order1 >= ORDER1 && rep->order_h >= ORDER1 && rep->order2 >= ORDER2) return true;
        if (there && !(rep->order1 >= ORDER1)) fail(rep, "Taylor test of the gradient: order %.2f, expected 2", rep->order1);
        else if (there && !(rep->order_h >= ORDER1)) fail(rep, "Taylor test of the Hessian product: order %.2f, expected 2", rep->order_h);
        else if (there) fail(rep, "Taylor test with the Hessian: order %.2f, expected 3", rep->order2);
    }
    if (j->loose && at_corner(j, &at0)) rep->ok = rep->corner = true;
    return rep->ok;
}

derive_report derive_check(derive_job *j) {
    derive_report rep = {.ok = true};
    if (check_dot(j, &rep) && !j->only_dot) check_taylor(j, &rep);
    return rep;
}

void add_test_loss(graph *g, node *const *y, int n, rng *r) {
    node *loss = NULL;
    for (int k = 0; k < n; k++) {
        if (y[k]->type.dt == T_INT) continue;
        node *y_k = y[k];
        tensor w = random_tensor(g->mem, r, y_k->type);
        node *weight = graph_constant(g, y_k->type, w.v, false, NULL);
        if (y_k->type.dt == T_COMPLEX) weight = graph_op(g, OP_conj, &weight, 1, NULL, 0, NULL);
        node *square = graph_op(g, OP_abs2, &y_k, 1, NULL, 0, NULL);
        node *each = g_add(g, g_mul(g, graph_scalar(g, 0.5, NULL), square, NULL), g_re(g, g_mul(g, weight, y_k, NULL), NULL), NULL);
        int64_t axes[MAX_RANK];
        for (int i = 0; i < each->type.rank; i++) axes[i] = i;
        node *part = each->type.rank ? g_sum_axes(g, each, axes, each->type.rank, false, NULL) : each;
        loss = loss ? g_add(g, loss, part, NULL) : part;
    }
    if (loss) graph_result(g, OUT_LOSS, "loss", loss);
}

program *program_of_case(session *s, arena *mem, const op_case *c, rng *r) {
    program *p = NEW(mem, program);
    node *args[OP_MAX_ARGS];
    p->name = op_info(c->op)->name;
    p->forward = graph_new(mem, session_ops(s), p->name);
    node *y = op_case_build(p->forward, c, args);
    graph_result(p->forward, OUT_OUTPUT, "y", y);
    add_test_loss(p->forward, &y, 1, r);
    return p;
}

/* ---- one operator ------------------------------------------------------------------------------------------------------------ */
/* Rows that end a chain of rules: a second derivative would need the third of something. */
static bool second_refused(op_id op) {
    return op == OP_dsinc || op == OP_i1;
}

/* An argument in which the row refuses a derivative, or an int, is an input, not a param. */
static bool hold_fixed(derive_job *j, const op_case *c) {
    const op_row *row = op_info(c->op);
    bool any = false;
    for (int k = 0; k < j->p->forward->leaves.len; k++) {
        node *leaf = j->p->forward->leaves.data[k];
        int which = op_arg_index(session_ops(j->s), c->op, leaf->name);
        bool rule = which >= 0 && (row->adj[which] || row->d[which] || row->tangent[which] || row->joint);
        if (!rule || leaf->type.dt == T_INT) leaf->role = ROLE_INPUT;
        else any = true;
    }
    return any;
}

bool derive_case(derive_job *j, const op_case *c, uint64_t seed) {
    rng dice = rng_new(seed);
    tensor value[OP_MAX_ARGS];
    j->p = program_of_case(j->s, j->mem, c, &dice);
    bool any = hold_fixed(j, c) && j->p->forward->results.data[0].value->type.dt != T_INT;
    case_values(j->mem, &dice, c, value);
    for (int k = 0; k < j->p->forward->leaves.len; k++) {
        const node *leaf = j->p->forward->leaves.data[k];
        int which = op_arg_index(session_ops(j->s), c->op, leaf->name);
        j->value[k] = value[which];
        j->direction[k] = leaf->role == ROLE_PARAM ? case_direction(j->mem, &dice, c, which) : tensor_new(j->mem, leaf->type);
        leaf_info info = {.name = leaf->name, .role = leaf->role, .type = leaf->type};
        vec_push(j->mem, &j->p->leaves, info);
    }
    j->second = !second_refused(c->op);
    return any && !op_info(c->op)->zero;
}
