/* scan.c: a loop of the source as a C loop: scalar states in locals, array states in place, rows of slices and of
 * what is collected as pointers. */
#include "emit/scan.h"

#include <string.h>

static bool scalar(const type *t) {
    return type_count(t) == 1;
}
static bool complex_type(const type *t) {
    return t->dt == T_COMPLEX;
}
int scan_states(const node *n) {
    return (int)attr_int(n, SCAN_STATES);
}
long long scan_trip(const node *n) {
    return (long long)attr_int(n, SCAN_TRIP);
}
static bool is_slice(const node *n, int k) {
    return k >= scan_states(n) && k < scan_states(n) + attr_int(n, SCAN_SLICES);
}

/* The buffer of the body's leaf, or NULL when the body does not read it. */
buffer *leaf_buffer(const scan_step *s, int leaf) {
    const info *f = &s->body->info[s->node->body->leaves.data[leaf]->id];
    return f->live ? f->buf : NULL;
}

const char *leaf_hint(const scan_step *s, int leaf) {
    return s->node->body->leaves.data[leaf]->name;
}

/* A value before the loop: `double x = 1.0;`, const for what does not change. */
static void declare_value(emitter *e, const char *name, const type *t, sval v, bool fixed) {
    const char *c = fixed ? "const " : "", *ct = dtype_text(e, t->dt);
    const char *re = sx_text(e, v.re, NULL);
    if (complex_type(t)) line(e, "%s%s %s_re = %s, %s_im = %s;", c, ct, name, re, name, sx_text(e, v.im, NULL));
    else line(e, "%s%s %s = %s;", c, ct, name, re);
}

/* The name of a value that is a C local already, or NULL. */
static const char *name_of_value(const type *t, sval v) {
    bool local = v.re->kind == SX_LOCAL && (!v.im || v.im->kind == SX_LOCAL);
    bool whole = local && v.re->buf->type.dt == t->dt && v.re->part == 0 && (!v.im || v.im->buf == v.re->buf);
    return whole && (v.im != NULL) == complex_type(t) && (!v.im || v.im->part == 1) ? v.re->buf->var : NULL;
}

/* A state that later steps read was declared before the condition the loop stands in. */
static void set_value(emitter *e, const char *name, const type *t, sval v) {
    if (!complex_type(t)) {
        line(e, "%s = %s;", name, sx_text(e, v.re, NULL));
        return;
    }
    line(e, "%s_re = %s;", name, sx_text(e, v.re, NULL));
    line(e, "%s_im = %s;", name, sx_text(e, v.im, NULL));
}

/* A state that the loop puts into slots. */
bool fills_slot(const scan_step *s, int k) {
    return s->keep && s->keep->loop == s->node && k < scan_states(s->node) && s->keep->state[k];
}

static const char *pointer_name(emitter *e, const scan_step *s, int leaf, const char *suffix) {
    const char *hint = leaf_hint(s, leaf);
    return name_new(&e->names, arena_printf(e->mem, "%s%s", hint && *hint ? hint : "state", suffix));
}

/* Where an array state lies before the first step: two pointers change places after each step, or one goes from row to
 * row of what is collected. */
void declare_state(emitter *e, const scan_step *s, int k) {
    const node *n = s->node;
    const char *t = dtype_text(e, n->args[k]->type.dt), *name;
    buffer *leaf = leaf_buffer(s, k + 1);
    if (s->kind[k] == STATE_SWAP) {
        bool odd = attr_int(n, SCAN_TRIP) % 2;
        name = pointer_name(e, s, k + 1, "_now");
        const char *then = pointer_name(e, s, k + 1, "_then");
        line(e, "%s *%s = %s, *%s = %s;", t, name, odd ? s->next[k]->var : s->state[k]->var, then,
             odd ? s->state[k]->var : s->next[k]->var);
        s->body->result[k]->var = then;
    } else if (s->kind[k] == STATE_ROWS) {
        name = pointer_name(e, s, k + 1, "_now");
        line(e, "const %s *%s = %s;", t, name, pointer_text(e, &s->arg[k], NULL));
    } else {
        name = s->state[k]->var;
        if (s->kind[k] == STATE_PLACE) s->body->result[k]->var = name;
        if (s->kind[k] == STATE_COPY) s->body->result[k]->var = s->next[k]->var;
    }
    n->body->leaves.data[k + 1]->mark = (void *)name;
    if (leaf) leaf->var = name;
}

