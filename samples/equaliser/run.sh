#!/bin/sh
# Finds the settings of an equaliser from two recordings; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
voice="$voices/Front_Center.wav[2000:38000]"

"$dspc" run eq.dsp --pipeline=target --in voice="$voice" --in noise="$voices/Noise.wav[0:36000]" --out recorded="$out/recorded.wav"
"$dspc" check eq.dsp --pipeline=match -D N=4500
"$dspc" fit eq.dsp --pipeline=match --optimizer=lbfgs --steps=150 --quiet \
  --in voice="$voice" --in recorded="$out/recorded.wav" --out matched="$out/matched.wav" \
  --out f="$out/f.npy" --out gain="$out/gain.npy" --out q="$out/q.npy" --plot="$out/fit.svg"
compare() {
  "$dspc" run eq.dsp --pipeline=compare "$@" --out response="$out/response.svg#1.78:4.08,found,true" --out rms_error_db=- --out max_error_db=-
}
compare --in f=1000 --in gain=0 --in q=1 >"$out/before.txt" # gain 0: no equaliser
compare --in f="$out/f.npy" --in gain="$out/gain.npy" --in q="$out/q.npy" >"$out/after.txt"
cat "$out/after.txt"
printf 'result: response from 60 Hz to 12 kHz, rms error %.2f -> %.2f dB, largest %.1f -> %.1f dB\n' \
  "$(value rms_error_db "$out/before.txt")" "$(value rms_error_db "$out/after.txt")" "$(value max_error_db "$out/before.txt")" "$(value max_error_db "$out/after.txt")"
