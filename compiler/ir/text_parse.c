/* text_parse.c: reads the text that text.c prints. A graph that was read has also passed the verifier. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ir/graph.h"
#include "ir/optable.h"

enum { MAX_DEPTH = 32 };

typedef struct reader {
    arena *mem;
    const optable *ops;
    diags *d;
    const source *src;
    const char *p, *end, *line_start;
    int line, depth;
    bool failed;
} reader;

typedef VEC(node *) node_list;

static bool fault(reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool fault(reader *r, const char *fmt, ...) {
    if (r->failed) return false;
    r->failed = true;
    va_list ap;
    va_start(ap, fmt);
    const char *what = arena_vprintf(r->mem, fmt, ap);
    va_end(ap);
    int col = (int)(r->p - r->line_start) + 1;
    report(r->d, DIAG_graph_text, (loc){r->src, r->line, col, r->line, col + 1}, what);
    return false;
}

/* ---- characters and words ---------------------------------------------------------------------------------------- */
static void skip_space(reader *r) {
    for (; r->p < r->end && isspace((unsigned char)*r->p); r->p++)
        if (*r->p == '\n') {
            r->line++;
            r->line_start = r->p + 1;
        }
}

static bool next_is(reader *r, char c) {
    skip_space(r);
    return r->p < r->end && *r->p == c;
}

static bool take(reader *r, char c) {
    if (!next_is(r, c)) return false;
    r->p++;
    return true;
}

static bool expect(reader *r, char c) {
    return take(r, c) || fault(r, "expected '%c'", c);
}

static const char *word(reader *r) {
    skip_space(r);
    const char *start = r->p;
    while (r->p < r->end && (isalnum((unsigned char)*r->p) || *r->p == '_')) r->p++;
    return arena_strndup(r->mem, start, (size_t)(r->p - start));
}

static bool take_word(reader *r, const char *w) {
    skip_space(r);
    size_t n = strlen(w);
    if ((size_t)(r->end - r->p) < n || strncmp(r->p, w, n)) return false;
    if (r->p + n < r->end && (isalnum((unsigned char)r->p[n]) || r->p[n] == '_')) return false;
    r->p += n;
    return true;
}

static const char *string(reader *r) {
    if (!expect(r, '"')) return "";
    strbuf b = {0};
    while (r->p < r->end && *r->p != '"' && (unsigned char)*r->p >= ' ') {
        if (*r->p == '\\' && r->p + 1 < r->end) r->p++;
        sb_putc(&b, *r->p++);
    }
    const char *s = arena_strdup(r->mem, sb_text(&b));
    sb_free(&b);
    expect(r, '"');
    return s;
}

static int64_t whole(reader *r) {
    skip_space(r);
    char *stop;
    long long v = strtoll(r->p, &stop, 10); /* the text ends with NUL */
    if (stop == r->p) return fault(r, "expected a whole number"), 0;
    r->p = stop;
    return v;
}

static double number(reader *r) {
    skip_space(r);
    char *stop;
    double v = strtod(r->p, &stop);
    if (stop == r->p) return fault(r, "expected a number"), 0;
    r->p = stop;
    return v;
}

/* ---- types, constants, attributes -------------------------------------------------------------------------------- */
static type read_type(reader *r) {
    type t = {.dt = T_REAL};
    if (take_word(r, "complex")) t.dt = T_COMPLEX;
    else if (take_word(r, "int")) t.dt = T_INT;
    else if (!take_word(r, "real")) fault(r, "expected real, complex or int");
    if (take(r, '[')) {
        do {
            if (t.rank == MAX_RANK) return fault(r, "more than %d axes", MAX_RANK), t;
            t.shape[t.rank++] = whole(r);
        } while (take(r, ','));
        expect(r, ']');
    }
    if (!check_size(&t)) fault(r, "the size is not positive or far too large");
    if (take(r, '@')) {
        t.rate = number(r);
        if (!take_word(r, "Hz")) fault(r, "expected Hz");
    }
    if (take_word(r, "df")) {
        t.df = number(r);
        if (!take_word(r, "Hz")) fault(r, "expected Hz");
    }
    return t;
}

