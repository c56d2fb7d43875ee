#!/bin/sh
# The pitch of a spoken phrase by cepstrum and by autocorrelation, the formants of its first vowel, and a round trip.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices
voice="$voices/Front_Center.wav"

"$dspc" check pitch.dsp --pipeline=vowel -D T=512 --in voice="$voice[7000:7512]"
show "$out/there" "$dspc" run pitch.dsp --pipeline=roundtrip --in voice="$voice[0:57600]" --out error=-
"$dspc" run pitch.dsp --pipeline=vowel --in voice="$voice[7000:9048]" --out both="$out/vowel.svg#0:5000,spectrum (dB),envelope (dB)"
show "$out/printed" "$dspc" run pitch.dsp --pipeline=pitch --in voice="$voice[0:57600]" \
  --out track="$out/track.svg#0:1.15,by cepstrum (Hz),by autocorrelation (Hz)" --out voiced_frames=- --out agreement=- --out mean_pitch=-
echo "result: pitch $(digits 4 "$(value mean_pitch "$out/printed")") Hz; cepstrum and autocorrelation agree in $(digits 2 "$(awk -v x="$(value agreement "$out/printed")" 'BEGIN { print 100 * x }')") % of voiced frames; round trip $(digits 1 "$(value error "$out/there")")"
