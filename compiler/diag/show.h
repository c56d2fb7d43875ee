/* show.h: how a place in a source is shown. Internal to diag/. */
#ifndef DSPC_DIAG_SHOW_H
#define DSPC_DIAG_SHOW_H

#include "diag/diag.h"

#define COLOUR_ERROR   "\033[1;31m"
#define COLOUR_WARNING "\033[1;35m"
#define COLOUR_BOLD    "\033[1m"
#define COLOUR_OFF     "\033[0m"

int loc_column(loc at); /* 1-based, in code points */
void show_header(strbuf *b, loc at, severity sev, const char *code, const char *message, bool colour);
/* The source line and, under it, ^~~~ for the range; nothing when there is no place. `colour` NULL: none. */
void show_snippet(strbuf *b, loc at, const char *colour);

#endif
