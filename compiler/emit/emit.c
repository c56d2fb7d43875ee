/* emit.c: the two files of a pipeline: plans every function, shares the work memory between them, writes the parts in
 * order. */
#include "emit/emit.h"

#include "emit/dot.h"

#include <ctype.h>
#include <string.h>

/* Of some tables the functions turn out to need single numbers only, which are written out where they are read. */
static bool occurs(const char *text, const char *name) {
    size_t n = strlen(name);
    for (const char *p = strstr(text, name); p; p = strstr(p + 1, name)) {
        bool begins = p == text || !(isalnum((unsigned char)p[-1]) || p[-1] == '_');
        if (begins && !isalnum((unsigned char)p[n]) && p[n] != '_') return true;
    }
    return false;
}

void write_tables(emitter *e, strbuf *c) {
    const char *said = NULL;
    for (int k = 0; k < e->tables.len; k++) {
        const node *n = e->tables.data[k].node;
        if (!occurs(sb_text(&e->body), e->tables.data[k].name)) continue;
        const type *t = &n->type;
        size_t count = (size_t)type_count(t) * (t->dt == T_COMPLEX ? 2 : 1);
        char *q = quote_source(e, n->from);
        if (q && said && strcmp(said, q) == 0) q = NULL; /* the table above said so */
        else said = q;
        sb_printf(c, "\n/* %s%s%s */\n", array_text(e->mem, t), q ? ", " : "", q ? q : "");
        sb_printf(c, "static const %s %s[%zu] = {", dtype_text(e, t->dt), e->tables.data[k].name, count);
        size_t column = 121;
        strbuf v = {0};
        for (size_t i = 0; i < count; i++) {
            const double *x = &n->konst->value[i];
            if (i == 0 || memcmp(x, x - 1, sizeof *x) != 0) { /* else the text is there from the last one */
                v.len = 0;
                if (t->dt == T_INT) sb_int(&v, (int64_t)*x);
                else put_real(e, &v, *x);
            }
            if (i) sb_putc(c, ',');
            if (column + v.len + 2 > 120) {
                sb_putn(c, "\n   ", 4);
                column = 3;
            }
            sb_putc(c, ' ');
            sb_putn(c, v.text, v.len);
            column += v.len + 2;
        }
        sb_free(&v);
        sb_puts(c, "\n};\n");
    }
}

/* Reductions run in lanes that a compiler may put into vector registers; these take the lanes together, in pairs. Sums
 * halve into arrays of their own: in place each half would wait for the one before to reach memory. */
static void put_sum_lanes(const emitter *e, strbuf *c, const char *name, int lanes) {
    const char *t = e->real, *from = "a";
    static const char *const HALF[] = {"b", "c", "d", "f"};
    sb_printf(c, "\n/* The sum of the lanes of an accumulator, in pairs. */\nstatic %s %s(const %s a[%d]) {\n", t, name,
              t, lanes);
    int k = 0;
    for (int half = lanes / 2; half >= 4; half /= 2, k++)
        sb_printf(c, "%s%s[%d]%s", k ? ", " : arena_printf(e->mem, "    %s ", t), HALF[k], half, half > 4 ? "" : ";\n");
    k = 0;
    for (int half = lanes / 2; half >= 4; from = HALF[k++], half /= 2)
        sb_printf(c, "    for (int k = 0; k < %d; k++) %s[k] = %s[k] + %s[k + %d];\n", half, HALF[k], from, from, half);
    sb_printf(c, "    return (%s[0] + %s[2]) + (%s[1] + %s[3]);\n}\n", from, from, from, from);
}

