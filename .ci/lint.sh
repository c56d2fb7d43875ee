# lint.sh FILE...: layers, text layout, then static analysis of the C sources among FILEs with $CC and $CLANG. FLAGS: as built.
set -u
fail=0
sh tests/layers/run.sh || fail=1
sources=$(printf '%s\n' "$@" | grep '\.c$')
jobs=$(nproc 2>/dev/null || echo 2)
each() { printf '%s\n' "$sources" | xargs -P "$jobs" -I{} sh -c "$1" || fail=1; }
if command -v clang-format >/dev/null 2>&1; then
  clang-format --dry-run -Werror "$@" || { echo 'lint: `make format` lays the text out'; fail=1; }
else echo 'lint: clang-format is not installed, layout not checked'; fi
FLAGS="$FLAGS -Iruntime -DDSPC_VERSION='\"lint\"' -DDSPC_HOST_LIBS='\"\"'"
each "$CC $FLAGS -Werror -fsyntax-only {}"
if command -v "$CLANG" >/dev/null 2>&1; then each "$CLANG $FLAGS -Werror -fsyntax-only {}"; fi
if command -v clang-tidy >/dev/null 2>&1; then each "clang-tidy --quiet {} -- $FLAGS 2>/dev/null"
else echo 'lint: clang-tidy is not installed, skipped'; fi
[ "$fail" = 0 ] && echo 'lint: nothing to say'
exit "$fail"
