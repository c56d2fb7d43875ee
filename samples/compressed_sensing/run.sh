#!/bin/sh
# Measures a photograph with a third as many numbers as it has pixels, then finds it again; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
picture=../data/camera.png

"$dspc" run sense.dsp --pipeline=camera --in picture="$picture" --out y="$out/y.npy"
"$dspc" check sense.dsp --pipeline=sense -D H=32 -D W=32 -D LEVEL=1 --points=1
"$dspc" run sense.dsp --pipeline=adjoint --quiet --in y="$out/y.npy" --out x="$out/before.npy" --out x="$out/adjoint.png"
"$dspc" fit sense.dsp --pipeline=sense --prox=shrink --steps=40 --quiet --in y="$out/y.npy" --in weight=0.02 \
  --out x="$out/after.npy" --out x="$out/recovered.png"
"$dspc" run sense.dsp --pipeline=compare --in picture="$picture" --in before="$out/before.npy" --in after="$out/after.npy" \
  --out share=- --out psnr_before=- --out psnr_after=- | tee "$out/result.txt"
psnr() { sed -n "s/^psnr_$1 = //p" "$out/result.txt" | cut -c 1-4; }
echo "result: PSNR $(psnr before) dB without a prior -> $(psnr after) dB, from 33 % as many measurements as pixels"
