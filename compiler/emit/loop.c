/* loop.c: a loop step as C: nested loops, split where choices change, with stores and reductions.
 *
 * A reduction whose innermost axis is reduced accumulates in locals, in several lanes when the loop is long, so that
 * the compiler may use vector instructions (it must not reorder a sum itself); one over outer axes only adds rows
 * into its cleared result. Requires a planned step; values of the step's roots are expressions in its body. */
#include "emit/nest.h"

#include <string.h>

enum { MOST_SEGMENTS = 12, LANES_FROM = 32, MANY_LANES_FROM = 4, BLOCK = 4096, WIDE_ROW = 512, COSTLY = 16 };

static const char *const LOOP_VAR[MAX_RANK] = {"i", "j", "k", "l", "u", "v"};

static void level(nest *n, int v, const sval *val, const space *s);

/* ---- the innermost body ---------------------------------------------------------------------------------------- */
static void body(nest *n, const sval *val, const space *s, const char *lane) {
    emitter *e = n->e;
    bound_list bound = {0};
    sval *v = NEW_ARRAY(e->mem, sval, n->nitems + 1);
    memcpy(v, val, sizeof *v * (size_t)n->nitems);
    bind_body(n, v, &bound);
    for (int k = 0; k < n->nitems; k++) {
        item *it = &n->items[k];
        const char *im = v[k].im ? sx_text(e, v[k].im, n->var) : NULL;
        if (it->root->kind == ROOT_STORE) store_root(n, it->root, affine_fixed(&it->at, s), &v[k], im);
        else if (it->start < n->space.nv) accumulate(n, it, v[k], it->lanes ? lane : "", s);
        else if (it->reduced == 0 && item_is_arg(it))
            store_value(n, it->root, affine_fixed(&it->at, s), "=", "0", NULL);
        else store_value(n, it->root, affine_fixed(&it->at, s), it->rows ? "+=" : "=", sx_text(e, v[k].re, n->var), im);
    }
    unbind(&bound, 0);
}

/* As the body of a block of its own. */
static void block_body(nest *n, const sval *val, const space *s, const char *lane) {
    int scope = name_scope(&n->e->names);
    body(n, val, s, lane);
    name_leave(&n->e->names, scope);
}

/* ---- loops ----------------------------------------------------------------------------------------------------- */
static bool any_lanes(const nest *n) {
    for (int k = 0; k < n->nitems; k++)
        if (n->items[k].lanes) return true;
    return false;
}

static void inner(nest *n, int v, const sval *val, const space *s) {
    int scope = name_scope(&n->e->names);
    level(n, v + 1, val, s);
    name_leave(&n->e->names, scope);
}

static bool any_wide(const nest *n) {
    for (int k = 0; k < n->nitems; k++)
        if (n->items[k].wide) return true;
    return false;
}

static void lane_loop(nest *n, int v, const sval *val, const space *s, const char *from, const char *to) {
    emitter *e = n->e;
    const char *var = n->var[v];
    int lanes = n->lanes;
    line(e, "for (int %s0 = %s; %s0 < %s; %s0 += %d)", var, from, var, to, var, lanes);
    e->indent++;
    open_block(e, "for (int lane = 0; lane < %d; lane++)", lanes);
    line(e, "const int %s = %s0 + lane;", var, var);
    block_body(n, val, s, "[lane]");
    close_block(e);
    e->indent--;
}

static int operations(const sx *x) {
    int c = x->kind == SX_CALL ? COSTLY : x->kind == SX_LOAD || x->nargs == 0 ? 0 : 1;
    for (int k = 0; k < x->nargs && c < COSTLY; k++) c += operations(x->arg[k]);
    return c;
}

/* Compilers take lanes of one sum for a vector, those of two in one loop for a pattern to be shuffled (gcc 12: nine
 * times slower): each gets a loop of its own, unless what they share would be computed twice at some cost. */
static bool one_by_one(const nest *n, const sval *val) {
    int sums = 0;
    for (int k = 0; k < n->nitems; k++) {
        if (!n->items[k].lanes) continue;
        sums++;
        if (operations(val[k].re) >= COSTLY || (val[k].im && operations(val[k].im) >= COSTLY)) return false;
    }
    return sums > 1;
}

