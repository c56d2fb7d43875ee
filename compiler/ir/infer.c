/* infer.c: the type of an operator's result, from its signature.
 *
 * Arguments are unified in two rounds: bare names in shapes are bound at their first sight, then every size (also
 * sums such as `N + 1`) is compared. Leading axes (`...`) of the arguments broadcast by NumPy's rule; named ones
 * (`...S`) apart from each other. `num` and `any` arguments share one element type each, the widest of theirs. */
#include "ir/infer.h"

#include <string.h>

#include "front/ast.h"

enum { MAX_DIMS = 32, MAX_LEADS = 4 };

typedef struct lead { /* the axes a `...` stands for */
    const char *name; /* NULL: unnamed */
    type axes;
} lead;

typedef struct binding {
    const char *name, *by; /* `by`: the argument it was bound by */
    int64_t value;
} binding;

typedef struct unifier {
    call *c;
    const op_sig *sig;
    binding dims[MAX_DIMS];
    int ndims;
    lead leads[MAX_LEADS];
    int nleads;
    dtype num, any;
    bool has_num, has_any;
} unifier;

bool call_fail(call *c, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    c->why = arena_vprintf(c->mem, fmt, ap);
    va_end(ap);
    return false;
}

const char *call_arg_name(const call *c, int k) {
    const op_sig *s = op_signature(c->ops, c->op);
    return k < s->nargs ? s->arg[k] : arena_printf(c->mem, "argument %d", k + 1);
}

const char *call_attr_name(const call *c, int k) {
    const op_sig *s = op_signature(c->ops, c->op);
    return k < s->nattrs ? s->attr[k] : arena_printf(c->mem, "static argument %d", k + 1);
}

const char *shape_text(arena *a, const int64_t *shape, int rank) {
    if (rank == 0) return "a scalar";
    const char *s = arena_printf(a, "[%lld", (long long)shape[0]);
    for (int k = 1; k < rank; k++) s = arena_printf(a, "%s, %lld", s, (long long)shape[k]);
    return arena_printf(a, "%s]", s);
}

/* ---- the signature as text, for messages ------------------------------------------------------------------------- */
static const char *size_text(arena *a, const expr *e) {
    static const char *const ops[] = {
        [OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_FLOORDIV] = "div"};
    if (e->kind == E_NAME) return e->text;
    if (e->kind == E_NUMBER) return arena_printf(a, "%.0f", e->number);
    if (e->kind == E_BINARY && (size_t)e->op < COUNT_OF(ops) && ops[e->op])
        return arena_printf(a, "%s %s %s", size_text(a, e->args[0].value), ops[e->op], size_text(a, e->args[1].value));
    return "?";
}

static const char *base_text(type_base b) {
    switch (b) {
    case TY_REAL: return "real";
    case TY_COMPLEX: return "complex";
    case TY_NUM: return "real or complex";
    case TY_INT: return "int";
    default: return "any";
    }
}

static const char *expected_text(arena *a, const type_expr *t) {
    if (!t->has_shape || t->ndims == 0) return "a scalar";
    const char *s = "[";
    for (int k = 0; k < t->ndims; k++)
        s = arena_printf(a, "%s%s%s", s, k ? ", " : "", t->dims[k].is_ellipsis ? "..." : size_text(a, t->dims[k].size));
    return arena_printf(a, "%s]", s);
}

/* ---- sizes ------------------------------------------------------------------------------------------------------- */
static const binding *find_dim(const unifier *u, const char *name) {
    for (int k = 0; k < u->ndims; k++)
        if (!strcmp(u->dims[k].name, name)) return &u->dims[k];
    return NULL;
}

