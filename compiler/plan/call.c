/* call.c: kernel calls: which function, its operands within the loops over leading axes, its sizes. */
#include "front/ast.h"
#include "plan/plan.h"

#include <string.h>

bool is_transform(op_id op) {
    return op_info(op)->plan != NULL;
}

int transform_rank(const node *n) {
    return n->op == OP_r2r ? 1 : (int)attr_int(n, 0);
}

/* Trailing axes after the ellipsis in the signature. */
static int sig_core(const plan *p, const node *n, int k) {
    const op_sig *s = op_signature(p->graph->ops, n->op);
    const type_expr *t = s->decl->params[s->arg_param[k]].type;
    int own = 0;
    for (int i = 0; i < t->ndims; i++) own += !t->dims[i].is_ellipsis;
    return own;
}

int kernel_core(const plan *p, const node *n, int k) {
    switch (n->op) {
    case OP_conv_:
    case OP_corr_: return (int)attr_int(n, 0);
    case OP_matmul_: return 2;
    case OP_convnn:
    case OP_convnn_x: return k == 0 ? 3 : 4;
    case OP_convnn_w: return 3;
    default: return is_transform(n->op) ? -1 : sig_core(p, n, k);
    }
}

static void push(call *c, int64_t v) {
    c->size[c->nsizes++] = v;
}

static void push_attrs(call *c, const node *n, int from) {
    for (int k = from; k < n->nattrs; k++)
        for (int i = 0; i < n->attrs[k].n; i++) push(c, n->attrs[k].v[i]);
}

/* The sizes named in the signature in order of first appearance among the arguments. */
static void sig_sizes(const plan *p, const node *n, call *c) {
    const op_sig *s = op_signature(p->graph->ops, n->op);
    const char *seen[OP_MAX_STATIC];
    int ns = 0;
    for (int k = 0; k < s->nargs; k++) {
        const type_expr *t = s->decl->params[s->arg_param[k]].type;
        const type *x = &n->args[k]->type;
        for (int i = 0; i < t->ndims; i++) {
            const dim *d = &t->dims[i];
            if (d->is_ellipsis || d->size->kind != E_NAME) continue;
            bool known = false;
            for (int j = 0; j < ns; j++) known |= strcmp(seen[j], d->size->text) == 0;
            if (known || ns == OP_MAX_STATIC) continue;
            seen[ns++] = d->size->text;
            push(c, x->shape[x->rank - t->ndims + i]);
        }
    }
    push_attrs(c, n, 0);
}

static int64_t tail(const node *n, int from_end) {
    return n->type.shape[n->type.rank - from_end];
}

static void conv_sizes(const node *n, call *c) {
    int dims = (int)attr_int(n, 0);
    for (int k = 0; k < 2; k++)
        for (int i = dims; i > 0; i--) push(c, tail(n->args[k], i));
    push_attrs(c, n, 1);
}

/* C, H, W, O, G, P, Q, I, J, then the statics. x, w, y are the three arrays, one of which is the result. */
static void nn_sizes(const node *n, call *c) {
    const node *x = n->op == OP_convnn ? n->args[0] : n->op == OP_convnn_x ? n : n->args[1];
    const node *y = n->op == OP_convnn ? n : n->args[0];
    const node *w = n->op == OP_convnn_w ? n : n->args[1];
    for (int i = 3; i > 0; i--) push(c, tail(x, i));
    for (int i = 4; i > 0; i--) push(c, tail(w, i));
    for (int i = 2; i > 0; i--) push(c, tail(y, i));
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < n->attrs[k].n; i++) push(c, n->attrs[k].v[i]);
}

static void matmul_sizes(const node *n, call *c) {
    int ta = (int)attr_int(n, 0), tb = (int)attr_int(n, 1);
    push(c, tail(n, 2));
    push(c, tail(n->args[0], ta ? 2 : 1));
    push(c, tail(n, 1));
    push(c, ta ^ (int)c->arg[0].flipped);
    push(c, tb ^ (int)c->arg[1].flipped);
}

/* The FFT plan of a call, found when lifetimes are known: an inverse real transform may overwrite an argument that
 * dies. */
void choose_fft_plan(plan *p, call *c, bool dies) {
    const node *n = c->node;
    if (!is_transform(n->op)) return;
    fft_plan f = {.op = n->op, .rank = transform_rank(n)};
    const type *real = n->op == OP_hc2r ? &n->type : &n->args[0]->type;
    f.howmany = type_count(real) / (c->pieces ? c->pieces : 1);
    for (int k = 0; k < f.rank; k++) {
        f.n[k] = real->shape[real->rank - f.rank + k];
        f.howmany /= f.n[k];
    }
    f.sign = n->op == OP_fft_ ? (int)attr_int(n, 1) : n->op == OP_r2r ? (int)attr_int(n, 0) : dies && n->op == OP_hc2r;
    for (c->plan = 0; c->plan < p->plans->len; c->plan++)
        if (memcmp(&p->plans->data[c->plan], &f, sizeof f) == 0) return;
    vec_push(p->mem, p->plans, f);
}

/* Loops over the leading axes: the operand moves by its own strides, or stays where it is repeated. */
static operand place(const plan *p, const call *c, const node *x, int core, const int *var_of_axis, int lead) {
    const node *base = x;
    operand o = {0};
    int64_t stride[MAX_RANK] = {0};
    bool ok =
        operand_ready(p, x, core, c->node->op == OP_matmul_ ? &o.flipped : NULL) && view_of(p, x, &base, &o.at, stride);
    if (!ok) die(4, "internal error: an operand of a kernel is not in memory");
    o.buf = p->info[base->id].buf;
    int own = core < 0 ? 0 : x->type.rank - core;
    for (int k = 0; k < own; k++) {
        int v = var_of_axis[lead - own + k];
        if (v >= 0 && v < c->batch.nv && x->type.shape[k] > 1) o.at.c[v] += stride[k];
    }
    return o;
}

