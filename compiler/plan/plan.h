/* plan.h: from an optimised graph to an ordered list of steps with buffers at fixed places.
 *
 * Decides (1) which arrays exist in memory and which expressions are inlined into the loops that use them, (2) which
 * loops are one, (3) in what order the steps run, (4) which runs of steps go piece by piece through a common axis, (5)
 * where in the work memory every buffer lies, by liveness.
 * Requires a verified graph without OP_custom; keeps it unchanged. */
#ifndef DSPC_PLAN_H
#define DSPC_PLAN_H

#include "plan/body.h"

typedef enum {
    B_LEAF,   /* the caller's const array */
    B_TABLE,  /* static const table */
    B_WORK,   /* in the work memory */
    B_RESULT, /* the caller's array for a result */
    B_LOCAL   /* rank 0: C locals */
} buffer_kind;

struct buffer {
    buffer_kind kind;
    int id;
    const node *node; /* what it holds (first of all, if reused in place) */
    type type;
    int result;      /* B_RESULT: index of the result */
    bool redirect;   /* B_RESULT: takes a place in the work memory when the caller's pointer is NULL */
    bool by_rows;    /* redirected: to one row, which every step of its loop overwrites */
    bool if_wanted;  /* B_RESULT: the state a loop ends with, stored there when the caller's pointer is not NULL */
    bool by_value;   /* B_RESULT: a field of the result struct, not a pointer (the loss) */
    bool read;       /* read from memory by a step */
    int parts;       /* B_LOCAL: parts that are read, 1 re, 2 im */
    bool outside;    /* B_LOCAL: declared before the condition its step stands in */
    bool scratch;    /* belongs to one kernel call */
    bool automatic;  /* a small array of the loop: a C array of its own, not in the work memory */
    bool zeroed;     /* automatic: declared with zeros */
    int first, last; /* steps that touch it */
    size_t offset, bytes;
    buffer *over;      /* written in place over this one, which dies in the same step */
    int64_t pieces;    /* not 0: holds one of so many pieces at a time, that of the strip its steps are in */
    const char *label; /* for its name, when its node's says too little */
    const char *var;   /* printer: its name in the C text */
};

typedef enum { ROOT_STORE, ROOT_SUM, ROOT_MAX, ROOT_MIN, ROOT_ARGMAX, ROOT_ARGMIN } root_kind;

typedef struct root { /* something a loop delivers: dst[at] = value, or a reduction of it over `reduced` variables */
    root_kind kind;
    const node *node;  /* what it computes */
    const node *value; /* the node evaluated in the loop: node itself, or the operand of the reduction */
    affine idx[MAX_RANK];
    buffer *dst;
    affine at;        /* in elements of dst */
    unsigned reduced; /* mask of loop variables */
    uint64_t wanted;
    int step;
    sval val;
    bool store; /* its memory is needed; else only the value, by other roots of the loop */
} root;

typedef struct operand { /* of a kernel, per item of the loops around the call */
    buffer *buf;
    affine at;
    bool flipped; /* matmul: stored transposed */
} operand;

typedef struct call { /* a kernel call inside loops over `batch` */
    const node *node;
    const char *fn; /* "dspc_conv_f64": precision resolved by the printer from '@F', '@Z' */
    space batch;
    operand out;
    int nargs;
    operand arg[OP_MAX_ARGS];
    bool adds; /* adds into its result: cleared before */
    int plan;  /* index in plans; -1: none */
    int nsizes;
    int64_t size[OP_MAX_STATIC + 2 * MAX_RANK];
    buffer *scratch;
    int64_t pieces; /* a transform in a strip: does one of so many parts of its batch at a time */
} call;

typedef struct fft_plan { /* prepared in _init; equal ones are shared by all functions */
    op_id op;
    int rank;
    int64_t n[3], howmany, sign;
} fft_plan;

typedef enum { STEP_LOOP, STEP_CLEAR, STEP_CALL, STEP_SCAN } step_kind;

