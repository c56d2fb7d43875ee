/* steps.c: the body of a function: for each step its source, its buffers, its code. */
#include "emit/writer.h"

#include <string.h>

static const char *const BATCH_VAR[MAX_RANK] = {"i", "j", "k", "l", "u", "v"};

/* ---- buffers --------------------------------------------------------------------------------------------------- */
static char *work_place(emitter *e, const buffer *b, const char *t) {
    size_t each = e->f32 ? 4 : 8;
    size_t offset = e->base + b->offset;
    char *at = offset ? arena_printf(e->mem, "work + %zu", offset / each) : arena_strdup(e->mem, "work");
    if (b->type.dt != T_INT) return at;
    return arena_printf(e->mem, offset ? "(%s *)(%s)" : "(%s *)%s", t, at);
}

static char *piece_text(emitter *e, const buffer *b) {
    type t = type_make(b->type.dt, b->type.rank, b->type.shape);
    if (t.shape[0] == b->pieces) {
        t.rank--;
        for (int k = 0; k < t.rank; k++) t.shape[k] = t.shape[k + 1];
    } else {
        t.shape[0] /= b->pieces;
    }
    return arena_printf(e->mem, "one of %lld: %s", (long long)b->pieces, array_text(e->mem, &t));
}

/* "x[4]", "x[4] = {0}" */
static char *array_declarator(emitter *e, const buffer *b) {
    long long n = (long long)type_count(&b->type) * (b->type.dt == T_COMPLEX ? 2 : 1);
    return arena_printf(e->mem, "%s[%lld]%s", b->var, n, b->zeroed ? " = {0}" : "");
}

static const char *buffer_hint(emitter *e, const buffer *b) {
    const char *own = b->node->name ? b->node->name : op_info(b->node->op)->name;
    return b->label ? b->label : b->scratch ? arena_printf(e->mem, "%s_scratch", own) : own;
}

static void declare(emitter *e, buffer *b) {
    if (b->var && b->kind != B_TABLE) return;
    if (b->kind == B_TABLE) {
        b->var = table_name(e, b->node);
        return;
    }
    const char *hint = buffer_hint(e, b), *t = dtype_text(e, b->type.dt), *shape = array_text(e->mem, &b->type);
    if (b->kind == B_LOCAL || b->by_value) {
        b->var = b->type.dt == T_COMPLEX ? name_pair(&e->names, hint) : name_new(&e->names, hint);
        return;
    }
    if (b->kind == B_RESULT) {
        char *place = result_place(e, b->result);
        if (type_count(&b->type) == 1 && !b->redirect) { /* stored through the field itself */
            b->var = place;
            return;
        }
        b->var = name_new(&e->names, e->fn->graph->results.data[b->result].kind == OUT_OUTPUT
                                         ? e->fn->graph->results.data[b->result].name
                                         : hint);
        if (b->redirect)
            line(e, "%s *const %s = %s != NULL ? %s : %s; /* %s */", t, b->var, place, place, work_place(e, b, t),
                 shape);
        else line(e, "%s *const %s = %s; /* %s */", t, b->var, place, shape);
        return;
    }
    b->var = name_new(&e->names, hint);
    if (b->automatic) {
        line(e, "%s %s;", t, array_declarator(e, b));
        return;
    }
    if (b->pieces) shape = piece_text(e, b);
    line(e, "%s *const %s = %s; /* %s%s */", t, b->var, work_place(e, b, t), shape, b->over ? ", in place" : "");
}

/* Does the step need the C name of b? The scalar leaves of a loop's body get theirs with the loop. */
static bool used(const step *s, const buffer *b) {
    if (b->kind == B_LEAF || b->if_wanted) return false;
    if (b->zeroed) return true;
    if (b->kind == B_LOCAL && b->node->op == OP_leaf && b->result < 0) return false;
    if (s->kind == STEP_SCAN && b == s->scan->work) return false;
    if ((b->kind == B_WORK || b->kind == B_TABLE) && !b->read) return false;
    if (s->kind != STEP_LOOP) return true;
    for (int k = 0; k < s->roots.len; k++)
        if (s->roots.data[k]->dst == b) return s->roots.data[k]->store;
    return true;
}

