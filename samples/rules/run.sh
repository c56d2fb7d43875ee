#!/bin/sh
# Checks four rules that are right, then each of them with a mistake: a wrong rule must be found, with its line.
set -eu
cd "$(dirname "$0")"
. ../tools.sh

right=0 caught=0 tried=0
for name in convolution solve interpolation quantiser; do
  "$dspc" check $name.dsp --points=1 >"$out/$name.txt"
  grep ' rule ' "$out/$name.txt" | head -n 1
  right=$((right + 1))
done

# mistake NAME WHAT SED: the rule of NAME.dsp changed by SED must fail, with status 3, at the line of the rule.
mistake() {
  tried=$((tried + 1))
  wrong="$out/$1$tried.dsp"
  sed "$3" "$1.dsp" >"$wrong"
  ! cmp -s "$1.dsp" "$wrong" || { echo "$1: the change did not apply" >&2; exit 1; }
  status=0
  "$dspc" check "$wrong" --points=1 >"$out/wrong.txt" || status=$?
  line=$(grep -n '^rule' "$wrong" | cut -d: -f1)
  if [ $status = 3 ] && grep -q "FAIL: $wrong:$line:" "$out/wrong.txt"; then
    caught=$((caught + 1))
    echo "caught at line $line of $1.dsp: $2"
  else
    echo "NOT caught (status $status): $1.dsp: $2"
  fi
}

mistake convolution 'the edges are cropped instead of folded back' 's/ + left,/,/; s/ + right,/,/'
mistake solve 'the transpose is forgotten' "s/solve(A', dy)/solve(A, dy)/"
mistake solve 'the sign of dA' 's/-outer(l, y)/outer(l, y)/'
mistake interpolation 'a slope beyond the ends' 's/where((t >= 0) and (t <= N - 1), \(.*\), 0)$/\1/'
mistake quantiser 'a straight-through rule that is not declared a surrogate' 's/^rule surrogate/rule/'

echo "result: $right of 4 right rules confirmed, $caught of $tried wrong ones caught"