typedef struct plan plan;

typedef struct keeper { /* a loop whose states are kept at some steps only, and the one that goes back over them */
    const node *loop, *reverse;
    int64_t slots, every; /* every: steps between two slots; 0: by the binomial schedule */
    size_t bytes;         /* of all slots */
    bool *state;          /* by state: has slots */
    buffer **slot;        /* by state: [slots, ...] */
    buffer *at;           /* int [slots + 1]: the step that a slot holds the states before; last: the newest slot */
} keeper;

typedef enum {
    STATE_NONE,  /* not an array state: a scalar, one that nothing needs, or no state */
    STATE_FIXED, /* the body does not change it */
    STATE_PLACE, /* every element is read for the last time where its next value is written */
    STATE_COPY,  /* small: the next one is copied over it */
    STATE_SWAP,  /* two arrays take turns */
    STATE_ROWS   /* the next one is a row of what is collected: the state is a pointer to the row before */
} state_kind;

typedef struct row_run { /* rows of a slice that lie evenly, up to step `until` */
    int64_t until;
    operand from;     /* where the row of step 0 would lie */
    int64_t apart;    /* elements from one row to the next */
    const node *same; /* or: scalars that are all this constant */
} row_run;

enum { MAX_RUNS = 4 };

typedef struct row_runs { /* of a slice: one run, more when the slice is put together from several arrays */
    int n;
    row_run run[MAX_RUNS];
} row_runs;

typedef struct scan_step { /* a loop of the source */
    const node *node;
    plan *body;
    const node **part;       /* by result of the body: the part that is used, or NULL */
    state_kind *kind;        /* by argument */
    buffer **state;          /* by argument: where an array state lives */
    buffer **next;           /* by argument: STATE_COPY, STATE_SWAP: where the body puts the next one */
    int *row;                /* by argument: STATE_ROWS: the result that is collected */
    sval *value;             /* by argument: a scalar state before the first step, or a scalar constant */
    operand *arg;            /* by argument: an array constant; STATE_ROWS: the state before the first step */
    row_runs *slice;         /* by argument */
    buffer *work;            /* the body's work memory */
    const keeper *keep;      /* the loop puts its states into slots, or reads them there */
    struct scan_step *again; /* of the loop that reads them: the other one, run again */
} scan_step;

typedef struct step {
    step_kind kind;
    int index;
    uint64_t wanted; /* results that need it; ALWAYS: all */
    uint64_t limit;  /* results that have all it reads computed: `wanted` stays within */
    uint64_t guard;  /* when not 0: runs only if one of these results is asked for */
    /* STEP_LOOP */
    space space;
    VEC(root *) roots;
    sxb *body;
    /* STEP_CLEAR */
    buffer *cleared;
    /* STEP_CALL */
    call *call;
    /* STEP_SCAN */
    scan_step *scan;
    VEC(buffer *) touched;
    int64_t pieces;  /* in a strip of so many pieces */
    int strip_steps; /* first of a strip: how many steps it has */
} step;

#define ALWAYS ((uint64_t)1 << 63)

typedef struct info { /* what is decided of a node */
    bool live, stored, operand;
    double sites; /* places it is evaluated at, if inlined */
    double cost;  /* operations to recompute it from what is stored for sure */
    int loads;
    uint64_t wanted;
    buffer *buf;
    root *root;
    int step;     /* that has it ready; -1: there from the start */
    keeper *keep; /* of both loops */
    bool kept;    /* a stack that is not made: its rows are read in slots */
} info;

typedef VEC(fft_plan) fft_plans;

struct plan {
    arena *mem;
    const graph *graph;
    info *info; /* by node id */
    VEC(step *) steps;
    VEC(buffer *) buffers;
    fft_plans *plans; /* of the whole program */
    size_t work_bytes;
    size_t real_bytes; /* 4 or 8 */
    bool *force;       /* by node id: must be stored, found out while lowering */
    uint64_t nullable; /* results whose pointer may be NULL */
    bool *needed;      /* by result */
    bool body;         /* of a scan: scalars in and out are C locals */
    buffer **result;   /* by result: where it is delivered */
};

