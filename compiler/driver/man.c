/* man.c: the manual page dspc.1, printed from the tables. */
#include "driver/options.h"

#include <string.h>

/* Text with what troff would take for its own escaped. */
static void roff(strbuf *out, const char *s) {
    for (bool start = true; *s; s++) {
        if (*s == '\\') sb_puts(out, "\\e");
        else if (*s == '-') sb_puts(out, "\\-");
        else if (start && (*s == '.' || *s == '\'')) sb_printf(out, "\\&%c", *s);
        else sb_putc(out, *s);
        start = *s == '\n';
    }
}

static void option_paragraph(strbuf *out, const option_row *o) {
    sb_puts(out, ".TP\n");
    if (o->letter) sb_printf(out, "\\fB\\-%c\\fR, ", o->letter);
    sb_puts(out, "\\fB\\-\\-");
    roff(out, o->name);
    sb_puts(out, "\\fR");
    if (o->value) {
        sb_puts(out, o->kind == PAIR ? " \\fI" : "=\\fI");
        roff(out, o->value);
        sb_puts(out, "\\fR");
    }
    sb_putc(out, '\n');
    roff(out, o->help);
    sb_putc(out, '\n');
}

static void command_section(strbuf *out, command_id id) {
    const command_row *c = command_info(id);
    sb_printf(out, ".SS dspc %s ", c->name);
    roff(out, c->operands);
    sb_putc(out, '\n');
    roff(out, c->description);
    sb_putc(out, '\n');
    for (int i = 0; i < OPT_COUNT; i++) {
        const option_row *o = option_info((option_id)i);
        if (i != OPT_help && i != OPT_color && o->commands & (1u << id)) option_paragraph(out, o);
    }
    sb_puts(out, ".PP\nExamples:\n.PP\n.nf\n");
    roff(out, c->examples);
    sb_puts(out, "\n.fi\n");
}

void print_man_page(strbuf *out, const char *version) {
    sb_printf(out, ".TH DSPC 1 \"\" \"dspc %s\" \"User Commands\"\n", version);
    sb_puts(out, ".SH NAME\ndspc \\- differentiating compiler for signal processing\n.SH SYNOPSIS\n"
                 "\\fBdspc\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... \\fIFILE.dsp\\fR\n.SH DESCRIPTION\n"
                 "dspc reads pipelines written in the dsp language and writes plain C: the forward function and its "
                 "exact derivatives.\n"
                 ".SH COMMANDS\n");
    for (int i = 0; i < CMD_COUNT; i++) command_section(out, (command_id)i);
    sb_puts(out, ".SH COMMON OPTIONS\n");
    option_paragraph(out, option_info(OPT_help));
    option_paragraph(out, option_info(OPT_color));
    sb_puts(out, ".TP\n\\fBdspc \\-\\-version\\fR\nversion and libraries\n.SH EXIT STATUS\n"
                 "0 fine; 1 the pipeline or the data is wrong; 2 usage; 3 a check failed; 4 internal or I/O.\n"
                 ".SH ENVIRONMENT\n.TP\n\\fBCC\\fR\nthe C compiler for run, grad, fit and check (default: cc)\n"
                 ".TP\n\\fBDSPC_CFLAGS\\fR\nits flags (default: \\-O2)\n"
                 ".TP\n\\fBDSPC_LIBS\\fR\nthe libraries generated C is linked with, in place of FFTW3 and CBLAS as "
                 "found when dspc was built\n"
                 ".TP\n\\fBTMPDIR\\fR\nwhere the C of run, grad, fit and check is compiled\n"
                 ".TP\n\\fBNO_COLOR\\fR\nwhen set, no colour\n");
}
