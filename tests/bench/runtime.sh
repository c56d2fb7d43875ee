# runtime.sh [NAME...]: builds and runs the benchmarks of single kernels (runtime_NAME.c) against code written by hand.
# The hand-written side gets -ffast-math, so that its sums vectorise as well.
set -eu
: "${BUILD:=build}" "${CC:=gcc}" "${LIBS:=-lfftw3 -lfftw3f -lblas -lpthread -lm}"
mkdir -p "$BUILD/bench"
for source in tests/bench/runtime_*.c; do
  name=$(basename "$source" .c)
  [ $# = 0 ] || case " $* " in *" ${name#runtime_} "*) ;; *) continue ;; esac
  # shellcheck disable=SC2086
  $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O3 -march=native -ffast-math -Iruntime/include "$source" "$BUILD/lib/libdspc.a" \
    $LIBS -o "$BUILD/bench/$name"
  "$BUILD/bench/$name"
done
