/* print.c: the manual as text for a terminal and as Markdown. */
#include "docgen/manual.h"

#include <string.h>

/* The first sentence: up to a full stop that ends the text or stands before a space and a capital. */
static int first_sentence(const char *doc) {
    for (int i = 0; doc[i]; i++)
        if (doc[i] == '.' && (!doc[i + 1] || (doc[i + 1] == ' ' && doc[i + 2] >= 'A' && doc[i + 2] <= 'Z')))
            return i + 1;
    return (int)strlen(doc);
}

static const char *kind_text(const op_row *r) {
    switch (r->kind) {
    case K_POINTWISE: return "element by element, with broadcasting";
    case K_VIEW: return "moves elements about";
    case K_REDUCE: return "reduction";
    case K_KERNEL: return "kernel";
    default: return "";
    }
}

/* How it is differentiated, in one line. */
static void put_derivative(strbuf *out, const op_row *r) {
    if (r->norule) sb_printf(out, "none: %s", r->norule);
    else if (r->zero) sb_printf(out, "zero: %s", r->zero);
    else if (r->linear && r->joint) sb_printf(out, "linear in %s together", r->linear);
    else if (r->linear)
        sb_printf(out, "linear in %s%s", r->linear, strchr(r->linear, ' ') ? ", each with the others fixed" : "");
    else if (r->d[0] || r->d[1])
        sb_printf(out, "d = %s%s%s", r->d[0] ? r->d[0] : "", r->d[0] && r->d[1] ? ", " : "", r->d[1] ? r->d[1] : "");
    else if (r->tangent[0] || r->tangent[1])
        sb_printf(out, "tangent %s", r->tangent[0] ? r->tangent[0] : r->tangent[1]);
    else sb_puts(out, "none needed");
}

static void indented_lines(strbuf *out, const char *text, const char *indent) {
    while (*text) {
        size_t n = strcspn(text, "\n");
        sb_printf(out, "%s%.*s\n", indent, (int)n, text);
        text += n + (text[n] == '\n');
    }
}

static void wrap(strbuf *out, const char *text, int width) {
    int at = 0;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (at > 0 && at + 1 + n > width) {
            sb_putc(out, '\n');
            at = 0;
        }
        sb_printf(out, "%s%.*s", at ? " " : "", n, text);
        at += n + (at > 0);
        text += n;
        text += strspn(text, " ");
    }
    sb_putc(out, '\n');
}

void print_entry(strbuf *out, const entry *e) {
    sb_printf(out, "%s\n\n", e->signature);
    wrap(out, e->doc, 100);
    if (e->row) {
        sb_printf(out, "\n  kind        %s\n  derivative  ", kind_text(e->row));
        put_derivative(out, e->row);
        sb_putc(out, '\n');
        if (e->row->at_singular) sb_printf(out, "  singular    %s\n", e->row->at_singular);
        if (e->row->source) sb_printf(out, "  source      %s\n", e->row->source);
    } else if (strcmp(e->file, BUILT_IN) == 0) {
        sb_puts(out, "\n  built into the compiler\n");
    } else {
        sb_printf(out, "\n  defined in  %s, in terms of other operators: its derivatives follow from theirs\n",
                  e->file);
    }
    if (*e->aliases) sb_printf(out, "  elsewhere   %s\n", e->aliases);
    if (*e->examples) {
        sb_puts(out, "\nexamples:\n");
        indented_lines(out, e->examples, "  ");
    }
}

static void put_summary(strbuf *out, const entry *e) {
    int n = first_sentence(e->doc);
    bool cut = n > 92;
    sb_printf(out, "  %-20s %.*s%s\n", e->name, cut ? 90 : n, e->doc, cut ? "..." : "");
}

void print_topic(strbuf *out, const manual *m, const char *topic) {
    for (int i = 0; i < m->n; i++) {
        const entry *e = &m->entries[i];
        if (topic && strcmp(e->topic, topic) != 0) continue;
        if (i == 0 || strcmp(e->topic, m->entries[i - 1].topic) != 0)
            sb_printf(out, "%s%s\n", out->len ? "\n" : "", e->topic);
        put_summary(out, e);
    }
}

void print_found(strbuf *out, const entry *const *found, int n) {
    for (int i = 0; i < n; i++) put_summary(out, found[i]);
}

static void markdown_entry(strbuf *out, const entry *e) {
    sb_printf(out, "### %s\n\n```\n%s\n```\n\n%s\n\n", e->name, e->signature, e->doc);
    if (e->row) {
        sb_puts(out, "- Derivative: `");
        put_derivative(out, e->row);
        sb_puts(out, "`\n");
        if (e->row->at_singular) sb_printf(out, "- Singular points: %s\n", e->row->at_singular);
        if (e->row->source) sb_printf(out, "- Source: %s\n", e->row->source);
    } else if (strcmp(e->file, BUILT_IN) != 0) {
        sb_printf(out, "- Defined in the prelude, `%s`\n", e->file);
    }
    if (*e->aliases) sb_printf(out, "- Elsewhere: %s\n", e->aliases);
    if (*e->examples) sb_printf(out, "\n```\n%s```\n", e->examples);
    sb_putc(out, '\n');
}

void print_operators_page(strbuf *out, const manual *m) {
    sb_puts(out, "# Operators\n\nPrinted from the operator table and the prelude by `dspc docs operators`; a test "
                 "keeps it current. In signatures, `...` "
                 "stands for any leading axes, `num` for real or complex, and a name in a shape for a size that is "
                 "found from the arguments. Every example "
                 "is run by the tests.\n\n");
    for (int i = 0; i < m->n; i++) {
        if (i == 0 || strcmp(m->entries[i].topic, m->entries[i - 1].topic) != 0)
            sb_printf(out, "## %s\n\n", m->entries[i].topic);
        markdown_entry(out, &m->entries[i]);
    }
}

static const char *severity_name(const diag_row *d) {
    return d->sev == SEV_ERROR ? "error" : "warning";
}

/* The text of a report without its conversions: "%s(): '%s' must be ..." reads "_(): '_' must be _". */
static void put_plain_text(strbuf *out, const char *text) {
    for (const char *p = text; *p; p++) {
        if (*p != '%') {
            sb_putc(out, *p);
            continue;
        }
        p += strcspn(p, "dsgcu");
        sb_puts(out, "_");
        if (!*p) return;
    }
}

void print_diagnostic(strbuf *out, const diag_row *d) {
    sb_printf(out, "%s[%s]: ", severity_name(d), d->code);
    put_plain_text(out, d->text);
    sb_puts(out, "\n\n");
    wrap(out, d->explain, 100);
}

void print_diagnostics_page(strbuf *out) {
    sb_puts(out, "# Diagnostics\n\nPrinted from the table of diagnostics by `dspc docs diagnostics`; a test keeps it "
                 "current. `%s` and `%d` stand for names and "
                 "numbers of the program at hand. `dspc explain CODE` prints one.\n\n");
    for (int i = 0; i < DIAG_COUNT; i++) {
        const diag_row *d = diag_info((diag_id)i);
        sb_printf(out, "## %s\n\n%s: `%s`\n\n%s\n\n", d->code, severity_name(d), d->text, d->explain);
    }
}
