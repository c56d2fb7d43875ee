/* diag.c: collecting reports: limits, repeats, and the order of their lines. How a place is shown is in show.c. */
#include "diag/diag.h"

#include <string.h>

#include "diag/show.h"

enum { MOST_ERRORS = 20, MOST_WARNINGS = 50, MOST_FRAMES = 6 };

static const diag_row rows[DIAG_COUNT] = {
#define DIAG(code, sev, name, text, explain) {code, sev, #name, text, explain},
#include "diag/diag.def"
#undef DIAG
};

typedef VEC(const char *) text_list;

typedef struct {
    diag_id id;
    loc at;
    char *message;
    text_list lines; /* expected, found, help */
    text_list notes; /* other places */
    text_list frames;
} open_report;

struct diags {
    arena *a;
    FILE *out;
    bool colour;
    int errors, warnings, dropped;
    bool is_open; /* `now` is being filled; false also while a dropped report is */
    bool closed;  /* the closing line is written */
    open_report now;
    VEC(open_report) seen; /* id, place and message of all, for finding repeats */
    strbuf plain;          /* the text of all, in the arena */
};

const diag_row *diag_info(diag_id id) {
    return &rows[id];
}

const diag_row *diag_by_code(const char *code) {
    for (int i = 0; i < DIAG_COUNT; i++)
        if (strcmp(rows[i].code, code) == 0) return &rows[i];
    return NULL;
}

diags *diags_new(arena *a, FILE *out, bool colour) {
    diags *d = NEW(a, diags);
    d->a = a;
    d->out = out;
    d->colour = colour;
    return d;
}

int diags_errors(const diags *d) {
    return d->errors;
}

int diags_warnings(const diags *d) {
    return d->warnings;
}

bool diags_full(const diags *d) {
    return d->errors >= MOST_ERRORS;
}

static void keep(diags *d, const char *text) {
    size_t more = strlen(text);
    if (d->plain.len + more + 1 > d->plain.cap) {
        size_t cap = 2 * (d->plain.len + more + 1);
        char *wider = arena_alloc(d->a, cap);
        if (d->plain.len) memcpy(wider, d->plain.text, d->plain.len);
        d->plain.text = wider;
        d->plain.cap = cap;
    }
    memcpy(d->plain.text + d->plain.len, text, more + 1);
    d->plain.len += more;
}

/* Moves a finished piece of text into the arena: a report that is never closed leaves nothing behind. */
static void take(diags *d, text_list *to, strbuf *b) {
    vec_push(d->a, to, arena_strndup(d->a, sb_text(b), b->len));
    sb_free(b);
}

static void put_all(strbuf *b, const text_list *texts) {
    for (int i = 0; i < texts->len; i++) sb_puts(b, texts->data[i]);
}

static void render(const open_report *r, strbuf *b, bool colour) {
    const diag_row *row = &rows[r->id];
    show_header(b, r->at, row->sev, row->code, r->message, colour);
    show_snippet(b, r->at, colour ? (row->sev == SEV_ERROR ? COLOUR_ERROR : COLOUR_WARNING) : NULL);
    put_all(b, &r->lines);
    put_all(b, &r->notes);
    put_all(b, &r->frames);
}

static void close_open(diags *d) {
    if (!d->is_open) return;
    d->is_open = false;
    strbuf b = {0};
    render(&d->now, &b, false);
    keep(d, sb_text(&b));
    if (d->out) {
        b.len = 0;
        render(&d->now, &b, d->colour);
        fputs(sb_text(&b), d->out);
    }
    sb_free(&b);
}

static void close_all(diags *d) {
    close_open(d);
    if (d->dropped == 0 || d->closed) return;
    d->closed = true;
    const char *text = arena_printf(d->a, "dspc: %d errors are shown, further ones are not\n", MOST_ERRORS);
    keep(d, text);
    if (d->out) fputs(text, d->out);
}

void diags_flush(diags *d) {
    close_all(d);
    if (d->out) fflush(d->out);
}

const char *diags_text(const diags *d) {
    close_all((diags *)d); /* what is read is complete; only the form of the collection changes */
    return sb_text(&d->plain);
}

static bool same_place(loc a, loc b) {
    return a.src == b.src && a.line == b.line && a.col == b.col;
}

