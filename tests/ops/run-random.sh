# run-random.sh: random programs, derivatives and generated C, against the reference evaluator. `build/random --count 10000` for
# more; see tests/ops/random_main.c.
count=300
[ -z "${SAN:-}" ] || count=60
exec "$BUILD/random" --count "$count" --cc "${CC:-cc}"
