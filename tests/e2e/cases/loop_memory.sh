# states of loops: every way of keeping them gives the same numbers; explain says what is kept and repeated.
. "$LIB"
cat >loop.dsp <<'P'
size N = 200
pipeline loop {
  input x : real[N], d : real[N]
  param b : real[2] = [1, 0.1],  a : real[2] = [-1.8, 0.9], M : real[2, 2] = [[0.5, 0.1], [-0.2, 0.4]]
  S = M
  for n in 0..N {
    u = b[0]*x[n] + b[1]*x[n-1] - a[0]*y[n-1] - a[1]*y[n-2] + S[0, 1]
    y[n] = u
    q = S[0]
    for m in 0..12 { q = 0.5*q + 0.01*u*a }
    S = M @ S + tanh(x[n]) + stack(q, q)
  }
  loss mse(y, d) + sum(S)
}
P
# One column of numbers, compared to 1e-13 of their size.
grad() { # grad NAME OPTION...
  name=$1; shift
  status 0 dspc grad loop.dsp --in x=0.3 --in d=0.1 --wrt=x "$@" --out loss=$name.loss.txt --out grad.M=$name.M.txt --out grad.a=$name.a.txt --out grad.x=$name.x.txt
  cat $name.loss.txt $name.M.txt $name.a.txt $name.x.txt | tr -s ' ,\t' '\n' | grep . >$name.txt
}
grad all --checkpoint=all
[ "$(wc -l <all.txt)" = 207 ] || die "not all numbers are there"
for how in checkpoint=sqrt checkpoint=every:7 checkpoint=every:199 checkpoint=binomial:2 checkpoint=binomial:17 memory=4K; do
  grad some --$how
  cat all.txt some.txt >both
  awk '{ v[NR] = $1 } END { n = NR/2; for (i = 1; i <= n; i++) { d = v[i] - v[n + i]; s = v[i]; if (s < 0) s = -s; if (d < 0) d = -d; if (d > 1e-13*(1e-3 + s)) exit 1 } }' both ||
    die "$how: other numbers"
done
status 0 dspc explain loop.dsp --checkpoint=binomial:17
out_has 'line 6, 200 steps: keeps 17 states by the binomial schedule'
out_has 'line 10, 12 steps within a loop: keeps no state'
status 0 dspc explain loop.dsp --checkpoint=every:20
out_has 'keeps the states every 20 steps and those of one segment (29)'
out_has 'runs 190 steps again'
status 0 dspc explain loop.dsp
out_has 'runs no step again'
status 0 dspc explain loop.dsp -D N=4000000
out_has 'keeps the states every 2000 steps'
status 0 dspc explain loop.dsp --json --memory=2K
out_has '"steps_again": '
status 1 dspc explain loop.dsp --memory=100
err_has 'do not hold two states of 2 loops'
status 0 dspc check loop.dsp -D N=20 --checkpoint=binomial:4

# nothing else of full length stays in the work memory, in any function
cat >long.dsp <<'P'
size N = 100000
pipeline lengthy {
  input x : real[N], d : real[N]
  param sos : real[2, 6] = 0.1
  y = sosfilt(x, sos)
  output y
  loss mse(y, d)
}
P
status 0 dspc build long.dsp -o here --checkpoint=binomial:100 --jvp --hvp --precision=f64
bytes=$(sed -n 's/.*LENGTHY_WORK_BYTES = \([0-9]*\).*/\1/p' here/lengthy.h)
[ "$bytes" -lt 16000 ] || die "$bytes bytes of work memory"
[ "$(wc -c <here/lengthy.c)" -lt 60000 ] || die "long C"
status 0 dspc build long.dsp -o here --memory=4K --precision=f64
bytes=$(sed -n 's/.*LENGTHY_WORK_BYTES = \([0-9]*\).*/\1/p' here/lengthy.h)
[ "$bytes" -lt 5000 ] || die "$bytes bytes of work memory"

# ten minutes at 48 kHz through six biquads: the states that are kept, beside the caller's input and target
cat >ten.dsp <<'P'
size N = 600s * 48kHz
pipeline ten {
  input x : real[N] @ 48kHz, d : real[N] @ 48kHz
  param sos : real[6, 6] = 0.1
  loss mse(sosfilt(x, sos), d)
}
P
status 0 dspc build ten.dsp -o here --precision=f64
bytes=$(sed -n 's/.*TEN_WORK_BYTES = \([0-9]*\).*/\1/p' here/ten.h)
[ "$bytes" -lt 1200000 ] || die "$bytes bytes of work memory for ten minutes"
[ "$(wc -c <here/ten.c)" -lt 30000 ] || die "long C"

# C text does not depend on the number of steps, and stays short
for steps in 1000 20000; do
  for kept in --checkpoint=all --checkpoint=sqrt --checkpoint=binomial:12 --memory=26000; do
    for bits in 32 64; do
      status 0 dspc build "$TOP/tests/bench/kalman.dsp" -o here --precision=f$bits --wrt=y $kept -D T=$steps
      [ "$(wc -c <here/kalman.c)" -lt 30000 ] || die "$(wc -c <here/kalman.c) bytes of C for $steps steps, $kept"
    done
  done
done
