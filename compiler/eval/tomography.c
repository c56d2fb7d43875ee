/* tomography.c: line integrals through a picture, by their definition: every point of every ray, every pixel near it. */
#include <math.h>

#include "eval/evaluators.h"

/* The n-th derivative to the angle of max(0, 1-|u-j|) max(0, 1-|v-i|) where the point (U, V), seen from the middle, turns by
 * U' = V, V' = -U: inside a cell the weight is c + e U + f V + g U V. */
static double turned_weight(double u, double v, double j, double i, double U, double V, int64_t n) {
    double e = u < j ? 1 : -1, f = v < i ? 1 : -1, a = 1 - fabs(u - j), b = 1 - fabs(v - i);
    if (a <= 0 || b <= 0) return 0;
    if (n == 0) return a * b;
    double angle = (double)n * 1.57079632679489662, c = round(cos(angle)), s = round(sin(angle)); /* n quarter turns */
    double twice = pow(2, (double)n), product = twice * (c * U * V + s * (V * V - U * U) / 2);
    return e * (b - f * V) * (c * U + s * V) + f * (a - e * U) * (c * V - s * U) + e * f * product;
}

typedef void ray_user(const call *c, int64_t item, int64_t ray, int64_t pixel, double weight);

static void walk_rays(const call *c, const type *picture, int64_t detectors, ray_user *use) {
    const tensor *angles = c->args[1];
    int64_t rows = axis_size(picture, 2), columns = axis_size(picture, 1), order = attr_int(c->n, c->n->nattrs - 1);
    int64_t far = rows + columns + detectors;
    for (int64_t item = 0; item < lead_count(picture, 2); item++)
        for (int64_t ray = 0; ray < type_count(&angles->type) * detectors; ray++) {
            double t = angles->v[ray / detectors], s = (double)(ray % detectors - detectors / 2);
            for (int64_t r = -far; r <= far; r++) {
                double U = s * cos(t) + (double)r * sin(t), V = (double)r * cos(t) - s * sin(t);
                double u = U + (double)(columns / 2), v = V + (double)(rows / 2);
                for (int64_t i = (int64_t)floor(v); i <= (int64_t)floor(v) + 1; i++)
                    for (int64_t j = (int64_t)floor(u); j <= (int64_t)floor(u) + 1; j++)
                        if (i >= 0 && i < rows && j >= 0 && j < columns)
                            use(c, item, ray, (item * rows + i) * columns + j,
                                turned_weight(u, v, (double)j, (double)i, U, V, order));
            }
        }
}

static void read_pixel(const call *c, int64_t item, int64_t ray, int64_t pixel, double weight) {
    int64_t rays = axis_size(&c->out->type, 2) * axis_size(&c->out->type, 1);
    tensor_add(c->out, item * rays + ray, cv_mul(cv(weight, 0), tensor_get(c->args[0], pixel)));
}

static void write_pixel(const call *c, int64_t item, int64_t ray, int64_t pixel, double weight) {
    int64_t rays = axis_size(&c->args[0]->type, 2) * axis_size(&c->args[0]->type, 1);
    tensor_add(c->out, pixel, cv_mul(cv(weight, 0), tensor_get(c->args[0], item * rays + ray)));
}

void eval_radon(const call *c) {
    walk_rays(c, &c->args[0]->type, axis_size(&c->out->type, 1), read_pixel);
}

void eval_radon_adj(const call *c) {
    walk_rays(c, &c->out->type, axis_size(&c->args[0]->type, 1), write_pixel);
}
