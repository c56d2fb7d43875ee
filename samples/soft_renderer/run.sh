#!/bin/sh
# Paints a photograph with ellipses; pictures go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

"$dspc" run render.dsp --pipeline=camera --in photo=../data/camera.png --out scene="$out/scene.npy" --out scene="$out/scene.png"
"$dspc" check render.dsp --pipeline=render -D S=8 -D K=3
show "$out/before.txt" "$dspc" run render.dsp --pipeline=render --in scene="$out/scene.npy" --out psnr=- --out picture="$out/before.png"
show "$out/fitted.txt" "$dspc" fit render.dsp --pipeline=render --precision=f32 --optimizer=adam --lr=0.06 --schedule=cosine --steps=180 --quiet \
  --in scene="$out/scene.npy" --out psnr=- --out picture="$out/picture.png"
echo "result: 120 ellipses: PSNR $(digits 3 "$(value psnr "$out/before.txt")") dB -> $(digits 3 "$(value psnr "$out/fitted.txt")") dB"
