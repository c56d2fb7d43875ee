/* Matrix products against the CBLAS that is installed, row-major in both. */
#include "bench.h"
#include <cblas.h>
#include <dspc.h>

/* M, K, N, ta, tb */
static const int SIZES[][5] = {
    {3, 3, 3, 0, 0},     {8, 8, 8, 0, 0},       {16, 16, 16, 0, 0},    {32, 32, 32, 0, 0},
    {64, 64, 64, 0, 0},  {128, 128, 128, 0, 0}, {256, 256, 256, 0, 1}, {512, 512, 512, 1, 0},
    {16, 80, 128, 0, 1}, {62, 513, 80, 0, 1},   {62, 80, 513, 0, 0},   {1, 513, 80, 0, 1},
    {1, 80, 513, 0, 0},  {513, 80, 1, 0, 0},    {2000, 2000, 1, 0, 0}, {2000, 2000, 1, 1, 0}};

static CBLAS_TRANSPOSE way(int t) {
    return t ? CblasTrans : CblasNoTrans;
}

#define MEASURE(T, S, gemm, gemv)                                                                                      \
    static void measure_##S(const int *z) {                                                                            \
        int M = z[0], K = z[1], N = z[2], ta = z[3], tb = z[4], times = 1 + 200000 / (M * K * N);                      \
        double a, b;                                                                                                   \
        char name[64];                                                                                                 \
        NEW_ARRAY(T, x, M *K)                                                                                          \
        NEW_ARRAY(T, w, K *N)                                                                                          \
        NEW_ARRAY(T, y, M *N)                                                                                          \
        LEAST_MS(a, for (int k = 0; k < times; k++) dspc_matmul_##S(y, x, w, M, K, N, ta, tb));                        \
        if (N == 1)                                                                                                    \
            LEAST_MS(b, for (int k = 0; k < times; k++)                                                                \
                            gemv(CblasRowMajor, way(ta), ta ? K : M, ta ? M : K, 1, x, ta ? M : K, w, 1, 0, y, 1));    \
        else                                                                                                           \
            LEAST_MS(b, for (int k = 0; k < times; k++)                                                                \
                            gemm(CblasRowMajor, way(ta), way(tb), M, N, K, 1, x, ta ? M : K, w, tb ? K : N, 0, y, N)); \
        snprintf(name, sizeof name, "%d x %d times %d x %d, %d%d " #S, M, K, K, N, ta, tb);                            \
        printf("%5.1f GFlop/s ", 2e-6 * M * K * N * times / a);                                                        \
        report(name, a / times, b / times);                                                                            \
        free(x), free(w), free(y);                                                                                     \
    }

MEASURE(float, f32, cblas_sgemm, cblas_sgemv)
MEASURE(double, f64, cblas_dgemm, cblas_dgemv)

int main(void) {
    for (size_t k = 0; k < sizeof SIZES / sizeof SIZES[0]; k++) measure_f32(SIZES[k]), measure_f64(SIZES[k]);
    return 0;
}
