#!/bin/sh
# Compiles the pipeline to C, builds a program around it, runs it.
set -eu
cd "$(dirname "$0")"
. ../tools.sh
root=../../${BUILD:-build}

"$dspc" check smooth.dsp
"$dspc" build smooth.dsp -o "$out"
${CC:-cc} -std=c11 -O2 -Wall -Wextra -I"$out" -I"$root/include" main.c "$out/smooth.c" -o "$out/smooth" \
  -L"$root/lib" -ldspc -lfftw3 -lfftw3f -lblas -lpthread -lm
show "$out/printed" "$out/smooth"
echo "result: $(sed -n 's/^dL.dh  */gradient to the taps /p' "$out/printed")"
