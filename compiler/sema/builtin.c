/* builtin.c: the forms whose result type a signature cannot say, and how they take their arguments. */
#include "sema/builtins.h"
#include "sema/wavelet.h"

#include <math.h>
#include <string.h>

node *arg_node(elab *e, scope *args, const char *name, loc at) {
    sval *v = scope_find(args, name);
    return v ? need_node(e, *v, at) : NULL;
}

int64_t arg_int(elab *e, scope *args, const char *name) {
    int64_t k = 0;
    sval *v = scope_find(args, name);
    if (v) { static_int(e, v, &k); }
    return k;
}

/* Axes as given, negative ones counted from the end, none meaning all; sorted, each once. */
bool arg_axes(elab *e, scope *args, const char *name, int rank, loc at, int64_t *out, int *n) {
    const sval *v = scope_find(args, name);
    bool taken[MAX_RANK] = {false};
    for (int i = 0; i < v->count; i++) {
        int64_t k = v->ints[i];
        if (k < -rank || k >= rank) {
            report_from(e->d, DIAG_bad_axis, origin_at(e, at), (long long)k, rank);
            return false;
        }
        taken[k < 0 ? k + rank : k] = true;
    }
    *n = 0;
    for (int i = 0; i < rank; i++) {
        if (taken[i] || v->count == 0) { out[(*n)++] = i; }
    }
    return true;
}

sval no_value(elab *e, const expr *call, const char *what) {
    report_from(e->d, DIAG_missing_argument, origin_at(e, call->at), call->text, what);
    return NONE;
}

node *first_argument(elab *e, const expr *call, const svals *rest) {
    if (rest->v.len == 0) {
        no_value(e, call, "x");
        return NULL;
    }
    return need_node(e, rest->v.data[0], call->at);
}

/* zeros(3, 4), zeros([3, 4]) and zeros(shape(x)) alike. */
bool shape_list(elab *e, const svals *rest, int from, loc at, int64_t *out, int *n) {
    *n = 0;
    for (int i = from; i < rest->v.len; i++) {
        int64_t part[MAX_RANK + 1];
        int k;
        if (!static_ints(e, &rest->v.data[i], part, &k, MAX_RANK) || *n + k > MAX_RANK) {
            report_from(e->d, DIAG_not_static, origin_at(e, at), "a shape (at most 6 whole numbers)");
            return false;
        }
        memcpy(out + *n, part, sizeof *part * (size_t)k);
        *n += k;
    }
    for (int i = 0; i < *n; i++) {
        if (out[i] < 1 && out[i] != -1) {
            report_from(e->d, DIAG_bad_size, origin_at(e, at), (long long)out[i]);
            return false;
        }
    }
    return true;
}

