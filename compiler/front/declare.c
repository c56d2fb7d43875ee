/* declare.c: statements and declarations, and which of them may stand where. */
#include <string.h>

#include "front/parser.h"

/* ---- statements -------------------------------------------------------------------------------------------------- */

stmt *new_stmt(parser *p, stmt_kind kind, loc at) {
    stmt *s = NEW(p->a, stmt);
    s->kind = kind;
    s->at = at;
    return s;
}

static void bad_target(parser *p, const expr *e) {
    report(p->d, DIAG_bad_target, e->at);
    if (e->kind == E_CALL) report_help(p->d, "a function is defined by: def %s(...) = ...", e->text);
    else if (e->kind == E_BINARY || e->kind == E_UNARY) report_help(p->d, "a comparison is written ==");
    else report_help(p->d, "on the left of = stands a name, names with commas, or in a `for' name[index]");
}

/* y[n] = v: the indices, all plain. */
static bool set_indices(parser *p, stmt *s, const expr *target) {
    s->index = NEW_ARRAY(p->a, expr *, target->nitems);
    for (int i = 0; i < target->nitems; i++) {
        if (!target->items[i].at) {
            report(p->d, DIAG_sliced_target, target->items[i].where);
            return false;
        }
        s->index[s->nindex++] = target->items[i].at;
    }
    return true;
}

stmt *new_assignment(parser *p, loc at, const expr_list *targets, expr *value) {
    stmt *s = new_stmt(p, S_LET, at);
    s->value = value;
    s->names = NEW_ARRAY(p->a, const char *, targets->len);
    s->name_locs = NEW_ARRAY(p->a, loc, targets->len);
    for (int i = 0; i < targets->len; i++) {
        const expr *e = targets->data[i];
        const expr *named = e;
        if (e->kind == E_INDEX && targets->len == 1) {
            named = e->args[0].value;
            if (named->kind == E_NAME && !set_indices(p, s, e)) return s;
        }
        if (named->kind != E_NAME) {
            bad_target(p, e);
            return s;
        }
        s->names[s->nnames] = named->text;
        s->name_locs[s->nnames++] = named->at;
    }
    s->name = s->names[0];
    return s;
}

stmt *new_expression(parser *p, loc at, const expr_list *values) {
    stmt *s = new_stmt(p, S_EXPR, at);
    expr *e = values->data[0];
    s->value = e;
    if (values->len == 1 && e->kind == E_CALL && !e->piped) return s;
    report(p->d, DIAG_unused_value, at);
    if (values->len == 1 && e->kind == E_BINARY && e->op == OP_EQ) report_help(p->d, "a name is bound with a single =");
    else report_help(p->d, "bind it, `name = ...', or make it an output");
    return s;
}

stmt *new_output(parser *p, loc at, const token *name, expr *value) {
    stmt *s = new_stmt(p, S_OUTPUT, at);
    s->name = name->text;
    s->value = value;
    return s;
}

stmt *new_item(parser *p, loc at, const token *name, type_expr *type) {
    stmt *s = new_stmt(p, S_PARAM, at);
    s->name = name->text;
    s->type = type;
    return s;
}

static void once(parser *p, const stmt *item, loc at, bool already, const char *what) {
    if (already) report(p->d, DIAG_clause_twice, at, item->name, what);
}

void item_value(parser *p, stmt *item, loc at, expr *value) {
    once(p, item, value->at, item->value || item->init, "an initial value");
    item->value = value;
    item->at = at;
}

void item_init(parser *p, stmt *item, loc at, expr *call) {
    once(p, item, call->at, item->value || item->init, "an initial value");
    item->at = at;
    item->init = call;
    if (call->kind == E_NAME) { /* ~ glorot is ~ glorot() */
        call->kind = E_CALL;
    } else if (call->kind != E_CALL || call->piped) {
        report(p->d, DIAG_bad_initialiser, call->at);
        report_help(p->d, "after ~ stands normal(sigma), uniform(lo, hi), glorot or he; a value is set with =");
    }
}

