#!/bin/sh
# Takes a second picture, turned, larger and moved, and finds out how; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

truth='--in angle=0.06 --in scale=1.04 --in right=5.3 --in down=-3.7'
"$dspc" run register.dsp --pipeline=second $truth --in picture=../data/camera.png --out still="$out/still.npy" --out seen="$out/seen.npy" \
  --out still="$out/still.png" --out seen="$out/seen.png" 2>"$out/notes.txt"
"$dspc" run register.dsp --pipeline=register --in still="$out/still.npy" --in seen="$out/seen.npy" --out picture="$out/rest_before.png"
"$dspc" check register.dsp --pipeline=register -D H=30 -D W=33
set --
for blur in 8 1; do # the blurred pictures first: they match from further away
  "$dspc" fit register.dsp --pipeline=register --optimizer=lbfgs --steps=30 --quiet --in still="$out/still.npy" --in seen="$out/seen.npy" \
    -D BLUR=$blur "$@" --out angle=- --out scale=- --out right=- --out down=- --out loss=- --out picture="$out/rest.png" >"$out/found.txt"
  set --
  for p in angle scale right down; do set -- "$@" --in $p="$(value $p "$out/found.txt")"; done
done
cat "$out/found.txt"
show "$out/compared.txt" "$dspc" run register.dsp --pipeline=compare $truth --in angle2="$(value angle "$out/found.txt")" \
  --in scale2="$(value scale "$out/found.txt")" --in right2="$(value right "$out/found.txt")" --in down2="$(value down "$out/found.txt")" \
  --out rms_pixels=- --out largest_pixels=-
"$dspc" run register.dsp --pipeline=compare $truth --in angle2=0 --in scale2=1 --in right2=0 --in down2=0 --out rms_pixels=- >"$out/before.txt"
echo "result: pixels misplaced by $(digits 3 "$(value rms_pixels "$out/before.txt")") rms -> $(digits 2 "$(value rms_pixels "$out/compared.txt")") rms"
