. "$LIB"
# finds the taps; piped, one line a step
status 0 dspc fit fir.dsp --in x=x.csv --in d=d.csv --steps=2000 --lr=0.02 --out h=h.csv
near h.csv 1e-2 0.25 0.5 0.25
same "$(grep -c '^step ' out)" 2001
out_has 'loss 0.6328125 -> '
status 0 dspc fit fir.dsp --in x=x.csv --in d=d.csv --optimizer=sgd --steps=3000 --lr=0.01 --out h=h.csv -q
[ ! -s out ] || die "-q is quiet"
near h.csv 5e-2 0.25 0.5 0.25
if dspc --version | grep -q 'liblbfgs *yes'; then
  status 0 dspc fit fir.dsp --in x=x.csv --in d=d.csv --optimizer=lbfgs --out h=h.csv --out y=y.csv
  near h.csv 1e-5 0.25 0.5 0.25
  near y.csv 1e-5 1 2 3 4 5 6 7 5.75
fi
# a figure
status 0 dspc fit fir.dsp --in x=x.csv --in d=d.csv --steps=20 --plot=fit.svg -q
grep -q '</svg>' fit.svg || die "no figure"
# stops when it has settled
status 0 dspc fit fir.dsp --in x=x.csv --in d=d.csv --steps=100000 --lr=0.02 --tolerance=1e-3 --out h=h.csv
err_has 'settled'
# a number that is not finite ends the search with a sentence that names the param
status 1 dspc fit fir.dsp --in x=x.csv --in d=d.csv --optimizer=sgd --lr=1e200 --out h=h.csv
err_has "'h'"
near h.csv 0 0 1 0
# ranges hold for every optimizer: the unconstrained optimum of a is 5
cat >range.dsp <<'DSP'
pipeline range {
  param a : real = 1 in 0.5..2
  param f : real = 100 in 20..20000 log
  output f
  loss (a - 5)^2 + (log(f) - log(1000))^2
}
DSP
for o in sgd adam lbfgs; do
  [ $o != lbfgs ] || dspc --version | grep -q 'liblbfgs *yes' || continue
  status 0 dspc fit range.dsp --optimizer=$o --lr=0.05 --steps=1000 --out a=a.csv --out f=f.csv -q
  near a.csv 1e-3 2
  near f.csv 5 1000
done
# nothing to fit, nothing to minimise
printf 'pipeline p { input x : real[4]\n loss sum(x) }\n' >p.dsp
status 1 dspc fit p.dsp --in x=1
err_has 'no params'
