# The fuzz targets on their seeds, each whole and cut off at 5 places: no crash, no hang.
set -u
pass=0; fail=0
for target in "$BUILD"/replay/*; do
  name=$(basename "$target")
  for seed in $(sh tests/fuzz/seeds.sh "$name"); do
    if timeout 60 "$target" "$seed" >/dev/null 2>"$BUILD/replay.log"; then pass=$((pass + 1))
    else fail=$((fail + 1)); echo "FAIL $name $seed"; head -n 20 "$BUILD/replay.log"; fi
  done
done
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
