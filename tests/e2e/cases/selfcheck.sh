. "$LIB"
# the check program compiles without a warning, runs, and tells a wrong rule from a right one
libs=${DSPC_LIBS:-$(pkg-config --libs fftw3 fftw3f blas 2>/dev/null || echo -lfftw3 -lfftw3f -lblas)}
compile() {
  status 0 ${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I"$TOP/$BUILD/include" $1_check.c $1.c "$TOP/$BUILD/lib/libdspc.a" $libs -lpthread -lm ${SAN:+-fsanitize=address,undefined} -o check
}
cat >smooth.dsp <<'DSP'
size N = 32
pipeline smooth {
  input x : real[N], label : int
  param a : real[N] = 0.5, z : complex[N] = 1
  y = fft(a*x)*z
  output y
  loss sum(log(1 + abs2(y))) + label*sum(a^4) + sum(exp(re(z)))
}
pipeline plain {
  input x : real[N]
  param a : real[N] = 0.5
  output y = sin(a*x)
}
def cube(x: real[...]) = x*x*x
rule cube(x) given dy { dx = 2*x*x*dy }
pipeline wrong { input x : real[N]
  param g : real[N] = 0.5
  loss sum(cube(g*x)) }
DSP
for p in f32 f64; do
  status 0 dspc build smooth.dsp --selfcheck --precision=$p --wrt=x -q
  for name in smooth plain; do compile $name; status 0 ./check; out_has ok; done
  compile wrong
  status 3 ./check
  out_has FAIL
done
