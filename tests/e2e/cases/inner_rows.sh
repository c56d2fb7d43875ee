# an inner loop that reads the outer one's signal gives what one loop over whole rows gives
. "$LIB"
cat >rows.dsp <<'P'
size N = 20
pipeline rows {
  input x : real[N, 4]
  param A : real[4, 4] = 0.1
  for n in 0..N {
    y[n] = tanh(A @ y[n-1] + x[n])
    for k in 0..4 { z[n, k] = y[n, k]^2 + x[n, k]*y[n-1, k] + y[n][k] }
  }
  for n in 0..N {
    v[n] = tanh(A @ v[n-1] + x[n])
    w[n] = v[n]^2 + x[n]*v[n-1] + v[n]
  }
  output difference = max(abs(z - w)), size = max(abs(z))
}
P
seq 1 80 | awk '{ print sin($1) }' | paste -sd' \n' | awk '{ printf "%s%s", $0, NR % 2 ? " " : "\n" }' >x.txt
status 0 dspc run rows.dsp --in x=x.txt --out difference=- --out size=-
awk '/^difference/ { d = $3 } /^size/ { s = $3 } END { exit !(d < 1e-6 && s > 0.1) }' out || die "other numbers"
