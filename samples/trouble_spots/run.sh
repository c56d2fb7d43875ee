#!/bin/sh
# Draws hard operators, their smooth stand-ins and the slopes of both, then moves a peak by the gradient of its place; plots go to out/.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

set --
for name in root logarithm magnitude phase soft hard limit largest; do
  set -- "$@" --out "$name=$out/$name.svg#-2:2,hard,smooth" --out "${name}_slope=$out/${name}_slope.svg#-2:2,hard,smooth"
done
"$dspc" run spots.dsp --pipeline=curves "$@" --out "rounded=$out/rounded.svg#-2:2,hard,smooth" \
  --out "rounded_slope=$out/rounded_slope.svg#-2:2,hard,smooth,straight through"

set -- --out "position=$out/position.svg#5:10,argmax,soft argmax,parabola" --out "position_slope=$out/position_slope.svg#5:10,argmax,soft argmax,parabola"
for name in peak=5:10 second=-2:2 place=-2:2; do
  set -- "$@" --out "${name%=*}=$out/${name%=*}.svg#${name#*=},hard,smooth" --out "${name%=*}_slope=$out/${name%=*}_slope.svg#${name#*=},hard,smooth"
done
"$dspc" run spots.dsp --pipeline=places "$@"

"$dspc" check spots.dsp --pipeline=move_soft --points=1
for way in hard soft parabola; do
  "$dspc" fit spots.dsp --pipeline=move_$way --optimizer=lbfgs --quiet --out p=- >"$out/$way.txt"
  echo "by $way: $(cat "$out/$way.txt")"
done
miss() { awk -v p="$(value p "$out/$1.txt")" 'BEGIN { printf "%.3f", p < 9 ? 9 - p : p - 9 }'; }
printf 'result: a peak moved 3.7 samples by its gradient, what is missing: argmax %s, soft argmax %s, parabola %s samples\n' "$(miss hard)" "$(miss soft)" "$(miss parabola)"
