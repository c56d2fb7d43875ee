#!/bin/sh
# Scans the head phantom with a third of the lines, and makes the picture in three ways; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

"$dspc" run mri.dsp --pipeline=scanner --out kspace="$out/kspace.npy" --out share=- --out head="$out/head.png"
"$dspc" check mri.dsp --pipeline=unfold -D N=32 --points=1
"$dspc" run mri.dsp --pipeline=zero_filled --quiet --in kspace="$out/kspace.npy" --out x="$out/zero.npy" --out picture="$out/zero_filled.png"
"$dspc" fit mri.dsp --pipeline=unfold --optimizer=cg --steps=10 --quiet --in kspace="$out/kspace.npy" \
  --out x="$out/ls.npy" --out picture="$out/least_squares.png"
"$dspc" fit mri.dsp --pipeline=unfold --prox=prior --steps=30 --quiet --in kspace="$out/kspace.npy" --in weight=0.003 --in x="$out/zero.npy" \
  --out x="$out/tv.npy" --out picture="$out/total_variation.png"
"$dspc" run mri.dsp --pipeline=compare --in zero="$out/zero.npy" --in ls="$out/ls.npy" --in tv="$out/tv.npy" \
  --out psnr_zero_filled=- --out psnr_least_squares=- --out psnr_total_variation=- --out relative_error=- | tee "$out/result.txt"
psnr() { sed -n "s/^psnr_$1 = //p" "$out/result.txt" | cut -c 1-4; }
echo "result: PSNR $(psnr zero_filled) dB zero-filled -> $(psnr least_squares) dB least squares -> $(psnr total_variation) dB total variation"
