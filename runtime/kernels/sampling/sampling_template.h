/* sampling_template.h: neighbours summed with weights, in one and two dimensions, for one real type. Every function is one
 * argument of the forms  sum v[m] w[m, k] x[i[m] + k]  and  sum v[m] p[m, a] q[m, b] x[i[m] + a, j[m] + b]. */
#if !CPLX

#include "kernels/sampling/rows_template.h"

/* The transpose in w: w[m, k] = v[m] x[i[m] + k]. */
void S(sample_w)(T *restrict w, const T *restrict v, const T *restrict x, const int32_t *restrict i, ptrdiff_t M,
                 ptrdiff_t N, int mode, ptrdiff_t K) {
    for (ptrdiff_t m = 0; m < M; m++, w += K)
        for (ptrdiff_t k = 0; k < K; k++) {
            ptrdiff_t n = place(i[m] + k, N, mode);
            w[k] = n >= 0 ? v[m] * x[n] : 0;
        }
}

/* ---- pictures: P x Q neighbours of (i, j) ------------------------------------------------------------------------ */

typedef struct { /* the places, the picture and how it goes on */
    const int32_t *i, *j;
    ptrdiff_t H, W, M;
    int mode;
} L(grid);

/* The usual sizes are constants for the compiler: bilinear 2 x 2, cubic 4 x 4. */
#define BY_SIZE(call) \
    if (P == 2 && Q == 2) call(2, 2) else if (P == 4 && Q == 4) call(4, 4) else call(P, Q)

/* The first of the neighbours of place m when all of them lie in the picture, else NULL. */
INLINE const T *L(inside)(const L(grid) * t, const T *x, ptrdiff_t m, ptrdiff_t P, ptrdiff_t Q) {
    const ptrdiff_t i = t->i[m], j = t->j[m];
    return i >= 0 && i + P <= t->H && j >= 0 && j + Q <= t->W ? x + i * t->W + j : NULL;
}

/* The element at neighbour (a, b) of place m, or -1: for places at the edge. */
INLINE ptrdiff_t L(pixel)(const L(grid) * t, ptrdiff_t m, ptrdiff_t a, ptrdiff_t b) {
    ptrdiff_t r = place(t->i[m] + a, t->H, t->mode), c = place(t->j[m] + b, t->W, t->mode);
    return r < 0 || c < 0 ? -1 : r * t->W + c;
}

/* Places at the edge, out of the way of the others: the sums over b of q[b] times neighbour (a, b), into p[a] for all a, and
 * over a of p[a] times it, into q[b] for all b. */
APART void L(across_edge)(T *restrict p, const T *x, const T *q, const L(grid) * t, ptrdiff_t m, ptrdiff_t P,
                          ptrdiff_t Q, T v) {
    for (ptrdiff_t a = 0; a < P; a++) {
        T s = 0;
        for (ptrdiff_t b = 0; b < Q; b++) {
            ptrdiff_t n = L(pixel)(t, m, a, b);
            if (n >= 0) s += q[b] * x[n];
        }
        p[a] = v * s;
    }
}

APART void L(down_edge)(T *restrict q, const T *x, const T *p, const L(grid) * t, ptrdiff_t m, ptrdiff_t P, ptrdiff_t Q,
                        T v) {
    for (ptrdiff_t b = 0; b < Q; b++) {
        T s = 0;
        for (ptrdiff_t a = 0; a < P; a++) {
            ptrdiff_t n = L(pixel)(t, m, a, b);
            if (n >= 0) s += p[a] * x[n];
        }
        q[b] = v * s;
    }
}

APART T L(sum_edge)(const T *x, const T *p, const T *q, const L(grid) * t, ptrdiff_t m, ptrdiff_t P, ptrdiff_t Q) {
    T s = 0;
    for (ptrdiff_t a = 0; a < P; a++)
        for (ptrdiff_t b = 0; b < Q; b++) {
            ptrdiff_t n = L(pixel)(t, m, a, b);
            if (n >= 0) s += p[a] * q[b] * x[n];
        }
    return s;
}

APART void L(spread_edge)(T *x, T v, const T *p, const T *q, const L(grid) * t, ptrdiff_t m, ptrdiff_t P, ptrdiff_t Q) {
    for (ptrdiff_t a = 0; a < P; a++)
        for (ptrdiff_t b = 0; b < Q; b++) {
            ptrdiff_t n = L(pixel)(t, m, a, b);
            if (n >= 0) x[n] += v * p[a] * q[b];
        }
}

/* Neighbours `at`, of which the next row lies W further on. */
INLINE T L(across)(const T *at, const T *q, ptrdiff_t Q) {
    T s = 0;
    for (ptrdiff_t b = 0; b < Q; b++) s += q[b] * at[b];
    return s;
}

INLINE T L(down)(const T *at, const T *p, ptrdiff_t P, ptrdiff_t W) {
    T s = 0;
    for (ptrdiff_t a = 0; a < P; a++) s += p[a] * at[a * W];
    return s;
}

