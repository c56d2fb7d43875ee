#!/bin/sh
# demo.sh: the main job from end to end, told as it goes (make demo).
set -eu
cd "$(dirname "$0")/identification"
. ../tools.sh
need_voices
voice="$voices/Front_Center.wav[0:48000]"
say() { printf '\n%s\n' "$*"; }

say "1. A recording: one second of speech through a room response of 64 taps, which from here on is unknown."
"$dspc" run identify.dsp --pipeline=microphone --in voice="$voice" --out recorded="$out/recorded.wav"
say "2. The pipeline, and the C that dspc writes for its value and gradient:"
sed -n '/^pipeline identify/,/^}/p' identify.dsp | sed 's/^/    /'
"$dspc" build identify.dsp --pipeline=identify -o "$out"
say "3. Is the gradient right? Every operator, and the whole:"
"$dspc" check identify.dsp --pipeline=identify
say "4. Learning the response from the two signals:"
"$dspc" fit identify.dsp --pipeline=identify --optimizer=cg --steps=100 --quiet \
  --in voice="$voice" --in recorded="$out/recorded.wav" \
  --out h="$out/h.npy" --out predicted="$out/predicted.wav" --out residual="$out/residual.npy" --plot="$out/fit.svg" --out loss=-
say "5. Against the truth: relative error of the taps, and how far the residual lies below the recording:"
"$dspc" run identify.dsp --pipeline=compare --in h="$out/h.npy" --in residual="$out/residual.npy" --in recorded="$out/recorded.wav" \
  --out tap_error=- --out attenuation_db=-
say "Written to samples/identification/$out:"
ls "$out" | sed 's/^/    /'
