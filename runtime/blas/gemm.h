/* gemm.h: the CBLAS that is linked, when it pays to call it; private to runtime/blas.
 *
 * Measured on one core (AVX-512 machine, products of n x n matrices, GFlop/s, float / double):
 *              reference CBLAS   own blocks   OpenBLAS
 *     n = 16       4 / 4           40 / 29     97 / 67
 *     n = 64       4 / 4           87 / 44    188 / 88
 *     n = 256      3 / 2.5         87 / 44    150 / 68
 * The reference implementation loses to the blocks of matmul_template.h at every size; a tuned one wins from about
 * 16^3 products on. Tuned libraries are known by functions that only they have, as weak references: the dynamic
 * linker decides, so another CBLAS may be put in place without linking again. */
#ifndef DSPC_BLAS_GEMM_H
#define DSPC_BLAS_GEMM_H

#include <cblas.h>
#include <stddef.h>

#if defined(__GNUC__) && defined(__ELF__)
extern char *openblas_get_config(void) __attribute__((weak));
extern void MKL_Get_Version(void *) __attribute__((weak));
extern const char *bli_info_get_version_str(void) __attribute__((weak));

static inline int gemm_is_tuned(void) {
    return openblas_get_config || MKL_Get_Version || bli_info_get_version_str;
}
#else
static inline int gemm_is_tuned(void) {
    return 0;
}
#endif

static inline int gemm_pays(ptrdiff_t M, ptrdiff_t K, ptrdiff_t N) {
    const ptrdiff_t most = 2147483647; /* CBLAS counts in int */
    return (double)M * (double)K * (double)N >= 4096 && M <= most && K <= most && N <= most && gemm_is_tuned();
}

/* y [M, N] = a b, stored as dspc_matmul takes them; leading dimensions are the lengths of stored rows. */
#define GEMM(T, S, call, ONE, ZERO, TRANS)                                                                             \
    static inline void gemm_##S(T *y, const T *a, const T *b, ptrdiff_t M, ptrdiff_t K, ptrdiff_t N, int ta, int tb) { \
        const T one[2] = {1, 0}, zero[2] = {0, 0};                                                                     \
        call(CblasRowMajor, ta ? TRANS : CblasNoTrans, tb ? TRANS : CblasNoTrans, (int)M, (int)N, (int)K, ONE, a,      \
             (int)(ta ? M : K), b, (int)(tb ? K : N), ZERO, y, (int)N);                                                \
    }
GEMM(double, f64, cblas_dgemm, one[0], zero[0], CblasTrans)
GEMM(float, f32, cblas_sgemm, one[0], zero[0], CblasTrans)
GEMM(double, c64, cblas_zgemm, one, zero, CblasConjTrans)
GEMM(float, c32, cblas_cgemm, one, zero, CblasConjTrans)
#undef GEMM

#endif
