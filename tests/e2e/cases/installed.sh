. "$LIB"
# installed elsewhere, the command finds its library and header
(cd "$TOP" && sh .ci/install.sh "$BUILD" "$OLDPWD/prefix" /usr 0) >out 2>err || die "install.sh"
status 0 ./prefix/bin/dspc run fir.dsp --in x=x.csv --in d=d.csv --out loss=-
out_has 'loss = 0.6328125'
[ -s prefix/share/man/man1/dspc.1 ] || die "no man page"
bash -n prefix/share/bash-completion/completions/dspc 2>err || die "completion"
# alone, without its library, it says so
cp prefix/bin/dspc lonely
status 4 ./lonely run fir.dsp --in x=x.csv --in d=d.csv
err_has 'libdspc.a'
