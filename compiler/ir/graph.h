/* graph.h: the typed graph every stage after sema works on.
 *
 * SSA over arrays of static shape: a node is {op, type, args, attributes}, has one result, and stands after its
 * arguments in the graph's list, so the list order is a topological order. Nodes are hash-consed: building the same
 * node twice gives the same pointer (common sub-expressions merge as they are made). The only nested thing is `scan`,
 * whose body is a graph of its own. */
#ifndef DSPC_GRAPH_H
#define DSPC_GRAPH_H

#include "diag/diag.h"

enum { MAX_RANK = 6, MAX_ARGS_SHOWN = 8 };

typedef enum { T_REAL, T_COMPLEX, T_INT } dtype; /* truth values are T_INT 0 / 1 */

typedef struct type {
    dtype dt;
    int rank;                /* 0 to MAX_RANK; 0 is a scalar */
    int64_t shape[MAX_RANK]; /* row-major: the last axis is contiguous; every size >= 1 */
    double rate;             /* samples per second along the time axis; 0: unknown */
    double df;               /* Hz per step along a frequency axis; 0: unknown */
} type;

typedef enum op_id {
#define OP(name, ...) OP_##name,
#include "ir/ops.def"
#undef OP
    OP_COUNT
} op_id;

/* A static argument of an operator, in the order of its signature: an int is a list of one. */
typedef struct attr {
    int n;
    const int64_t *v;
} attr;

/* The value of a `constant` node in double precision whatever the target's: complex interleaved re, im; ints exact. */
typedef struct constant {
    bool splat;          /* every element is value[0] (value[0], value[1] when complex) */
    const double *value; /* splat: 1 or 2 numbers; else elements x (1 or 2) */
    uint64_t hash;       /* of the value, by graph.c */
} constant;

typedef enum {
    ROLE_NONE,
    ROLE_INPUT,
    ROLE_PARAM,
    ROLE_SEED
} role; /* of a `leaf`; a seed is a tangent or cotangent from outside */

typedef struct graph graph;
typedef struct node node;
typedef struct optable optable; /* ir/optable.h: the operators, with their signatures read */

struct node {
    op_id op;
    int id; /* position in graph->nodes: arguments have smaller ones */
    type type;
    int nargs;
    node **args;
    int nattrs;
    attr *attrs;
    const constant *konst; /* OP_constant */
    role role;             /* OP_leaf */
    const char *name;      /* leaf: its name in the source. Others: a hint for naming it in the C text, or NULL */
    const origin *from;    /* where in the source it came from */
    graph *body;     /* OP_scan, OP_custom: the nested graph; leaves are its parameters in order, results its results */
    int kept_states; /* OP_scan, while differentiating: part number of the first collected state, or 0 */
    graph *rule; /* OP_custom: the user's rule as a graph: leaves args..., y, dy; results one per argument (or NULL) */
    bool surrogate; /* OP_custom: the rule is deliberately not the derivative */
    loc rule_at;    /* OP_custom: where the rule stands */
    bool guarded;   /* an ancestor of a branch of `where`: its derivative treats 0 * inf as 0 */
    void *mark;     /* scratch for the pass at work; every pass clears it first (graph_clear_marks) */
};

/* OP_scan: the loop. With the static attributes
 *     [0] trip      number of steps, >= 1
 *     [1] n_states  carried from step to step
 *     [2] n_slices  arrays read one row per step
 *     [3] n_consts  read whole at every step
 *     [4] flags     SCAN_REVERSE: the steps run from trip-1 down to 0; and how its states are kept for a loop that
 *                   runs backwards over them (scan_keep, below): says nothing of any value
 * its arguments are   states before the first step (n_states), slices (each [trip, ...]), constants, in this order,
 * and the leaves of its body are   index (int scalar), states, one row of each slice (without its leading axis),
 * constants.
 * The body's results are   the n_states next states, then any number of collected values.
 * Step t (the index) reads row t of every slice and puts each collected value into row t of its stack, in reverse also.
 * The results of the loop are taken by `part`: part k < n_states is state k after the last step; part n_states + j is
 * [trip, ...], the stack of collected value j. The scan node itself has the type of its part 0 and is used by `part`
 * only. A state keeps its type from step to step. The types of states, rows and constants are exactly those of the
 * body's leaves.
 *
 * OP_custom: its arguments are the leaves of its body in order; its value is the body's one result. */
