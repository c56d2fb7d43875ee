#!/bin/sh
# Trains a mask-based beamformer on one phrase and tests it on another; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

room() {
  "$dspc" run beam.dsp --pipeline=room --in voice="$voices/$2.wav[$3]" --in noise="$voices/Noise.wav[$4]" --out recorded="$out/$1.npy" --out clean="$out/$1_clean.npy"
}
room learn Front_Center 8000:38720 0:30720
room test Side_Right 8000:38720 30000:60720
"$dspc" check beam.dsp --pipeline=learn --points=1 -D N=512 -D H=2
"$dspc" fit beam.dsp --pipeline=learn --precision=f32 --optimizer=adam --lr=0.03 --schedule=cosine --steps=30 --quiet --in recorded="$out/learn.npy" --in clean="$out/learn_clean.npy" \
  --out w1="$out/w1.npy" --out b1="$out/b1.npy" --out w2="$out/w2.npy" --out b2="$out/b2.npy" --plot="$out/fit.svg"
show "$out/result.txt" "$dspc" run beam.dsp --pipeline=test --in recorded="$out/test.npy" --in clean="$out/test_clean.npy" \
  --in w1="$out/w1.npy" --in b1="$out/b1.npy" --in w2="$out/w2.npy" --in b2="$out/b2.npy" \
  --out before=- --out known_direction=- --out after=- --out sound="$out/sound.wav" --rate=48000 --out mask="$out/mask.png"
printf 'result: an unheard phrase in noise from two sides, SI-SDR %.1f -> %.1f dB (delay and sum towards it: %.1f dB)\n' \
  "$(value before "$out/result.txt")" "$(value after "$out/result.txt")" "$(value known_direction "$out/result.txt")"
