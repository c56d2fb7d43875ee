. "$LIB"
# explain, graph, dump, ops, fmt
status 0 dspc explain fir.dsp
out_has 'conv(x, h, mode=same)'
out_has 'real[8] @ 16000Hz'
out_has 'work memory'
status 0 dspc explain fir.dsp --json -D N=64
out_has '"shape": [64]'
status 0 dspc explain E0001
out_has 'error[E0001]'
status 1 dspc explain E9999
status 0 dspc graph fir.dsp -o fir.dot
grep -q 'digraph fir' fir.dot || die "no DOT text"
status 0 dspc graph fir.dsp -o -
out_has digraph
if command -v dot >/dev/null 2>&1; then
  status 0 dspc graph fir.dsp -o fir.svg
  grep -q '</svg>' fir.svg || die "no SVG"
fi
mkdir empty
PATH=$PWD/empty status 0 "$DSPC" graph fir.dsp -o alone.svg
err_has 'Graphviz is not installed'
[ -s alone.dot ] || die "no alone.dot"
for s in parse sema ad opt plan; do status 0 dspc dump --after=$s fir.dsp; [ -s out ] || die "dump --after=$s"; done
status 0 dspc ops
out_has 'convolution'
status 0 dspc ops conv
out_has 'conv([1, 2], [1, 1]) == [1, 3, 2]'
status 0 dspc ops np.hypot
out_has 'hypot'
status 1 dspc ops convv
err_has "did you mean"
printf 'pipeline   p{input x:real[4]\noutput y = 2*x}\n' >ugly.dsp
status 1 dspc fmt --check ugly.dsp
out_has 'ugly.dsp would change'
status 0 dspc fmt ugly.dsp
status 0 dspc fmt --check ugly.dsp
status 0 dspc run ugly.dsp --in 'x=x.csv[0:4]'
"$DSPC" fmt - <ugly.dsp >out 2>err || die "fmt -"
cmp -s out ugly.dsp || die "fmt - prints"
printf 'pipeline {\n' >broken.dsp; cp broken.dsp kept.dsp
status 1 dspc fmt broken.dsp
cmp -s broken.dsp kept.dsp || die "a broken file is left alone"

# Operators by the names of other libraries, and near misses.
status 0 dspc ops torch.nn.Linear
out_has 'torch.nn.Linear is dense here:'
status 0 dspc ops np.convolve
out_has 'np.convolve is conv here:'
status 0 dspc ops pywt.wavedec
out_has 'wavedec(x: num'
status 0 dspc ops arm_fir_q15
out_has 'arm_fir_q15 is fir here:'
status 0 dspc ops wavelet
out_has 'waverec  '
status 0 dspc ops 'room impulse'
out_has 'shoebox_rir'
status 1 dspc ops sfft
err_has "did you mean 'stft'?"
status 1 dspc ops pywt.wavdec
err_has "did you mean 'wavedec'?"
