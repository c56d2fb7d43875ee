#!/bin/sh
# Scans a slice under forty angles, and makes the picture by filtered backprojection and with total variation; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

"$dspc" run tomography.dsp --pipeline=scanner --quiet --out sinogram="$out/sinogram.npy" --out slice="$out/slice.png" --out seen="$out/sinogram.png"
"$dspc" check tomography.dsp --pipeline=reconstruct --points=1
"$dspc" run tomography.dsp --pipeline=backprojection --quiet --in sinogram="$out/sinogram.npy" \
  --out ramp="$out/ramp.npy" --out hann="$out/hann.npy" --out ramp="$out/ramp.png" --out hann="$out/hann.png"
"$dspc" fit tomography.dsp --pipeline=reconstruct --prox=prior --steps=100 --quiet --in sinogram="$out/sinogram.npy" --in weight=1 \
  --in x="$out/hann.npy" --out x="$out/tv.npy" --out x="$out/total_variation.png"
"$dspc" run tomography.dsp --pipeline=compare --in ramp="$out/ramp.npy" --in hann="$out/hann.npy" --in tv="$out/tv.npy" \
  --out psnr_ramp=- --out psnr_hann=- --out psnr_total_variation=- --out relative_error_ramp=- --out relative_error_tv=- | tee "$out/result.txt"
psnr() { sed -n "s/^psnr_$1 = //p" "$out/result.txt" | cut -c 1-4; }
echo "result: PSNR $(psnr ramp) dB filtered backprojection -> $(psnr total_variation) dB total variation, 40 angles"
