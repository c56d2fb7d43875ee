/* arena.c: memory that is freed whole, in chunks that double up to 4 MiB. */
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_CHUNK = 16 << 10, LARGEST_CHUNK = 4 << 20 };

typedef struct chunk {
    struct chunk *next;
    size_t used, cap;
    char *bytes;
} chunk;

struct arena {
    const char *lifetime;
    chunk *chunks; /* the newest first; allocation goes into that one */
    size_t next_cap, total;
};

NORETURN static void out_of_memory(const char *lifetime, size_t bytes) {
    die(4, "out of memory: %zu bytes for the %s", bytes, lifetime);
}

arena *arena_new(const char *lifetime) {
    arena *a = calloc(1, sizeof *a);
    if (!a) out_of_memory(lifetime, sizeof *a);
    a->lifetime = lifetime;
    a->next_cap = FIRST_CHUNK;
    return a;
}

void arena_free(arena *a) {
    if (!a) return;
    for (chunk *c = a->chunks; c;) {
        chunk *next = c->next;
        free(c->bytes);
        free(c);
        c = next;
    }
    free(a);
}

static chunk *add_chunk(arena *a, size_t bytes) {
    size_t cap = bytes > a->next_cap ? bytes : a->next_cap;
    chunk *c = malloc(sizeof *c);
    char *memory = calloc(1, cap);
    if (!c || !memory) {
        free(c);
        free(memory);
        out_of_memory(a->lifetime, cap);
    }
    *c = (chunk){.next = a->chunks, .cap = cap, .bytes = memory};
    a->chunks = c;
    if (a->next_cap < LARGEST_CHUNK) a->next_cap *= 2;
    return c;
}

void *arena_alloc(arena *a, size_t bytes) {
    if (bytes > SIZE_MAX / 2) out_of_memory(a->lifetime, bytes);
    size_t need = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (need == 0) need = ALIGNMENT;
    chunk *c = a->chunks;
    if (!c || c->cap - c->used < need) c = add_chunk(a, need);
    void *p = c->bytes + c->used;
    c->used += need;
    a->total += need;
    return p;
}

char *arena_strndup(arena *a, const char *s, size_t n) {
    char *copy = arena_alloc(a, n + 1);
    if (n) memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *arena_strdup(arena *a, const char *s) {
    return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(arena *a, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0) die(4, "cannot format a text for the %s", a->lifetime);
    char *text = arena_alloc(a, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, fmt, ap);
    return text;
}

char *arena_printf(arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    char *text = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return text;
}

size_t arena_bytes(const arena *a) {
    return a->total;
}

void *vec_grow_(arena *a, void *data, int len, int *cap, size_t elem) {
    if (*cap > INT32_MAX / 2) die(4, "a list in the %s has more than %d entries", a->lifetime, *cap);
    int wider = *cap ? 2 * *cap : 8;
    void *moved = arena_alloc(a, elem * (size_t)wider);
    if (len) memcpy(moved, data, elem * (size_t)len);
    *cap = wider;
    return moved;
}
