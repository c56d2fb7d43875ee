# run.sh [OPTION...]: builds the hand-written and the generated programs of the bench and runs them; see bench.c for the
# options (--verify, --only=fir, --bits=32, --seconds=2). Called by `make bench`. DSPC_OPTIONS goes to dspc build, as in
# DSPC_OPTIONS=--checkpoint=binomial:12 make bench ONLY=kalman. Both sides are compiled with the same flags.
# Both sides plan their transforms by measuring. The first run plans its transforms and takes some minutes; what FFTW learned is kept in $BUILD/bench/wisdom.
set -eu
: "${BUILD:=build}" "${CC:=gcc}" "${LIBS:=-lfftw3 -lfftw3f -lblas -lpthread -lm}"
: "${BENCH_CFLAGS:=-O3 -march=native -fno-math-errno -fno-trapping-math}"
here=tests/bench
out=$BUILD/bench
mkdir -p "$out/gen"
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -I$BUILD/include"

compile() { # compile OBJECT SOURCE FLAG...: unless the object is newer than everything it is made of
  object=$1; source=$2; shift 2
  if [ -z "$(find "$here" "$BUILD/include" -name '*.[ch]' -newer "$object" 2>/dev/null | head -n 1)" ] && [ -f "$object" ]; then return; fi
  # shellcheck disable=SC2086
  $CC $flags $BENCH_CFLAGS "$@" -c "$source" -o "$object"
}
for bits in 32 64; do
  for name in fir conv mrstft logmel deblur biquad kalman nlms; do compile "$out/$name$bits.o" "$here/hand/$name.c" -I"$here" -DBITS=$bits; done
  for n in 48000 65536; do compile "$out/energy$n-$bits.o" "$here/hand/energy.c" -I"$here" -DBITS=$bits -DN=$n; done
done
compile "$out/data.o" "$here/data.c"
compile "$out/bench.o" "$here/bench.c"
# shellcheck disable=SC2086
$CC -rdynamic "$out"/*.o "$BUILD/lib/libdspc.a" $LIBS -ldl -o "$out/bench"

case " $* " in *" --verify "*) exec "$out/bench" "$@" ;; esac

only=
for option in "$@"; do case $option in --only=*) only=${option#--only=} ;; esac; done
for source in "$here"/*.dsp; do
  name=$(basename "$source" .dsp)
  case $name in *"$only"*) ;; *) continue ;; esac
  wrt=
  case $name in fir) wrt=--wrt=x ;; biquad) wrt=--wrt=x ;; kalman) wrt=--wrt=y ;; nlms) wrt=--wrt=d ;; logmel) wrt=--wrt=wave ;; esac
  for bits in 32 64; do
    mkdir -p "$out/gen/f$bits"
    # shellcheck disable=SC2086
    "$BUILD/dspc" build "$source" -o "$out/gen/f$bits" --precision=f$bits $wrt ${DSPC_OPTIONS-}
    # shellcheck disable=SC2086
    $CC -std=c99 -DDSPC_PLANNING=DSPC_MEASURE -I"$BUILD/include" $BENCH_CFLAGS -shared -fPIC "$out/gen/f$bits/$name.c" "$BUILD/lib/libdspc.a" $LIBS \
      -o "$out/gen/${name}_f$bits.so"
  done
done
exec "$out/bench" --modules="$out/gen" --wisdom="$out/wisdom" "$@"
