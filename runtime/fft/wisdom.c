/* FFTW's wisdom of both precisions in one text file: the double part, a line with a mark, the float part. */
#include "fft/plan.h"

#include <fftw3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MARK[] = "\n# single precision\n";

int dspc_wisdom_save(const char *path) {
    dspc_planner_lock();
    char *d = fftw_export_wisdom_to_string(), *f = fftwf_export_wisdom_to_string();
    dspc_planner_unlock();
    FILE *out = d && f ? fopen(path, "wb") : NULL;
    int ok = 0;
    if (out) {
        ok = fputs(d, out) >= 0 && fputs(MARK, out) >= 0 && fputs(f, out) >= 0;
        ok = fclose(out) == 0 && ok;
    }
    free(d);
    free(f);
    return ok ? DSPC_OK : DSPC_E_PLAN;
}

int dspc_wisdom_load(const char *path) {
    FILE *in = fopen(path, "rb");
    char *text = NULL;
    long size = -1;
    int ok = 0;
    if (in && fseek(in, 0, SEEK_END) == 0) size = ftell(in);
    if (size >= 0 && fseek(in, 0, SEEK_SET) == 0) text = malloc((size_t)size + 1);
    if (text && fread(text, 1, (size_t)size, in) == (size_t)size) {
        text[size] = 0;
        char *mark = strstr(text, MARK);
        if (mark) {
            *mark = 0;
            dspc_planner_lock();
            ok = fftw_import_wisdom_from_string(text) && fftwf_import_wisdom_from_string(mark + sizeof MARK - 1);
            dspc_planner_unlock();
        }
    }
    free(text);
    if (in) fclose(in);
    return ok ? DSPC_OK : DSPC_E_PLAN;
}
