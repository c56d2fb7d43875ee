/* Convolution layers against loops written by hand: channels and taps outside, rows of pixels inside, which compilers
 * vectorise; 16 channels of 64 x 64 to 32, 3 x 3 taps, padding 1, with stride 1 and 2. */
#include "bench.h"
#include <dspc.h>
#include <string.h>

enum { C = 16, H = 64, O = 32, P = 3, PAD = 1, TAPS = O * C * P * P };

/* The pixels of y, from one to before the other, whose pixel i*s + p - PAD of x exists. */
static ptrdiff_t first(ptrdiff_t p, ptrdiff_t s) {
    return p < PAD ? (PAD - p + s - 1) / s : 0;
}
static ptrdiff_t behind(ptrdiff_t p, ptrdiff_t s) {
    ptrdiff_t n = (H - 1 + PAD - p) / s + 1;
    return n < H / s ? n : H / s;
}

/* The rows of y and x that a tap brings together. */
#define ROWS(T, s, code)                                                                                      \
    for (ptrdiff_t tap = 0; tap < TAPS; tap++) {                                                              \
        ptrdiff_t o = tap / (C * P * P), c = tap / (P * P) % C, p = tap / P % P, q = tap % P, J = H / s;      \
        ptrdiff_t j0 = first(q, s), n = behind(q, s) - j0, i1 = behind(p, s);                                 \
        for (ptrdiff_t i = first(p, s); i < i1; i++) {                                                        \
            T *yrow = y + (o * J + i) * J + j0, *xrow = x + (c * H + i * s + p - PAD) * H + q - PAD + s * j0; \
            code;                                                                                             \
        }                                                                                                     \
    }

#define HAND(T, S)                                                                                           \
    static inline void gather_##S(T *restrict y, const T *restrict x, T w, ptrdiff_t n, ptrdiff_t s) {       \
        for (ptrdiff_t j = 0; j < n; j++) y[j] += w * x[s * j];                                              \
    }                                                                                                        \
    static inline void scatter_##S(T *restrict x, const T *restrict y, T w, ptrdiff_t n, ptrdiff_t s) {      \
        for (ptrdiff_t j = 0; j < n; j++) x[s * j] += w * y[j];                                              \
    }                                                                                                        \
    static inline T product_##S(const T *restrict x, const T *restrict y, ptrdiff_t n, ptrdiff_t s) {        \
        T sum = 0;                                                                                           \
        for (ptrdiff_t j = 0; j < n; j++) sum += x[s * j] * y[j];                                            \
        return sum;                                                                                          \
    }                                                                                                        \
    static void layer_##S(T *y, T *x, const T *w, ptrdiff_t stride) {                                        \
        memset(y, 0, (size_t)(O * (H / stride) * (H / stride)) * sizeof(T));                                 \
        if (stride == 1) ROWS(T, 1, gather_##S(yrow, xrow, w[tap], n, 1))                                    \
        else ROWS(T, 2, gather_##S(yrow, xrow, w[tap], n, 2))                                                \
    }                                                                                                        \
    static void layer_x_##S(T *x, T *y, const T *w, ptrdiff_t stride) {                                      \
        memset(x, 0, (size_t)(C * H * H) * sizeof(T));                                                       \
        if (stride == 1) ROWS(T, 1, scatter_##S(xrow, yrow, w[tap], n, 1))                                   \
        else ROWS(T, 2, scatter_##S(xrow, yrow, w[tap], n, 2))                                               \
    }                                                                                                        \
    static void layer_w_##S(T *w, T *y, T *x, ptrdiff_t stride) {                                            \
        memset(w, 0, TAPS * sizeof(T));                                                                      \
        if (stride == 1) ROWS(T, 1, w[tap] += product_##S(xrow, yrow, n, 1))                                 \
        else ROWS(T, 2, w[tap] += product_##S(xrow, yrow, n, 2))                                             \
    }                                                                                                        \
    static void measure_##S(ptrdiff_t s) {                                                                   \
        double a, b;                                                                                         \
        char name[64];                                                                                       \
        NEW_ARRAY(T, x, C *H *H)                                                                             \
        NEW_ARRAY(T, y, O *H *H)                                                                             \
        NEW_ARRAY(T, w, TAPS)                                                                                \
        LEAST_MS(a, dspc_convnn_##S(y, x, w, C, H, H, O, C, P, P, H / s, H / s, s, s, 1, 1, PAD, PAD, 1));   \
        LEAST_MS(b, layer_##S(y, x, w, s));                                                                  \
        snprintf(name, sizeof name, "layer, stride %d, " #S, (int)s);                                        \
        report(name, a, b);                                                                                  \
        LEAST_MS(a, dspc_convnn_x_##S(x, y, w, C, H, H, O, C, P, P, H / s, H / s, s, s, 1, 1, PAD, PAD, 1)); \
        LEAST_MS(b, layer_x_##S(x, y, w, s));                                                                \
        report("  its adjoint in the image", a, b);                                                          \
        LEAST_MS(a, dspc_convnn_w_##S(w, y, x, C, H, H, O, C, P, P, H / s, H / s, s, s, 1, 1, PAD, PAD, 1)); \
        LEAST_MS(b, layer_w_##S(w, y, x, s));                                                                \
        report("  its adjoint in the taps", a, b);                                                           \
        free(x), free(y), free(w);                                                                           \
    }

HAND(float, f32)
HAND(double, f64)

int main(void) {
    for (ptrdiff_t s = 1; s <= 2; s++) measure_f32(s), measure_f64(s);
    return 0;
}