void item_range(parser *p, stmt *item, loc at, expr *range, const token *scale) {
    once(p, item, range->at, item->range != NULL, "a range");
    item->range = range;
    item->at = at;
    if (!scale) return;
    item->range_log = strcmp(scale->text, "log") == 0;
    if (item->range_log) return;
    report(p->d, DIAG_range_scale, scale->at, scale->text);
    report_help(p->d, "a range is linear, or logarithmic when `log' follows it");
}

void finish_items(parser *p, stmt_kind kind, loc keyword, const stmt_list *items) {
    for (int i = 0; i < items->len; i++) {
        stmt *s = items->data[i];
        s->kind = kind;
        if (kind == S_INPUT && s->init) report(p->d, DIAG_input_initialiser, s->init->at, s->name);
    }
    items->data[0]->at = loc_join(keyword, items->data[0]->at);
}

initial new_initial(parser *p, loc at, expr *target, expr *value) {
    initial x = {.value = value, .at = at};
    if (target->kind == E_INDEX && target->nitems == 1 && target->items[0].at &&
        target->args[0].value->kind == E_NAME) {
        x.name = target->args[0].value->text;
        x.index = target->items[0].at;
    } else {
        report(p->d, DIAG_bad_initial, at);
        report_help(p->d, "write from y[-1] = value, and y[-2] = ... after a comma");
        x.name = intern(p->names, "?");
        x.index = value;
    }
    return x;
}

stmt *new_for(parser *p, loc at, const token *name, expr *range, const initial_list *from, const arg_list *attrs,
              const stmt_list *body) {
    stmt *s = new_stmt(p, S_FOR, at);
    s->name = name->text;
    s->range = range;
    s->body = body->data;
    s->nbody = body->len;
    if (from) {
        s->from = from->data;
        s->nfrom = from->len;
    }
    if (!attrs) return s;
    s->attrs = attrs->data;
    s->nattrs = attrs->len;
    for (int i = 0; i < attrs->len; i++)
        if (!attrs->data[i].name) report(p->d, DIAG_for_attribute, attrs->data[i].at);
    return s;
}

/* ---- which statement may stand where ----------------------------------------------------------------------------- */

typedef enum { IN_PIPELINE = 1, IN_DEF = 2, IN_RULE = 4, IN_FOR = 8 } place;

static const struct {
    const char *what, *where;
    unsigned allowed;
} places[] = {[S_LET] = {"a binding", "", IN_PIPELINE | IN_DEF | IN_RULE | IN_FOR},
              [S_INPUT] = {"`input'", "a pipeline", IN_PIPELINE},
              [S_PARAM] = {"`param'", "a pipeline", IN_PIPELINE},
              [S_OUTPUT] = {"`output'", "a pipeline", IN_PIPELINE},
              [S_LOSS] = {"`loss'", "a pipeline", IN_PIPELINE},
              [S_RETURN] = {"`return'", "a def", IN_DEF},
              [S_FOR] = {"`for'", "a pipeline or a def", IN_PIPELINE | IN_DEF | IN_FOR},
              [S_EXPR] = {"a call", "a pipeline or a def", IN_PIPELINE | IN_DEF | IN_FOR}};

static const char *place_name(place where) {
    return where == IN_PIPELINE ? "a pipeline" : where == IN_DEF ? "a def" : where == IN_RULE ? "a rule" : "a `for'";
}

static void check_places(parser *p, place where, stmt *const *body, int n) {
    for (int i = 0; i < n; i++) {
        const stmt *s = body[i];
        if (!(places[s->kind].allowed & (unsigned)where)) {
            report(p->d, DIAG_misplaced, s->at, places[s->kind].what, places[s->kind].where, place_name(where));
        } else if (where == IN_RULE && (s->nindex || s->nnames > 1)) {
            report(p->d, DIAG_rule_body, s->at);
        }
        if (s->kind == S_FOR) check_places(p, IN_FOR, s->body, s->nbody);
    }
}

static void check_return(parser *p, const decl *d) {
    bool any = false;
    for (int i = 0; i < d->nbody; i++) {
        bool returns = d->body[i]->kind == S_RETURN;
        if (returns && i + 1 < d->nbody) report(p->d, DIAG_early_return, d->body[i]->at);
        any = any || returns;
    }
    if (any) return;
    report(p->d, DIAG_no_return, d->name_at, d->name);
    report_help(p->d, "the last statement of a def is: return value");
}

