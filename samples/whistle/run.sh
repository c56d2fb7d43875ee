#!/bin/sh
# Takes a gliding whistle out of speech by a notch that follows it; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

record() { # four phrases, number of the recording
  "$dspc" run whistle.dsp --pipeline=record --in a="$voices/$1.wav[4000:52000]" --in b="$voices/$2.wav[4000:52000]" \
    --in c="$voices/$3.wav[4000:52000]" --in d="$voices/$4.wav[4000:52000]" \
    --out voice="$out/voice_$5.npy" --out heard="$out/heard_$5.npy" --out heard="$out/heard_$5.wav" --rate=8000
}
record Front_Center Rear_Left Front_Right Rear_Center 1
record Side_Left Front_Left Side_Right Rear_Right 2

"$dspc" check whistle.dsp --pipeline=learn
show "$out/learned.txt" "$dspc" fit whistle.dsp --pipeline=learn --optimizer=adam --lr=0.05 --steps=80 --quiet \
  --in heard="$out/heard_1.npy" --in voice="$out/voice_1.npy" --out mu=- --out r=- --out loss=-
clean() { # mu, r
  "$dspc" run whistle.dsp --pipeline=clean --in heard="$out/heard_2.npy" --in voice="$out/voice_2.npy" --in mu="$1" --in r="$2" \
    --out snr_before=- --out snr_after=- --out track_error_hz=- --out cleaned="$out/cleaned.wav" --rate=8000 \
    --out track="$out/track.svg#0:4,notch,whistle"
}
clean 0.1 0.9 >"$out/start.txt" # the initial values
show "$out/after.txt" clean "$(value mu "$out/learned.txt")" "$(value r "$out/learned.txt")"
awk -v a="$(value snr_before "$out/after.txt")" -v b="$(value snr_after "$out/start.txt")" -v c="$(value snr_after "$out/after.txt")" \
  'BEGIN { printf "result: SNR of an unheard recording %.0f dB -> %.1f dB (guessed settings: %.1f dB)\n", a + 0.01, c, b }'
