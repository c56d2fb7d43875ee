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
# a pipeline of complex numbers and one that stands on singular points
cat >points.dsp <<'DSP'
pipeline points { input x : real[16]
  param a : real[16] = 1
  loss sum(abs(fft(a*x))) + sum(relu(x - x)) + sum(abs(0*a)) }
DSP
status 0 dspc check points.dsp
out_has 'abs at 0'
status 0 dspc check points.dsp --in x=0
