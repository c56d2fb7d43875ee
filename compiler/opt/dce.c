/* dce.c: drops what no result needs; rebuilding merges equal nodes on the way.
 * Requires: a verified graph. Maintains: everything a result depends on. Breaks: node numbers. */
#include "opt/opt.h"

graph *pass_dce(arena *a, const graph *g) {
    return graph_prune(a, g);
}
