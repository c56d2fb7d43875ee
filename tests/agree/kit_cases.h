/* kit_cases.h: the case files that oracle.py writes: expressions with what NumPy, SciPy and torch say to them. */
#ifndef DSPC_TESTS_AGREE_KIT_CASES_H
#define DSPC_TESTS_AGREE_KIT_CASES_H

#include "sema/sema.h"

enum { CASE_INPUTS = 16 };

typedef struct case_input {
    const char *name;
    type type;
    double *value;    /* complex interleaved */
    double *gradient; /* expected, or NULL */
    bool written;     /* chosen values, singular points among them; else random ones */
} case_input;

typedef struct agree_case {
    const char *file, *name, *expression;
    int ninputs;
    case_input inputs[CASE_INPUTS];
    type type; /* of the expected value */
    double *value;
    bool differentiable; /* some input has a gradient */
} agree_case;

typedef struct case_list {
    VEC(agree_case) items;
} case_list;

/* Appends the cases of one file. False, with a message on standard error, when it cannot be read. */
bool read_cases(arena *a, const char *path, case_list *out);
/* Appends the cases of every file, in a fixed order. */
bool read_all_cases(arena *a, case_list *out);
/* The case as a pipeline of that name: inputs, an output `result`, and if wanted the loss Re sum conj(p_) result with
 * p_ an input of the shape of the result. */
void case_pipeline(strbuf *out, const agree_case *c, const char *name, bool with_loss);
/* The values of p_. */
double *case_projection(arena *a, const agree_case *c);
/* Numbers stored for a type: twice as many when complex. */
int64_t numbers_of(const type *t);
/* Values of the leaves of g by name: inputs of the case, and the projection. Others: NULL. */
double **case_leaves(arena *a, const graph *g, const agree_case *c);
/* The session's reports or its program: the case elaborated. NULL with the reports in *why. */
const program *case_program(arena *a, session *s, const agree_case *c, const char **why);
/* The inputs a case is differentiated for. */
int case_wrt(const agree_case *c, const char **wrt);
/* NULL when `got` agrees with `want` to 1e-10 of its largest element; else a sentence. */
const char *disagreement(arena *a, const char *what, const double *got, const double *want, int64_t n,
                         double tolerance);

#endif