INLINE void L(sample2_by)(T *restrict y, const T *restrict x, const T *restrict p, const T *restrict q,
                          const L(grid) * t, ptrdiff_t P, ptrdiff_t Q) {
    for (ptrdiff_t m = 0; m < t->M; m++, p += P, q += Q) {
        const T *at = L(inside)(t, x, m, P, Q);
        if (!at) {
            y[m] = L(sum_edge)(x, p, q, t, m, P, Q);
            continue;
        }
        T s = 0;
        for (ptrdiff_t a = 0; a < P; a++) s += p[a] * L(across)(at + a * t->W, q, Q);
        y[m] = s;
    }
}

/* y[m] = sum over a, b of p[m, a] q[m, b] x[i[m] + a, j[m] + b] */
void S(sample2)(T *restrict y, const T *restrict x, const T *restrict p, const T *restrict q, const int32_t *restrict i,
                const int32_t *restrict j, ptrdiff_t H, ptrdiff_t W, ptrdiff_t M, ptrdiff_t P, ptrdiff_t Q, int mode) {
    const L(grid) t = {i, j, H, W, M, mode};
#define CALL(P_, Q_) L(sample2_by)(y, x, p, q, &t, P_, Q_);
    BY_SIZE(CALL)
#undef CALL
}

INLINE void L(spread2_by)(T *restrict x, const T *restrict v, const T *restrict p, const T *restrict q,
                          const L(grid) * t, ptrdiff_t P, ptrdiff_t Q) {
    for (ptrdiff_t m = 0; m < t->M; m++, p += P, q += Q) {
        const T *within = L(inside)(t, x, m, P, Q);
        if (!within) {
            L(spread_edge)(x, v[m], p, q, t, m, P, Q);
            continue;
        }
        T *at = x + (within - x);
        for (ptrdiff_t a = 0; a < P; a++, at += t->W)
            for (ptrdiff_t b = 0; b < Q; b++) at[b] += v[m] * p[a] * q[b];
    }
}

/* The transpose in x. */
void S(spread2)(T *restrict x, const T *restrict v, const T *restrict p, const T *restrict q, const int32_t *restrict i,
                const int32_t *restrict j, ptrdiff_t M, ptrdiff_t P, ptrdiff_t Q, int mode, ptrdiff_t H, ptrdiff_t W) {
    const L(grid) t = {i, j, H, W, M, mode};
    for (ptrdiff_t n = 0; n < H * W; n++) x[n] = 0;
#define CALL(P_, Q_) L(spread2_by)(x, v, p, q, &t, P_, Q_);
    BY_SIZE(CALL)
#undef CALL
}

INLINE void L(sample2_p_by)(T *restrict p, const T *restrict v, const T *restrict x, const T *restrict q,
                            const L(grid) * t, ptrdiff_t P, ptrdiff_t Q) {
    for (ptrdiff_t m = 0; m < t->M; m++, p += P, q += Q) {
        const T *at = L(inside)(t, x, m, P, Q);
        if (!at) L(across_edge)(p, x, q, t, m, P, Q, v[m]);
        else
            for (ptrdiff_t a = 0; a < P; a++) p[a] = v[m] * L(across)(at + a * t->W, q, Q);
    }
}

/* The transpose in p: p[m, a] = v[m] sum over b of q[m, b] x[i[m] + a, j[m] + b]. */
void S(sample2_p)(T *restrict p, const T *restrict v, const T *restrict x, const T *restrict q,
                  const int32_t *restrict i, const int32_t *restrict j, ptrdiff_t M, ptrdiff_t H, ptrdiff_t W,
                  ptrdiff_t Q, int mode, ptrdiff_t P) {
    const L(grid) t = {i, j, H, W, M, mode};
#define CALL(P_, Q_) L(sample2_p_by)(p, v, x, q, &t, P_, Q_);
    BY_SIZE(CALL)
#undef CALL
}

INLINE void L(sample2_q_by)(T *restrict q, const T *restrict v, const T *restrict x, const T *restrict p,
                            const L(grid) * t, ptrdiff_t P, ptrdiff_t Q) {
    for (ptrdiff_t m = 0; m < t->M; m++, p += P, q += Q) {
        const T *at = L(inside)(t, x, m, P, Q);
        if (!at) L(down_edge)(q, x, p, t, m, P, Q, v[m]);
        else
            for (ptrdiff_t b = 0; b < Q; b++) q[b] = v[m] * L(down)(at + b, p, P, t->W);
    }
}

/* The transpose in q: q[m, b] = v[m] sum over a of p[m, a] x[i[m] + a, j[m] + b]. */
void S(sample2_q)(T *restrict q, const T *restrict v, const T *restrict x, const T *restrict p,
                  const int32_t *restrict i, const int32_t *restrict j, ptrdiff_t M, ptrdiff_t H, ptrdiff_t W,
                  ptrdiff_t P, int mode, ptrdiff_t Q) {
    const L(grid) t = {i, j, H, W, M, mode};
#define CALL(P_, Q_) L(sample2_q_by)(q, v, x, p, &t, P_, Q_);
    BY_SIZE(CALL)
#undef CALL
}
#undef BY_SIZE
#endif
