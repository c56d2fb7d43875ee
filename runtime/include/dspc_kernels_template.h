/* dspc_kernels_template.h: the kernels that every number type has; included by dspc.h for f64, f32, c64 and c32.
 * DSPC_T is the real type, DSPC_S makes the names. */

/* Convolution  y[i] = sum over k < K of h[k] x[i + lo - k],        i < n, x zero outside 0 .. N-1;
 * correlation  y[i] = sum over k < K of conj(h[k]) x[i + k - lo]. */
void DSPC_S(conv)(DSPC_T *y, const DSPC_T *x, const DSPC_T *h, ptrdiff_t N, ptrdiff_t K, ptrdiff_t lo, ptrdiff_t n);
void DSPC_S(corr)(DSPC_T *y, const DSPC_T *x, const DSPC_T *h, ptrdiff_t N, ptrdiff_t K, ptrdiff_t lo, ptrdiff_t n);

/* The same in two dimensions: x [H, W], h [P, Q], y [n0, n1]. */
void DSPC_S(conv2)(DSPC_T *y, const DSPC_T *x, const DSPC_T *h, ptrdiff_t H, ptrdiff_t W, ptrdiff_t P, ptrdiff_t Q,
                   ptrdiff_t lo0, ptrdiff_t lo1, ptrdiff_t n0, ptrdiff_t n1);
void DSPC_S(corr2)(DSPC_T *y, const DSPC_T *x, const DSPC_T *h, ptrdiff_t H, ptrdiff_t W, ptrdiff_t P, ptrdiff_t Q,
                   ptrdiff_t lo0, ptrdiff_t lo1, ptrdiff_t n0, ptrdiff_t n1);

/* Layers: y[o, i, j] = sum over c, p, q of w[o, c, p, q] x[g G + c, i sh + p dh - ph, j sw + q dw - pw], zeros
 * outside, g the group of o; x [C, H, W], w [O, G, P, Q], y [O, I, J]; `groups` groups of G = C / groups input and O
 * / groups output channels. */
void DSPC_S(convnn)(DSPC_T *y, const DSPC_T *x, const DSPC_T *w, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W, ptrdiff_t O,
                    ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh, ptrdiff_t sw,
                    ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups);
/* its transpose in x, with conj(w) */
void DSPC_S(convnn_x)(DSPC_T *xbar, const DSPC_T *y, const DSPC_T *w, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W,
                      ptrdiff_t O, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh,
                      ptrdiff_t sw, ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups);
/* its transpose in w, with conj(x), ADDED to wbar */
void DSPC_S(convnn_w)(DSPC_T *wbar, const DSPC_T *y, const DSPC_T *x, ptrdiff_t C, ptrdiff_t H, ptrdiff_t W,
                      ptrdiff_t O, ptrdiff_t G, ptrdiff_t P, ptrdiff_t Q, ptrdiff_t I, ptrdiff_t J, ptrdiff_t sh,
                      ptrdiff_t sw, ptrdiff_t dh, ptrdiff_t dw, ptrdiff_t ph, ptrdiff_t pw, ptrdiff_t groups);

/* y [M, N] = a [M, K] b [K, N]; with ta = 1, a is stored as [K, M] and its conjugate transpose taken; tb likewise. */
void DSPC_S(matmul)(DSPC_T *y, const DSPC_T *a, const DSPC_T *b, ptrdiff_t M, ptrdiff_t K, ptrdiff_t N, int ta, int tb);

/* f [N+1, N]: rows 0 .. N-1 hold L (unit diagonal) and U of the row-permuted a [N, N], row N the number of the row
 * that each was exchanged with. A singular a gives infinities or NaN in what is solved with it, as division does. */
void DSPC_S(lu)(DSPC_T *f, const DSPC_T *a, ptrdiff_t N);
/* y [N, M]: the solution of a y = b, or of a^H y = b with ct = 1, from f = lu(a); a itself is not read */
void DSPC_S(lu_solve)(DSPC_T *y, const DSPC_T *a, const DSPC_T *f, const DSPC_T *b, ptrdiff_t N, ptrdiff_t M, int ct);
/* log |det a|, one real number, and det a */
void DSPC_S(lu_logabsdet)(DSPC_T *y, const DSPC_T *a, const DSPC_T *f, ptrdiff_t N);
void DSPC_S(lu_det)(DSPC_T *y, const DSPC_T *a, const DSPC_T *f, ptrdiff_t N);

