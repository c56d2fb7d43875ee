#!/bin/sh
# Learns the two variances of a local level model of the Nile, then smooths its level; results go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

"$dspc" check nile.dsp --pipeline=learn
"$dspc" run nile.dsp --pipeline=learn --in y=nile.csv --out loglik=- >"$out/start.txt"
show "$out/learned.txt" "$dspc" fit nile.dsp --pipeline=learn --in y=nile.csv --optimizer=lbfgs --steps=60 --quiet \
  --out s2_eps=- --out s2_eta=- --out loglik=-
s2_eps=$(value s2_eps "$out/learned.txt") s2_eta=$(value s2_eta "$out/learned.txt")

for missing in 0 1; do # 1: as if 1891-1910 and 1931-1950 had not been recorded
  echo "missing = $missing"
  "$dspc" run nile.dsp --pipeline=level --in y=nile.csv --in s2_eps="$s2_eps" --in s2_eta="$s2_eta" \
    --in missing=$missing --out band="$out/level_$missing.svg#1872:1970,flow,level,5 %,95 %" --out before_1899=- --out after_1899=-
done
printf 'result: variances %.0f and %.1f (published: 15099 and 1469.1), log-likelihood %.2f -> %.2f\n' \
  "$s2_eps" "$s2_eta" "$(value loglik "$out/start.txt")" "$(value loglik "$out/learned.txt")"
