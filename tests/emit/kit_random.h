/* kit_random.h: random typed graphs over every point-wise operator, view, reduction and most kernels. */
#ifndef TESTS_KIT_RANDOM_H
#define TESTS_KIT_RANDOM_H

#include "ir/optable.h"

/* A graph with a few small leaves and about `size` operators, whose results are everything nothing else uses. */
graph *random_program(arena *a, const optable *ops, uint64_t seed, int size);

#endif
