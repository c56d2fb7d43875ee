/* session.c: the sources of one run: prelude, the user's file, what it imports; and the entry points of sema. */
#include "sema/internal.h"

#include "support/embedded.h"

#include <string.h>

enum { MAX_SOURCE = 16 << 20, MAX_IMPORTS = 64 };

static space *space_new(session *s, const char *label, bool own) {
    space *sp = NEW(s->a, space);
    sp->label = label;
    sp->builtin = own;
    sp->decls = strmap_new(s->a);
    sp->rules = strmap_new(s->a);
    sp->outer = own ? NULL : s->prelude;
    return sp;
}

/* A text or signature that belongs to the compiler. */
static source *own_source(session *s, const char *path, const char *text) {
    source *src = NEW(s->a, source);
    src->path = path;
    src->text = text;
    src->len = strlen(text);
    src->builtin = true;
    return src;
}

static char *beside(arena *a, const char *file, const char *path) {
    const char *slash = strrchr(file, '/');
    if (path[0] == '/' || !slash) { return arena_strdup(a, path); }
    return arena_printf(a, "%.*s/%s", (int)(slash - file), file, path);
}

static space *open_file(session *s, const char *path, loc from);

static void import(session *s, space *sp, const decl *d, const source *src) {
    char *path = beside(s->a, src->path, d->import_path);
    space *other = strmap_get(s->files, path);
    if (other && other->label == NULL) {
        report(s->d, DIAG_import_cycle, d->at, d->import_path);
        return;
    }
    if (!other) { other = open_file(s, path, d->at); }
    if (other) { vec_push(s->a, &sp->imports, other); }
}

/* Files the declarations of a tree under their names. */
static void enter(session *s, space *sp, const module_ast *m) {
    for (int i = 0; i < m->ndecls; i++) {
        decl *d = m->decls[i];
        if (!d->name && d->kind != D_IMPORT) { continue; /* a syntax error, reported */ }
        strmap *into = d->kind == D_RULE ? sp->rules : sp->decls;
        const decl *old = d->kind == D_IMPORT ? NULL : strmap_get(into, d->name);
        if (old) {
            report(s->d, DIAG_duplicate_name, d->name_at, d->name);
            report_note(s->d, old->name_at, "first defined here");
            continue;
        }
        switch (d->kind) {
        case D_IMPORT: import(s, sp, d, m->src); break;
        case D_PIPELINE:
            strmap_set(sp->decls, d->name, d);
            vec_push(s->a, &sp->pipelines, d);
            break;
        case D_SIZE:
        case D_LET:
        case D_DEF:
        case D_RULE: strmap_set(into, d->name, d); break;
        }
    }
}

static void check_rules(session *s, const space *sp) {
    for (int i = 0; i < strmap_len(sp->rules); i++) {
        const decl *r = strmap_value(sp->rules, i);
        const decl *d = strmap_get(sp->decls, r->name);
        if (!d || d->kind != D_DEF) { report(s->d, DIAG_rule_without_def, r->name_at, r->name); }
    }
}

static void read_text(session *s, space *sp, const source *src) {
    int errors = diags_errors(s->d);
    const module_ast *m = parse_module(s->a, s->names, s->d, src);
    s->misread = s->misread || diags_errors(s->d) > errors;
    enter(s, sp, m);
    if (!s->misread) { check_rules(s, sp); }
}

static space *open_file(session *s, const char *path, loc from) {
    const char *why = NULL;
    size_t len;
    char *text = read_whole_file(s->a, path, MAX_SOURCE, &len, &why);
    if (!text) {
        report(s->d, DIAG_cannot_read, from, path, why);
        return NULL;
    }
    if (strmap_len(s->files) >= MAX_IMPORTS) {
        report(s->d, DIAG_import_cycle, from, path);
        return NULL;
    }
    source *src = NEW(s->a, source);
    src->path = arena_strdup(s->a, path);
    src->text = text;
    src->len = len;
    space *sp = space_new(s, NULL, false);
    strmap_set(s->files, path, sp);
    read_text(s, sp, src);
    sp->label = src->path;
    return sp;
}

static void add_docs(session *s, const module_ast *m) {
    for (int i = 0; i < m->ndecls; i++) {
        const decl *d = m->decls[i];
        if (d->kind != D_DEF || !d->doc) { continue; }
        def_doc doc = {.name = d->name, .file = m->src->path, .doc = d->doc};
        const char *begin = m->src->text, *p;
        for (int line = 1; line < d->at.line && begin; line++) {
            begin = strchr(begin, '\n');
            begin = begin ? begin + 1 : NULL;
        }
        int depth = 0;
        for (p = begin; p && *p; p++) { /* up to the end of the parameter list */
            depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
            if (*p == ')' && depth == 0) { break; }
        }
        doc.signature = p && *p ? arena_strndup(s->a, begin, (size_t)(p - begin + 1)) : d->name;
        vec_push(s->a, &s->docs, doc);
    }
}

