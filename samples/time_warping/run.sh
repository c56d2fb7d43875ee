#!/bin/sh
# Follows the uneven run of a tape; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

"$dspc" run wow.dsp --pipeline=tape --in voice="$voices/Rear_Left.wav[2000:62000]" --out original="$out/original.npy" --out copy="$out/copy.npy" \
  --out copy="$out/copy.wav" --out wow="$out/wow.npy" --rate=8000
"$dspc" check wow.dsp --pipeline=follow -D N=500
set --
for stage in 'ENERGY=1 -D SMOOTH=40' 'ENERGY=1 -D SMOOTH=10' SMOOTH=30 SMOOTH=8 SMOOTH=1; do # loudness, deep tones, all
  "$dspc" fit wow.dsp --pipeline=follow -D $stage --optimizer=lbfgs --steps=40 --quiet --in original="$out/original.npy" --in copy="$out/copy.npy" \
    "$@" --out knots="$out/knots.npy" --out shift="$out/shift.npy" --out loss=-
  set -- --in knots="$out/knots.npy"
done
show "$out/compared.txt" "$dspc" run wow.dsp --pipeline=compare --in original="$out/original.npy" --in copy="$out/copy.npy" --in wow="$out/wow.npy" \
  --in shift="$out/shift.npy" --out error_ms_before=- --out error_ms=- --out match_db=- --out curve="$out/curve.svg#0:1.25,tape,found"
of() { digits 2 "$(value "$1" "$out/compared.txt")"; }
echo "result: timing error $(of error_ms_before) ms -> $(of error_ms) ms rms, original fits the copy to $(of match_db) dB"
