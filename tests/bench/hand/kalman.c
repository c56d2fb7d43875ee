/* kalman.c: minus the log-likelihood of T observations under x' = A x + w, y = C x + v, by the Kalman filter with a
 * Cholesky factor of the innovation covariance and Joseph's form:
 *     S = C P C' + R = L L',  W = S^-1 C P (W' is the gain),  F = I - W' C,  xu = x + W' e,  Pu = F P F' + W' R W,
 *     -ll += (e' S^-1 e)/2 + log L00 + log L11 + log 2 pi,   x' = A xu,  P' = A Pu A' + Q.
 * Way back all cotangents of covariances are kept symmetric, so that d(F P F') needs one product for F: 2 H F P. With
 * G, g the cotangents of P', x', and H, h those of Pu, xu:
 *     Q_ += G,  H = A' G A,  A_ += 2 G A Pu + g xu',  h = A' g,   F_ = 2 H F P,  R_ += W H W',  P_ = F' H F,
 *     W_ = 2 R W H + e h' - C F_',  C_ -= W F_,  e_ = W h + S^-1 e,
 *     M = C P: W = S^-1 M: M_ = S^-1 W_,  S_ = sym(-M_ W') + (S^-1 - z z')/2 with z = S^-1 e,  R_ += S_,
 *     M_ += S_ C,  C_ += S_ M + M_ P,  P_ += sym(C' M_),   x_ = h - C' e_,  C_ -= e_ x',  y_ = e_.
 * The covariances come as products of factors: Q = LQ LQ', so LQ_ = 2 Q_ LQ. */
#include "hand.h"

enum { T = 1000, NS = 4, NO = 2 };
#define INLINE static inline __attribute__((always_inline))
#define EACH(i, n) for (int i = 0; i < (n); i++)

typedef struct { /* of one step */
    REAL x[NS], P[NS][NS], e[NO], z[NO], Si[NO][NO], M[NO][NS], W[NO][NS], F[NS][NS], FP[NS][NS], xu[NS], Pu[NS][NS];
} kept;

/* c = a b, a b', a' b of constant sizes */
#define PRODUCT(name, at, bt)                                                                                      \
    INLINE void name(int n, int k, int m, REAL *restrict c, const REAL *restrict a, const REAL *restrict b) {      \
        EACH(i, n) EACH(j, m) {                                                                                    \
            REAL s = 0;                                                                                            \
            EACH(l, k) s += (at ? a[l * n + i] : a[i * k + l]) * (bt ? b[j * k + l] : b[l * m + j]);               \
            c[i * m + j] = s;                                                                                      \
        }                                                                                                          \
    }
PRODUCT(ab, 0, 0)
PRODUCT(abt, 0, 1)
PRODUCT(atb, 1, 0)

typedef struct {
    REAL Q[NS][NS], R[NO][NO], P0[NS][NS];
} covariances;

static covariances products(const void *const *params) {
    covariances v;
    abt(NS, NS, NS, &v.Q[0][0], params[2], params[2]);
    abt(NO, NO, NO, &v.R[0][0], params[3], params[3]);
    abt(NS, NS, NS, &v.P0[0][0], params[5], params[5]);
    return v;
}

