/* number.c: the value of a number literal in base units, and what may be wrong with it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "front/token.h"
#include "front/parse.h"
#include "front/units.h"

/* Length of the numeric part: digits, point and digits, exponent with digits. */
static size_t numeric_part(const char *text, size_t n) {
    size_t i = 0;
    while (i < n && text[i] >= '0' && text[i] <= '9') i++;
    if (i + 1 < n && text[i] == '.' && text[i + 1] >= '0' && text[i + 1] <= '9') {
        i++;
        while (i < n && text[i] >= '0' && text[i] <= '9') i++;
    }
    size_t e = i;
    if (e < n && (text[e] == 'e' || text[e] == 'E')) {
        e++;
        if (e < n && (text[e] == '+' || text[e] == '-')) e++;
        if (e < n && text[e] >= '0' && text[e] <= '9') {
            while (e < n && text[e] >= '0' && text[e] <= '9') e++;
            return e;
        }
    }
    return i;
}

/* The decimal value times 10^shift, rounded once: 44.1kHz is 44.1e3 and not 44.1 * 1e3. */
static double decimal(const char *text, size_t n, int shift) {
    char *copy = malloc(n + 32);
    if (!copy) die(4, "out of memory: a number of %zu digits", n);
    memcpy(copy, text, n);
    copy[n] = '\0';
    char *e = strpbrk(copy, "eE");
    long exponent = 0;
    if (e) {
        errno = 0;
        exponent = strtol(e + 1, NULL, 10);
        if (exponent > 1000000) exponent = 1000000;
        if (exponent < -1000000) exponent = -1000000;
    } else {
        e = copy + n;
    }
    snprintf(e, 32, "e%ld", exponent + shift);
    double x = strtod(copy, NULL);
    free(copy);
    return x;
}

static bool has_nonzero_digit(const char *text, size_t n) {
    for (size_t i = 0; i < n && text[i] != 'e' && text[i] != 'E'; i++)
        if (text[i] >= '1' && text[i] <= '9') return true;
    return false;
}

static void check_range(scanner *s, const token *t, const char *digits, size_t n) {
    const double exact_integers = 9007199254740992.0; /* 2^53 */
    if (isinf(t->number)) report(s->d, DIAG_number_range, t->at, "is larger than the largest double, 1.8e308");
    else if (!(t->number > 0) && has_nonzero_digit(digits, n))
        report(s->d, DIAG_number_range, t->at, "is smaller than the smallest double, 4.9e-324");
    else if (t->is_int && t->number > exact_integers)
        report(s->d, DIAG_number_range, t->at, "is an integer above 2^53, which is not kept exactly");
}

static void bad_suffix(scanner *s, const token *t, const char *digits, size_t n, const char *suffix) {
    if (n == 1 && digits[0] == '0' && strchr("xXbBoO", suffix[0])) {
        report(s->d, DIAG_bad_number, t->at, "numbers are decimal");
    } else if ((suffix[0] == 'e' || suffix[0] == 'E') && !suffix[1]) {
        report(s->d, DIAG_bad_number, t->at, "digits must follow the exponent");
    } else if (suffix[0] == '_') {
        report(s->d, DIAG_bad_number, t->at, "digits are not grouped with _");
    } else if (strcmp(suffix, "f") == 0 || strcmp(suffix, "L") == 0 || strcmp(suffix, "u") == 0) {
        report(s->d, DIAG_bad_number, t->at, "a literal has no C type suffix");
        report_help(s->d, "the precision is chosen by --precision=f32 or f64");
    } else {
        report(s->d, DIAG_unknown_unit, t->at, suffix);
        const char *near = unit_suggestion(suffix);
        if (near && strcmp(near, "j") == 0)
            report_help(s->d, "the imaginary unit is j: %.*sj", (int)(n < 40 ? n : 40), digits);
        else if (near) report_help(s->d, "did you mean %s?", near);
        else report_help(s->d, "a product with a name needs its *: %.*s*%s", (int)(n < 40 ? n : 40), digits, suffix);
    }
}

void scan_number(scanner *s, const char *text, size_t n) {
    size_t digits = numeric_part(text, n);
    token *t = scan_token(s, T_NUMBER, text, n);
    const char *suffix = arena_strndup(s->a, text + digits, n - digits);
    const unit_row *u = *suffix ? unit_by_name(suffix) : NULL;
    t->imaginary = strcmp(suffix, "j") == 0;
    t->is_int = digits == n && strspn(text, "0123456789") >= n;
    t->number = decimal(text, digits, u ? u->exponent : 0);
    if (u) {
        t->number *= u->factor;
        t->unit = u->dimension;
        if (u->dimension.db) t->number = pow(10, t->number / 20);
    }
    if (*suffix && !u && !t->imaginary) bad_suffix(s, t, text, digits, suffix);
    else check_range(s, t, text, digits);
}

void scan_trailing_point(scanner *s, const char *text, size_t n) {
    token *t = scan_token(s, T_NUMBER, text, n);
    t->number = decimal(text, n - 1, 0);
    report(s->d, DIAG_bad_number, t->at, "digits must follow the point");
    report_help(s->d, "write %s0", t->text);
}