static bool bind_dim(unifier *u, const char *name, int64_t value, const char *by) {
    if (u->ndims == MAX_DIMS) return call_fail(u->c, "the signature has too many names");
    u->dims[u->ndims++] = (binding){name, by, value};
    return true;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* Every intermediate is kept below 2^62 by refusing operands from 2^41 on (sizes stay below 2^40). */
static bool size_value(unifier *u, const expr *e, int64_t *out) {
    if (e->kind == E_NUMBER) return *out = (int64_t)e->number, true;
    if (e->kind == E_NAME) {
        const binding *b = find_dim(u, e->text);
        if (!b) return call_fail(u->c, "the size %s is not known", e->text);
        return *out = b->value, true;
    }
    if (e->kind == E_UNARY && e->op == OP_NEG) {
        if (!size_value(u, e->args[0].value, out)) return false;
        return *out = -*out, true;
    }
    int64_t a, b;
    if (e->kind != E_BINARY || !size_value(u, e->args[0].value, &a) || !size_value(u, e->args[1].value, &b))
        return u->c->why
                   ? false
                   : call_fail(u->c, "the signature of %s has a size that is no arithmetic", op_info(u->c->op)->name);
    const int64_t limit = (int64_t)1 << 41;
    if (a > limit || a < -limit || b > limit || b < -limit)
        return call_fail(u->c, "the size %s is too large", size_text(u->c->mem, e));
    switch (e->op) {
    case OP_ADD: *out = a + b; return true;
    case OP_SUB: *out = a - b; return true;
    case OP_MUL:
        if (a != 0 && (b > limit / (a < 0 ? -a : a) || b < -limit / (a < 0 ? -a : a)))
            return call_fail(u->c, "the size %s is too large", size_text(u->c->mem, e));
        *out = a * b;
        return true;
    case OP_DIV:
    case OP_FLOORDIV:
        if (b == 0) return call_fail(u->c, "%s must not be 0", size_text(u->c->mem, e->args[1].value));
        *out = floor_div(a, b);
        return true;
    default: return call_fail(u->c, "the signature of %s has a size that is no arithmetic", op_info(u->c->op)->name);
    }
}

/* ---- element types ----------------------------------------------------------------------------------------------- */
static bool widen(call *c, int k, dtype *shared, bool *seen) {
    dtype dt = arg_type(c, k)->dt;
    if (*seen && dt != *shared && op_info(c->op)->kind != K_POINTWISE)
        return call_fail(c, "%s: expected %s elements as in the arguments before it, found %s", call_arg_name(c, k),
                         *shared == T_COMPLEX ? "complex"
                         : *shared == T_REAL  ? "real"
                                              : "int",
                         type_text(c->mem, arg_type(c, k)));
    static const int width[] = {[T_INT] = 0, [T_REAL] = 1, [T_COMPLEX] = 2};
    if (!*seen || width[dt] > width[*shared]) *shared = dt;
    *seen = true;
    return true;
}

static bool check_base(unifier *u, int k, const type_expr *want) {
    call *c = u->c;
    dtype dt = arg_type(c, k)->dt;
    switch (want->base) {
    case TY_ANY: return widen(c, k, &u->any, &u->has_any);
    case TY_NUM:
        if (dt != T_INT) return widen(c, k, &u->num, &u->has_num);
        break;
    case TY_REAL:
        if (dt == T_REAL) return true;
        break;
    case TY_COMPLEX:
        if (dt == T_COMPLEX) return true;
        break;
    case TY_INT:
        if (dt == T_INT) return true;
        break;
    default: break;
    }
    return call_fail(c, "%s: expected %s, found %s", call_arg_name(c, k), base_text(want->base),
                     type_text(c->mem, arg_type(c, k)));
}

/* ---- shapes ------------------------------------------------------------------------------------------------------ */
static bool starts_with_lead(const type_expr *t) {
    return t->has_shape && t->ndims > 0 && t->dims[0].is_ellipsis;
}

static lead *find_lead(unifier *u, const char *name) {
    for (int k = 0; k < u->nleads; k++) {
        const char *have = u->leads[k].name;
        if ((!have && !name) || (have && name && !strcmp(have, name))) return &u->leads[k];
    }
    return NULL;
}

static bool broadcast_lead(unifier *u, int k, const char *name, int rank) {
    const type *t = arg_type(u->c, k);
    type axes = type_make(T_INT, rank, t->shape);
    lead *l = find_lead(u, name);
    if (!l) {
        if (u->nleads == MAX_LEADS) return call_fail(u->c, "the signature has too many leading axes");
        u->leads[u->nleads++] = (lead){name, axes};
        return true;
    }
    type both;
    if (!broadcast_types(&l->axes, &axes, &both))
        return call_fail(u->c, "%s: shape %s does not go with %s of the arguments before it", call_arg_name(u->c, k),
                         shape_text(u->c->mem, t->shape, t->rank), shape_text(u->c->mem, l->axes.shape, l->axes.rank));
    l->axes = both;
    return true;
}

/* First round: ranks, leading axes, and names on first sight. */
static bool bind_arg(unifier *u, int k, const type_expr *want) {
    call *c = u->c;
    const type *t = arg_type(c, k);
    bool lead_axes = starts_with_lead(want);
    int own = want->has_shape ? want->ndims - lead_axes : 0;
    if (t->rank < own || (!lead_axes && t->rank != own))
        return call_fail(c, "%s: expected shape %s, found %s", call_arg_name(c, k), expected_text(c->mem, want),
                         type_text(c->mem, t));
    if (lead_axes && !broadcast_lead(u, k, want->dims[0].name, t->rank - own)) return false;
    for (int i = 0; i < own; i++) {
        const expr *e = want->dims[want->ndims - own + i].size;
        if (e->kind == E_NAME && !find_dim(u, e->text) &&
            !bind_dim(u, e->text, t->shape[t->rank - own + i], call_arg_name(c, k)))
            return false;
    }
    return true;
}

/* Second round: every size agrees. */
static bool check_arg(unifier *u, int k, const type_expr *want) {
    call *c = u->c;
    const type *t = arg_type(c, k);
    int own = want->has_shape ? want->ndims - starts_with_lead(want) : 0;
    for (int i = 0; i < own; i++) {
        const expr *e = want->dims[want->ndims - own + i].size;
        int64_t value, found = t->shape[t->rank - own + i];
        if (!size_value(u, e, &value)) return false;
        if (value == found) continue;
        const binding *b = e->kind == E_NAME ? find_dim(u, e->text) : NULL;
        const char *place = b && strcmp(b->by, call_arg_name(c, k)) ? arena_printf(c->mem, ", as in %s", b->by) : "";
        return call_fail(c, "%s: expected shape %s with %s = %lld%s, found %s", call_arg_name(c, k),
                         expected_text(c->mem, want), size_text(c->mem, e), (long long)value, place,
                         type_text(c->mem, t));
    }
    return true;
}

static bool result_type(unifier *u, const type_expr *r) {
    call *c = u->c;
    switch (r->base) {
    case TY_REAL: c->out.dt = T_REAL; break;
    case TY_COMPLEX: c->out.dt = T_COMPLEX; break;
    case TY_INT: c->out.dt = T_INT; break;
    case TY_NUM: c->out.dt = u->has_num ? u->num : T_REAL; break;
    default: c->out.dt = u->has_any ? u->any : T_REAL; break;
    }
    for (int k = 0; k < (r->has_shape ? r->ndims : 0); k++) {
        const dim *d = &r->dims[k];
        const lead *l = d->is_ellipsis ? find_lead(u, d->name) : NULL;
        int grow = d->is_ellipsis ? (l ? l->axes.rank : 0) : 1;
        if (c->out.rank + grow > MAX_RANK) return call_fail(c, "the result would have more than %d axes", MAX_RANK);
        for (int i = 0; i < grow; i++) {
            int64_t size;
            if (l) size = l->axes.shape[i];
            else if (!size_value(u, d->size, &size)) return false;
            if (size < 1)
                return call_fail(c, "the size of the result, %s, would be %lld",
                                 d->is_ellipsis ? "..." : size_text(c->mem, d->size), (long long)size);
            c->out.shape[c->out.rank++] = size;
        }
    }
    return true;
}

bool infer_generic(call *c) {
    unifier u = {.c = c, .sig = op_signature(c->ops, c->op)};
    const decl *f = u.sig->decl;
    if (!f || !f->result) return call_fail(c, "the operator has no signature");
    for (int k = 0; k < c->nattrs; k++)
        if (c->attrs[k].n == 1 && !bind_dim(&u, u.sig->attr[k], c->attrs[k].v[0], u.sig->attr[k])) return false;
    for (int k = 0; k < c->nargs; k++) {
        const type_expr *want = f->params[u.sig->arg_param[k]].type;
        if (!check_base(&u, k, want) || !bind_arg(&u, k, want)) return false;
    }
    for (int k = 0; k < c->nargs; k++)
        if (!check_arg(&u, k, f->params[u.sig->arg_param[k]].type)) return false;
    return result_type(&u, f->result);
}