/* One step on k->x, k->P; the next x, P go to xn, Pn. Gives what it adds to the loss. */
INLINE REAL step(kept *restrict k, const REAL *restrict A, const REAL *restrict C, const covariances *restrict v,
                 const REAL *restrict y, REAL *restrict xn, REAL *restrict Pn) {
    REAL S[NO][NO], WR[NO][NS], AP[NS][NS], Z[NO][NS], t[NS][NS];
    ab(NO, NS, 1, k->e, C, k->x);
    EACH(i, NO) k->e[i] = y[i] - k->e[i];
    ab(NO, NS, NS, &k->M[0][0], C, &k->P[0][0]);
    abt(NO, NS, NO, &S[0][0], &k->M[0][0], C);
    EACH(i, NO) EACH(j, NO) S[i][j] += v->R[i][j];
    REAL l00 = M(sqrt)(S[0][0]), r0 = 1 / l00, l10 = S[1][0] * r0, l11 = M(sqrt)(S[1][1] - l10 * l10), r1 = 1 / l11;
    EACH(j, NS) Z[0][j] = k->M[0][j] * r0;
    EACH(j, NS) Z[1][j] = (k->M[1][j] - l10 * Z[0][j]) * r1;
    EACH(j, NS) k->W[1][j] = Z[1][j] * r1;
    EACH(j, NS) k->W[0][j] = (Z[0][j] - l10 * k->W[1][j]) * r0;
    REAL i10 = -l10 * r0 * r1;
    k->Si[0][0] = r0 * r0 + i10 * i10;
    k->Si[0][1] = k->Si[1][0] = i10 * r1;
    k->Si[1][1] = r1 * r1;
    ab(NO, NO, 1, k->z, &k->Si[0][0], k->e);
    atb(NS, NO, NS, &k->F[0][0], &k->W[0][0], C);
    EACH(i, NS) EACH(j, NS) k->F[i][j] = (i == j) - k->F[i][j];
    atb(NS, NO, 1, k->xu, &k->W[0][0], k->e);
    EACH(i, NS) k->xu[i] += k->x[i];
    ab(NS, NS, NS, &k->FP[0][0], &k->F[0][0], &k->P[0][0]);
    abt(NS, NS, NS, &k->Pu[0][0], &k->FP[0][0], &k->F[0][0]);
    ab(NO, NO, NS, &WR[0][0], &v->R[0][0], &k->W[0][0]);
    atb(NS, NO, NS, &t[0][0], &k->W[0][0], &WR[0][0]);
    EACH(i, NS) EACH(j, NS) k->Pu[i][j] += t[i][j];
    ab(NS, NS, 1, xn, A, k->xu);
    ab(NS, NS, NS, &AP[0][0], A, &k->Pu[0][0]);
    abt(NS, NS, NS, Pn, &AP[0][0], A);
    EACH(i, NS) EACH(j, NS) Pn[i * NS + j] += v->Q[i][j];
    return (REAL)0.5 * (k->e[0] * k->z[0] + k->e[1] * k->z[1]) + M(log)(l00 * l11);
}

static void forward(void *self, const void *const *in, const void *const *params, void *loss) {
    (void)self;
    const REAL *y = in[0];
    covariances v = products(params);
    kept k, next;
    double sum = 0;
    memcpy(k.x, params[4], sizeof k.x);
    memcpy(k.P, v.P0, sizeof k.P);
    for (int t = 0; t < T; t++) {
        sum += (double)step(&k, params[0], params[1], &v, y + NO * t, next.x, &next.P[0][0]);
        memcpy(k.x, next.x, sizeof k.x);
        memcpy(k.P, next.P, sizeof k.P);
    }
    *(REAL *)loss = (REAL)(sum + T * NO * 0.918938533204672742);
}

typedef struct {
    REAL x[NS], P[NS][NS], A[NS][NS], C[NO][NS], Q[NS][NS], R[NO][NO];
} bars;

INLINE void add(int n, REAL *restrict c, REAL by, const REAL *restrict a) {
    EACH(i, n) c[i] += by * a[i];
}

