/* check.h: dspc check: what is tested, what was measured, what it means.
 *
 * A subject is a small pipeline y = op(args), loss = <w, y> for one operator with the types it is used with, or the
 * whole pipeline. It is compiled in double and in single precision with all its derivatives, and measured at random
 * points:
 *   dot      <w, J v> against <J^T w, v>: forward derivative against reverse one, residual over the norms
 *   Taylor   slope of |f(x + h v) - f(x) - h <g, v>| over h: 2 when g is the gradient, 1 when it is not
 *   Hessian  slope of |f(x + h v) - f(x) - h <g, v> - h^2/2 <v, H v>|: 3 when H v is right
 *   f32      value and gradient in single against double precision
 *   singular arguments that stood exactly on a point where the operator has no derivative */
#ifndef DSPC_CHECK_H
#define DSPC_CHECK_H

#include "driver/compile.h"

typedef enum { SUBJECT_OPERATOR, SUBJECT_RULE, SUBJECT_SURROGATE, SUBJECT_PIPELINE } subject_kind;

typedef struct slope { /* of a Taylor remainder */
    bool measured;
    bool exact; /* the remainder is rounding at every h */
    double value;
    double difference; /* relative error of the derivative against a central difference; NAN: not taken */
} slope;

typedef struct measures { /* the worst over the points */
    double dot64, dot32;
    slope taylor, hessian;
    double symmetry; /* <u, H v> against <v, H u> */
    double round_value, round_gradient;
    int64_t nonfinite; /* values or derivatives that are not finite */
} measures;

typedef struct singular_hit {
    const char *text; /* "abs at 0" */
    loc at;
    int64_t count; /* over all points */
} singular_hit;

typedef enum { VERDICT_OK, VERDICT_NOTE, VERDICT_SURROGATE, VERDICT_FAIL } verdict;

typedef struct subject {
    subject_kind kind;
    const char *name;  /* "conv_", "quantize", the pipeline's */
    const char *types; /* "real[64], real[5]" */
    loc at;            /* the user's line; of a rule: where it stands */
    const char *where; /* the user's words there */
    int uses;          /* places with the same operator and types */
    program *prog;
    derived graphs; /* optimised */
    functions fns;
    const node *node;            /* SUBJECT_OPERATOR and rules: in the pipeline's graph */
    bool kinks;                  /* min, max, abs and the like: only piecewise smooth */
    bool has_surrogate;          /* SUBJECT_PIPELINE: its derivative is deliberately not the true one */
    bool has_stop;               /* SUBJECT_PIPELINE: it may not be, by stop_gradient */
    bool much_work;              /* it computes so much that optimised code pays */
    instance *x64, *x32, *probe; /* while it is measured */
    VEC(singular_hit) hits;
    measures m;
    verdict verdict;
    const char *reason; /* of a failure or a note */
} subject;

typedef struct subjects {
    VEC(subject) v;
    int skipped; /* operators without a derivative to test: indices, comparisons, zero by definition */
} subjects;

/* check_subjects.c */
bool check_has_params(const program *p);
bool collect_subjects(job *j, const loaded *l, const program *p, subjects *out);
/* check_probe.c: the pipeline that counts elements on singular points; NULL: it has no operator with such points. */
program *singular_probe(job *j, const program *p, subject *s);
/* check_measure.c */
bool measure_subject(job *j, const session *ss, subject *s, int point, const char **why); /* false: a function failed */
/* check_random.c: values for leaves */
typedef struct random_state {
    uint64_t s;
} random_state;
double random_uniform(random_state *r); /* 0 <= u < 1 */
double random_normal(random_state *r);
double random_spread(random_state *r); /* uniform, mean 0, variance 1: cheap, for directions */
void random_leaf(random_state *r, const subject *s, const session *ss, const leaf_info *leaf, const slot *at,
                 double *v);
/* check_report.c */
void judge_subject(job *j, subject *s);
void print_checks(job *j, strbuf *out, const program *p, const subjects *s);
void print_checks_json(job *j, strbuf *out, const program *p, const subjects *s);

#endif
