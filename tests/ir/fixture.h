/* fixture.h: an operator table and a graph for tests of ir and opt. */
#ifndef DSPC_TESTS_FIXTURE_H
#define DSPC_TESTS_FIXTURE_H

#include <CUnit/CUnit.h>
#include <string.h>

#include "front/front.h"
#include "ir/optable.h"

typedef struct fixture {
    arena *mem;
    diags *d;
    optable *ops;
    graph *g;
} fixture;

static inline fixture fixture_new(void) {
    fixture f = {.mem = arena_new("test")};
    f.d = diags_new(f.mem, NULL, false);
    f.ops = optable_new(f.mem, interner_new(f.mem), f.d);
    f.g = graph_new(f.mem, f.ops, "test");
    return f;
}

static inline void fixture_free(fixture *f) {
    arena_free(f->mem);
}

#define SHAPE(...)  \
    (int64_t[]) {   \
        __VA_ARGS__ \
    }
#define INTS(...)                                                                \
    {                                                                            \
        (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]) { \
            __VA_ARGS__                                                          \
        }                                                                        \
    }

static inline node *input(fixture *f, const char *name, dtype dt, int rank, const int64_t *shape) {
    return graph_leaf(f->g, name, ROLE_INPUT, type_make(dt, rank, shape), NULL);
}

static inline graph *parse(fixture *f, const char *text) {
    source *s = NEW(f->mem, source);
    *s = (source){"test", text, strlen(text), false};
    return graph_parse(f->mem, f->ops, f->d, s);
}

static inline char *print(fixture *f, const graph *g) {
    strbuf b = {0};
    graph_print(&b, g);
    char *s = arena_strdup(f->mem, sb_text(&b));
    sb_free(&b);
    return s;
}

#endif