/* ---- calls ----------------------------------------------------------------------------------------------------- */
/* sample and spread take rows that have the same weights and places and lie one behind the other: the innermost loop
 * around them becomes an argument, `rows`. 0: the kernel has no such argument. */
static int64_t take_rows(call *c, int from) {
    const node *n = c->node;
    if (n->op != OP_sample_ && n->op != OP_spread_) return 0;
    const type *x = &n->args[0]->type;
    int v = c->batch.nv - 1;
    if (v < from || c->arg[1].at.c[v] || c->arg[2].at.c[v] || c->arg[0].at.c[v] != x->shape[x->rank - 1] ||
        c->out.at.c[v] != n->type.shape[n->type.rank - 1])
        return 1;
    c->arg[0].at.c[v] = c->out.at.c[v] = 0;
    c->batch.nv--;
    return c->batch.hi[v];
}

static void call_line(emitter *e, const call *c, int64_t rows) {
    strbuf b = {0};
    sb_printf(&b, "%s(", resolve_name(e, c->fn));
    if (c->plan >= 0) sb_printf(&b, "self->plan[%d], ", c->plan);
    sb_puts(&b, pointer_text(e, &c->out, BATCH_VAR));
    for (int k = 0; k < c->nargs; k++) sb_printf(&b, ", %s", pointer_text(e, &c->arg[k], BATCH_VAR));
    for (int k = 0; k < c->nsizes; k++) sb_printf(&b, ", %lld", (long long)c->size[k]);
    if (rows) sb_printf(&b, ", %lld", (long long)rows);
    if (c->scratch) sb_printf(&b, ", %s", c->scratch->var);
    line(e, "%s);", sb_text(&b));
    sb_free(&b);
}

void emit_call(emitter *e, const call *c, int from) {
    call one = *c;
    int64_t rows = take_rows(&one, from);
    for (int v = from; v < one.batch.nv; v++)
        open_block(e, "for (int %s = 0; %s < %lld; %s++)", BATCH_VAR[v], BATCH_VAR[v], (long long)one.batch.hi[v],
                   BATCH_VAR[v]);
    call_line(e, &one, rows);
    for (int v = from; v < one.batch.nv; v++) close_block(e);
}

static void emit_clear(emitter *e, const buffer *b) {
    long long parts = (long long)type_count(&b->type) * (b->type.dt == T_COMPLEX ? 2 : 1);
    line(e, "memset(%s, 0, sizeof(%s) * %lld);", b->var, dtype_text(e, b->type.dt), parts);
}

/* ---- all steps ------------------------------------------------------------------------------------------------- */
static char *guard_text(emitter *e, uint64_t guard) {
    strbuf b = {0};
    for (int k = 0; k < 63; k++)
        if (guard >> k & 1) sb_printf(&b, "%s%s != NULL", b.len ? " || " : "", result_place(e, k));
    char *r = arena_strdup(e->mem, sb_text(&b));
    sb_free(&b);
    return r;
}

static bool is_new_array(const step *s, const buffer *b) {
    return b->automatic && !b->var && b->kind == B_WORK && used(s, b);
}

/* Arrays of their own stand in one declaration for each type. */
static void declare_arrays(emitter *e, const step *s, dtype dt) {
    strbuf b = {0};
    for (int k = 0; k < s->touched.len; k++) {
        buffer *x = s->touched.data[k];
        if (!is_new_array(s, x) || (x->type.dt == T_INT) != (dt == T_INT)) continue;
        x->var = name_new(&e->names, buffer_hint(e, x));
        sb_printf(&b, "%s%s", b.len ? ", " : "", array_declarator(e, x));
    }
    if (b.len) line(e, "%s %s;", dtype_text(e, dt), sb_text(&b));
    sb_free(&b);
}

void declare_buffers(emitter *e, const step *s) {
    for (int k = 0; k < s->touched.len; k++)
        if (used(s, s->touched.data[k]) && !is_new_array(s, s->touched.data[k])) declare(e, s->touched.data[k]);
    declare_arrays(e, s, T_REAL);
    declare_arrays(e, s, T_INT);
}

