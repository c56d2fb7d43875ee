/* Line integrals through a picture under given angles (parallel-beam tomography), and their transpose.
 *
 * The ray of angle t and detector d, s = d - D div 2, passes the points r = ..., -1, 0, 1, ...
 *   u = s cos t + r sin t + W div 2 (column),   v = -s sin t + r cos t + H div 2 (row),
 * where the picture is read by bilinear interpolation, zero outside. This is skimage.transform.radon. */
#include <math.h>
#include <string.h>

#include "kernels/cpu.h"

typedef struct radon_ray {
    double u0, v0, du, dv; /* the point r = 0, and the step */
    ptrdiff_t lo, hi;      /* the r whose points lie on or next to the picture */
} radon_ray;

static void radon_limit(radon_ray *ray, double p, double step, double n) { /* -1 <= p + r step <= n */
    if (fabs(step) < 1e-9) {
        if (p < -1 || p > n) ray->hi = ray->lo - 1;
        return;
    }
    double a = (-1 - p) / step, b = (n - p) / step, first = ceil(a < b ? a : b), last = floor(a < b ? b : a);
    if (first > (double)ray->lo) ray->lo = (ptrdiff_t)first;
    if (last < (double)ray->hi) ray->hi = (ptrdiff_t)last;
}

static radon_ray radon_line(double t, ptrdiff_t s, ptrdiff_t H, ptrdiff_t W) {
    double c = cos(t), z = sin(t);
    radon_ray ray = {.u0 = (double)s * c + (double)(W / 2),
                     .v0 = -(double)s * z + (double)(H / 2),
                     .du = z,
                     .dv = c,
                     .lo = -4 * (H + W) - 2 * (s < 0 ? -s : s),
                     .hi = 4 * (H + W) + 2 * (s < 0 ? -s : s)};
    radon_limit(&ray, ray.u0, ray.du, (double)W);
    radon_limit(&ray, ray.v0, ray.dv, (double)H);
    return ray;
}

/* The weights of the four pixels around a point, or their derivative of an order to the angle. Pixel (q, p) of the four
 * weighs (a + e U)(b + f V), with U, V the point seen from the middle and e, f = 1 or -1; U' = V, V' = -U. */
static inline void radon_weights(double w[4], double fu, double fv, double U, double V, int order) {
    w[0] = (1 - fv) * (1 - fu);
    w[1] = (1 - fv) * fu;
    w[2] = fv * (1 - fu);
    w[3] = fv * fu;
    if (order == 0) return;
    const double turn[4] = {U, V, -U, -V};
    double un = turn[order & 3], vn = turn[(order + 1) & 3], uv = order & 1 ? V * V - U * U : -4 * U * V;
    for (int k = 2; k < order; k += 2) uv *= -4;
    for (int k = 0; k < 4; k++) {
        double e = k & 1 ? 1 : -1, f = k & 2 ? 1 : -1;
        double a = (k & 1 ? fu : 1 - fu) - e * U, b = (k & 2 ? fv : 1 - fv) - f * V;
        w[k] = b * e * un + a * f * vn + e * f * uv;
    }
}

#define DSPC_TEMPLATE "kernels/imaging/radon_template.h"
#include "kernels/each_type.h"
