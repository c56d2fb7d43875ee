/* opcase.c: see opcase.h. */
#include "ir/opcase.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "front/ast.h"

enum { MAX_GIVEN = 24, MAX_LIST = 8 };

typedef struct given { /* one NAME=VALUE */
    const char *name;
    bool list;
    int n;
    int64_t v[MAX_LIST];
} given;

typedef struct maker {
    arena *a;
    const optable *ops;
    op_id op;
    const op_sig *sig;
    const op_row *row;
    int ngiven;
    given given[MAX_GIVEN];
    op_case_list *out;
    const char **why;
} maker;

/* ---- texts ------------------------------------------------------------------------------------------------------- */
static const char *skip_spaces(const char *p) {
    while (isspace((unsigned char)*p)) p++;
    return p;
}

static const char *read_word(arena *a, const char *p, const char **word) {
    const char *b = p;
    while (isalnum((unsigned char)*p) || *p == '_') p++;
    *word = arena_strndup(a, b, (size_t)(p - b));
    return p;
}

/* One case of `.test`; NULL when it cannot be read. Stops at `;` or the end. */
static const char *read_case(maker *m, const char *p) {
    m->ngiven = 0;
    for (p = skip_spaces(p); *p && *p != ';'; p = skip_spaces(p)) {
        if (m->ngiven == MAX_GIVEN) return NULL;
        given *g = &m->given[m->ngiven++];
        *g = (given){0};
        p = read_word(m->a, p, &g->name);
        if (*p++ != '=') return NULL;
        g->list = *p == '[';
        if (g->list) p++;
        while (*p != ']') {
            char *end;
            if (g->n == MAX_LIST) return NULL;
            g->v[g->n++] = strtoll(p, &end, 10);
            if (end == p) return NULL;
            p = end;
            if (!g->list) break;
            if (*p == ',') p++;
            else if (*p != ']') return NULL;
        }
        if (g->list) p++;
    }
    return p;
}

static const given *find_given(const maker *m, const char *name) {
    for (int k = 0; k < m->ngiven; k++)
        if (!strcmp(m->given[k].name, name)) return &m->given[k];
    return NULL;
}

static bool read_domain(maker *m, op_case *c) {
    const char *p = m->row->domain;
    while (p && *p) {
        const char *name, *word;
        p = skip_spaces(read_word(m->a, skip_spaces(p), &name));
        int k = op_arg_index(m->ops, m->op, name);
        if (k < 0) return false;
        if (*p == '=') {
            p = skip_spaces(p + 1);
            if (strncmp(p, "lu(", 3) != 0) return false;
            p = read_word(m->a, p + 3, &word);
            c->domain[k] = (arg_domain){.kind = DOMAIN_LU, .of = op_arg_index(m->ops, m->op, word)};
            if (*p++ != ')' || c->domain[k].of < 0) return false;
        } else {
            p = skip_spaces(read_word(m->a, p, &word));
            if (!strcmp(word, "in")) {
                char *end;
                c->domain[k] = (arg_domain){.kind = DOMAIN_RANGE, .lo = strtod(p, &end)};
                /* strtod takes "1." of "1..2" */
                while (end > p && end[-1] == '.') end--;
                if (strncmp(end, "..", 2) != 0) return false;
                c->domain[k].hi = strtod(end + 2, &end);
                p = end;
            } else {
                bool positive = !strcmp(word, "positive");
                if (!positive && strcmp(word, "well") != 0) return false;
                c->domain[k].kind = positive ? DOMAIN_POSITIVE_DEFINITE : DOMAIN_WELL_CONDITIONED;
                p = read_word(m->a, p, &word);
            }
        }
        p = skip_spaces(p);
        if (*p == ';') p++;
        else if (*p) return false;
    }
    return true;
}

/* ---- types ------------------------------------------------------------------------------------------------------- */
static bool size_of(const maker *m, const expr *e, int64_t *out) {
    if (e->kind == E_NUMBER) return *out = (int64_t)e->number, true;
    if (e->kind == E_NAME) {
        const given *g = find_given(m, e->text);
        *out = g ? g->v[0] : 5; /* a size no test names */
        return true;
    }
    int64_t a, b;
    if (e->kind != E_BINARY || !size_of(m, e->args[0].value, &a) || !size_of(m, e->args[1].value, &b)) return false;
    switch (e->op) {
    case OP_ADD: *out = a + b; return true;
    case OP_SUB: *out = a - b; return true;
    case OP_MUL: *out = a * b; return true;
    case OP_DIV:
    case OP_FLOORDIV: return b != 0 ? (*out = a / b, true) : false;
    default: return false;
    }
}

