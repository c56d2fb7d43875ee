. "$LIB"
cat >solve.dsp <<'DSP'
A = [[1, 0.5, 0], [0.5, 2, 0.3], [0, 1, 1], [0.2, 0, 1]]
pipeline squares {
  input b : real[4]
  param x : real[3] = 1, z : complex[2] = 0
  output x2 = 2*x
  output parts = concat(re(z), im(z), axis=0)
  loss sum((A@x - b)^2) + sum(abs2((1 + 2j)*z - [1j, 2]))
}
pipeline quartic { param x : real[2] = 1
  loss sum((x - 2)^4) }
pipeline steeper { param x : real[2] = 2.01
  loss sum((x - 2)^4 - 4*x) }
pipeline saddle { param x : real[2] = [1, 2]
  loss x[0]^2 - x[1]^2 }
pipeline ranged { param x : real = 1 in 0..2
  loss (x - 3)^2 }
pipeline lasso {
  input b : real[4]
  param x : real[3] = 0
  loss 0.5*sum((A@x - b)^2)
}
pipeline shrink {
  input v : real[3], step : real, weight : real
  output x = soft_threshold(v, weight*step)
  loss weight*l1(x)
}
pipeline simplex {
  input v : real[3]
  output x = project_simplex(v)
}
pipeline logistic {
  param x : real[3] = 0
  loss sum(softplus(-A@x)) + 0.05*sum(x^2)
}
pipeline other { input v : real[3]
  output y = v }
pipeline short { input v : real[2]
  output x = v }
DSP
printf '1\n2\n0.5\n-1\n' >b.csv
# cg: three real and two complex unknowns are found in four steps, there are four curvatures; z = [1j, 2]/(1 + 2j)
status 0 dspc fit solve.dsp --pipeline=squares --optimizer=cg --in b=b.csv --steps=5 --out x=x.csv --out parts=z.csv --out x2=x2.csv --out grad.x=g.csv
near x.csv 1e-9 0.32334933556 1.1242051068 -0.86693800877
near g.csv 1e-9 0 0 0
near x2.csv 1e-9 0.64669867112 2.2484102136 -1.7338760175
near z.csv 1e-9 0.4 0.4 0.2 -0.8
out_has ' in 4 steps'
status 1 dspc fit solve.dsp --pipeline=quartic --optimizer=cg
err_has 'is not'
err_has 'after step 1'
status 1 dspc fit solve.dsp --pipeline=saddle --optimizer=cg
err_has 'not convex'
status 1 dspc fit solve.dsp --pipeline=ranged --optimizer=cg
err_has "'x' in its range"
# fista and ista on the same problem with an l1 prior reach the same point; the loss told includes the prior
for o in ista fista; do
  status 0 dspc fit solve.dsp --pipeline=lasso --prox=shrink --optimizer=$o --in b=b.csv --in weight=0.4 --steps=1000 --tolerance=1e-13 --out x=x.csv
  near x.csv 1e-6 0.0297432686 1.03862242 -0.56086412
  out_has '-> 0.855564'
done
status 0 dspc fit solve.dsp --pipeline=lasso --prox=shrink --in b=b.csv --in weight=0.4 --lr=0.15 --steps=400 --out x=x.csv -q
near x.csv 1e-6 0.0297432686 1.03862242 -0.56086412
# a heavy prior gives exact zeros; a projection needs no step size
status 0 dspc fit solve.dsp --pipeline=lasso --prox=shrink --in b=b.csv --in weight=10 --out x=x.csv -q
near x.csv 0 0 0 0
status 0 dspc fit solve.dsp --pipeline=lasso --prox=simplex --in b=b.csv --steps=500 --out x=x.csv -q
near x.csv 1e-6 0.155367232 0.844632768 0
# without a prior; where the curvature changes; ranges
status 0 dspc fit solve.dsp --pipeline=logistic --optimizer=fista --steps=500 --out x=x.csv --out grad.x=g.csv -q
near g.csv 1e-6 0 0 0
status 0 dspc fit solve.dsp --pipeline=steeper --optimizer=fista --steps=100 --out x=x.csv -q
near x.csv 1e-4 3 3
status 0 dspc fit solve.dsp --pipeline=ranged --optimizer=fista --out x=x.csv -q
near x.csv 0 2
# what does not fit is said
status 2 dspc fit solve.dsp --pipeline=lasso --prox=shrunk --in b=b.csv
err_has 'no such pipeline'
status 2 dspc fit solve.dsp --pipeline=lasso --prox=shrink --in b=b.csv
err_has "'weight'"
status 1 dspc fit solve.dsp --pipeline=lasso --prox=other --in b=b.csv
err_has "'y' is not the name of a param"
status 1 dspc fit solve.dsp --pipeline=lasso --prox=short --in b=b.csv
err_has 'differ'
status 2 dspc fit solve.dsp --pipeline=lasso --prox=shrink --optimizer=adam --in b=b.csv --in weight=1
err_has 'ista and fista'
