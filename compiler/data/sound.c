/* sound.c: sound files by libsndfile, from and to memory so that files are read and written whole. */
#include "data/data.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#ifdef DSPC_HAVE_SNDFILE
#include <sndfile.h>

typedef struct stream { /* what libsndfile sees as a file */
    unsigned char *bytes;
    sf_count_t len, cap, pos;
    arena *mem; /* NULL while reading */
} stream;

static sf_count_t stream_length(void *user) {
    return ((stream *)user)->len;
}
static sf_count_t stream_tell(void *user) {
    return ((stream *)user)->pos;
}

static sf_count_t stream_seek(sf_count_t offset, int whence, void *user) {
    stream *s = user;
    sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? s->pos : s->len;
    if (base + offset < 0) return -1;
    return s->pos = base + offset;
}

static sf_count_t stream_read(void *p, sf_count_t n, void *user) {
    stream *s = user;
    sf_count_t left = s->pos < s->len ? s->len - s->pos : 0;
    n = n < left ? n : left;
    memcpy(p, s->bytes + s->pos, (size_t)n);
    s->pos += n;
    return n;
}

static sf_count_t stream_write(const void *p, sf_count_t n, void *user) {
    stream *s = user;
    if (s->pos + n > s->cap) {
        sf_count_t cap = 2 * (s->pos + n) + 4096;
        unsigned char *more = arena_alloc(s->mem, (size_t)cap);
        if (s->len) memcpy(more, s->bytes, (size_t)s->len);
        s->bytes = more;
        s->cap = cap;
    }
    memcpy(s->bytes + s->pos, p, (size_t)n);
    s->pos += n;
    s->len = s->len > s->pos ? s->len : s->pos;
    return n;
}

static SF_VIRTUAL_IO stream_io(void) {
    return (SF_VIRTUAL_IO){stream_length, stream_seek, stream_read, stream_write, stream_tell};
}

const char *sound_library_version(void) {
    static const char PREFIX[] = "libsndfile-";
    const char *v = sf_version_string();
    return strncmp(v, PREFIX, sizeof PREFIX - 1) == 0 ? v + sizeof PREFIX - 1 : v;
}

/* The length a WAV or AIFF file says it has; 0: it does not say, or was written to a pipe by a program that could not know. */
static size_t promised_length(const unsigned char *b, size_t len) {
    const uint32_t unknown = 0x7ffff000; /* sox; others write the largest number there is */
    bool wav = len >= 12 && memcmp(b, "RIFF", 4) == 0, aiff = len >= 12 && memcmp(b, "FORM", 4) == 0;
    uint32_t n = 0;
    for (int i = 0; (wav || aiff) && i < 4; i++) n |= (uint32_t)b[4 + i] << 8 * (wav ? i : 3 - i);
    return n < unknown && n > 0 ? (size_t)n + 8 : 0;
}

bool sound_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why) {
    SF_INFO info = {0};
    if (promised_length(bytes, len) > len) { /* libsndfile reads what there is, without a word */
        *why = arena_printf(a, "truncated: the header promises %zu bytes, the file has %zu",
                            promised_length(bytes, len), len);
        return false;
    }
    SF_VIRTUAL_IO io = stream_io();
    stream s = {.len = (sf_count_t)len};
    s.bytes = arena_alloc(a, len + 1);
    memcpy(s.bytes, bytes, len);
    SNDFILE *f = sf_open_virtual(&io, SFM_READ, &info, &s);
    if (!f) {
        *why = arena_printf(a, "not a sound file that libsndfile reads: %s", sf_strerror(NULL));
        return false;
    }
    bool ok = info.frames > 0 && info.channels > 0;
    sf_count_t got = 0;
    double *inter = NULL;
    if (ok) {
        inter = NEW_ARRAY(a, double, info.frames *info.channels);
        got = sf_readf_double(f, inter, info.frames);
    }
    sf_close(f);
    if (!ok || got != info.frames) {
        *why = ok ? arena_printf(a, "truncated: the header promises %" PRId64 " samples, the file has %" PRId64,
                                 (int64_t)info.frames, (int64_t)got)
                  : "the file holds no samples";
        return false;
    }
    int64_t n = info.frames, channels = info.channels;
    out->dt = T_REAL;
    out->rate = info.samplerate;
    out->rank = channels == 1 ? 1 : 2;
    out->shape[0] = channels == 1 ? n : channels;
    out->shape[1] = n;
    out->single = true;
    out->v = channels == 1 ? inter : NEW_ARRAY(a, double, n *channels);
    for (int64_t c = 0; channels > 1 && c < channels; c++)
        for (int64_t i = 0; i < n; i++) out->v[c * n + i] = inter[i * channels + c];
    return true;
}

