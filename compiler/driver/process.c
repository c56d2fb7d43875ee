/* process.c: see process.h. No signal handler and no global state: signals are blocked and waited for. */
#include "driver/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct temp_dir {
    arena *a;
    char *path;
    sigset_t before; /* the signal mask to give back */
    int signal;      /* one that came and ends the command, or 0 */
};

static sigset_t ending_signals(void) {
    sigset_t s;
    sigemptyset(&s);
    sigaddset(&s, SIGINT);
    sigaddset(&s, SIGTERM);
    sigaddset(&s, SIGHUP);
    sigaddset(&s, SIGQUIT);
    return s;
}

temp_dir *temp_dir_new(arena *a, const char **why) {
    const char *base = getenv("TMPDIR");
    temp_dir *t = NEW(a, temp_dir);
    t->a = a;
    t->path = arena_printf(a, "%s/dspc-XXXXXX", base && *base ? base : "/tmp");
    sigset_t block = ending_signals();
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, &t->before);
    if (mkdtemp(t->path)) return t;
    *why = arena_printf(a, "cannot make a temporary folder %s: %s", t->path, strerror(errno));
    sigprocmask(SIG_SETMASK, &t->before, NULL);
    return NULL;
}

const char *temp_dir_path(const temp_dir *t) {
    return t->path;
}

void temp_dir_remove(temp_dir *t) {
    if (!t) return;
    DIR *d = opendir(t->path);
    for (struct dirent *e; d && (e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) unlinkat(dirfd(d), e->d_name, 0);
    if (d) closedir(d);
    rmdir(t->path);
    sigprocmask(SIG_SETMASK, &t->before, NULL); /* a pending signal ends the command here */
    if (t->signal) raise(t->signal);
}

/* In the child: file `path` becomes descriptor `fd`. */
static void redirect(const char *path, int flags, int fd) {
    int f = open(path ? path : "/dev/null", flags, 0600);
    if (f < 0) _exit(127);
    if (f != fd) {
        dup2(f, fd);
        close(f);
    }
}

static void become(temp_dir *t, const command_line *c) {
    redirect(c->input, O_RDONLY, STDIN_FILENO);
    redirect(c->output, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(c->errors, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    sigprocmask(SIG_SETMASK, &t->before, NULL);
    execvp(c->argv[0], (char *const *)(uintptr_t)c->argv);
    _exit(127);
}

static void start(temp_dir *t, command_line *c) {
    c->status = 127;
    c->pid = fork();
    if (c->pid == 0) become(t, c);
}

/* Takes note of what has ended; how many still run. */
static int collect(temp_dir *t, command_line *programs, int n) {
    int running = 0;
    for (int i = 0; i < n; i++) {
        int status;
        if (programs[i].pid <= 0) continue;
        if (waitpid(programs[i].pid, &status, WNOHANG) != programs[i].pid) {
            running++;
            continue;
        }
        programs[i].pid = 0;
        programs[i].status = WIFEXITED(status) && !t->signal ? WEXITSTATUS(status) : -1;
    }
    return running;
}

void run_programs(temp_dir *t, command_line *programs, int n) {
    sigset_t wait_for = ending_signals();
    sigaddset(&wait_for, SIGCHLD);
    fflush(NULL);
    for (int i = 0; i < n; i++) start(t, &programs[i]);
    while (collect(t, programs, n) > 0) {
        int s = sigwaitinfo(&wait_for, NULL);
        if (s <= 0 || s == SIGCHLD) continue;
        t->signal = s;
        for (int i = 0; i < n; i++)
            if (programs[i].pid > 0) kill(programs[i].pid, SIGTERM);
    }
}
