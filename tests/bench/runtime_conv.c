/* Convolution kernels against loops written by hand: taps outside, a cache-sized block of outputs inside, which every
 * compiler vectorises; for the adjoint in the taps, dot products (built with -ffast-math, so that they vectorise as
 * well). */
#include "bench.h"
#include <dspc.h>

enum { N = 1 << 20, K = 64, SIDE = 512, P = 15, BLOCK = 1024 };

#define HAND(T, S)                                                                                                  \
    static void fir_##S(T *restrict y, const T *restrict x, const T *restrict h, ptrdiff_t n, ptrdiff_t k) {        \
        for (ptrdiff_t b = 0; b < n; b += BLOCK) {                                                                  \
            ptrdiff_t e = b + BLOCK < n ? b + BLOCK : n;                                                            \
            for (ptrdiff_t i = b; i < e; i++) y[i] = 0;                                                             \
            for (ptrdiff_t q = 0; q < k; q++)                                                                       \
                for (ptrdiff_t i = b < q ? q : b; i < e; i++) y[i] += h[q] * x[i - q];                              \
        }                                                                                                           \
    }                                                                                                               \
    static void taps_##S(T *restrict hbar, const T *restrict ybar, const T *restrict x, ptrdiff_t n, ptrdiff_t k) { \
        for (ptrdiff_t q = 0; q < k; q++) {                                                                         \
            T s = 0;                                                                                                \
            for (ptrdiff_t i = q; i < n; i++) s += ybar[i] * x[i - q];                                              \
            hbar[q] = s;                                                                                            \
        }                                                                                                           \
    }                                                                                                               \
    static void blur_##S(T *restrict y, const T *restrict x, const T *restrict h) {                                 \
        for (ptrdiff_t i = 0; i < SIDE; i++) {                                                                      \
            for (ptrdiff_t j = 0; j < SIDE; j++) y[i * SIDE + j] = 0;                                               \
            for (ptrdiff_t p = 0; p < P; p++) {                                                                     \
                ptrdiff_t r = i + P / 2 - p;                                                                        \
                if (r < 0 || r >= SIDE) continue;                                                                   \
                for (ptrdiff_t q = 0; q < P; q++) {                                                                 \
                    ptrdiff_t d = P / 2 - q, j0 = d < 0 ? -d : 0, j1 = d > 0 ? SIDE - d : SIDE;                     \
                    for (ptrdiff_t j = j0; j < j1; j++) y[i * SIDE + j] += h[p * P + q] * x[r * SIDE + j + d];      \
                }                                                                                                   \
            }                                                                                                       \
        }                                                                                                           \
    }                                                                                                               \
    static void blur_taps_##S(T *restrict hbar, const T *restrict ybar, const T *restrict x) {                      \
        for (ptrdiff_t p = 0; p < P; p++)                                                                           \
            for (ptrdiff_t q = 0; q < P; q++) {                                                                     \
                T s = 0;                                                                                            \
                ptrdiff_t d = P / 2 - q, j0 = d < 0 ? -d : 0, j1 = d > 0 ? SIDE - d : SIDE;                         \
                for (ptrdiff_t i = 0; i < SIDE; i++) {                                                              \
                    ptrdiff_t r = i + P / 2 - p;                                                                    \
                    if (r < 0 || r >= SIDE) continue;                                                               \
                    for (ptrdiff_t j = j0; j < j1; j++) s += ybar[i * SIDE + j] * x[r * SIDE + j + d];              \
                }                                                                                                   \
                hbar[p * P + q] = s;                                                                                \
            }                                                                                                       \
    }                                                                                                               \
    static void measure_##S(void) {                                                                                 \
        double a, b;                                                                                                \
        NEW_ARRAY(T, x, N)                                                                                          \
        NEW_ARRAY(T, h, 256)                                                                                        \
        NEW_ARRAY(T, y, N)                                                                                          \
        NEW_ARRAY(T, v, N)                                                                                          \
        LEAST_MS(a, dspc_conv_##S(y, x, h, N, K, 0, N));                                                            \
        LEAST_MS(b, fir_##S(y, x, h, N, K));                                                                        \
        report("FIR, 64 taps, 1048576 samples, " #S, a, b);                                                         \
        LEAST_MS(a, dspc_corr_##S(y, x, v, N, N, 0, 64));                                                           \
        LEAST_MS(b, taps_##S(y, x, v, N, K));                                                                       \
        report("  its adjoint in the taps, " #S, a, b);                                                             \
        LEAST_MS(a, dspc_conv_##S(y, x, h, N, 3, 0, N));                                                            \
        LEAST_MS(b, fir_##S(y, x, h, N, 3));                                                                        \
        report("FIR, 3 taps, " #S, a, b);                                                                           \
        LEAST_MS(a, dspc_conv2_##S(y, x, h, SIDE, SIDE, P, P, P / 2, P / 2, SIDE, SIDE));                           \
        LEAST_MS(b, blur_##S(y, x, h));                                                                             \
        report("2-D, 512 x 512 by 15 x 15, same, " #S, a, b);                                                       \
        LEAST_MS(a, dspc_corr2_##S(y, x, v, SIDE, SIDE, SIDE, SIDE, P / 2, P / 2, P, P));                           \
        LEAST_MS(b, blur_taps_##S(y, x, v));                                                                        \
        report("  its adjoint in the taps, " #S, a, b);                                                             \
        free(x), free(h), free(y), free(v);                                                                         \
    }

HAND(float, f32)
HAND(double, f64)

int main(void) {
    measure_f32();
    measure_f64();
    return 0;
}
