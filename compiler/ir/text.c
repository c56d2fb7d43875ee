/* text.c: the graph as text, one node a line; text_parse.c reads it back.
 *
 *   graph fir {
 *     %0 = leaf input "x" : real[1024] @ 48000Hz
 *     %1 = constant [0.25, 0.5, 0.25] : real[3]
 *     %2 = conv_(%0, %1, dims=1, lo=0, n=1026) : real[1026] @ 48000Hz  # "y"
 *     output "y" %2
 *   }
 * Complex constants are their re, im in turn; a constant with one value everywhere is that value without brackets
 * ("0.5", "(0, 1)"). scan and custom carry nested graphs in braces after their type. */
#include <ctype.h>
#include <string.h>

#include "ir/graph.h"
#include "ir/optable.h"

static void indent(strbuf *out, int depth) {
    for (int k = 0; k < depth; k++) sb_puts(out, "  ");
}

static void print_string(strbuf *out, const char *s) {
    sb_putc(out, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') sb_putc(out, '\\');
        if ((unsigned char)*s >= ' ') sb_putc(out, *s);
    }
    sb_putc(out, '"');
}

static void print_numbers(strbuf *out, const double *v, int64_t n, const char *open, const char *close) {
    sb_puts(out, open);
    for (int64_t k = 0; k < n; k++) {
        if (k) sb_puts(out, ", ");
        sb_number(out, v[k]);
    }
    sb_puts(out, close);
}

static void print_constant(strbuf *out, const node *n) {
    bool pair = n->type.dt == T_COMPLEX;
    sb_puts(out, "constant ");
    if (!n->konst->splat) print_numbers(out, n->konst->value, type_count(&n->type) * (pair ? 2 : 1), "[", "]");
    else if (pair) print_numbers(out, n->konst->value, 2, "(", ")");
    else sb_number(out, n->konst->value[0]);
}

static void print_attr(strbuf *out, const char *name, const attr *a) {
    sb_printf(out, "%s=", name);
    if (a->n != 1) sb_putc(out, '[');
    for (int k = 0; k < a->n; k++) sb_printf(out, "%s%lld", k ? ", " : "", (long long)a->v[k]);
    if (a->n != 1) sb_putc(out, ']');
}

static void print_call(strbuf *out, const graph *g, const node *n) {
    const op_sig *s = op_signature(g->ops, n->op);
    sb_printf(out, "%s(", op_info(n->op)->name);
    for (int k = 0; k < n->nargs; k++) sb_printf(out, "%s%%%d", k ? ", " : "", n->args[k]->id);
    for (int k = 0; k < n->nattrs; k++) {
        if (n->nargs + k > 0) sb_puts(out, ", ");
        print_attr(out, k < s->nattrs ? s->attr[k] : "extra", &n->attrs[k]);
    }
    sb_putc(out, ')');
}

static void print_graph(strbuf *out, const graph *g, const char *name, int depth);

static void print_node(strbuf *out, const graph *g, const node *n, arena *scratch, int depth) {
    static const char *const roles[] = {"", "input ", "param ", "seed "};
    indent(out, depth);
    sb_printf(out, "%%%d = ", n->id);
    if (n->op == OP_leaf) {
        sb_printf(out, "leaf %s", roles[n->role]);
        print_string(out, n->name);
    } else if (n->op == OP_constant) {
        print_constant(out, n);
    } else {
        print_call(out, g, n);
    }
    sb_printf(out, " : %s", type_text(scratch, &n->type));
    if (n->guarded) sb_puts(out, " guarded");
    if (n->surrogate) sb_puts(out, " surrogate");
    if (n->body) {
        sb_puts(out, " {\n");
        print_graph(out, n->body, "body", depth + 1);
        if (n->rule) print_graph(out, n->rule, "rule", depth + 1);
        indent(out, depth);
        sb_putc(out, '}');
    }
    if (n->name && n->op != OP_leaf) {
        sb_puts(out, "  # ");
        print_string(out, n->name);
    }
    sb_putc(out, '\n');
}

static bool is_word(const char *s) {
    if (!isalpha((unsigned char)*s) && *s != '_') return false;
    for (; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '_') return false;
    return true;
}

static void print_graph(strbuf *out, const graph *g, const char *name, int depth) {
    static const char *const kinds[] = {"output", "loss", "gradient", "tangent", "result"};
    arena *scratch = arena_new("printing");
    indent(out, depth);
    sb_puts(out, "graph ");
    if (is_word(name)) sb_puts(out, name);
    else print_string(out, name);
    sb_puts(out, " {\n");
    for (int k = 0; k < g->nodes.len; k++) print_node(out, g, g->nodes.data[k], scratch, depth + 1);
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        indent(out, depth + 1);
        sb_printf(out, "%s ", kinds[r->kind]);
        print_string(out, r->name);
        if (r->value) sb_printf(out, " %%%d\n", r->value->id);
        else sb_puts(out, " zero\n");
    }
    indent(out, depth);
    sb_puts(out, "}\n");
    arena_free(scratch);
}

void graph_print(strbuf *out, const graph *g) {
    print_graph(out, g, g->name, 0);
}
