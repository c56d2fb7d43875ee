/* The scalar tests again for exp and log as they are with -fno-math-errno: functions of dspc_scalar.h, not libm's. */
#if !defined(__NO_MATH_ERRNO__)
#define __NO_MATH_ERRNO__ 1
#endif
#define add_runtime_scalar_tests add_runtime_scalar_inline_tests
#define SUITE_NAME               "runtime scalar, exp and log inline"
#include "test_scalar.c"
