/* check_subjects.c: what there is to test in a pipeline: each operator with the types it is used with, then the
 * whole. */
#include "driver/check.h"

#include "driver/steps.h"
#include "ir/opcase.h"
#include "opt/opt.h"

#include <string.h>

/* Only piecewise smooth: their second derivative misses the kinks, which a Taylor remainder can step over. */
static bool has_kinks(op_id op) {
    switch (op) {
    case OP_relu:
    case OP_abs:
    case OP_maximum:
    case OP_minimum:
    case OP_clip:
    case OP_where:
    case OP_mod:
    case OP_floordiv:
    case OP_sign:
    case OP_round:
    case OP_floor:
    case OP_ceil:
    case OP_reduce_max:
    case OP_reduce_min:
    case OP_argmax:
    case OP_argmin:
    case OP_argsort:
    case OP_to_int: return true;
    default: return false;
    }
}

/* An argument to which a surrogate gives no derivative, on purpose. */
static bool passed_over(const node *n, int k) {
    return n->op == OP_custom && n->surrogate && n->rule && !n->rule->results.data[k].value;
}

/* Is there a derivative to test, with respect to some argument that is not constant? */
static bool is_testable(const node *n) {
    const op_row *row = op_info(n->op);
    bool custom = n->op == OP_custom && n->rule;
    if (row->kind == K_LEAF || (row->kind == K_CONTROL && !custom) || row->zero || row->norule ||
        n->op == OP_stop_gradient)
        return false;
    if (n->type.dt == T_INT) return false;
    for (int i = 0; i < n->nargs; i++)
        if (n->args[i]->type.dt != T_INT && !is_constant(n->args[i]) && !passed_over(n, i)) return true;
    return false;
}

static bool same_attrs(const node *a, const node *b) {
    for (int i = 0; i < a->nattrs; i++)
        if (a->attrs[i].n != b->attrs[i].n ||
            memcmp(a->attrs[i].v, b->attrs[i].v, sizeof(int64_t) * (size_t)a->attrs[i].n) != 0)
            return false;
    return a->nattrs == b->nattrs;
}

/* Rules of point-wise operators, views and reductions do not depend on the lengths of axes: one test for each
 * combination of element types and, for the latter two, ranks. Others are tested with every combination of shapes
 * and static arguments. */
static bool same_use(const node *a, const node *b) {
    if (a->op != b->op || a->nargs != b->nargs || a->rule != b->rule) return false;
    op_kind kind = op_info(a->op)->kind;
    bool loose = kind == K_POINTWISE || kind == K_VIEW || kind == K_REDUCE;
    for (int i = 0; i < a->nargs; i++) {
        const type *s = &a->args[i]->type, *t = &b->args[i]->type;
        if (loose ? s->dt != t->dt || (kind != K_POINTWISE && s->rank != t->rank) : !same_type(s, t)) return false;
        if (is_constant(a->args[i]) != is_constant(b->args[i])) return false;
    }
    return loose || same_attrs(a, b);
}

static const char *types_text(arena *a, const node *n) {
    strbuf b = {0};
    for (int i = 0; i < n->nargs; i++) {
        type t = n->args[i]->type;
        t.rate = t.df = 0;
        sb_printf(&b, "%s%s", i ? ", " : "", is_constant(n->args[i]) ? "constant" : type_text(a, &t));
    }
    const char *text = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return text;
}

/* ---- the small pipeline of one operator -------------------------------------------------------------------------- */
static void add_leaf(arena *a, program *p, const char *name, role r, type t, const origin *from) {
    leaf_info leaf = {.name = name, .role = r, .type = t, .from = from};
    vec_push(a, &p->leaves, leaf);
}

typedef struct maker {
    arena *a;
    const loaded *l;
    const node *n; /* the operator, in the pipeline's graph */
    program *p;
    graph *g;
    node *args[OP_MAX_ARGS];
    op_case first; /* a case of the row: for its domains */
    bool has_case;
} maker;

static const char *argument_name(const maker *m, int k) {
    const op_sig *sig = op_signature(m->l->s ? session_ops(m->l->s) : NULL, m->n->op);
    return m->n->op != OP_custom && k < sig->nargs ? sig->arg[k] : arena_printf(m->a, "x%d", k);
}

/* Point-wise rules are tested on few elements: lengths mean nothing to them, and with fewer elements fewer kinks
 * are near. */
static type test_type(const maker *m, const node *old) {
    enum { FEW = 5 };
    type t = old->type;
    t.rate = t.df = 0;
    for (int k = 0; op_info(m->n->op)->kind == K_POINTWISE && k < t.rank; k++)
        if (t.shape[k] > FEW) t.shape[k] = FEW;
    return t;
}

