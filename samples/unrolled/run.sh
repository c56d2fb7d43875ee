#!/bin/sh
# ISTA and LISTA, eight rounds each: tuned and trained on the upper half of a photograph, tested on the lower; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
picture=../data/camera.png

"$dspc" run lista.dsp --pipeline=halves --in picture="$picture" --out upper="$out/upper.npy" --out lower="$out/lower.npy"
"$dspc" check lista.dsp --pipeline=learn -D ROUNDS=3
"$dspc" fit lista.dsp --pipeline=tune --optimizer=lbfgs --steps=40 --quiet --in picture="$out/upper.npy" --out t="$out/best.npy"
"$dspc" fit lista.dsp --pipeline=learn --optimizer=adam --lr=0.003 --schedule=cosine --steps=150 --precision=f32 --quiet --in picture="$out/upper.npy" \
  --out W="$out/W.npy" --out S="$out/S.npy" --out t="$out/t.npy" --plot="$out/fit.svg"
show "$out/result.txt" "$dspc" run lista.dsp --pipeline=compare --in picture="$out/lower.npy" --in best="$out/best.npy" --in W="$out/W.npy" --in S="$out/S.npy" --in t="$out/t.npy" \
  --out psnr_ista=- --out psnr_ista200=- --out psnr_lista=- --out shown="$out/shown.png"
printf 'result: PSNR of an unseen half picture after 8 rounds, ISTA %.1f -> LISTA %.1f dB (ISTA after 200: %.1f dB)\n' \
  "$(value psnr_ista "$out/result.txt")" "$(value psnr_lista "$out/result.txt")" "$(value psnr_ista200 "$out/result.txt")"
