# The command on every case here. syntax_*.dsp: its messages are the .txt beside it, the exit status is 1 when there is an error
# and nothing is written. The other cases need options of their own and are compared in the unit tests; here they must not crash.
set -u
passed=0; failed=0
tmp=$(mktemp -d) || exit 4
trap 'rm -rf "$tmp"' EXIT
cd tests/errors || exit 4

fail() { failed=$((failed + 1)); echo "FAIL $*"; }

for f in *.dsp; do
  rm -rf "$tmp/out"
  "$DSPC" build -o "$tmp/out" "$f" >"$tmp/stdout" 2>"$tmp/stderr"; status=$?
  case $f in
  syntax_*)
    want=0; grep -q 'error\[' "${f%.dsp}.txt" && want=1
    # A text with warnings alone has no pipeline in it, which is an error of its own.
    if [ "$want" = 0 ]; then head -n "$(wc -l <"${f%.dsp}.txt")" "$tmp/stderr" >"$tmp/head"; mv "$tmp/head" "$tmp/stderr"; status=0; fi
    if ! cmp -s "${f%.dsp}.txt" "$tmp/stderr"; then fail "$f: other messages"; diff "${f%.dsp}.txt" "$tmp/stderr"
    elif [ "$status" != "$want" ]; then fail "$f: exit status $status, not $want"
    elif [ -n "$(ls -A "$tmp/out" 2>/dev/null)" ]; then fail "$f: wrote files"
    else passed=$((passed + 1)); fi ;;
  *)
    if [ "$status" -gt 1 ]; then fail "$f: exit status $status"; cat "$tmp/stderr"
    else passed=$((passed + 1)); fi ;;
  esac
done
echo "$passed passed, $failed failed"