static void read_prelude(session *s) {
    s->prelude = space_new(s, "<prelude>", true);
    for (int i = 0; i < prelude_count; i++) {
        const char *path = arena_printf(s->a, "<prelude>/%s", prelude_files[i].name);
        const module_ast *m = parse_module(s->a, s->names, s->d, own_source(s, path, prelude_files[i].text));
        enter(s, s->prelude, m);
        add_docs(s, m);
    }
}

session *session_new(arena *a, diags *d) {
    session *s = NEW(a, session);
    s->a = a;
    s->d = d;
    s->names = interner_new(a);
    s->ops = optable_new(a, s->names, d);
    s->rule_texts = strmap_new(a);
    s->defines = strmap_new(a);
    s->files = strmap_new(a);
    s->builtin_sigs = strmap_new(a);
    s->memory.real_bytes = 8;
    for (int i = 0; i < builtin_count(); i++) {
        const builtin *b = builtin_at(i);
        def_doc doc = {.name = b->name, .file = BUILT_IN, .doc = b->doc, .signature = b->sig};
        vec_push(a, &s->docs, doc);
        source *src = own_source(s, arena_printf(a, "<%s>", b->name), b->sig);
        strmap_set(s->builtin_sigs, b->name, parse_signature_text(a, s->names, d, src));
    }
    read_prelude(s);
    return s;
}

session *session_beside(const session *base, arena *a, diags *d) {
    session *s = NEW(a, session);
    *s = *base;
    s->a = a;
    s->d = d;
    s->rule_texts = strmap_new(a);
    s->defines = strmap_new(a);
    s->files = strmap_new(a);
    s->misread = false;
    return s;
}

const optable *session_ops(const session *s) {
    return s->ops;
}

interner *session_names(session *s) {
    return s->names;
}

void session_set_memory(session *s, loop_memory m) {
    s->memory = m;
}
loop_memory session_memory(const session *s) {
    return s->memory;
}
diags *session_diags(session *s) {
    return s->d;
}

int sema_prelude_docs(session *s, const def_doc **out) {
    *out = s->docs.data;
    return s->docs.len;
}

/* ---- entry points ---------------------------------------------------------------------------------------------------------- */
static void take_defines(session *s, const space *sp, const size_define *defines, int n) {
    for (int i = 0; i < n; i++) {
        const space *home = NULL;
        const decl *d = space_find(sp, defines[i].name, &home);
        if (!d || d->kind != D_SIZE || home->builtin) {
            const char **sizes = NEW_ARRAY(s->a, const char *, strmap_len(sp->decls) + 1);
            int k = 0;
            for (int j = 0; j < strmap_len(sp->decls); j++) {
                if (((const decl *)strmap_value(sp->decls, j))->kind == D_SIZE) {
                    sizes[k++] = strmap_key(sp->decls, j);
                }
            }
            report(s->d, DIAG_unknown_size, (loc){0}, defines[i].name);
            const char *near = nearest_name(defines[i].name, sizes, k);
            if (near) { report_help(s->d, "did you mean -D %s=%s?", near, defines[i].text); }
            continue;
        }
        strmap_set(s->defines, defines[i].name, arena_strdup(s->a, defines[i].text));
    }
}

static bool elaborate_all(session *s, space *sp, const source *src, const size_define *defines, int n,
                          program_list *out) {
    if (!sp || s->misread) { return false; }
    take_defines(s, sp, defines, n);
    if (sp->pipelines.len == 0 && diags_errors(s->d) == 0) {
        report(s->d, DIAG_no_pipeline, (loc){.src = src, .line = 1, .col = 1, .end_line = 1, .end_col = 1});
        report_help(s->d, "add: pipeline name { input x : real[N]  ...  output y }");
    }
    for (int i = 0; i < sp->pipelines.len && !diags_full(s->d); i++) {
        program *p = elaborate_pipeline(s, sp, sp->pipelines.data[i]);
        if (p) {
            p->src = src;
            vec_push(s->a, &out->items, p);
        }
    }
    return diags_errors(s->d) == 0;
}

bool sema_file(session *s, const char *path, const size_define *defines, int ndefines, program_list *out) {
    space *sp = open_file(s, path, (loc){0});
    source *src = NEW(s->a, source);
    src->path = path;
    return elaborate_all(s, sp, src, defines, ndefines, out);
}

