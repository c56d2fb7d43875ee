/* kit_golden.h: sources from files, and results compared with files beside them. */
#ifndef DSPC_TESTS_KIT_GOLDEN_H
#define DSPC_TESTS_KIT_GOLDEN_H

#include "front/front.h"

typedef VEC(char *) path_list;

/* The files of `folder` whose name begins with `prefix` and ends with `suffix`, sorted. */
path_list list_files(arena *a, const char *folder, const char *prefix, const char *suffix);
/* A file as a source whose path is its plain name: messages do not depend on where tests run. NULL when unreadable. */
source *source_of_file(arena *a, const char *path);
source *source_of_text(arena *a, const char *text);
/* `path` with its suffix replaced. */
char *with_suffix(arena *a, const char *path, const char *suffix);
/* Is the file's content `text`? Prints the first line that differs. With DSPC_UPDATE_GOLDEN set, writes it instead. */
bool golden_matches(arena *a, const char *path, const char *text);

#endif
