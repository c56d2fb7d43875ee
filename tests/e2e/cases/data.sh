. "$LIB"
# what is wrong with data is told precisely, and how to mend it
seq 1 9 >nine.csv
status 1 dspc run fir.dsp --in x=nine.csv --in d=d.csv
err_has 'expected real[8] @ 16000Hz, found real[9]'
err_has '-D N=9'
err_has 'nine.csv[0:8]'
printf '1 2\n3 x\n' >bad.csv
status 1 dspc run fir.dsp --in x=bad.csv --in d=d.csv
err_has "bad.csv: 2:3: a number expected, found 'x'"
printf '1 2 3 nan 5 6 7 8\n' >nan.csv
status 1 dspc run fir.dsp --in x=nan.csv --in d=d.csv
err_has 'a NaN at [3]'
status 0 dspc run fir.dsp --allow-nonfinite --in x=nan.csv --in d=d.csv
status 4 dspc run fir.dsp --in x=nothere.csv --in d=d.csv
err_has 'cannot read nothere.csv'
printf 'not an array' >bad.npy
status 1 dspc run fir.dsp --in x=bad.npy --in d=d.csv
err_has 'not an NPY file'
status 0 dspc run fir.dsp --in x=1 --in d=1 --out loss=-
out_has 'loss = 0'
status 4 dspc run nothere.dsp --in x=1
err_has 'nothere.dsp'
# a file that cannot be written leaves what was there alone
status 4 dspc run fir.dsp --in x=x.csv --in d=d.csv --out y=no/such/folder/y.csv
err_has 'cannot write y'
printf 'pipeline c { input k : int\n output y = k + 1 }\n' >int.dsp
status 0 dspc run int.dsp --in k=41
out_has 42
status 1 dspc run int.dsp --in k=1.5
err_has 'is int'
# half a sound file
if dspc --version | grep -q "libsndfile  *[0-9]"; then
  status 0 dspc run fir.dsp --in x=1 --in d=1 --out y=whole.wav
  head -c 60 whole.wav >half.wav
  status 1 dspc run fir.dsp --in x=half.wav --in d=1
  err_has 'truncated: the header promises'
fi
