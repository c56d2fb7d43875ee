#!/bin/sh
# Blurs a photograph, then finds it again; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
picture=../data/camera.png

"$dspc" run deblur.dsp --pipeline=camera --in picture="$picture" --out blurred="$out/blurred.png"
"$dspc" check deblur.dsp --pipeline=deblur
"$dspc" fit deblur.dsp --pipeline=deblur --optimizer=lbfgs --steps=150 --quiet --in blurred="$out/blurred.png" --in sharp="$out/blurred.png" \
  --out sharp="$out/sharp.png" --out sharp="$out/sharp.npy"
show "$out/printed" "$dspc" run deblur.dsp --pipeline=compare --in picture="$picture" --in blurred="$out/blurred.png" --in sharp="$out/sharp.npy" \
  --out psnr_before=- --out psnr_after=-
echo "result: PSNR $(digits 3 "$(value psnr_before "$out/printed")") dB -> $(digits 3 "$(value psnr_after "$out/printed")") dB"
