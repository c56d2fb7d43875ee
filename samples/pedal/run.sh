#!/bin/sh
# Identifies a distortion pedal from a recording of it, its gradient in 3 KB of memory; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

part='.wav[4000:61600]'
"$dspc" run pedal.dsp --pipeline=target --in a="$voices/Front_Center$part" --in b="$voices/Rear_Left$part" \
  --in c="$voices/Side_Right$part" --in d="$voices/Front_Left$part" --in noise="$voices/Noise.wav[0:57600]" \
  --out voice="$out/voice.npy" --out recorded="$out/recorded.npy"

"$dspc" check pedal.dsp --pipeline=learn -D N=2400 --memory=3K
for how in --checkpoint=all --memory=3K; do
  "$dspc" explain pedal.dsp --pipeline=learn $how >"$out/explain$how.txt"
  sed -n '/^  loop/p' "$out/explain$how.txt"
done
"$dspc" run pedal.dsp --pipeline=learn --in voice="$out/voice.npy" --in recorded="$out/recorded.npy" --out loss=- >"$out/before.txt"
show "$out/after.txt" "$dspc" fit pedal.dsp --pipeline=learn --memory=3K --optimizer=lbfgs --steps=25 --quiet \
  --in voice="$out/voice.npy" --in recorded="$out/recorded.npy" \
  --out loss=- --out drive=- --out offset=- --out sag=- --out low=- --out tone=- --out y="$out/y.wav" --rate=48000

memory() { sed -n 's/^  memory *\([0-9.]* [A-Za-z]*\) .*/\1/p' "$out/explain$1.txt"; }
db() { awk -v x="$(value loss "$out/$1.txt")" 'BEGIN { printf "%.1f", 10*log(x)/log(10) }'; }
printf 'result: pedal identified from 230400 samples: error %s dB before, %s dB after (noise: -40 dB); memory of the gradient %s instead of %s\n' \
  "$(db before)" "$(db after)" "$(memory --memory=3K)" "$(memory --checkpoint=all)"
