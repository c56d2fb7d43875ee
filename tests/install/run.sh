# make install into a DESTDIR and a PREFIX, what a packager looks at, and make uninstall, which leaves no file.
set -u
if [ -n "${SAN:-}" ]; then echo '0 passed, 0 failed'; exit 0; fi
dest=$(mktemp -d)
trap 'rm -rf "$dest"' EXIT
pass=0; fail=0
check() { # check WHAT COMMAND...
  what=$1; shift
  if "$@" >"$dest.log" 2>&1; then pass=$((pass + 1)); else fail=$((fail + 1)); echo "FAIL $what"; tail -n 5 "$dest.log"; fi
  rm -f "$dest.log"
}
export MAKEFLAGS=
at=$dest/opt/dspc
check 'make install' make install B="$BUILD" DESTDIR="$dest" PREFIX=/opt/dspc
check 'the command runs from there' "$at/bin/dspc" --version
check 'the man page has a name' grep -q '^dspc \\- ' "$at/share/man/man1/dspc.1"
check 'the man page lists the commands' grep -q '^\.SS dspc build' "$at/share/man/man1/dspc.1"
check 'completion is shell text' sh -c 'command -v bash >/dev/null || exit 0; bash -n "$1"' sh "$at/share/bash-completion/completions/dspc"
check 'dspc.pc speaks of the prefix, not of DESTDIR' grep -qx 'prefix=/opt/dspc' "$at/lib/pkgconfig/dspc.pc"
flags='PKG_CONFIG_PATH="$1/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR= pkg-config --define-variable=prefix="$1"'
check 'pkg-config knows it' sh -c "$flags --cflags --libs dspc" sh "$at"
printf '#include <dspc.h>\nint main(void) { return dspc_status_text(DSPC_OK) == 0; }\n' >"$dest/main.c"
check 'a program links by pkg-config' sh -c "\${CC:-cc} -I\"\$1/include\" \"\$1/../../main.c\" -o \"\$1/../../main\" \$($flags --cflags --libs dspc) && \"\$1/../../main\"" sh "$at"
check 'make uninstall' make uninstall DESTDIR="$dest" PREFIX=/opt/dspc
check 'nothing is left' sh -c '[ -z "$(find "$1" -type f)" ]' sh "$at"
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
