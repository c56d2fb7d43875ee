#!/bin/sh
# Trains a network to tell symbols behind a channel and counts its errors against those of linear filters.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

"$dspc" check channel.dsp --pipeline=learn -D T=100
"$dspc" fit channel.dsp --pipeline=learn --precision=f32 --optimizer=adam --lr=0.03 --schedule=cosine --steps=2000 --counter=step --quiet \
  --out W1="$out/W1.npy" --out b1="$out/b1.npy" --out W2="$out/W2.npy" --out b2="$out/b2.npy" --plot="$out/fit.svg"
show "$out/result.txt" "$dspc" run channel.dsp --pipeline=compare --in W1="$out/W1.npy" --in b1="$out/b1.npy" --in W2="$out/W2.npy" --in b2="$out/b2.npy" \
  --out none=- --out linear=- --out learned=-
printf 'result: symbol error rate %.3f without, %.4f with the best linear equaliser, %.4f learned\n' \
  "$(value none "$out/result.txt")" "$(value linear "$out/result.txt")" "$(value learned "$out/result.txt")"
