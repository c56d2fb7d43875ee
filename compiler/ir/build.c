/* build.c: an operator by its arguments alone: checks them, finds the result type, writes static arguments out in
 * full. */
#include <stdlib.h>

#include "front/ast.h"
#include "ir/infer.h"

static bool check_counts(call *c) {
    const op_sig *s = op_signature(c->ops, c->op);
    bool any_number = c->op == OP_concat || c->op == OP_scan || c->op == OP_custom;
    if (!any_number && c->nargs != s->nargs)
        return call_fail(c, "expected %d argument%s, found %d", s->nargs, s->nargs == 1 ? "" : "s", c->nargs);
    if (c->nattrs != s->nattrs)
        return call_fail(c, "expected %d static argument%s, found %d", s->nattrs, s->nattrs == 1 ? "" : "s", c->nattrs);
    for (int k = 0; k < c->nattrs; k++) {
        type_base b = s->decl->params[s->attr_param[k]].type->base;
        if (b != TY_INTS && b != TY_AXES && c->attrs[k].n != 1)
            return call_fail(c, "%s: expected one number, found %d", call_attr_name(c, k), c->attrs[k].n);
    }
    return true;
}

static bool infer_call(call *c) {
    if (!check_counts(c)) return false;
    if (!(op_info(c->op)->structural ? infer_view(c) : infer_generic(c))) return false;
    if (!check_size(&c->out))
        return call_fail(c, "the result %s is empty or far too large", shape_text(c->mem, c->out.shape, c->out.rank));
    infer_tags(c);
    return true;
}

bool infer_type(arena *a, const optable *ops, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs,
                type *out, const char **why) {
    call c = {.mem = a, .ops = ops, .op = op, .args = args, .nargs = nargs, .attrs = attrs, .nattrs = nattrs};
    if (infer_call(&c)) {
        *out = c.out;
        return true;
    }
    *why = c.why;
    return false;
}

/* The axes of sum, rising and not negative; none means all. */
static attr full_axes(attr given, const type *x, int64_t *room) {
    bool gone[MAX_RANK] = {false};
    int n = 0;
    for (int k = 0; k < given.n; k++) gone[given.v[k] < 0 ? given.v[k] + x->rank : given.v[k]] = true;
    for (int k = 0; k < x->rank; k++)
        if (given.n == 0 || gone[k]) room[n++] = k;
    return (attr){n, room};
}

node *graph_op(graph *g, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs, const origin *from) {
    type t;
    const char *why = "";
    if (!infer_type(g->mem, g->ops, op, args, nargs, attrs, nattrs, &t, &why))
        die(4, "internal error: %s: %s", op_info(op)->name, why);
    int64_t room[MAX_RANK];
    attr full;
    if (op == OP_sum) full = full_axes(attrs[0], &args[0]->type, room);
    else if (op == OP_reshape) full = (attr){t.rank, t.shape};
    else if (op == OP_concat) {
        room[0] = attrs[0].v[0] < 0 ? attrs[0].v[0] + t.rank : attrs[0].v[0];
        full = (attr){1, room};
    } else return graph_node(g, op, t, args, nargs, attrs, nattrs, from);
    return graph_node(g, op, t, args, nargs, &full, 1, from);
}
