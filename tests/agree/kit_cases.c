/* kit_cases.c: reads case files (the format is described in oracle.py). */
#include "kit_cases.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t numbers_of(const type *t) {
    return type_count(t) * (t->dt == T_COMPLEX ? 2 : 1);
}

/* The generator of oracle.py. */
static void uniform(uint64_t seed, double *v, int64_t n, double lo, double hi) {
    for (int64_t i = 0; i < n; i++) {
        seed = (seed * 1103515245u + 12345u) % 2147483648u;
        v[i] = lo + (hi - lo) * ((double)seed / 2147483648.0);
    }
}

static char *next_word(char **p) {
    *p += strspn(*p, " ");
    char *word = *p;
    *p += strcspn(*p, " ");
    if (**p) *(*p)++ = 0;
    return word;
}

static void read_type(char **p, type *t) {
    const char *kind = next_word(p);
    *t = type_scalar(kind[0] == 'c' ? T_COMPLEX : kind[0] == 'i' ? T_INT : T_REAL);
    char *shape = next_word(p);
    while (*shape && *shape != '-' && t->rank < MAX_RANK) {
        t->shape[t->rank++] = strtol(shape, &shape, 10);
        shape += *shape == ',';
    }
}

static double *read_numbers(arena *a, char *p, int64_t n) {
    double *v = NEW_ARRAY(a, double, n);
    for (int64_t i = 0; i < n; i++) {
        char *end;
        v[i] = strtod(p, &end);
        if (end == p) return NULL;
        p = end;
    }
    return p[strspn(p, " \n")] == 0 ? v : NULL;
}

static bool read_input(arena *a, agree_case *c, char *name, char *p) {
    if (c->ninputs == CASE_INPUTS) return false;
    case_input *in = &c->inputs[c->ninputs++];
    in->name = name;
    read_type(&p, &in->type);
    int64_t n = numbers_of(&in->type);
    in->written = *p == '=';
    if (in->written) return (in->value = read_numbers(a, p + 1, n)) != NULL;
    uint64_t seed = strtoull(next_word(&p), NULL, 10);
    double lo = strtod(next_word(&p), NULL), hi = strtod(next_word(&p), NULL);
    if (*p) in->type.rate = strtod(p, NULL);
    in->value = NEW_ARRAY(a, double, n);
    uniform(seed, in->value, n, lo, hi + (in->type.dt == T_INT));
    for (int64_t i = 0; in->type.dt == T_INT && i < n; i++) in->value[i] = floor(in->value[i]);
    return true;
}

static bool read_gradient(arena *a, agree_case *c, char *p) {
    const char *name = next_word(&p);
    for (int i = 0; i < c->ninputs; i++)
        if (strcmp(c->inputs[i].name, name) == 0) {
            c->differentiable = true;
            return (c->inputs[i].gradient = read_numbers(a, p, numbers_of(&c->inputs[i].type))) != NULL;
        }
    return false;
}

static bool read_line(arena *a, const char *file, char *line, case_list *out) {
    if (line[0] == '#' || line[0] == 0) return true;
    char *p = line, *word = next_word(&p);
    if (strcmp(word, "case") == 0) {
        agree_case c = {.file = file, .name = p};
        vec_push(a, &out->items, c);
        return true;
    }
    if (out->items.len == 0) return false;
    agree_case *c = &out->items.data[out->items.len - 1];
    if (strcmp(word, ":") == 0) {
        c->expression = p;
        return true;
    }
    if (!c->expression) return read_input(a, c, word, p);
    if (strcmp(word, "g") == 0) return read_gradient(a, c, p);
    read_type(&p, &c->type);
    return (c->value = read_numbers(a, p, numbers_of(&c->type))) != NULL;
}

bool read_cases(arena *a, const char *path, case_list *out) {
    size_t len;
    const char *why;
    char *text = read_whole_file(a, path, (size_t)1 << 24, &len, &why);
    if (!text) {
        fprintf(stderr, "%s: %s\n", path, why);
        return false;
    }
    const char *slash = strrchr(path, '/');
    char *file = arena_printf(a, "%s", slash ? slash + 1 : path);
    file[strcspn(file, ".")] = 0;
    for (char *line = text, *end; line && *line; line = end) {
        end = strchr(line, '\n');
        if (end) *end++ = 0;
        if (!read_line(a, file, line, out)) {
            fprintf(stderr, "%s: not the line of a case: %.60s\n", path, line);
            return false;
        }
    }
    return true;
}