static bool is_repeat(const diags *d, diag_id id, loc at, const char *message) {
    for (int i = d->seen.len - 1; i >= 0; i--) {
        const open_report *r = &d->seen.data[i];
        if (r->id == id && same_place(r->at, at) && strcmp(r->message, message) == 0) return true;
    }
    return false;
}

static void open_at(diags *d, diag_id id, loc at, va_list ap) {
    close_open(d);
    bool error = rows[id].sev == SEV_ERROR;
    if (error && diags_full(d)) {
        d->dropped++;
        return;
    }
    if (!error && d->warnings >= MOST_WARNINGS) return;
    char *message = arena_vprintf(d->a, rows[id].text, ap);
    if (is_repeat(d, id, at, message)) return;
    d->now = (open_report){.id = id, .at = at, .message = message};
    vec_push(d->a, &d->seen, d->now);
    d->is_open = true;
    if (error) d->errors++;
    else d->warnings++;
}

void report(diags *d, diag_id id, loc at, ...) {
    va_list ap;
    va_start(ap, at);
    open_at(d, id, at, ap);
    va_end(ap);
}

static bool is_users(const origin *o) {
    return o->at.src && !o->at.src->builtin;
}

/* Frames between the user's line and the place itself, outermost first: the way a reader follows them inwards. */
static void show_inner_frames(diags *d, const origin *from, const origin *user) {
    const origin *frame[MOST_FRAMES];
    int n = 0, more = 0;
    for (const origin *o = from; o && o != user; o = o->caller) {
        if (n < MOST_FRAMES) frame[n++] = o;
        else more++;
    }
    strbuf b = {0};
    if (more) sb_printf(&b, "  ... %d more in between ...\n", more);
    while (n-- > 0) {
        const origin *o = frame[n];
        if (!o->at.src) continue;
        sb_printf(&b, "  in expansion of `%s' at %s:%d:%d\n", o->in_expansion_of ? o->in_expansion_of : "?",
                  o->at.src->path, o->at.line, loc_column(o->at));
        show_snippet(&b, o->at, NULL);
    }
    take(d, &d->now.frames, &b);
}

static void show_callers(diags *d, const origin *user) {
    int n = 0;
    strbuf b = {0};
    for (const origin *o = user; o && o->caller && o->in_expansion_of; o = o->caller) {
        const loc at = o->caller->at;
        if (!at.src) continue;
        if (n++ == MOST_FRAMES) {
            sb_puts(&b, "  ...\n");
            break;
        }
        sb_printf(&b, "  in expansion of `%s' called at %s:%d:%d\n", o->in_expansion_of, at.src->path, at.line,
                  loc_column(at));
        show_snippet(&b, at, NULL);
    }
    take(d, &d->now.frames, &b);
}

void report_from(diags *d, diag_id id, const origin *from, ...) {
    const origin *user = from;
    while (user && !is_users(user)) user = user->caller;
    va_list ap;
    va_start(ap, from);
    open_at(d, id, user ? user->at : from ? from->at : (loc){0}, ap);
    va_end(ap);
    if (!d->is_open) return;
    if (user) {
        show_inner_frames(d, from, user);
        show_callers(d, user);
    } else if (from) {
        show_callers(d, from);
    }
}

/* ---- lines added to the open report ------------------------------------------------------------------------------ */

static void add_line(diags *d, const char *label, const char *fmt, va_list ap) {
    if (!d->is_open) return;
    strbuf b = {0};
    sb_printf(&b, "  %-9s ", label);
    sb_vprintf(&b, fmt, ap);
    sb_putc(&b, '\n');
    take(d, &d->now.lines, &b);
}

void report_expected(diags *d, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_line(d, "expected:", fmt, ap);
    va_end(ap);
}

void report_found(diags *d, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_line(d, "found:", fmt, ap);
    va_end(ap);
}

void report_help(diags *d, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_line(d, "help:", fmt, ap);
    va_end(ap);
}

void report_note(diags *d, loc at, const char *fmt, ...) {
    if (!d->is_open) return;
    strbuf b = {0};
    va_list ap;
    va_start(ap, fmt);
    if (at.src) sb_printf(&b, "%s:%d:%d: ", at.src->path, at.line, loc_column(at));
    sb_puts(&b, "note: ");
    sb_vprintf(&b, fmt, ap);
    sb_putc(&b, '\n');
    va_end(ap);
    show_snippet(&b, at, NULL);
    take(d, &d->now.notes, &b);
}
