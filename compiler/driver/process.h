/* process.h: other programs, and temporary folders that do not outlive their use. */
#ifndef DSPC_PROCESS_H
#define DSPC_PROCESS_H

#include "support/support.h"

/* A folder of our own under TMPDIR. While it exists the signals that end a command are held back: whoever sends one
 * ends the running child, the folder is removed, and only then the command ends by that signal. */
typedef struct temp_dir temp_dir;
temp_dir *temp_dir_new(arena *a, const char **why);
const char *temp_dir_path(const temp_dir *t);
/* Removes the folder and all files in it; ends the command when a signal had come. NULL is fine. */
void temp_dir_remove(temp_dir *t);

typedef struct command_line { /* a program to run */
    const char *const *argv;
    const char *input, *output, *errors; /* files for its standard streams; NULL: nothing */
    int status; /* its exit status; 127 when it cannot be run, -1 when a signal ended it or us */
    int pid;
} command_line;

/* Runs programs side by side and waits for all of them. */
void run_programs(temp_dir *t, command_line *programs, int n);

#endif
