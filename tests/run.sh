# run.sh [NAME...]: every test there is, or those whose name contains a NAME. Called by `make test`.
#
# Parts: the CUnit runner, then each tests/<area>/run*.sh. A part finds BUILD (folder with dspc, lib/, include/), CC, CLANG
# and SAN in the environment, is run from the top of the tree, and ends with a line "N passed, N failed". Parts run side by
# side, one per processor, so no two may write the same file. What a part prints is shown when it fails; all of it is kept in
# $BUILD/test-logs/.
set -u
: "${BUILD:=build}"; export BUILD CC CLANG SAN
export DSPC="$PWD/$BUILD/dspc"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
logs=$BUILD/test-logs
mkdir -p "$logs"

part() { # part NAME COMMAND...: one line in $logs/NAME.result
  name=$1; shift
  log=$logs/$name.log
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
  echo "$p $f" >"$logs/$name.result"
  printf '%-32s %5d passed %4d failed %5d s\n' "$name" "$p" "$f" "$took"
  [ "$f" = 0 ] || { echo "---- $log"; tail -n 60 "$log"; echo "----"; }
}

# One part, called by xargs below.
if [ "${1-}" = --part ]; then
  shift; name=$1; shift
  part "$name" "$@"
  exit 0
fi

chosen() { # chosen NAME WANTED...: none wanted, or one is part of NAME
  name=$1; shift
  [ $# = 0 ] && return 0
  for w in "$@"; do case $name in *"$w"*) return 0 ;; esac; done
  return 1
}

# The longest first, so that no processor is idle at the end.
list=$logs/parts
: >"$list"
units=no
if [ $# = 0 ]; then units=yes; else for w in "$@"; do grep -q "$w" "$BUILD/gen/test_list.inc" && units=yes; done; fi
add() { printf '%s\n' "$*" >>"$list"; }
scripts=$(ls tests/*/run*.sh | grep -Ev '^tests/(bench/|fuzz/run-fuzz.sh)')
first=$(printf '%s\n' "$scripts" | grep '^tests/readme/'; printf '%s\n' "$scripts" | grep '^tests/ops/')
suites=$(sed -n 's/SUITE(\(.*\))/\1/p' "$BUILD/gen/test_list.inc")
# Under sanitizers the suites that spend their time in the C compiler are left out: what they compile is the same.
[ -z "${SAN:-}" ] || [ $# != 0 ] || suites=$(printf '%s\n' "$suites" | grep -vx -e agree_compiled -e agree_hessian)
for script in $first UNITS $(printf '%s\n' "$scripts" | grep -v -e '^tests/ops/' -e '^tests/readme/'); do
  if [ "$script" = UNITS ]; then
    if [ $# != 0 ]; then [ "$units" = no ] || add units "$BUILD/tests" "$@"; continue; fi
    # shellcheck disable=SC2046
    add units-agree "$BUILD/tests" $(printf '%s\n' "$suites" | grep '^agree_')
    # shellcheck disable=SC2046
    add units "$BUILD/tests" $(printf '%s\n' "$suites" | grep -v '^agree_')
    continue
  fi
  name=$(printf '%s' "${script#tests/}" | sed 's/\.sh$//; s,/run$,,; s,/,-,g')
  chosen "$name" "$@" && add "$name" sh "$script"
done
rm -f "$logs"/*.result
xargs -P "$(nproc 2>/dev/null || echo 2)" -L 1 sh tests/run.sh --part <"$list"

passed=0; failed=0
while read -r name _; do
  read -r p f <"$logs/$name.result" || { p=0; f=1; }
  passed=$((passed + p)); failed=$((failed + f))
done <"$list"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
