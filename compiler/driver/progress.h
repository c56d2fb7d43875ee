/* progress.h: how far long work is: a line that moves on a terminal, one line a step when piped. */
#ifndef DSPC_PROGRESS_H
#define DSPC_PROGRESS_H

#include "support/support.h"

typedef struct progress {
    FILE *out;
    bool terminal, quiet;
    bool open;   /* an unfinished line stands on the terminal */
    double last; /* when the terminal line was last drawn, s */
} progress;

progress progress_new(FILE *out, bool quiet);
/* Done `at` of `total`; `text` is what stands behind the bar, or the line when piped. */
void progress_step(progress *p, long at, long total, const char *text);
void progress_end(progress *p); /* clears the terminal line */

#endif
