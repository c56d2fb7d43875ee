/* kit_session.h: sessions for tests by the thousand. */
#ifndef TESTS_KIT_SESSION_H
#define TESTS_KIT_SESSION_H

#include "sema/sema.h"

/* A session of its own, in a, that shares the prelude with all others made here: it is read once in a process. */
session *test_session(arena *a, diags *d);

#endif
