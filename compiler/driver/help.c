/* help.c: --help, printed from the tables. */
#include "driver/options.h"

#include <string.h>

enum { WIDTH = 100, COLUMN = 26 };

/* Words of `text` from column `indent` on, broken before WIDTH. The cursor stands at column `at`. */
static void wrapped(strbuf *out, const char *text, int at, int indent) {
    bool first = true;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (!first && at + 1 + n > WIDTH) {
            sb_printf(out, "\n%*s", indent, "");
            at = indent;
            first = true;
        }
        sb_printf(out, "%s%.*s", first ? "" : " ", n, text);
        at += n + !first;
        first = false;
        text += n;
        text += strspn(text, " ");
    }
    sb_putc(out, '\n');
}

static void option_line(strbuf *out, const option_row *o) {
    strbuf head = {0};
    if (o->letter) sb_printf(&head, "  -%c, --%s", o->letter, o->name);
    else sb_printf(&head, "      --%s", o->name);
    if (o->value) sb_printf(&head, "%s%s", o->kind == PAIR ? " " : "=", o->value);
    int at = (int)head.len;
    sb_puts(out, sb_text(&head));
    if (at >= COLUMN) sb_printf(out, "\n%*s", COLUMN, "");
    else sb_printf(out, "%*s", COLUMN - at, "");
    wrapped(out, o->help, COLUMN, COLUMN);
    sb_free(&head);
}

void print_help(strbuf *out) {
    sb_puts(out,
            "dspc: a differentiating compiler for signal processing\n\nusage: dspc COMMAND [OPTION]... FILE.dsp\n\n");
    for (int i = 0; i < CMD_COUNT; i++) {
        const command_row *c = command_info((command_id)i);
        sb_printf(out, "  %-8s ", c->name);
        wrapped(out, c->summary, 11, 11);
    }
    sb_puts(
        out,
        "\n  dspc COMMAND --help      the options of a command, with examples\n"
        "  dspc --version           version and libraries\n\n"
        "Exit status: 0 fine; 1 the pipeline or the data is wrong; 2 usage; 3 a check failed; 4 internal or I/O.\n");
}

void print_command_help(strbuf *out, command_id id) {
    const command_row *c = command_info(id);
    sb_printf(out, "dspc %s: %s\n\nusage: dspc %s [OPTION]... %s\n\n", c->name, c->summary, c->name, c->operands);
    wrapped(out, c->description, 0, 0);
    sb_puts(out, "\noptions:\n");
    for (int i = 0; i < OPT_COUNT; i++)
        if (option_info((option_id)i)->commands & (1u << id)) option_line(out, option_info((option_id)i));
    sb_puts(out, "\nexamples:\n");
    for (const char *p = c->examples; *p;) {
        size_t n = strcspn(p, "\n");
        sb_printf(out, "  %.*s\n", (int)n, p);
        p += n + (p[n] == '\n');
    }
}
