/* check_probe.c: which elements stand exactly on a singular point: for each operator that has one, the number of elements of its
 * arguments that stand on it. */
#include "driver/check.h"
#include "driver/probe.h"

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

static node *is_number(graph *g, node *x, double v) {
    node *c = graph_scalar(g, v, NULL);
    return probe_two(g, OP_eq, x, x->type.dt == T_COMPLEX ? g_to_complex(g, c, NULL) : c);
}

static node *condition(graph *g, const node *n, const singular_place *p) {
    node *a = n->args[p->first], *b = n->nargs > p->first + 1 ? n->args[p->first + 1] : NULL;
    switch (p->kind) {
    case AT_ZERO: return is_number(g, a, 0);
    case AT_ONE: return is_number(g, a, 1);
    case AT_MINUS_ONE: return is_number(g, a, -1);
    case AT_UNIT: return probe_two(g, OP_or, is_number(g, a, 1), is_number(g, a, -1));
    case BOTH_ZERO: return probe_two(g, OP_and, is_number(g, a, 0), is_number(g, b, 0));
    case EQUAL_ARGS: return probe_two(g, OP_eq, a, b);
    case ON_BOUND: return probe_two(g, OP_or, probe_two(g, OP_eq, a, b), probe_two(g, OP_eq, a, n->args[2]));
    default: return NULL;
    }
}

static node *at_singular(graph *g, const node *n) {
    singular_place at = place_of(n->op);
    return at.kind == NOWHERE || is_constant(n->args[at.first]) ? NULL : condition(g, n, &at);
}

program *singular_probe(job *j, const program *p, subject *s) {
    probe_list list = {0};
    program *q = probe_program(j, p, at_singular, &list);
    for (int i = 0; i < list.at.len; i++) {
        const node *n = list.at.data[i];
        const char *words;
        singular_hit hit = {.text = place_of(n->op).text, .at = step_place(j->a, n->from, &words)};
        vec_push(j->a, &s->hits, hit);
    }
    return q;
}
