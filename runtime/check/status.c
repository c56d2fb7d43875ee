/* The status codes in words. */
#include <dspc.h>

const char *dspc_status_text(int status) {
    switch (status) {
    case DSPC_OK: return "fine";
    case DSPC_E_WORK: return "the work memory is missing or too small";
    case DSPC_E_ALIGN: return "the work memory is not aligned to 64 bytes";
    case DSPC_E_ARG: return "a required pointer is NULL";
    case DSPC_E_PLAN: return "an FFT plan could not be made";
    default: return "unknown status";
    }
}
