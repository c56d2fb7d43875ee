# run-fuzz.sh BUILD: each libFuzzer target for $TIME seconds on $JOBS processors. Called by `make fuzz`. What it finds is left in
# BUILD/found/TARGET/, the corpus in BUILD/corpus/TARGET/ for the next run.
set -u
build=$1; fail=0
: "${TIME:=60}" "${JOBS:=$(nproc 2>/dev/null || echo 1)}"
for target in "$build"/fuzz/*; do
  name=$(basename "$target")
  mkdir -p "$build/corpus/$name" "$build/seeds/$name" "$build/found/$name"
  sh tests/fuzz/seeds.sh "$name" | while read -r f; do cp "$f" "$build/seeds/$name/$(printf '%s' "$f" | tr '/' '_')"; done
  echo "== $name: $TIME seconds, $JOBS jobs"
  if (cd "$build" && "fuzz/$name" -max_total_time="$TIME" -timeout=10 -rss_limit_mb=2048 -max_len=8192 -jobs="$JOBS" -workers="$JOBS" \
      -dict=../tests/fuzz/dsp.dict -artifact_prefix="found/$name/" -print_final_stats=1 "corpus/$name" "seeds/$name") >"$build/$name.log" 2>&1
  then grep -hE 'stat::number_of_executed_units|DONE' "$build"/fuzz-[0-9]*.log 2>/dev/null | tail -n 4
  else fail=$((fail + 1)); tail -n 40 "$build/$name.log"; fi
done
find "$build/found" -type f
[ "$fail" = 0 ] && [ -z "$(find "$build/found" -type f)" ] && echo 'fuzz: nothing found'