/* The items from `first` on, as long as no second one has lanes. */
static int next_group(const nest *n, int first) {
    int end = first, sums = 0;
    while (end < n->nitems && (sums += n->items[end].lanes) < 2) end++;
    return end;
}

static void lanes_over(nest *n, int v, const sval *val, const space *s, const char *from, const char *to) {
    for (int k = 0; k < n->nitems; k++) open_block_lanes(n, &n->items[k]);
    if (!one_by_one(n, val)) {
        lane_loop(n, v, val, s, from, to);
    } else {
        nest part = *n;
        sval *now = NEW_ARRAY(n->e->mem, sval, n->nitems + 1);
        part.items = NEW_ARRAY(n->e->mem, item, n->nitems + 1);
        for (int pass = 0, at = 0; pass < 2; pass++) /* stores last: they may be in the place of what sums read */
            for (int k = 0; k < n->nitems; k++) {
                if (n->items[k].lanes == pass) continue;
                part.items[at] = n->items[k];
                now[at++] = val[k];
            }
        for (int first = 0, end; first < n->nitems; first = end) {
            nest group = part;
            end = next_group(&part, first);
            group.items += first;
            group.nitems = end - first;
            lane_loop(&group, v, now + first, s, from, to);
        }
    }
    for (int k = 0; k < n->nitems; k++) add_block_lanes(n, &n->items[k]);
}

/* Long sums of floats go block by block, so that a lane adds no more than some hundred numbers before it is added in
 * double. */
static void whole_lanes(nest *n, int v, const sval *val, const space *s, int64_t lo, int64_t whole) {
    emitter *e = n->e;
    const char *from = arena_printf(e->mem, "%lld", (long long)lo),
               *to = arena_printf(e->mem, "%lld", (long long)whole);
    int scope = name_scope(&e->names);
    if ((!any_wide(n) && !one_by_one(n, val)) || whole - lo <= 2 * BLOCK) {
        lanes_over(n, v, val, s, from, to);
        return; /* what it declares stands in the block around */
    }
    open_block(e, "for (int block = %s; block < %s; block += %d)", from, to, BLOCK);
    if ((whole - lo) % BLOCK) {
        line(e, "const int end = block + %d < %s ? block + %d : %s;", BLOCK, to, BLOCK, to);
        lanes_over(n, v, val, s, "block", "end");
    } else {
        lanes_over(n, v, val, s, "block", arena_printf(e->mem, "block + %d", BLOCK));
    }
    close_block(e);
    name_leave(&e->names, scope);
}

static void lane_loops(nest *n, int v, const sval *val, const space *s) {
    emitter *e = n->e;
    int64_t lo = s->lo[v], hi = s->hi[v], lanes = n->lanes, whole = lo + (hi - lo) / lanes * lanes;
    const char *var = n->var[v];
    if (whole > lo) whole_lanes(n, v, val, s, lo, whole);
    if (whole == hi) return;
    if (hi - whole == 1) {
        space last = *s;
        last.lo[v] = whole;
        last.hi[v] = hi;
        sval *now = NEW_ARRAY(e->mem, sval, n->nitems + 1);
        sx_rebuild_begin(n->b);
        for (int k = 0; k < n->nitems; k++) {
            now[k].re = sx_rebuild(n->b, val[k].re, &last, NULL, NULL);
            now[k].im = val[k].im ? sx_rebuild(n->b, val[k].im, &last, NULL, NULL) : NULL;
        }
        open_block(e, "/* the last one */");
        block_body(n, now, &last, "[0]");
        close_block(e);
        return;
    }
    open_block(e, "for (int %s = %lld; %s < %lld; %s++)", var, (long long)whole, var, (long long)hi, var);
    block_body(n, val, s, "[0]");
    close_block(e);
}

static int lines_from(const strbuf *b, size_t at) {
    int n = 0;
    for (; at < b->len; at++) n += b->text[at] == '\n';
    return n;
}

/* One value of the variable: no loop. The innermost body gets a block for its locals, unless it is one statement. */
static void single(nest *n, int v, const sval *val, const space *s) {
    emitter *e = n->e;
    if (v < n->space.nv - 1) {
        level(n, v + 1, val, s); /* its locals stand in the block around: their names stay taken */
        return;
    }
    size_t start = e->body.len;
    inner(n, v, val, s);
    if (lines_from(&e->body, start) <= 1) return;
    e->body.len = start;
    open_block(e, "/* %s = %lld */", n->var[v], (long long)s->lo[v]);
    inner(n, v, val, s);
    close_block(e);
}

