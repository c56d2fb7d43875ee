/* each_type.h: includes the template DSPC_TEMPLATE once for each element type: f64, f32, c64, c32.
 *
 * A template sees T (the real type), CPLX (1 for complex), S(name) = dspc_<name>_<type> for its public and L(name) =
 * <name>_<type> for its private functions, and the element arithmetic of element.h. */
#include <dspc.h>

#define DSPC_JOIN_(a, b) a##_##b
#define DSPC_JOIN(a, b)  DSPC_JOIN_(a, b)
#define L(name)          DSPC_JOIN(name, TYPE)
#define S(name)          DSPC_JOIN(dspc_##name, TYPE)
#define M_(name)         DSPC_JOIN(dspc_##name, REAL_TYPE)

#define T         double
#define TYPE      f64
#define REAL_TYPE f64
#define CPLX      0
#include "kernels/element.h"
#include DSPC_TEMPLATE
#undef T
#undef TYPE
#undef REAL_TYPE
#undef CPLX

#define T         float
#define TYPE      f32
#define REAL_TYPE f32
#define CPLX      0
#include "kernels/element.h"
#include DSPC_TEMPLATE
#undef T
#undef TYPE
#undef REAL_TYPE
#undef CPLX

#define T         double
#define TYPE      c64
#define REAL_TYPE f64
#define CPLX      1
#include "kernels/element.h"
#include DSPC_TEMPLATE
#undef T
#undef TYPE
#undef REAL_TYPE
#undef CPLX

#define T         float
#define TYPE      c32
#define REAL_TYPE f32
#define CPLX      1
#include "kernels/element.h"
#include DSPC_TEMPLATE
#undef T
#undef TYPE
#undef REAL_TYPE
#undef CPLX
