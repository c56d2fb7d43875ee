/* FFT plans over FFTW3.
 *
 * A plan of a batch keeps two FFTW plans: one for arrays with FFTW's alignment, one for any address (FFTW_UNALIGNED
 * forbids aligned SIMD loads, so it is the slower one). Some real transforms go row by row through scratch memory of
 * the plan instead, where that is faster (plan_template.h). Inverse real transforms destroy their input in FFTW: in
 * several dimensions it is first copied. FFTW's planner is not reentrant: all planning happens under one lock;
 * executing plans needs none. */
#include "fft/plan.h"
#include "kernels/cpu.h"

#include <fftw3.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

void dspc_planner_lock(void) {
    pthread_mutex_lock(&planner);
}
void dspc_planner_unlock(void) {
    pthread_mutex_unlock(&planner);
}

static const fftw_r2r_kind R2R_KINDS[9] = {FFTW_R2HC,    FFTW_REDFT00, FFTW_REDFT10, FFTW_REDFT01, FFTW_REDFT11,
                                           FFTW_RODFT00, FFTW_RODFT10, FFTW_RODFT01, FFTW_RODFT11};
static const unsigned LEVELS[3] = {FFTW_ESTIMATE, FFTW_MEASURE, FFTW_PATIENT};

#define T               double
#define HALF            0
#define W(name)         fftw_##name
#define L(name)         name##_f64
#define S_REAL(name)    dspc_##name##_f64
#define S_COMPLEX(name) dspc_##name##_c64
#include "fft/plan_template.h"
#undef T
#undef HALF
#undef W
#undef L
#undef S_REAL
#undef S_COMPLEX

#define T               float
#define HALF            1
#define W(name)         fftwf_##name
#define L(name)         name##_f32
#define S_REAL(name)    dspc_##name##_f32
#define S_COMPLEX(name) dspc_##name##_c32
#if DSPC_VECTORS
typedef float vector_f32 __attribute__((vector_size(32), aligned(sizeof(float)), may_alias));
#endif
#include "fft/half_template.h"
#include "fft/plan_template.h"
#undef T
#undef HALF
#undef W
#undef L
#undef S_REAL
#undef S_COMPLEX

static int sizes_valid(const dspc_plan *p, int sign_or_kind) {
    if (p->rank < 1 || p->rank > 3 || p->howmany < 0 || p->kind < DSPC_FFT || p->kind > DSPC_R2R) return 0;
    double total = (double)p->howmany;
    for (int k = 0; k < p->rank; k++) {
        if (p->n[k] < 1) return 0;
        total *= (double)p->n[k];
    }
    if (total > 2147483647.0) return 0; /* the basic interface of FFTW counts in int */
    if (p->kind == DSPC_FFT) return sign_or_kind == -1 || sign_or_kind == 1;
    if (p->kind == DSPC_R2R)
        return p->rank == 1 && sign_or_kind >= 1 && sign_or_kind <= 8 && (sign_or_kind != 1 || p->n[0] >= 2);
    return 1;
}

dspc_plan *dspc_plan_create(int kind, int precision, int rank, const ptrdiff_t *n, ptrdiff_t howmany, int sign_or_kind,
                            int level) {
    dspc_plan *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->kind = kind;
    p->precision = precision;
    p->rank = rank;
    p->howmany = howmany;
    p->overwrite = kind == DSPC_HC2R && sign_or_kind == 1;
    for (int k = 0; k < rank && k < 3; k++) p->n[k] = (int)(n[k] > 2147483647 ? 0 : n[k]);
    if (!sizes_valid(p, sign_or_kind) || level < DSPC_ESTIMATE || level > DSPC_PATIENT) {
        free(p);
        return NULL;
    }
    p->real_total = p->half_total = (size_t)howmany;
    for (int k = 0; k < rank; k++) {
        p->real_total *= (size_t)p->n[k];
        p->half_total *= (size_t)(k == rank - 1 ? p->n[k] / 2 + 1 : p->n[k]);
    }
    if (howmany == 0) return p;
    dspc_planner_lock();
    int made = precision == 32 ? make_f32(p, sign_or_kind, LEVELS[level]) : make_f64(p, sign_or_kind, LEVELS[level]);
    dspc_planner_unlock();
    if (made) return p;
    dspc_plan_destroy(p);
    return NULL;
}

void dspc_plan_destroy(dspc_plan *p) {
    if (!p) return;
    dspc_planner_lock();
    if (p->precision == 32) unmake_f32(p);
    else unmake_f64(p);
    dspc_planner_unlock();
    free(p);
}
