#!/bin/sh
# Three quarters of the pixels of a photograph are lost, and found again.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
picture=../data/camera.png

"$dspc" run inpaint.dsp --pipeline=lose --quiet --in picture="$picture" --out y="$out/y.npy" --out y="$out/before.png"
"$dspc" check inpaint.dsp --pipeline=fill --points=1 -D N=32
"$dspc" fit inpaint.dsp --pipeline=fill --optimizer=lbfgs --steps=100 --quiet --in y="$out/y.npy" --out x="$out/x.npy" --out x="$out/after.png"
show "$out/result.txt" "$dspc" run inpaint.dsp --pipeline=compare --quiet --in picture="$picture" --in y="$out/y.npy" --in x="$out/x.npy" \
  --out psnr_before=- --out psnr_after=-
echo "result: PSNR $(digits 3 "$(value psnr_before "$out/result.txt")") dB -> $(digits 3 "$(value psnr_after "$out/result.txt")") dB, 25 % of the pixels known"
