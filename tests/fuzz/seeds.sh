# seeds.sh TARGET: the files a fuzz target starts from: for .dsp text all there is in the tree, for graphs those of tests/.
# What a fuzzer found once is kept in tests/fuzz/found/TARGET/.
case $1 in
  fuzz_graph) find tests -name '*.graph' -o -name '*.ir' ;;
  *) find compiler/prelude samples tests -name '*.dsp' ;;
esac
if [ -d "tests/fuzz/found/$1" ]; then find "tests/fuzz/found/$1" -type f; fi