/* `again`: the loop that starts from slots: each time anew. */
static void before_loop(emitter *e, const scan_step *s, bool again) {
    const node *n = s->node;
    for (int k = 0; k < n->nargs; k++) {
        buffer *leaf = leaf_buffer(s, k + 1);
        if (s->value[k].re) {
            bool changes = k < scan_states(n) && n->body->results.data[k].value != n->body->leaves.data[k + 1];
            buffer *part = k < scan_states(n) && s->part[k] ? e->plan->info[s->part[k]->id].buf : NULL;
            if (!leaf && !part && !fills_slot(s, k)) continue;
            const char *known = k < scan_states(n) ? NULL : name_of_value(&n->args[k]->type, s->value[k]);
            if (known && leaf) {
                leaf->var = known;
                continue;
            }
            const char *name =
                part && part->kind == B_LOCAL && part->var ? part->var : name_pair(&e->names, leaf_hint(s, k + 1));
            if (part && part->kind == B_LOCAL) part->var = name;
            if (leaf) leaf->var = name;
            if (part && part->outside) set_value(e, name, &n->args[k]->type, s->value[k]);
            else declare_value(e, name, &n->args[k]->type, s->value[k], !changes);
            if (!leaf) s->body->graph->leaves.data[k + 1]->mark = (void *)name;
        } else if (s->kind[k] != STATE_NONE) {
            if (!again) declare_state(e, s, k);
        } else if (leaf && !is_slice(n, k) && s->arg[k].buf) {
            leaf->var = pointer_text(e, &s->arg[k], NULL);
            if (s->arg[k].at.c0) { /* an offset: a name of its own */
                const char *name = name_pair(&e->names, leaf_hint(s, k + 1));
                line(e, "const %s *const %s = %s;", dtype_text(e, leaf->type.dt), name, leaf->var);
                leaf->var = name;
            }
        }
    }
}

long long row_length(const type *t) {
    return (long long)type_count(t) * (complex_type(t) ? 2 : 1);
}

/* Step t's distance from the first row: rows are n numbers apart. */
const char *row_offset(emitter *e, long long n, const char *t) {
    return n == 1 ? t : arena_printf(e->mem, "%lld * %s", n, t);
}

static char *row_text(emitter *e, const char *base, const type *row, const char *t) {
    long long n = row_length(row);
    return n == 1 ? arena_printf(e->mem, "%s + %s", base, t) : arena_printf(e->mem, "%s + %lld * %s", base, n, t);
}

/* Row t of one run: the place of its first number. */
static const char *run_place(emitter *e, const row_run *r, int parts, const char *t) {
    affine at = in_piece(r->from.buf, r->from.at);
    at.c0 *= parts;
    at.c[0] = r->apart * parts;
    return affine_text(e->mem, &at, &t);
}

static const char *choice_text(emitter *e, const row_runs *r, const char *const *value, const char *t) {
    const char *text = value[r->n - 1];
    for (int k = r->n - 2; k >= 0; k--)
        text = arena_printf(e->mem, "%s < %lld ? %s : %s", t, (long long)r->run[k].until, value[k], text);
    return text;
}

static const char *number_text(emitter *e, const node *n) {
    double x = n->op == OP_constant ? n->konst->value[0] : 0.0;
    if (n->type.dt == T_INT) return arena_printf(e->mem, "%lld", (long long)x);
    strbuf b = {0};
    put_real(e, &b, x);
    const char *text = arena_strdup(e->mem, sb_text(&b));
    sb_free(&b);
    return text;
}

/* One row of a slice: a scalar is read once, an array is pointed to. */
static void open_row(emitter *e, const scan_step *s, int k, buffer *leaf, const char *t) {
    const row_runs *r = &s->slice[k];
    const char *value[MAX_RUNS], *second[MAX_RUNS], *ct = dtype_text(e, leaf->type.dt);
    bool array = !scalar(&leaf->type), pair = complex_type(&leaf->type);
    for (int i = 0; i < r->n; i++) {
        const row_run *run = &r->run[i];
        if (run->same) {
            value[i] = number_text(e, run->same);
            continue;
        }
        if (run->from.buf->kind == B_LOCAL) { /* one element, in a C local */
            value[i] = pair ? arena_printf(e->mem, "%s_re", run->from.buf->var) : run->from.buf->var;
            second[i] = arena_printf(e->mem, "%s_im", run->from.buf->var);
            continue;
        }
        const char *base = run->from.buf->var, *at = run_place(e, run, pair ? 2 : 1, t);
        value[i] = arena_printf(e->mem, !array ? "%s[%s]" : strcmp(at, "0") ? "%s + %s" : "%s", base, at);
        if (pair) second[i] = arena_printf(e->mem, strcmp(at, "0") ? "%s[%s + 1]" : "%s[1]", base, at);
    }
    leaf->var = name_pair(&e->names, leaf_hint(s, k + 1));
    const char *text = choice_text(e, r, value, t);
    if (array) line(e, "const %s *const %s = %s;", ct, leaf->var, text);
    else if (pair)
        line(e, "const %s %s_re = %s, %s_im = %s;", ct, leaf->var, text, leaf->var, choice_text(e, r, second, t));
    else line(e, "const %s %s = %s;", ct, leaf->var, text);
}