static bool can_be_sound(arena *a, const data_array *x, const char **why) {
    if (x->dt == T_COMPLEX || x->rank < 1 || x->rank > 2) {
        *why = arena_printf(a, "a sound file takes real[samples] or real[channels, samples], this is %s",
                            data_shape_text(a, x));
        return false;
    }
    if (x->rank == 2 && x->shape[0] > 64) {
        *why = arena_printf(a, "%" PRId64 " channels are too many for a sound file", x->shape[0]);
        return false;
    }
    if (!(x->rate >= 1)) {
        *why = "its sample rate is not known; declare one (input x: real[N] @ 48kHz), or say --rate=48000";
        return false;
    }
    return true;
}

/* 32-bit float in WAV and AIFF, so that nothing is clipped; FLAC and Ogg as they are. */
bool sound_encode(arena *a, strbuf *out, const char *ending, const data_array *x, const char **why) {
    if (!can_be_sound(a, x, why)) return false;
    int channels = x->rank == 2 ? (int)x->shape[0] : 1;
    int64_t n = x->shape[x->rank - 1];
    SF_INFO info = {.samplerate = (int)lrint(x->rate), .channels = channels};
    info.format = strcmp(ending, ".flac") == 0  ? SF_FORMAT_FLAC | SF_FORMAT_PCM_24
                  : strcmp(ending, ".ogg") == 0 ? SF_FORMAT_OGG | SF_FORMAT_VORBIS
                  : strcmp(ending, ".wav") == 0 ? SF_FORMAT_WAV | SF_FORMAT_FLOAT
                                                : SF_FORMAT_AIFF | SF_FORMAT_FLOAT;
    SF_VIRTUAL_IO io = stream_io();
    stream s = {.mem = a};
    SNDFILE *f = sf_open_virtual(&io, SFM_WRITE, &info, &s);
    if (!f) {
        *why = arena_printf(a, "libsndfile: %s", sf_strerror(NULL));
        return false;
    }
    sf_command(f, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE); /* it holds the time of day: same data, same bytes */
    double *inter = NEW_ARRAY(a, double, n *channels);
    for (int c = 0; c < channels; c++)
        for (int64_t i = 0; i < n; i++) inter[i * channels + c] = x->v[c * n + i];
    bool ok = sf_writef_double(f, inter, n) == n;
    if (!ok) *why = arena_printf(a, "libsndfile: %s", sf_strerror(f));
    sf_close(f);
    if (ok) sb_putn(out, (const char *)s.bytes, (size_t)s.len);
    return ok;
}
#else
static const char *const MISSING =
    "this dspc was built without libsndfile; install the package libsndfile1-dev and build again";

const char *sound_library_version(void) {
    return NULL;
}

bool sound_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why) {
    (void)a, (void)bytes, (void)len, (void)out;
    *why = MISSING;
    return false;
}

bool sound_encode(arena *a, strbuf *out, const char *ending, const data_array *x, const char **why) {
    (void)a, (void)out, (void)ending, (void)x;
    *why = MISSING;
    return false;
}
#endif
