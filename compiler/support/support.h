/* support.h: memory by lifetime, text buffers, vectors, name maps, files.
 *
 * Everything the compiler allocates lives in an arena that is named by its lifetime and freed whole.
 * Allocation never returns NULL: out of memory ends the command with status 4 and one sentence. */
#ifndef DSPC_SUPPORT_H
#define DSPC_SUPPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define NORETURN                __attribute__((noreturn))
#define NEVER_NULL              __attribute__((returns_nonnull))
#else
#define PRINTF_LIKE(fmt, first)
#define NORETURN
#define NEVER_NULL
#endif

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* ---- arena ------------------------------------------------------------------------------------------------------- */
typedef struct arena arena;

arena *arena_new(const char *lifetime); /* `lifetime` names it in the out-of-memory message: "graph", "source" */
void arena_free(arena *a);              /* NULL is fine */
NEVER_NULL void *arena_alloc(arena *a, size_t bytes); /* zeroed, aligned to 16 */
char *arena_strdup(arena *a, const char *s);
char *arena_strndup(arena *a, const char *s, size_t n);
char *arena_printf(arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(arena *a, const char *fmt, va_list ap);
size_t arena_bytes(const arena *a);

#define NEW(a, T)          ((T *)arena_alloc((a), sizeof(T)))
#define NEW_ARRAY(a, T, n) ((T *)arena_alloc((a), sizeof(T) * (size_t)(n)))

/* ---- vectors ----------------------------------------------------------------------------------------------------- */
/* VEC(T) is a growable array in an arena: VEC(node *) v = {0}; vec_push(a, &v, x); v.data[i]; v.len */
#define VEC(T)   \
    struct {     \
        T *data; \
        int len; \
        int cap; \
    }
NEVER_NULL void *vec_grow_(arena *a, void *data, int len, int *cap, size_t elem);
#define vec_push(a, v, x)                                                                                         \
    ((v)->len == (v)->cap ? (void)((v)->data = vec_grow_((a), (v)->data, (v)->len, &(v)->cap, sizeof *(v)->data)) \
                          : (void)0,                                                                              \
     (void)((v)->data[(v)->len++] = (x)))

/* ---- text buffer: malloc'ed, freed by the owner ------------------------------------------------------------------ */
typedef struct {
    char *text; /* always NUL-terminated once something was put; NULL before */
    size_t len, cap;
} strbuf;

void sb_putc(strbuf *b, char c);
void sb_puts(strbuf *b, const char *s);
void sb_putn(strbuf *b, const char *s, size_t n);
void sb_printf(strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void sb_vprintf(strbuf *b, const char *fmt, va_list ap);
const char *sb_text(const strbuf *b); /* "" when empty */
void sb_free(strbuf *b);
void sb_int(strbuf *b, int64_t v);
void sb_number(strbuf *b,
               double x); /* shortest decimal text that strtod reads back as exactly x; "0.1", "1e-30", "inf" */

enum { NUMBER_TEXT = 32 };
/* The fewest digits that strtod, or strtof of a single, reads back as x, which is finite: 1 or more digits of a single, 15 or
 * more of a double (less its zeros at the end), laid out as by %g with so many. */
void shortest_number(char text[NUMBER_TEXT], double x, bool single);

/* ---- names ------------------------------------------------------------------------------------------------------- */
/* Interned strings: two equal names are one pointer. */
typedef struct interner interner;
interner *interner_new(arena *a);
const char *intern(interner *in, const char *s);
const char *intern_n(interner *in, const char *s, size_t n);

/* A map from text (compared by content) to pointers, iterated in insertion order. */
typedef struct strmap strmap;
strmap *strmap_new(arena *a);
void *strmap_get(const strmap *m, const char *key); /* NULL when absent */
void strmap_set(strmap *m, const char *key, void *value);
int strmap_len(const strmap *m);
const char *strmap_key(const strmap *m, int i);
void *strmap_value(const strmap *m, int i);

/* Of `n` candidate names, the one nearest to `name` by edit distance, or NULL when none is near enough to suggest. */
const char *nearest_name(const char *name, const char *const *candidates, int n);

/* ---- names of other libraries ------------------------------------------------------------------------------------ */
typedef enum { ALIAS_NONE, ALIAS_END, ALIAS_WHOLE } alias_fit;
/* Whether `name` is one of the comma-separated aliases, the last dotted part of one, or neither. Case is ignored, modules are
 * known by their usual short names (F.conv1d), CMSIS-DSP's functions in every number format. */
alias_fit alias_match(const char *aliases, const char *name);
/* The last dotted parts of the aliases that are names, at most `limit`; their number. */
int alias_ends(arena *a, const char *aliases, const char **out, int limit);
const char *last_part(const char *name);       /* scipy.signal.hann -> hann */
bool library_name(const char *text, size_t n); /* np, torch, fi: what stands before the first dot elsewhere */

/* ---- files ------------------------------------------------------------------------------------------------------- */
/* Reads a whole file of at most `limit` bytes into the arena, NUL-terminated. On failure NULL, with the reason in *why. */
char *read_whole_file(arena *a, const char *path, size_t limit, size_t *len, const char **why);
/* Writes to a temporary beside `path`, then renames: the file is whole or untouched. False with the reason in *why. */
bool write_whole_file(const char *path, const void *data, size_t len, const char **why);

/* Ends the command: prints "dspc: <text>" on stderr and exits with `status` (4: internal or I/O). */
NORETURN void die(int status, const char *fmt, ...) PRINTF_LIKE(2, 3);

uint64_t hash_bytes(uint64_t seed, const void *p, size_t n);

#endif