bool sema_text(session *s, const source *src, const size_define *defines, int ndefines, program_list *out) {
    space *sp = space_new(s, src->path, false);
    read_text(s, sp, src);
    return elaborate_all(s, sp, src, defines, ndefines, out);
}

static elab elab_new(session *s, graph *g, const space *sp, bool hidden) {
    elab e = {.s = s, .a = s->a, .d = s->d, .g = g, .hidden_ok = hidden};
    e.globals = strmap_new(s->a);
    e.folded = strmap_new(s->a);
    e.sc = scope_new(&e, NULL, sp);
    return e;
}

node *sema_expression(session *s, graph *g, const source *src, const char *const *names, node *const *values, int n) {
    expr *x = parse_expr_text(s->a, s->names, s->d, src);
    if (!x) { return NULL; }
    elab e = elab_new(s, g, s->prelude, true);
    for (int i = 0; i < n; i++) { scope_set(&e, e.sc, names[i], val_node(values[i])); }
    sval v = eval_expr(&e, x);
    return v.kind == V_NONE ? NULL : need_node(&e, v, x->at);
}

program *elaborate_pipeline(session *s, space *sp, const decl *d) {
    program *p = NEW(s->a, program);
    p->name = d->name;
    p->at = d->name_at;
    p->forward = graph_new(s->a, s->ops, "forward");
    elab e = elab_new(s, p->forward, sp, false);
    e.prog = p;
    int before = diags_errors(s->d);
    elaborate_body(&e, d);
    if (diags_errors(s->d) != before) { return NULL; }
    p->forward = graph_prune(s->a, p->forward); /* sizes and dead bindings */
    return p;
}

/* ---- rules of the table ------------------------------------------------------------------------------------------------------ */
/* The sizes a signature names, taken from the argument types: "conv(x: num[..., N], h: num[K])" gives N and K. */
static void bind_sizes(elab *e, const op_sig *sig, const node *n) {
    for (int i = 0; i < sig->nargs && i < n->nargs; i++) {
        const type_expr *t = sig->decl->params[i].type;
        int r = n->args[i]->type.rank;
        for (int k = 0; t && k < t->ndims; k++) {
            const dim *d = &t->dims[t->ndims - 1 - k];
            if (!d->is_ellipsis && d->size->kind == E_NAME && k < r) {
                scope_set(e, e->sc, d->size->text, val_node(int_node(e, n->args[i]->type.shape[r - 1 - k], n->from)));
            }
        }
    }
}

node *sema_try_rule(session *s, graph *g, const node *n, const char *text, const rule_name *extra, int nextra) {
    expr *x = strmap_get(s->rule_texts, text);
    if (!x) {
        source *src = own_source(s, arena_printf(s->a, "<rule %s>", op_info(n->op)->name), text);
        x = parse_expr_text(s->a, s->names, s->d, src);
        if (!x) { return NULL; }
        strmap_set(s->rule_texts, text, x);
    }
    elab e = elab_new(s, g, s->prelude, true);
    e.expanding = op_info(n->op)->name;
    e.caller = n->from;
    const op_sig *sig = op_signature(s->ops, n->op);
    bind_sizes(&e, sig, n);
    for (int i = 0; i < sig->nargs && i < n->nargs; i++) { scope_set(&e, e.sc, sig->arg[i], val_node(n->args[i])); }
    for (int i = 0; i < sig->nattrs && i < n->nattrs; i++) {
        type_base b = sig->decl->params[sig->nargs + i].type->base;
        bool one = b == TY_INT;
        scope_set(&e, e.sc, sig->attr[i],
                  one ? val_node(int_node(&e, n->attrs[i].v[0], n->from)) : val_ints(&e, n->attrs[i].v, n->attrs[i].n));
    }
    scope_set(&e, e.sc, "y", val_node((node *)n));
    for (int i = 0; i < nextra; i++) { scope_set(&e, e.sc, extra[i].name, val_node(extra[i].value)); }
    sval v = eval_expr(&e, x);
    return v.kind == V_NONE ? NULL : need_node(&e, v, x->at);
}

node *sema_expand_rule(session *s, graph *g, const node *n, const char *text, const rule_name *extra, int nextra) {
    node *v = sema_try_rule(s, g, n, text, extra, nextra);
    if (!v) {
        die(4, "internal error: the rule \"%s\" of %s does not elaborate\n%s", text, op_info(n->op)->name,
            diags_text(s->d));
    }
    return v;
}
