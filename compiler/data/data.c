/* data.c: choosing the format by the ending, channels and ranges, finite values, fitting an array to a port. */
#include "data/data.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_NONE, FORMAT_NPY, FORMAT_SOUND, FORMAT_IMAGE, FORMAT_TEXT, FORMAT_FIGURE };

static const size_t FILE_LIMIT = (size_t)1 << 32; /* 4 GiB: more is a mistake on the command line */

static const struct {
    const char *ending;
    int format;
} ENDINGS[] = {
    {".npy", FORMAT_NPY},    {".wav", FORMAT_SOUND}, {".flac", FORMAT_SOUND}, {".aif", FORMAT_SOUND},
    {".aiff", FORMAT_SOUND}, {".ogg", FORMAT_SOUND}, {".png", FORMAT_IMAGE},  {".csv", FORMAT_TEXT},
    {".tsv", FORMAT_TEXT},   {".txt", FORMAT_TEXT},  {".dat", FORMAT_TEXT},   {".svg", FORMAT_FIGURE},
};

static bool same_ending(const char *a, const char *b) {
    for (; *a && *b; a++, b++)
        if (tolower((unsigned char)*a) != *b) return false;
    return *a == *b;
}

static int format_of(const char *path, const char **ending) {
    const char *dot = strrchr(path, '.');
    if (!dot) return FORMAT_NONE;
    *ending = dot;
    for (size_t i = 0; i < COUNT_OF(ENDINGS); i++)
        if (same_ending(dot, ENDINGS[i].ending)) return ENDINGS[i].format;
    return FORMAT_NONE;
}

/* "y.svg#log" -> "y.svg" and "log": what stands behind # says how a figure is drawn; other endings have no such choice. */
static const char *split_figure(arena *a, const char *path, const char **how) {
    const char *mark = strstr(path, ".svg#");
    *how = mark ? mark + 5 : NULL;
    return mark ? arena_printf(a, "%.*s", (int)(mark + 4 - path), path) : path;
}

bool data_known_ending(const char *path) {
    const char *ending;
    return format_of(path, &ending) != FORMAT_NONE || strstr(path, ".svg#");
}

int64_t data_count(const data_array *x) {
    int64_t n = 1;
    for (int i = 0; i < x->rank; i++) n *= x->shape[i];
    return n;
}

data_array data_new(arena *a, dtype dt, int rank, const int64_t *shape) {
    data_array x = {.dt = dt, .rank = rank};
    for (int i = 0; i < rank; i++) x.shape[i] = shape[i];
    x.v = NEW_ARRAY(a, double, data_count(&x) * (dt == T_COMPLEX ? 2 : 1));
    return x;
}

char *data_shape_text(arena *a, const data_array *x) {
    type t = type_make(x->dt, x->rank, x->shape);
    return type_text(a, &t);
}

/* ---- what stands behind the file's name: #channel and [start:stop] ----------------------------------------------- */
typedef struct choice {
    const char *path;
    const char *channel; /* NULL: all */
    bool range;
    int64_t start, stop; /* stop INT64_MAX: to the end */
    bool has_stop;
} choice;

static bool parse_range(const char *s, choice *c) { /* "[a:b]", either side may be missing */
    char *end;
    s++;
    c->range = true;
    c->start = 0;
    if (*s != ':') {
        c->start = strtoll(s, &end, 10);
        if (end == s) return false;
        s = end;
    }
    if (*s++ != ':') return false;
    if (*s != ']') {
        c->stop = strtoll(s, &end, 10);
        c->has_stop = true;
        if (end == s) return false;
        s = end;
    }
    return s[0] == ']' && s[1] == '\0';
}

static bool parse_spec(arena *a, const char *spec, choice *c, const char **why) {
    char *path = arena_strdup(a, spec);
    size_t n = strlen(path);
    *c = (choice){.path = path};
    char *open = n && path[n - 1] == ']' ? strrchr(path, '[') : NULL;
    if (open) {
        if (!parse_range(open, c)) {
            *why = arena_printf(a, "'%s': a range reads [START:STOP] with whole numbers", spec);
            return false;
        }
        *open = '\0';
    }
    char *hash = strrchr(path, '#');
    if (hash && !strchr(hash, '/')) {
        *hash = '\0';
        c->channel = hash + 1;
    }
    return true;
}

static bool choose_channel(arena *a, const choice *c, data_array *x, const char **why) {
    if (!c->channel) return true;
    int64_t channels = x->rank == 2 ? x->shape[0] : 1, n = x->shape[x->rank - 1];
    int width = x->dt == T_COMPLEX ? 2 : 1;
    if (x->rank < 1 || x->rank > 2) {
        *why = arena_printf(a, "%s: '#%s' chooses a channel, but the file holds %s", c->path, c->channel,
                            data_shape_text(a, x));
        return false;
    }
    if (strcmp(c->channel, "mean") == 0) {
        for (int64_t i = 0; i < n * width; i++) {
            double s = 0;
            for (int64_t k = 0; k < channels; k++) s += x->v[k * n * width + i];
            x->v[i] = s / (double)channels;
        }
    } else {
        char *end;
        long k = strtol(c->channel, &end, 10);
        if (end == c->channel || *end || k < 1 || k > channels) {
            *why = arena_printf(
                a, "%s: '#%s': the file has %" PRId64 " channel%s; say #mean, or a number from 1 to %" PRId64, c->path,
                c->channel, channels, channels == 1 ? "" : "s", channels);
            return false;
        }
        x->v += (k - 1) * n * width;
    }
    x->rank = 1;
    x->shape[0] = n;
    return true;
}