static void segment(nest *n, int v, const sval *val, const space *s) {
    emitter *e = n->e;
    int64_t lo = s->lo[v], hi = s->hi[v];
    if (hi - lo == 1) {
        single(n, v, val, s);
        return;
    }
    if (v == n->space.nv - 1 && any_lanes(n)) {
        lane_loops(n, v, val, s);
        return;
    }
    size_t header = e->body.len;
    open_block(e, "for (int %s = %lld; %s < %lld; %s++)", n->var[v], (long long)lo, n->var[v], (long long)hi,
               n->var[v]);
    inner(n, v, val, s);
    close_loop(e, header);
}

static void loops(nest *n, int v, const sval *val, const space *s) {
    int64_t at[MOST_SEGMENTS + 1];
    int most = v == n->space.nv - 1 ? MOST_SEGMENTS : 4;
    int cuts = nest_breaks(n, val, s, v, at, most);
    at[cuts] = s->hi[v];
    space part = *s;
    for (int k = 0; k <= cuts; k++) {
        part.lo[v] = k ? at[k - 1] : s->lo[v];
        part.hi[v] = at[k];
        sval *now = NEW_ARRAY(n->e->mem, sval, n->nitems + 1);
        sx_rebuild_begin(n->b);
        for (int i = 0; i < n->nitems; i++) {
            now[i].re = sx_rebuild(n->b, val[i].re, &part, NULL, NULL);
            now[i].im = val[i].im ? sx_rebuild(n->b, val[i].im, &part, NULL, NULL) : NULL;
        }
        segment(n, v, now, &part);
    }
}

static void before(nest *n, int v, const sval *val, bound_list *bound) {
    hoist(n, val, v - 1, bound);
    for (int k = 0; k < n->nitems; k++)
        if (n->items[k].start == v) open_accumulator(n, &n->items[k]);
}

static void after(nest *n, int v, const space *s, bound_list *bound) {
    for (int k = 0; k < n->nitems; k++)
        if (n->items[k].start == v) flush_accumulator(n, &n->items[k], s);
    unbind(bound, 0);
}

static void level(nest *n, int v, const sval *val, const space *s) {
    bound_list bound = {0};
    if (v == n->space.nv) {
        body(n, val, s, "[0]");
        return;
    }
    before(n, v, val, &bound);
    loops(n, v, val, s);
    after(n, v, s, &bound);
}

/* ---- setting up ------------------------------------------------------------------------------------------------ */
static void set_up_item(nest *n, item *it) {
    int last = n->space.nv;
    while (last > 0 && (it->reduced >> (last - 1) & 1)) last--;
    it->start = it->reduced && last < n->space.nv ? last : n->space.nv;
    if (it->start > n->space.nv) it->start = n->space.nv;
    unsigned outer = it->reduced & ((1u << it->start) - 1u);
    it->rows = it->reduced && outer != 0;
    int own = n->strip ? 1 : 0; /* the shared loop of a strip has no lanes */
    bool long_loop = n->space.nv > own && n->space.hi[n->space.nv - 1] >= LANES_FROM;
    it->lanes = it->start < n->space.nv && long_loop && !item_is_arg(it) && !item_is_int(it);
    int64_t terms = 1;
    for (int v = it->start; v < n->space.nv; v++) terms *= n->space.hi[v];
    bool slow_lanes = it->lanes && n->space.hi[n->space.nv - 1] < WIDE_ROW;
    bool floats = n->e->f32 && !item_is_int(it);
    it->wide = it->start < n->space.nv && item_is_sum(it) && floats && terms > 2 * BLOCK && !slow_lanes;
}

/* In a strip, rows of the piece at hand are cleared for each piece, those that all pieces add to before the first. */
static void clear_rows(nest *n, const item *it, bool in_piece) {
    if (!it->rows || in_piece != (n->strip && !(it->reduced & 1))) return;
    const buffer *b = it->root->dst;
    long long count = (long long)type_count(&b->type) * (b->type.dt == T_COMPLEX ? 2 : 1);
    const char *place = b->var;
    if (in_piece) {
        count /= n->space.hi[0];
        if (!b->pieces) place = arena_printf(n->e->mem, "%s + %lld * %s", b->var, count, n->var[0]);
    }
    line(n->e, "memset(%s, 0, sizeof(%s) * %lld);", place, dtype_text(n->e, b->type.dt), count);
}

