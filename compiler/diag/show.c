/* show.c: a source line with a caret range under it.
 *
 * Columns are counted in code points; the caret line repeats the tabs of the source line and knows which characters are
 * two cells wide or none, so that the caret stands under its character on any terminal. Control characters and bytes
 * that are not UTF-8 are shown as U+FFFD: a source text cannot write escape sequences to the terminal. */
#include "diag/show.h"

#include <string.h>

enum { GUTTER = 5, WIDEST_SHOWN = 160, SHOWN_BEFORE = 100 };

/* One code point at s (of at most n bytes): its length in bytes, its value in *cp, -1 when it is not UTF-8. */
static int decode(const char *s, size_t n, long *cp) {
    const unsigned char *u = (const unsigned char *)s;
    int len = u[0] < 0x80 ? 1 : (u[0] & 0xE0) == 0xC0 ? 2 : (u[0] & 0xF0) == 0xE0 ? 3 : (u[0] & 0xF8) == 0xF0 ? 4 : 0;
    static const long least[] = {0, 0, 0x80, 0x800, 0x10000};
    *cp = -1;
    if (len == 0 || (size_t)len > n) return 1;
    long value = len == 1 ? u[0] : u[0] & (0x7F >> len);
    for (int i = 1; i < len; i++) {
        if ((u[i] & 0xC0) != 0x80) return 1;
        value = value << 6 | (u[i] & 0x3F);
    }
    if (value < least[len] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return 1;
    *cp = value;
    return len;
}

static int cells(long cp) {
    static const struct {
        long first, last;
    } wide[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    if ((cp >= 0x300 && cp <= 0x36F) || (cp >= 0x200B && cp <= 0x200F) || cp == 0xFEFF) return 0;
    for (size_t i = 0; i < COUNT_OF(wide); i++)
        if (cp >= wide[i].first && cp <= wide[i].last) return 2;
    return 1;
}

/* The text of a line without its end; false when the source has no such line. */
static bool find_line(const source *src, int line, const char **text, size_t *len) {
    const char *s = src->text, *end = src->text + src->len;
    for (int n = 1; n < line; n++) {
        s = s < end ? memchr(s, '\n', (size_t)(end - s)) : NULL;
        if (!s) return false;
        s++;
    }
    const char *stop = s < end ? memchr(s, '\n', (size_t)(end - s)) : NULL;
    if (!stop) stop = end;
    if (stop > s && stop[-1] == '\r') stop--;
    *text = s;
    *len = (size_t)(stop - s);
    return true;
}

int loc_column(loc at) {
    const char *s;
    size_t len;
    if (!at.src || !find_line(at.src, at.line, &s, &len)) return at.col;
    int column = 1;
    size_t i = 0, upto = at.col > 0 ? (size_t)at.col - 1 : 0;
    for (; i < len && i < upto; column++) {
        long cp;
        i += (size_t)decode(s + i, len - i, &cp);
    }
    return i < upto ? column + (int)(upto - i) : column;
}

void show_header(strbuf *b, loc at, severity sev, const char *code, const char *message, bool colour) {
    const char *word = sev == SEV_ERROR ? "error" : "warning";
    if (colour) sb_puts(b, COLOUR_BOLD);
    if (at.src) sb_printf(b, "%s:%d:%d: ", at.src->path, at.line, loc_column(at));
    else sb_puts(b, "dspc: ");
    if (colour) sb_puts(b, sev == SEV_ERROR ? COLOUR_ERROR : COLOUR_WARNING);
    sb_printf(b, "%s[%s]:", word, code);
    if (colour) sb_puts(b, COLOUR_OFF COLOUR_BOLD);
    sb_printf(b, " %s", message);
    if (colour) sb_puts(b, COLOUR_OFF);
    sb_putc(b, '\n');
}

/* Of a very long line only a window around the range is shown: [*from, *to) in bytes, at character starts. */
static void choose_window(const char *s, size_t len, size_t first, size_t *from, size_t *to) {
    *from = 0;
    *to = len;
    if (len <= WIDEST_SHOWN) return;
    if (first > SHOWN_BEFORE) *from = first - SHOWN_BEFORE;
    if (len - *from > WIDEST_SHOWN) *to = *from + WIDEST_SHOWN;
    while (*from > 0 && ((unsigned char)s[*from] & 0xC0) == 0x80) --*from;
    while (*to < len && ((unsigned char)s[*to] & 0xC0) == 0x80) ++*to;
}

static void put_repeated(strbuf *b, char c, int n) {
    while (n-- > 0) sb_putc(b, c);
}

/* What stands under one character: its own tab, spaces before the range, ^ at its start, ~ further on. */
static void put_mark(strbuf *marks, long cp, bool inside, int width, bool *marked) {
    if (inside && !*marked && width > 0) {
        sb_putc(marks, '^');
        *marked = true;
        width--;
    }
    if (cp == '\t') sb_putc(marks, '\t');
    else put_repeated(marks, inside ? '~' : ' ', width);
}

void show_snippet(strbuf *b, loc at, const char *colour) {
    const char *s;
    size_t len, from, to;
    if (!at.src || !find_line(at.src, at.line, &s, &len)) return;
    size_t first = at.col > 0 ? (size_t)at.col - 1 : 0;
    size_t last = at.end_line > at.line ? len : at.end_col > at.col ? (size_t)at.end_col - 1 : first + 1;
    if (first > len) first = len;
    if (last > len) last = len;
    choose_window(s, len, first, &from, &to);

    strbuf marks = {0};
    bool cut_before = from > 0, cut_after = to < len, marked = false;
    sb_printf(b, "%*d | %s", GUTTER, at.line, cut_before ? "..." : "");
    sb_printf(&marks, "%*s | %s", GUTTER, "", cut_before ? "   " : "");
    if (colour) sb_puts(&marks, colour);
    for (size_t i = from; i < to;) {
        long cp;
        int n = decode(s + i, len - i, &cp);
        bool inside = i >= first && i < last;
        bool shown = cp >= 0 && (cp == '\t' || (cp >= 0x20 && cp != 0x7F && !(cp >= 0x80 && cp < 0xA0)));
        if (shown) sb_putn(b, s + i, (size_t)n);
        else sb_puts(b, "\xEF\xBF\xBD");
        if (i < last) put_mark(&marks, cp, inside, shown ? cells(cp) : 1, &marked);
        i += (size_t)n;
    }
    if (!marked && !cut_after) sb_putc(&marks, '^'); /* the place is the end of the line */
    sb_printf(b, "%s\n%s%s\n", cut_after ? "..." : "", sb_text(&marks), colour ? COLOUR_OFF : "");
    sb_free(&marks);
}
