/* manual.h: the reference of operators and diagnostics, printed from the tables.
 *
 * An entry is a row of the operator table that can be called, a structural function of sema, or a definition of the
 * prelude. Nothing is written by hand here: what is wrong in the manual is wrong in the table. */
#ifndef DSPC_MANUAL_H
#define DSPC_MANUAL_H

#include "sema/sema.h"

typedef struct entry {
    const char *name, *topic, *signature;
    const char *doc;      /* without its examples */
    const char *examples; /* one per line, or "" */
    const char *aliases;  /* names in other libraries, comma separated, or "" */
    const op_row *row;    /* NULL for a definition of the prelude */
    const char *file;     /* of the prelude, or NULL */
} entry;

typedef struct manual {
    arena *a;
    session *s;
    int n;
    entry *entries; /* by topic, then in the order of the tables */
} manual;

manual manual_new(arena *a, session *s);

/* By name, else by one of its aliases ("np.convolve", or its last part "convolve"); NULL when there is none. */
const entry *manual_find(const manual *m, const char *name);
bool manual_has_topic(const manual *m, const char *topic);
const char *manual_nearest(const manual *m, const char *name);
/* The entries whose name, documentation or aliases contain each word of `words`, in any case; their number, at most `limit` of
 * them in `out`. */
int manual_search(const manual *m, const char *words, const entry **out, int limit);

void print_entry(strbuf *out, const entry *e);                     /* `dspc ops NAME` */
void print_topic(strbuf *out, const manual *m, const char *topic); /* one line each; NULL: all topics */
void print_found(strbuf *out, const entry *const *found, int n);   /* one line each, as in a topic */
void print_operators_page(strbuf *out, const manual *m);           /* lang-spec/operators.md */
void print_diagnostics_page(strbuf *out);                          /* lang-spec/diagnostics.md */
void print_diagnostic(strbuf *out, const diag_row *d);             /* `dspc explain E0203` */

#endif
