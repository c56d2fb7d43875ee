/* image.c: PNG pictures by libpng, from and to memory. Values run from 0 (black) to 1 (white or full colour). */
#include "data/data.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#ifdef DSPC_HAVE_PNG
#include <png.h>
#include <setjmp.h>

typedef struct stream {
    const unsigned char *bytes;
    size_t len, pos;
    strbuf *out;
    char message[160]; /* libpng's, kept over the longjmp */
} stream;

static void on_error(png_structp png, png_const_charp text) {
    stream *s = png_get_error_ptr(png);
    snprintf(s->message, sizeof s->message, "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png, (void)text;
}

static void read_bytes(png_structp png, png_bytep p, size_t n) {
    stream *s = png_get_io_ptr(png);
    if (n > s->len - s->pos) png_error(png, "the file is truncated");
    memcpy(p, s->bytes + s->pos, n);
    s->pos += n;
}

static void write_bytes(png_structp png, png_bytep p, size_t n) {
    stream *s = png_get_io_ptr(png);
    sb_putn(s->out, (const char *)p, n);
}

static void flush_nothing(png_structp png) {
    (void)png;
}

const char *image_library_version(void) {
    return PNG_LIBPNG_VER_STRING;
}

typedef struct pixels {
    png_uint_32 w, h;
    int channels, depth; /* 1 or 3; 8 or 16 */
    unsigned char *data;
    png_bytep *rows;
} pixels;

/* Everything that may longjmp stands here; the locals that live across it belong to the caller. */
static bool read_pixels(arena *a, png_structp png, png_infop info, stream *s, pixels *px) {
    if (setjmp(png_jmpbuf(png))) return false;
    png_set_read_fn(png, s, read_bytes);
    png_set_user_limits(png, 1u << 16, 1u << 16);
    png_read_info(png, info);
    png_set_expand(png); /* palette to RGB, 1, 2, 4 bit to 8 */
    png_set_strip_alpha(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    px->w = png_get_image_width(png, info);
    px->h = png_get_image_height(png, info);
    px->channels = png_get_channels(png, info);
    px->depth = png_get_bit_depth(png, info);
    size_t stride = png_get_rowbytes(png, info);
    px->data = arena_alloc(a, stride * px->h);
    px->rows = NEW_ARRAY(a, png_bytep, px->h);
    for (png_uint_32 y = 0; y < px->h; y++) px->rows[y] = px->data + y * stride;
    png_read_image(png, px->rows);
    png_read_end(png, NULL);
    return true;
}

bool image_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why) {
    stream s = {.bytes = bytes, .len = len};
    if (len < 8 || png_sig_cmp(bytes, 0, 8)) {
        *why = "not a PNG file";
        return false;
    }
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    pixels px = {0};
    bool ok = info && read_pixels(a, png, info, &s, &px);
    if (png) png_destroy_read_struct(&png, &info, NULL);
    if (!ok) {
        *why = arena_printf(a, "damaged PNG file: %s", s.message[0] ? s.message : "out of memory");
        return false;
    }
    int64_t h = px.h, w = px.w, c = px.channels;
    double top = px.depth == 16 ? 65535.0 : 255.0;
    *out = c == 1 ? data_new(a, T_REAL, 2, (int64_t[]){h, w}) : data_new(a, T_REAL, 3, (int64_t[]){c, h, w});
    for (int64_t k = 0; k < c; k++)
        for (int64_t y = 0; y < h; y++)
            for (int64_t x = 0; x < w; x++) {
                const unsigned char *p = px.rows[y] + (x * c + k) * (px.depth / 8);
                out->v[(k * h + y) * w + x] = (px.depth == 16 ? p[0] * 256 + p[1] : p[0]) / top;
            }
    return true;
}

static bool write_pixels(png_structp png, png_infop info, stream *s, const pixels *px) {
    if (setjmp(png_jmpbuf(png))) return false;
    png_set_write_fn(png, s, write_bytes, flush_nothing);
    png_set_IHDR(png, info, px->w, px->h, px->depth, px->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    png_write_image(png, px->rows);
    png_write_end(png, NULL);
    return true;
}

static int64_t fill_pixels(const data_array *x, pixels *px) {
    int64_t clipped = 0, h = px->h, w = px->w, c = px->channels;
    for (int64_t k = 0; k < c; k++)
        for (int64_t y = 0; y < h; y++)
            for (int64_t i = 0; i < w; i++) {
                double v = x->v[(k * h + y) * w + i];
                clipped += !(v >= -0.5 / 255 && v <= 1 + 0.5 / 255);
                v = v > 0 ? (v < 1 ? v : 1) : 0; /* NaN goes to 0 */
                px->rows[y][i * c + k] = (unsigned char)lrint(v * 255);
            }
    return clipped;
}

bool image_encode(arena *a, strbuf *out, const data_array *x, const char **note, const char **why) {
    bool grey = x->rank == 2, rgb = x->rank == 3 && x->shape[0] == 3;
    if (x->dt == T_COMPLEX || (!grey && !rgb) || x->shape[x->rank - 1] > 65535 || x->shape[x->rank - 2] > 65535) {
        *why = arena_printf(a, "a picture takes real[H, W] or real[3, H, W], this is %s", data_shape_text(a, x));
        return false;
    }
    stream s = {.out = out};
    pixels px = {.w = (png_uint_32)x->shape[x->rank - 1],
                 .h = (png_uint_32)x->shape[x->rank - 2],
                 .channels = rgb ? 3 : 1,
                 .depth = 8};
    size_t stride = (size_t)px.w * (size_t)px.channels;
    px.data = arena_alloc(a, stride * px.h);
    px.rows = NEW_ARRAY(a, png_bytep, px.h);
    for (png_uint_32 y = 0; y < px.h; y++) px.rows[y] = px.data + y * stride;
    int64_t clipped = fill_pixels(x, &px);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool ok = info && write_pixels(png, info, &s, &px);
    if (png) png_destroy_write_struct(&png, &info);
    if (!ok) *why = arena_printf(a, "libpng: %s", s.message);
    if (clipped)
        *note = arena_printf(a, "%" PRId64 " of %" PRId64 " values were outside 0..1 and were clipped", clipped,
                             data_count(x));
    return ok;
}
#else
static const char *const MISSING = "this dspc was built without libpng; install the package libpng-dev and build again";

const char *image_library_version(void) {
    return NULL;
}

bool image_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why) {
    (void)a, (void)bytes, (void)len, (void)out;
    *why = MISSING;
    return false;
}

bool image_encode(arena *a, strbuf *out, const data_array *x, const char **note, const char **why) {
    (void)a, (void)out, (void)x, (void)note;
    *why = MISSING;
    return false;
}
#endif