static void put_lanes(emitter *e, strbuf *c) {
    const int lanes = e->f32 ? 16 : 8;
    static const struct {
        const char *name, *doc, *relation;
    } FN[] = {{"max", "The largest of the lanes.", ">"}, {"min", "The smallest of the lanes.", "<"}};
    const bool wanted[] = {e->uses_max_lanes, e->uses_min_lanes};
    if (e->uses_sum_lanes) put_sum_lanes(e, c, "sum_lanes", lanes);
    if (e->uses_many_lanes) put_sum_lanes(e, c, "sum_many_lanes", 2 * lanes);
    for (int k = 0; k < 2; k++) {
        if (!wanted[k]) continue;
        sb_printf(c, "\n/* %s */\nstatic %s %s_lanes(%s a[%d]) {\n", FN[k].doc, e->real, FN[k].name, e->real, lanes);
        sb_printf(c, "    for (int half = %d; half > 0; half /= 2)\n        for (int k = 0; k < half; k++)\n",
                  lanes / 2);
        sb_printf(c, "            if (a[k + half] %s a[k]) a[k] = a[k + half];\n    return a[0];\n}\n", FN[k].relation);
    }
}

static void put_top(emitter *e, strbuf *c) {
    const char *path = e->prog->src ? e->prog->src->path : NULL, *slash = path ? strrchr(path, '/') : NULL;
    sb_printf(c, "/* %s.c: pipeline %s%s%s, written by dspc %s. Do not edit.\n", e->prefix, e->prog->name,
              path ? " of " : "", path ? (slash ? slash + 1 : path) : "", e->opt->version);
    sb_printf(c, " * The contract stands in %s.h. The adjoint of `y` is called y_bar, its tangent y_dot. */\n",
              e->prefix);
    sb_printf(c, "#include \"%s.h\"\n\n#include <string.h>\n", e->prefix);
}

/* Before any local can take their names. */
static void name_tables(emitter *e, const plan *p) {
    for (int k = 0; k < p->buffers.len; k++) {
        const buffer *b = p->buffers.data[k];
        if (b->kind == B_TABLE && b->read) (void)table_name(e, b->node);
    }
    for (int k = 0; k < p->steps.len; k++) {
        const scan_step *s = p->steps.data[k]->scan;
        if (p->steps.data[k]->kind != STEP_SCAN) continue;
        name_tables(e, s->body);
        if (s->again) name_tables(e, s->again->body);
    }
}

void emit_program(arena *a, const program *prog, const emit_function *fns, int nfns, const emit_options *opt,
                  strbuf *c_text, strbuf *h_text, emit_report *report) {
    emitter *e = NEW(a, emitter);
    *e = (emitter){.mem = a, .prog = prog, .opt = opt, .f32 = opt->precision == 32, .fns = fns, .nfns = nfns};
    e->prefix = emit_prefix(a, prog->name);
    e->upper = upper_case(a, e->prefix);
    e->real = e->f32 ? "float" : "double";
    e->names.mem = a;
    static const char *const OWN[] = {"ports",     "module_init",    "module_free", "module_forward", "module_gradient",
                                      "sum_lanes", "sum_many_lanes", "max_lanes",   "min_lanes"};
    (void)name_new(&e->names, e->prefix);
    for (size_t k = 0; k < COUNT_OF(OWN); k++) (void)name_new(&e->names, OWN[k]);
    for (int k = 0; k <= LONGEST_DOT; k++) (void)name_new(&e->names, arena_printf(a, "dot_%d", k));
    for (int k = 0; k < prog->leaves.len + fns[0].graph->results.len; k++) {
        (void)name_new(&e->names, arena_printf(a, "shape_%d", k));
        (void)name_new(&e->names, arena_printf(a, "initial_%d", k));
    }
    const plan **plans = NEW_ARRAY(a, const plan *, nfns + 1);
    for (int k = 0; k < nfns; k++) {
        plans[k] = plan_function(a, fns[k].graph, opt->precision, &e->plans);
        if (plans[k]->work_bytes > e->work_bytes) e->work_bytes = plans[k]->work_bytes;
    }
    for (int k = 0; k < nfns; k++) name_tables(e, plans[k]);
    for (int k = 0; k < nfns; k++) {
        e->plan = plans[k];
        e->fn = &fns[k];
        write_function(e);
    }
    put_top(e, c_text);
    write_tables(e, c_text);
    put_lanes(e, c_text);
    write_dots(e, sb_text(&e->body), c_text);
    write_lifetime(e, c_text);
    sb_puts(c_text, sb_text(&e->body));
    write_module(e, c_text);
    write_header(e, h_text);
    sb_free(&e->body);
    if (report) *report = (emit_report){e->work_bytes, e->plans.len};
}
