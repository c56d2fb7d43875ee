/* header.c: the .h: the contract, the structs with shapes and units, the prototypes. */
#include "emit/writer.h"

#include <string.h>

static void put_range(strbuf *b, const leaf_info *l) {
    if (!l->has_range) return;
    sb_puts(b, ", in ");
    sb_number(b, l->lo);
    sb_puts(b, "..");
    sb_number(b, l->hi);
    if (l->log_range) sb_puts(b, " log");
}

static char *field_note(emitter *e, const field *f) {
    strbuf b = {0};
    sb_puts(&b, array_text(e->mem, f->type));
    if (f->type->dt == T_COMPLEX) sb_puts(&b, ", interleaved re, im");
    if (f->leaf) {
        put_range(&b, f->leaf);
        if (f->leaf->initial_text) sb_printf(&b, ", initially %s", f->leaf->initial_text);
    }
    char *r = arena_strdup(e->mem, sb_text(&b));
    for (char *p = r; (p = strstr(p, "*/")) != NULL;) *p = ' ';
    sb_free(&b);
    return r;
}

static void put_struct(emitter *e, strbuf *h, const char *suffix, const char *doc) {
    fields f = struct_fields(e, suffix);
    sb_printf(h, "\n/* %s */\ntypedef struct %s_%s {\n", doc, e->prefix, suffix);
    if (f.list.len == 0) sb_puts(h, "    char none; /* there are none: pass NULL */\n");
    for (int k = 0; k < f.list.len; k++) {
        const field *x = &f.list.data[k];
        const char *t = dtype_text(e, x->type->dt);
        if (x->by_value) sb_printf(h, "    %s %s; /* %s, by value */\n", t, x->c_name, field_note(e, x));
        else sb_printf(h, "    %s%s *%s; /* %s */\n", f.constant ? "const " : "", t, x->c_name, field_note(e, x));
    }
    sb_printf(h, "} %s_%s;\n", e->prefix, suffix);
}

static const struct {
    const char *kind, *doc;
} FUNCTION[] = {
    {"forward", "Computes the outputs and the loss."},
    {"gradient", "Computes the loss and its gradient; the forward values come for free."},
    {"jvp", "Computes the outputs and their change along the direction dot (Jacobian times vector)."},
    {"vjp", "Computes the outputs and the gradient of sum(bar * outputs) (vector times Jacobian)."},
    {"hvp", "Computes the loss, its gradient g, and the Hessian times the direction dot, hv."},
};

static void put_contract(emitter *e, strbuf *h) {
    const char *path = e->prog->src ? e->prog->src->path : NULL, *slash = path ? strrchr(path, '/') : NULL;
    sb_printf(h, "/* %s.h: pipeline %s%s%s, written by dspc %s. Do not edit.\n *\n", e->prefix, e->prog->name,
              path ? " of " : "", path ? (slash ? slash + 1 : path) : "", e->opt->version);
    sb_printf(h,
              " * Use       %s_init once; then the functions as often as needed; then %s_free.\n"
              " * Memory    the caller gives %s_WORK_BYTES bytes, aligned to 64, which stay in use until %s_free; "
              "nothing is\n"
              " *           allocated while computing%s.\n"
              " * Arrays    %s, row-major, complex numbers as pairs re, im. Inputs and params are only read; results "
              "must not\n"
              " *           overlap them and are overwritten, never accumulated. A NULL field of a result struct is "
              "not computed,\n"
              " *           unless it is the only result.\n"
              " * Status    DSPC_OK, or DSPC_E_WORK, DSPC_E_ALIGN, DSPC_E_ARG, DSPC_E_PLAN (dspc_status_text says what "
              "they mean).\n"
              " * Threads   reentrant: two instances may run on two threads. */\n",
              e->prefix, e->prefix, e->upper, e->prefix, e->plans.len ? " (FFT plans are made in _init)" : "", e->real);
}

void write_header(emitter *e, strbuf *h) {
    put_contract(e, h);
    sb_printf(h, "#ifndef %s_H_DSPC\n#define %s_H_DSPC\n\n#include <dspc.h>\n\n", e->upper, e->upper);
    sb_puts(h, "#if defined(__cplusplus)\nextern \"C\" {\n#endif\n");
    sb_printf(h, "\n/* All the memory it will ever need, exactly. */\nenum { %s_WORK_BYTES = %zu };\n", e->upper,
              e->work_bytes);
    sb_printf(h, "\ntypedef struct %s { /* private */\n    %s *work;\n", e->prefix, e->real);
    if (e->plans.len) sb_printf(h, "    dspc_plan *plan[%d];\n", e->plans.len);
    sb_printf(h, "} %s;\n", e->prefix);
    put_struct(e, h, "in", "Inputs.");
    put_struct(e, h, "params", "Parameters.");
    put_struct(e, h, "out", "Outputs and loss.");
    bool jvp = find_function(e, "jvp"), hvp = find_function(e, "hvp"), vjp = find_function(e, "vjp");
    if (find_function(e, "gradient") || hvp || vjp)
        put_struct(e, h, "grad", "Gradient of the loss, complex: dL/dre + i dL/dim.");
    if (jvp || hvp) put_struct(e, h, "dot", "A direction in the space of what is differentiated.");
    if (vjp) put_struct(e, h, "bar", "Cotangents of outputs and loss: weights of their elements.");
    sb_printf(h, "\nint %s_init(%s *self, void *work, size_t bytes);\n", e->prefix, e->prefix);
    for (size_t k = 0; k < COUNT_OF(FUNCTION); k++) {
        if (!find_function(e, FUNCTION[k].kind)) continue;
        sb_printf(h, "/* %s */\n", FUNCTION[k].doc);
        put_line(h, 0, arena_printf(e->mem, "%s;", signature(e, FUNCTION[k].kind)));
    }
    sb_printf(h, "void %s_free(%s *self);\n", e->prefix, e->prefix);
    sb_printf(h,
              "/* Names, roles, shapes, ranges, entry points: for loaders. */\nconst dspc_module *%s_module(void);\n",
              e->prefix);
    sb_puts(h, "\n#if defined(__cplusplus)\n}\n#endif\n\n#endif\n");
}
