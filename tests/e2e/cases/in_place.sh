# A complex value computed in place: its imaginary part may read the real part that was there before.
. "$LIB"
echo 'pipeline p {
  input a : real[8]
  y = ifft(complex(0*a, 2*re(fft(a))))
  output im_y = im(y)
  output re_y = re(y)
}' >p.dsp
echo 1 0 0 0 0 0 0 0 >a.csv
status 0 dspc run p.dsp --in a=a.csv --out im_y=im.csv --out re_y=re.csv
near im.csv 1e-12 2 0 0 0 0 0 0 0
near re.csv 1e-12 0 0 0 0 0 0 0 0
