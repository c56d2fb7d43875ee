# run-rows64.sh: every row of the operator table in generated C, in double, against the reference evaluator, with the dot test
# at 1e-12. See tests/ops/random_main.c.
exec "$BUILD/random" --rows 64 --cc "${CC:-cc}"