static operand loop_operand(const plan *p, const node *n, int core, int64_t *stride) {
    const node *base = n;
    operand o = {0};
    if (!operand_ready(p, n, core, NULL) || !view_of(p, n, &base, &o.at, stride))
        die(4, "internal error: an argument of a loop is not in memory");
    o.buf = p->info[base->id].buf;
    return o;
}

operand whole_operand(const plan *p, const node *n) {
    int64_t stride[MAX_RANK];
    return loop_operand(p, n, -1, stride);
}

operand row_operand(const plan *p, const node *n, int64_t *apart) {
    int64_t stride[MAX_RANK];
    operand o = loop_operand(p, n, n->type.rank - 1, stride);
    *apart = stride[0];
    return o;
}

/* Two batch axes become one where all operands move on evenly. */
static void merge_batch(call *c) {
    for (int v = c->batch.nv - 2; v >= 0; v--) {
        operand *all[OP_MAX_ARGS + 1] = {&c->out};
        for (int k = 0; k < c->nargs; k++) all[k + 1] = &c->arg[k];
        bool even = true;
        for (int k = 0; k <= c->nargs; k++) even &= all[k]->at.c[v] == all[k]->at.c[v + 1] * c->batch.hi[v + 1];
        if (!even) continue;
        c->batch.hi[v] *= c->batch.hi[v + 1];
        for (int k = 0; k <= c->nargs; k++) {
            for (int u = v; u + 1 < MAX_RANK; u++) all[k]->at.c[u] = all[k]->at.c[u + 1];
            all[k]->at.c[MAX_RANK - 1] = 0;
        }
        for (int u = v + 1; u + 1 < c->batch.nv; u++) c->batch.hi[u] = c->batch.hi[u + 1];
        c->batch.nv--;
    }
}

/* Number of leading axes of the batch, and its shape: those of the result, or of the operands when it is summed over.
 * */
static int batch_axes(const plan *p, const node *n, type *shape) {
    if (is_transform(n->op)) return 0;
    *shape = n->args[0]->type;
    int lead = shape->rank - kernel_core(p, n, 0);
    if (n->op == OP_convnn_w) return lead;
    for (int k = 1; k < n->nargs; k++) {
        int l = n->args[k]->type.rank - kernel_core(p, n, k);
        if (l > lead) lead = l;
    }
    *shape = n->type;
    return lead;
}

static const char *suffix(const node *n) {
    switch (n->args[0]->type.dt) {
    case T_REAL: return "@F";
    case T_COMPLEX: return "@Z";
    default: return "i32";
    }
}

static const char *kernel_name(const plan *p, const node *n) {
    bool two = (n->op == OP_conv_ || n->op == OP_corr_) && attr_int(n, 0) == 2;
    return arena_printf(p->mem, "dspc_%s%s_%s", op_info(n->op)->kernel, two ? "2" : "", suffix(n));
}

static void add_scratch(plan *p, const node *n, call *c) {
    const char *text = op_info(n->op)->scratch;
    if (!text) return;
    const op_sig *s = op_signature(p->graph->ops, n->op);
    const type_expr *t = s->decl->params[s->arg_param[0]].type;
    type want = {.dt = T_REAL, .rank = 1};
    for (int i = 0; i < t->ndims; i++)
        if (!t->dims[i].is_ellipsis && strcmp(t->dims[i].size->text, text) == 0)
            want.shape[0] = n->args[0]->type.shape[n->args[0]->type.rank - t->ndims + i];
    if (want.shape[0] == 0) die(4, "internal error: scratch of %s", op_info(n->op)->name);
    c->scratch = buffer_new(p, B_WORK, n, &want);
    c->scratch->scratch = true;
    c->scratch->read = true;
}

call *make_call(plan *p, const node *n) {
    call *c = NEW(p->mem, call);
    type shape = {0};
    int lead = batch_axes(p, n, &shape), var[MAX_RANK];
    *c = (call){.node = n, .fn = kernel_name(p, n), .nargs = n->nargs, .plan = -1, .adds = n->op == OP_convnn_w};
    for (int k = 0; k < lead; k++) {
        var[k] = shape.shape[k] > 1 ? c->batch.nv : -1;
        if (var[k] >= 0) c->batch.hi[c->batch.nv++] = shape.shape[k];
    }
    for (int k = 0; k < n->nargs; k++) c->arg[k] = place(p, c, n->args[k], kernel_core(p, n, k), var, lead);
    c->out.buf = p->info[n->id].buf;
    int64_t stride = type_count(&n->type);
    for (int k = 0; k < lead && !c->adds; k++) {
        stride /= n->type.shape[k];
        if (var[k] >= 0) c->out.at.c[var[k]] = stride;
    }
    merge_batch(c);
    if (n->op == OP_conv_ || n->op == OP_corr_) conv_sizes(n, c);
    else if (n->op == OP_convnn || n->op == OP_convnn_x || n->op == OP_convnn_w) nn_sizes(n, c);
    else if (n->op == OP_matmul_) matmul_sizes(n, c);
    else if (!is_transform(n->op)) sig_sizes(p, n, c);
    add_scratch(p, n, c);
    return c;
}
