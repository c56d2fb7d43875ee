#!/bin/sh
# Trains a block of Fourier mixing and one of attention on two tasks, and tests them on sequences they have not seen; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

# task NAME TRAINING-OPTION...: trains both models together (they share nothing but the sequences), and tests them without dropout on 1000 sequences from
# seeds that no step of the training has. The params of pipeline NAME are the names that begin with f_ and a_.
task() {
  name=$1; shift
  outs=
  ins=
  for param in $(sed -n "/^pipeline $name /,/^}/p" mixing.dsp | grep -o '[af]_[A-Za-z0-9]* *:' | tr -d ' :'); do
    outs="$outs --out $param=$out/${name}_$param.npy"
    ins="$ins --in $param=$out/${name}_$param.npy"
  done
  # shellcheck disable=SC2086
  "$dspc" fit mixing.dsp --pipeline="$name" --precision=f32 --schedule=cosine --weight-decay=0.01 --counter=seed --quiet "$@" $outs --plot="$out/fit_$name.svg"
}
test_recall() {
  # shellcheck disable=SC2086
  "$dspc" run mixing.dsp --pipeline=recall --precision=f32 -D L=16 -D B=1000 -D TRAIN=0 --in seed=50000 $ins --out by_fourier=- --out by_attention=-
}
test_tones() {
  # shellcheck disable=SC2086
  "$dspc" run mixing.dsp --pipeline=tones --precision=f32 -D B=1000 -D TRAIN=0 --in seed=50000 $ins --out by_fourier=- --out by_attention=- --out by_periodogram=-
}
# Params and operations of a block, from what explain prints.
cost() {
  "$dspc" explain mixing.dsp --pipeline="$1_block" -D L="$2" >"$out/explain.txt"
  awk -v name="$1" -v len="$2" '
    $1 == "param" { n = 1; for (i = 3; i <= NF; i++) { d = $i; gsub(/[^0-9]/, "", d); n *= d }; all += n }
    $1 == "forward" { printf "%s: %d params, %s%s operations for %d positions\n", name, all, $2, $3, len }' "$out/explain.txt"
}

# Both pipelines pass; they differentiate the same blocks, so one check is enough here.
"$dspc" check mixing.dsp --pipeline=recall --points=1 -D B=2 -D L=6 -D E=4 -D F=3
task recall -D L=16 --lr=0.02 --steps=150
show "$out/recall.txt" test_recall
task tones -D B=32 --lr=0.03 --steps=300
show "$out/tones.txt" test_tones
for positions in 32 512; do cost fourier $positions; cost attention $positions; done
percent() { awk -v x="$(value "$1" "$out/$2.txt")" 'BEGIN { printf "%.0f %%", 100*x }'; }
printf 'result: recall by Fourier mixing %s, by attention %s (chance 25 %%); tones in noise %s and %s (chance 12 %%, periodogram %s)\n' "$(percent by_fourier recall)" \
  "$(percent by_attention recall)" "$(percent by_fourier tones)" "$(percent by_attention tones)" "$(percent by_periodogram tones)"
