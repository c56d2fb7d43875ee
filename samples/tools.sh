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

# value NAME FILE: the number in the last line "NAME = number" of what dspc printed into FILE.
value() { sed -n "s/^$1 = //p" "$2" | tail -n 1; }
# digits N X: X with N significant digits.
digits() { awk -v n="$1" -v x="$2" 'BEGIN { printf "%.*g", n, x }'; }
# show FILE COMMAND...: runs COMMAND, keeps what it prints in FILE and prints it; its failure is the script's.
show() {
  printed=$1; shift
  status=0; "$@" >"$printed" || status=$?
  cat "$printed"
  [ "$status" = 0 ] || exit "$status"
}