typedef struct numbers {
    VEC(double) v;
    bool splat;
} numbers;

static numbers read_numbers(reader *r) {
    numbers out = {.splat = !next_is(r, '[')};
    char close = 0;
    if (take(r, '[')) close = ']';
    else if (take(r, '(')) close = ')';
    do vec_push(r->mem, &out.v, number(r));
    while (!r->failed && close && take(r, ','));
    if (close) expect(r, close);
    return out;
}

static node *read_constant(reader *r, graph *g) {
    numbers v = read_numbers(r);
    expect(r, ':');
    type t = read_type(r);
    if (r->failed) return NULL;
    int64_t per = t.dt == T_COMPLEX ? 2 : 1, want = v.splat ? per : per * type_count(&t);
    if (v.v.len != want) return fault(r, "expected %lld numbers, found %d", (long long)want, v.v.len), NULL;
    return graph_constant(g, t, v.v.data, v.splat, NULL);
}

static attr read_attr(reader *r) {
    VEC(int64_t) v = {0};
    if (!take(r, '[')) {
        vec_push(r->mem, &v, whole(r));
    } else if (!take(r, ']')) {
        do vec_push(r->mem, &v, whole(r));
        while (!r->failed && take(r, ','));
        expect(r, ']');
    }
    return (attr){v.len, v.data};
}

/* ---- nodes ------------------------------------------------------------------------------------------------------- */
static node *reference(reader *r, const node_list *by_id) {
    if (!expect(r, '%')) return NULL;
    int64_t id = whole(r);
    if (r->failed || id < 0 || id >= by_id->len || !by_id->data[id])
        return fault(r, "no node %%%lld before this", (long long)id), NULL;
    return by_id->data[id];
}

typedef struct parts {
    VEC(node *) args;
    VEC(attr) attrs;
    type type;
    bool guarded, surrogate;
    graph *body, *rule;
} parts;

static void read_arguments(reader *r, op_id op, const node_list *by_id, parts *out) {
    const op_sig *s = op_signature(r->ops, op);
    if (!expect(r, '(') || take(r, ')')) return;
    do {
        if (next_is(r, '%')) {
            node *n = reference(r, by_id);
            if (n) vec_push(r->mem, &out->args, n);
            continue;
        }
        const char *name = word(r);
        if (out->attrs.len >= s->nattrs || strcmp(name, s->attr[out->attrs.len])) {
            fault(r, "%s has no static argument %s at this place", op_info(op)->name, name);
            return;
        }
        expect(r, '=');
        vec_push(r->mem, &out->attrs, read_attr(r));
    } while (!r->failed && take(r, ','));
    expect(r, ')');
}

static graph *read_graph(reader *r);

static void read_nested(reader *r, parts *out) {
    expect(r, '{');
    out->body = read_graph(r);
    skip_space(r);
    if (!r->failed && !next_is(r, '}')) out->rule = read_graph(r);
    expect(r, '}');
}

static node *make_node(reader *r, graph *g, op_id op, const parts *p) {
    const char *why = "";
    bool nested = op == OP_scan || op == OP_custom;
    if (nested != (p->body != NULL))
        return fault(r, "%s %s a nested graph", op_info(op)->name, nested ? "needs" : "has no"), NULL;
    if (op == OP_custom) {
        if (p->body->results.len != 1 || !p->body->results.data[0].value)
            return fault(r, "the body of custom has one result"), NULL;
        return graph_custom(g, p->body, p->rule, p->surrogate, p->args.data, p->args.len, NULL);
    }
    if (op == OP_scan) {
        const node probe = {.op = op, .body = p->body, .nattrs = p->attrs.len, .attrs = p->attrs.data};
        if (!check_scan(r->mem, &probe, p->args.data, p->args.len, &why)) return fault(r, "%s", why), NULL;
        return graph_scan(g, p->body, p->args.data, p->args.len, p->attrs.data, p->attrs.len, NULL);
    }
    type t;
    if (!infer_type(r->mem, r->ops, op, p->args.data, p->args.len, p->attrs.data, p->attrs.len, &t, &why))
        return fault(r, "%s: %s", op_info(op)->name, why), NULL;
    if (!same_type(&t, &p->type))
        return fault(r, "%s gives %s, the text says %s", op_info(op)->name, type_text(r->mem, &t),
                     type_text(r->mem, &p->type)),
               NULL;
    return graph_node(g, op, p->type, p->args.data, p->args.len, p->attrs.data, p->attrs.len, NULL);
}