static const builtin table[] = {
    {"shape", "shape(x: any)", false, do_shape,
     "The sizes of x as a list."
     "\nalias: np.shape, torch.Tensor.size"},
    {"size", "size(x: any, axis: axes = [])", false, do_size,
     "Number of elements of x, or along the given axes."
     "\nalias: np.size, torch.numel, matlab.numel, len"},
    {"rank", "rank(x: any)", false, do_rank,
     "Number of axes of x."
     "\nalias: np.ndim, torch.Tensor.dim, matlab.ndims"},
    {"is_complex", "is_complex(x: any)", false, do_is_complex, "1 when x is complex, else 0."},
    {"is_constant", "is_constant(x: any)", false, do_is_constant,
     "1 when the value of x is known to the compiler, else 0."},
    {"inverse_perm", "inverse_perm(p: ints)", false, do_inverse_perm, "The order that undoes an order of axes."},
    {"last_sizes", "last_sizes(x: any, d: int)", false, do_last_sizes, "The last d sizes of x as a list."},
    {"reshape", "reshape()", true, do_reshape,
     "reshape(x, shape): the same elements in row-major order; one size may be -1."
     "\nalias: torch.Tensor.view, np.ravel, torch.flatten, np.ndarray.reshape"},
    {"broadcast", "broadcast()", true, do_broadcast,
     "broadcast(x, shape): x repeated along axes of size 1 and new leading axes."
     "\nalias: torch.broadcast_to"},
    {"sum_to", "sum_to()", true, do_sum_to,
     "sum_to(x, shape): x summed over what broadcast(shape) would repeat; the transpose of broadcast."},
    {"permute", "permute()", true, do_permute,
     "permute(x, order): axis k of the result is axis order[k] of x."
     "\nalias: np.moveaxis, np.swapaxes, torch.movedim, torch.swapaxes"},
    {"transpose", "transpose()", true, do_permute,
     "transpose(x): the last two axes swapped, without conjugation; or transpose(x, order)."
     "\nalias: torch.transpose, arm_mat_trans_f32"},
    {"unsqueeze", "unsqueeze(x: any, axes: ints)", false, do_unsqueeze,
     "x with new axes of size 1 at the given places of the result."
     "\nalias: np.expand_dims, torch.unsqueeze, np.newaxis"},
    {"squeeze", "squeeze(x: any, axes: axes = [])", false, do_squeeze,
     "x without its axes of size 1, or without those named."
     "\nalias: np.squeeze, torch.squeeze"},
    {"concat", "concat(axis: int = 0)", true, do_concat,
     "concat(a, b, ..., axis=0): arrays one after the other along an axis."
     "\nalias: np.concatenate, torch.cat, matlab.cat, np.hstack, torch.hstack, np.append, matlab.horzcat"},
    {"stack", "stack(axis: int = 0)", true, do_stack,
     "stack(a, b, ..., axis=0): arrays of one shape side by side along a new axis."
     "\nalias: np.stack, torch.stack, torch.vstack, np.vstack"
     "\nalias: np.array"},
    {"sum", "sum(x: any, axis: axes = [], keepdims: int = 0)", false, do_sum,
     "Sum over the given axes, or all."
     "\nalias: arm_accumulate_f32"},
    {"mean", "mean(x: any, axis: axes = [], keepdims: int = 0)", false, do_mean,
     "Arithmetic mean over the given axes, or all."
     "\nalias: np.mean, torch.mean, np.average, arm_mean_f32"},
    {"max", "max(axis: axes = [], keepdims: int = 0)", true, do_max,
     "max(x, axis=, keepdims=): largest value; max(a, b): the larger of two, element by element. Of equal values the "
     "first "
     "gets the derivative; smooth_max shares it."
     "\nalias: np.max, np.amax, torch.max, torch.amax, arm_max_f32"},
    {"min", "min(axis: axes = [], keepdims: int = 0)", true, do_min,
     "min(x, axis=, keepdims=): smallest value; min(a, b): the smaller of two, element by element. Of equal values the "
     "first "
     "gets the derivative; -smooth_max(-x) shares it."
     "\nalias: np.min, np.amin, torch.min, torch.amin, arm_min_f32"},
    {"argmax", "argmax(axis: axes = [], keepdims: int = 0)", true, do_argmax,
     "argmax(x, axis=, keepdims=): where the largest value is: its index along the axis; over several axes, or all "
     "where none is "
     "named, its place in row-major order. Of equal values the first. An int, without derivative: soft_argmax(x) has "
     "one."},
    {"argmin", "argmin(axis: axes = [], keepdims: int = 0)", true, do_argmin,
     "argmin(x, axis=, keepdims=): where the smallest value is: its index along the axis; over several axes, or all "
     "where none is "
     "named, its place in row-major order. Of equal values the first. An int, without derivative: soft_argmax(-x) has "
     "one."},
    {"axis_last", "axis_last(x: any, axis: axes)", false, do_axis_last,
     "The named axes moved to the end and merged into one."},
    {"zeros", "zeros()", true, do_zeros,
     "zeros(shape): real zeros."
     "\nalias: np.zeros, torch.zeros, np.zeros_like, torch.zeros_like, arm_fill_f32"},
    {"ones", "ones()", true, do_ones,
     "ones(shape): real ones."
     "\nalias: np.ones, torch.ones, np.ones_like, torch.ones_like"},
    {"full", "full(shape: ints, value: any)", false, do_full,
     "An array of the given shape filled with one value."
     "\nalias: np.full, torch.full, np.full_like"},
    {"arange", "arange()", true, do_arange,
     "arange(stop), arange(start, stop, step): numbers at equal steps; ints when the arguments are."
     "\nalias: np.arange, torch.arange, matlab.colon"},
    {"rate", "rate(x: any)", false, do_rate, "Samples per second along the time axis of x; an error when unknown."},
    {"df", "df(x: any)", false, do_df, "Hz per step along the frequency axis of x; an error when unknown."},
    {"has_rate", "has_rate(x: any)", false, do_has_rate, "1 when the sample rate of x is known."},
    {"may_keep", "may_keep(bytes: int)", false, do_may_keep,
     "1 when arrays of so many bytes may be kept for the way back: as many as --memory gives, none with --checkpoint, "
     "64 "
     "MiB without either."},
    {"has_df", "has_df(x: any)", false, do_has_df, "1 when the bin spacing of x is known."},
    {"at_rate", "at_rate(x: any, r: real Hz)", false, do_at_rate, "x, taken as sampled at rate r; 0 forgets the rate."},
    {"at_df", "at_df(x: any, r: real Hz)", false, do_at_df, "x, taken as having bins r apart; 0 forgets the spacing."},
    {"require", "require(condition: int, message: string)", false, do_require,
     "In a def: the call is an error, with this message, unless the condition holds."},
    {"warn", "warn(condition: any, message: string)", false, do_warn,
     "In a def: the call gets a warning, with this message, when the condition holds; of an array, the indices where "
     "it does are named."},
    {"error", "error(message: string)", false, do_error, "In a def: the call is an error, with this message."},
    {"grad", "grad()", true, do_grad,
     "grad(y, a, b, ...): the gradients of the number y with respect to the values a, b, ... that it was computed "
     "from. "
     "In a def, a pipeline or the body of a `for`; it can be differentiated in its turn."
     "\nalias: torch.autograd.grad, jax.grad, tf.gradients, dlgradient"},
    {"vjp", "vjp(y: any, w: any, x: any)", false, do_vjp,
     "The cotangent of x for the cotangent w of y: the transposed Jacobian of y with respect to x, times w."
     "\nalias: jax.vjp, torch.autograd.functional.vjp"},
    {"jvp", "jvp(y: any, x: any, v: any)", false, do_jvp,
     "The tangent of y for the tangent v of x: the Jacobian of y with respect to x, times v."
     "\nalias: jax.jvp, torch.autograd.functional.jvp"},
    {"jacobian", "jacobian(y: any, x: any)", false, do_jacobian,
     "All derivatives of the numbers of y with respect to those of x: [shape of y, shape of x]."
     "\nalias: jax.jacobian, torch.autograd.functional.jacobian"},
    {"wavelet_filters", "wavelet_filters(wavelet: word)", false, do_wavelet_filters,
     "The filters of a wavelet, real[4, taps]: decomposition low-pass, high-pass, reconstruction low-pass, high-pass. "
     "haar, "
     "db1-20, sym2-20, coif1-5, bior and rbio (in quotes, or bior2_2)."
     "\nalias: pywt.Wavelet, matlab.wfilters, pywt.orthogonal_filter_bank"},
    {"load", "load(path: string)", false, do_load,
     "The array in a .npy file, as a constant."
     "\nalias: np.load, torch.load"},
};

int builtin_count(void) {
    return (int)COUNT_OF(table);
}

const builtin *builtin_at(int i) {
    return &table[i];
}

const builtin *builtin_find(const char *name) {
    for (int i = 0; i < builtin_count(); i++) {
        if (strcmp(table[i].name, name) == 0) { return &table[i]; }
    }
    return NULL;
}
