/* scope.c: names: those of a def or pipeline, those of a file, those of the prelude. */
#include "sema/internal.h"

#include <string.h>

const sval NONE = {.kind = V_NONE};

scope *scope_new(elab *e, scope *outer, const space *sp) {
    scope *sc = NEW(e->a, scope);
    sc->names = strmap_new(e->a);
    sc->outer = outer;
    sc->space = sp;
    return sc;
}

sval *scope_find(const scope *sc, const char *name) {
    for (; sc; sc = sc->outer) {
        sval *v = strmap_get(sc->names, name);
        if (v) { return v; }
    }
    return NULL;
}

void scope_set(elab *e, scope *sc, const char *name, sval v) {
    sval *p = NEW(e->a, sval);
    *p = v;
    strmap_set(sc->names, name, p);
}

/* A pipeline is no value: `pipeline fir { ... fir(x, h) ... }` means the function. */
decl *space_find(const space *sp, const char *name, const space **where) {
    for (; sp; sp = sp->outer) {
        decl *d = strmap_get(sp->decls, name);
        if (d && d->kind != D_PIPELINE) {
            *where = sp;
            return d;
        }
        for (int i = 0; i < sp->imports.len; i++) {
            d = strmap_get(sp->imports.data[i]->decls, name);
            if (d && d->kind != D_PIPELINE) {
                *where = sp->imports.data[i];
                return d;
            }
        }
    }
    return NULL;
}

const decl *space_rule(const space *sp, const char *name) {
    return sp ? strmap_get(sp->rules, name) : NULL;
}

/* A `size` may be given anew on the command line; its text is parsed like any expression of the file. */
static const expr *size_expression(elab *e, const decl *d, const space *home) {
    const char *text = home->builtin ? NULL : strmap_get(e->s->defines, d->name);
    if (!text) { return d->value; }
    source *src = NEW(e->a, source);
    src->path = arena_printf(e->a, "-D %s", d->name);
    src->text = text;
    src->len = strlen(text);
    return parse_expr_text(e->a, e->s->names, e->d, src);
}

/* The number a `size` stands for: 16000.0 that came out of 1s * 16kHz is the whole number 16000. */
static sval size_value(elab *e, const decl *d, sval v) {
    int64_t n;
    if (v.kind == V_NODE && is_plain_unit(v.unit) && static_int(e, &v, &n)) {
        return val_node(int_node(e, n, origin_at(e, d->name_at)));
    }
    if (v.kind == V_NODE && !is_plain_unit(v.unit)) {
        report(e->d, DIAG_unit_mismatch, d->name_at, arena_printf(e->a, "size %s", d->name), "no unit",
               unit_kind(e->a, v.unit));
        report_help(e->d, "a size is a number of elements: multiply a time by a rate, as in 1s * 16kHz");
    } else if (v.kind != V_NONE) {
        report(e->d, DIAG_not_whole, d->name_at, arena_printf(e->a, "size %s", d->name));
    }
    return NONE;
}

bool resolve_global(elab *e, const char *name, sval *out) {
    const space *home = NULL;
    decl *d = space_find(e->sc->space, name, &home);
    if (!d || (d->kind != D_SIZE && d->kind != D_LET)) { return false; }
    const char *key = arena_printf(e->a, "%s:%s", home->label, name);
    sval *known = strmap_get(e->globals, key);
    if (known) {
        if (known->kind == V_TUPLE && known->count < 0) {
            report(e->d, DIAG_recursion, d->name_at, name);
            *out = NONE;
            return true;
        }
        *out = *known;
        return true;
    }
    sval *slot = NEW(e->a, sval);
    slot->kind = V_TUPLE; /* marks "being worked out" */
    slot->count = -1;
    strmap_set(e->globals, key, slot);
    scope *saved = e->sc;
    const char *expanding = e->expanding;
    struct loop *loop = e->loop;
    e->sc = scope_new(e, NULL, home);
    e->expanding = NULL;
    e->loop = NULL;
    const expr *x = d->kind == D_SIZE ? size_expression(e, d, home) : d->value;
    sval v = x ? eval_expr(e, x) : NONE;
    if (d->kind == D_SIZE && v.kind != V_NONE) { v = size_value(e, d, v); }
    if (d->kind == D_LET && v.kind == V_NODE) { graph_name(v.node, name); }
    e->sc = saved;
    e->expanding = expanding;
    e->loop = loop;
    *slot = v;
    *out = v;
    return true;
}

const char *suggest_name(elab *e, const char *name, bool functions) {
    VEC(const char *) all = {0};
    for (const scope *sc = e->sc; sc && !functions; sc = sc->outer) {
        for (int i = 0; i < strmap_len(sc->names); i++) { vec_push(e->a, &all, strmap_key(sc->names, i)); }
    }
    for (const space *sp = e->sc ? e->sc->space : e->s->prelude; sp; sp = sp->outer) {
        for (int i = 0; i < strmap_len(sp->decls); i++) {
            const decl *d = strmap_value(sp->decls, i);
            if ((d->kind == D_DEF) == functions) { vec_push(e->a, &all, strmap_key(sp->decls, i)); }
        }
    }
    for (int i = 0; functions && i < builtin_count(); i++) { vec_push(e->a, &all, builtin_at(i)->name); }
    for (int i = 0; functions && i < OP_COUNT; i++) {
        if (!op_info((op_id)i)->hidden) { vec_push(e->a, &all, op_info((op_id)i)->name); }
    }
    const char **foreign;
    const char *near = nearest_name(name, all.data, all.len);
    int nforeign = functions && !near ? sema_foreign_names(e->s, &foreign) : 0;
    return nforeign ? nearest_name(name, foreign, nforeign) : near;
}
