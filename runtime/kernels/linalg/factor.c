/* LU and Cholesky factors and what is solved with them.
 *
 * Matrices of signal processing are small: everything runs row by row, unblocked; rows are contiguous, so the inner
 * loops are sums of rows, or dot products when there is one right-hand side. */
#include <math.h>
#include <string.h>

#define DSPC_TEMPLATE "kernels/linalg/factor_template.h"
#include "kernels/each_type.h"