static int is_case_file(const struct dirent *d) {
    size_t n = strlen(d->d_name);
    return n > 4 && strcmp(d->d_name + n - 4, ".txt") == 0;
}

/* Every file of the folder, in the order of their names. */
bool read_all_cases(arena *a, case_list *out) {
    struct dirent **files;
    int n = scandir("tests/agree/cases", &files, is_case_file, alphasort);
    bool ok = n > 0;
    for (int i = 0; i < n; i++) {
        ok = ok && read_cases(a, arena_printf(a, "tests/agree/cases/%s", files[i]->d_name), out);
        free(files[i]);
    }
    if (n >= 0) free(files);
    return ok;
}

static void put_input(strbuf *out, const char *name, const type *t) {
    static const char *const base[] = {[T_REAL] = "real", [T_COMPLEX] = "complex", [T_INT] = "int"};
    sb_printf(out, "  input %s : %s", name, base[t->dt]);
    for (int i = 0; i < t->rank; i++) sb_printf(out, "%s%lld", i ? ", " : "[", (long long)t->shape[i]);
    sb_puts(out, t->rank ? "]" : "");
    if (t->rate > 0) sb_printf(out, " @ %gHz", t->rate);
    sb_puts(out, "\n");
}

void case_pipeline(strbuf *out, const agree_case *c, const char *name, bool with_loss) {
    sb_printf(out, "pipeline %s {\n", name);
    for (int i = 0; i < c->ninputs; i++) put_input(out, c->inputs[i].name, &c->inputs[i].type);
    if (with_loss) put_input(out, "p_", &c->type);
    sb_printf(out, "  output result = %s\n", c->expression);
    if (with_loss) sb_puts(out, "  loss sum(re(conj(p_)*result))\n");
    sb_puts(out, "}\n");
}

double *case_projection(arena *a, const agree_case *c) {
    int64_t n = numbers_of(&c->type);
    double *v = NEW_ARRAY(a, double, n);
    uniform(99, v, n, -1, 1);
    return v;
}

double **case_leaves(arena *a, const graph *g, const agree_case *c) {
    double **v = NEW_ARRAY(a, double *, g->leaves.len + 1);
    for (int i = 0; i < g->leaves.len; i++) {
        const char *name = g->leaves.data[i]->name;
        if (strcmp(name, "p_") == 0) v[i] = case_projection(a, c);
        for (int k = 0; k < c->ninputs; k++)
            if (strcmp(name, c->inputs[k].name) == 0) v[i] = c->inputs[k].value;
    }
    return v;
}

const program *case_program(arena *a, session *s, const agree_case *c, const char **why) {
    strbuf text = {0};
    case_pipeline(&text, c, "agree", c->differentiable);
    source *src = NEW(a, source);
    *src = (source){.path = c->name, .text = arena_printf(a, "%s", sb_text(&text)), .len = text.len};
    sb_free(&text);
    program_list programs = {0};
    bool ok = sema_text(s, src, NULL, 0, &programs) && programs.items.len == 1;
    *why = diags_text(session_diags(s));
    return ok ? programs.items.data[0] : NULL;
}

int case_wrt(const agree_case *c, const char **wrt) {
    int n = 0;
    for (int k = 0; k < c->ninputs; k++)
        if (c->inputs[k].gradient) wrt[n++] = c->inputs[k].name;
    return n;
}

const char *disagreement(arena *a, const char *what, const double *got, const double *want, int64_t n,
                         double tolerance) {
    double largest = 1e-2;
    for (int64_t i = 0; i < n; i++)
        if (isfinite(want[i])) largest = fmax(largest, fabs(want[i]));
    for (int64_t i = 0; i < n; i++) {
        bool same = isfinite(want[i]) ? fabs(got[i] - want[i]) <= tolerance * largest : got[i] == want[i];
        if (!same)
            return arena_printf(a, "%s: number %lld of %lld is %.13g, expected %.13g", what, (long long)i, (long long)n,
                                got[i], want[i]);
    }
    return NULL;
}
