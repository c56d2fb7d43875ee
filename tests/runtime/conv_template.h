/* conv_template.h: tests of the convolution kernels for one element type. */

static void L(run)(T *y, const T *x, const T *h, const ptrdiff_t *z, int corr) {
    if (z[0] == 1 && z[2] == 1 && z[6] == 1) (corr ? S(corr) : S(conv))(y, x, h, z[1], z[3], z[5], z[7]);
    else (corr ? S(corr2) : S(conv2))(y, x, h, z[0], z[1], z[2], z[3], z[4], z[5], z[6], z[7]);
}

static void L(against_sum)(const ptrdiff_t *z, int corr) {
    ptrdiff_t H = z[0], W = z[1], P = z[2], Q = z[3], n = z[6] * z[7];
    unsigned seed = 1;
    T *x = L(make)(H * W, &seed), *h = L(make)(P * Q, &seed), *y = L(alloc)(n);
    cd *r = ref_new(n);
    int s = corr ? 1 : -1;
    for (ptrdiff_t i = 0; i < z[6]; i++)
        for (ptrdiff_t j = 0; j < z[7]; j++) {
            cd sum = 0;
            for (ptrdiff_t p = 0; p < P; p++)
                for (ptrdiff_t q = 0; q < Q; q++) {
                    ptrdiff_t a = i + s * (p - z[4]), b = j + s * (q - z[5]);
                    cd t = L(get)(h, p * Q + q);
                    if (a >= 0 && a < H && b >= 0 && b < W) sum += (corr ? conj(t) : t) * L(get)(x, a * W + b);
                }
            r[i * z[7] + j] = sum;
        }
    L(run)(y, x, h, z, corr);
    CU_ASSERT_TRUE(L(agrees)(y, r, n));
    free(r);
    L(release)(x, H * W);
    L(release)(h, P * Q);
    L(release)(y, n);
}

/* conv: corr(y, h) is the adjoint in x, corr(y, x) in h. corr: conv(y, h) in x, and with conjugates corr(x, y) in h. */
static void L(adjoints)(const ptrdiff_t *z, int corr) {
    ptrdiff_t nx = z[0] * z[1], nh = z[2] * z[3], ny = z[6] * z[7];
    unsigned seed = 7;
    T *x = L(make)(nx, &seed), *h = L(make)(nh, &seed), *y = L(alloc)(ny), *v = L(make)(ny, &seed);
    T *xb = L(alloc)(nx), *hb = L(alloc)(nh);
    L(run)(y, x, h, z, corr);
    const ptrdiff_t in_x[8] = {z[6], z[7], z[2], z[3], z[4], z[5], z[0], z[1]};
    L(run)(xb, v, h, in_x, !corr);
    const ptrdiff_t in_h[8] = {z[6], z[7], z[0], z[1], z[4], z[5], z[2], z[3]};
    const ptrdiff_t in_h_corr[8] = {z[0], z[1], z[6], z[7], z[4], z[5], z[2], z[3]};
    if (corr) L(run)(hb, x, v, in_h_corr, 1);
    else L(run)(hb, v, x, in_h, 1);
    cd *rx = L(ref)(x, nx), *rh = L(ref)(h, nh), *ry = L(ref)(y, ny), *rv = L(ref)(v, ny);
    cd *rxb = L(ref)(xb, nx), *rhb = L(ref)(hb, nh);
    double left = inner(ry, rv, ny), size = norm2(rv, ny) * norm2(rx, nx) * norm2(rh, nh);
    CU_ASSERT_TRUE(adjoint_holds(left, inner(rx, rxb, nx), size, TOL));
    CU_ASSERT_TRUE(adjoint_holds(left, inner(rh, rhb, nh), size, TOL));
    free(rx), free(rh), free(ry), free(rv), free(rxb), free(rhb);
    L(release)(x, nx), L(release)(xb, nx), L(release)(h, nh), L(release)(hb, nh), L(release)(y, ny), L(release)(v, ny);
}

static void L(layer)(const ptrdiff_t *z) {
    ptrdiff_t C = z[0], H = z[1], W = z[2], O = z[3], P = z[4], Q = z[5], sh = z[6], sw = z[7], dh = z[8], dw = z[9],
              ph = z[10], pw = z[11], groups = z[12], G = C / groups, I = (H + 2 * ph - dh * (P - 1) - 1) / sh + 1,
              J = (W + 2 * pw - dw * (Q - 1) - 1) / sw + 1, nx = C * H * W, nw = O * G * P * Q, ny = O * I * J;
    unsigned seed = 3;
    T *x = L(make)(nx, &seed), *w = L(make)(nw, &seed), *v = L(make)(ny, &seed), *y = L(alloc)(ny), *xb = L(alloc)(nx),
      *wb = L(alloc)(nw);
    for (ptrdiff_t k = 0; k < nw; k++) L(put)(wb, k, 1);
    S(convnn)(y, x, w, C, H, W, O, G, P, Q, I, J, sh, sw, dh, dw, ph, pw, groups);
    S(convnn_x)(xb, v, w, C, H, W, O, G, P, Q, I, J, sh, sw, dh, dw, ph, pw, groups);
    S(convnn_w)(wb, v, x, C, H, W, O, G, P, Q, I, J, sh, sw, dh, dw, ph, pw, groups);
    cd *ry = ref_new(ny), *rxb = ref_new(nx), *rwb = ref_new(nw);
    for (ptrdiff_t k = 0; k < nw; k++) rwb[k] = 1; /* convnn_w adds */
    for (ptrdiff_t o = 0; o < O; o++)
        for (ptrdiff_t i = 0; i < I; i++)
            for (ptrdiff_t j = 0; j < J; j++)
                for (ptrdiff_t c = 0; c < G; c++)
                    for (ptrdiff_t p = 0; p < P; p++)
                        for (ptrdiff_t q = 0; q < Q; q++) {
                            ptrdiff_t r = i * sh + p * dh - ph, s = j * sw + q * dw - pw,
                                      k = ((o * G + c) * P + p) * Q + q;
                            ptrdiff_t at = ((o / (O / groups) * G + c) * H + r) * W + s, out = (o * I + i) * J + j;
                            if (r < 0 || r >= H || s < 0 || s >= W) continue;
                            ry[out] += L(get)(w, k) * L(get)(x, at);
                            rxb[at] += conj(L(get)(w, k)) * L(get)(v, out);
                            rwb[k] += conj(L(get)(x, at)) * L(get)(v, out);
                        }
    CU_ASSERT_TRUE(L(agrees)(y, ry, ny));
    CU_ASSERT_TRUE(L(agrees)(xb, rxb, nx));
    CU_ASSERT_TRUE(L(agrees)(wb, rwb, nw));
    free(ry), free(rxb), free(rwb);
    L(release)(x, nx), L(release)(xb, nx), L(release)(w, nw), L(release)(wb, nw), L(release)(y, ny), L(release)(v, ny);
}
