/* hand.h: what a hand-written yardstick looks like to the bench.
 *
 * Each hand_*.c holds one computation as a careful engineer writes it over FFTW, with its adjoint derived by hand in a
 * comment. It is compiled twice, with BITS 32 and 64. Tables of pointers are in the order of the pipeline of the same
 * name: inputs, parameters, gradients (parameters, then the inputs named by --wrt). A NULL gradient is not computed. */
#ifndef BENCH_HAND_H
#define BENCH_HAND_H

#include <stddef.h>

typedef enum { PORT_INPUT, PORT_PARAM, PORT_WRT_INPUT } hand_role;
/* positive: sums to 1 times scale; label: 0..scale-1; factor: a square matrix, 1 on the diagonal plus normal numbers;
 * sections: rows b0, b1, b2, a0, a1, a2 of stable biquads */
typedef enum { FILL_NORMAL, FILL_POSITIVE, FILL_LABEL, FILL_FACTOR, FILL_SECTIONS } hand_fill;

typedef struct hand_port {
    const char *name;
    hand_role role;
    hand_fill fill;
    size_t count;
    double scale;
} hand_port;

typedef struct hand_case {
    const char *name; /* of the pipeline too, and of tests/bench/<name>.dsp */
    int bits;
    hand_port ports[10]; /* ends with a null name */
    void *(*create)(void);
    void (*forward)(void *self, const void *const *in, const void *const *params, void *loss);
    void (*gradient)(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad);
    void (*destroy)(void *self);
} hand_case;

#define HAND_CASES(X) X(fir) X(conv) X(energy48000) X(energy65536) X(mrstft) X(logmel) X(deblur) X(biquad) X(kalman) X(nlms)

void *bench_alloc(size_t bytes); /* zeroed, 64-byte aligned; ends the program when there is none */

#ifdef BITS
#include <complex.h> /* before fftw3.h: its complex type is then C's */
#include <fftw3.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#if BITS == 32
typedef float REAL;
#define FFTW(name) fftwf_##name
#define HAND(name) hand_##name##_f32
#define M(name) name##f
#else
typedef double REAL;
#define FFTW(name) fftw_##name
#define HAND(name) hand_##name##_f64
#define M(name) name
#endif
typedef FFTW(complex) CPLX;

/* 32 bytes of numbers, at any address. */
typedef REAL vec __attribute__((vector_size(32), aligned(sizeof(REAL)), may_alias));
enum { V = 32 / sizeof(REAL) };
#define LOAD(p) (*(const vec *)(p))
#define STORE(p, v) (*(vec *)(p) = (v))
static inline vec splat(REAL a) { return a - (vec){0}; }
static inline REAL vsum(vec v) {
    REAL s = 0;
    for (size_t i = 0; i < V; i++) s += v[i];
    return s;
}
#endif
#endif
