# Runs the commands of README.md and of every sample's README.md: each fenced `sh` block is one test, run with `sh -e` in a
# scratch copy of the tree (the sample's block in the sample's folder of it). What a reader types only once on his own
# machine is left out: git clone, cd into the clone, sudo, and the goals that would run this test or take minutes
# (make test, bench, fuzz). A fenced `output` block that follows is what it prints: each of its lines must occur in the output,
# in that order; `...` stands for any text. Not run under sanitizers: the programs are the same ones.
set -u
: "${BUILD:=build}"
if [ -n "${SAN:-}" ]; then echo '0 passed, 0 failed'; exit 0; fi
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$top/tree" "$top/blocks" "$top/home"
{ git ls-files -co --exclude-standard 2>/dev/null || find . -path ./build -prune -o -type f -print; } |
  while read -r f; do [ -f "$f" ] && printf '%s\n' "$f"; done | tar cf - -T - | tar xf - -C "$top/tree"
cp -a "$BUILD" "$top/tree/build"
pass=0; fail=0
# shown OUTPUT LOG: do the lines of OUTPUT occur in LOG in their order?
shown() {
  awk -v log_file="$2" '
    function fits(pattern, line,   piece, n, i, at) { # "..." stands for anything
      n = split(pattern, piece, /\.\.\./)
      if (n == 1) return line == pattern
      if (substr(line, 1, length(piece[1])) != piece[1]) return 0
      line = substr(line, length(piece[1]) + 1)
      for (i = 2; i <= n; i++) {
        if (i == n) return length(line) >= length(piece[i]) && substr(line, length(line) - length(piece[i]) + 1) == piece[i]
        at = index(line, piece[i])
        if (!at) return 0
        line = substr(line, at + length(piece[i]))
      }
    }
    BEGIN { while ((getline line < log_file) > 0) { sub(/[ \t]+$/, "", line); have[++m] = line } }
    { sub(/[ \t]+$/, "") }
    $0 == "" || $0 == "..." { next }
    { for (k++; k <= m && !fits($0, have[k]); k++) { }
      if (k > m) { print "not in the output: " $0; exit 1 } }' "$1"
}

for readme in README.md samples/*/README.md; do
  [ -f "$readme" ] || continue
  rm -f "$top"/blocks/*
  awk -v dir="$top/blocks" '
    /^```sh[ \t]*$/ { on = 1; n++; out = sprintf("%s/%03d", dir, n); print "# line " NR > out; next }
    /^```output[ \t]*$/ && n { on = 1; out = sprintf("%s/%03d.output", dir, n); next }
    /^```/ { if (on) close(out); on = 0; next }
    on { sub(/^\$ /, ""); print > out }' "$readme"
  for block in "$top"/blocks/???; do
    [ -f "$block" ] || continue
    line=$(sed -n '1s/# line //p' "$block")
    sed -i -E '/^(git clone|cd dspc|sudo )/d; /^make( .*)? (test|bench|fuzz)( |$)/d; /^make (test|bench|fuzz)( |$)/d' "$block"
    grep -qv '^#' "$block" || continue
    touch "$block.output"
    if (cd "$top/tree/$(dirname "$readme")" && HOME="$top/home" MAKEFLAGS= timeout 120 sh -e "$block") >"$top/log" 2>&1 </dev/null &&
      shown "$block.output" "$top/log" >"$top/missing"; then
      pass=$((pass + 1))
    else
      fail=$((fail + 1))
      echo "FAIL $readme:$line"; sed 's/^/  > /' "$block"; tail -n 20 "$top/log"; cat "$top/missing"; : >"$top/missing"
    fi
  done
done
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