/* Scalars: each a C local, in the order of the graph. */
static void scalars(nest *n) {
    emitter *e = n->e;
    for (int k = 0; k < n->nitems; k++) {
        item *it = &n->items[k];
        bound_list bound = {0};
        nest one = *n;
        one.items = it;
        one.nitems = 1;
        bind_body(&one, &it->val, &bound);
        const char *re = item_is_arg(it) ? "0" : sx_text(e, it->val.re, n->var);
        store_value(n, it->root, it->at, "=", re, it->val.im ? sx_text(e, it->val.im, n->var) : NULL);
        if (it->root->dst->kind != B_LOCAL || item_is_arg(it)) continue; /* the place of a value is not the value */
        bool complex_local = it->root->dst->type.dt == T_COMPLEX;        /* later scalars use the name */
        const char *name = it->root->dst->var;
        it->val.re->var = complex_local ? arena_printf(e->mem, "%s_re", name) : name;
        if (it->val.im) it->val.im->var = arena_printf(e->mem, "%s_im", name);
    }
}

/* Two vectors of lanes wait for the addition before them: a long sum alone in its loop takes four, where that leaves no
 * longer a rest. */
static int choose_lanes(const nest *n) {
    int base = n->e->f32 ? LANES_F32 : LANES_F64, last = n->space.nv - 1;
    int64_t terms = n->space.hi[last];
    if (!any_lanes(n) || terms < MANY_LANES_FROM * 2 * base || terms % (2 * base) != terms % base) return base;
    bool alone = true;
    for (int k = 0; k < n->nitems; k++) {
        const item *it = &n->items[k];
        if (!it->lanes) continue;
        if (!item_is_sum(it) || item_pair(it) || !alone) return base;
        alone = one_by_one(n, n->val);
    }
    return 2 * base;
}

static nest *set_up(emitter *e, const step *s, bool strip) {
    nest *n = NEW(e->mem, nest);
    *n = (nest){.e = e, .step = s, .b = s->body, .space = s->space, .strip = strip};
    n->items = NEW_ARRAY(e->mem, item, s->roots.len + 1);
    for (int v = 0; v < MAX_RANK; v++) n->var[v] = LOOP_VAR[v];
    for (int k = 0; k < s->roots.len; k++) {
        const root *r = s->roots.data[k];
        if (!r->store) continue; /* a value for the others only */
        item *it = &n->items[n->nitems++];
        *it = (item){.root = r, .val = r->val, .at = r->at, .reduced = r->reduced};
        if (r->dst->kind == B_LOCAL && !(r->dst->parts & 2)) it->val.im = NULL;
        if (item_is_arg(it) && r->reduced == 0)
            it->val.re = sx_num(s->body, 0.0, CT_INT); /* the index of one element */
    }
    if (n->nitems == 0) return NULL;
    if (s->space.nv == 0) return n;
    nest_collapse(n);
    n->val = NEW_ARRAY(e->mem, sval, n->nitems + 1);
    for (int k = 0; k < n->nitems; k++) {
        set_up_item(n, &n->items[k]);
        n->val[k] = n->items[k].val;
        clear_rows(n, &n->items[k], false);
    }
    n->lanes = choose_lanes(n);
    return n;
}

void emit_loop(emitter *e, const step *s) {
    nest *n = set_up(e, s, false);
    if (!n) return;
    if (s->space.nv == 0) scalars(n);
    else level(n, 0, n->val, &n->space);
}

nest *nest_open(emitter *e, const step *s) {
    nest *n = set_up(e, s, true);
    if (n) before(n, 0, n->val, &n->outer);
    return n;
}

void nest_piece(nest *n) {
    for (int k = 0; k < n->nitems; k++) clear_rows(n, &n->items[k], true);
    level(n, 1, n->val, &n->space);
}

void nest_close(nest *n) {
    after(n, 0, &n->space, &n->outer);
}
