#!/bin/sh
# Puts spoken phrases into a room with four microphones, and makes them drier without knowing the room.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

echo "1.2 2.1 1.6" >"$out/place.txt"
say() {
  "$dspc" run room.dsp --pipeline=room --quiet --in a="$voices/$2.wav[0:62400]" --in b="$voices/$3.wav[0:62400]" \
    --in c="$voices/$4.wav[0:62400]" --in place="$out/place.txt" --out heard="$out/$1.npy" --out early="$out/$1_early.npy"
}
say learnt Front_Center Rear_Left Side_Right
say new Front_Left Side_Left Rear_Right

"$dspc" check room.dsp --pipeline=dereverberate --points=1 -D L=3000 -D FFT=128 -D HOP=64
"$dspc" fit room.dsp --pipeline=dereverberate --optimizer=lbfgs --steps=120 --quiet --in heard="$out/learnt.npy" --out g="$out/g.npy"
for words in learnt new; do
  echo "phrases: $words"
  show "$out/$words.txt" "$dspc" run room.dsp --pipeline=apply --in heard="$out/$words.npy" --in early="$out/${words}_early.npy" \
    --in g="$out/g.npy" --out before="$out/${words}_before.wav" --out after="$out/${words}_after.wav" \
    --out before_db=- --out after_db=- --out segments_before_db=- --out segments_after_db=-
done
db() { value "$2" "$out/$1.txt" | awk '{ printf "%.1f", $1 }'; }
change() { echo "$(db "$1" before_db) dB -> $(db "$1" after_db) dB"; }
echo "result: SI-SDR against the early sound $(change learnt), phrases not learnt from $(change new), room unknown"
