#!/bin/sh
# Learns a codec on one phrase and codes another; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

"$dspc" check codec.dsp --pipeline=learn -D N=512 --points=1
"$dspc" fit codec.dsp --pipeline=learn --precision=f32 --optimizer=adam --lr=0.02 --schedule=cosine --steps=100 --counter=seed --quiet \
  --in voice="$voices/Front_Center.wav[12000:44768]" --in price=100 --out steps="$out/steps.npy" \
  --out W1="$out/W1.npy" --out b1="$out/b1.npy" --out W2="$out/W2.npy" --out b2="$out/b2.npy" --plot="$out/fit.svg"
show "$out/result.txt" "$dspc" run codec.dsp --pipeline=code --in voice="$voices/Rear_Left.wav[12000:44768]" --in steps="$out/steps.npy" \
  --in W1="$out/W1.npy" --in b1="$out/b1.npy" --in W2="$out/W2.npy" --in b2="$out/b2.npy" \
  --out rate=- --out snr=- --out snr_uniform=- --out decoded="$out/decoded.wav"
printf 'result: another phrase with %.2f bits per sample (%.0f kbit/s): SNR %.1f dB with a uniform quantiser -> %.1f dB\n' "$(value rate "$out/result.txt")" \
  "$(awk -v r="$(value rate "$out/result.txt")" 'BEGIN { print 48*r }')" "$(value snr_uniform "$out/result.txt")" "$(value snr "$out/result.txt")"
