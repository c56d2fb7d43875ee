# install.sh BUILD DEST PREFIX VERSION: copies what was built under DEST (DESTDIR and PREFIX); dspc.pc speaks of PREFIX.
set -eu
build=$1; dest=$2; prefix=$3; version=$4
mkdir -p "$dest/bin" "$dest/lib/pkgconfig" "$dest/include" "$dest/share/man/man1" "$dest/share/bash-completion/completions"
install -m 755 "$build/dspc" "$dest/bin/dspc"
install -m 644 "$build/lib/libdspc.a" "$dest/lib/libdspc.a"
install -m 644 "$build"/include/*.h "$dest/include/"
blas=$(pkg-config --exists cblas 2>/dev/null && echo cblas || echo blas)
cat > "$dest/lib/pkgconfig/dspc.pc" <<PC
prefix=$prefix
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: dspc
Description: Runtime of the C that dspc writes
Version: $version
Requires: fftw3 fftw3f $blas
Libs: -L\${libdir} -ldspc -lpthread -lm
Cflags: -I\${includedir}
PC
"$build/dspc" docs man > "$dest/share/man/man1/dspc.1"
"$build/dspc" docs completion > "$dest/share/bash-completion/completions/dspc"
echo "dspc $version installed in $dest"
