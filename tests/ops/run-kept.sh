# run-kept.sh: random programs with long loops whose states are kept in every way there is; see tests/ops/random_main.c.
count=60
[ -z "${SAN:-}" ] || count=20
exec "$BUILD/random" --count "$count" --seed 5000 --keep --cc "${CC:-cc}"
