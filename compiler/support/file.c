/* file.c: files are read whole and written whole or not at all; and the command's last words. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "support/support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void die(int status, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fflush(stdout);
    fputs("dspc: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(status);
}

/* read(2) until `want` bytes came or the file ended; -1 with errno on failure. */
static ssize_t read_fully(int fd, char *to, size_t want) {
    size_t got = 0;
    while (got < want) {
        ssize_t n = read(fd, to + got, want - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

/* A pipe or a device does not know its size: read until it ends. */
static char *read_stream(arena *a, int fd, size_t limit, size_t *len, const char **why) {
    strbuf b = {0};
    char block[1 << 14];
    char *text = NULL;
    for (;;) {
        ssize_t n = read_fully(fd, block, sizeof block);
        if (n < 0) {
            *why = strerror(errno);
            break;
        }
        if (n == 0) {
            text = arena_strndup(a, sb_text(&b), b.len);
            *len = b.len;
            break;
        }
        sb_putn(&b, block, (size_t)n);
        if (b.len > limit) {
            *why = "the file is too big";
            break;
        }
    }
    sb_free(&b);
    return text;
}

static char *read_regular(arena *a, int fd, size_t size, size_t *len, const char **why) {
    char *text = arena_alloc(a, size + 1);
    ssize_t n = read_fully(fd, text, size);
    if (n < 0) {
        *why = strerror(errno);
        return NULL;
    }
    if ((size_t)n < size) {
        *why = "the file became shorter while it was read";
        return NULL;
    }
    *len = size;
    return text;
}

char *read_whole_file(arena *a, const char *path, size_t limit, size_t *len, const char **why) {
    size_t ignored_len;
    const char *ignored_why;
    if (!len) len = &ignored_len;
    if (!why) why = &ignored_why;
    *len = 0;
    int fd;
    do fd = open(path, O_RDONLY);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        *why = strerror(errno);
        return NULL;
    }
    struct stat st;
    char *text = NULL;
    if (fstat(fd, &st) != 0) *why = strerror(errno);
    else if (S_ISDIR(st.st_mode)) *why = "it is a directory";
    else if (S_ISREG(st.st_mode) && st.st_size > 0) {
        if ((uintmax_t)st.st_size > limit) *why = "the file is too big";
        else text = read_regular(a, fd, (size_t)st.st_size, len, why);
    } else text = read_stream(a, fd, limit, len, why); /* also /proc files, which say that their size is 0 */
    close(fd);
    return text;
}

static bool write_fully(int fd, const char *from, size_t len, const char **why) {
    while (len > 0) {
        ssize_t n = write(fd, from, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            *why = strerror(errno);
            return false;
        }
        from += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_in_place(const char *path, const void *data, size_t len, const char **why) {
    int fd = open(path, O_WRONLY);
    if (fd < 0) {
        *why = strerror(errno);
        return false;
    }
    bool ok = write_fully(fd, data, len, why);
    if (close(fd) != 0 && ok) {
        *why = strerror(errno);
        ok = false;
    }
    return ok;
}

/* A new file beside `target`, open for writing; its name goes to *temp. O_EXCL: never someone else's file. */
static int open_temporary(const char *target, strbuf *temp, const char **why) {
    for (int attempt = 0; attempt < 100; attempt++) {
        temp->len = 0;
        sb_printf(temp, "%s.%ld-%d.tmp", target, (long)getpid(), attempt);
        int fd = open(sb_text(temp), O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (fd >= 0) return fd;
        if (errno != EEXIST && errno != EINTR) break;
    }
    *why = strerror(errno);
    return -1;
}

static bool write_and_rename(const char *target, const struct stat *old, const void *data, size_t len,
                             const char **why) {
    strbuf temp = {0};
    int fd = open_temporary(target, &temp, why);
    bool ok = fd >= 0;
    if (ok) {
        ok = write_fully(fd, data, len, why);
        if (ok && old && fchmod(fd, old->st_mode & 07777) != 0) {
            *why = strerror(errno);
            ok = false;
        }
        if (close(fd) != 0 && ok) {
            *why = strerror(errno);
            ok = false;
        }
        if (ok && rename(sb_text(&temp), target) != 0) {
            *why = strerror(errno);
            ok = false;
        }
        if (!ok) unlink(sb_text(&temp));
    }
    sb_free(&temp);
    return ok;
}

bool write_whole_file(const char *path, const void *data, size_t len, const char **why) {
    const char *ignored_why;
    if (!why) why = &ignored_why;
    struct stat st;
    bool exists = stat(path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode)) {
        *why = "it is a directory";
        return false;
    }
    /* /dev/null, a pipe: renaming over one would destroy it. */
    if (exists && !S_ISREG(st.st_mode)) return write_in_place(path, data, len, why);
    if (exists && access(path, W_OK) != 0) {
        *why = strerror(errno);
        return false;
    }
    char *real = exists ? realpath(path, NULL) : NULL; /* through a symbolic link to the file itself */
    bool ok = write_and_rename(real ? real : path, exists ? &st : NULL, data, len, why);
    free(real);
    return ok;
}
