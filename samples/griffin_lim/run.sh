#!/bin/sh
# Throws the phase of a recording's spectra away, and makes a signal that has the same magnitudes; sounds go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

"$dspc" run griffin_lim.dsp --pipeline=analysis --quiet --in voice="$voices/Front_Center.wav[0:48000]" --out mags="$out/mags.npy" --out picture="$out/spectrogram.png"
"$dspc" check griffin_lim.dsp --pipeline=descend -D N=4096 --points=1
"$dspc" run griffin_lim.dsp --pipeline=classic --in mags="$out/mags.npy" --out start="$out/start.npy" --out x="$out/classic.npy"
"$dspc" fit griffin_lim.dsp --pipeline=descend --optimizer=lbfgs --steps=60 --quiet --in mags="$out/mags.npy" --in x="$out/classic.npy" --out x="$out/found.npy"
"$dspc" run griffin_lim.dsp --pipeline=compare --in mags="$out/mags.npy" --in start="$out/start.npy" --in classic="$out/classic.npy" --in found="$out/found.npy" \
  --out start_db=- --out classic_db=- --out found_db=- --out sound_classic="$out/classic.wav" --out sound_found="$out/found.wav" | tee "$out/result.txt"
db() { sed -n "s/^$1_db = //p" "$out/result.txt" | cut -c 1-5; }
echo "result: spectral convergence $(db classic) dB after 32 rounds of Griffin-Lim -> $(db found) dB after gradient descent on the samples"
