#!/bin/sh
# Delays and gains of four microphones against a fifth, from a spoken phrase; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
voice="$voices/Side_Right.wav[8000:56000]"

"$dspc" run delays.dsp --pipeline=record --in voice="$voice" --in delay=delay.txt --in gain=gain.txt --out heard="$out/heard.npy"
"$dspc" run delays.dsp --pipeline=guess --in heard="$out/heard.npy" --out delay="$out/guess.npy" --out delay=-
"$dspc" check delays.dsp --pipeline=calibrate -D N=600
"$dspc" fit delays.dsp --pipeline=calibrate --optimizer=lbfgs --steps=9 --quiet --in heard="$out/heard.npy" --in delay="$out/guess.npy" \
  --out delay="$out/delay.npy" --out gain="$out/gain.npy" --out delay=- --out gain=- --out loss=-
show "$out/compared.txt" "$dspc" run delays.dsp --pipeline=compare --in voice="$voice" --in delay=delay.txt --in gain=gain.txt \
  --in guessed="$out/guess.npy" --in found="$out/delay.npy" --in found_gain="$out/gain.npy" \
  --out rms_guess=- --out rms_found=- --out gain_error=- --out bound=-
of() { digits 2 "$(value "$1" "$out/compared.txt")"; }
echo "result: delays to $(of rms_found) samples rms (Cramer-Rao bound $(of bound); peak of the correlation $(of rms_guess))"
