/* check_probe.c: which elements stand exactly on a singular point.
 *
 * For each operator with singular points one output is added to the pipeline: the number of elements of its
 * arguments that stand on one. The counting is written as graph nodes, so that it is compiled with the pipeline and
 * sees its values. */
#include "driver/check.h"

#include "driver/steps.h"

typedef enum { NOWHERE, AT_ZERO, AT_ONE, AT_UNIT, AT_MINUS_ONE, BOTH_ZERO, EQUAL_ARGS, ON_BOUND } place_kind;

typedef struct singular_place {
    place_kind kind;
    int first; /* index of the argument in question */
    const char *text;
} singular_place;

static singular_place place_of(op_id op) {
    switch (op) {
    case OP_abs: return (singular_place){AT_ZERO, 0, "abs at 0"};
    case OP_unit: return (singular_place){AT_ZERO, 0, "unit at 0"};
    case OP_angle: return (singular_place){AT_ZERO, 0, "angle at 0"};
    case OP_sqrt: return (singular_place){AT_ZERO, 0, "sqrt at 0"};
    case OP_log_: return (singular_place){AT_ZERO, 0, "log at 0"};
    case OP_recip: return (singular_place){AT_ZERO, 0, "1/x at 0"};
    case OP_relu: return (singular_place){AT_ZERO, 0, "relu at 0"};
    case OP_div: return (singular_place){AT_ZERO, 1, "a/b at b = 0"};
    case OP_pow: return (singular_place){AT_ZERO, 0, "a^b at a = 0"};
    case OP_log1p: return (singular_place){AT_MINUS_ONE, 0, "log1p at -1"};
    case OP_asin: return (singular_place){AT_UNIT, 0, "asin at 1, -1"};
    case OP_acos: return (singular_place){AT_UNIT, 0, "acos at 1, -1"};
    case OP_atanh: return (singular_place){AT_UNIT, 0, "atanh at 1, -1"};
    case OP_acosh: return (singular_place){AT_ONE, 0, "acosh at 1"};
    case OP_atan2: return (singular_place){BOTH_ZERO, 0, "atan2 at 0, 0"};
    case OP_hypot: return (singular_place){BOTH_ZERO, 0, "hypot at 0, 0"};
    case OP_ratio_h: return (singular_place){BOTH_ZERO, 1, "a/(a^2 + b^2) at 0, 0"};
    case OP_maximum: return (singular_place){EQUAL_ARGS, 0, "max of equals"};
    case OP_minimum: return (singular_place){EQUAL_ARGS, 0, "min of equals"};
    case OP_clip: return (singular_place){ON_BOUND, 0, "clip on a bound"};
    default: return (singular_place){NOWHERE, 0, NULL};
    }
}

static node *two(graph *g, op_id op, node *a, node *b) {
    node *args[] = {a, b};
    return graph_op(g, op, args, 2, NULL, 0, NULL);
}

static node *is_number(graph *g, node *x, double v) {
    node *c = graph_scalar(g, v, NULL);
    return two(g, OP_eq, x, x->type.dt == T_COMPLEX ? g_to_complex(g, c, NULL) : c);
}

static node *condition(graph *g, const node *n, const singular_place *p) {
    node *a = n->args[p->first], *b = n->nargs > p->first + 1 ? n->args[p->first + 1] : NULL;
    switch (p->kind) {
    case AT_ZERO: return is_number(g, a, 0);
    case AT_ONE: return is_number(g, a, 1);
    case AT_MINUS_ONE: return is_number(g, a, -1);
    case AT_UNIT: return two(g, OP_or, is_number(g, a, 1), is_number(g, a, -1));
    case BOTH_ZERO: return two(g, OP_and, is_number(g, a, 0), is_number(g, b, 0));
    case EQUAL_ARGS: return two(g, OP_eq, a, b);
    case ON_BOUND: return two(g, OP_or, two(g, OP_eq, a, b), two(g, OP_eq, a, n->args[2]));
    default: return NULL;
    }
}

static node *count_true(graph *g, node *c) {
    node *x = graph_op(g, OP_to_real, &c, 1, NULL, 0, NULL);
    int64_t axes[MAX_RANK];
    for (int k = 0; k < x->type.rank; k++) axes[k] = k;
    return x->type.rank ? g_sum_axes(g, x, axes, x->type.rank, false, NULL) : x;
}

static bool *needed_nodes(arena *a, const graph *g) {
    bool *needed = NEW_ARRAY(a, bool, g->nodes.len + 1);
    for (int i = 0; i < g->results.len; i++)
        if (g->results.data[i].value) needed[g->results.data[i].value->id] = true;
    for (int i = g->nodes.len - 1; i >= 0; i--)
        for (int k = 0; needed[i] && k < g->nodes.data[i]->nargs; k++) needed[g->nodes.data[i]->args[k]->id] = true;
    return needed;
}

program *probe_program(job *j, const program *p, subject *s) {
    graph *g = p->forward;
    bool *needed = needed_nodes(j->a, g);
    int nodes = g->nodes.len;
    program *q = NEW(j->a, program);
    *q = *p;
    q->name = arena_printf(j->a, "%s_probe", p->name);
    q->nlosses = 0;
    q->forward = NEW(j->a, graph);
    *q->forward = *g;
    q->forward->results.data = NULL;
    q->forward->results.len = q->forward->results.cap = 0;
    g = q->forward; /* the new nodes go here: the pipeline's own list does not grow */
    for (int i = 0; i < nodes; i++) {
        const node *n = g->nodes.data[i];
        singular_place at = place_of(n->op);
        if (!needed[i] || at.kind == NOWHERE || is_constant(n->args[at.first])) continue;
        const char *words;
        singular_hit hit = {.text = at.text, .at = step_place(j->a, n->from, &words)};
        node *count = count_true(g, condition(g, n, &at));
        graph_result(g, OUT_OUTPUT, arena_printf(j->a, "probe_%d", s->hits.len), count);
        vec_push(j->a, &s->hits, hit);
    }
    return s->hits.len ? q : NULL;
}
