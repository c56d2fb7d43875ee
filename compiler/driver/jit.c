/* jit.c: cc -shared, then dlopen. The runtime library is found beside the command: build/lib or PREFIX/lib. */
#include "driver/jit.h"

#include "driver/process.h"

#include <dlfcn.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef DSPC_HOST_LIBS
#define DSPC_HOST_LIBS "-lfftw3 -lfftw3f -lblas -lpthread -lm"
#endif

enum { MAX_PARTS = 8 };

struct jit {
    arena *a;
    int nparts;
    void *part[MAX_PARTS]; /* the files are compiled in parts, side by side */
};

typedef struct words {
    VEC(const char *) v;
} words;

static void add_words(arena *a, words *w, const char *text) {
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t n = strcspn(text, " ");
        vec_push(a, &w->v, arena_strndup(a, text, n));
        text += n;
    }
}

static const char *setting(const char *name, const char *fallback) {
    const char *v = getenv(name);
    return v && *v ? v : fallback;
}

/* The folder that has include/dspc.h and lib/libdspc.a: that of the command (build tree), or the one above
 * (installed). */
static const char *runtime_folder(arena *a) {
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0) return NULL;
    exe[n] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(exe, '/');
        if (!slash) return NULL;
        *slash = '\0';
        if (access(arena_printf(a, "%s/lib/libdspc.a", exe), R_OK) == 0 &&
            access(arena_printf(a, "%s/include/dspc.h", exe), R_OK) == 0)
            return arena_strdup(a, exe);
    }
    return NULL;
}

static bool write_files(arena *a, const char *dir, const c_file *files, int n, words *sources, const char **why) {
    for (int i = 0; i < n; i++) {
        const char *path = arena_printf(a, "%s/%s", dir, files[i].name), *reason = "";
        if (!write_whole_file(path, files[i].text, strlen(files[i].text), &reason)) {
            *why = arena_printf(a, "cannot write %s: %s", path, reason);
            return false;
        }
        if (strcmp(files[i].name + strlen(files[i].name) - 2, ".c") == 0) vec_push(a, &sources->v, path);
    }
    return true;
}

static const char *first_lines(arena *a, const char *path) {
    size_t len;
    const char *reason;
    char *text = read_whole_file(a, path, (size_t)1 << 24, &len, &reason);
    if (!text) return "";
    char *p = text;
    for (int lines = 0; lines < 12 && (p = strchr(p, '\n')); lines++) p++;
    if (p) *p = '\0';
    return text;
}

/* The command line for part k of n: every n-th source. */
static const char *const *compiler_call(arena *a, const char *root, const char *level, const words *sources, int k,
                                        int n, const char *so) {
    words argv = {0};
    add_words(a, &argv, setting("CC", "cc"));
    add_words(a, &argv, setting("DSPC_CFLAGS", level));
    add_words(a, &argv, "-std=c99 -fPIC -shared -w");
    vec_push(a, &argv.v, arena_printf(a, "-I%s/include", root));
    for (int i = k; i < sources->v.len; i += n) vec_push(a, &argv.v, sources->v.data[i]);
    vec_push(a, &argv.v, "-o");
    vec_push(a, &argv.v, so);
    vec_push(a, &argv.v, arena_printf(a, "%s/lib/libdspc.a", root));
    add_words(a, &argv, setting("DSPC_LIBS", DSPC_HOST_LIBS));
    vec_push(a, &argv.v, NULL);
    return argv.v.data;
}

static const char *compile_failure(arena *a, const command_line *c) {
    const char *cc = setting("CC", "cc");
    if (c->status == 127)
        return arena_printf(a,
                            "the C compiler '%s' cannot be run; install one (package gcc), or name yours in the "
                            "environment variable CC",
                            cc);
    return c->status < 0 ? "interrupted"
                         : arena_printf(a, "'%s' does not compile the generated C:\n%s", cc, first_lines(a, c->errors));
}

static int part_count(int nsources) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int n = processors < 1 ? 1 : processors > MAX_PARTS ? MAX_PARTS : (int)processors;
    return n < nsources ? n : nsources;
}

static bool compile(jit *x, temp_dir *t, const c_file *files, int n, const char *level, const char **why) {
    arena *a = x->a;
    const char *root = runtime_folder(a), *dir = temp_dir_path(t);
    words sources = {0};
    command_line parts[MAX_PARTS] = {{0}};
    if (!root) {
        *why =
            "libdspc.a and dspc.h are not beside the dspc command; build it with make, or install it with make install";
        return false;
    }
    if (!write_files(a, dir, files, n, &sources, why)) return false;
    x->nparts = part_count(sources.v.len);
    for (int k = 0; k < x->nparts; k++) {
        parts[k].argv = compiler_call(a, root, level, &sources, k, x->nparts, arena_printf(a, "%s/part%d.so", dir, k));
        parts[k].errors = arena_printf(a, "%s/log%d", dir, k);
    }
    run_programs(t, parts, x->nparts);
    for (int k = 0; k < x->nparts; k++)
        if (parts[k].status != 0) {
            *why = compile_failure(a, &parts[k]);
            return false;
        }
    return true;
}

jit *jit_load(arena *a, const c_file *files, int n, const char *level, const char **why) {
    temp_dir *t = temp_dir_new(a, why);
    if (!t) return NULL;
    jit *x = NEW(a, jit);
    x->a = a;
    bool ok = compile(x, t, files, n, level, why);
    for (int k = 0; ok && k < x->nparts; k++)
        if (!(x->part[k] = dlopen(arena_printf(a, "%s/part%d.so", temp_dir_path(t), k), RTLD_NOW | RTLD_LOCAL))) {
            *why = arena_printf(a, "cannot load the compiled pipeline: %s", dlerror());
            ok = false;
        }
    temp_dir_remove(t); /* what is loaded stays loaded */
    return ok ? x : NULL;
}

const dspc_module *jit_module(const jit *x, const char *pipeline, const char **why) {
    typedef const dspc_module *module_fn(void);
    module_fn *fn = NULL;
    void *symbol = NULL;
    for (int k = 0; k < x->nparts && !symbol; k++)
        symbol = dlsym(x->part[k], arena_printf(x->a, "%s_module", pipeline));
    if (symbol)
        memcpy(&fn, &symbol, sizeof fn); /* ISO C knows no conversion of data to function pointers, POSIX asks for it */
    const dspc_module *m = fn ? fn() : NULL;
    if (!m) *why = arena_printf(x->a, "the generated C has no %s_module", pipeline);
    else if (m->abi != DSPC_ABI) {
        *why = arena_printf(x->a, "the generated C is of ABI %d, this is %d", m->abi, DSPC_ABI);
        return NULL;
    }
    return m;
}
