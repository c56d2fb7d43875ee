/* inline_custom.c: what only differentiation needed goes: custom becomes its body, stop_gradient its argument.
 * Requires: the derivatives have been taken. Maintains: values. Breaks: nothing; afterwards there is no custom node. */
#include "opt/rewrite.h"

static node *rule(void *context, graph *dst, const node *old, node *const *args, const int *uses) {
    (void)uses;
    (void)context;
    if (old->op == OP_stop_gradient) return args[0];
    if (old->op != OP_custom) return NULL;
    node *out;
    graph_inline(dst, old->body, args, &out);
    return out;
}

graph *pass_inline_custom(arena *a, const graph *g) {
    bool changed = true; /* a body may hold customs of its own */
    graph *out = NULL;
    while (changed) {
        changed = false;
        out = rewrite(a, g, rule, NULL, &changed);
        g = out;
    }
    return out;
}
