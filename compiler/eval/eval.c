/* eval.c: which evaluator each operator has; whole graphs; loops; folding. */
#include "eval/eval.h"

#include <stdlib.h>
#include <string.h>

#include "eval/evaluators.h"
#include "ir/optable.h"

/* Rows of kind K_POINTWISE stand in pointwise.c; leaf, constant, scan, part and custom are read below. */
static evaluator *const evaluators[OP_COUNT] = {
    [OP_iota] = eval_iota,
    [OP_reshape] = eval_reshape,
    [OP_permute] = eval_permute,
    [OP_broadcast] = eval_broadcast,
    [OP_slice] = eval_slice,
    [OP_embed] = eval_embed,
    [OP_concat] = eval_concat,
    [OP_frame] = eval_frame,
    [OP_overlap_add] = eval_overlap_add,
    [OP_gather] = eval_gather,
    [OP_radon_] = eval_radon,
    [OP_radon_adj] = eval_radon_adj,
    [OP_scatter_add] = eval_scatter_add,
    [OP_argsort] = eval_argsort,
    [OP_pad_fold] = eval_pad_fold,
    [OP_pad_fold_adj] = eval_pad_fold_adj,
    [OP_sample_] = eval_sample,
    [OP_spread_] = eval_sample,
    [OP_sample_w] = eval_sample,
    [OP_sample2_] = eval_sample2,
    [OP_spread2_] = eval_sample2,
    [OP_sample2_p] = eval_sample2,
    [OP_sample2_q] = eval_sample2,
    [OP_upfirdn_] = eval_upfirdn,
    [OP_upfirdn_h] = eval_upfirdn,
    [OP_sum] = eval_sum,
    [OP_reduce_max] = eval_extremum,
    [OP_reduce_min] = eval_extremum,
    [OP_argmax] = eval_extremum,
    [OP_argmin] = eval_extremum,
    [OP_cumsum] = eval_cumsum,
    [OP_cumprod] = eval_cumprod,
    [OP_lrec] = eval_lrec,
    [OP_allpole] = eval_allpole,
    [OP_fft_] = eval_fft,
    [OP_rfft_] = eval_rfft,
    [OP_hc2r] = eval_hc2r,
    [OP_r2r] = eval_r2r,
    [OP_conv_] = eval_conv,
    [OP_corr_] = eval_conv,
    [OP_convnn] = eval_convnn,
    [OP_convnn_x] = eval_convnn_x,
    [OP_convnn_w] = eval_convnn_w,
    [OP_matmul_] = eval_matmul,
    [OP_lu] = eval_lu,
    [OP_lu_solve] = eval_lu_solve,
    [OP_lu_logabsdet] = eval_lu_logabsdet,
    [OP_lu_det] = eval_lu_det,
    [OP_cholesky] = eval_cholesky,
    [OP_trisolve] = eval_trisolve,
};

bool eval_has(op_id op) {
    bool here = op == OP_constant || op == OP_scan || op == OP_part || op == OP_custom;
    return here || pointwise_has(op) || evaluators[op] != NULL;
}

/* ---- values ------------------------------------------------------------------------------------------------------------ */
size_t tensor_doubles(const type *t) {
    return (size_t)type_count(t) * (t->dt == T_COMPLEX ? 2 : 1);
}

tensor tensor_new(arena *a, type t) {
    return (tensor){.type = t, .v = NEW_ARRAY(a, double, tensor_doubles(&t))};
}

cval tensor_get(const tensor *t, int64_t i) {
    return t->type.dt == T_COMPLEX ? cv(t->v[2 * i], t->v[2 * i + 1]) : cv(t->v[i], 0.0);
}

void tensor_put(tensor *t, int64_t i, cval x) {
    if (t->type.dt == T_COMPLEX) {
        t->v[2 * i] = x.re;
        t->v[2 * i + 1] = x.im;
    } else {
        t->v[i] = x.re;
    }
}

void tensor_add(tensor *t, int64_t i, cval x) {
    tensor_put(t, i, cv_add(tensor_get(t, i), x));
}

tensor tensor_of_constant(arena *a, const node *n) {
    tensor t = tensor_new(a, n->type);
    size_t width = t.type.dt == T_COMPLEX ? 2 : 1, count = tensor_doubles(&t.type);
    for (size_t i = 0; i < count; i++) t.v[i] = n->konst->value[n->konst->splat ? i % width : i];
    return t;
}

void *scratch_array(int64_t n, size_t size) {
    void *p = calloc(n > 0 ? (size_t)n : 1, size);
    if (!p) die(4, "out of memory while evaluating (%lld numbers)", (long long)n);
    return p;
}

