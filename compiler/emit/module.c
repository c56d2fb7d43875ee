/* module.c: _init and _free, and the metadata for loaders: ports and entry points over flat tables of pointers. */
#include "emit/writer.h"

#include <math.h>
#include <string.h>

/* ---- plans ----------------------------------------------------------------------------------------------------- */
static void put_plan(strbuf *c, int k, const fft_plan *p, int precision) {
    const char *kind = p->op == OP_fft_    ? "DSPC_FFT"
                       : p->op == OP_rfft_ ? "DSPC_RFFT"
                       : p->op == OP_hc2r  ? "DSPC_HC2R"
                                           : "DSPC_R2R";
    sb_printf(c, "    static const ptrdiff_t n%d[] = {", k);
    for (int i = 0; i < p->rank; i++) sb_printf(c, "%s%lld", i ? ", " : "", (long long)p->n[i]);
    sb_printf(c, "};\n    self->plan[%d] = dspc_plan_create(%s, %d, %d, n%d, %lld, %lld, DSPC_PLANNING);\n", k, kind,
              precision, p->rank, k, (long long)p->howmany, (long long)p->sign);
}

void write_lifetime(emitter *e, strbuf *c) {
    const char *x = e->prefix;
    if (e->plans.len)
        sb_puts(c,
                "\n/* How much time _init may take to find fast FFTs: DSPC_ESTIMATE, DSPC_MEASURE, DSPC_PATIENT. */\n"
                "#ifndef DSPC_PLANNING\n#define DSPC_PLANNING DSPC_ESTIMATE\n#endif\n");
    sb_printf(c, "\nint %s_init(%s *self, void *work, size_t bytes) {\n    if (self == NULL) return DSPC_E_ARG;\n", x,
              x);
    if (e->work_bytes) {
        sb_printf(c, "    if (work == NULL || bytes < (size_t)%s_WORK_BYTES) return DSPC_E_WORK;\n", e->upper);
        sb_puts(c, "    if ((uintptr_t)work % 64 != 0) return DSPC_E_ALIGN;\n");
    } else {
        sb_puts(c, "    (void)bytes; /* none is needed */\n");
    }
    sb_printf(c, "    self->work = (%s *)work;\n", e->real);
    for (int k = 0; k < e->plans.len; k++) put_plan(c, k, &e->plans.data[k], e->opt->precision);
    if (e->plans.len) {
        sb_printf(c, "    for (int k = 0; k < %d; k++) {\n        if (self->plan[k] != NULL) continue;\n",
                  e->plans.len);
        sb_printf(c, "        %s_free(self);\n        return DSPC_E_PLAN;\n    }\n", x);
    }
    sb_puts(c, "    return DSPC_OK;\n}\n");
    sb_printf(c, "\nvoid %s_free(%s *self) {\n    if (self == NULL) return;\n", x, x);
    if (e->plans.len)
        sb_printf(c,
                  "    for (int k = 0; k < %d; k++) {\n        dspc_plan_destroy(self->plan[k]);\n        "
                  "self->plan[k] = NULL;\n    }\n",
                  e->plans.len);
    sb_puts(c, "    self->work = NULL;\n}\n");
}

/* ---- ports ----------------------------------------------------------------------------------------------------- */
static void put_double(strbuf *c, double x) {
    if (isnan(x)) sb_puts(c, "NAN");
    else if (isinf(x)) sb_puts(c, x < 0 ? "-INFINITY" : "INFINITY");
    else {
        char text[NUMBER_TEXT];
        shortest_number(text, x, false);
        sb_puts(c, text);
        if (!strpbrk(text, ".e")) sb_puts(c, ".0");
    }
}

static size_t initial_count(const leaf_info *l) {
    if (!l || !l->initial) return 0;
    size_t pair = l->initial->type.dt == T_COMPLEX ? 2 : 1;
    return l->initial->konst->splat ? pair : pair * (size_t)type_count(&l->initial->type);
}

