/* conv_cost.c: the figures behind compiler/opt/lower.c: what a direct product costs, what a transform, what moving
 * data.
 *
 *   make && cc -O2 -Iruntime/include tests/bench/cost/conv_cost.c build/lib/libdspc.a -lfftw3 -lfftw3f -lblas -lm -o
 * conv_cost
 *
 * Prints nanoseconds, the least of several runs: per product of the direct kernels; per n log2 n of a real transform
 * with an estimated plan, whole and in batches; per sample of a point-wise complex product. */
#include <dspc.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef struct job {
    double *x, *h, *y;
    float *xf, *hf, *yf;
    ptrdiff_t n, k;
    dspc_plan *plan;
} job;

static double least(void (*run)(job *), job *j) {
    double best = INFINITY;
    for (int k = 0; k < 5; k++) {
        double start = now();
        run(j);
        double t = now() - start;
        if (t < best) best = t;
    }
    return best;
}

static void conv64(job *j) {
    dspc_conv_f64(j->y, j->x, j->h, j->n, j->k, 0, j->n);
}
static void conv32(job *j) {
    dspc_conv_f32(j->yf, j->xf, j->hf, j->n, j->k, 0, j->n);
}
static void corr_h64(job *j) {
    dspc_corr_f64(j->h, j->x, j->y, j->n, j->n, 0, j->k);
}
static void corr_h32(job *j) {
    dspc_corr_f32(j->hf, j->xf, j->yf, j->n, j->n, 0, j->k);
}
static void rfft64(job *j) {
    dspc_rfft_f64(j->plan, j->y, j->x);
}
static void rfft32(job *j) {
    dspc_rfft_f32(j->plan, j->yf, j->xf);
}
static void hc2r64(job *j) {
    dspc_hc2r_c64(j->plan, j->y, j->x);
}
static void hc2r32(job *j) {
    dspc_hc2r_c32(j->plan, j->yf, j->xf);
}

static void product(job *j) {
    double *restrict y = j->y;
    const double *restrict x = j->x, *restrict h = j->h;
    for (ptrdiff_t k = 0; k + 1 < j->n; k += 2) {
        y[k] = x[k] * h[k] - x[k + 1] * h[k + 1];
        y[k + 1] = x[k] * h[k + 1] + x[k + 1] * h[k];
    }
}

static void direct(job j) {
    static const ptrdiff_t taps[] = {8, 32, 64, 128, 256, 1024};
    for (size_t t = 0; t < sizeof taps / sizeof *taps; t++) {
        j.k = taps[t];
        j.n = 1 << 20;
        if (j.k > 128) j.n = 1 << 18;
        double work = (double)j.n * (double)j.k;
        printf("direct %5td taps: conv f64 %.3f f32 %.3f, to the filter f64 %.3f f32 %.3f\n", j.k,
               least(conv64, &j) / work, least(conv32, &j) / work, least(corr_h64, &j) / work,
               least(corr_h32, &j) / work);
    }
}

static void transforms(job j) {
    for (ptrdiff_t n = 64; n <= 1 << 20; n *= 4) {
        ptrdiff_t many = n < 1 << 18 ? (1 << 18) / n : 1;
        double unit = (double)(n * many) * log2((double)n), t[4];
        void (*run[])(job *) = {rfft64, hc2r64, rfft32, hc2r32};
        for (int k = 0; k < 4; k++) {
            j.plan = dspc_plan_create(k % 2 ? DSPC_HC2R : DSPC_RFFT, k < 2 ? 64 : 32, 1, &n, many, 0, DSPC_ESTIMATE);
            t[k] = least(run[k], &j) / unit;
            dspc_plan_destroy(j.plan);
        }
        printf("transform %7td x %5td: rfft f64 %.3f hc2r f64 %.3f, f32 %.3f %.3f\n", n, many, t[0], t[1], t[2], t[3]);
    }
}

int main(void) {
    size_t most = (size_t)1 << 22;
    job j = {0};
    double **d[] = {&j.x, &j.h, &j.y};
    float **f[] = {&j.xf, &j.hf, &j.yf};
    for (int k = 0; k < 3; k++) {
        *d[k] = aligned_alloc(64, most * sizeof(double));
        *f[k] = aligned_alloc(64, most * sizeof(float));
        for (size_t i = 0; i < most; i++) {
            (*d[k])[i] = 1.0 / (double)(i + 1);
            (*f[k])[i] = (float)(1.0 / (double)(i + 1));
        }
    }
    direct(j);
    transforms(j);
    j.n = 1 << 20;
    printf("complex product: %.3f per real number\n", least(product, &j) / (double)j.n);
    return 0;
}
