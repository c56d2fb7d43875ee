/* Matrix products: vectors as dot products or sums of rows, small matrices by plain loops, others in blocks, or by a
 * tuned CBLAS. */
#include "blas/gemm.h"

#include <string.h>

#define DSPC_TEMPLATE "blas/matmul_template.h"
#include "kernels/each_type.h"
