#!/bin/sh
# Trains both readers on digits that are new at every step, tests them on ones they have not seen; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

"$dspc" check digits.dsp --pipeline=read -D B=10 -D S=8 -D R=6 --in step=1
train() { # pipeline, params...
  pipeline=$1; shift
  set -- $(for p; do printf ' --out %s=%s' "$p" "$out/$p.npy"; done)
  "$dspc" fit digits.dsp --pipeline="$pipeline" --precision=f32 --optimizer=adam --lr=0.004 --schedule=cosine --steps=500 --counter=step --quiet \
    --in step=0 "$@" --out loss=-
}
unseen() { # pipeline, params...: accuracy on 1000 others
  pipeline=$1; shift
  set -- $(for p; do printf ' --in %s=%s' "$p" "$out/$p.npy"; done)
  [ "$pipeline" = plain ] || set -- "$@" --out pairs="$out/pairs.npy"
  "$dspc" run digits.dsp --pipeline="$pipeline" -D B=1000 --in step=100001 "$@" --out accuracy=-
}
train plain W1 b1 W3 b3
show "$out/plain.txt" unseen plain W1 b1 W3 b3
train read W1 b1 W2 b2 W3 b3
show "$out/read.txt" unseen read W1 b1 W2 b2 W3 b3
"$dspc" run digits.dsp --pipeline=look --in pairs="$out/pairs.npy" --out sheet="$out/sheet.png"
echo "result: $(digits 3 "$(value accuracy "$out/read.txt")") of 1000 unseen digits read; the same layers without transformer: $(digits 3 "$(value accuracy "$out/plain.txt")")"
