#!/bin/sh
# Takes a burst of eight coarse pictures with a shaking hand, and makes one sharp picture of them; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
picture=../data/camera.png

"$dspc" run super.dsp --pipeline=camera --quiet --in picture="$picture" --out frames="$out/frames.npy" --out one="$out/one.png"
"$dspc" check super.dsp --pipeline=restore -D N=32 --points=1
"$dspc" run super.dsp --pipeline=enlarge --quiet --in frames="$out/frames.npy" --out x="$out/bicubic.npy" --out x="$out/bicubic.png"
"$dspc" fit super.dsp --pipeline=restore --optimizer=lbfgs --steps=80 --quiet --in frames="$out/frames.npy" --in x="$out/bicubic.npy" \
  --out x="$out/sharp.npy" --out x="$out/sharp.png" --out d="$out/d.npy"
"$dspc" run super.dsp --pipeline=compare --in picture="$picture" --in before="$out/bicubic.npy" --in after="$out/sharp.npy" --in d="$out/d.npy" \
  --out psnr_before=- --out psnr_after=- --out displacement_error=- | tee "$out/result.txt"
number() { sed -n "s/^$1 = //p" "$out/result.txt" | cut -c 1-"$2"; }
echo "result: PSNR $(number psnr_before 4) dB bicubic -> $(number psnr_after 4) dB, displacements to $(number displacement_error 5) pixels"