/* The loss and its tangent: numbers in the result struct, never NULL, where everything else is a pointer. */
bool result_by_value(const result *r);
/* Plans one function. `plans` collects its FFT plans. */
plan *plan_function(arena *a, const graph *g, int precision, fft_plans *plans);
/* Steps of the forward loop that run again on the way back, beyond the sweep that gives the value. */
int64_t steps_run_again(int64_t trip, int64_t slots, int64_t every);
/* The plan as text, for `dspc dump --after=plan`. */
void plan_print(strbuf *out, const plan *p);

/* ---- between the files of plan/ -------------------------------------------------------------------------------- */
typedef struct lowering {
    plan *plan;
    sxb *b;
    space space;
    int here;         /* the step being lowered: its own roots are values, not loads; -1: none */
    const root *self; /* here -1: the root being lowered */
    const node *fail; /* an array that must be stored first */
    struct memo **slot;
    int nslots;
} lowering;

lowering *lowering_new(plan *p, sxb *b, const space *s, int here);
sval lower(lowering *l, const node *n, const affine *idx); /* lower.c */
void choose_kept(plan *p);                                 /* keep.c */
void make_slots(plan *p, keeper *k);
void touch_slots(plan *p, step *s, const keeper *k);
int64_t ceil_sqrt(int64_t n); /* revolve.c */
int64_t slots_for_every(int64_t trip, int64_t every);
int64_t revolve_step(int64_t steps, int64_t slots); /* from a kept state to the next, with so many free slots */
enum { MOST_TERMS = 8 };
bool short_sum(const plan *p, const node *n);
void choose_stored(plan *p);                                                                    /* store.c */
bool view_of(const plan *p, const node *n, const node **base, affine *offset, int64_t *stride); /* operand.c */
bool operand_ready(const plan *p, const node *n, int core, bool *flipped);
call *make_call(plan *p, const node *n); /* call.c */
void choose_fft_plan(plan *p, call *c, bool dies);
int kernel_core(const plan *p, const node *n, int k); /* trailing axes of argument k one call takes; -1: all of them */
bool add_scan(plan *p, const node *n);                /* scan.c */
state_kind choose_state(const plan *body, const node *scan, int k); /* state.c */
void postpone_states(plan *p, const node *scan);
bool small_array(const type *t); /* may be a C array of its own within a loop */
bool feeds_transform(const plan *p, const buffer *b);
plan *plan_body(plan *outer, const node *scan, bool *needed); /* memory.c */
operand whole_operand(const plan *p, const node *n);
operand row_operand(const plan *p, const node *n, int64_t *apart); /* elements from one row to the next */
bool slice_rows(const plan *p, const node *n, row_runs *out);      /* rows.c; false: the slice must be stored first */
void need_rows(plan *p, const node *n);
void need_operand(plan *p, const node *n, int core, bool may_flip); /* store.c */
step *new_step(plan *p, step_kind kind, uint64_t wanted);
void touch(plan *p, step *s, buffer *b);
void note_reads(sx *x, int stamp); /* marks the buffers that x reads; stamp: any not used before */
/* A loop that stores the value of n in b; the step it is in, or -1 when something must be stored first. */
int store_copy(plan *p, const node *n, buffer *b, uint64_t wanted);
bool lower_steps(plan *p); /* reads.c; false: something more must be stored */
bool schedule(plan *p);    /* schedule.c; false: something more must be stored */
bool is_transform(op_id op);
int transform_rank(const node *n);
void cut_strips(plan *p); /* strip.c */
void extend_over_strips(const plan *p);
void lay_out(plan *p); /* memory.c */
buffer *buffer_new(plan *p, buffer_kind kind, const node *n, const type *t);
#endif
