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

/* sum over b of q[b] row[j + b], for a row of W elements */
INLINE T L(across)(const T *restrict row, const T *restrict q, ptrdiff_t j, ptrdiff_t W, ptrdiff_t Q, int mode) {
    T s = 0;
    if (j >= 0 && j + Q <= W) {
        for (ptrdiff_t b = 0; b < Q; b++) s += q[b] * row[j + b];
    } else {
        for (ptrdiff_t b = 0; b < Q; b++) {
            ptrdiff_t n = place(j + b, W, mode);
            if (n >= 0) s += q[b] * row[n];
        }
    }
    return s;
}

/* y[m] = sum over a, b of p[m, a] q[m, b] x[i[m] + a, j[m] + b] */
void S(sample2)(T *restrict y, const T *restrict x, const T *restrict p, const T *restrict q, const int32_t *restrict i,
                const int32_t *restrict j, ptrdiff_t H, ptrdiff_t W, ptrdiff_t M, ptrdiff_t P, ptrdiff_t Q, int mode) {
    for (ptrdiff_t m = 0; m < M; m++, p += P, q += Q) {
        T s = 0;
        for (ptrdiff_t a = 0; a < P; a++) {
            ptrdiff_t r = place(i[m] + a, H, mode);
            if (r >= 0) s += p[a] * L(across)(x + r * W, q, j[m], W, Q, mode);
        }
        y[m] = s;
    }
}

/* The transpose in x. */
void S(spread2)(T *restrict x, const T *restrict v, const T *restrict p, const T *restrict q, const int32_t *restrict i,
                const int32_t *restrict j, ptrdiff_t M, ptrdiff_t P, ptrdiff_t Q, int mode, ptrdiff_t H, ptrdiff_t W) {
    for (ptrdiff_t n = 0; n < H * W; n++) x[n] = 0;
    for (ptrdiff_t m = 0; m < M; m++, p += P, q += Q)
        for (ptrdiff_t a = 0; a < P; a++) {
            ptrdiff_t r = place(i[m] + a, H, mode);
            if (r < 0) continue;
            const T s = v[m] * p[a];
            for (ptrdiff_t b = 0; b < Q; b++) {
                ptrdiff_t c = place(j[m] + b, W, mode);
                if (c >= 0) x[r * W + c] += s * q[b];
            }
        }
}

/* The transpose in p: p[m, a] = v[m] sum over b of q[m, b] x[i[m] + a, j[m] + b]. */
void S(sample2_p)(T *restrict p, const T *restrict v, const T *restrict x, const T *restrict q,
                  const int32_t *restrict i, const int32_t *restrict j, ptrdiff_t M, ptrdiff_t H, ptrdiff_t W,
                  ptrdiff_t Q, int mode, ptrdiff_t P) {
    for (ptrdiff_t m = 0; m < M; m++, p += P, q += Q)
        for (ptrdiff_t a = 0; a < P; a++) {
            ptrdiff_t r = place(i[m] + a, H, mode);
            p[a] = r >= 0 ? v[m] * L(across)(x + r * W, q, j[m], W, Q, mode) : 0;
        }
}

/* The transpose in q: q[m, b] = v[m] sum over a of p[m, a] x[i[m] + a, j[m] + b]. */
void S(sample2_q)(T *restrict q, const T *restrict v, const T *restrict x, const T *restrict p,
                  const int32_t *restrict i, const int32_t *restrict j, ptrdiff_t M, ptrdiff_t H, ptrdiff_t W,
                  ptrdiff_t P, int mode, ptrdiff_t Q) {
    for (ptrdiff_t m = 0; m < M; m++, p += P, q += Q) {
        for (ptrdiff_t b = 0; b < Q; b++) q[b] = 0;
        for (ptrdiff_t a = 0; a < P; a++) {
            ptrdiff_t r = place(i[m] + a, H, mode);
            if (r < 0) continue;
            const T s = v[m] * p[a];
            for (ptrdiff_t b = 0; b < Q; b++) {
                ptrdiff_t c = place(j[m] + b, W, mode);
                if (c >= 0) q[b] += s * x[r * W + c];
            }
        }
    }
}
#endif