static void emit_step(emitter *e, const step *s, const bool *primal) {
    source_comment(e, s, primal);
    declare_buffers(e, s);
    switch (s->kind) {
    case STEP_LOOP: emit_loop(e, s); break;
    case STEP_CLEAR: emit_clear(e, s->cleared); break;
    case STEP_CALL: emit_call(e, s->call, 0); break;
    case STEP_SCAN: emit_scan(e, s->scan); break;
    }
}

/* A step, or a strip of several; the step after. */
static int emit_next(emitter *e, const plan *p, int k, const bool *primal) {
    if (p->steps.data[k]->strip_steps) return emit_strip(e, p, k, primal);
    emit_step(e, p->steps.data[k], primal);
    return k + 1;
}

static void declare_outside(emitter *e, buffer *b) {
    const char *t = dtype_text(e, b->type.dt), *zero = b->type.dt == T_INT ? "0" : e->f32 ? "0.0f" : "0.0";
    b->outside = true;
    line(e, "%s %s%s = %s;", t, b->var, b->type.dt == T_COMPLEX ? "_re" : "", zero);
    if (b->type.dt == T_COMPLEX && b->parts & 2) line(e, "%s %s_im = %s;", t, b->var, zero);
}

/* Steps from `first` on that stand under one condition. What later steps read too is declared before it. */
static int guarded_run(emitter *e, const plan *p, int first, const bool *primal) {
    uint64_t guard = p->steps.data[first]->guard;
    int end = first;
    while (end < p->steps.len && p->steps.data[end]->guard == guard) end++;
    for (int k = first; k < end; k++) {
        const step *s = p->steps.data[k];
        for (int i = 0; i < s->touched.len; i++) {
            buffer *b = s->touched.data[i];
            if (b->last < end || !used(s, b) || b->var) continue;
            declare(e, b);
            if (b->kind == B_LOCAL && !b->by_value) declare_outside(e, b);
        }
    }
    int scope = name_scope(&e->names);
    open_block(e, "if (%s)", guard_text(e, guard));
    e->said = "";
    for (int k = first; k < end;) {
        if (k > first) blank(e);
        k = emit_next(e, p, k, primal);
    }
    close_block(e);
    name_leave(&e->names, scope);
    return end;
}

static void emit_all(emitter *e, const bool *primal) {
    const plan *p = e->plan;
    e->said = "";
    for (int k = 0; k < p->steps.len;) {
        blank(e);
        if (p->steps.data[k]->guard) k = guarded_run(e, p, k, primal);
        else k = emit_next(e, p, k, primal);
    }
}

/* A gradient that is structurally zero. */
static void emit_zeros(emitter *e) {
    const graph *g = e->fn->graph;
    for (int k = 0; k < g->results.len; k++) {
        const result *r = &g->results.data[k];
        if (r->value) continue;
        const char *place = result_place(e, k);
        const char *name = strchr(place, '>') + 1;
        fields f = struct_fields(e, r->kind == OUT_TANGENT && strcmp(e->fn->kind, "jvp") == 0 ? "out" : "grad");
        const field *x = NULL;
        for (int i = 0; i < f.list.len; i++)
            if (strcmp(f.list.data[i].c_name, name) == 0) x = &f.list.data[i];
        if (!x) continue;
        blank(e);
        line(e, "/* nothing depends on it: zero */");
        if (x->by_value) {
            line(e, "%s = 0;", place);
            continue;
        }
        long long parts = (long long)type_count(x->type) * (x->type->dt == T_COMPLEX ? 2 : 1);
        line(e, "if (%s != NULL) memset(%s, 0, sizeof(%s) * %lld);", place, place, dtype_text(e, x->type->dt), parts);
    }
}

void emit_body_steps(emitter *e) {
    emit_all(e, NULL);
}

void emit_steps(emitter *e) {
    const graph *g = e->plan->graph;
    bool *primal = NEW_ARRAY(e->mem, bool, g->nodes.len + 1);
    mark_primal(g, primal);
    e->quoted = strmap_new(e->mem);
    e->place = NULL;
    emit_all(e, primal);
    emit_zeros(e);
}
