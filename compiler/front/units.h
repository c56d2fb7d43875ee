/* units.h: the units that a literal may carry and a type may declare. */
#ifndef DSPC_FRONT_UNITS_H
#define DSPC_FRONT_UNITS_H

#include "front/ast.h"

typedef struct unit_row {
    const char *name;
    int exponent;  /* value in base units = number * 10^exponent * factor */
    double factor; /* 1, 60 (min), pi/180 (deg) */
    unit dimension;
    const char *base; /* the unit of the same dimension without a factor: "s", "Hz", "m", "rad", "dB" */
} unit_row;

const unit_row *unit_by_name(const char *name); /* NULL when unknown */
const char *unit_suggestion(const char *name);  /* the nearest known unit, or NULL */
bool unit_equal(unit a, unit b);
bool unit_is_none(unit u);
/* "Hz", "m/s", "s^2"; "" for a plain number. */
const char *unit_text(arena *a, unit u);

#endif
