#!/bin/sh
# Finds the colour of an unknown filter by matching short-time spectra; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
voice="$voices/Front_Center.wav[0:48000]"

"$dspc" run match.dsp --pipeline=colour --in voice="$voice" --out target="$out/target.wav"
"$dspc" check match.dsp --pipeline=match
"$dspc" fit match.dsp --pipeline=match --optimizer=lbfgs --steps=120 --quiet --in voice="$voice" --in target="$out/target.wav" \
  --out h="$out/h.npy" --out matched="$out/matched.wav" --out loss=-
show "$out/printed" "$dspc" run match.dsp --pipeline=compare --in h="$out/h.npy" --out rms_error_db=-
echo "result: response found to $(digits 2 "$(value rms_error_db "$out/printed")") dB rms"
