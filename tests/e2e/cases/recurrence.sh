# linear time-invariant recurrences become recursive filters, with the same numbers; others stay loops.
. "$LIB"
cat >rec.dsp <<'P'
size N = 100
pipeline rec {
  input x : real[N]
  param b : real[2] = [1, 0.5],  a : real[2] = [-1.2, 0.6], s : real[2] = [0.3, -0.7], c : real = 0.25
  for n in 0..N from y[-1] = s[0], y[-2] = s[1] {
    w = b[0]*x[n] + b[1]*x[n-1]*n/N
    y[n] = (w - a[0]*y[n-1])/(1 + c) - (a[1]*y[n-2] - c)
    z[n] = tanh(y[n]) + y[n-2]*x[n] - y[n-1]^2
  }
  m = 0.0
  for n in 0..N {
    m = m + c*(y[n] - m)
    q[n] = m
  }
  output y, z, q
  loss sum(z^2) + sum(q*y) + 3*m + y[N - 1]^2
}
P
grad() { # grad NAME OPTION...
  name=$1; shift
  status 0 dspc grad rec.dsp --in x=0.3 --wrt=x "$@" --out loss=$name.loss.txt --out grad.a=$name.a.txt --out grad.b=$name.b.txt --out grad.s=$name.s.txt \
    --out grad.c=$name.c.txt --out grad.x=$name.x.txt --out y=$name.y.txt --out z=$name.z.txt --out q=$name.q.txt
  cat $name.loss.txt $name.a.txt $name.b.txt $name.s.txt $name.c.txt $name.x.txt $name.y.txt $name.z.txt $name.q.txt | tr -s ' ,\t' '\n' | grep . >$name.txt
}
grad filter
grad loop --checkpoint=every:100 # loops that say how they keep their states stay loops
[ "$(wc -l <filter.txt)" = 408 ] || die "not all numbers are there"
cat filter.txt loop.txt >both
awk '{ v[NR] = $1 } END { n = NR/2; for (i = 1; i <= n; i++) { d = v[i] - v[n + i]; s = v[i]; if (s < 0) s = -s; if (d < 0) d = -d; if (d > 1e-11*(1e-3 + s)) exit 1 } }' both ||
  die "other numbers"
status 0 dspc build rec.dsp -o filter
grep -q dspc_allpole filter/rec.c || die "no filter"
grep -q 'for (int n' filter/rec.c && die "a loop over time"
status 0 dspc build rec.dsp -o loop --checkpoint=every:100
grep -q dspc_allpole loop/rec.c && die "a filter"
status 0 dspc check rec.dsp

cat >varying.dsp <<'P'
pipeline varying {
  input x : real[50], g : real[50]
  param a : real = 0.5
  for n in 0..50 {
    y[n] = x[n] + a*g[n]*y[n-1]
  }
  loss sum(y^2)
}
P
status 0 dspc build varying.dsp -o varying
grep -q dspc_allpole varying/varying.c && die "its coefficient changes"
exit 0
