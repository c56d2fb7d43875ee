#!/bin/sh
# Rounds the taps of a low-pass filter to 6 bits, then trains them through the rounding: both errors on speech.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
voice="$voices/Front_Center.wav[0:48000]"

"$dspc" check quantize.dsp --pipeline=trained
show "$out/rounded" "$dspc" run quantize.dsp --pipeline=rounded_after --in x="$voice" --out loss=-
show "$out/trained" "$dspc" fit quantize.dsp --pipeline=trained --optimizer=adam --lr=0.001 --steps=300 --quiet --in x="$voice" --out taps="$out/taps.csv" --out loss=-
echo "result: mean square error $(digits 3 "$(value loss "$out/rounded")") rounded -> $(digits 3 "$(value loss "$out/trained")") trained, 6 bits"
