/* Running sums, running products and the first-order recurrence along one axis. */
#define DSPC_TEMPLATE "kernels/sequence/cumulate_template.h"
#include "kernels/each_type.h"
