#!/bin/sh
# Finds the delay and the gain of a comb filter from a voice and its recording; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

"$dspc" run comb.dsp --pipeline=record --in x="$voices/Side_Right.wav[4000:61600]" --in noise="$voices/Noise.wav[0:57600]" \
  --out voice="$out/voice.wav" --out heard="$out/heard.wav"
signals="--in voice=$out/voice.wav --in heard=$out/heard.wav"
# shellcheck disable=SC2086 # lists of options
show "$out/start.txt" "$dspc" run comb.dsp --pipeline=start $signals --out d=-
d=$(value d "$out/start.txt")
"$dspc" run comb.dsp --pipeline=linear $signals --in d="$d" --in g=0.6 --out left_db=- >"$out/whole.txt"
"$dspc" check comb.dsp --pipeline=cubic_comb
for how in linear cubic_comb; do
  echo "$how:"
  show "$out/$how.txt" "$dspc" fit comb.dsp --pipeline=$how $signals --in d="$d" --optimizer=lbfgs --steps=60 --quiet \
    --out d=- --out g=- --out left_db=-
done
printf 'result: delay %d -> %.3f samples (true: 302.333), what is not explained %.1f -> %.1f dB\n' "$d" \
  "$(value d "$out/linear.txt")" "$(value left_db "$out/whole.txt")" "$(value left_db "$out/cubic_comb.txt")"
