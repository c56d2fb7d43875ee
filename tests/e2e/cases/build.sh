. "$LIB"
# the C compiles without a warning in every shape it comes in, from a folder that build makes
status 0 dspc build fir.dsp -o deep/er
out_has deep/er/fir.c
for p in f32 f64; do
  status 0 dspc build fir.dsp -o out.$p --precision=$p --jvp --vjp --hvp --wrt=x -D N=100 -q
  [ ! -s out ] || die "-q is quiet"
  status 0 ${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I"$TOP/$BUILD/include" -c out.$p/fir.c -o fir.o
done
# same input, same bytes
status 0 dspc build fir.dsp -o again -q
cmp deep/er/fir.c again/fir.c && cmp deep/er/fir.h again/fir.h || die "not the same bytes"
# what cannot be built
printf 'pipeline p { input x : real[4]\n output y = 2*x }\n' >noloss.dsp
status 0 dspc build noloss.dsp -q
status 2 dspc build noloss.dsp --hvp
err_has 'no loss'
status 2 dspc build fir.dsp --wrt=z
err_has "has no such input"
status 2 dspc build fir.dsp --wrt=h
err_has 'params are always differentiated'
status 1 dspc build fir.dsp -D M=3
err_has 'M'
mkdir -p locked; echo keep >locked/fir.c
status 4 dspc build fir.dsp -o /proc/nowhere
