/* sx.c: hash-consed scalar expressions. */
#include "plan/plan.h"

#include <string.h>

static const char ZERO[] = "0"; /* text of a structural zero */

sxb *sxb_new(arena *a) {
    sxb *b = NEW(a, sxb);
    b->mem = a;
    b->nslots = 256;
    b->slot = NEW_ARRAY(a, sx *, b->nslots);
    return b;
}

static uint64_t sx_hash(const sx *x) {
    uint64_t h = hash_bytes(17, &x->num, sizeof x->num);
    int head[5] = {(int)x->kind, (int)x->ct, x->part, x->nargs, x->nconds};
    h = hash_bytes(h, head, sizeof head);
    if (x->text) h = hash_bytes(h, x->text, strlen(x->text));
    if (x->buf) h = hash_bytes(h, &x->buf->id, sizeof x->buf->id);
    h = hash_bytes(h, &x->at, sizeof x->at);
    for (int k = 0; k < x->nargs; ++k) h = hash_bytes(h, &x->arg[k]->id, sizeof x->arg[k]->id);
    if (x->nconds) h = hash_bytes(h, x->cond, sizeof(affine) * (size_t)x->nconds);
    return h;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool sx_same(const sx *x, const sx *y) {
    if (x->kind != y->kind || x->ct != y->ct || x->part != y->part || x->nargs != y->nargs || x->nconds != y->nconds)
        return false;
    if (memcmp(&x->num, &y->num, sizeof x->num) != 0 || x->buf != y->buf || !same_text(x->text, y->text)) return false;
    if (!aff_equal(&x->at, &y->at) || memcmp(x->arg, y->arg, sizeof(sx *) * (size_t)x->nargs) != 0) return false;
    for (int k = 0; k < x->nconds; ++k) {
        if (!aff_equal(&x->cond[k], &y->cond[k]) || x->limit[k] != y->limit[k]) return false;
    }
    return true;
}

static void grow(sxb *b) {
    int n = b->nslots * 2;
    sx **slot = NEW_ARRAY(b->mem, sx *, n);
    for (int i = 0; i < b->nslots; ++i) {
        for (sx *x = b->slot[i], *next; x; x = next) {
            next = x->next;
            sx **head = &slot[sx_hash(x) & (uint64_t)(n - 1)];
            x->next = *head;
            *head = x;
        }
    }
    b->slot = slot;
    b->nslots = n;
}

static int sx_depth(const sx *x) {
    int d = x->kind == SX_LOAD || x->kind == SX_INDEX ? aff_depth(&x->at) : -1;
    for (int k = 0; k < x->nargs; ++k) {
        if (x->arg[k]->depth > d) d = x->arg[k]->depth;
    }
    for (int k = 0; k < x->nconds; ++k) {
        int c = aff_depth(&x->cond[k]);
        if (c > d) d = c;
    }
    return d;
}

static sx *cons(sxb *b, const sx *key) {
    sx **head = &b->slot[sx_hash(key) & (uint64_t)(b->nslots - 1)];
    for (sx *x = *head; x; x = x->next) {
        if (sx_same(x, key)) return x;
    }
    sx *x = NEW(b->mem, sx);
    *x = *key;
    x->depth = sx_depth(x);
    x->id = b->count;
    x->next = *head;
    *head = x;
    if (++b->count > 2 * b->nslots) grow(b);
    return x;
}

sx *sx_num(sxb *b, double v, ctype ct) {
    sx key = {.kind = SX_NUM, .ct = ct, .num = v};
    return cons(b, &key);
}

sx *sx_zero(sxb *b) {
    sx key = {.kind = SX_NUM, .ct = CT_REAL, .text = ZERO};
    return cons(b, &key);
}

bool sx_is_zero(const sx *x) {
    return x->kind == SX_NUM && x->text != NULL;
}

static bool is_one(const sx *x) {
    return x->kind == SX_NUM && x->num == 1.0;
}

sx *sx_load(sxb *b, buffer *buf, ctype ct, affine at, int part) {
    if (buf->kind == B_TABLE && aff_depth(&at) < 0 && buf->type.dt != T_COMPLEX) /* one number of a table */
        return sx_num(b, buf->node->konst->value[at.c0], ct);
    sx key = {.kind = SX_LOAD, .ct = ct, .buf = buf, .at = at, .part = part};
    return cons(b, &key);
}

sx *sx_local(sxb *b, buffer *buf, ctype ct, int part) {
    sx key = {.kind = SX_LOCAL, .ct = ct, .buf = buf, .part = part};
    return cons(b, &key);
}

sx *sx_index(sxb *b, affine at) {
    if (aff_depth(&at) < 0) return sx_num(b, (double)at.c0, CT_INT);
    sx key = {.kind = SX_INDEX, .ct = CT_INT, .at = at};
    return cons(b, &key);
}

sx *sx_unary(sxb *b, const char *op, sx *x) {
    if (*op == '-') {
        if (sx_is_zero(x)) return x;
        if (x->kind == SX_UNARY && *x->text == '-') return x->arg[0];
        if (x->kind == SX_NUM && x->ct == CT_REAL) return sx_num(b, -x->num, CT_REAL);
    }
    sx key = {.kind = SX_UNARY, .ct = *op == '!' ? CT_INT : x->ct, .text = op, .nargs = 1, .arg = {x}};
    return cons(b, &key);
}

static bool is_logic(const char *op) {
    return strchr("<>=!&|", *op) != NULL;
}

sx *sx_binary(sxb *b, const char *op, sx *x, sx *y) {
    bool zx = sx_is_zero(x), zy = sx_is_zero(y);
    if (*op == '+' && (zx || zy)) return zx ? y : x;
    if (*op == '+' && y->kind == SX_NUM && y->ct == CT_REAL && y->num == 0.0) return x;
    if (*op == '+' && x->kind == SX_NUM && x->ct == CT_REAL && x->num == 0.0 && y->ct == CT_REAL) return y;
    if (*op == '-' && zy) return x;
    if (*op == '-' && zx) return sx_unary(b, "-", y);
    if (*op == '*' && (zx || zy)) return zx ? x : y;
    if (*op == '*' && x->ct == CT_REAL && is_one(x)) return y;
    if ((*op == '*' || *op == '/') && y->ct == CT_REAL && is_one(y)) return x;
    if (*op == '/' && zx) return x;
    if (y->kind == SX_NUM && y->ct == CT_REAL && y->num < 0.0 && (*op == '+' || *op == '-'))
        return sx_binary(b, *op == '+' ? "-" : "+", x, sx_num(b, -y->num, CT_REAL));
    if (*op == '+' && y->kind == SX_UNARY && *y->text == '-') return sx_binary(b, "-", x, y->arg[0]);
    if (*op == '-' && y->kind == SX_UNARY && *y->text == '-') return sx_binary(b, "+", x, y->arg[0]);
    sx key = {.kind = SX_BINARY, .ct = is_logic(op) ? CT_INT : x->ct, .text = op, .nargs = 2, .arg = {x, y}};
    return cons(b, &key);
}

sx *sx_cond(sxb *b, sx *c, sx *x, sx *y) {
    if (x == y) return x;
    if (c->kind == SX_NUM) return c->num != 0.0 ? x : y;
    sx key = {.kind = SX_COND, .ct = x->ct, .nargs = 3, .arg = {c, x, y}};
    return cons(b, &key);
}

sx *sx_call(sxb *b, const char *fn, ctype ct, sx *const *arg, int nargs) {
    sx key = {.kind = SX_CALL, .ct = ct, .text = fn, .nargs = nargs};
    memcpy(key.arg, arg, sizeof(sx *) * (size_t)nargs);
    return cons(b, &key);
}

sx *sx_cast(sxb *b, ctype ct, sx *x) {
    if (x->ct == ct) return x;
    if (x->kind == SX_NUM) return sx_num(b, x->num, ct);
    sx key = {.kind = SX_CAST, .ct = ct, .nargs = 1, .arg = {x}};
    return cons(b, &key);
}

sx *sx_field(sxb *b, sx *pair, int part) {
    sx key = {.kind = SX_FIELD, .ct = CT_REAL, .part = part, .nargs = 1, .arg = {pair}};
    return cons(b, &key);
}

sx *sx_inside(sxb *b, int nconds, const affine *cond, const int64_t *limit, sx *x, sx *y) {
    if (nconds == 0 || x == y) return x;
    sx key = {.kind = SX_INSIDE, .ct = x->ct, .nargs = 2, .arg = {x, y}, .nconds = nconds};
    memcpy(key.cond, cond, sizeof(affine) * (size_t)nconds);
    memcpy(key.limit, limit, sizeof(int64_t) * (size_t)nconds);
    return cons(b, &key);
}

/* ---- rebuilding ------------------------------------------------------------------------------------------------ */
void sx_rebuild_begin(sxb *b) {
    b->stamp++;
}

static affine fix(const affine *a, const space *s) {
    affine r = *a;
    for (int v = 0; v < s->nv; ++v) {
        if (s->hi[v] - s->lo[v] != 1) continue;
        r.c0 += r.c[v] * s->lo[v];
        r.c[v] = 0;
    }
    return r;
}

static sx *rebuild_inside(sxb *b, sx *x, const space *s, sx_map map, void *arg) {
    affine cond[MAX_RANK];
    int64_t limit[MAX_RANK];
    int n = 0;
    for (int k = 0; k < x->nconds; ++k) {
        affine c = map ? map(arg, &x->cond[k]) : x->cond[k];
        c = fix(&c, s);
        int64_t lo, hi;
        aff_range(&c, s, &lo, &hi);
        if (hi < 0 || lo >= x->limit[k]) return sx_rebuild(b, x->arg[1], s, map, arg);
        if (lo >= 0 && hi < x->limit[k]) continue;
        cond[n] = c;
        limit[n++] = x->limit[k];
    }
    return sx_inside(b, n, cond, limit, sx_rebuild(b, x->arg[0], s, map, arg), sx_rebuild(b, x->arg[1], s, map, arg));
}

static sx *rebuild_node(sxb *b, sx *x, const space *s, sx_map map, void *arg) {
    if (x->kind == SX_INSIDE) return rebuild_inside(b, x, s, map, arg);
    sx key = *x;
    if (x->kind == SX_LOAD || x->kind == SX_INDEX) {
        if (map) key.at = map(arg, &x->at);
        key.at = fix(&key.at, s);
        return x->kind == SX_INDEX ? sx_index(b, key.at) : sx_load(b, x->buf, x->ct, key.at, x->part);
    }
    for (int k = 0; k < x->nargs; ++k) key.arg[k] = sx_rebuild(b, x->arg[k], s, map, arg);
    switch (x->kind) {
    case SX_UNARY: return sx_unary(b, x->text, key.arg[0]);
    case SX_BINARY: return sx_binary(b, x->text, key.arg[0], key.arg[1]);
    case SX_COND: return sx_cond(b, key.arg[0], key.arg[1], key.arg[2]);
    case SX_CALL: return sx_call(b, x->text, x->ct, key.arg, x->nargs);
    case SX_CAST: return sx_cast(b, x->ct, key.arg[0]);
    case SX_FIELD: return sx_field(b, key.arg[0], x->part);
    default: return x;
    }
}

sx *sx_rebuild(sxb *b, sx *x, const space *s, sx_map map, void *arg) {
    if (x->stamp == b->stamp) return x->image;
    sx *y = rebuild_node(b, x, s, map, arg);
    if (!y->of) {
        y->of = x->of;
        y->part_of = x->part_of;
    }
    x->stamp = b->stamp;
    x->image = y;
    return y;
}