static bool choose_range(arena *a, const choice *c, data_array *x, const char **why) {
    if (!c->range) return true;
    if (x->rank == 0) {
        *why = arena_printf(a, "%s: a range needs an array, the file holds one number", c->path);
        return false;
    }
    int64_t n = x->shape[x->rank - 1], start = c->start, stop = c->has_stop ? c->stop : n;
    start += start < 0 ? n : 0;
    stop += stop < 0 ? n : 0;
    if (start < 0 || stop > n || start >= stop) {
        *why =
            arena_printf(a, "%s: the range [%" PRId64 ":%" PRId64 "] is not inside the %" PRId64 " samples of the file",
                         c->path, start, stop, n);
        return false;
    }
    int width = x->dt == T_COMPLEX ? 2 : 1;
    int64_t rows = data_count(x) / n, m = stop - start;
    for (int64_t r = 0; r < rows; r++)
        memmove(x->v + r * m * width, x->v + (r * n + start) * width, (size_t)(m * width) * sizeof(double));
    x->shape[x->rank - 1] = m;
    return true;
}

static bool check_finite(arena *a, const char *path, const data_array *x, const char **why) {
    int width = x->dt == T_COMPLEX ? 2 : 1;
    int64_t count = data_count(x) * width;
    for (int64_t i = 0; i < count; i++) {
        if (isfinite(x->v[i])) continue;
        strbuf at = {0};
        int64_t rest = i / width, stride = data_count(x);
        for (int k = 0; k < x->rank; k++) {
            stride /= x->shape[k];
            sb_printf(&at, "%s%" PRId64, k ? ", " : "", rest / stride);
            rest %= stride;
        }
        *why = arena_printf(a, "%s: %s at [%s] (the first of its kind); mend the data, or say --allow-nonfinite", path,
                            isnan(x->v[i]) ? "a NaN" : "an infinity", sb_text(&at));
        sb_free(&at);
        return false;
    }
    return true;
}

static bool decode(arena *a, int format, const char *bytes, size_t len, data_array *out, const char **why) {
    switch (format) {
    case FORMAT_NPY: return npy_decode(a, (const unsigned char *)bytes, len, out, why);
    case FORMAT_SOUND: return sound_decode(a, (const unsigned char *)bytes, len, out, why);
    case FORMAT_IMAGE: return image_decode(a, (const unsigned char *)bytes, len, out, why);
    default: return text_decode(a, bytes, len, out, why);
    }
}

static const char *unknown_ending(arena *a, const char *path) {
    return arena_printf(a,
                        "%s: the ending does not say what kind of file this is; known are .npy .wav .flac .aif .ogg "
                        ".png .csv .tsv .txt .dat",
                        path);
}

bool data_read(arena *a, const char *spec, bool allow_nonfinite, data_array *out, const char **why) {
    choice c;
    const char *ending, *reason = NULL;
    size_t len;
    if (!parse_spec(a, spec, &c, why)) return false;
    int format = format_of(c.path, &ending);
    if (format == FORMAT_NONE || format == FORMAT_FIGURE) {
        *why = format == FORMAT_NONE ? unknown_ending(a, c.path)
                                     : arena_printf(a, "%s: a figure can be written, not read", c.path);
        return false;
    }
    *out = (data_array){.dt = T_REAL};
    char *bytes = read_whole_file(a, c.path, FILE_LIMIT, &len, &reason);
    if (!bytes) {
        *why = arena_printf(a, "cannot read %s: %s", c.path, reason);
        return false;
    }
    if (!decode(a, format, bytes, len, out, &reason)) {
        *why = arena_printf(a, "%s: %s", c.path, reason);
        return false;
    }
    return choose_channel(a, &c, out, why) && choose_range(a, &c, out, why) &&
           (allow_nonfinite || check_finite(a, c.path, out, why));
}

bool data_write(arena *a, const char *path, const char *name, const data_array *x, const char **note,
                const char **why) {
    strbuf out = {0};
    const char *ending = "", *reason = NULL, *how;
    *note = NULL;
    path = split_figure(a, path, &how);
    if (strcmp(path, "-") == 0) {
        data_list(&out, name, x);
        bool printed = fwrite(sb_text(&out), 1, out.len, stdout) == out.len;
        sb_free(&out);
        if (!printed) *why = "cannot write to standard output";
        return printed;
    }
    bool ok = true;
    switch (format_of(path, &ending)) {
    case FORMAT_NPY: npy_encode(&out, x); break;
    case FORMAT_SOUND: ok = sound_encode(a, &out, ending, x, &reason); break;
    case FORMAT_IMAGE: ok = image_encode(a, &out, x, note, &reason); break;
    case FORMAT_TEXT:
        text_encode(&out, x, strcmp(ending, ".csv") == 0 ? ',' : strcmp(ending, ".tsv") == 0 ? '\t' : ' ');
        break;
    case FORMAT_FIGURE: ok = figure_encode(a, &out, name, how, x, &reason); break;
    default: *why = unknown_ending(a, path); return false;
    }
    ok = ok && write_whole_file(path, sb_text(&out), out.len, &reason);
    if (!ok) *why = arena_printf(a, "cannot write %s to %s: %s", name, path, reason);
    if (*note) *note = arena_printf(a, "%s: %s", path, *note);
    sb_free(&out);
    return ok;
}
