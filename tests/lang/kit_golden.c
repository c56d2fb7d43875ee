#include "kit_golden.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *x, const void *y) {
    return strcmp(*(char *const *)x, *(char *const *)y);
}

path_list list_files(arena *a, const char *folder, const char *prefix, const char *suffix) {
    path_list paths = {0};
    DIR *d = opendir(folder);
    if (!d) return paths;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        size_t n = strlen(e->d_name), k = strlen(suffix);
        if (n < k || strcmp(e->d_name + n - k, suffix) != 0) continue;
        if (strncmp(e->d_name, prefix, strlen(prefix)) != 0) continue;
        vec_push(a, &paths, arena_printf(a, "%s/%s", folder, e->d_name));
    }
    closedir(d);
    if (paths.len) qsort(paths.data, (size_t)paths.len, sizeof *paths.data, by_name);
    return paths;
}

source *source_of_file(arena *a, const char *path) {
    source *s = NEW(a, source);
    const char *why, *slash = strrchr(path, '/');
    s->path = slash ? slash + 1 : path;
    s->text = read_whole_file(a, path, (size_t)64 << 20, &s->len, &why);
    if (s->text) return s;
    printf("%s: %s\n", path, why);
    return NULL;
}

source *source_of_text(arena *a, const char *text) {
    source *s = NEW(a, source);
    *s = (source){.path = "test.dsp", .text = text, .len = strlen(text)};
    return s;
}

char *with_suffix(arena *a, const char *path, const char *suffix) {
    const char *point = strrchr(path, '.');
    return arena_printf(a, "%.*s%s", (int)(point ? point - path : (ptrdiff_t)strlen(path)), path, suffix);
}

static void print_difference(const char *path, const char *want, const char *got) {
    int line = 1;
    const char *w = want, *g = got;
    for (size_t i = 0; want[i] && want[i] == got[i]; i++) {
        if (want[i] != '\n') continue;
        line++;
        w = want + i + 1;
        g = got + i + 1;
    }
    printf("%s:%d differs\n  expected: %.*s\n  found:    %.*s\n", path, line, (int)strcspn(w, "\n"), w,
           (int)strcspn(g, "\n"), g);
}

/* Where a report quotes the prelude, its line numbers become #: a line added to the prelude changes no case. */
static char *without_prelude_lines(arena *a, const char *text) {
    strbuf b = {0};
    bool quoting = false;
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = arena_strndup(a, text, n), *at = strstr(line, "<prelude>/"), *bar = strstr(line, " | ");
        char *colon = at ? strchr(at, ':') : NULL;
        if (colon) {
            size_t digits = strspn(colon + 1, "0123456789");
            sb_printf(&b, "%.*s:#%s\n", (int)(colon - line), line, colon + 1 + digits);
            quoting = true;
        } else if (quoting && bar && strspn(line, " 0123456789") >= (size_t)(bar - line)) {
            sb_printf(&b, "%s\n", bar + 1);
        } else {
            quoting = false;
            sb_printf(&b, "%s\n", line);
        }
        text += n + (text[n] == '\n');
    }
    char *out = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return out;
}

bool golden_matches(arena *a, const char *path, const char *text) {
    text = without_prelude_lines(a, text);
    const char *why;
    size_t len;
    if (getenv("DSPC_UPDATE_GOLDEN")) return write_whole_file(path, text, strlen(text), &why);
    const char *want = read_whole_file(a, path, (size_t)64 << 20, &len, &why);
    if (!want) printf("%s: %s\n", path, why);
    if (!want) return false;
    if (len == strlen(text) && strcmp(want, text) == 0) return true;
    print_difference(path, want, text);
    return false;
}