/* ---- leading axes -------------------------------------------------------------------------------------------------------- */
int64_t axis_size(const type *t, int from_last) {
    return t->rank >= from_last ? t->shape[t->rank - from_last] : 1;
}

int64_t core_count(const type *t, int core) {
    int64_t n = 1;
    for (int k = 1; k <= core; k++) n *= axis_size(t, k);
    return n;
}

int64_t lead_count(const type *t, int core) {
    return type_count(t) / core_count(t, core);
}

int64_t item_offset(const type *arg, int core, const type *out, int out_core, int64_t item) {
    int64_t offset = 0, stride = core_count(arg, core);
    for (int k = out_core + 1, mine = core + 1; k <= out->rank; k++, mine++) {
        int64_t i = item % axis_size(out, k), size = axis_size(arg, mine);
        item /= axis_size(out, k);
        if (size != 1) offset += i * stride;
        stride *= size;
    }
    return offset;
}

/* ---- graphs ---------------------------------------------------------------------------------------------------------------- */
/* The values of a graph's nodes. Kept while a loop steps, so that a body's memory is taken once. */
typedef struct frame {
    arena *mem;
    const graph *g;
    bool *needed;
    tensor *value;         /* by node id */
    struct frame **nested; /* by node id: the frame of a scan's or custom's body */
    const char *why;
} frame;

static void mark_needed(const graph *g, bool *needed) {
    for (int i = 0; i < g->results.len; i++)
        if (g->results.data[i].value) needed[g->results.data[i].value->id] = true;
    for (int i = g->nodes.len - 1; i >= 0; i--) {
        const node *n = g->nodes.data[i];
        for (int k = 0; needed[i] && k < n->nargs; k++) needed[n->args[k]->id] = true;
    }
}

static frame *frame_new(arena *a, const graph *g) {
    frame *f = NEW(a, frame);
    *f = (frame){.mem = a, .g = g};
    f->needed = NEW_ARRAY(a, bool, g->nodes.len);
    f->value = NEW_ARRAY(a, tensor, g->nodes.len);
    f->nested = NEW_ARRAY(a, frame *, g->nodes.len);
    mark_needed(g, f->needed);
    return f;
}

static bool frame_run(frame *f, const tensor *leaves);

static const tensor *frame_result(const frame *f, int k) {
    return &f->value[f->g->results.data[k].value->id];
}

static void copy_value(tensor *to, const tensor *from) {
    memcpy(to->v, from->v, tensor_doubles(&to->type) * sizeof(double));
}

/* A row of a stack, without copying: the same memory seen as one element of the leading axis. */
static tensor row_of(const tensor *stack, int64_t t, type row) {
    return (tensor){.type = row, .v = stack->v + (size_t)t * tensor_doubles(&row)};
}

static type stacked(type row, int64_t trip) {
    type t = row;
    t.rank = row.rank + 1;
    t.shape[0] = trip;
    for (int k = 0; k < row.rank && k + 1 < MAX_RANK; k++) t.shape[k + 1] = row.shape[k];
    return t;
}

/* Part k of the loop before the first step: a state's first value, or an empty stack. */
static tensor *scan_begin(arena *a, const node *n, const tensor *const *args) {
    const graph *body = n->body;
    int64_t states = attr_int(n, SCAN_STATES);
    tensor *parts = NEW_ARRAY(a, tensor, body->results.len);
    for (int k = 0; k < body->results.len; k++) {
        type t = body->results.data[k].value->type;
        parts[k] = tensor_new(a, k < states ? t : stacked(t, attr_int(n, SCAN_TRIP)));
        if (k < states) copy_value(&parts[k], args[k]);
    }
    return parts;
}

/* One step, see graph.h: `leaf` has a place per leaf of the body. States are copied in, for a next state may be another's
 * old value (an exchange of two), which must not be written over too early. */
static bool scan_step(frame *body, const node *n, const tensor *const *args, tensor *parts, tensor *leaf, int64_t t) {
    int64_t states = attr_int(n, SCAN_STATES), slices = attr_int(n, SCAN_SLICES);
    leaf[0].v[0] = (double)t;
    for (int k = 0; k < states; k++) copy_value(&leaf[k + 1], &parts[k]);
    for (int64_t k = states; k < states + slices; k++)
        leaf[k + 1] = row_of(args[k], t, body->g->leaves.data[k + 1]->type);
    if (!frame_run(body, leaf)) return false;
    for (int k = 0; k < body->g->results.len; k++) {
        const tensor *v = frame_result(body, k);
        tensor to = k < states ? parts[k] : row_of(&parts[k], t, v->type);
        copy_value(&to, v);
    }
    return true;
}

