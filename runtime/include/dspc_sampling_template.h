/* dspc_sampling_template.h: neighbours summed with weights at given places, for one real type; included by dspc.h. Places
 * beyond the ends: mode 0 zeros, 1 to 4 as in pad_fold.
 *
 * sum over k of w[m, k] x[i[m] + k], x [N], w [M, K], for each of so many rows of x (with the same w and i); its
 * transposes in x and, of one row, in w: */
void DSPC_S(sample)(DSPC_T *y, const DSPC_T *x, const DSPC_T *w, const int32_t *i, ptrdiff_t N, ptrdiff_t M,
                    ptrdiff_t K, int mode, ptrdiff_t rows);
void DSPC_S(spread)(DSPC_T *x, const DSPC_T *v, const DSPC_T *w, const int32_t *i, ptrdiff_t M, ptrdiff_t K, int mode,
                    ptrdiff_t N, ptrdiff_t rows);
void DSPC_S(sample_w)(DSPC_T *w, const DSPC_T *v, const DSPC_T *x, const int32_t *i, ptrdiff_t M, ptrdiff_t N, int mode,
                      ptrdiff_t K);
/* sum over a, b of p[m, a] q[m, b] x[i[m] + a, j[m] + b], x [H, W], p [M, P], q [M, Q]; its transposes in x, p, q: */
void DSPC_S(sample2)(DSPC_T *y, const DSPC_T *x, const DSPC_T *p, const DSPC_T *q, const int32_t *i, const int32_t *j,
                     ptrdiff_t H, ptrdiff_t W, ptrdiff_t M, ptrdiff_t P, ptrdiff_t Q, int mode);
void DSPC_S(spread2)(DSPC_T *x, const DSPC_T *v, const DSPC_T *p, const DSPC_T *q, const int32_t *i, const int32_t *j,
                     ptrdiff_t M, ptrdiff_t P, ptrdiff_t Q, int mode, ptrdiff_t H, ptrdiff_t W);
void DSPC_S(sample2_p)(DSPC_T *p, const DSPC_T *v, const DSPC_T *x, const DSPC_T *q, const int32_t *i, const int32_t *j,
                       ptrdiff_t M, ptrdiff_t H, ptrdiff_t W, ptrdiff_t Q, int mode, ptrdiff_t P);
void DSPC_S(sample2_q)(DSPC_T *q, const DSPC_T *v, const DSPC_T *x, const DSPC_T *p, const int32_t *i, const int32_t *j,
                       ptrdiff_t M, ptrdiff_t H, ptrdiff_t W, ptrdiff_t P, int mode, ptrdiff_t Q);
