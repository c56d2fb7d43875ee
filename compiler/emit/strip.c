/* strip.c: a run of steps as one loop over the pieces they share. */
#include "emit/nest.h"

int emit_strip(emitter *e, const plan *p, int first, const bool *primal) {
    int n = p->steps.data[first]->strip_steps;
    long long pieces = (long long)p->steps.data[first]->pieces;
    nest **loop = NEW_ARRAY(e->mem, nest *, n);
    line(e, "/* The next %d steps go through %lld pieces, one at a time. */", n, pieces);
    for (int k = 0; k < n; k++) {
        const step *s = p->steps.data[first + k];
        declare_buffers(e, s);
    }
    for (int k = 0; k < n; k++)
        if (p->steps.data[first + k]->kind == STEP_LOOP) loop[k] = nest_open(e, p->steps.data[first + k]);
    int scope = name_scope(&e->names);
    open_block(e, "for (int i = 0; i < %lld; i++)", pieces);
    for (int k = 0; k < n; k++) {
        const step *s = p->steps.data[first + k];
        if (k > 0) blank(e);
        source_comment(e, s, primal);
        if (s->kind == STEP_CALL) emit_call(e, s->call, 1);
        else if (loop[k]) nest_piece(loop[k]);
    }
    close_block(e);
    name_leave(&e->names, scope);
    for (int k = 0; k < n; k++)
        if (loop[k]) nest_close(loop[k]);
    return first + n;
}