static node *read_leaf(reader *r, graph *g) {
    role as = take_word(r, "input")   ? ROLE_INPUT
              : take_word(r, "param") ? ROLE_PARAM
              : take_word(r, "seed")  ? ROLE_SEED
                                      : ROLE_NONE;
    const char *name = string(r);
    expect(r, ':');
    type t = read_type(r);
    return r->failed ? NULL : graph_leaf(g, name, as, t, NULL);
}

static node *read_call(reader *r, graph *g, const char *name, const node_list *by_id) {
    op_id op = op_by_name(name);
    if (op == OP_COUNT) return fault(r, "no operator is named %s", name), NULL;
    parts p = {0};
    read_arguments(r, op, by_id, &p);
    expect(r, ':');
    p.type = read_type(r);
    p.guarded = take_word(r, "guarded");
    p.surrogate = take_word(r, "surrogate");
    if (!r->failed && next_is(r, '{')) read_nested(r, &p);
    if (r->failed) return NULL;
    node *n = make_node(r, g, op, &p);
    if (n) n->guarded |= p.guarded;
    return n;
}

static void read_node(reader *r, graph *g, node_list *by_id) {
    expect(r, '%');
    int64_t id = whole(r);
    expect(r, '=');
    if (id < 0 || id > by_id->len + 100000) fault(r, "node number %lld is out of order", (long long)id);
    if (r->failed) return;
    const char *name = word(r);
    node *n;
    if (!strcmp(name, "leaf")) n = read_leaf(r, g);
    else if (!strcmp(name, "constant")) n = read_constant(r, g);
    else n = read_call(r, g, name, by_id);
    if (!n || r->failed) return;
    if (take_word(r, "guarded")) n->guarded = true;
    if (take(r, '#')) {
        const char *hint = string(r);
        graph_name(n, hint);
    }
    while (by_id->len <= id) vec_push(r->mem, by_id, NULL);
    by_id->data[id] = n;
}

static void read_result(reader *r, graph *g, const node_list *by_id) {
    static const char *const kinds[] = {"output", "loss", "gradient", "tangent", "result"};
    for (int k = 0; k < (int)COUNT_OF(kinds); k++) {
        if (!take_word(r, kinds[k])) continue;
        const char *name = string(r);
        node *n = take_word(r, "zero") ? NULL : reference(r, by_id);
        if (!r->failed) graph_result(g, (out_kind)k, name, n);
        return;
    }
    fault(r, "expected a node, a result or '}'");
}

static graph *read_graph(reader *r) {
    if (!take_word(r, "graph")) return fault(r, "expected `graph`"), NULL;
    if (++r->depth > MAX_DEPTH) return fault(r, "graphs are nested too deeply"), NULL;
    graph *g = graph_new(r->mem, r->ops, next_is(r, '"') ? string(r) : word(r));
    node_list by_id = {0};
    expect(r, '{');
    while (!r->failed && !take(r, '}')) {
        if (r->p >= r->end) fault(r, "expected '}'");
        else if (next_is(r, '%')) read_node(r, g, &by_id);
        else read_result(r, g, &by_id);
    }
    r->depth--;
    return r->failed ? NULL : g;
}

graph *graph_parse(arena *a, const optable *ops, diags *d, const source *src) {
    reader r = {.mem = a,
                .ops = ops,
                .d = d,
                .src = src,
                .p = src->text,
                .end = src->text + src->len,
                .line_start = src->text,
                .line = 1};
    graph *g = read_graph(&r);
    if (!g) return NULL;
    skip_space(&r);
    const char *why = "";
    if (r.p < r.end) fault(&r, "more text after the graph");
    else if (!graph_verify(a, g, &why)) fault(&r, "%s", why);
    return r.failed ? NULL : g;
}
