/* talk.c: what every command needs: complaints, texts in and out. */
#include "driver/driver.h"

#include <stdarg.h>
#include <string.h>

static const size_t SOURCE_LIMIT = (size_t)16 << 20;

int complain(int status, const char *fmt, ...) {
    va_list ap;
    fflush(stdout);
    fputs("dspc: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return status;
}

int complain_help(int status, const char *help, const char *fmt, ...) {
    va_list ap;
    fflush(stdout);
    fputs("dspc: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    if (help) fprintf(stderr, "  help: %s\n", help);
    return status;
}

static char *read_stdin(arena *a, size_t *len) {
    strbuf b = {0};
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, stdin)) > 0 && b.len < SOURCE_LIMIT) sb_putn(&b, part, n);
    *len = b.len;
    char *text = arena_strndup(a, sb_text(&b), b.len);
    sb_free(&b);
    return text;
}

const source *read_source(job *j, const char *path) {
    source *s = NEW(j->a, source);
    const char *why = "";
    bool standard = strcmp(path, "-") == 0;
    s->path = standard ? "<stdin>" : path;
    s->text = standard ? read_stdin(j->a, &s->len) : read_whole_file(j->a, path, SOURCE_LIMIT, &s->len, &why);
    if (s->text) return s;
    complain(EXIT_INTERNAL, "cannot read %s: %s", path, why);
    return NULL;
}

bool put_text(FILE *f, const strbuf *b) {
    return fwrite(sb_text(b), 1, b->len, f) == b->len && fflush(f) == 0;
}
