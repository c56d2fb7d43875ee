/* function.c: one C function: its checks, its arrays, its steps. */
#include "emit/writer.h"

#include <string.h>

static bool uses(const char *text, const char *word) {
    return strstr(text, word) != NULL;
}

static void leaves(emitter *e) {
    const plan *p = e->plan;
    strbuf missing = {0};
    for (int k = 0; k < p->buffers.len; k++) {
        buffer *b = p->buffers.data[k];
        if (b->kind != B_LEAF || !b->read) continue;
        b->var = name_new(&e->names, b->node->name);
        line(e, "const %s *const %s = %s; /* %s */", dtype_text(e, b->type.dt), b->var, leaf_place(e, b->node),
             array_text(e->mem, &b->type));
        sb_printf(&missing, "%s%s == NULL", missing.len ? " || " : "", b->var);
    }
    if (missing.len) line(e, "if (%s) return DSPC_E_ARG;", sb_text(&missing));
    sb_free(&missing);
}

/* Results that are not optional and are arrays of the caller. */
static void required_results(emitter *e) {
    const graph *g = e->fn->graph;
    for (int k = 0; k < g->results.len; k++) {
        bool optional = k < 63 && (e->plan->nullable >> k & 1);
        if (result_by_value(&g->results.data[k]) || optional || !g->results.data[k].value) continue;
        line(e, "if (%s == NULL) return DSPC_E_ARG;", result_place(e, k));
    }
}

static bool is_empty(emitter *e, const char *suffix) {
    return struct_fields(e, suffix).list.len == 0;
}

static void arguments(emitter *e) {
    static const struct {
        const char *var, *suffix, *kinds;
    } ARG[] = {{"in", "in", NULL},        {"p", "params", NULL}, {"dot", "dot", "jvp hvp"},
               {"bar", "bar", "vjp"},     {"out", "out", NULL},  {"g", "grad", "gradient vjp hvp"},
               {"out_dot", "out", "jvp"}, {"hv", "grad", "hvp"}};
    strbuf b = {0};
    for (size_t k = 0; k < COUNT_OF(ARG); k++) {
        if (ARG[k].kinds && !uses(ARG[k].kinds, e->fn->kind)) continue;
        if (is_empty(e, ARG[k].suffix)) line(e, "(void)%s; /* there are none */", ARG[k].var);
        else sb_printf(&b, " || %s == NULL", ARG[k].var);
    }
    line(e, "if (self == NULL%s) return DSPC_E_ARG;", sb_text(&b));
    sb_free(&b);
}

static bool touches_work(const plan *p) {
    for (int k = 0; k < p->buffers.len; k++) {
        const buffer *b = p->buffers.data[k];
        if (b->first >= 0 && ((b->kind == B_WORK && b->read && !b->automatic) || b->redirect)) return true;
    }
    return false;
}

void write_function(emitter *e) {
    int scope = name_scope(&e->names);
    blank(e);
    open_block(e, "%s", signature(e, e->fn->kind));
    arguments(e);
    leaves(e);
    required_results(e);
    if (touches_work(e->plan)) line(e, "%s *const work = self->work;", e->real);
    emit_steps(e);
    line(e, "return DSPC_OK;");
    close_block(e);
    name_leave(&e->names, scope);
}
