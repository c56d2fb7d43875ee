/* Elements picked and added by index, and sorting by indices. */
#include <string.h>

#define DSPC_TEMPLATE "kernels/index/index_template.h"
#include "kernels/each_type.h"

void dspc_gather_i32(int32_t *restrict y, const int32_t *restrict x, const int32_t *restrict i, ptrdiff_t N,
                     ptrdiff_t M) {
    for (ptrdiff_t m = 0; m < M; m++) y[m] = i[m] >= 0 && i[m] < N ? x[i[m]] : 0;
}
