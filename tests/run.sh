# run.sh [NAME...]: every test there is, or those whose name contains a NAME. Called by `make test`.
#
# Parts: the CUnit runner, then each tests/<area>/run*.sh. A part finds BUILD (folder with dspc, lib/, include/), CC, CLANG
# and SAN in the environment, is run from the top of the tree, and ends with a line "N passed, N failed". What a part prints
# is shown when it fails; all of it is kept in $BUILD/test-logs/.
set -u
: "${BUILD:=build}"; export BUILD CC CLANG SAN
export DSPC="$PWD/$BUILD/dspc"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
logs=$BUILD/test-logs
mkdir -p "$logs"
passed=0; failed=0

part() { # part NAME COMMAND...
  name=$1; shift
  log=$logs/$(printf '%s' "$name" | tr '/ ' '--').log
  start=$(date +%s)
  "$@" >"$log" 2>&1; status=$?
  took=$(($(date +%s) - start))
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  if [ -z "$counts" ]; then
    p=0; f=1; echo "$name: gave no count (exit $status)" >>"$log"
  else
    p=${counts%% passed*}; f=${counts#*, }; f=${f%% failed*}
    [ "$status" = 0 ] || [ "$f" != 0 ] || f=1
  fi
  passed=$((passed + p)); failed=$((failed + f))
  printf '%-32s %5d passed %4d failed %5d s\n' "$name" "$p" "$f" "$took"
  [ "$f" = 0 ] || { echo "---- $log"; tail -n 60 "$log"; echo "----"; }
}

chosen() { # chosen NAME WANTED...: none wanted, or one is part of NAME
  name=$1; shift
  [ $# = 0 ] && return 0
  for w in "$@"; do case $name in *"$w"*) return 0 ;; esac; done
  return 1
}

units=no
if [ $# = 0 ]; then units=yes; part units "$BUILD/tests"
else
  for w in "$@"; do grep -q "$w" "$BUILD/gen/test_list.inc" && units=yes; done
  [ "$units" = yes ] && part units "$BUILD/tests" "$@"
fi
for script in tests/*/run*.sh; do
  case $script in tests/bench/*|tests/fuzz/run-fuzz.sh) continue ;; esac
  name=${script#tests/}; name=${name%.sh}; name=${name%/run}
  chosen "$name" "$@" && part "$name" sh "$script"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
