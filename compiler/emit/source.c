/* source.c: comments that quote the source: the user's line when it is reached, then the lines of the definitions it
 * expands to. Steps that only a derivative needs "go back through" a line. */
#include "emit/writer.h"

#include <ctype.h>
#include <string.h>

enum { QUOTES = 4, LONGEST_QUOTE = 72, AGAIN = 36 };

static const origin *user_origin(const origin *o) {
    while (o && !(o->at.src && !o->at.src->builtin && o->at.line > 0)) o = o->caller;
    return o;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A source line without its comment and indentation, safe inside a C comment. */
static char *line_text(emitter *e, const loc *at) {
    const char *p = at->src->text, *end = p + at->src->len;
    for (int k = 1; k < at->line && p < end; k++) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        p = nl ? nl + 1 : end;
    }
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    if (!stop) stop = end;
    while (p < stop && isspace((unsigned char)*p)) p++;
    strbuf b = {0};
    for (const char *q = p; q < stop && q < p + LONGEST_QUOTE; q++) {
        if (*q == '#' || (*q == '/' && q + 1 < stop && q[1] == '/')) break;
        bool ends = (*q == '*' && q + 1 < stop && q[1] == '/') || (*q == '/' && q + 1 < stop && q[1] == '*');
        sb_putc(&b, (unsigned char)*q < 32 || *q == '\\' ? ' ' : *q);
        if (ends) sb_putc(&b, ' ');
    }
    while (b.len > 0 && b.text[b.len - 1] == ' ') b.len--;
    bool cut = stop - p > LONGEST_QUOTE && b.len + 1 >= LONGEST_QUOTE;
    char *r = arena_printf(e->mem, "%.*s%s", (int)b.len, sb_text(&b), cut ? " ..." : "");
    sb_free(&b);
    return r;
}

char *quote_source(emitter *e, const origin *from) {
    const origin *o = user_origin(from);
    if (!o) return NULL;
    return arena_printf(e->mem, "%s:%d: %s", base_name(o->at.src->path), o->at.line, line_text(e, &o->at));
}

/* Enough to know a line by that was quoted before. */
static const char *beginning(emitter *e, const char *quote) {
    return strlen(quote) <= AGAIN ? quote : arena_printf(e->mem, "%.*s ...", AGAIN - 4, quote);
}

/* "spotter.dsp:12, stft: frames * window" below a comment that says spotter.dsp:12. */
static const char *below(emitter *e, const char *place, const char *quote) {
    bool there = e->place && strcmp(e->place, place) == 0;
    e->place = place;
    return there ? quote + strlen(place) + 2 : quote;
}

static char *place_text(emitter *e, const origin *from) {
    const origin *o = user_origin(from);
    return arena_printf(e->mem, "%s:%d", base_name(o->at.src->path), o->at.line);
}

/* The line of the definition that made the node: "spotter.dsp:12, stft: frames * window", or NULL at the user's
 * level. */
static char *quote_definition(emitter *e, const origin *from) {
    const origin *o = user_origin(from);
    if (!o || !from->at.src || from == o || !from->in_expansion_of || from->at.line < 1) return NULL;
    if (*from->at.src->path == '<' && strncmp(from->at.src->path, "<prelude>", 9) != 0) return NULL; /* a rule */
    return arena_printf(e->mem, "%s:%d, %s: %s", base_name(o->at.src->path), o->at.line, from->in_expansion_of,
                        line_text(e, &from->at));
}

void mark_primal(const graph *g, bool *primal) {
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        if (r->value && (r->kind == OUT_OUTPUT || r->kind == OUT_LOSS)) primal[r->value->id] = true;
    }
    for (int i = g->nodes.len - 1; i >= 0; i--)
        for (int k = 0; primal[i] && k < g->nodes.data[i]->nargs; k++) primal[g->nodes.data[i]->args[k]->id] = true;
}

static const node *step_node(const step *s, int k) {
    switch (s->kind) {
    case STEP_LOOP: return s->roots.data[k]->node;
    case STEP_CALL: return s->call->node;
    case STEP_SCAN: return s->scan->node;
    default: return s->cleared->node;
    }
}

typedef struct quotes {
    const char *text[QUOTES], *line[QUOTES]; /* as written, which may be shortened; in full */
    int n;
} quotes;

static void add(quotes *q, const char *text, const char *line) {
    for (int k = 0; k < q->n; k++)
        if (strcmp(q->line[k], line) == 0) return;
    if (q->n == QUOTES) return;
    q->text[q->n] = text;
    q->line[q->n++] = line;
}

void source_comment(emitter *e, const step *s, const bool *primal) {
    if (e->hushed) return;
    quotes q = {0};
    int count = s->kind == STEP_LOOP ? s->roots.len : 1;
    for (int k = 0; k < count; k++) {
        const node *x = step_node(s, k);
        char *user = quote_source(e, x->from), *own = user ? quote_definition(e, x->from) : NULL;
        if (!user) continue;
        const char *place = place_text(e, x->from), *back = primal && !primal[x->id] ? "back through " : "",
                   *text = user;
        bool again = own && strmap_get(e->quoted, own), first = !strmap_get(e->quoted, user);
        if (own) strmap_set(e->quoted, own, own);
        if (first) { /* each line in full once in a function */
            strmap_set(e->quoted, user, user);
            if (own || *back) add(&q, user, user);
            if (own) e->place = place;
        } else if (!own) {
            if (!*back && e->place && strcmp(e->place, place) == 0) continue; /* said above */
            text = place;
        }
        if (own) text = below(e, place, own);
        if (again) text = beginning(e, text);
        e->place = place;
        add(&q, arena_printf(e->mem, "%s%s", back, text), arena_printf(e->mem, "%s%s", back, own ? own : user));
    }
    bool more = false; /* than what was said of the step before */
    for (int k = 0; k < q.n; k++) more |= !strstr(e->said, arena_printf(e->mem, "\n%s\n", q.line[k]));
    const char *said = "\n";
    for (int k = 0; k < q.n; k++) {
        if (more) line(e, "/* %s */", q.text[k]);
        said = arena_printf(e->mem, "%s%s\n", said, q.line[k]);
    }
    e->said = said;
}
