#!/bin/sh
# Learns a step size for each tap of an adaptive filter, through its adaptation; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

record() { # two phrases, first sample of the noise, set of rooms
  "$dspc" run steps.dsp --pipeline=record --in a="$voices/$1.wav[4000:61600]" --in b="$voices/$2.wav[4000:61600]" \
    --in noise="$voices/Noise.wav[$3:$(($3 + 19200))]" --in set="$4" \
    --out far="$out/far_$4.npy" --out echo="$out/echo_$4.npy" --out microphone="$out/microphone_$4.npy"
}
record Front_Center Side_Left 0 0
record Rear_Right Front_Left 20000 1

"$dspc" check steps.dsp --pipeline=learn_each -D N=400
for how in one each; do
  step=; [ $how = one ] || step="--out step=$out/step.npy"
  # shellcheck disable=SC2086 # an option or none
  show "$out/$how.txt" "$dspc" fit steps.dsp --pipeline=learn_$how --optimizer=lbfgs --steps=25 --quiet \
    --in far="$out/far_0.npy" --in microphone="$out/microphone_0.npy" --out mu=- --out eps=- $step
done

erle() { # settings, steps: in rooms and with voices not heard before
  "$dspc" run steps.dsp --pipeline=listen --in far="$out/far_1.npy" --in echo="$out/echo_1.npy" \
    --in microphone="$out/microphone_1.npy" --in mu="$(value mu "$out/$1.txt")" --in eps="$(value eps "$out/$1.txt")" \
    --in step="$2" --out erle_db=- --out steps="$out/steps.svg" >"$out/erle_$1.txt"
}
erle one 0
erle each "$out/step.npy"
printf 'result: echo cancelled in the first 0.4 s, in unheard rooms: %.1f dB with one learned step size, %.1f dB with one for each tap\n' \
  "$(value erle_db "$out/erle_one.txt")" "$(value erle_db "$out/erle_each.txt")"