static const type_expr *arg_syntax(const maker *m, int k) {
    return m->sig->decl->params[m->sig->arg_param[k]].type;
}

static bool has_lead(const maker *m, int k) {
    const type_expr *t = arg_syntax(m, k);
    return t->ndims > 0 && t->dims[0].is_ellipsis;
}

typedef struct variant { /* how the arguments of a case vary */
    dtype dt;            /* of num and any arguments */
    int mixed;           /* point-wise: this argument is real though dt is complex; -1 none */
    const char *what;
    int rank[3]; /* leading axes of argument k mod 3 */
    int64_t lead[3][3];
} variant;

static bool argument_type(const maker *m, int k, const variant *v, type *out) {
    const type_expr *t = arg_syntax(m, k);
    dtype dt = t->base == TY_REAL      ? T_REAL
               : t->base == TY_COMPLEX ? T_COMPLEX
               : t->base == TY_INT     ? T_INT
               : v->mixed == k         ? T_REAL
                                       : v->dt;
    int64_t shape[2 * MAX_RANK];
    int rank = 0;
    const given *g = find_given(m, m->sig->arg[k]);
    if (g) { /* the whole shape is given */
        for (int i = 0; i < g->n; i++) shape[rank++] = g->v[i];
    } else {
        for (int i = 0; has_lead(m, k) && i < v->rank[k % 3]; i++) shape[rank++] = v->lead[k % 3][i];
        for (int i = 0; i < t->ndims; i++)
            if (!t->dims[i].is_ellipsis && !size_of(m, t->dims[i].size, &shape[rank++])) return false;
    }
    for (int i = 0; i < rank; i++)
        if (shape[i] < 1) return false;
    if (rank > MAX_RANK) return false;
    *out = type_make(dt, rank, shape);
    return true;
}

static bool static_arguments(const maker *m, op_case *c) {
    c->nattrs = m->sig->nattrs;
    for (int k = 0; k < c->nattrs; k++) {
        const param_decl *p = &m->sig->decl->params[m->sig->attr_param[k]];
        const given *g = find_given(m, p->name);
        int n = g ? g->n : 1;
        int64_t *v = NEW_ARRAY(m->a, int64_t, n + 1);
        if (g) memcpy(v, g->v, (size_t)n * sizeof *v);
        else if (p->fallback && p->fallback->kind == E_NUMBER) v[0] = (int64_t)p->fallback->number;
        else return false;
        c->attrs[k] = (attr){n, v};
        c->label =
            arena_printf(m->a, "%s %s=%s%lld", c->label, p->name, g && g->list ? "[" : "", n ? (long long)v[0] : 0LL);
        for (int i = 1; i < n; i++) c->label = arena_printf(m->a, "%s,%lld", c->label, (long long)v[i]);
        if (g && g->list) c->label = arena_printf(m->a, "%s]", c->label);
    }
    return true;
}

static bool add_case(maker *m, const variant *v) {
    op_case c = {.op = m->op, .nargs = m->sig->nargs};
    c.label = arena_printf(m->a, "%s", m->row->name);
    for (int k = 0; k < c.nargs; k++) {
        c.name[k] = m->sig->arg[k];
        if (!argument_type(m, k, v, &c.arg[k])) {
            *m->why = arena_printf(m->a, "%s: .test gives no type for %s", m->row->name, c.name[k]);
            return false;
        }
        c.label = arena_printf(m->a, "%s %s", c.label, type_text(m->a, &c.arg[k]));
    }
    if (!static_arguments(m, &c) || !read_domain(m, &c)) {
        *m->why =
            arena_printf(m->a, "%s: .test or .domain cannot be read, or a static argument has no value", m->row->name);
        return false;
    }
    c.broadcast = !strcmp(v->what, "broadcast") || (m->row->structural && c.nargs > 1);
    vec_push(m->a, &m->out->items, c);
    return true;
}

