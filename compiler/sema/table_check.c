/* table_check.c: see table_check.h. */
#include "sema/table_check.h"

#include <math.h>
#include <string.h>

#include "eval/numbers.h"

enum { MAX_LEAVES = OP_MAX_ARGS + 2, STEPS = 7 };

/* One argument of one case under test. */
typedef struct trial {
    session *s;
    arena *mem;
    const op_row *row;
    const op_case *c;
    int k; /* the argument */
    strbuf *report;
    int faults;
    rng dice;
    graph *g;
    node *arg[OP_MAX_ARGS], *y, *bar, *dot; /* y_ and <arg>_dot */
    tensor value[OP_MAX_ARGS], bar_value, dot_value;
} trial;

static void fault(trial *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void fault(trial *t, const char *fmt, ...) {
    t->faults++;
    sb_printf(t->report, "%s, argument %s: ", t->c->label, t->c->name[t->k]);
    va_list ap;
    va_start(ap, fmt);
    sb_vprintf(t->report, fmt, ap);
    va_end(ap);
    sb_putc(t->report, '\n');
}

/* ---- running ------------------------------------------------------------------------------------------------------------- */
static const tensor *leaf_value(const trial *t, const node *leaf) {
    if (leaf == t->bar) return &t->bar_value;
    if (leaf == t->dot) return &t->dot_value;
    for (int k = 0; k < t->c->nargs; k++)
        if (leaf == t->arg[k]) return &t->value[k];
    return NULL;
}

/* The value of n in the trial's graph, with argument k moved by h times its direction. */
static bool value_of(trial *t, node *n, double h, tensor *out) {
    tensor moved = h == 0.0 ? t->value[t->k] : tensor_plus(t->mem, &t->value[t->k], h, &t->dot_value);
    const tensor *given[MAX_LEAVES];
    for (int i = 0; i < t->g->leaves.len; i++) {
        given[i] = leaf_value(t, t->g->leaves.data[i]);
        if (given[i] == &t->value[t->k]) given[i] = &moved;
    }
    t->g->results.len = 0;
    graph_result(t->g, OUT_RESULT, "value", n);
    const char *why = "";
    if (eval_graph_why(t->mem, t->g, given, out, &why)) return true;
    fault(t, "cannot be evaluated: %s", why);
    return false;
}

static double norm(const tensor *x) {
    return sqrt(tensor_dot(x, x));
}

static node *expand(trial *t, const char *text, const char *name, node *value) {
    rule_name extra = {name, value};
    int before = diags_errors(session_diags(t->s));
    node *n = sema_try_rule(t->s, t->g, t->y, text, &extra, 1);
    if (n && diags_errors(session_diags(t->s)) == before) return n;
    fault(t, "the rule \"%s\" does not elaborate:\n%s", text, diags_text(session_diags(t->s)));
    return NULL;
}

/* ---- the dot test of a linear argument --------------------------------------------------------------------------------------- */
/* The operator with argument k replaced by its tangent; where it is linear in all together, the others count as zero. */
static node *linear_tangent(trial *t) {
    node *args[OP_MAX_ARGS];
    for (int k = 0; k < t->c->nargs; k++) {
        bool zero = t->row->joint && op_linear_in(session_ops(t->s), t->c->op, k);
        args[k] = k == t->k ? t->dot : zero ? graph_fill(t->g, t->c->arg[k], 0.0, NULL) : t->arg[k];
    }
    return graph_op(t->g, t->c->op, args, t->c->nargs, t->c->attrs, t->c->nattrs, NULL);
}

static void check_linear(trial *t, node *tangent) {
    tensor y0, y1, jx;
    if (!value_of(t, t->y, 0.0, &y0) || !value_of(t, t->y, 1.0, &y1) || !value_of(t, tangent, 0.0, &jx)) return;
    tensor step = tensor_plus(t->mem, &y1, -1.0, &y0), rest = tensor_plus(t->mem, &step, -1.0, &jx);
    double scale = norm(&y0) + norm(&y1) + norm(&jx);
    if (!(norm(&rest) <= 1e-12 * scale))
        fault(t, "is said to be linear, but misses by %.2g of %.2g", norm(&rest), scale);
}

static void check_adjoint(trial *t, const char *text) {
    node *tangent = linear_tangent(t);
    check_linear(t, tangent);
    node *adj = expand(t, text, "y_", t->bar);
    if (!adj) return;
    const type *want = &t->c->arg[t->k];
    if (adj->type.dt == T_INT || (adj->type.dt == T_REAL && want->dt == T_COMPLEX && t->y->type.dt == T_COMPLEX))
        fault(t, "the adjoint \"%s\" is %s, the argument %s", text, type_text(t->mem, &adj->type),
              type_text(t->mem, want));
    type both; /* what is repeated over leading axes gets a sum of shares */
    bool reducible = t->c->broadcast && broadcast_types(&adj->type, want, &both) && same_shape(&both, &adj->type);
    if (!same_shape(&adj->type, want) && !reducible) {
        fault(t, "the adjoint \"%s\" is %s, the argument %s", text, type_text(t->mem, &adj->type),
              type_text(t->mem, want));
        return;
    }
    tensor jx, xbar;
    if (!value_of(t, tangent, 0.0, &jx) || !value_of(t, g_coerce(t->g, adj, *want, NULL), 0.0, &xbar)) return;
    if (!same_type(&xbar.type, want)) {
        fault(t, "the adjoint \"%s\" cannot be made %s", text, type_text(t->mem, want));
        return;
    }
    double left = tensor_dot(&t->bar_value, &jx), right = tensor_dot(&xbar, &t->dot_value);
    double scale = norm(&t->bar_value) * norm(&jx) + norm(&xbar) * norm(&t->dot_value);
    if (!(fabs(left - right) <= 1e-12 * scale))
        fault(t, "the adjoint \"%s\" fails the dot test: <y_, J x> = %.15g, <adj y_, x> = %.15g", text, left, right);
}

/* ---- the Taylor test of any other ----------------------------------------------------------------------------------------------- */
/* |f(x + h d) - f(x) - h J d| must fall with h^2. */
static void check_taylor(trial *t, node *tangent, const char *text) {
    tensor y0, jx;
    double rest[STEPS], scale = 1.0;
    if (!value_of(t, t->y, 0.0, &y0) || !value_of(t, tangent, 0.0, &jx)) return;
    if (!tensor_finite(&y0) || !tensor_finite(&jx)) {
        fault(t, "\"%s\" or the value is not finite where .domain says it is", text);
        return;
    }
    for (int i = 0; i < STEPS; i++) {
        double h = ldexp(0.01, -i);
        tensor y;
        if (!value_of(t, t->y, h, &y)) return;
        tensor step = tensor_plus(t->mem, &y, -1.0, &y0), r = tensor_plus(t->mem, &step, -h, &jx);
        rest[i] = norm(&r);
        scale = fmax(scale, norm(&y) + norm(&jx));
    }
    double order = residual_order(rest, STEPS, 1e-13 * scale);
    if (!(order >= 1.9)) fault(t, "the derivative \"%s\" fails the Taylor test: order %.2f, expected 2", text, order);
}

static void check_tangent(trial *t, const char *text) {
    node *n = expand(t, text, arena_printf(t->mem, "%s_dot", t->c->name[t->k]), t->dot);
    if (!n) return;
    type both; /* a tangent that needs no more than repeating will do: a plain 0, an argument that is broadcast */
    bool fits = broadcast_types(&n->type, &t->y->type, &both) && same_shape(&both, &t->y->type);
    if (!fits || (n->type.dt == T_COMPLEX && t->y->type.dt != T_COMPLEX)) {
        fault(t, "the tangent \"%s\" is %s, the result %s", text, type_text(t->mem, &n->type),
              type_text(t->mem, &t->y->type));
        return;
    }
    if (n->type.dt == T_INT) n = graph_op(t->g, OP_to_real, &n, 1, NULL, 0, NULL);
    if (n->type.dt == T_REAL && t->y->type.dt == T_COMPLEX) n = g_to_complex(t->g, n, NULL);
    check_taylor(t, g_broadcast(t->g, n, t->y->type, NULL), text);
}

static void check_pointwise(trial *t, const char *text) { /* the tangent is d * dot, broadcast to the result */
    node *d = expand(t, text, "y_", t->bar);
    if (!d) return;
    if (d->type.dt == T_INT) d = graph_op(t->g, OP_to_real, &d, 1, NULL, 0, NULL);
    node *n = g_broadcast(t->g, g_mul(t->g, d, t->dot, NULL), t->y->type, NULL);
    if (!same_shape(&n->type, &t->y->type) || (n->type.dt == T_COMPLEX && t->y->type.dt != T_COMPLEX)) {
        fault(t, "dy/d%s \"%s\" is %s, the result %s", t->c->name[t->k], text, type_text(t->mem, &d->type),
              type_text(t->mem, &t->y->type));
        return;
    }
    if (n->type.dt == T_REAL && t->y->type.dt == T_COMPLEX) n = g_to_complex(t->g, n, NULL);
    check_taylor(t, n, text);
}

/* ---- rows -------------------------------------------------------------------------------------------------------------------------- */
static void begin_trial(trial *t) {
    t->g = graph_new(t->mem, session_ops(t->s), "check");
    t->y = op_case_build(t->g, t->c, t->arg);
    case_values(t->mem, &t->dice, t->c, t->value);
    t->bar = graph_leaf(t->g, "y_", ROLE_SEED, t->y->type, NULL);
    t->dot = graph_leaf(t->g, "x_dot", ROLE_SEED, t->c->arg[t->k], NULL);
    t->bar_value = random_tensor(t->mem, &t->dice, t->y->type);
    t->dot_value = case_direction(t->mem, &t->dice, t->c, t->k);
}

/* Rules of these are C code in ad: their adjoints split or nest graphs. */
static bool rule_in_code(const op_row *row) {
    return row->kind == K_CONTROL || (row->joint && row->kind == K_VIEW);
}

static void check_argument(trial *t) {
    const op_row *row = t->row;
    int k = t->k;
    begin_trial(t);
    if (t->c->arg[k].dt == T_INT || t->y->type.dt == T_INT || t->c->domain[k].kind == DOMAIN_LU) return;
    bool linear = op_linear_in(session_ops(t->s), t->c->op, k);
    if (linear && row->adj[k]) check_adjoint(t, row->adj[k]);
    else if (row->d[k]) check_pointwise(t, row->d[k]);
    else if (row->tangent[k]) check_tangent(t, row->tangent[k]);
    else if (!row->zero && !row->norule && !rule_in_code(row))
        fault(t, "has neither a derivative nor a reason for having none");
}

static int check_cases(session *s, op_id op, const op_row *row, strbuf *report) {
    arena *mem = arena_new("table check");
    op_case_list cases = {0};
    const char *why = "";
    int faults = 0;
    if (!op_cases(mem, session_ops(s), op, &cases, &why)) {
        sb_printf(report, "%s\n", why);
        faults++;
    }
    for (int i = 0; i < cases.items.len && faults < 5; i++)
        for (int k = 0; k < cases.items.data[i].nargs; k++) {
            trial t = {
                .s = s, .mem = arena_new("trial"), .row = row, .c = &cases.items.data[i], .k = k, .report = report};
            t.dice = rng_new(hash_bytes((uint64_t)i, row->name, strlen(row->name))); /* whatever rows are added */
            check_argument(&t);
            faults += t.faults;
            diags_text(session_diags(s)); /* closes the last report, which may point into the trial's graph */
            arena_free(t.mem);
        }
    arena_free(mem);
    return faults;
}

/* ---- examples ---------------------------------------------------------------------------------------------------------------------- */
static bool expression_value(session *s, arena *mem, const op_row *row, const char *text, tensor *out) {
    source *src = NEW(mem, source);
    *src = (source){arena_printf(mem, "<example of %s>", row->name), text, strlen(text), true};
    graph *g = graph_new(mem, session_ops(s), "example");
    node *n = sema_expression(s, g, src, NULL, NULL, 0);
    if (!n) return false;
    graph_result(g, OUT_RESULT, "value", n);
    return eval_graph(mem, g, NULL, out);
}

/* "left == right" must hold to 1e-12, shapes equal, whatever the element types. */
static bool example_holds(session *s, arena *mem, const op_row *row, const char *text) {
    const char *equal = NULL;
    for (const char *p = strstr(text, " == "); p; p = strstr(p + 1, " == ")) equal = p;
    tensor left, right;
    if (!equal || !expression_value(s, mem, row, arena_strndup(mem, text, (size_t)(equal - text)), &left)) return false;
    if (!expression_value(s, mem, row, equal + 4, &right) || !same_shape(&left.type, &right.type)) return false;
    size_t lw = left.type.dt == T_COMPLEX ? 2 : 1, rw = right.type.dt == T_COMPLEX ? 2 : 1;
    for (int64_t i = 0; i < type_count(&left.type); i++)
        for (size_t part = 0; part < 2; part++) {
            double a = part < lw ? left.v[(size_t)i * lw + part] : 0.0,
                   b = part < rw ? right.v[(size_t)i * rw + part] : 0.0;
            if (!(fabs(a - b) <= 1e-12 * (1.0 + fabs(b)))) return false;
        }
    return true;
}

static int check_examples(session *s, const op_row *row, strbuf *report) {
    int faults = 0;
    for (int k = 0; k < OP_MAX_EXAMPLES && row->example[k]; k++) {
        arena *mem = arena_new("example");
        if (!example_holds(s, mem, row, row->example[k])) {
            sb_printf(report, "%s: the example does not hold: %s\n", row->name, row->example[k]);
            faults++;
        }
        diags_text(session_diags(s)); /* closes the last report, which may point into the example's text */
        arena_free(mem);
    }
    return faults;
}

int table_check_row(session *s, op_id op, const op_row *row, strbuf *report) {
    int faults = check_cases(s, op, row, report) + check_examples(s, row, report);
    size_t n = row->doc ? strlen(row->doc) : 0;
    if (n == 0 || row->doc[n - 1] != '.') {
        sb_printf(report, "%s: .doc must be a sentence that ends with a full stop\n", row->name);
        faults++;
    }
    bool replaced = op == OP_vjp_ || op == OP_jvp_; /* by what they ask for, before anything is evaluated */
    if (!eval_has(op) && op != OP_leaf && !replaced) {
        sb_printf(report, "%s: there is no reference evaluator\n", row->name);
        faults++;
    }
    return faults;
}

bool table_check(session *s, strbuf *report) {
    int faults = 0;
    for (int op = 0; op < OP_COUNT; op++) faults += table_check_row(s, (op_id)op, op_info((op_id)op), report);
    if (diags_errors(session_diags(s)) > 0) {
        sb_puts(report, diags_text(session_diags(s)));
        faults++;
    }
    return faults == 0;
}