static bool eval_scan(frame *body, const node *n, const tensor *const *args, tensor *out) {
    int64_t trip = attr_int(n, SCAN_TRIP), states = attr_int(n, SCAN_STATES);
    bool reverse = (attr_int(n, SCAN_FLAGS) & SCAN_REVERSE) != 0;
    tensor *parts = scan_begin(body->mem, n, args);
    tensor *leaf = NEW_ARRAY(body->mem, tensor, n->nargs + 1);
    leaf[0] = tensor_new(body->mem, type_scalar(T_INT));
    for (int k = 0; k < n->nargs; k++) leaf[k + 1] = k < states ? tensor_new(body->mem, parts[k].type) : *args[k];
    for (int64_t s = 0; s < trip; s++)
        if (!scan_step(body, n, args, parts, leaf, reverse ? trip - 1 - s : s)) return false;
    *out = (tensor){.type = n->type, .v = parts[0].v, .parts = parts, .nparts = body->g->results.len};
    return true;
}

/* The value of n into out; out->v may be memory of an earlier step, which is used again. */
static bool eval_into(arena *a, frame *nested, const node *n, const tensor *const *args, tensor *out,
                      const char **why) {
    if (n->op == OP_scan) {
        bool ok = eval_scan(nested, n, args, out);
        *why = nested->why;
        return ok;
    }
    if (n->op == OP_part) {
        *out = args[0]->parts[attr_int(n, 0)];
        return true;
    }
    if (n->op == OP_custom) {
        tensor *leaf = NEW_ARRAY(a, tensor, n->nargs);
        for (int k = 0; k < n->nargs; k++) leaf[k] = *args[k];
        if (!frame_run(nested, leaf)) return *why = nested->why, false;
        *out = *frame_result(nested, 0);
        return true;
    }
    if (!eval_has(n->op)) return *why = arena_printf(a, "%s has no evaluator", op_info(n->op)->name), false;
    if (n->op == OP_constant) {
        if (!out->v) *out = tensor_of_constant(a, n);
        return true;
    }
    if (!out->v) *out = tensor_new(a, n->type);
    else memset(out->v, 0, tensor_doubles(&n->type) * sizeof(double));
    call c = {n, args, out};
    (pointwise_has(n->op) ? eval_pointwise : evaluators[n->op])(&c);
    return true;
}

/* A nested loop keeps its parts in memory of its own, so a `part` that shares it stays right until the next step. */
static bool frame_run(frame *f, const tensor *leaves) {
    for (int i = 0; i < f->g->leaves.len; i++) f->value[f->g->leaves.data[i]->id] = leaves[i];
    const tensor *args[64];
    for (int i = 0; i < f->g->nodes.len; i++) {
        const node *n = f->g->nodes.data[i];
        if (!f->needed[i] || n->op == OP_leaf) continue;
        const tensor **list = n->nargs <= (int)COUNT_OF(args) ? args : NEW_ARRAY(f->mem, const tensor *, n->nargs);
        for (int k = 0; k < n->nargs; k++) list[k] = &f->value[n->args[k]->id];
        if (n->body && !f->nested[i]) f->nested[i] = frame_new(f->mem, n->body);
        if (!eval_into(f->mem, f->nested[i], n, list, &f->value[i], &f->why)) return false;
    }
    return true;
}

bool eval_graph_why(arena *a, const graph *g, const tensor *const *leaves, tensor *results, const char **why) {
    arena *mem = arena_new("evaluation");
    frame *f = frame_new(mem, g);
    tensor *given = NEW_ARRAY(mem, tensor, g->leaves.len);
    for (int k = 0; k < g->leaves.len; k++) given[k] = *leaves[k];
    bool ok = frame_run(f, given);
    for (int k = 0; ok && k < g->results.len; k++) {
        results[k] = (tensor){0};
        if (!g->results.data[k].value) continue;
        results[k] = tensor_new(a, g->results.data[k].value->type);
        copy_value(&results[k], frame_result(f, k));
    }
    if (!ok && why) *why = arena_strdup(a, f->why);
    arena_free(mem);
    return ok;
}

bool eval_graph(arena *a, const graph *g, const tensor *const *leaves, tensor *results) {
    return eval_graph_why(a, g, leaves, results, NULL);
}

bool eval_node(arena *a, const node *n, const tensor *const *args, tensor *out, const char **why) {
    *out = (tensor){0};
    return eval_into(a, n->body ? frame_new(a, n->body) : NULL, n, args, out, why);
}
