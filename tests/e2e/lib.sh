# lib.sh: what the cases are written with. DSPC is the command, TOP the tree, BUILD where it was built.
set -u
die() { echo "$*"; echo "---- output"; cat out; echo "---- errors"; cat err; exit 1; }

# status N COMMAND...: runs it with standard output in `out`, errors in `err`; its exit status must be N
status() {
  want=$1; shift
  "$@" >out 2>err </dev/null; got=$?
  [ "$got" = "$want" ] || die "exit status $got, expected $want: $*"
}
dspc() { "$DSPC" "$@"; }
out_has() { grep -qF -e "$1" out || die "not in the output: $1"; }
err_has() { grep -qF -e "$1" err || die "not in the errors: $1"; }
err_is_empty() { [ ! -s err ] || die "no errors expected"; }
same() { [ "$1" = "$2" ] || die "'$1', expected '$2'"; }
# near FILE TOLERANCE NUMBER...: the numbers of a text file, one after the other
near() {
  file=$1; tol=$2; shift 2
  echo "$*" | tr ' ' '\n' >wanted
  awk -v tol="$tol" 'NR == FNR { w[NR] = $1; n = NR; next } { for (i = 1; i <= NF; i++) { k++; d = $i - w[k]; if (d < -tol || d > tol) bad = 1 } }
       END { exit bad || k != n }' wanted FS='[ ,\t]+' "$file" || { cat "$file"; die "$file: expected $*"; }
}

# The pipeline most cases use: y = h * x, loss mean square of y - d.
cat >fir.dsp <<'DSP'
size N = 8
pipeline fir {
  input x : real[N] @ 16kHz
  input d : real[N]
  param h : real[3] = [0, 1, 0]
  y = conv(x, h, mode=same)
  output y
  loss mse(y, d)
}
DSP
echo 1 2 3 4 5 6 7 8 >x.csv
# x convolved with [0.25, 0.5, 0.25]
echo 1 2 3 4 5 6 7 5.75 >d.csv
