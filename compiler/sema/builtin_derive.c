/* builtin_derive.c: derivatives inside a program: grad, vjp, jvp, jacobian.
 *
 * They leave nodes vjp_ and jvp_ that say what is wanted; ad/expand.c makes the derivatives, when the graph is whole. */
#include "sema/builtins.h"

#include <string.h>

enum { MAX_JACOBIAN = 1024 }; /* rows written out one by one */

/* Something that has a derivative. */
static node *not_int(elab *e, const expr *call, node *n, const char *what) {
    if (!n || n->type.dt != T_INT) { return n; }
    report_from(e->d, DIAG_wrong_kind, origin_at(e, call->at), call->text, what, "real or complex", "int");
    return NULL;
}

static node *argument(elab *e, const expr *call, scope *args, const char *name) {
    return not_int(e, call, arg_node(e, args, name, call->at), name);
}

/* A direction or cotangent, made to fit what it belongs to. */
static node *made_like(elab *e, const expr *call, node *n, const char *what, const node *like) {
    type both;
    if (!n) { return NULL; }
    n = as_real(e, n);
    bool fits = broadcast_types(&n->type, &like->type, &both) && same_shape(&both, &like->type);
    if (!fits || (n->type.dt == T_COMPLEX && like->type.dt == T_REAL)) {
        report_from(e->d, DIAG_shape_mismatch, origin_at(e, call->at), call->text,
                    arena_printf(e->a, "%s: expected %s, found %s", what, type_text(e->a, &like->type),
                                 type_text(e->a, &n->type)));
        return NULL;
    }
    if (like->type.dt == T_COMPLEX) { n = g_to_complex(e->g, n, origin_at(e, call->at)); }
    return g_broadcast(e->g, n, like->type, origin_at(e, call->at));
}

static node *vjp_node(elab *e, node *y, node *w, node *x, loc at) {
    node *args[3] = {y, w, x};
    return graph_node(e->g, OP_vjp_, x->type, args, 3, NULL, 0, origin_at(e, at));
}

sval do_grad(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)args;
    if (rest->v.len < 2) { return no_value(e, call, rest->v.len ? "x" : "y"); }
    node *y = not_int(e, call, need_node(e, rest->v.data[0], call->at), "y");
    if (!y) { return NONE; }
    if (y->type.rank != 0 || y->type.dt != T_REAL) {
        report_from(e->d, DIAG_gradient_of_array, origin_at(e, call->at), call->text, type_text(e->a, &y->type));
        report_help(e->d, "reduce it to a number, by sum(...) or a loss, or take vjp(), jvp() or jacobian()");
        return NONE;
    }
    int n = rest->v.len - 1;
    sval out = {.kind = V_TUPLE, .count = n, .items = NEW_ARRAY(e->a, sval, n)};
    for (int i = 0; i < n; i++) {
        node *x = not_int(e, call, need_node(e, rest->v.data[i + 1], call->at), "x");
        if (!x) { return NONE; }
        out.items[i] = val_node(vjp_node(e, y, graph_scalar(e->g, 1.0, origin_at(e, call->at)), x, call->at));
    }
    return n == 1 ? out.items[0] : out;
}

sval do_vjp(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *y = argument(e, call, args, "y"), *x = argument(e, call, args, "x");
    node *w = y && x ? made_like(e, call, arg_node(e, args, "w", call->at), "w", y) : NULL;
    return w ? val_node(vjp_node(e, y, w, x, call->at)) : NONE;
}

sval do_jvp(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *y = argument(e, call, args, "y"), *x = argument(e, call, args, "x");
    node *v = y && x ? made_like(e, call, arg_node(e, args, "v", call->at), "v", x) : NULL;
    node *list[3] = {y, x, v};
    return v ? val_node(graph_node(e->g, OP_jvp_, y->type, list, 3, NULL, 0, origin_at(e, call->at))) : NONE;
}

/* The gradient of element k of y, as a row [1, shape of x]: the cotangent of a one there. */
static node *jacobian_row(elab *e, node *y, node *x, int64_t k, loc at) {
    int64_t count = type_count(&y->type), row[MAX_RANK] = {1};
    double *one = NEW_ARRAY(e->a, double, count);
    one[k] = 1;
    type t = y->type;
    t.rate = t.df = 0;
    node *w = graph_constant(e->g, t, one, false, origin_at(e, at));
    for (int i = 0; i < x->type.rank; i++) { row[i + 1] = x->type.shape[i]; }
    return g_reshape(e->g, vjp_node(e, y, w, x, at), x->type.rank + 1, row, origin_at(e, at));
}

sval do_jacobian(elab *e, const expr *call, scope *args, const svals *rest) {
    (void)rest;
    node *y = argument(e, call, args, "y"), *x = argument(e, call, args, "x");
    if (!y || !x) { return NONE; }
    int64_t count = type_count(&y->type), shape[MAX_RANK], axis = 0;
    int ry = y->type.rank, rx = x->type.rank;
    const origin *from = origin_at(e, call->at);
    if (y->type.dt != T_REAL || x->type.dt != T_REAL || count > MAX_JACOBIAN || ry + rx > MAX_RANK || rx == MAX_RANK) {
        report_from(e->d, DIAG_shape_mismatch, from, call->text,
                    arena_printf(e->a, "expected real arrays, y of at most %d numbers, found y: %s and x: %s",
                                 MAX_JACOBIAN, type_text(e->a, &y->type), type_text(e->a, &x->type)));
        return NONE;
    }
    node **rows = NEW_ARRAY(e->a, node *, count);
    for (int64_t k = 0; k < count; k++) { rows[k] = jacobian_row(e, y, x, k, call->at); }
    node *all = count == 1 ? rows[0] : graph_op(e->g, OP_concat, rows, (int)count, &(attr){1, &axis}, 1, from);
    memcpy(shape, y->type.shape, sizeof *shape * (size_t)ry);
    memcpy(shape + ry, x->type.shape, sizeof *shape * (size_t)rx);
    return val_node(g_reshape(e->g, all, ry + rx, shape, from));
}
