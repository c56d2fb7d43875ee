/* builtins.h: private to the built-in forms. */
#ifndef DSPC_SEMA_BUILTINS_H
#define DSPC_SEMA_BUILTINS_H

#include "sema/internal.h"

node *arg_node(elab *e, scope *args, const char *name, loc at);
int64_t arg_int(elab *e, scope *args, const char *name);
/* Axes as given, negative ones counted from the end, none meaning all; sorted, each once. */
bool arg_axes(elab *e, scope *args, const char *name, int rank, loc at, int64_t *out, int *n);
sval no_value(elab *e, const expr *call, const char *what);
node *first_argument(elab *e, const expr *call, const svals *rest);
/* A shape from the values behind number `from`: zeros(3, 4), zeros([3, 4]) and zeros(shape(x)) alike. */
bool shape_list(elab *e, const svals *rest, int from, loc at, int64_t *out, int *n);

builtin_fn do_arange, do_argmax, do_argmin, do_at_df, do_at_rate, do_axis_last, do_broadcast, do_concat, do_df,
    do_error, do_full, do_grad, do_has_df, do_has_rate, do_inverse_perm, do_is_complex, do_is_constant, do_jacobian,
    do_jvp, do_last_sizes, do_load, do_max, do_may_keep, do_mean, do_min, do_ones, do_permute, do_rank, do_rate,
    do_require, do_reshape, do_shape, do_size, do_squeeze, do_stack, do_sum, do_sum_to, do_unsqueeze, do_vjp, do_warn,
    do_zeros;

#endif
