/* fields.c: the structs of the interface: which fields, in which order, under which C names. */
#include "emit/writer.h"

#include <string.h>

const emit_function *find_function(const emitter *e, const char *kind) {
    for (int k = 0; k < e->nfns; k++)
        if (strcmp(e->fns[k].kind, kind) == 0) return &e->fns[k];
    return NULL;
}

static const leaf_info *leaf_named(const emitter *e, const char *name) {
    for (int k = 0; k < e->prog->leaves.len; k++)
        if (strcmp(e->prog->leaves.data[k].name, name) == 0) return &e->prog->leaves.data[k];
    return NULL;
}

static void add(emitter *e, fields *f, const char *name, const type *t, const leaf_info *leaf, bool by_value) {
    const char *c = c_identifier(e->mem, name);
    if (is_c_keyword(c)) c = arena_printf(e->mem, "%s_", c);
    bool again = true;
    while (again) {
        again = false;
        for (int k = 0; k < f->list.len; k++) again |= strcmp(f->list.data[k].c_name, c) == 0;
        if (again) c = arena_printf(e->mem, "%s_", c);
    }
    field x = {name, c, t, leaf, by_value};
    vec_push(e->mem, &f->list, x);
}

static void add_leaves(emitter *e, fields *f, role r) {
    for (int k = 0; k < e->prog->leaves.len; k++) {
        const leaf_info *l = &e->prog->leaves.data[k];
        if (l->role == r) add(e, f, l->name, &l->type, l, false);
    }
}

/* As the pipeline declares it: passes keep values, not always the sample rate. */
static const type *declared_type(const emitter *e, const result *r) {
    const graph *g = e->prog->forward;
    for (int k = 0; g && k < g->results.len; k++) {
        const result *own = &g->results.data[k];
        if (own->kind == r->kind && own->value && strcmp(own->name, r->name) == 0 &&
            same_type(&own->value->type, &r->value->type))
            return &own->value->type;
    }
    return &r->value->type;
}

static void add_results(emitter *e, fields *f, bool values) {
    const graph *g = e->fns[0].graph; /* every function delivers outputs and loss */
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        if (r->kind == OUT_OUTPUT || r->kind == OUT_LOSS)
            add(e, f, r->name, declared_type(e, r), NULL, values && r->kind == OUT_LOSS);
    }
}

/* The leaves that are differentiated: results of the gradient, or seeds of the tangent function. */
static void add_active(emitter *e, fields *f) {
    static const char *const WITH_GRADIENT[] = {"gradient", "vjp", "hvp"};
    for (size_t i = 0; i < COUNT_OF(WITH_GRADIENT); i++) {
        const emit_function *fn = find_function(e, WITH_GRADIENT[i]);
        for (int k = 0; fn && k < fn->graph->results.len; k++) {
            const result *r = &fn->graph->results.data[k];
            const leaf_info *l = r->kind == OUT_GRAD ? leaf_named(e, r->name) : NULL;
            if (l) add(e, f, l->name, &l->type, l, false);
        }
        if (f->list.len > 0) return;
    }
    const emit_function *jvp = find_function(e, "jvp");
    for (int k = 0; jvp && k < jvp->graph->leaves.len; k++) {
        const node *n = jvp->graph->leaves.data[k];
        size_t len = strlen(n->name);
        if (n->role != ROLE_SEED || len < 5) continue;
        const leaf_info *l = leaf_named(e, arena_strndup(e->mem, n->name, len - 4));
        if (l) add(e, f, l->name, &l->type, l, false);
    }
}

fields struct_fields(emitter *e, const char *suffix) {
    fields f = {.suffix = suffix, .constant = strcmp(suffix, "out") != 0 && strcmp(suffix, "grad") != 0};
    if (strcmp(suffix, "in") == 0) add_leaves(e, &f, ROLE_INPUT);
    else if (strcmp(suffix, "params") == 0) add_leaves(e, &f, ROLE_PARAM);
    else if (strcmp(suffix, "out") == 0) add_results(e, &f, true);
    else if (strcmp(suffix, "bar") == 0) add_results(e, &f, false);
    else add_active(e, &f);
    return f;
}

char *signature(const emitter *e, const char *kind) {
    const char *x = e->prefix, *more = "";
    if (strcmp(kind, "jvp") == 0 || strcmp(kind, "hvp") == 0) more = arena_printf(e->mem, "const %s_dot *dot, ", x);
    if (strcmp(kind, "vjp") == 0) more = arena_printf(e->mem, "const %s_bar *bar, ", x);
    const char *last = "";
    if (strcmp(kind, "gradient") == 0 || strcmp(kind, "vjp") == 0) last = arena_printf(e->mem, ", %s_grad *g", x);
    if (strcmp(kind, "jvp") == 0) last = arena_printf(e->mem, ", %s_out *out_dot", x);
    if (strcmp(kind, "hvp") == 0) last = arena_printf(e->mem, ", %s_grad *g, %s_grad *hv", x, x);
    return arena_printf(e->mem, "int %s_%s(%s *self, const %s_in *in, const %s_params *p, %s%s_out *out%s)", x, kind, x,
                        x, x, more, x, last);
}

static const field *field_named(const fields *f, const char *name) {
    for (int k = 0; k < f->list.len; k++)
        if (strcmp(f->list.data[k].name, name) == 0) return &f->list.data[k];
    die(4, "internal error: no field %s in %s", name, f->suffix);
}

char *result_place(emitter *e, int k) {
    const result *r = &e->fn->graph->results.data[k];
    bool hvp = strcmp(e->fn->kind, "hvp") == 0;
    const char *var = "out", *suffix = "out";
    if (r->kind == OUT_GRAD) var = "g", suffix = "grad";
    if (r->kind == OUT_TANGENT) var = hvp ? "hv" : "out_dot", suffix = hvp ? "grad" : "out";
    fields f = struct_fields(e, suffix);
    return arena_printf(e->mem, "%s->%s", var, field_named(&f, r->name)->c_name);
}

char *leaf_place(emitter *e, const node *leaf) {
    size_t len = strlen(leaf->name);
    if (leaf->role == ROLE_SEED && len > 4) {
        bool dot = strcmp(leaf->name + len - 4, "_dot") == 0;
        fields f = struct_fields(e, dot ? "dot" : "bar");
        const char *name = arena_strndup(e->mem, leaf->name, len - 4);
        return arena_printf(e->mem, "%s->%s", dot ? "dot" : "bar", field_named(&f, name)->c_name);
    }
    fields f = struct_fields(e, leaf->role == ROLE_PARAM ? "params" : "in");
    return arena_printf(e->mem, "%s->%s", leaf->role == ROLE_PARAM ? "p" : "in", field_named(&f, leaf->name)->c_name);
}

char *array_text(arena *a, const type *t) {
    type plain = *t;
    return t->rank == 0 && t->rate == 0.0 ? arena_strdup(a, t->dt == T_REAL  ? "real"
                                                            : t->dt == T_INT ? "int"
                                                                             : "complex")
                                          : type_text(a, &plain);
}