/* ---- declarations ------------------------------------------------------------------------------------------------ */

/* The lines of ## that end straight above `line`, without their marks. */
static const char *doc_above(parser *p, int line) {
    const comment_list *c = p->comments;
    while (p->next_comment < c->len && c->data[p->next_comment].line < line) p->next_comment++;
    int last = p->next_comment, first = last;
    while (first > 0 && c->data[first - 1].own_line && strncmp(c->data[first - 1].text, "##", 2) == 0 &&
           c->data[first - 1].line == line - (last - first) - 1)
        first--;
    if (first == last) return NULL;
    strbuf b = {0};
    for (int i = first; i < last; i++) {
        const char *text = c->data[i].text + 2;
        if (i > first) sb_putc(&b, '\n');
        sb_puts(&b, *text == ' ' ? text + 1 : text);
    }
    const char *doc = arena_strdup(p->a, sb_text(&b));
    sb_free(&b);
    return doc;
}

decl *new_decl(parser *p, decl_kind kind, loc at, const token *name) {
    decl *d = NEW(p->a, decl);
    d->kind = kind;
    d->at = at;
    if (name) {
        d->name = name->text;
        d->name_at = name->at;
    }
    d->doc = doc_above(p, at.line);
    return d;
}

param_decl new_param(const token *name, type_expr *type, expr *fallback, loc at) {
    return (param_decl){.name = name->text, .type = type, .fallback = fallback, .at = at};
}

void set_params(decl *d, const param_list *params) {
    d->params = params->data;
    d->nparams = params->len;
}

static void check_params(parser *p, const decl *d) {
    strmap *seen = strmap_new(p->a);
    for (int i = 0; i < d->nparams; i++) {
        param_decl *x = &d->params[i];
        const param_decl *first = strmap_get(seen, x->name);
        if (first) {
            report(p->d, DIAG_parameter_twice, x->at, x->name);
            report_note(p->d, first->at, "the first one is here");
        } else {
            strmap_set(seen, x->name, x);
        }
        if (d->kind == D_RULE && (x->type || x->fallback)) {
            report(p->d, DIAG_rule_parameter, x->at);
            report_help(p->d, "write only the name: the types stand in the def");
        }
    }
}

void set_body(parser *p, decl *d, const stmt_list *body) {
    d->body = body->data;
    d->nbody = body->len;
    check_params(p, d);
    check_places(p, d->kind == D_PIPELINE ? IN_PIPELINE : d->kind == D_RULE ? IN_RULE : IN_DEF, d->body, d->nbody);
    if (d->kind == D_DEF) check_return(p, d);
}

void set_body_expr(parser *p, decl *d, loc at, expr *value) {
    stmt *s = new_stmt(p, S_RETURN, at);
    s->values = NEW_ARRAY(p->a, expr *, 1);
    s->values[0] = value;
    s->nvalues = 1;
    d->body = NEW_ARRAY(p->a, stmt *, 1);
    d->body[0] = s;
    d->nbody = 1;
    check_params(p, d);
}

void add_decl(parser *p, decl *d) {
    vec_push(p->a, &p->decls, d);
}

void add_top_stmts(parser *p, const stmt_list *stmts) {
    for (int i = 0; i < stmts->len; i++) {
        const stmt *s = stmts->data[i];
        if (s->kind == S_EXPR && (s->value->kind != E_CALL || s->value->piped)) continue; /* reported as unused */
        if (s->kind != S_LET) {
            report(p->d, DIAG_misplaced, s->at, places[s->kind].what, places[s->kind].where, "the top level of a file");
            continue;
        }
        if (s->nnames != 1 || s->nindex) { /* no name at all: reported */
            if (s->nnames > 1 || s->nindex) report(p->d, DIAG_top_binding, s->at);
            continue;
        }
        decl *d = new_decl(p, D_LET, s->at, NULL);
        d->name = s->name;
        d->name_at = s->name_locs[0];
        d->value = s->value;
        add_decl(p, d);
    }
}
