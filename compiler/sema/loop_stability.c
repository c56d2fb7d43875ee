/* loop_stability.c: a warning for a recurrence with constant coefficients that grows without bound.
 *
 * The states whose next values are linear, with coefficients known now, in each other make x[n+1] = A x[n] + what comes from
 * outside. A is read off by running the body on unit vectors; its spectral radius is lim ||A^k||^(1/k), by squaring. */
#include "sema/loop.h"

#include <math.h>
#include <string.h>

enum { MOST_NUMBERS = 32, SQUARINGS = 24 };
static const double TOO_MUCH = 1e6; /* growth over the steps of the loop that nobody means */

/* How a value depends on the states: it is a constant; not at all; linearly with constants; in another way. */
typedef enum { FIXED, FREE, LINEAR, OTHER } reading;

/* How n reads the states; `of` holds the answers for older nodes and the leaves. */
static reading reading_of(const elab *o, const node *n, const reading *of) {
    bool reads = false, fixed = true, constant_only = true;
    for (int k = 0; k < n->nargs; k++) {
        if (of[n->args[k]->id] == OTHER) { return OTHER; }
        reads |= of[n->args[k]->id] == LINEAR;
        constant_only &= of[n->args[k]->id] == FIXED;
    }
    if (!reads) { return constant_only ? FIXED : FREE; }
    if (n->op == OP_scan || n->op == OP_custom || n->op == OP_part || n->type.dt != T_REAL) { return OTHER; }
    for (int k = 0; k < n->nargs; k++) {
        const node *a = n->args[k];
        bool linear = op_linear_in(o->s->ops, n->op, k);
        if (of[a->id] == LINEAR && !linear) { return OTHER; }
        fixed &= of[a->id] != FREE || (linear && op_info(n->op)->joint);
    }
    int active = 0;
    for (int k = 0; k < n->nargs; k++) { active += of[n->args[k]->id] == LINEAR; }
    return fixed && (active == 1 || op_info(n->op)->joint) ? LINEAR : OTHER;
}

/* The states that follow a constant recurrence among themselves: none may read another kind of state. */
static int constant_states(const elab *o, const graph *body, int ns, bool *in) {
    bool changed = true;
    reading *of = NEW_ARRAY(o->a, reading, body->nodes.len + 1);
    for (int i = 0; i < ns; i++) { in[i] = body->leaves.data[1 + i]->type.dt == T_REAL; }
    while (changed) {
        changed = false;
        memset(of, 0, sizeof *of * (size_t)body->nodes.len);
        for (int i = 0; i < body->leaves.len; i++) { of[body->leaves.data[i]->id] = FREE; }
        for (int i = 0; i < ns; i++) { of[body->leaves.data[1 + i]->id] = in[i] ? LINEAR : OTHER; }
        for (int i = 0; i < body->nodes.len; i++) {
            const node *n = body->nodes.data[i];
            if (n->op != OP_leaf) { of[i] = reading_of(o, n, of); }
        }
        for (int i = 0; i < ns; i++) {
            if (in[i] && of[body->results.data[i].value->id] == OTHER) {
                in[i] = false;
                changed = true;
            }
        }
    }
    int numbers = 0;
    for (int i = 0; i < ns; i++) {
        numbers += in[i] ? (int)fmin((double)type_count(&body->leaves.data[1 + i]->type), 1e6) : 0;
    }
    return numbers;
}

/* Column c of A: the next states for a one in number c, all else zero. */
static bool run_unit(const elab *o, const graph *g, const bool *in, int ns, int c, double *column) {
    tensor *values = NEW_ARRAY(o->a, tensor, g->leaves.len), *results = NEW_ARRAY(o->a, tensor, g->results.len);
    const tensor **leaves = NEW_ARRAY(o->a, const tensor *, g->leaves.len);
    int at = 0;
    for (int i = 0; i < g->leaves.len; i++) {
        const type *t = &g->leaves.data[i]->type;
        values[i] = (tensor){.type = *t, .v = NEW_ARRAY(o->a, double, tensor_doubles(t))};
        leaves[i] = &values[i];
        if (i < 1 || i > ns || !in[i - 1]) { continue; }
        int count = (int)type_count(t);
        if (c >= at && c < at + count) { values[i].v[c - at] = 1; }
        at += count;
    }
    if (!eval_graph(o->a, g, leaves, results)) { return false; }
    at = 0;
    for (int i = 0; i < g->results.len; i++) {
        int count = (int)type_count(&results[i].type);
        memcpy(column + at, results[i].v, sizeof *column * (size_t)count);
        at += count;
    }
    return true;
}

/* log of the spectral radius of A, m x m, which is destroyed; -infinity for a nilpotent one. */
static double log_radius(double *A, double *B, int m) {
    double scale = 0, share = 1; /* log ||A^(2^k)|| = scale * 2^k */
    for (int k = 0; k <= SQUARINGS; k++) {
        double norm = 0;
        for (int i = 0; i < m * m; i++) { norm = fmax(norm, fabs(A[i])); }
        if (!(norm > 0) || isinf(norm)) { return -INFINITY; }
        scale += share * log(norm);
        for (int i = 0; i < m * m; i++) { A[i] /= norm; }
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                double sum = 0;
                for (int l = 0; l < m; l++) { sum += A[i * m + l] * A[l * m + j]; }
                B[i * m + j] = sum;
            }
        }
        memcpy(A, B, sizeof *A * (size_t)(m * m));
        share /= 2;
    }
    return scale;
}

void warn_unstable(elab *o, const stmt *f, const loop *lp, const graph *body, int ns) {
    bool *in = NEW_ARRAY(o->a, bool, ns + 1);
    int m = constant_states(o, body, ns, in);
    if (m == 0 || m > MOST_NUMBERS) { return; }
    graph view = *body;
    view.results.data = NULL;
    view.results.len = view.results.cap = 0;
    for (int i = 0; i < ns; i++) {
        if (in[i]) { graph_result(&view, OUT_RESULT, body->results.data[i].name, body->results.data[i].value); }
    }
    const graph *g = graph_prune(o->a, &view);
    double *A = NEW_ARRAY(o->a, double, m *m), *B = NEW_ARRAY(o->a, double, m *m);
    double *column = NEW_ARRAY(o->a, double, m);
    for (int c = 0; c < m; c++) {
        if (!run_unit(o, g, in, ns, c, column)) { return; }
        for (int i = 0; i < m; i++) { A[i * m + c] = column[i]; }
    }
    double growth = log_radius(A, B, m);
    if (growth * (double)lp->trip > log(TOO_MUCH)) {
        report_from(o->d, DIAG_unstable, origin_at(o, f->at), exp(growth), (long long)lp->trip);
        report_help(o->d, "check the signs: y[n] = x[n] - a*y[n-1] is stable for |a| < 1");
    }
}
