#!/bin/sh
# Puts a spoken phrase into a room with two microphones, and makes it drier without knowing the room.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
need_voices

"$dspc" run room.dsp --pipeline=room --quiet --in voice="$voices/Front_Center.wav[0:48000]" --out heard="$out/heard.npy" --out early="$out/early.npy"
"$dspc" check room.dsp --pipeline=dereverberate --points=1 -D L=12000
"$dspc" fit room.dsp --pipeline=dereverberate --optimizer=lbfgs --steps=60 --quiet --in heard="$out/heard.npy" --out x="$out/x.npy"
"$dspc" run room.dsp --pipeline=compare --in early="$out/early.npy" --in heard="$out/heard.npy" --in x="$out/x.npy" \
  --out before_db=- --out after_db=- | tee "$out/result.txt"
db() { sed -n "s/^$1_db = //p" "$out/result.txt" | cut -c 1-3; }
echo "result: SI-SDR against the early sound $(db before) dB -> $(db after) dB, two microphones, room unknown"
