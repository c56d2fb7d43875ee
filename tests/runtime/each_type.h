/* each_type.h: includes TEMPLATE once for each element type, as runtime/kernels/each_type.h does; TOL is the tolerance.
 *
 * L(make) gives n random elements at an address off from any alignment, L(get) reads one, L(ref) converts n of them. */
#include "common.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b)  JOIN_(a, b)
#define L(name)     JOIN(name, TYPE)
#define S(name)     JOIN(dspc_##name, TYPE)

#define T    double
#define TYPE f64
#define CPLX 0
#define TOL  1e-12
#include "element.h"
#include TEMPLATE
#undef T
#undef TYPE
#undef CPLX
#undef TOL

#define T    float
#define TYPE f32
#define CPLX 0
#define TOL  2e-5
#include "element.h"
#include TEMPLATE
#undef T
#undef TYPE
#undef CPLX
#undef TOL

#define T    double
#define TYPE c64
#define CPLX 1
#define TOL  1e-12
#include "element.h"
#include TEMPLATE
#undef T
#undef TYPE
#undef CPLX
#undef TOL

#define T    float
#define TYPE c32
#define CPLX 1
#define TOL  2e-5
#include "element.h"
#include TEMPLATE
#undef T
#undef TYPE
#undef CPLX
#undef TOL
