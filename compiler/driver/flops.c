/* flops.c: evaluates the `.flops` texts of the operator table.
 *
 * A text is arithmetic in the sizes of the signature and the static arguments, per item of the leading axes. Three
 * kinds have their count here: fft (5 N log2 N per complex transform, half for real ones), conv and matmul (2 per
 * tap). */
#include "driver/flops.h"

#include "front/front.h"

#include <math.h>
#include <string.h>

typedef struct sizes { /* the names a text may use */
    session *s;
    const node *n;
    const op_sig *sig;
} sizes;

static bool size_value(const sizes *z, const char *name, double *out) {
    for (int i = 0; i < z->sig->nattrs && i < z->n->nattrs; i++)
        if (strcmp(z->sig->attr[i], name) == 0 && z->n->attrs[i].n == 1) {
            *out = (double)z->n->attrs[i].v[0];
            return true;
        }
    for (int i = 0; i < z->sig->nargs && i < z->n->nargs; i++) {
        const type_expr *t = z->sig->decl->params[z->sig->arg_param[i]].type;
        const type *have = &z->n->args[i]->type;
        for (int k = 0; t && k < t->ndims && k < have->rank; k++) {
            const dim *d = &t->dims[t->ndims - 1 - k];
            if (d->is_ellipsis) break;
            if (d->size->kind == E_NAME && strcmp(d->size->text, name) == 0) {
                *out = (double)have->shape[have->rank - 1 - k];
                return true;
            }
        }
    }
    return false;
}

static double value_of(const sizes *z, const expr *x) {
    double v = 0;
    switch (x->kind) {
    case E_NUMBER: return x->number;
    case E_NAME: return size_value(z, x->text, &v) ? v : 1;
    case E_UNARY: return -value_of(z, x->args[0].value);
    case E_BINARY: {
        double a = value_of(z, x->args[0].value), b = value_of(z, x->args[1].value);
        switch (x->op) {
        case OP_ADD: return a + b;
        case OP_SUB: return a - b;
        case OP_MUL: return a * b;
        case OP_DIV: return a / b;
        default: return a;
        }
    }
    default: return 1;
    }
}

/* Items of the leading axes: the result's elements over those the signature names, one at least. */
static double items(const node *n, const op_sig *sig) {
    const type_expr *t = n->nargs && sig->nargs ? sig->decl->params[sig->arg_param[0]].type : NULL;
    int core = 0;
    for (int k = 0; t && k < t->ndims; k++) core += !t->dims[k].is_ellipsis;
    double count = 1;
    for (int k = 0; k < n->args[0]->type.rank - core; k++) count *= (double)n->args[0]->type.shape[k];
    return count;
}

static double fft_flops(const node *n) {
    const type *big = type_count(&n->type) > type_count(&n->args[0]->type) ? &n->type : &n->args[0]->type;
    int64_t dims = n->nattrs ? attr_int(n, 0) : 1;
    if (n->op == OP_r2r) dims = 1;
    double points = 1, total = (double)type_count(big);
    for (int64_t k = 0; k < dims && k < big->rank; k++) points *= (double)big->shape[big->rank - 1 - k];
    bool whole = n->type.dt == T_COMPLEX && n->args[0]->type.dt == T_COMPLEX;
    return (whole ? 5.0 : 2.5) * total * log2(points > 1 ? points : 2);
}

/* Two operations a tap: every element of the larger of the three arrays meets the smallest. */
static double conv_flops(const node *n) {
    double a = (double)type_count(&n->type), b = (double)type_count(&n->args[0]->type),
           c = (double)type_count(&n->args[1]->type);
    double least = fmin(a, fmin(b, c)), middle = a + b + c - least - fmax(a, fmax(b, c));
    return 2 * middle * least;
}

static double matmul_flops(const node *n) {
    const type *a = &n->args[0]->type;
    double inner = (double)a->shape[a->rank - (attr_int(n, 0) ? 2 : 1)];
    return 2 * inner * (double)type_count(&n->type);
}

/* Elements in which a sum is one: zeros around what is embedded are not added. */
static double terms(const node *n) {
    double count = (double)type_count(&n->type);
    for (int k = 0; k < n->nargs && (n->op == OP_add || n->op == OP_sub); k++) {
        const node *x = n->args[k];
        while (x->op == OP_reshape || x->op == OP_neg) x = x->args[0];
        if (x->op == OP_embed) count = fmin(count, (double)type_count(&x->args[0]->type));
    }
    return count;
}

double node_flops(arena *a, session *s, const node *n) {
    const op_row *row = op_info(n->op);
    if (n->body) {
        double inside = graph_flops(a, s, n->body);
        return n->op == OP_scan && n->nattrs ? inside * (double)attr_int(n, 0) : inside;
    }
    if (!row->flops || !n->nargs) return 0;
    double by = n->type.dt == T_COMPLEX ? 4 : 1;
    if (strcmp(row->flops, "fft") == 0) return fft_flops(n);
    if (strcmp(row->flops, "conv") == 0) return by * conv_flops(n);
    if (strcmp(row->flops, "matmul") == 0) return by * matmul_flops(n);
    source *src = NEW(a, source);
    *src = (source){.path = "<flops>", .text = row->flops, .len = strlen(row->flops), .builtin = true};
    const expr *x = parse_expr_text(a, session_names(s), session_diags(s), src);
    sizes z = {s, n, op_signature(session_ops(s), n->op)};
    double each = x ? value_of(&z, x) : 0;
    if (row->kind == K_POINTWISE) return by * each * terms(n);
    if (row->kind == K_REDUCE || row->kind == K_VIEW) return by * each * (double)type_count(&n->args[0]->type);
    return by * each * items(n, z.sig);
}

double graph_flops(arena *a, session *s, const graph *g) {
    double total = 0;
    for (int i = 0; i < g->nodes.len; i++) total += node_flops(a, s, g->nodes.data[i]);
    return total;
}
