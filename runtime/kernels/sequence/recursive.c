/* The all-pole recursive filter along one axis. */
#define DSPC_TEMPLATE "kernels/sequence/recursive_template.h"
#include "kernels/each_type.h"
