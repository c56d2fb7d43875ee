/* Weighted sums of neighbours at given places, and their transposes. */
#include "kernels/sequence/fold.h"

/* Where place k lies among N elements; -1 outside with mode 0, zeros beyond the ends. */
static inline ptrdiff_t place(ptrdiff_t k, ptrdiff_t N, int mode) {
    if (k >= 0 && k < N) return k;
    return mode == 0 ? -1 : fold(k, N, mode);
}

#define DSPC_TEMPLATE "kernels/sampling/sampling_template.h"
#include "kernels/each_type.h"