/* The leading corner of a constant, in the shape of t. */
static node *corner(maker *m, const node *old, const type *t) {
    const constant *c = old->konst;
    int64_t n = type_count(t), w = t->dt == T_COMPLEX ? 2 : 1;
    if (c->splat || same_shape(t, &old->type)) return graph_constant(m->g, *t, c->value, c->splat, old->from);
    double *v = NEW_ARRAY(m->a, double, n *w);
    for (int64_t i = 0; i < n; i++) {
        int64_t rest = i, at = 0, stride = 1;
        for (int k = t->rank - 1; k >= 0; k--) {
            at += rest % t->shape[k] * stride;
            rest /= t->shape[k];
            stride *= old->type.shape[k];
        }
        memcpy(v + i * w, c->value + at * w, sizeof(double) * (size_t)w);
    }
    return graph_constant(m->g, *t, v, false, old->from);
}

/* (x + x^H)/2: what reads one triangle of a Hermitian matrix is differentiated along Hermitian directions only. */
static node *hermitian_part(maker *m, node *x) {
    int r = x->type.rank;
    int64_t *order = NEW_ARRAY(m->a, int64_t, r);
    for (int k = 0; k < r; k++) order[k] = k < r - 2 ? k : 2 * r - 3 - k;
    attr a = {r, order};
    node *t = graph_op(m->g, OP_permute, &x, 1, &a, 1, m->n->from);
    if (x->type.dt == T_COMPLEX) t = graph_op(m->g, OP_conj, &t, 1, NULL, 0, m->n->from);
    return g_mul(m->g, g_add(m->g, x, t, m->n->from), graph_scalar(m->g, 0.5, m->n->from), m->n->from);
}

/* A constant stays one; factors made by lu are made again from their matrix; everything else is free. */
static node *make_argument(maker *m, int k) {
    const node *old = m->n->args[k];
    type t = test_type(m, old);
    if (is_constant(old)) return corner(m, old, &t);
    if (m->has_case && m->first.domain[k].kind == DOMAIN_LU) return NULL;
    role r = t.dt == T_INT || passed_over(m->n, k) ? ROLE_INPUT : ROLE_PARAM;
    add_leaf(m->a, m->p, argument_name(m, k), r, t, m->n->from);
    node *leaf = graph_leaf(m->g, argument_name(m, k), r, t, m->n->from);
    return m->has_case && m->first.domain[k].kind == DOMAIN_POSITIVE_DEFINITE ? hermitian_part(m, leaf) : leaf;
}

static node *make_node(maker *m) {
    const node *n = m->n;
    for (int k = 0; k < n->nargs; k++) m->args[k] = make_argument(m, k);
    for (int k = 0; k < n->nargs; k++)
        if (!m->args[k]) m->args[k] = graph_op(m->g, OP_lu, &m->args[m->first.domain[k].of], 1, NULL, 0, n->from);
    if (op_info(n->op)->kind == K_POINTWISE)
        return graph_op(m->g, n->op, m->args, n->nargs, n->attrs, n->nattrs, n->from);
    if (n->op != OP_custom) return graph_node(m->g, n->op, n->type, m->args, n->nargs, n->attrs, n->nattrs, n->from);
    node *c = graph_custom(m->g, n->body, n->rule, n->surrogate, m->args, n->nargs, n->from);
    c->rule_at = n->rule_at;
    return c;
}

/* loss = Re sum conj(w) y: its gradient is the adjoint applied to w. */
static void make_loss(maker *m, node *y) {
    type t = y->type;
    t.rate = t.df = 0;
    add_leaf(m->a, m->p, "cotangent", ROLE_INPUT, t, m->n->from);
    node *w = graph_leaf(m->g, "cotangent", ROLE_INPUT, t, m->n->from);
    node *product =
        t.dt == T_COMPLEX
            ? g_re(m->g, g_mul(m->g, graph_op(m->g, OP_conj, &w, 1, NULL, 0, m->n->from), y, m->n->from), m->n->from)
            : g_mul(m->g, w, y, m->n->from);
    int64_t axes[MAX_RANK];
    for (int k = 0; k < t.rank; k++) axes[k] = k;
    node *loss = t.rank ? g_sum_axes(m->g, product, axes, t.rank, false, m->n->from) : product;
    graph_result(m->g, OUT_OUTPUT, "y", y);
    graph_result(m->g, OUT_LOSS, "loss", loss);
    m->p->nlosses = 1;
}

static program *operator_program(job *j, const loaded *l, const node *n, int index) {
    maker m = {.a = j->a, .l = l, .n = n, .p = NEW(j->a, program)};
    op_case_list cases = {0};
    const char *why = "";
    m.p->name = arena_printf(j->a, "op%d_%s", index, op_info(n->op)->name);
    m.p->src = l->src;
    m.p->forward = m.g = graph_new(j->a, session_ops(l->s), "forward");
    if (n->op != OP_custom && op_cases(j->a, session_ops(l->s), n->op, &cases, &why) && cases.items.len) {
        m.first = cases.items.data[0];
        m.has_case = true;
    }
    make_loss(&m, make_node(&m));
    return m.p;
}

