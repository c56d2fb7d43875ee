# explain as a DSP person asks: what is read, how far it looks ahead, what folds over, what saturates, what gets no gradient.
. "$LIB"

cat >net.dsp <<'DSP'
pipeline net {
  input x : real[1600] @ 16kHz
  param w : real[4] = [1, 2, 2, 1]
  param dead : real[3] = [-50, -50, 1]

  low = conv(x, w, mode=full)[0:1600]
  y = low[0:1600:4]
  output low, y
  output late = delay(x, 10)
  loss sum(y^2) + sum(relu(dead)) + sum(tanh(dead))
}
DSP
status 0 dspc explain net.dsp
err_is_empty
out_has 'low          one value every 1 sample (0.0625 ms), from 4 samples (0.25 ms); causal, no latency of its own'
out_has 'y            one value every 4 samples (0.25 ms), from 4 samples (0.25 ms); causal, no latency of its own'
out_has 'late         one value every 1 sample (0.0625 ms), from 1 sample (0.0625 ms); the newest is 10 samples (0.625 ms) old'
out_has 'line 7, 0:1600:4: keeps one of 4: what line 6 leaves above 2000 Hz folds over'

status 0 dspc explain --measure net.dsp
out_has 'x to low: group delay 1.5 samples (0.0938 ms) in the mean' # linear phase: (4 - 1)/2
out_has 'x to late: group delay 10 samples (0.625 ms) in the mean, spread 0'
out_has 'line 10, relu: 66.7 % of 3 stand at zero'
out_has 'line 10, tanh: 66.7 % of 3 have a slope below 1 %'
out_has 'dead'
out_has '2 of 3 get none'

status 0 dspc explain --json net.dsp
out_has '"name": "late", "reads_signal": true, "every": 1, "first": -10, "last": -10'

# A slice of the bare signal is a warning, and still compiles.
echo 'pipeline p {
  input x : real[64] @ 8kHz
  output y = x[::2]
}' >bare.dsp
status 0 dspc explain bare.dsp
err_has 'warning[W0105]: one sample of 2 is kept, and nothing before limits the band: what lies above 2000 Hz folds over'
