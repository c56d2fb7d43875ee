/* Real transforms against FFTW called as by hand: one plan for the whole batch, FFTW_MEASURE, aligned arrays. */
#include "bench.h"
#include <dspc.h>
#include <fftw3.h>

/* n, batch */
static const int SIZES[][2] = {{512, 62}, {1024, 62}, {2048, 62}, {1000, 62}, {1023, 62}, {48000, 1}, {65536, 1}};

#define MEASURE(T, R, C, W, PRECISION)                                                                           \
    static void measure_##R(int n, int many) {                                                                   \
        double a, b;                                                                                             \
        char name[64];                                                                                           \
        ptrdiff_t size = n;                                                                                      \
        NEW_ARRAY(T, x, n *many)                                                                                 \
        NEW_ARRAY(T, y, (n + 2) * many)                                                                          \
        NEW_ARRAY(T, z, n *many)                                                                                 \
        dspc_plan *p = dspc_plan_create(DSPC_RFFT, PRECISION, 1, &size, many, 0, DSPC_MEASURE);                  \
        dspc_plan *q = dspc_plan_create(DSPC_HC2R, PRECISION, 1, &size, many, 0, DSPC_MEASURE);                  \
        W(plan)                                                                                                  \
        f = W(plan_many_dft_r2c)(1, &n, many, x, NULL, 1, n, (W(complex) *)y, NULL, 1, n / 2 + 1, FFTW_MEASURE); \
        W(plan)                                                                                                  \
        g = W(plan_many_dft_c2r)(1, &n, many, (W(complex) *)y, NULL, 1, n / 2 + 1, z, NULL, 1, n, FFTW_MEASURE); \
        LEAST_MS(a, dspc_rfft_##R(p, y, x));                                                                     \
        LEAST_MS(b, W(execute)(f));                                                                              \
        snprintf(name, sizeof name, "rfft %d x %d, " #R, many, n);                                               \
        report(name, a, b);                                                                                      \
        LEAST_MS(a, dspc_hc2r_##C(q, z, y));                                                                     \
        LEAST_MS(b, W(execute)(g));                                                                              \
        snprintf(name, sizeof name, "  back, " #R);                                                              \
        report(name, a, b);                                                                                      \
        dspc_plan_destroy(p), dspc_plan_destroy(q);                                                              \
        W(destroy_plan)(f), W(destroy_plan)(g);                                                                  \
        free(x), free(y), free(z);                                                                               \
    }

#define FFTW_DOUBLE(name) fftw_##name
#define FFTW_FLOAT(name)  fftwf_##name
MEASURE(float, f32, c32, FFTW_FLOAT, 32)
MEASURE(double, f64, c64, FFTW_DOUBLE, 64)

int main(void) {
    for (size_t k = 0; k < sizeof SIZES / sizeof SIZES[0]; k++) {
        measure_f32(SIZES[k][0], SIZES[k][1]);
        measure_f64(SIZES[k][0], SIZES[k][1]);
    }
    return 0;
}
