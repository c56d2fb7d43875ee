/* strbuf.c: a text that grows at its end, and numbers that read back exactly. */
#include "support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void reserve(strbuf *b, size_t more) {
    if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) die(4, "out of memory: a text of more than %zu bytes", b->len);
    size_t need = b->len + more + 1;
    if (need <= b->cap) return;
    size_t cap = b->cap ? 2 * b->cap : 128;
    if (cap < need) cap = need;
    char *text = realloc(b->text, cap);
    if (!text) die(4, "out of memory: a text of %zu bytes", cap);
    b->text = text;
    b->cap = cap;
}

void sb_putn(strbuf *b, const char *s, size_t n) {
    reserve(b, n);
    if (n) memcpy(b->text + b->len, s, n);
    b->len += n;
    b->text[b->len] = '\0';
}

void sb_putc(strbuf *b, char c) {
    if (b->len + 1 >= b->cap) reserve(b, 1);
    b->text[b->len++] = c;
    b->text[b->len] = '\0';
}

void sb_puts(strbuf *b, const char *s) {
    sb_putn(b, s, strlen(s));
}

void sb_vprintf(strbuf *b, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    reserve(b, 80); /* most texts fit at the first attempt */
    int n = vsnprintf(b->text + b->len, b->cap - b->len, fmt, again);
    va_end(again);
    if (n < 0) die(4, "cannot format a text");
    if ((size_t)n >= b->cap - b->len) {
        reserve(b, (size_t)n);
        vsnprintf(b->text + b->len, (size_t)n + 1, fmt, ap);
    }
    b->len += (size_t)n;
}

/* The digits of v from the end of text[24]; where they begin is returned. */
static const char *whole_digits(char text[24], uint64_t v) {
    char *p = text + 23;
    *p = '\0';
    do *--p = (char)('0' + v % 10);
    while (v /= 10);
    return p;
}

void sb_int(strbuf *b, int64_t v) {
    char text[24];
    if (v < 0) sb_putc(b, '-');
    sb_puts(b, whole_digits(text, v < 0 ? 0 - (uint64_t)v : (uint64_t)v));
}

void sb_printf(strbuf *b, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    sb_vprintf(b, fmt, ap);
    va_end(ap);
}

const char *sb_text(const strbuf *b) {
    return b->text ? b->text : "";
}

void sb_free(strbuf *b) {
    free(b->text);
    *b = (strbuf){0};
}

void sb_number(strbuf *b, double x) {
    if (isnan(x)) {
        sb_puts(b, "nan");
        return;
    }
    if (isinf(x)) {
        sb_puts(b, x < 0 ? "-inf" : "inf");
        return;
    }
    char text[NUMBER_TEXT];
    shortest_number(text, x, false);
    sb_puts(b, text);
}