/* y lower triangular with zeros above, y y^H = a; reads the lower triangle of a; NaN when a is not positive definite.
 * */
void DSPC_S(cholesky)(DSPC_T *y, const DSPC_T *a, ptrdiff_t N);
/* y [N, M]: the solution of l y = b (l^H y = b with ct = 1), l lower triangular, upper with lower = 0 */
void DSPC_S(trisolve)(DSPC_T *y, const DSPC_T *l, const DSPC_T *b, ptrdiff_t N, ptrdiff_t M, int lower, int ct);

/* Running sum (from the end with reverse = 1) and product; y[n] = a[n] y[n-1] + u[n], or with y[n+1] when reverse =
 * 1. */
void DSPC_S(cumsum)(DSPC_T *y, const DSPC_T *x, ptrdiff_t N, int reverse);
void DSPC_S(cumprod)(DSPC_T *y, const DSPC_T *x, ptrdiff_t N);
void DSPC_S(lrec)(DSPC_T *y, const DSPC_T *a, const DSPC_T *u, ptrdiff_t N, int reverse);

/* y[n] = u[n] - sum over k = 1 .. P of a[k-1] y[n-k], or with y[n+k] when reverse = 1. */
void DSPC_S(allpole)(DSPC_T *y, const DSPC_T *u, const DSPC_T *a, ptrdiff_t N, ptrdiff_t P, int reverse);

/* y[k] = sum over frames of x[f, k - f hop], x [F, L], k < n; what lies beyond n is dropped. */
void DSPC_S(overlap_add)(DSPC_T *y, const DSPC_T *x, ptrdiff_t F, ptrdiff_t L, ptrdiff_t hop, ptrdiff_t n);

/* y[m] = x[i[m]], 0 for an index outside 0 .. N-1; its transpose: n zeros to which v[m] is added at i[m]. */
void DSPC_S(gather)(DSPC_T *y, const DSPC_T *x, const int32_t *i, ptrdiff_t N, ptrdiff_t M);
void DSPC_S(scatter_add)(DSPC_T *y, const DSPC_T *v, const int32_t *i, ptrdiff_t M, ptrdiff_t n);

/* Sums along rays through x [H, W] under N angles, y [N, detectors], or their derivative of an order to the angles; and the
 * transpose. */
void DSPC_S(radon_)(DSPC_T *y, const DSPC_T *x, const DSPC_T *a, ptrdiff_t H, ptrdiff_t W, ptrdiff_t N,
                    ptrdiff_t detectors, int order);
void DSPC_S(radon_adj)(DSPC_T *y, const DSPC_T *v, const DSPC_T *a, ptrdiff_t N, ptrdiff_t detectors, ptrdiff_t H,
                       ptrdiff_t W, int order);

/* x [N] continued by lo and hi elements; mode 1 reflect, 2 edge, 3 wrap, 4 symmetric; its transpose, from M to M - lo
 * - hi. */
void DSPC_S(pad_fold)(DSPC_T *y, const DSPC_T *x, ptrdiff_t N, ptrdiff_t lo, ptrdiff_t hi, int mode);
void DSPC_S(pad_fold_adj)(DSPC_T *y, const DSPC_T *x, ptrdiff_t M, ptrdiff_t lo, ptrdiff_t hi, int mode);

/* y[m] = sum over k of h[k] x[(m down + lo - k) / up] where up divides, m < n; its transpose in h, of K taps, from v [M]. */
void DSPC_S(upfirdn)(DSPC_T *y, const DSPC_T *x, const DSPC_T *h, ptrdiff_t N, ptrdiff_t K, ptrdiff_t up,
                     ptrdiff_t down, ptrdiff_t lo, ptrdiff_t n);
void DSPC_S(upfirdn_h)(DSPC_T *h, const DSPC_T *v, const DSPC_T *x, ptrdiff_t M, ptrdiff_t N, ptrdiff_t up,
                       ptrdiff_t down, ptrdiff_t lo, ptrdiff_t K);
