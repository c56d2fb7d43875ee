. "$LIB"
# loss = mean (y - d)^2 with y = x: d - y is 2.25 in the last sample only; dh = 2/8 sum (y - d) x
status 0 dspc grad fir.dsp --in x=x.csv --in d=d.csv --out grad.h=g.csv --out loss=l.csv
near l.csv 1e-12 0.6328125
near g.csv 1e-12 0 4.5 3.9375
status 0 dspc grad fir.dsp --in x=x.csv --in d=d.csv
out_has 'loss = 0.6328125'
out_has 'grad.h'
# an input on request, against a difference
status 2 dspc grad fir.dsp --in x=x.csv --in d=d.csv --out grad.x=gx.csv
err_has 'say --wrt=x'
status 0 dspc grad fir.dsp --wrt=x --wrt=d --in x=x.csv --in d=d.csv --out grad.x=gx.csv --out grad.d=gd.csv
near gx.csv 1e-12 0 0 0 0 0 0 0 0.5625
near gd.csv 1e-12 0 0 0 0 0 0 0 -0.5625
status 2 dspc run fir.dsp --in x=x.csv --in d=d.csv --out grad.h=g.csv
err_has 'use dspc grad'
printf 'pipeline p { input x : real[4]\n output y = 2*x }\n' >noloss.dsp
status 1 dspc grad noloss.dsp --in x=x.csv
err_has 'has no loss'
