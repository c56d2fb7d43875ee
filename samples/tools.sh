# tools.sh: sourced by the samples: where the command is, where results go, where the recordings of speech are.
#
# The recordings are those of Debian's package alsa-utils: nine short spoken phrases, 48 kHz, mono, 16 bit.
dspc=../../${BUILD:-build}/dspc
[ -x "$dspc" ] || dspc=dspc
out=${OUT:-out}
mkdir -p "$out"

voices=${VOICES:-/usr/share/sounds/alsa}
need_voices() {
  [ -f "$voices/Front_Center.wav" ] && return
  echo "no recordings in $voices: install alsa-utils, or set VOICES to a folder with Front_Center.wav ..." >&2
  exit 1
}
