/* steps.c: see steps.h. */
#include "driver/steps.h"

#include "driver/flops.h"

#include <string.h>

enum { TEXT_WIDTH = 44 };

static bool is_users(const origin *o) {
    return o->at.src && !o->at.src->builtin;
}

/* The innermost place of the user's own. */
static const origin *users_place(const origin *o) {
    while (o && !is_users(o)) o = o->caller;
    return o;
}

static const char *key_of(arena *a, const origin *o) {
    strbuf b = {0};
    for (o = users_place(o); o; o = o->caller)
        if (is_users(o)) sb_printf(&b, "%d:%d-%d:%d/", o->at.line, o->at.col, o->at.end_line, o->at.end_col);
    const char *key = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return key;
}

static const char *line_start(const source *s, int line) {
    const char *p = s->text;
    for (int i = 1; p && i < line; i++) {
        p = strchr(p, '\n');
        p = p ? p + 1 : NULL;
    }
    return p ? p : "";
}

/* Of `a -> f -> g(x)` the last call, `-> g(x)`: what stands before are steps of their own. */
static const char *last_call(const char *p, const char *end) {
    const char *found = p;
    int depth = 0;
    for (const char *q = p; q < end; q++) {
        if (*q == '#' || (*q == '/' && q[1] == '/')) q += strcspn(q, "\n");
        depth += (*q == '(' || *q == '[' || *q == '{') - (*q == ')' || *q == ']' || *q == '}');
        if (depth == 0 && q[0] == '-' && q[1] == '>') found = q;
    }
    return found;
}

/* The text of a place in one line, white space joined, cut where it grows long; the line it starts in. */
static const char *text_of(arena *a, loc at, int *line) {
    const char *start = line_start(at.src, at.line), *end = line_start(at.src, at.end_line);
    size_t n = strcspn(start, "\n");
    start += (size_t)(at.col - 1) < n ? (size_t)(at.col - 1) : n;
    end += at.end_col > 1 ? at.end_col - 1 : 0;
    const char *p = last_call(start, end);
    *line = at.line;
    for (const char *q = start; q < p; q++) *line += *q == '\n';
    strbuf b = {0};
    for (bool gap = false; p < end && *p; p++) {
        if (*p == ' ' || *p == '\n' || *p == '\t') {
            gap = true;
            continue;
        }
        if (gap && b.len) sb_putc(&b, ' ');
        gap = false;
        sb_putc(&b, *p);
    }
    const char *text =
        b.len > TEXT_WIDTH ? arena_printf(a, "%.*s...", TEXT_WIDTH - 3, sb_text(&b)) : arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return text;
}

loc step_place(arena *a, const origin *from, const char **text) {
    const origin *o = users_place(from);
    if (!o) return (loc){0};
    loc at = o->at;
    int line;
    *text = text_of(a, at, &line);
    at.line = line;
    return at;
}

typedef struct finder {
    arena *a;
    user_steps *out;
    int *step_of; /* by node id; -1: none */
} finder;

static int step_for(finder *f, const node *n) {
    const origin *place = users_place(n->from);
    if (n->op == OP_constant || !place) return -1;
    bool leaf = n->op == OP_leaf;
    const char *key = leaf ? arena_printf(f->a, "leaf %s", n->name) : key_of(f->a, n->from);
    intptr_t found = (intptr_t)strmap_get(f->out->by_key, key);
    if (!found) {
        const char *text = n->name;
        loc at = leaf ? place->at : step_place(f->a, n->from, &text);
        user_step s = {.key = key, .at = at, .leaf = leaf, .text = text};
        vec_push(f->a, &f->out->v, s);
        found = f->out->v.len;
        strmap_set(f->out->by_key, key, (void *)found);
    }
    f->out->v.data[found - 1].last = n;
    return (int)found - 1;
}

static void add_edge(finder *f, int to, int from) {
    user_step *s = &f->out->v.data[to];
    if (from < 0 || from == to) return;
    f->out->v.data[from].used = true;
    for (int i = 0; i < s->from.len; i++)
        if (s->from.data[i] == from) return;
    vec_push(f->a, &s->from, from);
}

/* Constants that the compiler computed have no step; neither do edges from them. */
static void add_node(finder *f, session *s, const node *n) {
    int k = f->step_of[n->id] = step_for(f, n);
    if (k < 0) return;
    for (int i = 0; i < n->nargs; i++) add_edge(f, k, f->step_of[n->args[i]->id]);
    f->out->v.data[k].forward += node_flops(f->a, s, n);
}

user_steps find_steps(arena *a, session *s, const graph *forward, const graph *gradient) {
    user_steps out = {0};
    out.by_key = strmap_new(a);
    finder f = {a, &out, NEW_ARRAY(a, int, forward->nodes.len + 1)};
    for (int i = 0; i < forward->nodes.len; i++) add_node(&f, s, forward->nodes.data[i]);
    for (int i = 0; i < forward->results.len; i++) {
        const node *n = forward->results.data[i].value;
        if (n && f.step_of[n->id] >= 0) out.v.data[f.step_of[n->id]].used = true;
    }
    for (int i = 0; gradient && i < gradient->nodes.len; i++) {
        const node *n = gradient->nodes.data[i];
        intptr_t k = n->from ? (intptr_t)strmap_get(out.by_key, key_of(a, n->from)) : 0;
        double flops = node_flops(a, s, n);
        if (k) out.v.data[k - 1].gradient += flops;
        else out.other_gradient += flops;
    }
    return out;
}

void steps_memory(arena *a, user_steps *steps, const plan *p) {
    for (int i = 0; i < p->buffers.len; i++) {
        const buffer *b = p->buffers.data[i];
        if (b->kind != B_WORK || b->over || b->scratch || !b->node || !b->node->from) continue;
        intptr_t k = (intptr_t)strmap_get(steps->by_key, key_of(a, b->node->from));
        if (k) steps->v.data[k - 1].kept += (double)b->bytes;
    }
}
