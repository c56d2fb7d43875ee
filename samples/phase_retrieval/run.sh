#!/bin/sh
# Takes eight intensity pictures of a complex object, and finds the object: amplitude and phase go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
error() { "$dspc" run phase.dsp --pipeline=compare --quiet --in object="$out/object.npy" --in x="$out/$1.npy" --out error=- \
  --out amplitude="$out/$1_amplitude.png" --out phase="$out/$1_phase.png" | sed -n 's/^error = //p'; }

"$dspc" run phase.dsp --pipeline=experiment --quiet --in picture=../data/camera.png --out object="$out/object.npy" --out y="$out/y.npy" \
  --out first="$out/diffraction.png"
"$dspc" check phase.dsp --pipeline=retrieve -D N=32 --points=1
"$dspc" run phase.dsp --pipeline=start --in y="$out/y.npy" --out x="$out/spectral.npy"
start=$(error spectral)
echo "relative error of the spectral start: $start"
"$dspc" run phase.dsp --pipeline=flow --in y="$out/y.npy" --in x0="$out/spectral.npy" --out x="$out/flow.npy"
echo "after 400 steps of Wirtinger flow: $(error flow)"
"$dspc" fit phase.dsp --pipeline=retrieve --optimizer=lbfgs --steps=100 --quiet --in y="$out/y.npy" --in x="$out/spectral.npy" --out x="$out/found.npy"
found=$(error found)
echo "after L-BFGS: $found"
short() { printf '%.1e' "$1"; }
echo "result: relative error up to global phase $(short "$start") spectral start -> $(short "$found")"
