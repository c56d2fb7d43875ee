# run-rows32.sh: every row of the operator table in generated C, in float, with the dot test at 2e-5. See tests/ops/random_main.c.
# Not under sanitizers, as run-rows64.sh.
[ -z "${SAN:-}" ] || { echo '0 passed, 0 failed'; exit 0; }
exec "$BUILD/random" --rows 32 --cc "${CC:-cc}"
