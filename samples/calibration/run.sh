#!/bin/sh
# Six microphones hear a phrase from eight known places; their own places are found by the gradient. Results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

voice="$voices/Front_Center.wav[9000:21000]"

"$dspc" run calibrate.dsp --pipeline=room --in voice="$voice" --out recorded="$out/recorded.npy"
"$dspc" run calibrate.dsp --pipeline=spectra --in voice="$voice" --in recorded="$out/recorded.npy" --out heard="$out/heard.npy"
"$dspc" check calibrate.dsp --pipeline=calibrate -D BINS=50
"$dspc" fit calibrate.dsp --pipeline=calibrate --optimizer=lbfgs --steps=40 --quiet --in heard="$out/heard.npy" --out places="$out/places.npy" --plot="$out/fit.svg"
show "$out/result.txt" "$dspc" run calibrate.dsp --pipeline=compare --in places="$out/places.npy" --out mm_before=- --out mm_after=-
printf 'result: places of six microphones, rms error %.1f -> %.2f mm\n' "$(value mm_before "$out/result.txt")" "$(value mm_after "$out/result.txt")"
