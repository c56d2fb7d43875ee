# run-all.sh [NAME...]: runs every sample (or those named) and prints the table of README.md: what each reaches, and its time.
# With TABLE=1 the table in README.md is replaced by the one just made. Called by `make samples`.
#
# The title and the line `*System · data*` come from the sample's README.md, the result from the last line `result: ...` that
# its run.sh prints. The time is processor time, so that a busy machine does not change it much.
set -u
cd "$(dirname "$0")" || exit 1
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT
failed=0
[ $# -gt 0 ] || set -- $(for f in */run.sh; do dirname "$f"; done)
for s in "$@"; do
  [ -f "$s/run.sh" ] || { echo "there is no sample '$s'" >&2; exit 2; }
  printf '== %s\n' "$s" >&2
  (sh "$s/run.sh"; status=$?; times >"$log/times"; exit $status) >"$log/out" 2>&1
  status=$?
  result=$(sed -n 's/^result: //p' "$log/out" | tail -n 1)
  [ -n "$result" ] || { echo 'it printed no line "result: ..."' >>"$log/out"; status=1; }
  if [ "$status" != 0 ]; then
    failed=$((failed + 1)); tail -n 20 "$log/out" >&2; echo "== $s FAILED (exit $status)" >&2; continue
  fi
  title=$(sed -n '1s/^# //p' "$s/README.md")
  about=$(sed -n 's/^\*\(.*\)\*$/\1/p' "$s/README.md" | head -n 1)
  seconds=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); s += 60 * t[1] + t[2] } printf "%.1f s", s }' "$log/times")
  printf '%s\t| %s | [%s](%s) | %s | %s | %s |\n' "${about%% · *}$title" "${about%% · *}" "$title" "$s" "${about#* · }" "$result" "$seconds" >>"$log/rows"
  printf '   %s (%s)\n' "$result" "$seconds" >&2
done
{
  echo '| system | sample | data | result | time |'
  echo '|---|---|---|---|---|'
  LC_ALL=C sort "$log/rows" | cut -f 2-
} >"$log/table"
cat "$log/table"
if [ -n "${TABLE:-}" ] && [ "$failed" = 0 ]; then
  awk -v table="$log/table" '
    /^\| system \|/ { while ((getline line < table) > 0) print line; skip = 1; next }
    skip && /^\|/ { next }
    { skip = 0; print }' README.md >"$log/readme" && cat "$log/readme" >README.md
fi
[ "$failed" = 0 ]
