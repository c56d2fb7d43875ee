# The layers of compiler/LAYERS: every #include "folder/..." points to the same layer or one above it in the file.
set -u
fail=0; pass=0
order=$(sed 's/#.*//' compiler/LAYERS | grep .)
rank() { printf '%s\n' "$order" | grep -nx "$1" | cut -d: -f1; }
for dir in compiler/*/; do
  layer=$(basename "$dir"); mine=$(rank "$layer")
  if [ "$layer" = prelude ]; then continue; fi
  if [ -z "$mine" ]; then echo "FAIL: compiler/$layer stands in no layer of compiler/LAYERS"; fail=$((fail + 1)); continue; fi
  bad=$(grep -Hn '^ *# *include *"' "$dir"*.c "$dir"*.h "$dir"*.l "$dir"*.y "$dir"*.def 2>/dev/null |
    sed 's/^\([^:]*:[0-9]*\):.*"\([^"]*\)".*/\1 \2/' | while read -r at header; do
      used=${header%%/*}
      [ "$used" = "$header" ] && { echo "$at: \"$header\" is not written relative to compiler/"; continue; }
      theirs=$(rank "$used")
      [ -z "$theirs" ] && { echo "$at: \"$header\" is in no layer"; continue; }
      [ "$theirs" -le "$mine" ] || echo "$at: $layer may not include $header"
    done)
  if [ -n "$bad" ]; then echo "$bad"; fail=$((fail + 1)); else pass=$((pass + 1)); fi
done
bad=$(grep -rHnE '^ *# *include *"(compiler|support|diag|front|ir|eval|sema|ad|opt|plan|emit|docgen|data|driver)/' runtime)
if [ -n "$bad" ]; then echo "$bad: runtime/ knows nothing of compiler/"; fail=$((fail + 1)); else pass=$((pass + 1)); fi
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
