#!/bin/sh
# Trains on phrases cut and disturbed anew at every step, tests in other noise; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

set --
for pair in a=Front_Center b=Front_Left c=Front_Right d=Rear_Center e=Rear_Left f=Rear_Right g=Side_Left h=Side_Right; do
  "$dspc" run features.dsp --pipeline=record --in voice="$voices/${pair#*=}.wav[0:60000]" --out slow="$out/${pair%%=*}.npy"
  set -- "$@" --in "${pair%%=*}=$out/${pair%%=*}.npy"
done
"$dspc" run features.dsp --pipeline=together "$@" --out phrases="$out/phrases.npy"
"$dspc" check features.dsp --pipeline=bands -D M=256 -D COPIES=1
learn() { # pipeline
  "$dspc" fit features.dsp --pipeline="$1" --precision=f32 --optimizer=adam --lr=0.01 --schedule=cosine --steps=100 --counter=step --quiet \
    --in phrases="$out/phrases.npy" --in step=0 --out W1="$out/W1.npy" --out b1="$out/b1.npy" --out W2="$out/W2.npy" --out b2="$out/b2.npy" --out loss=-
  show "$out/$1.txt" "$dspc" run features.dsp --pipeline="$1" -D COPIES=50 --in phrases="$out/phrases.npy" --in step=100001 \
    --in W1="$out/W1.npy" --in b1="$out/b1.npy" --in W2="$out/W2.npy" --in b2="$out/b2.npy" --out accuracy=-
}
learn plain
learn bands
echo "result: accuracy $(digits 3 "$(value accuracy "$out/bands.txt")") on 400 unheard cuts (loudness alone: $(digits 3 "$(value accuracy "$out/plain.txt")"))"
