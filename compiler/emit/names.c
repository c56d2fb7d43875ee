/* names.c: identifiers that are legal, unused, and no word of C, C++ or the headers the text includes. */
#include "emit/writer.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
static const char *const KEYWORDS[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "atomic_cancel", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield",
    "compl", "complex", "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue",
    "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "export",
    "extern", "false", "float", "for", "fortran", "friend", "goto", "if", "imaginary", "inline", "int", "long",
    "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
    "protected", "public", "reflexpr", "register", "reinterpret_cast", "requires", "restrict", "return", "short",
    "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "synchronized", "template",
    "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union",
    "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
    /* macros of the standard headers and of compilers */
    "I", "NULL", "NAN", "INFINITY", "EOF", "errno", "assert", "linux", "unix", "i386", "main", "offsetof",
};
static const char *const WORDS[] = {
    /* names of the standard headers in sight */
    "signbit", "isnan", "isinf", "isfinite", "isnormal", "fpclassify", "signgam", "memset", "memcpy", "memmove",
    "memcmp", "memchr", "strlen", "index", "rindex", "bcopy", "bzero", "ffs", "acos", "acosh", "asin", "asinh",
    "atan", "atan2", "atanh", "cbrt", "ceil", "copysign", "cos", "cosh", "erf", "erfc", "exp", "exp2", "expm1",
    "fabs", "fdim", "floor", "fma", "fmax", "fmin", "fmod", "frexp", "hypot", "ilogb", "ldexp", "lgamma", "gamma",
    "log", "log10", "log1p", "log2", "logb", "lrint", "lround", "modf", "nan", "nearbyint", "nextafter", "pow",
    "remainder", "remquo", "rint", "round", "scalbn", "sin", "sinh", "sqrt", "tan", "tanh", "tgamma", "trunc",
    "j0", "j1", "jn", "y0", "y1", "yn", "drem", "significand", "finite", "pow10", "abs", "size_t", "ptrdiff_t",
    "int32_t", "uint32_t", "int64_t", "uint64_t", "int8_t", "uint8_t", "int16_t", "uint16_t",
    /* what the generated functions use themselves */
    "self", "in", "params", "out", "g", "dot", "bar", "out_dot", "hv", "p", "work", "bytes", "lane", "block",
    "end", "i", "j", "k", "l", "u", "v", "i0", "j0", "k0", "l0", "u0", "v0", "status",
};
/* clang-format on */

bool is_c_keyword(const char *s) {
    for (size_t k = 0; k < COUNT_OF(KEYWORDS); k++)
        if (strcmp(KEYWORDS[k], s) == 0) return true;
    return false;
}

bool is_c_word(const char *s) {
    if (is_c_keyword(s)) return true;
    for (size_t k = 0; k < COUNT_OF(WORDS); k++)
        if (strcmp(WORDS[k], s) == 0) return true;
    size_t n = strlen(s); /* the float siblings of libm: sinf, y1f */
    if (n > 1 && s[n - 1] == 'f') {
        for (size_t k = 0; k < COUNT_OF(WORDS); k++)
            if (strlen(WORDS[k]) == n - 1 && strncmp(WORDS[k], s, n - 1) == 0 && strlen(WORDS[k]) > 1) return true;
    }
    return strncmp(s, "dspc_", 5) == 0 || strncmp(s, "DSPC_", 5) == 0;
}

const char *c_identifier(arena *a, const char *s) {
    strbuf b = {0};
    if (!isalpha((unsigned char)*s)) sb_putc(&b, 'v');
    for (; *s; s++) sb_putc(&b, isalnum((unsigned char)*s) ? *s : '_');
    size_t n = b.len;
    while (n > 1 && b.text[n - 1] == '_') n--;
    char *r = arena_strndup(a, b.text, n);
    sb_free(&b);
    return r;
}

const char *upper_case(arena *a, const char *s) {
    char *r = arena_strdup(a, s);
    for (char *p = r; *p; p++) *p = (char)toupper((unsigned char)*p);
    return r;
}

static bool taken(const namer *n, const char *s) {
    for (int k = 0; k < n->used.len; k++)
        if (strcmp(n->used.data[k], s) == 0) return true;
    return is_c_word(s);
}

const char *name_new(namer *n, const char *hint) {
    const char *base = c_identifier(n->mem, hint), *s = base;
    for (int k = 2; taken(n, s); k++) s = arena_printf(n->mem, "%s_%d", base, k);
    vec_push(n->mem, &n->used, s);
    return s;
}

const char *name_pair(namer *n, const char *hint) {
    const char *base = c_identifier(n->mem, hint);
    for (int k = 1;; k++) {
        const char *s = k == 1 ? base : arena_printf(n->mem, "%s_%d", base, k);
        const char *re = arena_printf(n->mem, "%s_re", s), *im = arena_printf(n->mem, "%s_im", s);
        if (taken(n, s) || taken(n, re) || taken(n, im)) continue;
        vec_push(n->mem, &n->used, s);
        vec_push(n->mem, &n->used, re);
        vec_push(n->mem, &n->used, im);
        return s;
    }
}

int name_scope(const namer *n) {
    return n->used.len;
}

void name_leave(namer *n, int scope) {
    n->used.len = scope;
}

const char *emit_prefix(arena *a, const char *pipeline) {
    const char *s = c_identifier(a, pipeline);
    return is_c_word(s) ? arena_printf(a, "%s_pipeline", s) : s;
}
