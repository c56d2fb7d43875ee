# The commands that show the front end: dspc dump --after=parse, dspc fmt.
set -u
passed=0; failed=0
tmp=$(mktemp -d) || exit 4
trap 'rm -rf "$tmp"' EXIT

ok() { # ok WHAT COMMAND...
  what=$1; shift
  if "$@" >"$tmp/log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $what"; cat "$tmp/log"; fi
}
same_output() { want=$1; shift; "$@" >"$tmp/output" && cmp "$want" "$tmp/output"; }
status_is() { want=$1; shift; "$@"; [ $? = "$want" ]; }
from_stdin() { "$DSPC" fmt - <"$1"; }

for f in tests/lang/*.dsp; do
  base=${f%.dsp}
  ok "$f: dump --after=parse" same_output "$base.ast" "$DSPC" dump --after=parse "$f"
  ok "$f: fmt of standard input" same_output "$base.fmt" from_stdin "$f"
  cp "$f" "$tmp/a.dsp"
  cmp -s "$f" "$base.fmt"; changes=$?
  ok "$f: fmt --check" status_is "$changes" "$DSPC" fmt --check "$tmp/a.dsp"
  ok "$f: --check writes nothing" cmp "$f" "$tmp/a.dsp"
  ok "$f: fmt in place" status_is 0 "$DSPC" fmt "$tmp/a.dsp"
  ok "$f: fmt in place wrote" cmp "$base.fmt" "$tmp/a.dsp"
  ok "$f: fmt --check of the result" status_is 0 "$DSPC" fmt --check "$tmp/a.dsp"
done
ok "the prelude is formatted" status_is 0 "$DSPC" fmt --check compiler/prelude/*.dsp
cp tests/errors/syntax_if.dsp "$tmp/broken.dsp"
ok "a broken text is refused" status_is 1 "$DSPC" fmt "$tmp/broken.dsp"
ok "and stays as it is" cmp tests/errors/syntax_if.dsp "$tmp/broken.dsp"
ok "a file that is not there" status_is 4 "$DSPC" fmt "$tmp/none.dsp"
ok "a folder" status_is 4 "$DSPC" fmt "$tmp"
echo "$passed passed, $failed failed"
