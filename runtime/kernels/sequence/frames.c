/* Frames added up, and signals continued over their ends. */
#include <string.h>

#include "kernels/sequence/fold.h"

#define DSPC_TEMPLATE "kernels/sequence/frames_template.h"
#include "kernels/each_type.h"
