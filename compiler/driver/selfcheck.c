/* selfcheck.c: see selfcheck.h. The program uses the module's flat tables, so that one text serves every pipeline;
 * it needs stdio and libm, allocates nothing, and ends with status 0 when all is well. */
#include "driver/selfcheck.h"

#include <ctype.h>
#include <inttypes.h>

void selfcheck_functions(const program *p, functions *f) {
    f->wanted[FN_FORWARD] = f->wanted[FN_JVP] = true;
    f->wanted[FN_GRADIENT] = f->wanted[FN_HVP] = p->nlosses > 0;
    f->wanted[FN_VJP] = f->wanted[FN_VJP] || p->nlosses == 0;
}

/* In pieces: C11 promises 4095 characters to a string. */
static const char *const BODY[] = {
    "static const dspc_module *m;\n"
    "static unsigned char memory[MEMORY_BYTES];\n"
    "static size_t used;\n"
    "static unsigned long long state = 1;\n"
    "\n"
    "static void *take(size_t bytes) { /* 64-byte aligned, zeroed */\n"
    "    size_t at = (used + 63) / 64 * 64;\n"
    "    at += (64 - (size_t)((uintptr_t)(memory + at) % 64)) % 64;\n"
    "    used = at + bytes;\n"
    "    if (used > sizeof memory) { printf(\"not enough memory\\n\"); return NULL; }\n"
    "    return memory + at;\n"
    "}\n"
    "\n"
    "static double uniform(void) { /* splitmix64 */\n"
    "    unsigned long long z = state += 0x9e3779b97f4a7c15ULL;\n"
    "    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;\n"
    "    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;\n"
    "    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;\n"
    "}\n"
    "static double normal(void) { return sqrt(-2 * log(1 - uniform())) * cos(6.283185307179586 * uniform()); }\n"
    "\n"
    "static long numbers(const dspc_port *p) {\n"
    "    long n = p->dtype == DSPC_COMPLEX ? 2 : 1;\n"
    "    for (int k = 0; k < p->rank; k++) n *= p->shape[k];\n"
    "    return n;\n"
    "}\n"
    "\n"
    "typedef struct { int n; const dspc_port *port[PORTS]; void *table[PORTS]; } group;\n"
    "static group in, params, out, out_dot, bar, leaves, dot, grad, hv;\n"
    "\n"
    "static void add(group *g, const dspc_port *p, void *same) {\n"
    "    g->port[g->n] = p;\n"
    "    g->table[g->n++] = same ? same : take((size_t)numbers(p) * (p->dtype == DSPC_INT ? sizeof(int) : "
    "sizeof(real)));\n"
    "}\n"
    "static long total(const group *g) {\n"
    "    long n = 0;\n"
    "    for (int k = 0; k < g->n; k++) n += numbers(g->port[k]);\n"
    "    return n;\n"
    "}\n"
    "static void load(const group *g, double *v) {\n"
    "    for (int k = 0; k < g->n; k++)\n"
    "        for (long i = 0; i < numbers(g->port[k]); i++) *v++ = (double)((const real *)g->table[k])[i];\n"
    "}\n"
    "static void store(const group *g, const double *v) {\n"
    "    for (int k = 0; k < g->n; k++)\n"
    "        for (long i = 0; i < numbers(g->port[k]); i++) ((real *)g->table[k])[i] = (real)*v++;\n"
    "}\n"
    "static double product(const double *a, const double *b, long n) {\n"
    "    double s = 0;\n"
    "    for (long i = 0; i < n; i++) s += a[i] * b[i];\n"
    "    return s;\n"
    "}\n"
    "\n",
    "static int status;\n"
    "static void *self;\n"
    "static long n, ny;\n"
    "static double *x0, *v, *g, *hessian_v, *w, *y, *probe;\n"
    "#define TABLE(t) ((const void *const *)(t).table)\n"
    "\n"
    "/* The loss, or the outputs weighted by w, at x0 + h v. */\n"
    "static double value(double h) {\n"
    "    for (long i = 0; i < n; i++) probe[i] = x0[i] + h * v[i];\n"
    "    store(&leaves, probe);\n"
    "    status |= m->forward(self, TABLE(in), TABLE(params), out.table);\n"
    "    load(&out, y);\n"
    "    return HAS_LOSS ? y[ny - 1] : product(w, y, ny);\n"
    "}\n"
    "\n"
    "static int verdict(const char *what, double found, const char *wanted, int ok) {\n"
    "    printf(\"%-34s %10.3g   %-10s %s\\n\", what, found, wanted, ok ? \"ok\" : \"FAIL\");\n"
    "    return !ok;\n"
    "}\n"
    "\n"
    "/* Order of |f(x + h v) - f(x) - h first - h^2/2 second|, over the smallest steps clear of rounding; 9: it is all "
    "rounding. */\n"
    "static double order(double first, double second) {\n"
    "    double f0 = value(0), noise = 4 * EPSILON * fabs(f0), r[28], sx = 0, sy = 0, sxx = 0, sxy = 0;\n"
    "    int last = -1, k, c = 0;\n"
    "    for (k = 0; k < 4; k++) {\n"
    "        const double h = (1.1 + 0.3 * k) * TINY, e = fabs(value(h) - f0 - h * first);\n"
    "        if (e > noise) noise = e;\n"
    "    }\n"
    "    for (k = 0; k < 28; k++) {\n"
    "        const double h = ldexp(0.25, -k);\n"
    "        r[k] = fabs(value(h) - f0 - h * first - 0.5 * h * h * second);\n"
    "        if (!(r[k] > 20 * noise)) break;\n"
    "        last = k;\n"
    "    }\n"
    "    for (k = last < 5 ? 0 : last - 5; k <= last; k++, c++) {\n"
    "        sx += -k;\n"
    "        sy += log2(r[k]);\n"
    "        sxx += (double)k * k;\n"
    "        sxy += -k * log2(r[k]);\n"
    "    }\n"
    "    return c < 3 ? 9 : (c * sxy - sx * sy) / (c * sxx - sx * sx);\n"
    "}\n"
    "\n"
    "/* Forward against reverse: <bar, J v> and <J^T bar, v>. */\n"
    "static double dot_test(void) {\n"
    "    double forward, scale;\n"
    "    store(&leaves, x0);\n"
    "    store(&dot, v);\n"
    "    status |= m->jvp(self, TABLE(in), TABLE(params), TABLE(dot), out.table, out_dot.table);\n"
    "    load(&out_dot, y);\n"
    "    forward = HAS_LOSS ? y[ny - 1] : product(w, y, ny);\n"
    "    if (HAS_LOSS) status |= m->gradient(self, TABLE(in), TABLE(params), out.table, grad.table);\n"
    "    else {\n"
    "        store(&bar, w);\n"
    "        status |= m->vjp(self, TABLE(in), TABLE(params), TABLE(bar), out.table, grad.table);\n"
    "    }\n"
    "    load(&grad, g);\n"
    "    scale = sqrt(product(g, g, n) * product(v, v, n));\n"
    "    if (fabs(forward) > scale) scale = fabs(forward);\n"
    "    return scale > 0 ? fabs(forward - product(g, v, n)) / scale : 0;\n"
    "}\n"
    "\n",
    "static void place(void) { /* random inputs; params near their initial values */\n"
    "    for (int k = 0; k < in.n; k++)\n"
    "        for (long i = 0; i < numbers(in.port[k]); i++) {\n"
    "            if (in.port[k]->dtype == DSPC_INT) ((int *)in.table[k])[i] = uniform() < 0.5;\n"
    "            else ((real *)in.table[k])[i] = (real)normal();\n"
    "        }\n"
    "    for (int k = 0; k < params.n; k++) {\n"
    "        const dspc_port *p = params.port[k];\n"
    "        for (long i = 0; i < numbers(p); i++) {\n"
    "            const long at_most = (long)p->initial_count, step = p->dtype == DSPC_COMPLEX ? 2 : 1;\n"
    "            const long at_i = at_most == numbers(p) ? i : i % step;\n"
    "            const double start = p->initial && at_i < at_most ? p->initial[at_i] : 0;\n"
    "            double at = p->initial ? start + 0.1 * (start != 0 ? fabs(start) : 1) * normal() : normal();\n"
    "            if (p->lo < p->hi) at = at < p->lo ? p->lo : at > p->hi ? p->hi : at;\n"
    "            ((real *)params.table[k])[i] = (real)at;\n"
    "        }\n"
    "    }\n"
    "    load(&leaves, x0);\n"
    "    for (long i = 0; i < n; i++) v[i] = (double)(real)((fabs(x0[i]) > 1e-3 ? fabs(x0[i]) : 1) * normal());\n"
    "    for (long i = 0; i < ny; i++) w[i] = (double)(real)normal();\n"
    "}\n"
    "\n"
    "static double *vector(long count) { return (double *)take((size_t)(count + 1) * sizeof(double)); }\n"
    "\n"
    "int main(void) {\n"
    "    int failed = 0;\n"
    "    m = MODULE();\n"
    "    for (int k = 0; k < m->nports; k++) {\n"
    "        const dspc_port *p = &m->ports[k];\n"
    "        add(p->role == DSPC_INPUT ? &in : p->role == DSPC_PARAM ? &params : &out, p, NULL);\n"
    "    }\n"
    "    for (int k = 0; k < params.n; k++) add(&leaves, params.port[k], params.table[k]);\n"
    "    for (const char *const *name = WRT; *name; name++)\n"
    "        for (int k = 0; k < in.n; k++)\n"
    "            if (strcmp(in.port[k]->name, *name) == 0) add(&leaves, in.port[k], in.table[k]);\n"
    "    for (int k = 0; k < leaves.n; k++) {\n"
    "        add(&dot, leaves.port[k], NULL);\n"
    "        add(&grad, leaves.port[k], NULL);\n"
    "        add(&hv, leaves.port[k], NULL);\n"
    "    }\n"
    "    for (int k = 0; k < out.n; k++) {\n"
    "        add(&out_dot, out.port[k], NULL);\n"
    "        add(&bar, out.port[k], NULL);\n"
    "    }\n"
    "    n = total(&leaves);\n"
    "    ny = total(&out);\n"
    "    x0 = vector(n), v = vector(n), g = vector(n), hessian_v = vector(n), probe = vector(n), w = vector(ny), y = "
    "vector(ny);\n"
    "    self = take(m->self_bytes);\n"
    "    if (m->init(self, take(m->work_bytes), m->work_bytes) != DSPC_OK) {\n"
    "        printf(\"init failed\\n\");\n"
    "        return 4;\n"
    "    }\n"
    "    place();\n"
    "    const double residual = dot_test(), gv = product(g, v, n), first = order(gv, 0);\n"
    "    printf(\"%s, %d-bit\\n\", m->name, m->precision);\n"
    "    failed += verdict(\"dot test, forward against reverse\", residual, \"< \" DOT_TEXT, residual < DOT_LIMIT);\n"
    "    failed += verdict(\"order of the first-order Taylor error\", first, \"> \" FIRST_TEXT, first > FIRST_LIMIT);\n"
    "    if (m->hvp) {\n"
    "        store(&leaves, x0);\n"
    "        store(&dot, v);\n"
    "        status |= m->hvp(self, TABLE(in), TABLE(params), TABLE(dot), out.table, grad.table, hv.table);\n"
    "        load(&hv, hessian_v);\n"
    "        const double second = order(gv, product(v, hessian_v, n));\n"
    "        failed += verdict(\"with the Hessian-vector product\", second, \"> \" SECOND_TEXT, second > "
    "SECOND_LIMIT);\n"
    "    }\n"
    "    m->free(self);\n"
    "    if (status) printf(\"a function returned status %d\\n\", status);\n"
    "    return failed || status ? 3 : 0;\n"
    "}\n"};

