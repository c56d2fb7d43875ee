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
enum { FEW_VALUES = 6 };

typedef struct port_list {
    VEC(field) list;
    VEC(const char *) role;
} port_list;

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

static bool same_initial(const leaf_info *a, const leaf_info *b) {
    size_t n = initial_count(a);
    return n && n == initial_count(b) &&
           memcmp(a->initial->konst->value, b->initial->konst->value, sizeof(double) * n) == 0;
}

/* The first port with the initial value of `port`: they share one array. */
static int initial_of(const port_list *p, int port) {
    int k = 0;
    while (k < port && !same_initial(p->list.data[k].leaf, p->list.data[port].leaf)) k++;
    return k;
}

static void put_initial(strbuf *c, const port_list *p, int port) {
    const leaf_info *l = p->list.data[port].leaf;
    size_t n = initial_count(l);
    bool one_line = n <= FEW_VALUES;
    if (!n || initial_of(p, port) != port) return;
    sb_printf(c, "/* %s", l->name);
    for (int k = port + 1; k < p->list.len; k++)
        if (initial_of(p, k) == port) sb_printf(c, ", %s", p->list.data[k].leaf->name);
    sb_printf(c, " */\nstatic const double initial_%d[] = {", port);
    for (size_t k = 0; k < n; k++) {
        sb_puts(c, one_line ? (k ? ", " : "") : k ? (k % 6 ? ", " : ",\n    ") : "\n    ");
        put_double(c, l->initial->konst->value[k]);
    }
    sb_puts(c, one_line ? "};\n" : "\n};\n");
}

/* The first port of the shape of `port`: they share one array. */
static int shape_of(const port_list *p, int port) {
    int k = 0;
    while (k < port && !same_shape(p->list.data[k].type, p->list.data[port].type)) k++;
    return k;
}

static void put_shape(strbuf *c, const port_list *p, int port) {
    const type *t = p->list.data[port].type;
    if (!t->rank || shape_of(p, port) != port) return;
    sb_printf(c, "static const long shape_%d[] = {", port);
    for (int i = 0; i < t->rank; i++) sb_printf(c, "%s%lld", i ? ", " : "", (long long)t->shape[i]);
    sb_puts(c, "};\n");
}

static void put_port(strbuf *c, const port_list *p, int port) {
    static const char *const TYPE[] = {"DSPC_REAL", "DSPC_COMPLEX", "DSPC_INT"};
    const field *f = &p->list.data[port];
    const leaf_info *l = f->leaf;
    sb_printf(c, "    {\"%s\", %s, %s, %d, ", f->name, p->role.data[port], TYPE[f->type->dt], f->type->rank);
    if (f->type->rank) sb_printf(c, "shape_%d", shape_of(p, port));
    else sb_puts(c, "NULL");
    double number[3] = {f->type->rate, l && l->has_range ? l->lo : 0.0, l && l->has_range ? l->hi : 0.0};
    for (int k = 0; k < 3; k++) {
        sb_puts(c, ", ");
        put_double(c, number[k]);
    }
    sb_printf(c, ", %d, ", l && l->has_range && l->log_range);
    if (initial_count(l)) sb_printf(c, "initial_%d, %zu},\n", initial_of(p, port), initial_count(l));
    else sb_puts(c, "NULL, 0},\n");
}

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
        put_shape(c, &p, k);
        put_initial(c, &p, k);
    }
    if (p.list.len) sb_puts(c, "static const dspc_port ports[] = {\n");
    for (int k = 0; k < p.list.len; k++) put_port(c, &p, k);
    if (p.list.len) sb_puts(c, "};\n");
    return p.list.len;
}

/* ---- entry points over pointer tables -------------------------------------------------------------------------- */
/* The struct of pointers that a table of them is. */
static const char *pointers(emitter *e, const char *suffix, const char *from) {
    fields f = struct_fields(e, suffix);
    strbuf b = {0};
    for (int k = 0; k < f.list.len; k++) {
        const field *x = &f.list.data[k];
        sb_puts(&b, k ? ", " : "");
        if (x->by_value) sb_puts(&b, "0");
        else sb_printf(&b, "(%s%s *)%s[%d]", f.constant ? "const " : "", dtype_text(e, x->type->dt), from, k);
    }
    const char *text = arena_strdup(e->mem, f.list.len ? sb_text(&b) : "0");
    sb_free(&b);
    return text;
}

/* What every entry point is given: as a function. */
static void write_unpacker(emitter *e, strbuf *c, const char *suffix) {
    fields f = struct_fields(e, suffix);
    sb_printf(c, "\nstatic %s_%s module_%s(const void *const *at) {\n", e->prefix, suffix, suffix);
    if (f.list.len == 0) sb_puts(c, "    (void)at;\n");
    put_line(c, 1, arena_printf(e->mem, "return (%s_%s){%s};", e->prefix, suffix, pointers(e, suffix, "at")));
    sb_puts(c, "}\n");
}

static void unpack(emitter *e, strbuf *c, const char *suffix, const char *from, const char *var) {
    fields f = struct_fields(e, suffix);
    put_line(c, 1,
             arena_printf(e->mem, "%s%s_%s %s_struct = {%s};", f.constant ? "const " : "", e->prefix, suffix, var,
                          pointers(e, suffix, from)));
    if (f.list.len == 0) sb_printf(c, "    (void)%s;\n", from);
}

static void unpack_shared(emitter *e, strbuf *c, const char *suffix) {
    sb_printf(c, "    const %s_%s %s_struct = module_%s(%s);\n", e->prefix, suffix, suffix, suffix, suffix);
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
    unpack_shared(e, c, "in");
    unpack_shared(e, c, "params");
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
    write_unpacker(e, c, "in");
    write_unpacker(e, c, "params");
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
