/* rows.c: the rows of a slice, read where they lie.
 *
 * A row of a view that keeps its rows whole lies at an even distance from the next. A slice that is put together from
 * several arrays along time (a delayed signal: its start, then the signal) is several such runs; where a scalar comes
 * from outside an embedded signal it is 0. */
#include "plan/plan.h"

static bool splat(const node *n) {
    return n->op == OP_constant && n->konst->splat;
}

static int64_t row_count(const node *n) {
    return type_count(&n->type) / n->type.shape[0];
}

/* A view that takes whole rows, one after the other: its first row. */
static bool takes_rows(const node *n, int64_t *start) {
    if (n->op != OP_slice || n->attrs[1].v[0] != 1) return false;
    for (int k = 1; k < n->type.rank; k++)
        if (n->attrs[0].v[k] != 0 || n->attrs[1].v[k] != 1 || n->attrs[2].v[k] != n->args[0]->type.shape[k])
            return false;
    *start = n->attrs[0].v[0];
    return true;
}

/* Scalars with zeros before and behind them. */
static bool surrounded(const node *n) {
    return n->op == OP_embed && n->type.rank >= 1 && row_count(n) == 1 && n->type.dt != T_COMPLEX &&
           (n->attrs[1].v[0] == 1 || n->args[0]->type.shape[0] == 1);
}

static bool joined(const node *n) {
    return n->op == OP_concat && attr_int(n, 0) == 0 && n->nargs <= MAX_RUNS;
}

static bool put_together(const node *n) {
    int64_t start;
    while (takes_rows(n, &start)) n = n->args[0];
    return joined(n) || surrounded(n);
}

static bool push(row_runs *out, int64_t until, const operand *from, int64_t apart, const node *same) {
    if (out->n == MAX_RUNS) return false;
    row_run *r = &out->run[out->n++];
    *r = (row_run){.until = until, .apart = apart, .same = same};
    if (from) r->from = *from;
    return true;
}

/* Rows lo..hi-1 of n are those of steps at, at + 1, ... */
static bool gather(const plan *p, const node *n, int64_t lo, int64_t hi, int64_t at, row_runs *out) {
    if (hi <= lo) return true;
    int64_t start, end = at + hi - lo;
    bool stored = p->info[n->id].stored;
    if (!stored && splat(n)) return row_count(n) == 1 && n->type.dt != T_COMPLEX && push(out, end, NULL, 0, n);
    if (!stored && put_together(n) && takes_rows(n, &start))
        return gather(p, n->args[0], lo + start, hi + start, at, out);
    if (!stored && surrounded(n)) {
        int64_t first = n->attrs[0].v[0], last = first + n->args[0]->type.shape[0];
        int64_t a = lo > first ? lo : first, b = hi < last ? hi : last;
        if (b <= a) return push(out, end, NULL, 0, n);
        if (a > lo && !push(out, at + a - lo, NULL, 0, n)) return false;
        return gather(p, n->args[0], a - first, b - first, at + a - lo, out) && (b == hi || push(out, end, NULL, 0, n));
    }
    if (!stored && joined(n)) {
        int64_t done = 0;
        for (int k = 0; k < n->nargs; k++) {
            int64_t size = n->args[k]->type.shape[0], a = lo > done ? lo : done,
                    b = hi < done + size ? hi : done + size;
            if (!gather(p, n->args[k], a - done, b - done, at + a - lo, out)) return false;
            done += size;
        }
        return true;
    }
    if (!operand_ready(p, n, n->type.rank - 1, NULL)) return false;
    int64_t apart;
    operand o = row_operand(p, n, &apart);
    o.at = aff_plus(o.at, apart * (lo - at));
    return push(out, end, &o, apart, NULL);
}

bool slice_rows(const plan *p, const node *n, row_runs *out) {
    *out = (row_runs){0};
    return gather(p, n, 0, n->type.shape[0], 0, out);
}

/* What a slice needs in memory: itself, or what it is put together from. */
void need_rows(plan *p, const node *n) {
    if (p->info[n->id].stored) return;
    if (splat(n)) p->info[n->id].stored = row_count(n) > 1 || n->type.dt == T_COMPLEX;
    else if (put_together(n)) {
        for (int k = 0; k < n->nargs; k++) need_rows(p, n->args[k]);
    } else {
        if (n->op == OP_frame) need_operand(p, n->args[0], -1, false); /* overlapping frames lie in the signal */
        need_operand(p, n, n->type.rank - 1, false);
    }
}
