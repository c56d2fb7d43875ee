/* table_check.h: the operator table proves itself: `dspc --selfcheck-table`, and a test of every build.
 *
 * Of every row: the signature and the texts of its cases can be read; every argument that can be differentiated has a rule
 * or says why not; each rule elaborates (so every name in it exists) to the shape and element type it must have; a linear
 * row is linear and its adjoint passes the dot test; any other derivative passes the Taylor test; each example holds.
 * All of it runs in the reference evaluator on random values, over the cases of ir/opcase.h. */
#ifndef DSPC_TABLE_CHECK_H
#define DSPC_TABLE_CHECK_H

#include "sema/sema.h"

/* The number of faults in the row of `op` as `row` has it (the table's own, or a copy changed by a test); a line for each
 * goes to `report`. */
int table_check_row(session *s, op_id op, const op_row *row, strbuf *report);
/* Every row. True when there is no fault. */
bool table_check(session *s, strbuf *report);

#endif
