. "$LIB"
# the C compiler of run: absent, failing, interrupted; nothing is ever left in TMPDIR (run.sh looks)
CC=/nonexistent/cc status 4 dspc run fir.dsp --in x=x.csv --in d=d.csv
err_has "cannot be run"
printf '#!/bin/sh\necho no such flag >&2\nexit 1\n' >failing; chmod +x failing
CC=$PWD/failing status 4 dspc run fir.dsp --in x=x.csv --in d=d.csv
err_has 'no such flag'
printf '#!/bin/sh\nsleep 20 &\nwait\n' >slow; chmod +x slow
for s in TERM INT HUP; do
  CC=$PWD/slow setsid "$DSPC" run fir.dsp --in x=x.csv --in d=d.csv >out 2>err &
  pid=$!
  i=0; while [ -z "$(ls -A "$TMPDIR")" ] && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
  [ -n "$(ls -A "$TMPDIR")" ] || die "no folder in TMPDIR while compiling"
  [ $s = INT ] && s=TERM # a shell's background job ignores SIGINT from the start
  kill -$s $pid
  wait $pid; got=$?
  [ $got -gt 128 ] || die "ended with $got after SIG$s"
done