/* ---- variants ---------------------------------------------------------------------------------------------------- */
static const variant POINTWISE[] = {
    {.what = "line", .rank = {1, 1, 1}, .lead = {{5}, {5}, {5}}},
    {.what = "one", .rank = {1, 1, 1}, .lead = {{1}, {1}, {1}}},
    {.what = "scalar"},
    {.what = "cube", .rank = {3, 3, 3}, .lead = {{2, 1, 3}, {2, 1, 3}, {2, 1, 3}}},
    {.what = "broadcast", .rank = {2, 1, 0}, .lead = {{2, 1}, {3}}},
    {.what = "broadcast", .rank = {0, 2, 1}, .lead = {{0}, {2, 3}, {1}}},
};
static const variant LEADING[] = {
    {.what = "none"},
    {.what = "equal", .rank = {2, 2, 2}, .lead = {{2, 3}, {2, 3}, {2, 3}}},
    {.what = "broadcast", .rank = {2, 1, 1}, .lead = {{2, 1}, {3}, {3}}},
    {.what = "broadcast", .rank = {0, 1, 0}, .lead = {{0}, {2}, {0}}},
};

static int count_lead(const maker *m) {
    int n = 0;
    for (int k = 0; k < m->sig->nargs; k++) n += has_lead(m, k);
    return n;
}

static bool flexible(const maker *m, int k) {
    type_base b = arg_syntax(m, k)->base;
    return b == TY_NUM || b == TY_ANY;
}

static int count_flexible(const maker *m) {
    int n = 0;
    for (int k = 0; k < m->sig->nargs; k++) n += flexible(m, k);
    return n;
}

/* One case of `.test` in all its variants. */
static bool add_variants(maker *m) {
    bool pointwise = m->row->kind == K_POINTWISE, typed = count_flexible(m) > 0;
    const variant *list = pointwise ? POINTWISE : LEADING;
    int n = pointwise ? (int)COUNT_OF(POINTWISE) : (int)COUNT_OF(LEADING), leads = count_lead(m);
    bool fixed = m->row->structural; /* shapes are given whole */
    for (int i = 0; i < n; i++) {
        variant v = list[i];
        bool broadcast = !strcmp(v.what, "broadcast");
        if ((fixed || leads == 0) && i > 0) break;
        if (broadcast && leads < 2) continue;
        for (int dt = T_REAL; dt <= (typed ? T_COMPLEX : T_REAL); dt++) {
            v.dt = (dtype)dt;
            v.mixed = -1;
            if (!add_case(m, &v)) return false;
            if (!pointwise || dt != T_COMPLEX || count_flexible(m) < 2) continue;
            for (int k = 0; k < m->sig->nargs; k++) {
                v.mixed = k;
                if (flexible(m, k) && !add_case(m, &v)) return false;
            }
        }
    }
    return true;
}

bool op_cases(arena *a, const optable *ops, op_id op, op_case_list *out, const char **why) {
    maker m = {.a = a, .ops = ops, .op = op, .sig = op_signature(ops, op), .row = op_info(op), .out = out, .why = why};
    if (m.row->kind == K_LEAF || m.row->kind == K_CONTROL) return true;
    if (!m.sig->decl) return *why = arena_printf(a, "%s: the signature cannot be read", m.row->name), false;
    if (m.row->structural && !m.row->test)
        return *why = arena_printf(a, "%s: a structural row needs a .test", m.row->name), false;
    const char *p = m.row->test ? m.row->test : m.row->kind == K_POINTWISE ? "" : "N=6 M=4; N=5 M=3; N=1 M=1";
    do {
        p = read_case(&m, p);
        if (!p) return *why = arena_printf(a, "%s: .test cannot be read: %s", m.row->name, m.row->test), false;
        if (!add_variants(&m)) return false;
    } while (*p++ == ';');
    return true;
}

node *op_case_build(graph *g, const op_case *c, node **args) {
    for (int k = 0; k < c->nargs; k++)
        args[k] = c->domain[k].kind == DOMAIN_LU ? NULL : graph_leaf(g, c->name[k], ROLE_PARAM, c->arg[k], NULL);
    for (int k = 0; k < c->nargs; k++)
        if (!args[k]) args[k] = graph_op(g, OP_lu, &args[c->domain[k].of], 1, NULL, 0, NULL);
    return graph_op(g, c->op, args, c->nargs, c->attrs, c->nattrs, NULL);
}