enum { SCAN_TRIP, SCAN_STATES, SCAN_SLICES, SCAN_CONSTS, SCAN_FLAGS, SCAN_NATTRS };
enum { SCAN_REVERSE = 1 };

/* The states of a forward loop that a backward one reads row by row need not be in memory for every step: some are kept,
 * and the steps between are run again from them (plan/keep.c). */
typedef enum {
    KEEP_UNSAID,
    KEEP_ALL,
    KEEP_EVERY,    /* every n-th step */
    KEEP_SQRT,     /* every ceil(sqrt(trip))-th */
    KEEP_BINOMIAL, /* n states at a time, by the schedule of least repetition */
    KEEP_BYTES,    /* as many as n bytes hold: all, or by that schedule */
    KEEP_COUNT
} keep_kind;
typedef struct scan_keep {
    keep_kind kind;
    int64_t n;
} scan_keep;
scan_keep keep_of(const node *scan);
int64_t flags_keeping(int64_t flags, scan_keep keep); /* the same flags, with this in them */

typedef struct loop_memory { /* for loops of which the program does not say how to keep their states */
    scan_keep keep;          /* KEEP_BYTES: of all loops together */
    int real_bytes;          /* 4 or 8 */
} loop_memory;
enum { KEEP_ALL_LIMIT = 64 << 20 }; /* bytes of states that a loop keeps for every step unless told to */

typedef enum { OUT_OUTPUT, OUT_LOSS, OUT_GRAD, OUT_TANGENT, OUT_RESULT } out_kind;

typedef struct result { /* something the generated function must deliver */
    out_kind kind;
    const char *name; /* output's name; OUT_GRAD, OUT_TANGENT: the name of the leaf or output it belongs to */
    node *value;      /* NULL for a gradient that is structurally zero */
} result;

struct graph {
    arena *mem;
    const optable *ops;
    const char *name;
    VEC(node *) nodes;
    VEC(node *) leaves; /* in order of declaration; also those nothing uses */
    VEC(result) results;
    void *cse; /* hash-consing table, private to graph.c */
};

/* What is told of a leaf to users of the generated code; kept beside the graph, by name. */
typedef struct leaf_info {
    const char *name;
    role role;
    type type;
    const origin *from;
    bool has_range, log_range;
    double lo, hi;
    const node *initial;      /* constant node, or NULL */
    const char *initial_text; /* "glorot", "0": for the header's comment */
    bool initial_random;
} leaf_info;

typedef struct program { /* one pipeline, elaborated: forward graph plus what the header needs */
    const char *name;
    loc at; /* of the name; no place: a pipeline that nobody wrote, of which nothing is warned */
    graph *forward;
    VEC(leaf_info) leaves;
    int nlosses;
    const source *src;
} program;

/* ---- building ---------------------------------------------------------------------------------------------------- */
graph *graph_new(arena *a, const optable *ops, const char *name);
/* Makes (or finds) a node. Types and attributes are taken as given: sema and graph_infer have checked them. */
node *graph_node(graph *g, op_id op, type t, node *const *args, int nargs, const attr *attrs, int nattrs,
                 const origin *from);
node *graph_leaf(graph *g, const char *name, role r, type t, const origin *from);
node *graph_constant(graph *g, type t, const double *value, bool splat, const origin *from); /* copies value */
node *graph_same_constant(graph *g, const node *n);               /* n in another graph; shares the value's memory */
node *graph_scalar(graph *g, double x, const origin *from);       /* real, rank 0 */
node *graph_fill(graph *g, type t, double x, const origin *from); /* splat constant of type t */
/* Its type is that of its part 0. */
node *graph_scan(graph *g, graph *body, node *const *args, int nargs, const attr *attrs, int nattrs,
                 const origin *from);
type scan_part_type(const node *scan, int64_t k); /* of `part` k */
/* Its type is that of the only result of body. rule may be NULL. */
node *graph_custom(graph *g, graph *body, graph *rule, bool surrogate, node *const *args, int nargs,
                   const origin *from);
/* A copy whose loops do before their first step what they would do alike in each. (hoist.c) */
graph *graph_hoist(arena *a, const graph *g);
void graph_result(graph *g, out_kind kind, const char *name, node *value);
void graph_name(node *n, const char *name); /* first name wins */

/* Builds an operator by name of its id with its type inferred from the signature; attributes in signature order.
 * Negative axes, -1 in a shape and an empty list of axes are written out.
 * Aborts (internal error) when the arguments do not fit: callers have checked. Defined in ir/infer.c. */
