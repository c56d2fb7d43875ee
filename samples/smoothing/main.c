/* main.c: the generated code inside a program: the smoothed signal, and the gradient of sum(y^2)/2 to every tap. */
#include <stdio.h>

#include "smooth.h"

static _Alignas(64) unsigned char memory[SMOOTH_WORK_BYTES ? SMOOTH_WORK_BYTES : 1]; /* no malloc anywhere */

static void print(const char *name, const float *v, int n) {
    printf("%-6s", name);
    for (int i = 0; i < n; i++) printf(" %g", (double)v[i]);
    printf("\n");
}

int main(void) {
    const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, h[3] = {0.25f, 0.5f, 0.25f};
    float y[8], dh[3];
    smooth s;
    const smooth_in in = {.x = x};
    const smooth_params params = {.h = h};
    smooth_out out = {.y = y};
    smooth_grad grad = {.h = dh};

    int status = smooth_init(&s, memory, sizeof memory);
    if (status == DSPC_OK) status = smooth_gradient(&s, &in, &params, &out, &grad);
    smooth_free(&s);
    if (status != DSPC_OK) {
        fprintf(stderr, "smooth: %s\n", dspc_status_text(status));
        return 1;
    }
    print("y", y, 8);
    print("loss", &out.loss, 1);
    print("dL/dh", dh, 3);
    return 0;
}