static int64_t port_numbers(const type *t) {
    return type_count(t) * (t->dt == T_COMPLEX ? 2 : 1);
}

/* Every array of the program, with room to spare for alignment. */
static int64_t memory_bytes(const program *p, int *ports) {
    int64_t leaves = 0, outs = 0;
    *ports = p->leaves.len + p->forward->results.len;
    for (int i = 0; i < p->leaves.len; i++) leaves += port_numbers(&p->leaves.data[i].type);
    for (int i = 0; i < p->forward->results.len; i++)
        if (p->forward->results.data[i].value) outs += port_numbers(&p->forward->results.data[i].value->type);
    return 8 * (9 * leaves + 5 * outs + 16) + 128 * (8 * (int64_t)*ports + 12);
}

void selfcheck_text(strbuf *b, const program *p, const functions *f, const char *prefix) {
    int ports;
    bool single = f->precision == 32;
    int64_t bytes = memory_bytes(p, &ports);
    sb_printf(
        b,
        "/* %s_check.c: the dot and Taylor tests of pipeline %s, for the machine that will run it; written by dspc "
        "%s.\n"
        " * Link it with %s.c. Exit status 0 when the derivatives are right, 3 when they are not. */\n"
        "#include \"%s.h\"\n\n#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n\n",
        prefix, p->name, DSPC_VERSION, prefix, prefix);
    sb_printf(b, "typedef %s real;\n#define MODULE %s_module\n#define HAS_LOSS %d\n#define PORTS %d\n",
              single ? "float" : "double", prefix, p->nlosses > 0, ports + 1);
    sb_puts(b, "#define MEMORY_BYTES ((size_t)");
    for (const char *c = prefix; *c; c++) sb_putc(b, (char)toupper((unsigned char)*c));
    sb_printf(b, "_WORK_BYTES + sizeof(%s) + %" PRId64 ")\n", prefix, bytes);
    sb_puts(b, single ? "#define EPSILON 1.2e-7\n#define TINY 1e-7\n#define DOT_LIMIT 1e-3\n#define DOT_TEXT "
                        "\"1e-3\"\n#define FIRST_LIMIT "
                        "1.7\n#define FIRST_TEXT \"1.7\"\n#define SECOND_LIMIT 2.4\n#define SECOND_TEXT \"2.4\"\n"
                      : "#define EPSILON 2.3e-16\n#define TINY 3e-13\n#define DOT_LIMIT 1e-10\n#define DOT_TEXT "
                        "\"1e-10\"\n#define FIRST_LIMIT "
                        "1.9\n#define FIRST_TEXT \"1.9\"\n#define SECOND_LIMIT 2.9\n#define SECOND_TEXT \"2.9\"\n");
    sb_puts(b, "static const char *const WRT[] = {");
    for (int i = 0; i < f->nwrt; i++) sb_printf(b, "\"%s\", ", f->wrt[i]);
    sb_puts(b, "NULL};\n\n");
    for (size_t i = 0; i < COUNT_OF(BODY); i++) sb_puts(b, BODY[i]);
}
