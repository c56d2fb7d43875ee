# run.sh: the command as users meet it: every script in cases/ is run in a scratch folder of its own; see lib.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(pwd)
passed=0; failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
for case in "$here"/cases/*.sh; do
  name=$(basename "$case" .sh)
  mkdir -p "$scratch/$name/tmp"
  if (cd "$scratch/$name" && TOP=$top LIB="$here/lib.sh" TMPDIR="$scratch/$name/tmp" sh "$case") >"$scratch/$name.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1)); echo "FAIL $name"; sed 's/^/  /' "$scratch/$name.log" | tail -n 25
  fi
  left=$(ls -A "$scratch/$name/tmp")
  if [ -n "$left" ]; then failed=$((failed + 1)); echo "FAIL $name: left behind in TMPDIR: $left"; else passed=$((passed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
