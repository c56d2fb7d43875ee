#!/bin/sh
# Cancels an echo whose path drifts, by three adaptive filters; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

"$dspc" run echo.dsp --pipeline=record --in a="$voices/Front_Center.wav[4000:52000]" --in b="$voices/Side_Left.wav[4000:52000]" \
  --in c="$voices/Rear_Right.wav[4000:52000]" --in d="$voices/Front_Left.wav[4000:52000]" --in noise="$voices/Noise.wav[0:32000]" \
  --out far="$out/far.wav" --out far="$out/far.npy" --out echo="$out/echo.npy" \
  --out microphone="$out/microphone.wav" --out microphone="$out/microphone.npy"

"$dspc" check echo.dsp --pipeline=tune
show "$out/tuned.txt" "$dspc" fit echo.dsp --pipeline=tune --optimizer=lbfgs --steps=8 --quiet \
  --in far="$out/far.npy" --in microphone="$out/microphone.npy" --out mu=- --out eps=-
show "$out/erle.txt" "$dspc" run echo.dsp --pipeline=cancel --in far="$out/far.npy" --in echo="$out/echo.npy" \
  --in microphone="$out/microphone.npy" --in mu="$(value mu "$out/tuned.txt")" --in eps="$(value eps "$out/tuned.txt")" \
  --out nlms=- --out rls=- --out walk=- --out cleaned="$out/cleaned.wav" --rate=8000 --out erle_db="$out/erle.svg#0:4,NLMS,RLS,random walk"
drift() { awk -v name="$1:" '$1 == name { getline; printf "%.1f", $2 }' "$out/erle.txt"; } # the second of the three phases
echo "result: ERLE while the path drifts $(drift nlms) dB (NLMS), $(drift rls) dB (RLS), $(drift walk) dB (RLS for a path that wanders)"
