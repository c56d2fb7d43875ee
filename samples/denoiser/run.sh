#!/bin/sh
# Trains a denoiser on six phrases, and tests it on two others with noise it has not heard; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

set --
for pair in a=Front_Center b=Front_Left c=Front_Right d=Rear_Center e=Rear_Left f=Rear_Right g=Side_Left h=Side_Right; do
  set -- "$@" --in "${pair%%=*}=$voices/${pair#*=}.wav[0:62208]"
done
"$dspc" run denoiser.dsp --pipeline=prepare "$@" --in noise="$voices/Noise.wav[0:66000]" \
  --out heard="$out/heard.npy" --out unheard="$out/unheard.npy" --out noise1="$out/noise1.npy" --out noise2="$out/noise2.npy"

"$dspc" check denoiser.dsp --pipeline=learn --points=1 -D BATCH=1 -D N=512 -D LEAD=512 -D NFFT=64 -D HOP=32 -D BANDS=6 -D H=4
set --
given=
for name in W0 b0 W U b c W2 b2; do
  set -- "$@" --out "$name=$out/$name.npy"
  given="$given --in $name=$out/$name.npy"
done
"$dspc" fit denoiser.dsp --pipeline=learn --precision=f32 --lr=0.015 --schedule=cosine --steps=150 --excerpt=speech --shuffle=1 --counter=seed --quiet \
  --in speech="$out/heard.npy" --in noise="$out/noise1.npy" "$@" --plot="$out/fit.svg"
# shellcheck disable=SC2086
show "$out/result.txt" "$dspc" run denoiser.dsp --pipeline=test --precision=f32 --in speech="$out/unheard.npy" --in noise="$out/noise2.npy" $given \
  --out mixture_0db=- --out wiener_0db=- --out network_0db=- --out mixture_5db=- --out wiener_5db=- --out network_5db=- \
  --out score="$out/score.svg#0:5,mixture,Wiener filter,network" --out spectra_0db="$out/spectra.png" \
  --out noisy_sound="$out/noisy.wav" --out wiener_sound="$out/wiener.wav" --out network_sound="$out/denoised.wav"
printf 'result: SI-SDR of unheard phrases in unheard noise %.1f -> %.1f dB (Wiener filter %.1f dB), and %.1f -> %.1f dB (Wiener filter %.1f dB)\n' \
  "$(value mixture_0db "$out/result.txt")" "$(value network_0db "$out/result.txt")" "$(value wiener_0db "$out/result.txt")" \
  "$(value mixture_5db "$out/result.txt")" "$(value network_5db "$out/result.txt")" "$(value wiener_5db "$out/result.txt")"
