/* names.c: interned names, maps by name, and the nearest name for "did you mean". */
#include "support/support.h"

#include <ctype.h>
#include <string.h>

/* FNV-1a, then one multiply-xorshift round so that the low bits can index a table. */
uint64_t hash_bytes(uint64_t seed, const void *p, size_t n) {
    const unsigned char *s = p;
    uint64_t h = UINT64_C(14695981039346656037) ^ (seed * UINT64_C(0x9E3779B97F4A7C15));
    for (size_t i = 0; i < n; i++) h = (h ^ s[i]) * UINT64_C(1099511628211);
    h ^= h >> 32;
    h *= UINT64_C(0xD6E8FEB86659FD93);
    return h ^ (h >> 32);
}

/* ---- a hash index shared by both: slot -> entry number + 1, open addressing, never more than half full ----------- */

typedef struct {
    const char *key;
    size_t len;
    void *value;
} entry;

typedef struct {
    arena *a;
    VEC(entry) entries;
    int *slots;
    size_t nslots; /* a power of two, or 0 */
} table;

static size_t find_slot(const table *t, const char *key, size_t len) {
    size_t mask = t->nslots - 1;
    size_t i = (size_t)hash_bytes(0, key, len) & mask;
    while (t->slots[i]) {
        const entry *e = &t->entries.data[t->slots[i] - 1];
        if (e->len == len && memcmp(e->key, key, len) == 0) break;
        i = (i + 1) & mask;
    }
    return i;
}

static void widen(table *t) {
    t->nslots = t->nslots ? 2 * t->nslots : 32;
    t->slots = NEW_ARRAY(t->a, int, t->nslots);
    for (int k = 0; k < t->entries.len; k++)
        t->slots[find_slot(t, t->entries.data[k].key, t->entries.data[k].len)] = k + 1;
}

/* The number of the entry, or -1. */
static int lookup(const table *t, const char *key, size_t len) {
    return t->nslots ? t->slots[find_slot(t, key, len)] - 1 : -1;
}

static int insert(table *t, const char *key, size_t len) {
    if (2 * (size_t)(t->entries.len + 1) > t->nslots) widen(t);
    size_t slot = find_slot(t, key, len);
    entry fresh = {.key = arena_strndup(t->a, key, len), .len = len, .value = NULL};
    vec_push(t->a, &t->entries, fresh);
    t->slots[slot] = t->entries.len;
    return t->entries.len - 1;
}

struct interner {
    table t;
};

interner *interner_new(arena *a) {
    interner *in = NEW(a, interner);
    in->t.a = a;
    return in;
}

const char *intern_n(interner *in, const char *s, size_t n) {
    int i = lookup(&in->t, s, n);
    if (i < 0) i = insert(&in->t, s, n);
    return in->t.entries.data[i].key;
}

const char *intern(interner *in, const char *s) {
    return intern_n(in, s, strlen(s));
}

struct strmap {
    table t;
};

strmap *strmap_new(arena *a) {
    strmap *m = NEW(a, strmap);
    m->t.a = a;
    return m;
}

void *strmap_get(const strmap *m, const char *key) {
    int i = lookup(&m->t, key, strlen(key));
    return i < 0 ? NULL : m->t.entries.data[i].value;
}

void strmap_set(strmap *m, const char *key, void *value) {
    size_t len = strlen(key);
    int i = lookup(&m->t, key, len);
    if (i < 0) i = insert(&m->t, key, len);
    m->t.entries.data[i].value = value;
}

int strmap_len(const strmap *m) {
    return m->t.entries.len;
}

const char *strmap_key(const strmap *m, int i) {
    return m->t.entries.data[i].key;
}

void *strmap_value(const strmap *m, int i) {
    return m->t.entries.data[i].value;
}

/* ---- suggestions ------------------------------------------------------------------------------------------------- */

enum { LONGEST_SUGGESTED = 48 };

static int least(int a, int b) {
    return a < b ? a : b;
}

/* Edit distance with insertion, deletion, substitution and exchange of neighbours (optimal string alignment), where a
 * change of case costs nothing. Three rows of the usual table are enough. */
static int edit_distance(const char *a, int na, const char *b, int nb) {
    int rows[3][LONGEST_SUGGESTED + 1];
    for (int j = 0; j <= nb; j++) rows[0][j] = j;
    for (int i = 1; i <= na; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
            int best = least(above[j - 1] + (ca != cb), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) && cb == tolower((unsigned char)a[i - 2]))
                best = least(best, above2[j - 2] + 1);
            row[j] = best;
        }
    }
    return rows[na % 3][nb];
}

/* Near enough: at most a third of the letters differ (one of two to four), and never the whole name. Of equally near ones
 * that which begins with the same letter is meant, else the first. */
const char *nearest_name(const char *name, const char *const *candidates, int n) {
    size_t len = strlen(name);
    if (len == 0 || len > LONGEST_SUGGESTED) return NULL;
    int letters = len == 1 ? 0 : len < 5 ? 1 : (int)((len + 1) / 3), limit = 2 * letters + 1;
    const char *best = NULL;
    for (int i = 0; i < n; i++) {
        if (!candidates[i]) continue;
        size_t clen = strlen(candidates[i]);
        if (clen == 0 || clen > LONGEST_SUGGESTED || strcmp(candidates[i], name) == 0) continue;
        int d = edit_distance(name, (int)len, candidates[i], (int)clen);
        bool same_start = tolower((unsigned char)name[0]) == tolower((unsigned char)candidates[i][0]);
        int score = 2 * d + !same_start;
        if (score > limit || d > letters || d >= (int)len) continue;
        limit = score - 1; /* the first of equals wins */
        best = candidates[i];
        if (d == 0) break;
    }
    return best;
}
