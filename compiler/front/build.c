/* build.c: nodes of expressions and types. Keeps every tree at most MOST_EXPR_HEIGHT high, so that whoever walks it may
 * recurse, and checks what the grammar cannot say: named after positional arguments, known types and units. */
#include <string.h>

#include "front/parser.h"
#include "front/units.h"

loc loc_join(loc a, loc b) {
    a.end_line = b.end_line;
    a.end_col = b.end_col;
    return a;
}

static expr *new_expr(parser *p, expr_kind kind, loc at) {
    expr *e = NEW(p->a, expr);
    e->kind = kind;
    e->at = at;
    return e;
}

static int height(const expr *e) {
    return e ? e->height : 0;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

/* Sets the height from the children; what would be too high is reported and becomes a leaf, so its parents are not. */
static expr *finish(parser *p, expr *e) {
    int h = 0;
    for (int i = 0; i < e->nargs; i++) h = larger(h, height(e->args[i].value));
    for (int i = 0; i < e->nitems; i++) {
        const index_item *item = &e->items[i];
        h = larger(
            h, larger(height(item->at), larger(height(item->start), larger(height(item->stop), height(item->step)))));
    }
    if (h + 1 > MOST_EXPR_HEIGHT) {
        if (p->deep_line != e->at.line) {
            report(p->d, DIAG_too_deep, e->at, (int)MOST_EXPR_HEIGHT);
            report_help(p->d, "give a name to a part of it");
        }
        p->deep_line = e->at.line;
        return new_expr(p, E_NUMBER, e->at);
    }
    e->height = (short)(h + 1);
    return e;
}

static expr *with_operands(parser *p, expr *e, int n, expr *const *operands) {
    e->args = NEW_ARRAY(p->a, arg, n);
    e->nargs = n;
    for (int i = 0; i < n; i++) e->args[i] = (arg){.value = operands[i], .at = operands[i]->at};
    return finish(p, e);
}

expr *new_leaf(parser *p, expr_kind kind, const token *t) {
    expr *e = new_expr(p, kind, t->at);
    e->height = 1;
    if (kind == E_NUMBER) {
        e->number = t->number;
        e->unit = t->unit;
        e->is_int = t->is_int;
        e->imaginary = t->imaginary;
    } else {
        e->text = t->text;
    }
    return e;
}

expr *new_unary(parser *p, expr_op op, loc at, expr *x) {
    expr *e = new_expr(p, E_UNARY, at);
    e->op = op;
    return with_operands(p, e, 1, (expr *[]){x});
}

expr *new_binary(parser *p, expr_op op, loc at, expr *x, expr *y) {
    expr *e = new_expr(p, E_BINARY, at);
    e->op = op;
    return with_operands(p, e, 2, (expr *[]){x, y});
}

expr *new_range(parser *p, loc at, expr *from, expr *to) {
    return with_operands(p, new_expr(p, E_RANGE, at), 2, (expr *[]){from, to});
}

expr *new_if(parser *p, loc at, expr *c, expr *yes, expr *no) {
    return with_operands(p, new_expr(p, E_IF, at), 3, (expr *[]){c, yes, no});
}

arg new_arg(const token *name, expr *value, loc at) {
    return (arg){.name = name ? name->text : NULL, .value = value, .at = at};
}

static void check_args(parser *p, const arg_list *args) {
    strmap *seen = NULL;
    for (int i = 0; i < args->len; i++) {
        const arg *x = &args->data[i];
        if (!x->name) {
            if (!seen) continue;
            report(p->d, DIAG_positional_after_named, x->at);
            report_help(p->d, "put the arguments without a name first");
            return;
        }
        if (!seen) seen = strmap_new(p->a);
        const arg *first = strmap_get(seen, x->name);
        if (first) {
            report(p->d, DIAG_argument_twice, x->at, x->name);
            report_note(p->d, first->at, "it is given first here");
        }
        strmap_set(seen, x->name, &args->data[i]);
    }
}

expr *new_call(parser *p, loc at, const token *name, const arg_list *args) {
    expr *e = new_expr(p, E_CALL, at);
    e->text = name->text;
    if (args) {
        check_args(p, args);
        e->args = args->data;
        e->nargs = args->len;
    }
    return finish(p, e);
}

/* x -> f(b) is f(x, b); its place is that of f(b), so that each stage of a chain has its own. */
expr *new_pipe(parser *p, expr *x, expr *stage) {
    expr *e = new_expr(p, E_CALL, stage->at);
    e->text = stage->text;
    if (stage->kind != E_CALL) return stage; /* too deep: reported */
    e->piped = true;
    e->nargs = stage->nargs + 1;
    e->args = NEW_ARRAY(p->a, arg, e->nargs);
    e->args[0] = (arg){.value = x, .at = x->at};
    if (stage->nargs) memcpy(e->args + 1, stage->args, sizeof(arg) * (size_t)stage->nargs);
    return finish(p, e);
}

expr *new_array(parser *p, loc at, const arg_list *args) {
    expr *e = new_expr(p, E_ARRAY, at);
    e->args = args->data;
    e->nargs = args->len;
    for (int i = 0; i < args->len; i++) {
        if (!args->data[i].name) continue;
        report(p->d, DIAG_named_element, args->data[i].at, args->data[i].name);
        break;
    }
    return finish(p, e);
}

expr *new_index(parser *p, loc at, expr *base, const item_list *items) {
    expr *e = new_expr(p, E_INDEX, at);
    e->items = items->data;
    e->nitems = items->len;
    int ellipses = 0;
    for (int i = 0; i < items->len; i++) {
        if (!items->data[i].is_ellipsis || ++ellipses < 2) continue;
        report(p->d, DIAG_two_ellipses, items->data[i].where);
        break;
    }
    return with_operands(p, e, 1, (expr *[]){base});
}

/* ---- types ------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    type_base base;
} bases[] = {{"any", TY_ANY},   {"real", TY_REAL},     {"complex", TY_COMPLEX},  {"num", TY_NUM},
             {"int", TY_INT},   {"option", TY_OPTION}, {"string", TY_STRING},    {"ints", TY_INTS},
             {"axes", TY_AXES}, {"word", TY_OPTION},   {"function", TY_FUNCTION}};

static const char *type_suggestion(const char *name) {
    static const char *const foreign[][2] = {{"float", "real"},   {"double", "real"},       {"float32", "real"},
                                             {"float64", "real"}, {"number", "num"},        {"integer", "int"},
                                             {"str", "string"},   {"bool", "int"},          {"tensor", "real"},
                                             {"array", "real"},   {"complex64", "complex"}, {"complex128", "complex"}};
    for (size_t i = 0; i < COUNT_OF(foreign); i++)
        if (strcmp(foreign[i][0], name) == 0) return foreign[i][1];
    const char *names[COUNT_OF(bases)];
    for (size_t i = 0; i < COUNT_OF(bases); i++) names[i] = bases[i].name;
    return nearest_name(name, names, (int)COUNT_OF(bases));
}

type_expr *new_type(parser *p, loc at, const token *base, const token_refs *options) {
    type_expr *t = NEW(p->a, type_expr);
    t->at = at;
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(bases); i++) {
        if (strcmp(bases[i].name, base->text) != 0) continue;
        t->base = bases[i].base;
        known = true;
    }
    if (!known) {
        report(p->d, DIAG_unknown_type, base->at, base->text);
        const char *near = type_suggestion(base->text);
        if (near) report_help(p->d, "did you mean %s?", near);
        else report_help(p->d, "the types are real, complex, num, int, any, option(...), string, ints, axes");
    } else if ((strcmp(base->text, "option") == 0) != (options != NULL)) { /* a `word` may be any */
        report(p->d, DIAG_option_type, at);
        report_help(p->d, "an option lists its words: option(full, same, valid)");
    }
    if (!options) return t;
    t->options = NEW_ARRAY(p->a, const char *, options->len);
    for (int i = 0; i < options->len; i++) t->options[t->noptions++] = options->data[i]->text;
    return t;
}

