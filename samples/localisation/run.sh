#!/bin/sh
# A voice from a known direction in noise: a coarse map, then the direction by its gradient; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
azimuth=0.7 elevation=0.35  # radians: 40.1 and 20.1 degrees

"$dspc" run locate.dsp --pipeline=room --in voice="$voices/Front_Center.wav[0:48000]" --in azimuth=$azimuth --in elevation=$elevation --out recorded="$out/recorded.npy"
"$dspc" run locate.dsp --pipeline=look_round --in recorded="$out/recorded.npy" --out map="$out/map.svg#-180:175" --out start="$out/start.npy"
"$dspc" check locate.dsp --pipeline=locate -D N=2048
"$dspc" fit locate.dsp --pipeline=locate --optimizer=lbfgs --steps=15 --quiet --in recorded="$out/recorded.npy" --in azimuth="$out/start.npy" \
  --out azimuth="$out/azimuth.npy" --out elevation="$out/elevation.npy"
show "$out/result.txt" "$dspc" run locate.dsp --pipeline=compare --in azimuth="$out/azimuth.npy" --in elevation="$out/elevation.npy" --in start="$out/start.npy" \
  --in true_azimuth=$azimuth --in true_elevation=$elevation --out degrees_before=- --out degrees_after=-
printf 'result: direction of a voice in noise of 5 dB, error %.1f -> %.2f degrees\n' "$(value degrees_before "$out/result.txt")" "$(value degrees_after "$out/result.txt")"
