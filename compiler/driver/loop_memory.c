/* loop_memory.c: --checkpoint and --memory, how gradients keep the states of loops. */
#include "driver/loop_memory.h"

#include <stdlib.h>
#include <string.h>

/* "every:16": the number behind the word; it ends the text and is at least `least`. */
static bool word_number(const char *text, const char *word, long least, int64_t *n) {
    size_t len = strlen(word);
    char *end;
    if (strncmp(text, word, len) != 0 || text[len] != ':') return false;
    if (text[len + 1] < '0' || text[len + 1] > '9') return false;
    long long v = strtoll(text + len + 1, &end, 10);
    *n = v;
    return *end == '\0' && v >= least && v <= (long long)1 << 40;
}

bool checkpoint_read(const char *text, scan_keep *out) {
    *out = (scan_keep){KEEP_UNSAID, 0};
    if (strcmp(text, "all") == 0) out->kind = KEEP_ALL;
    else if (strcmp(text, "sqrt") == 0) out->kind = KEEP_SQRT;
    else if (word_number(text, "every", 1, &out->n)) out->kind = KEEP_EVERY;
    else if (word_number(text, "binomial", 2, &out->n)) out->kind = KEEP_BINOMIAL;
    return out->kind != KEEP_UNSAID;
}

bool bytes_read(const char *text, int64_t *out) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    double v = strtod(text, &end);
    switch (*end) {
    case 'G': v *= 1024; /* fall through */
    case 'M': v *= 1024; /* fall through */
    case 'K':
        v *= 1024;
        end++;
        break;
    default: break;
    }
    if (*end || !(v >= 1) || v > 1e12) return false;
    *out = (int64_t)v;
    return true;
}

loop_memory loop_memory_of(const options *o, int precision) {
    loop_memory m = {.real_bytes = precision / 8};
    if (opt_given(o, OPT_checkpoint)) (void)checkpoint_read(opt_text(o, OPT_checkpoint, ""), &m.keep);
    if (opt_given(o, OPT_memory)) {
        m.keep.kind = KEEP_BYTES;
        (void)bytes_read(opt_text(o, OPT_memory, ""), &m.keep.n);
    }
    return m;
}
