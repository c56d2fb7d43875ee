# states of loops: every way of keeping them gives the same bits; explain says what is kept and repeated.
. "$LIB"
cat >loop.dsp <<'P'
size N = 200
pipeline loop {
  input x : real[N], d : real[N]
  param b : real[2] = [1, 0.1],  a : real[2] = [-1.8, 0.9], M : real[2, 2] = [[0.5, 0.1], [-0.2, 0.4]]
  S = M
  for n in 0..N {
    u = b[0]*x[n] + b[1]*x[n-1] - a[0]*y[n-1] - a[1]*y[n-2] + S[0, 1]
    y[n] = u
    q = S[0]
    for m in 0..5 { q = 0.5*q + 0.01*u*a }
    S = M @ S + tanh(x[n]) + stack(q, q)
  }
  loss mse(y, d) + sum(S)
}
P
status 0 dspc grad loop.dsp --in x=0.3 --in d=0.1 --checkpoint=all --wrt=x --out loss=loss.npy --out grad.M=M.npy --out grad.a=a.npy --out grad.x=x.npy
for how in checkpoint=sqrt checkpoint=every:7 checkpoint=every:199 checkpoint=binomial:2 checkpoint=binomial:17 memory=4K; do
  status 0 dspc grad loop.dsp --in x=0.3 --in d=0.1 --$how --wrt=x --out loss=loss2.npy --out grad.M=M2.npy --out grad.a=a2.npy --out grad.x=x2.npy
  for f in loss M a x; do cmp -s $f.npy ${f}2.npy || die "$how: other bits in $f"; done
done
status 0 dspc explain loop.dsp --checkpoint=binomial:17
out_has 'line 6, 200 steps: keeps 17 states by the binomial schedule'
out_has 'line 10, 5 steps within a loop: keeps no state'
status 0 dspc explain loop.dsp --checkpoint=every:20
out_has 'keeps the states every 20 steps and those of one segment (29)'
out_has 'runs 190 steps again'
status 0 dspc explain loop.dsp
out_has 'runs no step again'
status 0 dspc explain loop.dsp -D N=4000000
out_has 'keeps the states every 2000 steps'
status 0 dspc explain loop.dsp --json --memory=2K
out_has '"steps_again": '
status 1 dspc explain loop.dsp --memory=100
err_has 'do not hold two states of 2 loops'
status 0 dspc check loop.dsp -D N=20 --checkpoint=binomial:4
