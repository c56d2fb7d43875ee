/* kit_program.h: random pipelines over every operator of the table, with values at which they are finite and tame.
 *
 * The graph is evaluated while it grows: an operator whose value is not finite, or too large, is left out. Arguments are
 * whatever is there already, bent to the type and the domain that the operator's cases ask for. */
#ifndef TESTS_KIT_PROGRAM_H
#define TESTS_KIT_PROGRAM_H

#include "eval/numbers.h"
#include "sema/sema.h"

/* What programs are made of: the cases of every operator that has a derivative twice over, or none by definition. */
typedef struct program_parts {
    const optable *ops;
    op_case_list cases[OP_COUNT];
} program_parts;
program_parts *program_parts_new(arena *a, const optable *ops);

typedef struct random_program {
    program *p;     /* params and int inputs, outputs, a loss */
    tensor *value;  /* by leaf of p->forward */
    int operators;
    bool used[OP_COUNT];
} random_program;

typedef enum { NO_LOOPS, SHORT_LOOPS, LONG_LOOPS } loop_choice; /* long ones run forward, and there are more of them */

/* `size` operators or so; loops too, if wanted. The same seed gives the same program. */
random_program make_random_program(arena *a, const program_parts *parts, uint64_t seed, int size, loop_choice loops);

#endif
