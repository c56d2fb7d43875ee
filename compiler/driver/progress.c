/* progress.c: see progress.h. */
#include "driver/progress.h"

#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

progress progress_new(FILE *out, bool quiet) {
    return (progress){.out = out, .terminal = isatty(fileno(out)) == 1, .quiet = quiet, .last = -1};
}

void progress_step(progress *p, long at, long total, const char *text) {
    enum { BAR = 24 };
    if (p->quiet) return;
    if (!p->terminal) {
        fprintf(p->out, "%s\n", text);
        return;
    }
    double t = now();
    if (at < total && p->last >= 0 && t - p->last < 0.05) return; /* 20 times a second is enough for eyes */
    p->last = t;
    int full = total > 0 ? (int)(BAR * at / total) : 0;
    fprintf(p->out, "\r\033[K[%.*s%.*s] %s", full, "########################", BAR - full, "                        ",
            text);
    fflush(p->out);
    p->open = true;
}

void progress_end(progress *p) {
    if (p->open) fputs("\r\033[K", p->out);
    p->open = false;
    fflush(p->out);
}
