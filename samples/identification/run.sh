#!/bin/sh
# Learns the 64-tap response between a spoken phrase and its recording; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
voice="$voices/Front_Center.wav[0:48000]"

"$dspc" run identify.dsp --pipeline=microphone --in voice="$voice" --out recorded="$out/recorded.wav"
"$dspc" check identify.dsp --pipeline=identify
"$dspc" fit identify.dsp --pipeline=identify --optimizer=cg --steps=100 --quiet \
  --in voice="$voice" --in recorded="$out/recorded.wav" \
  --out h="$out/h.npy" --out predicted="$out/predicted.wav" --out residual="$out/residual.npy" --plot="$out/fit.svg"
show "$out/printed" "$dspc" run identify.dsp --pipeline=compare --in h="$out/h.npy" --in residual="$out/residual.npy" --in recorded="$out/recorded.wav" \
  --out tap_error=- --out attenuation_db=-
echo "result: residual $(digits 3 "$(value attenuation_db "$out/printed")") dB below the recording"
