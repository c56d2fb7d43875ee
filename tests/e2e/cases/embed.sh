. "$LIB"
# the generated code in a C program of one's own, both precisions, numbers as expected
cat >main.c <<'C'
#include "fir.h"
#include <stdio.h>
#include <stdlib.h>
#ifdef DOUBLE
typedef double real;
#else
typedef float real;
#endif
int main(void) {
    real x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, d[8] = {0}, h[3] = {0.25, 0.5, 0.25}, y[8], gh[3];
    void *work = NULL;
    fir self;
    if (posix_memalign(&work, 64, FIR_WORK_BYTES + 64) != 0) return 1;
    fir_in in = {x, d};
    fir_params p = {h};
    fir_out out = {y, 0};
    fir_grad g = {gh};
    if (fir_init(&self, work, FIR_WORK_BYTES) != 0 || fir_gradient(&self, &in, &p, &out, &g) != 0) return 1;
    for (int i = 0; i < 8; i++) printf("%.9g\n", (double)y[i]);
    printf("%.9g\n%.9g\n", (double)out.loss, (double)gh[1]);
    fir_free(&self);
    free(work);
    return 0;
}
C
for p in f32 f64; do
  [ $p = f64 ] && flag=-DDOUBLE || flag=
  status 0 dspc build fir.dsp --precision=$p -q
  libs=${DSPC_LIBS:-$(pkg-config --libs fftw3 fftw3f blas 2>/dev/null || echo -lfftw3 -lfftw3f -lblas)}
  status 0 ${CC:-cc} -D_POSIX_C_SOURCE=200809L $flag -I"$TOP/$BUILD/include" main.c fir.c "$TOP/$BUILD/lib/libdspc.a" $libs -lpthread -lm ${SAN:+-fsanitize=address,undefined} -o main
  status 0 ./main
  # loss: mean of y^2; dh[1] = 2/8 sum y x
  near out 1e-4 1 2 3 4 5 6 7 5.75 21.6328125 46.5
done