void set_type_shape(type_expr *t, const dim_list *dims) {
    t->has_shape = true;
    t->dims = dims->data;
    t->ndims = dims->len;
}

unit unit_of_name(parser *p, const token *name, int power) {
    const unit_row *row = unit_by_name(name->text);
    if (!row) {
        report(p->d, DIAG_unknown_unit, name->at, name->text);
        const char *near = unit_suggestion(name->text);
        if (near) report_help(p->d, "did you mean %s?", near);
        return (unit){0};
    }
    if (strcmp(row->base, row->name) != 0) {
        report(p->d, DIAG_unit_not_base, name->at, row->base, row->name);
        report_help(p->d, "literals in %s are converted on their own", row->name);
    }
    unit u = unit_join((unit){0}, row->dimension, power);
    u.db = row->dimension.db;
    return u;
}

unit unit_join(unit a, unit b, int sign) {
    return (unit){.time = (signed char)(a.time + sign * b.time),
                  .length = (signed char)(a.length + sign * b.length),
                  .angle = (signed char)(a.angle + sign * b.angle),
                  .db = a.db || b.db};
}

int unit_power(parser *p, const token *number) {
    if (number->is_int && number->number >= 1 && number->number <= 9) return (int)number->number;
    report(p->d, DIAG_unit_power, number->at);
    return 1;
}