static void put_initial(strbuf *c, const leaf_info *l, int port) {
    size_t n = initial_count(l);
    if (!n) return;
    sb_printf(c, "static const double initial_%d[] = { /* %s */", port, l->name);
    for (size_t k = 0; k < n; k++) {
        sb_puts(c, k ? (k % 6 ? ", " : ",\n    ") : "\n    ");
        put_double(c, l->initial->konst->value[k]);
    }
    sb_puts(c, "\n};\n");
}

static void put_port(strbuf *c, const field *f, const char *what, int port) {
    static const char *const TYPE[] = {"DSPC_REAL", "DSPC_COMPLEX", "DSPC_INT"};
    const leaf_info *l = f->leaf;
    sb_printf(c, "    {\"%s\", %s, %s, %d, ", f->name, what, TYPE[f->type->dt], f->type->rank);
    if (f->type->rank) sb_printf(c, "shape_%d", port);
    else sb_puts(c, "NULL");
    double number[3] = {f->type->rate, l && l->has_range ? l->lo : 0.0, l && l->has_range ? l->hi : 0.0};
    for (int k = 0; k < 3; k++) {
        sb_puts(c, ", ");
        put_double(c, number[k]);
    }
    sb_printf(c, ", %d, ", l && l->has_range && l->log_range);
    if (initial_count(l)) sb_printf(c, "initial_%d, %zu},\n", port, initial_count(l));
    else sb_puts(c, "NULL, 0},\n");
}

typedef struct port_list {
    VEC(field) list;
    VEC(const char *) role;
} port_list;

static void add_ports(emitter *e, port_list *p, const char *suffix, const char *what) {
    fields f = struct_fields(e, suffix);
    for (int k = 0; k < f.list.len; k++) {
        vec_push(e->mem, &p->list, f.list.data[k]);
        vec_push(e->mem, &p->role, f.list.data[k].by_value ? "DSPC_LOSS" : what);
    }
}

static int write_ports(emitter *e, strbuf *c) {
    port_list p = {0};
    add_ports(e, &p, "in", "DSPC_INPUT");
    add_ports(e, &p, "params", "DSPC_PARAM");
    add_ports(e, &p, "out", "DSPC_OUTPUT");
    sb_puts(c, "\n/* ---- metadata for loaders ---- */\n");
    for (int k = 0; k < p.list.len; k++) {
        const type *t = p.list.data[k].type;
        if (t->rank) sb_printf(c, "static const long shape_%d[] = {", k);
        for (int i = 0; i < t->rank; i++) sb_printf(c, "%s%lld", i ? ", " : "", (long long)t->shape[i]);
        if (t->rank) sb_puts(c, "};\n");
        put_initial(c, p.list.data[k].leaf, k);
    }
    if (p.list.len) sb_puts(c, "static const dspc_port ports[] = {\n");
    for (int k = 0; k < p.list.len; k++) put_port(c, &p.list.data[k], p.role.data[k], k);
    if (p.list.len) sb_puts(c, "};\n");
    return p.list.len;
}

/* ---- entry points over pointer tables -------------------------------------------------------------------------- */
static void unpack(emitter *e, strbuf *c, const char *suffix, const char *from, const char *var) {
    fields f = struct_fields(e, suffix);
    strbuf b = {0};
    for (int k = 0; k < f.list.len; k++) {
        const field *x = &f.list.data[k];
        sb_puts(&b, k ? ", " : "");
        if (x->by_value) sb_puts(&b, "0");
        else sb_printf(&b, "(%s%s *)%s[%d]", f.constant ? "const " : "", dtype_text(e, x->type->dt), from, k);
    }
    put_line(c, 1,
             arena_printf(e->mem, "%s%s_%s %s_struct = {%s};", f.constant ? "const " : "", e->prefix, suffix, var,
                          f.list.len ? sb_text(&b) : "0"));
    if (f.list.len == 0) sb_printf(c, "    (void)%s;\n", from);
    sb_free(&b);
}

