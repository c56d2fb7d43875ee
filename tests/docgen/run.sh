# The printed references in lang-spec/ are what the tables say; `make docs` prints them again.
passed=0; failed=0
for page in operators diagnostics; do
  if "$DSPC" docs $page | cmp -s - lang-spec/$page.md; then passed=$((passed + 1))
  else failed=$((failed + 1)); echo "FAIL: lang-spec/$page.md is not what the tables say: make docs"; fi
done
if command -v man >/dev/null 2>&1; then
  if "$DSPC" docs man | man --warnings -E UTF-8 -l -Tutf8 -Z - 2>&1 >/dev/null | grep -q .; then failed=$((failed + 1)); echo "FAIL: warnings in the man page"
  else passed=$((passed + 1)); fi
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