node *graph_op(graph *g, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs, const origin *from);
/* The result type of an operator, or false with a message fit for a user ("h: expected [8], found [9]") in *why. */
bool infer_type(arena *a, const optable *ops, op_id op, node *const *args, int nargs, const attr *attrs, int nattrs,
                type *out, const char **why);

/* Shorthands over graph_op, all with broadcasting where the operator has it. */
node *g_add(graph *g, node *a, node *b, const origin *from);
node *g_sub(graph *g, node *a, node *b, const origin *from);
node *g_mul(graph *g, node *a, node *b, const origin *from);
node *g_div(graph *g, node *a, node *b, const origin *from);
node *g_neg(graph *g, node *a, const origin *from);
node *g_re(graph *g, node *a, const origin *from);
node *g_to_complex(graph *g, node *a, const origin *from); /* complex(a, 0); identity on complex */
node *g_broadcast(graph *g, node *a, type shape_of,
                  const origin *from); /* to the shape of `shape_of`; identity if equal */
node *g_sum_axes(graph *g, node *a, const int64_t *axes, int n, bool keep, const origin *from);
node *g_sum_to(graph *g, node *a, type shape_of, const origin *from); /* the adjoint of g_broadcast */
node *g_reshape(graph *g, node *a, int rank, const int64_t *shape, const origin *from);
/* Makes v fit a target type: real part if v is complex and the target real, sums over broadcast axes. NULL stays
 * NULL. */
node *g_coerce(graph *g, node *v, type target, const origin *from);

/* ---- asking ------------------------------------------------------------------------------------------------------ */
int64_t type_count(const type *t);
bool same_shape(const type *a, const type *b);
bool same_type(const type *a, const type *b); /* dtype and shape; rates may differ */
char *type_text(arena *a, const type *t);     /* "complex[8, 513] @ 62.5Hz" */
type type_scalar(dtype dt);
type type_make(dtype dt, int rank, const int64_t *shape);
bool check_size(const type *t); /* every size at least 1 and at most 2^40 elements in all */
bool broadcast_types(const type *a, const type *b,
                     type *out); /* NumPy rule on shapes; dtype promoted int < real < complex */
int64_t attr_int(const node *n, int k);
bool is_constant(const node *n);
size_t konst_numbers(const node *n);         /* how many numbers n->konst->value holds */
bool is_splat(const node *n, double *value); /* a real or int constant with one value everywhere */
void graph_clear_marks(graph *g);
int graph_index_of_leaf(const graph *g, const char *name); /* -1 when absent */

/* Copies the nodes that `results` of src need into dst; leaves are looked up in `leaf_map` (src leaf index -> dst
 * node). results[k] becomes the copy of result k (NULL for a zero gradient). */
void graph_inline(graph *dst, const graph *src, node *const *leaf_map, node **results);
/* The copy of n in dst with other arguments: same operator, type, attributes, constant, nested graphs, name, origin.
 * The memory of constants and nested graphs is shared with n. */
node *graph_copy_node(graph *dst, const node *n, node *const *args);
/* A copy of g in which `by` says what stands for a node, given its arguments in the new graph; NULL: a plain copy. Leaves stay. */
typedef node *graph_replacement(void *context, graph *out, const node *n, node *const *args);
graph *graph_rebuild(arena *a, const graph *g, graph_replacement *by, void *context);
/* A whole copy in another arena, nested graphs included. */
graph *graph_copy(arena *a, const graph *g);
/* Drops nodes no result needs and renumbers; leaves stay. */
graph *graph_prune(arena *a, const graph *g);

/* ---- text form, verifier (ir/text.c, ir/verify.c) ---------------------------------------------------------------- */
/* graph deblur {
 *   %0 = leaf input "x" : real[1024]
 *   %2 = conv(%0, %1, lo=0, n=1026) : real[1026]  # "y"
 *   output "y" %2
 * } */
void graph_print(strbuf *out, const graph *g);
graph *graph_parse(arena *a, const optable *ops, diags *d, const source *src); /* reads what graph_print wrote */
/* Checks types against signatures, order, ranks, results. False with the first fault in *why. */
/* Do body, arguments and attributes of a scan go together? Reads only body and attributes of `scan`. */
bool check_scan(arena *a, const node *scan, node *const *args, int nargs, const char **why);
bool graph_verify(arena *a, const graph *g, const char **why);

#endif
