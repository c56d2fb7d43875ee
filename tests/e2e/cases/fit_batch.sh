. "$LIB"
# The gradient of the loss is minus the data, so with sgd and --lr=1 a param ends as the sum of what the steps saw.
cat >feed.dsp <<'DSP'
pipeline items {
  input x : real[2, 3], label : int[2], k : int
  param a : real[3] = 0, b : real = 0, c : real = 0
  loss -sum(a*sum(x, axis=0)) - b*sum(label) - c*k
}
pipeline excerpts {
  input wave : real[2, 4], ref : real[2, 4]
  param a : real[2, 4] = 0, b : real = 0
  loss -sum(a*wave) - b*sum(abs(wave - ref))
}
DSP
printf '1 10 100\n2 20 200\n3 30 300\n4 40 400\n5 50 500\n' >x.csv
printf '1\n2\n3\n4\n5\n' >label.csv
fit() { status 0 dspc fit feed.dsp --optimizer=sgd --lr=1 -q "$@"; }
# two items a step, 1 2 | 3 4 | 5 1
fit --pipeline=items --in x=x.csv --in label=label.csv --in k=0 --batch=x --batch=label --steps=3 --out a=a.csv --out b=b.csv
near a.csv 1e-9 16 160 1600
near b.csv 1e-9 16
# five steps are two whole passes, in any order; the order is another than the file's, and each seed has its own
for seed in 1 2; do
  fit --pipeline=items --in x=x.csv --in label=label.csv --in k=0 --batch=x --batch=label --steps=5 --shuffle=$seed --out a=a.csv
  near a.csv 1e-9 30 300 3000
  fit --pipeline=items --in x=x.csv --in label=label.csv --in k=0 --batch=x --batch=label --steps=1 --shuffle=$seed --out a=a$seed.csv --out b=b.csv
  same "$(head -n 1 a$seed.csv | cut -d, -f1)" "$(cat b.csv)"
done
# the counter counts the steps: 0 + 1 + 2
fit --pipeline=items --in x=1 --in label=0 --counter=k --steps=3 --out c=c.csv
near c.csv 1e-9 3
# excerpts of a long signal: 0..3 4..7 | 8..11 0..3, two a step
seq 0 13 >wave.csv
fit --pipeline=excerpts --in wave=wave.csv --in ref=wave.csv --excerpt=wave --excerpt=ref --steps=2 --out a=a.csv --out b=b.csv
near a.csv 1e-9 8 10 12 14 4 6 8 10
near b.csv 0 0
# from anywhere: still four samples in a row, the same places in both
fit --pipeline=excerpts --in wave=wave.csv --in ref=wave.csv --excerpt=wave --excerpt=ref --steps=1 --shuffle=7 --out a=a.csv --out b=b.csv
awk -F'[, ]' '{ if ($2 != $1 + 1 || $4 != $1 + 3 || $4 > 13) exit 1 }' a.csv || die "no stretch of the signal"
near b.csv 0 0
# what is wrong is said
status 1 dspc fit feed.dsp --pipeline=items --in x=x.csv --in label=wave.csv --in k=0 --batch=x --batch=label
err_has "'x' and 'label' are walked through in step"
status 2 dspc fit feed.dsp --pipeline=items --in x=x.csv --in label=label.csv --in k=0 --batch=x --batch=label --optimizer=lbfgs
err_has 'only adam and sgd'
status 2 dspc fit feed.dsp --pipeline=items --in x=1 --in label=0 --in k=0 --batch=x
err_has 'longer than the input'
status 2 dspc fit feed.dsp --pipeline=items --in x=1 --in label=0 --in k=0 --batch=y
err_has 'no such input'
status 2 dspc fit feed.dsp --pipeline=items --in x=1 --in label=0 --in k=0 --shuffle=1
err_has '--batch or --excerpt'
status 2 dspc fit feed.dsp --pipeline=items --in x=1 --in label=0 --counter=x --in k=0
err_has 'of type int'
printf '1 10 100\n' >short.csv
status 1 dspc fit feed.dsp --pipeline=items --in x=short.csv --in label=0 --in k=0 --batch=x
err_has 'holds 1 items, and one step takes 2'
# a step size that falls to 0: 1 + 3/4 + 1/2 + 1/4; weight decay; momentum
printf 'pipeline p { param a : real = 0\n loss -a }\n' >p.dsp
status 0 dspc fit p.dsp --optimizer=sgd --lr=1 --schedule=linear --steps=4 -q --out a=a.csv
near a.csv 1e-9 2.5
status 0 dspc fit p.dsp --optimizer=sgd --lr=1 --schedule=cosine --steps=2 -q --out a=a.csv
near a.csv 1e-9 1.5
status 0 dspc fit p.dsp --optimizer=sgd --lr=1 --momentum=0.5 --steps=3 -q --out a=a.csv
near a.csv 1e-9 4.25
status 0 dspc fit p.dsp --optimizer=sgd --lr=1 --weight-decay=0.5 --steps=2 -q --out a=a.csv
near a.csv 1e-9 1.5
