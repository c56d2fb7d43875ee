. "$LIB"
# Runs of steps that go through a picture row by row share memory for one row. What is cleared as a whole before the run, because
# the stores into it leave gaps, keeps all of its rows.
cat >strips.dsp <<'DSP'
pipeline strips {
  param x : real[63, 64] = 0.5
  param d : real[2, 3] = 0
  for f in 0..2 { y[f] = conv(x, d[f], mode=same)[:, ::3] }
  loss sum(y^2)
}
DSP
status 0 dspc check strips.dsp --points=1
out_has 'the derivatives are right'