/* From the cotangents of the next x, P to those of x, P. */
INLINE void step_back(const kept *restrict k, const REAL *restrict A, const REAL *restrict C, const covariances *restrict v,
                      bars *restrict b, REAL *restrict yb) {
    REAL GA[NS][NS], H[NS][NS], h[NS], HF[NS][NS], Fb[NS][NS], Wb[NO][NS], eb[NO], WH[NO][NS], Mb[NO][NS], Sb[NO][NO];
    REAL t[NS][NS], u[NO][NS], w[NO][NO], q[NS];
    add(NS * NS, &b->Q[0][0], 1, &b->P[0][0]);
    ab(NS, NS, NS, &GA[0][0], &b->P[0][0], A);
    atb(NS, NS, NS, &H[0][0], A, &GA[0][0]);
    ab(NS, NS, NS, &t[0][0], &GA[0][0], &k->Pu[0][0]);
    EACH(i, NS) EACH(j, NS) b->A[i][j] += 2 * t[i][j] + b->x[i] * k->xu[j];
    atb(NS, NS, 1, h, A, b->x);
    ab(NS, NS, NS, &HF[0][0], &H[0][0], &k->F[0][0]);
    ab(NS, NS, NS, &Fb[0][0], &H[0][0], &k->FP[0][0]);
    EACH(i, NS) EACH(j, NS) Fb[i][j] *= 2;
    atb(NS, NS, NS, &b->P[0][0], &k->F[0][0], &HF[0][0]);
    ab(NO, NS, NS, &WH[0][0], &k->W[0][0], &H[0][0]);
    abt(NO, NS, NO, &w[0][0], &WH[0][0], &k->W[0][0]);
    add(NO * NO, &b->R[0][0], 1, &w[0][0]);
    ab(NO, NO, NS, &Wb[0][0], &v->R[0][0], &WH[0][0]);
    abt(NO, NS, NS, &u[0][0], C, &Fb[0][0]);
    EACH(i, NO) EACH(j, NS) Wb[i][j] = 2 * Wb[i][j] + k->e[i] * h[j] - u[i][j];
    ab(NO, NS, NS, &u[0][0], &k->W[0][0], &Fb[0][0]);
    add(NO * NS, &b->C[0][0], -1, &u[0][0]);
    ab(NO, NS, 1, eb, &k->W[0][0], h);
    EACH(i, NO) eb[i] += k->z[i];
    ab(NO, NO, NS, &Mb[0][0], &k->Si[0][0], &Wb[0][0]);
    abt(NO, NS, NO, &w[0][0], &Mb[0][0], &k->W[0][0]);
    EACH(i, NO) EACH(j, NO) Sb[i][j] = (REAL)0.5 * (k->Si[i][j] - k->z[i] * k->z[j] - w[i][j] - w[j][i]);
    add(NO * NO, &b->R[0][0], 1, &Sb[0][0]);
    ab(NO, NO, NS, &u[0][0], &Sb[0][0], &k->M[0][0]);
    add(NO * NS, &b->C[0][0], 1, &u[0][0]);
    ab(NO, NO, NS, &u[0][0], &Sb[0][0], C);
    add(NO * NS, &Mb[0][0], 1, &u[0][0]);
    ab(NO, NS, NS, &u[0][0], &Mb[0][0], &k->P[0][0]);
    EACH(i, NO) EACH(j, NS) b->C[i][j] += u[i][j] - eb[i] * k->x[j];
    atb(NS, NO, NS, &t[0][0], C, &Mb[0][0]);
    EACH(i, NS) EACH(j, NS) b->P[i][j] += (REAL)0.5 * (t[i][j] + t[j][i]);
    atb(NS, NO, 1, q, C, eb);
    EACH(i, NS) b->x[i] = h[i] - q[i];
    EACH(i, NO) yb[i] = eb[i];
}

static void factor_bar(int n, REAL *restrict lb, const REAL *restrict b, const REAL *restrict l) {
    ab(n, n, n, lb, b, l);
    EACH(i, n * n) lb[i] *= 2;
}

static void gradient(void *self, const void *const *in, const void *const *params, void *loss, void *const *grad) {
    kept *k = self;
    const REAL *y = in[0];
    REAL *yb = grad[6], unread[NO];
    covariances v = products(params);
    bars b;
    double sum = 0;
    memset(&b, 0, sizeof b);
    memcpy(k[0].x, params[4], sizeof k->x);
    memcpy(k[0].P, v.P0, sizeof k->P);
    for (int t = 0; t < T; t++)
        sum += (double)step(&k[t], params[0], params[1], &v, y + NO * t, k[t + 1].x, &k[t + 1].P[0][0]);
    *(REAL *)loss = (REAL)(sum + T * NO * 0.918938533204672742);
    for (int t = T - 1; t >= 0; t--) step_back(&k[t], params[0], params[1], &v, &b, yb ? yb + NO * t : unread);
    memcpy(grad[0], b.A, sizeof b.A);
    memcpy(grad[1], b.C, sizeof b.C);
    factor_bar(NS, grad[2], &b.Q[0][0], params[2]);
    factor_bar(NO, grad[3], &b.R[0][0], params[3]);
    memcpy(grad[4], b.x, sizeof b.x);
    factor_bar(NS, grad[5], &b.P[0][0], params[5]);
}

static void *create(void) {
    return bench_alloc((T + 1) * sizeof(kept));
}

const hand_case HAND(kalman) = {
    "kalman", BITS,
    {{"y", PORT_WRT_INPUT, FILL_NORMAL, T * NO, 1},
     {"A", PORT_PARAM, FILL_NORMAL, NS * NS, 0.4},
     {"C", PORT_PARAM, FILL_NORMAL, NO * NS, 1},
     {"LQ", PORT_PARAM, FILL_FACTOR, NS * NS, 0.2},
     {"LR", PORT_PARAM, FILL_FACTOR, NO * NO, 0.2},
     {"x0", PORT_PARAM, FILL_NORMAL, NS, 1},
     {"LP", PORT_PARAM, FILL_FACTOR, NS * NS, 0.2}},
    create, forward, gradient, free};