static subject operator_subject(job *j, const loaded *l, const node *n, int index) {
    subject s = {.kind = SUBJECT_OPERATOR, .name = op_info(n->op)->name, .node = n, .where = "", .uses = 1};
    s.at = step_place(j->a, n->from, &s.where);
    s.types = types_text(j->a, n);
    s.kinks = has_kinks(n->op);
    if (n->op == OP_custom) {
        s.kind = n->surrogate ? SUBJECT_SURROGATE : SUBJECT_RULE;
        s.name = n->body->name;
        s.at = n->rule_at;
    }
    s.prog = operator_program(j, l, n, index);
    s.fns.wanted[FN_FORWARD] = s.fns.wanted[FN_GRADIENT] = s.fns.wanted[FN_JVP] = s.fns.wanted[FN_HVP] = true;
    return s;
}

/* ---- the whole pipeline ------------------------------------------------------------------------------------------ */
bool check_has_params(const program *p) {
    for (int i = 0; i < p->leaves.len; i++)
        if (p->leaves.data[i].role == ROLE_PARAM) return true;
    return false;
}

/* Without params or --wrt every real or complex input is free: a pipeline of inputs alone has derivatives too. */
static int free_leaves(job *j, const program *p, functions *f) {
    int status = choose_wrt(j, p, f);
    if (status != EXIT_FINE || check_has_params(p) || f->nwrt) return status;
    const char **wrt = NEW_ARRAY(j->a, const char *, p->leaves.len + 1);
    for (int i = 0; i < p->leaves.len; i++)
        if (p->leaves.data[i].type.dt != T_INT) wrt[f->nwrt++] = p->leaves.data[i].name;
    f->wrt = wrt;
    return EXIT_FINE;
}

/* What the operators of g, in loops and definitions too, mean for the test of the whole. */
static void note_operators(const graph *g, subject *s) {
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        s->kinks = s->kinks || has_kinks(n->op);
        s->has_surrogate = s->has_surrogate || (n->op == OP_custom && n->surrogate);
        s->has_stop = s->has_stop || n->op == OP_stop_gradient;
        if (n->body) note_operators(n->body, s);
        if (n->rule) note_operators(n->rule, s);
    }
}

static bool pipeline_subject(job *j, const program *p, subject *s) {
    *s = (subject){.kind = SUBJECT_PIPELINE, .name = p->name, .types = "", .uses = 1};
    if (free_leaves(j, p, &s->fns) != EXIT_FINE) return false;
    s->prog = NEW(j->a, program);
    *s->prog = *p;
    s->fns.wanted[FN_FORWARD] = s->fns.wanted[FN_JVP] = s->fns.wanted[FN_VJP] = true;
    s->fns.wanted[FN_GRADIENT] = s->fns.wanted[FN_HVP] = p->nlosses > 0;
    note_operators(p->forward, s);
    return true;
}

/* Only what a result depends on is in question. */
static bool *needed_nodes(arena *a, const graph *g) {
    bool *needed = NEW_ARRAY(a, bool, g->nodes.len + 1);
    for (int i = 0; i < g->results.len; i++)
        if (g->results.data[i].value) needed[g->results.data[i].value->id] = true;
    for (int i = g->nodes.len - 1; i >= 0; i--)
        for (int k = 0; needed[i] && k < g->nodes.data[i]->nargs; k++) needed[g->nodes.data[i]->args[k]->id] = true;
    return needed;
}

static bool build_graphs(job *j, const loaded *l, subject *s) {
    if (!derive(j, l, s->prog, &s->fns, &s->graphs)) return false;
    for (int k = 0; k < FN_COUNT; k++)
        if (s->graphs.fn[k]) s->graphs.fn[k] = optimise(j, s->graphs.fn[k]);
    return true;
}

static void add_use(job *j, const loaded *l, const node *n, subjects *out) {
    for (int k = 0; k < out->v.len; k++)
        if (same_use(out->v.data[k].node, n)) {
            out->v.data[k].uses++;
            return;
        }
    subject s = operator_subject(j, l, n, out->v.len);
    vec_push(j->a, &out->v, s);
}

/* The operators of g, and of the loops in it. */
static void collect_operators(job *j, const loaded *l, const graph *g, subjects *out) {
    bool *needed = needed_nodes(j->a, g);
    for (int i = 0; i < g->nodes.len; i++) {
        const node *n = g->nodes.data[i];
        if (!needed[i]) continue;
        if (n->op == OP_scan) collect_operators(j, l, n->body, out);
        else if (is_testable(n)) add_use(j, l, n, out);
        else out->skipped += op_info(n->op)->kind != K_LEAF && n->type.dt != T_INT && n->op != OP_part;
    }
}

bool collect_subjects(job *j, const loaded *l, const program *p, subjects *out) {
    collect_operators(j, l, pass_fold(j->a, p->forward), out); /* what is constant has no derivative to test */
    subject whole;
    if (!pipeline_subject(j, p, &whole)) return false;
    vec_push(j->a, &out->v, whole);
    for (int k = 0; k < out->v.len; k++)
        if (!build_graphs(j, l, &out->v.data[k])) return false;
    return true;
}
