/* radon_template.h: radon_ and its transpose for one element type. Positions are doubles in both precisions. */

typedef struct {
    ptrdiff_t at; /* of the first of the four pixels */
    int has[4];   /* which of them exist */
    double w[4];
} L(radon_point);

static inline L(radon_point) L(radon_at)(const radon_ray *ray, ptrdiff_t r, ptrdiff_t H, ptrdiff_t W, int order) {
    double u = ray->u0 + (double)r * ray->du, v = ray->v0 + (double)r * ray->dv, q = floor(u), p = floor(v);
    ptrdiff_t j = (ptrdiff_t)q, i = (ptrdiff_t)p;
    L(radon_point) x = {.at = i * W + j};
    int left = j >= 0 && j < W, right = j >= -1 && j < W - 1, above = i >= 0 && i < H, below = i >= -1 && i < H - 1;
    x.has[0] = above && left;
    x.has[1] = above && right;
    x.has[2] = below && left;
    x.has[3] = below && right;
    radon_weights(x.w, u - q, v - p, u - (double)(W / 2), v - (double)(H / 2), order);
    return x;
}

HOT void S(radon_)(T *restrict y_, const T *restrict x_, const T *restrict a, ptrdiff_t H, ptrdiff_t W, ptrdiff_t N,
                   ptrdiff_t detectors, int order) {
    E *y = (E *)y_;
    const E *x = (const E *)x_;
    const ptrdiff_t step[4] = {0, 1, W, W + 1};
    for (ptrdiff_t t = 0; t < N; t++)
        for (ptrdiff_t d = 0; d < detectors; d++) {
            radon_ray ray = radon_line((double)a[t], d - detectors / 2, H, W);
            E sum = e_zero();
            for (ptrdiff_t r = ray.lo; r <= ray.hi; r++) {
                L(radon_point) p = L(radon_at)(&ray, r, H, W, order);
                for (int k = 0; k < 4; k++)
                    if (p.has[k]) sum = e_add(sum, e_scale((T)p.w[k], x[p.at + step[k]]));
            }
            y[t * detectors + d] = sum;
        }
}

HOT void S(radon_adj)(T *restrict y_, const T *restrict x_, const T *restrict a, ptrdiff_t N, ptrdiff_t detectors,
                      ptrdiff_t H, ptrdiff_t W, int order) {
    E *y = (E *)y_;
    const E *x = (const E *)x_;
    const ptrdiff_t step[4] = {0, 1, W, W + 1};
    memset(y, 0, (size_t)(H * W) * sizeof(E));
    for (ptrdiff_t t = 0; t < N; t++)
        for (ptrdiff_t d = 0; d < detectors; d++) {
            radon_ray ray = radon_line((double)a[t], d - detectors / 2, H, W);
            const E v = x[t * detectors + d];
            for (ptrdiff_t r = ray.lo; r <= ray.hi; r++) {
                L(radon_point) p = L(radon_at)(&ray, r, H, W, order);
                for (int k = 0; k < 4; k++)
                    if (p.has[k]) y[p.at + step[k]] = e_add(y[p.at + step[k]], e_scale((T)p.w[k], v));
            }
        }
}