static void open_rows(emitter *e, const scan_step *s, const char *t, const char *slot) {
    for (int k = 0; k < s->node->nargs; k++) {
        buffer *leaf = leaf_buffer(s, k + 1);
        if (leaf && is_slice(s->node, k)) open_row(e, s, k, leaf, e->plan->info[s->node->args[k]->id].kept ? slot : t);
    }
}

/* The row of a stack that a step fills; without the caller's array there is but one. */
static const char *row_number(emitter *e, const buffer *stack, const char *t) {
    return stack->by_rows ? arena_printf(e->mem, "%s * (%s != NULL)", t, result_place(e, stack->result)) : t;
}

/* Where the body delivers its array results. */
static void place_results(emitter *e, const scan_step *s, const char *t) {
    const node *n = s->node;
    for (int k = 0; k < n->body->results.len; k++) {
        buffer *b = s->body->result[k];
        if (!b || b->kind == B_LOCAL) continue;
        const node *v = n->body->results.data[k].value;
        if (k < scan_states(n)) continue;
        const buffer *stack = e->plan->info[s->part[k]->id].buf;
        b->var = name_new(&e->names, arena_printf(e->mem, "%s_row", v->name ? v->name : "out"));
        line(e, "%s *const %s = %s;", dtype_text(e, b->type.dt), b->var,
             row_text(e, stack->var, &b->type, row_number(e, stack, t)));
    }
}

static void collect(emitter *e, const scan_step *s, const char *step_at) {
    const node *n = s->node;
    for (int k = scan_states(n); k < n->body->results.len; k++) {
        buffer *b = s->body->result[k];
        if (!b || b->kind != B_LOCAL) continue;
        const buffer *stack = e->plan->info[s->part[k]->id].buf;
        const char *t = row_number(e, stack, step_at);
        if (complex_type(&b->type)) {
            line(e, "%s[2 * %s] = %s_re;", stack->var, t, b->var);
            line(e, "%s[2 * %s + 1] = %s_im;", stack->var, t, b->var);
        } else {
            line(e, "%s[%s] = %s;", stack->var, t, b->var);
        }
    }
}

const char *state_name(const scan_step *s, int k) {
    buffer *leaf = leaf_buffer(s, k + 1);
    return leaf ? leaf->var : (const char *)s->node->body->leaves.data[k + 1]->mark;
}

static void advance_scalar(emitter *e, const scan_step *s, int k) {
    const char *x = state_name(s, k), *y = s->body->result[k]->var;
    if (complex_type(&s->node->args[k]->type)) {
        line(e, "%s_re = %s_re;", x, y);
        line(e, "%s_im = %s_im;", x, y);
    } else {
        line(e, "%s = %s;", x, y);
    }
}

/* Number k of an array that is given as `x` or as `x + offset`. */
static const char *number_at(emitter *e, const char *place, int k) {
    const char *plus = strstr(place, " + ");
    if (!plus) return arena_printf(e->mem, "%s[%d]", place, k);
    int n = (int)(plus - place);
    return k ? arena_printf(e->mem, "%.*s[%s + %d]", n, place, plus + 3, k)
             : arena_printf(e->mem, "%.*s[%s]", n, place, plus + 3);
}

enum { FEW_NUMBERS = 8 };

/* Few numbers one by one: the compiler then keeps a state of a few numbers in registers, where a copy of the whole would have to
 * wait for the single stores before it. */
void copy_array(emitter *e, const char *to, const char *from, const type *t) {
    if (row_length(t) > FEW_NUMBERS) {
        line(e, "memcpy(%s, %s, sizeof(%s) * %lld);", to, from, dtype_text(e, t->dt), row_length(t));
        return;
    }
    for (int k = 0; k < row_length(t); k++) line(e, "%s = %s;", number_at(e, to, k), number_at(e, from, k));
}

