/* npy.c: NumPy's .npy files.
 *
 * Layout: "\x93NUMPY", major, minor, length of the header (2 bytes in format 1, 4 bytes after, little endian), the
 * header, the elements. The header is a Python dictionary, {'descr': '<f8', 'fortran_order': False, 'shape': (3,
 * 4), }. Source: numpy.lib.format, NEP 1. */
#include "data/data.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t COUNT_LIMIT = (int64_t)1 << 32;

typedef struct header {
    char order; /* '<' '>' '|' */
    char kind;  /* b i u f c */
    int size;   /* bytes of one element */
    bool fortran;
    bool has_descr, has_order, has_shape;
} header;

typedef struct cursor {
    const char *p, *start, *end;
} cursor;

static void skip_space(cursor *c) {
    while (c->p < c->end && isspace((unsigned char)*c->p)) c->p++;
}

static bool take(cursor *c, char wanted) {
    skip_space(c);
    if (c->p >= c->end || *c->p != wanted) return false;
    c->p++;
    return true;
}

static bool damaged(arena *a, const cursor *c, const char *what, const char **why) {
    *why = arena_printf(a, "damaged NPY header: %s expected at byte %td of it", what, c->p - c->start);
    return false;
}

static bool quoted(cursor *c, char *out, size_t room) {
    skip_space(c);
    if (c->p >= c->end || (*c->p != '\'' && *c->p != '"')) return false;
    char quote = *c->p++;
    size_t n = 0;
    while (c->p < c->end && *c->p != quote && n + 1 < room) out[n++] = *c->p++;
    out[n] = '\0';
    return take(c, quote);
}

static bool read_descr(arena *a, cursor *c, header *h, const char **why) {
    static const char *const KNOWN[] = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"};
    char text[32];
    skip_space(c);
    if (c->p < c->end && *c->p == '[') {
        *why = "this NPY file holds records; dspc reads arrays of numbers";
        return false;
    }
    if (!quoted(c, text, sizeof text)) return damaged(a, c, "the element type in quotes", why);
    h->order = text[0];
    if (h->order && strchr("<>|=", h->order)) {
        for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
            if (strcmp(text + 1, KNOWN[i]) != 0) continue;
            h->kind = text[1];
            h->size = atoi(text + 2);
            h->has_descr = true;
            return true;
        }
    }
    *why = arena_printf(
        a, "elements of type '%s' are not read; known are b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16 (x.astype('f8'))",
        text);
    return false;
}

static bool read_shape(arena *a, cursor *c, header *h, data_array *out, const char **why) {
    int64_t count = 1;
    if (!take(c, '(')) return damaged(a, c, "'('", why);
    while (!take(c, ')')) {
        skip_space(c);
        char *end;
        if (c->p >= c->end || !isdigit((unsigned char)*c->p)) return damaged(a, c, "an axis length", why);
        long long n = strtoll(c->p, &end, 10);
        c->p = end;
        if (out->rank == MAX_RANK) {
            *why = arena_printf(a, "the array has more than %d axes", MAX_RANK);
            return false;
        }
        if (n == 0) {
            *why = "the array is empty: an axis has length 0";
            return false;
        }
        if (n > COUNT_LIMIT / count) {
            *why = "the array has more than 2^32 elements";
            return false;
        }
        out->shape[out->rank++] = n;
        count *= n;
        if (!take(c, ',')) {
            if (!take(c, ')')) return damaged(a, c, "',' or ')'", why);
            break;
        }
    }
    h->has_shape = true;
    return true;
}

static bool read_header(arena *a, cursor *c, header *h, data_array *out, const char **why) {
    if (!take(c, '{')) return damaged(a, c, "'{'", why);
    while (!take(c, '}')) {
        char key[32];
        if (!quoted(c, key, sizeof key)) return damaged(a, c, "a key in quotes", why);
        if (!take(c, ':')) return damaged(a, c, "':'", why);
        if (strcmp(key, "descr") == 0) {
            if (!read_descr(a, c, h, why)) return false;
        } else if (strcmp(key, "shape") == 0) {
            if (!read_shape(a, c, h, out, why)) return false;
        } else if (strcmp(key, "fortran_order") == 0) {
            skip_space(c);
            size_t left = (size_t)(c->end - c->p);
            h->fortran = left >= 4 && memcmp(c->p, "True", 4) == 0;
            if (!h->fortran && !(left >= 5 && memcmp(c->p, "False", 5) == 0))
                return damaged(a, c, "True or False", why);
            c->p += h->fortran ? 4 : 5;
            h->has_order = true;
        } else {
            *why = arena_printf(a, "damaged NPY header: unknown key '%s'", key);
            return false;
        }
        if (!take(c, ',') && !(c->p < c->end && *c->p == '}')) return damaged(a, c, "',' or '}'", why);
    }
    if (h->has_descr && h->has_order && h->has_shape) return true;
    *why = arena_printf(a, "damaged NPY header: '%s' is missing",
                        !h->has_descr   ? "descr"
                        : !h->has_order ? "fortran_order"
                                        : "shape");
    return false;
}

/* `size` bytes at p, in the order the header says, as an unsigned number. */
static uint64_t bits_at(const unsigned char *p, int size, bool big) {
    uint64_t v = 0;
    for (int i = 0; i < size; i++) v |= (uint64_t)p[i] << (8 * (big ? size - 1 - i : i));
    return v;
}

