#!/bin/sh
# Learns thresholds on one phrase, takes the noise out of another one; sound and plots go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

record() { # recording, seed, name
  "$dspc" run denoise.dsp --pipeline=record --in voice="$voices/$1.wav[0:60000]" --in seed="$2" --out noisy="$out/noisy_$3.npy"
}
record Front_Center 1 first
record Rear_Left 2 second

"$dspc" check denoise.dsp --pipeline=learn -D N=600 -D LEVELS=1
"$dspc" fit denoise.dsp --pipeline=learn --optimizer=lbfgs --steps=15 --quiet --in voice="$voices/Front_Center.wav[0:60000]" \
  --in noisy="$out/noisy_first.npy" --out t="$out/t.npy" --out t=- --out loss=-
show "$out/compared.txt" "$dspc" run denoise.dsp --pipeline=compare --in voice="$voices/Rear_Left.wav[0:60000]" \
  --in noisy="$out/noisy_second.npy" --in t="$out/t.npy" --out snr_noisy=- --out snr_universal=- --out snr_learned=- \
  --out clean="$out/clean.wav" --rate=48000 --out plot="$out/plot.svg#noisy,recording,cleaned"
of() { digits 3 "$(value "$1" "$out/compared.txt")"; }
echo "result: SNR of an unheard phrase $(of snr_noisy) dB -> $(of snr_learned) dB (universal threshold: $(of snr_universal) dB)"
