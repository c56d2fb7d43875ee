# run.sh: every row of the operator table in generated C, in double and in float, and random programs: against the reference
# evaluator, with dot tests. See tests/ops/random_main.c; `build/random --count 10000` for more.
set -u
random=$BUILD/random
count=300
[ -z "${SAN:-}" ] || count=60
[ -x "$random" ] || { echo "$random is missing"; echo "0 passed, 1 failed"; exit 1; }
logs=$BUILD/test-logs; mkdir -p "$logs"
( "$random" --rows 64 --cc "${CC:-cc}" >"$logs/ops-rows-64" 2>&1; "$random" --count $count --cc "${CC:-cc}" >"$logs/ops-random" 2>&1 ) &
"$random" --rows 32 --cc "${CC:-cc}" >"$logs/ops-rows-32" 2>&1
wait
passed=0; failed=0
for log in ops-rows-64 ops-rows-32 ops-random; do
  echo "== $log"; cat "$logs/$log"
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$logs/$log" | tail -n 1)
  if [ -z "$counts" ]; then failed=$((failed + 1)); continue; fi
  p=${counts%% passed*}; f=${counts#*, }; f=${f%% failed*}
  passed=$((passed + p)); failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