static void advance(emitter *e, const scan_step *s) {
    const node *n = s->node;
    for (int k = 0; k < scan_states(n); k++) {
        const char *name = state_name(s, k);
        if (s->kind[k] == STATE_COPY) {
            copy_array(e, s->state[k]->var, s->next[k]->var, &n->args[k]->type);
        } else if (s->kind[k] == STATE_ROWS) {
            line(e, "%s = %s;", name, s->body->result[s->row[k]]->var);
        } else if (s->kind[k] == STATE_SWAP) {
            const char *then = s->body->result[k]->var, *last = pointer_name(e, s, k + 1, "_last");
            line(e, "%s *const %s = %s;", dtype_text(e, n->args[k]->type.dt), last, name);
            line(e, "%s = %s;", name, then);
            line(e, "%s = %s;", then, last);
        } else if (s->kind[k] == STATE_NONE && s->body->result[k] &&
                   n->body->results.data[k].value != n->body->leaves.data[k + 1]) {
            advance_scalar(e, s, k);
        }
    }
}

/* State k after the last step, to where something wants it. */
static void deliver_state(emitter *e, const scan_step *s, int k, const buffer *part) {
    const char *x = state_name(s, k), *to = part->if_wanted ? result_place(e, part->result) : part->var;
    const char *wanted = part->if_wanted ? arena_printf(e->mem, "if (%s != NULL) ", to) : "";
    const type *t = &part->type;
    if (s->kind[k] != STATE_NONE) {
        line(e, "%smemcpy(%s, %s, sizeof(%s) * %lld);", wanted, to, x, dtype_text(e, t->dt), row_length(t));
    } else if (complex_type(t)) {
        line(e, "%s%s[0] = %s_re;", wanted, to, x);
        line(e, "%s%s[1] = %s_im;", wanted, to, x);
    } else {
        line(e, "%s%s[0] = %s;", wanted, to, x);
    }
}

static void after_loop(emitter *e, const scan_step *s) {
    for (int k = 0; k < scan_states(s->node); k++) {
        const buffer *part = s->part[k] ? e->plan->info[s->part[k]->id].buf : NULL;
        bool array = s->kind[k] != STATE_NONE, scalar_state = !array && s->value[k].re;
        if (part && part->kind != B_LOCAL && ((array && part != s->state[k]) || scalar_state))
            deliver_state(e, s, k, part);
    }
}

/* What one step does. slot: where it finds the states that another loop kept. */
void one_step(emitter *e, const scan_step *s, const char *t, const char *slot) {
    buffer *leaf = leaf_buffer(s, 0);
    if (leaf) leaf->var = t;
    open_rows(e, s, t, slot);
    place_results(e, s, t);
    const plan *outer = e->plan;
    size_t base = e->base;
    e->plan = s->body;
    if (s->work) e->base += s->work->offset;
    emit_body_steps(e);
    e->said = "";
    e->plan = outer;
    e->base = base;
    collect(e, s, t);
    advance(e, s);
}

const char *index_name(emitter *e, const scan_step *s) {
    const char *index = s->node->body->leaves.data[0]->name;
    return name_new(&e->names, index && *index ? index : "t");
}

static void plain_loop(emitter *e, const scan_step *s) {
    const char *t = index_name(e, s);
    if (attr_int(s->node, SCAN_FLAGS) & SCAN_REVERSE)
        open_block(e, "for (int %s = %lld; %s >= 0; %s--)", t, scan_trip(s->node) - 1, t, t);
    else open_block(e, "for (int %s = 0; %s < %lld; %s++)", t, t, scan_trip(s->node), t);
    one_step(e, s, t, NULL);
    close_block(e);
}

static void clear_leaf_names(const scan_step *s) {
    for (int k = 0; k < s->node->body->leaves.len; k++) s->node->body->leaves.data[k]->mark = NULL;
}

void emit_scan(emitter *e, const scan_step *s) {
    clear_leaf_names(s);
    before_loop(e, s, false);
    if (s->again) clear_leaf_names(s->again);
    if (s->again) before_loop(e, s->again, true);
    int scope = name_scope(&e->names);
    if (s->again) loop_over_slots(e, s);
    else if (s->keep) loop_in_segments(e, s);
    else plain_loop(e, s);
    name_leave(&e->names, scope);
    after_loop(e, s);
}
