/* cpu.h: what the kernels use of a compiler beyond C99, each with a plain fallback.
 *
 * DSPC_VECTORS  the vector extensions of gcc and clang are there
 * DSPC_SHUFFLES and __builtin_shufflevector
 * HOT           a function is compiled for AVX2 + FMA as well, and the loader picks: on one machine always the same
 *               one, so results are reproducible there. Only gcc with glibc on x86-64, and not under sanitizers, whose
 *               checks must not run inside the loader.
 * INLINE        a helper that must become part of each HOT function
 * APART         one that must not: what is rare */
#ifndef DSPC_KERNELS_CPU_H
#define DSPC_KERNELS_CPU_H

#include <stddef.h>
#include <string.h> /* glibc says there that it is glibc */

#if defined(__GNUC__)
#define DSPC_VECTORS 1
#define INLINE       static inline __attribute__((always_inline))
#define APART        static __attribute__((noinline))
#else
#define DSPC_VECTORS 0
#define INLINE       static inline
#define APART        static
#endif

#define DSPC_SHUFFLES 0
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#undef DSPC_SHUFFLES
#define DSPC_SHUFFLES DSPC_VECTORS
#endif
#endif

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 && defined(__x86_64__) && defined(__GLIBC__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HOT __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define HOT
#endif

static inline ptrdiff_t pd_min(ptrdiff_t a, ptrdiff_t b) {
    return a < b ? a : b;
}
static inline ptrdiff_t pd_max(ptrdiff_t a, ptrdiff_t b) {
    return a > b ? a : b;
}
/* x limited to lo..hi, lo where hi < lo */
static inline ptrdiff_t pd_clip(ptrdiff_t x, ptrdiff_t lo, ptrdiff_t hi) {
    return pd_max(lo, pd_min(x, hi));
}

#endif
