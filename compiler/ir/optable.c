/* optable.c: the rows of ops.def, and their signatures read once per table. */
#include "ir/optable.h"

#include <string.h>

#include "front/front.h"

static const op_row ROWS[OP_COUNT] = {
#define OP(id, ...) [OP_##id] = {.name = #id, __VA_ARGS__},
#include "ir/ops.def"
#undef OP
};

struct optable {
    op_sig sig[OP_COUNT];
};

const op_row *op_info(op_id op) {
    return &ROWS[op];
}

op_id op_by_name(const char *name) {
    for (int k = 0; k < OP_COUNT; k++)
        if (!strcmp(ROWS[k].name, name)) return (op_id)k;
    return OP_COUNT;
}

/* int, ints, axes and the like without a shape are static; `int[...]` is an array. */
static bool is_static(const type_expr *t) {
    switch (t->base) {
    case TY_INT: return !t->has_shape;
    case TY_INTS:
    case TY_AXES:
    case TY_OPTION:
    case TY_STRING: return true;
    default: return false;
    }
}

static void read_signature(arena *a, interner *names, diags *d, const op_row *row, op_sig *s) {
    size_t len = strlen(row->name);
    if (strncmp(row->sig, row->name, len) || row->sig[len] != '(')
        die(4, "internal error: the signature of %s is another's", row->name);
    /* The name itself is not for the parser: div, and, or, not are keywords. */
    const char *text = arena_printf(a, "signature%s", row->sig + len);
    source *src = NEW(a, source);
    *src = (source){arena_printf(a, "<signature %s>", row->name), text, strlen(text), true};
    decl *f = parse_signature_text(a, names, d, src);
    if (!f) return;
    f->name = row->name;
    s->decl = f;
    for (int k = 0; k < f->nparams; k++) {
        const param_decl *p = &f->params[k];
        if (!p->type) die(4, "internal error: %s: argument %s has no type", row->name, p->name);
        if (is_static(p->type)) {
            if (s->nattrs == OP_MAX_STATIC) die(4, "internal error: %s has too many static arguments", row->name);
            s->attr_param[s->nattrs] = k;
            s->attr[s->nattrs++] = p->name;
        } else {
            if (s->nargs == OP_MAX_ARGS || s->nattrs)
                die(4, "internal error: %s: array arguments come first, at most %d", row->name, OP_MAX_ARGS);
            s->arg_param[s->nargs] = k;
            s->arg[s->nargs++] = p->name;
        }
    }
}

optable *optable_new(arena *a, interner *names, diags *d) {
    optable *t = NEW(a, optable);
    for (int k = 0; k < OP_COUNT; k++) read_signature(a, names, d, &ROWS[k], &t->sig[k]);
    return t;
}

const op_sig *op_signature(const optable *t, op_id op) {
    return &t->sig[op];
}

static int index_of(const char *const *list, int n, const char *name) {
    for (int k = 0; k < n; k++)
        if (!strcmp(list[k], name)) return k;
    return -1;
}

int op_arg_index(const optable *t, op_id op, const char *name) {
    return index_of(t->sig[op].arg, t->sig[op].nargs, name);
}

int op_attr_index(const optable *t, op_id op, const char *name) {
    return index_of(t->sig[op].attr, t->sig[op].nattrs, name);
}

bool op_linear_in(const optable *t, op_id op, int k) {
    const op_sig *s = &t->sig[op];
    const char *p = ROWS[op].linear;
    if (!p || s->nargs == 0 || k < 0) return false;
    /* concat takes any number of arguments: what holds for the last named one holds for the rest */
    const char *name = s->arg[k < s->nargs ? k : s->nargs - 1];
    size_t len = strlen(name);
    while (*p) {
        size_t w = strcspn(p, " ");
        if (w == len && !strncmp(p, name, w)) return true;
        p += w;
        p += strspn(p, " ");
    }
    return false;
}