static void pack_values(emitter *e, strbuf *c, const char *suffix, const char *from, const char *var) {
    fields f = struct_fields(e, suffix);
    for (int k = 0; k < f.list.len; k++) {
        const field *x = &f.list.data[k];
        if (x->by_value)
            sb_printf(c, "    if (%s[%d] != NULL) *(%s *)%s[%d] = %s_struct.%s;\n", from, k, dtype_text(e, x->type->dt),
                      from, k, var, x->c_name);
    }
}

static void write_entry(emitter *e, strbuf *c, const char *kind) {
    bool dot = strcmp(kind, "jvp") == 0 || strcmp(kind, "hvp") == 0, bar = strcmp(kind, "vjp") == 0;
    bool grad = strcmp(kind, "gradient") == 0 || bar || strcmp(kind, "hvp") == 0;
    bool out_dot = strcmp(kind, "jvp") == 0, hv = strcmp(kind, "hvp") == 0;
    const char *seed = dot ? " const void *const *dot," : bar ? " const void *const *bar," : "";
    const char *more = grad ? ", void *const *grad" : "", *last = out_dot ? ", void *const *out_dot"
                                                                  : hv    ? ", void *const *hv"
                                                                          : "";
    sb_putc(c, '\n');
    put_line(c, 0,
             arena_printf(e->mem,
                          "static int module_%s(void *self, const void *const *in, const void *const *params,%s void "
                          "*const *out%s%s) {",
                          kind, seed, more, last));
    unpack(e, c, "in", "in", "in");
    unpack(e, c, "params", "params", "params");
    if (dot) unpack(e, c, "dot", "dot", "dot");
    if (bar) unpack(e, c, "bar", "bar", "bar");
    unpack(e, c, "out", "out", "out");
    if (grad) unpack(e, c, "grad", "grad", "grad");
    if (out_dot) unpack(e, c, "out", "out_dot", "out_dot");
    if (hv) unpack(e, c, "grad", "hv", "hv");
    sb_printf(c, "    const int status = %s_%s((%s *)self, &in_struct, &params_struct, %s&out_struct%s%s%s);\n",
              e->prefix, kind, e->prefix,
              dot   ? "&dot_struct, "
              : bar ? "&bar_struct, "
                    : "",
              grad ? ", &grad_struct" : "", out_dot ? ", &out_dot_struct" : "", hv ? ", &hv_struct" : "");
    pack_values(e, c, "out", "out", "out");
    if (out_dot) pack_values(e, c, "out", "out_dot", "out_dot");
    sb_puts(c, "    return status;\n}\n");
}

void write_module(emitter *e, strbuf *c) {
    static const char *const KIND[] = {"forward", "gradient", "jvp", "vjp", "hvp"};
    const char *x = e->prefix;
    int ports = write_ports(e, c);
    sb_printf(c,
              "\nstatic int module_init(void *self, void *work, size_t bytes) {\n    return %s_init((%s *)self, work, "
              "bytes);\n}\n",
              x, x);
    sb_printf(c, "\nstatic void module_free(void *self) {\n    %s_free((%s *)self);\n}\n", x, x);
    for (size_t k = 0; k < COUNT_OF(KIND); k++)
        if (find_function(e, KIND[k])) write_entry(e, c, KIND[k]);
    sb_printf(c, "\nconst dspc_module *%s_module(void) {\n    static const dspc_module module = {\n", x);
    sb_printf(
        c,
        "        DSPC_ABI, \"%s\", \"%s\", %d, sizeof(%s), %s_WORK_BYTES, %d, %s,\n        module_init, module_free,",
        e->prog->name, e->opt->version, e->opt->precision, x, e->upper, ports, ports ? "ports" : "NULL");
    for (size_t k = 0; k < COUNT_OF(KIND); k++) {
        if (find_function(e, KIND[k])) sb_printf(c, " module_%s%s", KIND[k], k + 1 < COUNT_OF(KIND) ? "," : "");
        else sb_printf(c, " NULL%s", k + 1 < COUNT_OF(KIND) ? "," : "");
    }
    sb_puts(c, "\n    };\n    return &module;\n}\n");
}
