/* diag.h: every error and warning the compiler can give, one row each in diag.def.
 *
 * A report reads:   file:line:col: error[E0203]: mel() expects a real spectrum, found complex
 * then the source line with a caret range, "expected:" / "found:" / "help:" lines where given, and for code that came
 * out of a prelude definition the user's own line first and the frames under "in expansion of". */
#ifndef DSPC_DIAG_H
#define DSPC_DIAG_H

#include "support/support.h"

/* A source text. Kept for the whole run so that locations can be shown at any time. */
typedef struct source {
    const char *path; /* as the user wrote it; "<prelude>/stft.dsp" for embedded text; "<rule conv>" for rule text */
    const char *text;
    size_t len;
    bool builtin; /* prelude or rule text: never the first line of a report when the user's own line is known */
} source;

/* A range in a source. line and col are 1-based; col counts bytes, the printer shows columns in code points. */
typedef struct loc {
    const source *src; /* NULL: no place */
    int line, col;
    int end_line, end_col; /* one past the last character */
} loc;

/* Where a thing came from: its own place, and the calls whose expansion brought it there (innermost first). */
typedef struct origin {
    loc at;
    const char *in_expansion_of; /* name of the def whose body `at` lies in, or NULL for the user's top level */
    const struct origin *caller; /* the place of that call */
} origin;

typedef enum { SEV_WARNING, SEV_ERROR } severity;

typedef enum {
#define DIAG(code, sev, name, text, explain) DIAG_##name,
#include "diag/diag.def"
#undef DIAG
    DIAG_COUNT
} diag_id;

typedef struct diag_row {
    const char *code; /* "E0203", "W0101" */
    severity sev;
    const char *name;    /* "unknown_name" */
    const char *text;    /* printf format of the message */
    const char *explain; /* a paragraph for the manual and `dspc explain E0203`: why, and how to mend it */
} diag_row;

const diag_row *diag_info(diag_id id);
const diag_row *diag_by_code(const char *code); /* NULL when there is none */

typedef struct diags diags; /* collects reports; printed in order */

/* out NULL: collected only (tests, fuzzing). Else each report is written there when the next one opens; diags_flush
 * writes the last one and, when errors were dropped, the closing line. */
diags *diags_new(arena *a, FILE *out, bool colour);
void diags_flush(diags *d);
int diags_errors(const diags *d);
int diags_warnings(const diags *d);
bool diags_full(const diags *d);        /* 20 errors reached: stop looking for more */
const char *diags_text(const diags *d); /* all reports so far as text, without colour */

/* Opens a report; report_from shows the innermost place that is the user's own first. The variable arguments fill the row's text. Exact repeats at one place are dropped. */
void report(diags *d, diag_id id, loc at, ...);
void report_from(diags *d, diag_id id, const origin *from, ...);
/* Lines added to the report opened last. */
void report_expected(diags *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_found(diags *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_help(diags *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_note(diags *d, loc at, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