static double real_at(const unsigned char *p, int size, bool big) {
    uint64_t bits = bits_at(p, size, big);
    if (size == 4) {
        uint32_t low = (uint32_t)bits;
        float f;
        memcpy(&f, &low, sizeof f);
        return (double)f;
    }
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static double int_at(const unsigned char *p, int size, bool big, bool is_signed) {
    uint64_t bits = bits_at(p, size, big), sign = (uint64_t)1 << (8 * size - 1);
    if (!is_signed || !(bits & sign)) return (double)bits;
    uint64_t all = size == 8 ? UINT64_MAX : (sign << 1) - 1;
    return -(double)((~bits & all) + 1);
}

/* Position in the file of element i of the row-major array. */
static int64_t file_position(const data_array *x, int64_t i, bool fortran) {
    if (!fortran) return i;
    int64_t index[MAX_RANK] = {0}, pos = 0, stride = 1;
    for (int k = x->rank - 1; k >= 0; k--) {
        index[k] = i % x->shape[k];
        i /= x->shape[k];
    }
    for (int k = 0; k < x->rank; k++) {
        pos += index[k] * stride;
        stride *= x->shape[k];
    }
    return pos;
}

static bool read_elements(arena *a, const header *h, const unsigned char *p, data_array *x, const char **why) {
    const double exact = 9007199254740992.0; /* 2^53 */
    bool big = h->order == '>';
    int64_t count = data_count(x);
    for (int64_t i = 0; i < count; i++) {
        const unsigned char *e = p + file_position(x, i, h->fortran) * h->size;
        if (h->kind == 'c') {
            x->v[2 * i] = real_at(e, h->size / 2, big);
            x->v[2 * i + 1] = real_at(e + h->size / 2, h->size / 2, big);
        } else if (h->kind == 'f') {
            x->v[i] = real_at(e, h->size, big);
        } else {
            x->v[i] = h->kind == 'b' ? (double)(*e != 0) : int_at(e, h->size, big, h->kind == 'i');
            if (fabs(x->v[i]) > exact) {
                *why = arena_printf(a, "element %" PRId64 " is a whole number above 2^53 and would lose digits", i);
                return false;
            }
        }
    }
    return true;
}

bool npy_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why) {
    if (len < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0) {
        *why = "not an NPY file: it does not begin with \\x93NUMPY";
        return false;
    }
    int major = bytes[6];
    size_t fixed = major == 1 ? 10 : 12;
    if (major < 1 || major > 3 || len < fixed) {
        *why = arena_printf(a, "NPY format %d.%d is not known; formats 1.0, 2.0 and 3.0 are", major, bytes[7]);
        return false;
    }
    size_t text = (size_t)bits_at(bytes + 8, major == 1 ? 2 : 4, false);
    if (text > len - fixed) {
        *why = arena_printf(a, "truncated: the header should take %zu bytes, the file has %zu after its start", text,
                            len - fixed);
        return false;
    }
    header h = {0};
    char *copy = arena_strndup(a, (const char *)bytes + fixed, text); /* NUL-terminated, so that strtoll stops */
    cursor c = {copy, copy, copy + text};
    out->rank = 0;
    if (!read_header(a, &c, &h, out, why)) return false;
    uint64_t need = (uint64_t)data_count(out) * (uint64_t)h.size, have = (uint64_t)(len - fixed - text);
    if (need != have) {
        *why = arena_printf(a, "%s: the header promises %" PRIu64 " bytes of elements, the file has %" PRIu64,
                            have < need ? "truncated" : "damaged", need, have);
        return false;
    }
    out->dt = h.kind == 'c' ? T_COMPLEX : h.kind == 'f' ? T_REAL : T_INT;
    out->single = (h.kind == 'f' && h.size == 4) || (h.kind == 'c' && h.size == 8);
    out->v = NEW_ARRAY(a, double, data_count(out) * (out->dt == T_COMPLEX ? 2 : 1));
    return read_elements(a, &h, bytes + fixed + text, out, why);
}

static void put_bits(strbuf *out, uint64_t v, int size) {
    for (int i = 0; i < size; i++) sb_putc(out, (char)(unsigned char)(v >> (8 * i)));
}

/* Format 1.0, little endian, C order; the header is padded so that the elements start at a multiple of 64. */
void npy_encode(strbuf *out, const data_array *x) {
    strbuf head = {0};
    const char *descr = x->dt == T_INT       ? "<i4"
                        : x->dt == T_COMPLEX ? (x->single ? "<c8" : "<c16")
                        : x->single          ? "<f4"
                                             : "<f8";
    sb_printf(&head, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
    for (int k = 0; k < x->rank; k++)
        sb_printf(&head, "%s%" PRId64 "%s", k ? " " : "", x->shape[k], k + 1 < x->rank || x->rank == 1 ? "," : "");
    sb_puts(&head, "), }");
    while ((10 + head.len + 1) % 64) sb_putc(&head, ' ');
    sb_putc(&head, '\n');
    sb_putn(out, "\x93NUMPY\x01\x00", 8);
    put_bits(out, head.len, 2);
    sb_putn(out, sb_text(&head), head.len);
    sb_free(&head);
    int64_t numbers = data_count(x) * (x->dt == T_COMPLEX ? 2 : 1);
    for (int64_t i = 0; i < numbers; i++) {
        if (x->dt == T_INT) {
            put_bits(out, (uint64_t)(uint32_t)(int32_t)x->v[i], 4);
        } else if (x->single) {
            float f = (float)x->v[i];
            uint32_t bits;
            memcpy(&bits, &f, sizeof bits);
            put_bits(out, bits, 4);
        } else {
            uint64_t bits;
            memcpy(&bits, &x->v[i], sizeof bits);
            put_bits(out, bits, 8);
        }
    }
}
