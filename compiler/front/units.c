/* units.c: the table of units. Everything is kept in SI base units; a hertz is 1/s, an angle is in radians. */
#include "front/units.h"

#include <string.h>

#define TIME \
    { .time = 1 }
#define FREQUENCY \
    { .time = -1 }
#define LENGTH \
    { .length = 1 }
#define ANGLE \
    { .angle = 1 }

static const unit_row rows[] = {
    {"s", 0, 1, TIME, "s"},
    {"ms", -3, 1, TIME, "s"},
    {"us", -6, 1, TIME, "s"},
    {"ns", -9, 1, TIME, "s"},
    {"min", 0, 60, TIME, "s"},
    {"h", 0, 3600, TIME, "s"},
    {"Hz", 0, 1, FREQUENCY, "Hz"},
    {"mHz", -3, 1, FREQUENCY, "Hz"},
    {"kHz", 3, 1, FREQUENCY, "Hz"},
    {"MHz", 6, 1, FREQUENCY, "Hz"},
    {"GHz", 9, 1, FREQUENCY, "Hz"},
    {"m", 0, 1, LENGTH, "m"},
    {"km", 3, 1, LENGTH, "m"},
    {"cm", -2, 1, LENGTH, "m"},
    {"mm", -3, 1, LENGTH, "m"},
    {"um", -6, 1, LENGTH, "m"},
    {"nm", -9, 1, LENGTH, "m"},
    {"rad", 0, 1, ANGLE, "rad"},
    {"deg", 0, 3.14159265358979323846 / 180, ANGLE, "rad"},
    {"dB", 0, 1, {.db = true}, "dB"},
};

const unit_row *unit_by_name(const char *name) {
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

const char *unit_suggestion(const char *name) {
    static const struct {
        const char *wrong, *right;
    } spellings[] = {{"\xC2\xB5s", "us"}, {"\xCE\xBCs", "us"}, {"sec", "s"},       {"secs", "s"},
                     {"second", "s"},     {"seconds", "s"},    {"msec", "ms"},     {"usec", "us"},
                     {"\xC2\xB0", "deg"}, {"degrees", "deg"},  {"degree", "deg"},  {"hertz", "Hz"},
                     {"k", "kHz"},        {"K", "kHz"},        {"i", "j"},         {"J", "j"},
                     {"\xC2\xB5m", "um"}, {"\xCE\xBCm", "um"}, {"minutes", "min"}, {"ks", "kHz"}};
    for (size_t i = 0; i < COUNT_OF(spellings); i++)
        if (strcmp(spellings[i].wrong, name) == 0) return spellings[i].right;
    const char *names[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++) names[i] = rows[i].name;
    return nearest_name(name, names, (int)COUNT_OF(rows));
}

bool unit_equal(unit a, unit b) {
    return a.time == b.time && a.length == b.length && a.angle == b.angle && a.db == b.db;
}

bool unit_is_none(unit u) {
    return unit_equal(u, (unit){0});
}

static void put_power(strbuf *b, const char *name, int exponent, const char *between) {
    if (exponent == 0) return;
    if (b->len) sb_puts(b, between);
    sb_puts(b, name);
    if (exponent != 1) sb_printf(b, "^%d", exponent);
}

const char *unit_text(arena *a, unit u) {
    if (unit_is_none(u)) return "";
    if (u.db) return "dB";
    if (unit_equal(u, (unit)FREQUENCY)) return "Hz";
    strbuf b = {0};
    put_power(&b, "m", u.length > 0 ? u.length : 0, "*");
    put_power(&b, "rad", u.angle > 0 ? u.angle : 0, "*");
    put_power(&b, "s", u.time > 0 ? u.time : 0, "*");
    if (b.len == 0) sb_puts(&b, "1");
    put_power(&b, "m", u.length < 0 ? -u.length : 0, "/");
    put_power(&b, "rad", u.angle < 0 ? -u.angle : 0, "/");
    put_power(&b, "s", u.time < 0 ? -u.time : 0, "/");
    const char *text = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return text;
}
