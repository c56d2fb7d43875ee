/* loop_memory.h: --checkpoint and --memory. */
#ifndef DSPC_LOOP_MEMORY_H
#define DSPC_LOOP_MEMORY_H

#include "driver/options.h"
#include "ir/graph.h"

bool checkpoint_read(const char *text, scan_keep *out); /* all, every:K, sqrt, binomial:S */
bool bytes_read(const char *text, int64_t *out);        /* 65536, 64K, 1.5M, 1G, in powers of 1024 */
/* What the command line asks for. */
loop_memory loop_memory_of(const options *o, int precision);

#endif
