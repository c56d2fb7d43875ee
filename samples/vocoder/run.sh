#!/bin/sh
# Matches a vocoder of harmonics and noise to a sustained sound of a voice; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
voice="$voices/Rear_Left.wav[2400:10592]"

"$dspc" check vocoder.dsp --pipeline=match --points=1 -D N=512 -D F=3 -D H=4
"$dspc" run vocoder.dsp --pipeline=pitch --in voice="$voice" --out f0="$out/pitch.npy"
fit() {
  "$dspc" fit vocoder.dsp --pipeline=match --precision=f32 --schedule=cosine --quiet --in voice="$voice" --in pitch="$out/pitch.npy" "$@"
}
compare() {
  "$dspc" run vocoder.dsp --pipeline=compare --in voice="$voice" --in made="$1" --out distance_db=- --out convergence=- --out pictures="$out/spectra.png"
}
fit --steps=1 --lr=1e-9 --out made="$out/start.wav"
fit --steps=150 --lr=0.15 --out made="$out/made.wav" --out f0="$out/f0.svg" --plot="$out/fit.svg"
compare "$out/start.wav" >"$out/before.txt"
show "$out/after.txt" compare "$out/made.wav"
printf 'result: a sustained sound made again, log-mel distance %.1f -> %.1f dB, spectral convergence %.2f -> %.2f\n' "$(value distance_db "$out/before.txt")" \
  "$(value distance_db "$out/after.txt")" "$(value convergence "$out/before.txt")" "$(value convergence "$out/after.txt")"
