/* number.c: numbers as the shortest decimal text that reads back exactly. Tables of constants are most of the text that
 * is written, so the digits come from arithmetic where that decides them for certain, and from printf and strtod
 * otherwise.
 *
 * x = m 2^e is scaled by a power of ten to 10^16 <= y < 10^17, as an integer and a fraction that is known to 1e-14. The
 * text of n digits is the multiple of q = 10^(17-n) nearest to y; it reads back as x when it lies within h, half the
 * distance to x's neighbours. What comes nearer than SURE to a tie or to h is left to printf. */
#include "support/support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 17, EXACT_POWER = 22 /* 5^22 < 2^53 */ };

static const double SURE = 1e-9;

static double exact_power(int k) {
    static const double POWER[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    return POWER[k];
}

static int64_t whole_power(int k) {
    return (int64_t)exact_power(k);
}

/* 10^k as the sum of two doubles; false when k is too large or too small for that. */
static bool power_of_ten(int k, double *hi, double *lo) {
    if (k < -EXACT_POWER || k > 2 * EXACT_POWER) return false;
    if (k < 0) {
        double p = exact_power(-k);
        *hi = 1 / p;
        *lo = fma(-*hi, p, 1) / p;
    } else if (k <= EXACT_POWER) {
        *hi = exact_power(k);
        *lo = 0;
    } else {
        *hi = 1e22 * exact_power(k - EXACT_POWER);
        *lo = fma(1e22, exact_power(k - EXACT_POWER), -*hi);
    }
    return true;
}

typedef struct scaled {
    int64_t whole; /* y = whole + part, |part| <= 1/2 */
    double part, half;
    int exponent; /* of the first digit */
} scaled;

/* False when the quick way does not reach x > 0. */
static bool scale(double x, bool single, scaled *s) {
    int e;
    double m = frexp(x, &e), hi, lo;
    if (m == 0.5 || x < (single ? (double)FLT_MIN : DBL_MIN)) return false; /* neighbours at two distances; subnormal */
    s->exponent = (int)floor((e - 1) * 0.30102999566398120);
    for (int tries = 0; tries < 2; tries++) {
        if (!power_of_ten(16 - s->exponent, &hi, &lo)) return false;
        double y = x * hi, rest = fma(x, hi, -y) + x * lo, up = floor(rest + 0.5);
        if (y < 1e18) {
            s->whole = (int64_t)y + (int64_t)up;
            s->part = rest - up;
            s->half = ldexp(hi, e - (single ? FLT_MANT_DIG : DBL_MANT_DIG) - 1);
            if (s->whole < whole_power(MOST_DIGITS)) return s->whole >= whole_power(MOST_DIGITS - 1);
        }
        s->exponent++;
    }
    return false;
}

/* Whether n digits read back as x: 1 yes, with the digits in *c, 0 no, -1 not certain. */
static int reads_back(const scaled *s, int n, int64_t *c) {
    int64_t q = whole_power(MOST_DIGITS - n), over = s->whole % q;
    double below = (double)over + s->part, above = (double)(q - over) - s->part;
    double distance = below < above ? below : above;
    if (q == 1) distance = fabs(s->part);
    if (distance > s->half * (1 + SURE) + SURE) return 0;
    if (distance > s->half * (1 - SURE) - SURE) return -1;
    if (q == 1 ? distance > 0.5 - SURE : fabs(below - above) < SURE) return -1;
    *c = (s->whole - over) / q + (q > 1 && above < below);
    return 1;
}

/* n digits of c, the first standing for 10^exponent, laid out as %.ng does. */
static void lay_out(char *text, int64_t c, int n, int exponent) {
    char digit[MOST_DIGITS + 1];
    int length = n;
    if (c == whole_power(n)) c /= 10, exponent++; /* 9.96 with two digits is 10 */
    for (int k = n; k-- > 0; c /= 10) digit[k] = (char)('0' + c % 10);
    bool powered = exponent < -4 || exponent >= n;
    while (length > 1 && digit[length - 1] == '0') length--;
    char *p = text;
    int point = powered ? 1 : exponent + 1; /* digits before the point */
    if (point <= 0) *p++ = '0', *p++ = '.';
    for (int k = point; k < 0; k++) *p++ = '0';
    for (int k = 0; k < length; k++) {
        if (k > 0 && k == point) *p++ = '.';
        *p++ = digit[k];
    }
    for (int k = length; k < point; k++) *p++ = '0';
    *p = 0;
    if (powered) {
        int e = abs(exponent); /* below 100: power_of_ten reaches no further */
        *p++ = 'e', *p++ = exponent < 0 ? '-' : '+', *p++ = (char)('0' + e / 10), *p++ = (char)('0' + e % 10), *p = 0;
    }
}

/* The fewest digits in least..most that read back as x > 0. */
static bool quick_text(char *text, double x, bool single, int least, int most) {
    scaled s;
    if (!scale(x, single, &s)) return false;
    int64_t c = 0, found = 0;
    int lo = least, hi = most + 1; /* fewer than lo do not read back, hi do */
    while (lo < hi) {
        int n = (lo + hi) / 2, back = n > most ? 0 : reads_back(&s, n, &c);
        if (back < 0) return false;
        if (back) hi = n, found = c;
        else lo = n + 1;
    }
    if (found) lay_out(text, found, hi, s.exponent);
    return found != 0;
}

void shortest_number(char text[NUMBER_TEXT], double x, bool single) {
    int least = single ? 1 : 15, most = single ? 9 : MOST_DIGITS;
    if (single) x = (double)(float)x;
    if (x >= 0 && x <= 9 && x == floor(x) && !signbit(x)) { /* masks, kernels, labels: most numbers of most tables */
        text[0] = (char)('0' + (int)x);
        text[1] = 0;
        return;
    }
    if (x > 0 && quick_text(text, x, single, least, most)) return;
    if (x < 0 && quick_text(text + 1, -x, single, least, most)) {
        text[0] = '-';
        return;
    }
    for (int digits = least; digits <= most; digits++) {
        snprintf(text, NUMBER_TEXT, "%.*g", digits, x);
        double back = single ? (double)strtof(text, NULL) : strtod(text, NULL);
        if (!(back < x) && !(back > x)) break;
    }
}
