. "$LIB"
status 2 dspc
status 2 dspc biuld fir.dsp
err_has "did you mean 'build'?"
status 2 dspc run fir.dsp --presicion=f32
err_has 'did you mean --precision?'
status 2 dspc run fir.dsp --steps=3
err_has 'dspc run has no option --steps'
status 2 dspc run fir.dsp --precision=f16
err_has "f32|f64"
status 2 dspc fit fir.dsp --steps=many
err_has 'whole number'
status 2 dspc fit fir.dsp --lr=-1
status 2 dspc run fir.dsp --in
err_has 'needs a value'
status 2 dspc run fir.dsp --in x
err_has 'NAME=FILE|NUMBER'
status 2 dspc run
err_has 'FILE.dsp'
status 2 dspc run a.dsp b.dsp
err_has 'one too many'
status 2 dspc run fir.dsp --in y=x.csv --in d=d.csv
err_has 'no such name'
status 2 dspc run fir.dsp --in x=x.csv
err_has "input 'd': real[8] has no value"
status 2 dspc run fir.dsp --in x=x.csv --in d=d.csv --out z=-
err_has 'no such name'
status 2 dspc run fir.dsp --in x=x.csv --in d=d.csv --out y=y.doc
err_has 'ending'
status 0 dspc --help
out_has 'Exit status'
for c in build run grad fit check explain ops graph dump fmt; do
  status 0 dspc $c --help; out_has 'examples:'; cp out help
  status 0 dspc help $c; cmp -s out help || die "help $c"
done
status 0 dspc --version
out_has libsndfile
err_is_empty

# how gradients keep the states of loops
status 2 dspc grad fir.dsp --checkpoint=square
err_has 'every:K (K at least 1)'
status 2 dspc grad fir.dsp --checkpoint=every
status 2 dspc grad fir.dsp --checkpoint=every:0
status 2 dspc grad fir.dsp --checkpoint=every:2x
status 2 dspc grad fir.dsp --checkpoint=binomial:1
err_has 'binomial:S (S at least 2)'
status 2 dspc grad fir.dsp --memory=lots
err_has 'a number of bytes is expected'
status 2 dspc grad fir.dsp --memory=64KB
status 2 dspc grad fir.dsp --memory=0
status 2 dspc run fir.dsp --checkpoint=sqrt
err_has 'dspc run has no option --checkpoint'
status 2 dspc explain fir.dsp --checkpoint=sqrt --memory=64K
err_has 'give one'
