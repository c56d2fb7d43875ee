. "$LIB"
seq 1 9 >nine.csv
status 0 dspc run fir.dsp --in x=x.csv --in d=d.csv --in h=0.25
out_has 'loss = '
cat >h.csv <<'CSV'
0.25, 0.5, 0.25
CSV
status 0 dspc run fir.dsp --in x=x.csv --in d=d.csv --in h=h.csv --out y=y.csv --out loss=loss.txt --out h=same.csv
near y.csv 1e-12 1 2 3 4 5 6 7 5.75
near loss.txt 1e-12 0
near same.csv 0 0.25 0.5 0.25
# single precision differs, a little
status 0 dspc run fir.dsp --precision=f32 --in x=x.csv --in d=d.csv --in h=h.csv --out y=y32.csv
near y32.csv 1e-5 1 2 3 4 5 6 7 5.75
# the rate travels: to a sound file and back, and the pipeline checks it
if dspc --version | grep -q 'libsndfile *[0-9]'; then
  status 0 dspc run fir.dsp --in x=x.csv --in d=d.csv --out y=y.wav
  status 0 dspc run fir.dsp --in x=y.wav --in d=d.csv --out y=back.csv
  near back.csv 1e-6 1 2 3 4 5 6 7 8
  sed 's/16kHz/48kHz/' fir.dsp >fast.dsp
  status 1 dspc run fast.dsp --in x=y.wav --in d=d.csv
  err_has 'sample rate'
  err_has '@ 16000Hz'
fi
status 0 dspc run fir.dsp --in x=x.csv --in d=d.csv --out y=y.npy
status 0 dspc run fir.dsp --in x=y.npy --in 'd=x.csv[0:8]' --out loss=-
out_has 'loss = 0'
status 0 dspc run fir.dsp -D N=@nine.csv --in x=nine.csv --in d=nine.csv --out loss=-
out_has 'loss = 0'
# from standard input; sizes from the command line; several pipelines in a file
"$DSPC" run - -D N=4 --in 'x=x.csv[0:4]' --in 'd=x.csv[0:4]' --out loss=- <fir.dsp >out 2>err || die "standard input"
out_has 'loss = 0'
cat >two.dsp <<'DSP'
pipeline one { input x : real
  output y = x + 1 }
pipeline other { input x : real
  output y = 2*x }
DSP
status 2 dspc run two.dsp --in x=1
err_has 'one, other'
status 0 dspc run two.dsp --pipeline=other --in x=21
out_has 42
status 2 dspc run two.dsp --pipeline=othr --in x=1
err_has "did you mean 'other'?"

# A rate given to a value inside the pipeline reaches the sound file.
echo 'pipeline p {
  input x : real[8]
  output y = at_rate(x, 22.05kHz)
}' >rated.dsp
status 0 dspc run rated.dsp --in x=x.csv --out y=y.wav

# the initial value of a param is made of constants of the pipeline, and of the shapes of its signals
cat >initial.dsp <<'P'
pipeline initial {
  input x : real[3]
  c = [1.0, 2, 3]
  param w : real[3] = c*2 + ones(shape(x))
  output y = w
}
P
status 0 dspc run initial.dsp --in x=0 --out y=initial.csv
near initial.csv 1e-12 3 5 7
