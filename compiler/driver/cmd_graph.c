/* cmd_graph.c: dspc graph: the pipeline as a picture: boxes are the user's steps, edges carry shapes. */
#include "driver/compile.h"
#include "driver/process.h"
#include "driver/steps.h"

#include <string.h>

static void put_dot_text(strbuf *b, const char *s) {
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') sb_putc(b, '\\');
        sb_putc(b, *s);
    }
}

static const char *leaf_style(const node *n) {
    return n->role == ROLE_PARAM ? "shape=box style=\"rounded,filled\" fillcolor=\"#fdf0d5\""
                                 : "shape=box style=\"rounded,filled\" fillcolor=\"#dcebf7\"";
}

static void put_step(strbuf *b, int k, const user_step *s) {
    sb_printf(b, "  s%d [label=\"", k);
    if (s->leaf) sb_printf(b, "%s ", s->last->role == ROLE_PARAM ? "param" : "input");
    put_dot_text(b, s->text);
    sb_printf(b, "\" tooltip=\"line %d\" %s];\n", s->at.line,
              s->leaf ? leaf_style(s->last) : "shape=box style=filled fillcolor=\"#f7f7f7\"");
}

static void put_results(arena *a, strbuf *b, const program *p, const int *owner) {
    for (int i = 0; i < p->forward->results.len; i++) {
        const result *r = &p->forward->results.data[i];
        if (!r->value) continue;
        bool loss = r->kind == OUT_LOSS;
        sb_printf(b, "  r%d [label=\"%s%s\" shape=box style=\"rounded,filled\" fillcolor=\"%s\"];\n", i,
                  loss ? "loss" : "output ", loss ? "" : r->name, loss ? "#f8d7d3" : "#d8f0dc");
        int from = owner[r->value->id];
        if (from >= 0) sb_printf(b, "  s%d -> r%d [label=\"%s\"];\n", from, i, type_text(a, &r->value->type));
    }
}

/* Which step a node belongs to: the one whose last node it is, else none. */
static int *owners(arena *a, const program *p, const user_steps *steps) {
    int *owner = NEW_ARRAY(a, int, p->forward->nodes.len + 1);
    for (int i = 0; i < p->forward->nodes.len; i++) owner[i] = -1;
    for (int k = 0; k < steps->v.len; k++) owner[steps->v.data[k].last->id] = k;
    return owner;
}

static void put_program(job *j, const loaded *l, const program *p, strbuf *b) {
    user_steps steps = find_steps(j->a, l->s, p->forward, NULL);
    sb_printf(b,
              "digraph %s {\n  label=\"%s\"; labelloc=t; rankdir=TB; nodesep=0.35; ranksep=0.35;\n"
              "  node [fontname=\"sans-serif\" fontsize=11]; edge [fontname=\"sans-serif\" fontsize=9 "
              "color=\"#666666\" fontcolor=\"#555555\"];\n",
              p->name, p->name);
    for (int k = 0; k < steps.v.len; k++) {
        const user_step *s = &steps.v.data[k];
        if (s->used) put_step(b, k, s);
        for (int i = 0; s->used && i < s->from.len; i++)
            sb_printf(b, "  s%d -> s%d [label=\"%s\"];\n", s->from.data[i], k,
                      type_text(j->a, &steps.v.data[s->from.data[i]].last->type));
    }
    put_results(j->a, b, p, owners(j->a, p, &steps));
    sb_puts(b, "}\n");
}

/* DOT text to SVG by Graphviz. 127: it is not installed. */
static int draw(job *j, const strbuf *dot, char **svg, size_t *len, const char **why) {
    temp_dir *t = temp_dir_new(j->a, why);
    if (!t) return -1;
    const char *in = arena_printf(j->a, "%s/graph.dot", temp_dir_path(t)),
               *out = arena_printf(j->a, "%s/graph.svg", temp_dir_path(t));
    const char *argv[] = {"dot", "-Tsvg", NULL};
    int status = write_whole_file(in, sb_text(dot), dot->len, why) ? 0 : -1;
    command_line dot_program = {.argv = argv, .input = in, .output = out};
    if (status == 0) run_programs(t, &dot_program, 1);
    if (status == 0) status = dot_program.status;
    if (status == 0 && !(*svg = read_whole_file(j->a, out, (size_t)1 << 28, len, why))) status = -1;
    temp_dir_remove(t);
    return status;
}

static int write_graph(job *j, const program *p, const strbuf *dot) {
    const char *path = opt_text(j->o, OPT_output, arena_printf(j->a, "%s.svg", p->name)), *ending = strrchr(path, '.'),
               *why = "";
    if (strcmp(path, "-") == 0) return put_text(stdout, dot) ? EXIT_FINE : EXIT_INTERNAL;
    char *text = dot->text;
    size_t len = dot->len;
    if (!ending || strcmp(ending, ".dot") != 0) {
        int status = draw(j, dot, &text, &len, &why);
        if (status == 127) {
            path = arena_printf(j->a, "%.*s.dot", (int)(ending ? ending - path : (long)strlen(path)), path);
            fprintf(stderr, "dspc: note: Graphviz is not installed (package graphviz): writing DOT text to %s\n", path);
            text = dot->text;
            len = dot->len;
        } else if (status != 0) {
            return complain(EXIT_INTERNAL, "dot does not draw the graph (status %d) %s", status, why);
        }
    }
    if (!write_whole_file(path, text, len, &why)) return complain(EXIT_INTERNAL, "cannot write %s: %s", path, why);
    printf("%s\n", path);
    return EXIT_FINE;
}

int cmd_graph(job *j) {
    loaded l;
    program *p = NULL;
    int status = load_file(j, &l);
    if (status == EXIT_FINE) status = choose_program(j, &l, &p);
    if (status != EXIT_FINE) return status;
    strbuf dot = {0};
    put_program(j, &l, p, &dot);
    status = write_graph(j, p, &dot);
    sb_free(&dot);
    return status;
}
