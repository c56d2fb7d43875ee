. "$LIB"
status 0 dspc check fir.dsp
out_has 'whole pipeline fir'
out_has 'the derivatives are right'
! grep -q FAIL out || die "nothing fails"
status 0 dspc check fir.dsp --json --points=1 --seed=7
out_has '"verdict": "ok"'
# a wrong rule: status 3, and the line where it stands
cat >wrong.dsp <<'DSP'
def cube(x: real[...]) = x*x*x
rule cube(x) given dy { dx = 2*x*x*dy }
pipeline wrong { input x : real[8]
  param g : real[8] = 0.5
  loss sum(cube(g*x)) }
DSP
status 3 dspc check wrong.dsp
out_has 'wrong.dsp:2:'
out_has 'the rule is not the derivative of its definition'
status 3 dspc check wrong.dsp --json
out_has '"verdict": "fail"'
sed 's/2\*x\*x/3*x*x/' wrong.dsp >right.dsp
status 0 dspc check right.dsp
# a surrogate is told of, not failed
sed 's/^rule cube/rule surrogate cube/' wrong.dsp >surrogate.dsp
status 0 dspc check surrogate.dsp
out_has 'the rule is a surrogate'
# the same in a loop: the rule is named, not just the whole
for kind in wrong right surrogate; do
  sed 's/^  loss.*/  for n in 0..8 { y[n] = cube(g[n]*x[n]) }\n  loss sum(y) }/' $kind.dsp >$kind-loop.dsp
done
status 3 dspc check wrong-loop.dsp
out_has 'wrong-loop.dsp:2:'
out_has 'the rule is not the derivative of its definition'
status 0 dspc check right-loop.dsp
out_has 'rule cube(real)'
status 0 dspc check surrogate-loop.dsp
out_has 'contains a surrogate'
# stop_gradient takes a part out of the derivative on purpose: told of, unless it changes nothing
sed 's/^  loss.*/  loss sum(g^2*stop_gradient(g*x)) }/' right.dsp >stopped.dsp
status 0 dspc check stopped.dsp
out_has 'stop_gradient leaves a part out'
sed 's/^  loss.*/  loss sum(g^2*stop_gradient(x)) }/' right.dsp >stopped.dsp
status 0 dspc check stopped.dsp
! grep -q stop_gradient out || die "nothing is left out of the derivative"
# a pipeline of complex numbers and one that stands on singular points
cat >points.dsp <<'DSP'
pipeline points { input x : real[16]
  param a : real[16] = 1
  loss sum(abs(fft(a*x))) + sum(relu(x - x)) + sum(abs(0*a)) }
DSP
status 0 dspc check points.dsp
out_has 'abs at 0'
status 0 dspc check points.dsp --in x=0

# the closed form of the Kalman update's derivative, also where P0 and R are not symmetric
cat >kalman.dsp <<'P'
pipeline k {
  input y : real[6, 2], mask : int[6]
  param A : real[3, 3] = [[0.9, 0.1, 0], [-0.1, 0.8, 0.2], [0.05, 0, 0.7]], C : real[2, 3] = [[1, 0.5, 0], [0, 1, -0.3]]
  param LQ : real[3, 3] = [[0.5, 0, 0], [0.1, 0.4, 0], [0.2, 0.1, 0.3]], R : real[2, 2] = [[0.6, 0.3], [0.1, 0.5]]
  param x0 : real[3] = [0.1, 0.2, 0.3], P0 : real[3, 3] = [[1, 0.3, 0], [0.1, 1, 0.2], [0, 0.1, 1]]
  loss -kalman_loglik(y, A, C, covariance(LQ), R, x0, P0, mask=mask)
}
P
status 0 dspc check kalman.dsp
out_has 'rule kalman_correction'

# a rule whose def takes a Cholesky factor is tried with matrices that are not symmetric: a forgotten transpose shows
cat >transpose.dsp <<'P'
def quadratic(P: real[n, n], C: real[m, n], R: real[m, m]) = prod(diagonal(cholesky(symmetric_part(R))))*(C @ P @ C')
rule quadratic(P, C, R) given dy {
  d = prod(diagonal(cholesky(symmetric_part(R))))
  dP = d*(C' @ dy @ C)
  dC = d*(dy @ C @ P' + dy' @ C @ P)
  dR = 0.5*sum(dy*y)*inv(symmetric_part(R))
}
pipeline transpose {
  param P : real[2, 2] = [[2, 0.5], [0.5, 1]], R : real[2, 2] = [[1, 0.2], [0.2, 3]], C : real[2, 2] = [[1, 2], [3, 5]]
  loss sum(quadratic(P, C, R)^2)
}
P
status 0 dspc check transpose.dsp
sed "s/@ P' + dy'/@ P + dy'/" transpose.dsp >forgotten.dsp
status 3 dspc check forgotten.dsp
out_has 'forgotten.dsp:2:6: rule quadratic: the rule is not the derivative of its definition'
# a rule that gives an argument no gradient: the pipeline's own values are warned of, not those of the operator's test
cat >flat.dsp <<'P'
def first(x: real[n], p: real[n]) = x^2 + 0*p
rule first(x, p) given dy { dx = 2*x*dy; dp = zeros(shape(p)) }
pipeline flat {
  input x : real[3]
  param p : real[3] = 1, q : real[3] = 2
  loss sum(first(q*x, p))
}
P
status 0 dspc check flat.dsp
same "$(grep -c 'warning\[' err)" 1
