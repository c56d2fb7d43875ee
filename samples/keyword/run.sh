#!/bin/sh
# Trains the classifier on eight spoken phrases and tests it on cuts it has not heard, with noise.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

set --
for pair in fc=Front_Center fl=Front_Left fr=Front_Right rc=Rear_Center rl=Rear_Left rr=Rear_Right sl=Side_Left sr=Side_Right; do
  set -- "$@" --in "${pair%%=*}=$voices/${pair#*=}.wav[0:60000]"
done
"$dspc" check keyword.dsp
show "$out/printed" "$dspc" fit keyword.dsp --optimizer=adam --lr=0.005 --steps=30 --precision=f32 --quiet "$@" --in noise="$voices/Noise.wav[0:48000]" \
  --out W1="$out/W1.npy" --out b1="$out/b1.npy" --out W2="$out/W2.npy" --out b2="$out/b2.npy" --out guess=- --out accuracy=- --out loss=-
echo "result: accuracy $(digits 3 "$(value accuracy "$out/printed")") on 24 unheard cuts"
