/* Resampling by ratios: zeros between samples, an FIR filter, and a choice of its samples. */
#include "kernels/cpu.h"

#define DSPC_TEMPLATE "kernels/sampling/updown_template.h"
#include "kernels/each_type.h"
