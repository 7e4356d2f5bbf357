// kiln-launch REPORT RULES GRACE PROGRAM ARGUMENTS… : runs a program under supervision, and ends as it ends.
//
// What the program starts dies with it: orphans become the launcher's children, and are killed when the program ends, when the launcher is
// told to stop (after GRACE, in milliseconds; told again, at once), and when descriptor 3 closes, whose other end only the caller holds: also a caller killed with SIGKILL.
// RULES names a file of what may be read and written, or is "-" for no sandbox. REPORT is made where there is something to tell: lines
// "e ERRNO" (could not be started), "r PATH", "w PATH" and "n " for the network (tried, and not allowed), each ending in NUL.
#define _GNU_SOURCE
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIFELINE = 3 };

/// What the child tells before it becomes the program.
struct handover {
    volatile int error, listener;
};

void fail(const char *what) {
    fprintf(stderr, "kiln-launch: %s: %s\n", what, strerror(errno));
    _exit(126);
}

static void become(char **command, const struct rules *rules, struct handover *handover, int told, const sigset_t *mask, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(126);
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (rules) {
        restrict_files(rules);
        handover->listener = filter_calls(rules);
        if (write(told, "", 1) != 1) _exit(126);
    }
    execv(command[0], command + 1);
    handover->error = errno;
    _exit(127);
}

/// A sandboxed child shares the table of descriptors until it becomes the program: that is how its listener gets here.
static pid_t start(char **command, const struct rules *rules, struct handover *handover, const sigset_t *mask, int signals) {
    pid_t self = getpid();
    int told[2] = {-1, -1};
    if (rules && pipe2(told, O_CLOEXEC) != 0) fail("pipe");
    pid_t child = rules ? (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL) : vfork();
    if (child < 0) fail("fork");
    if (child == 0) become(command, rules, handover, told[1], mask, self);
    if (rules) {
        // Whether it tells or dies, one of these becomes readable.
        struct pollfd on[] = {{.fd = told[0], .events = POLLIN}, {.fd = signals, .events = POLLIN}};
        while (poll(on, 2, -1) < 0) {}
        close(told[0]);
        close(told[1]);
    }
    return child;
}

/// Kills whatever is left below this process: the children of what dies become its own, until there are none.
static void kill_rest(void) {
    char path[64], list[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    while (waitpid(-1, NULL, WNOHANG) >= 0) {
        int file = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t length = file < 0 ? 0 : read(file, list, sizeof list - 1);
        if (file >= 0) close(file);
        list[length > 0 ? length : 0] = 0;
        char *at = list;
        for (long child; (child = strtol(at, &at, 10)) > 1;)
            if (*at == ' ') kill((pid_t)child, SIGKILL); // not a number the end of the list cut
        if (length <= 0) return;
        waitpid(-1, NULL, 0);
    }
}

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Waits until the program ended or must: returns its status, or -1 where it is to be killed.
static int supervise(pid_t child, const struct rules *rules, int listener, int signals, long grace) {
    struct pollfd on[] = {{.fd = signals, .events = POLLIN}, {.fd = LIFELINE}, {.fd = listener, .events = POLLIN}};
    long end = -1;
    for (;;) {
        long left = end < 0 ? -1 : end - now_ms();
        if (end >= 0 && left <= 0) return -1;
        if (poll(on, 3, left > INT_MAX ? INT_MAX : (int)left) <= 0) continue;
        if (on[2].revents & POLLIN) answer_call(listener, rules);
        else if (on[2].revents) on[2].fd = -1;
        if (on[1].revents & POLLNVAL) on[1].fd = -1;
        else if (on[1].revents) return -1;
        if (!(on[0].revents & POLLIN)) continue;
        struct signalfd_siginfo signal;
        if (read(signals, &signal, sizeof signal) == sizeof signal && signal.ssi_signo != SIGCHLD) {
            if (end >= 0) return -1;
            end = now_ms() + grace;
        }
        int status;
        for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;)
            if (ended == child) return status;
    }
}

static void report(const char *path, int error) {
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) fail(path);
    if (error) dprintf(file, "e %d%c", error, 0);
    write_notes(file);
    close(file);
}

int main(int count, char **arguments) {
    if (count < 6) {
        fprintf(stderr, "usage: kiln-launch REPORT RULES GRACE PROGRAM ARGUMENTS…\n");
        return 126;
    }
    struct rules rules = {0};
    bool sandboxed = strcmp(arguments[2], "-") != 0;
    if (sandboxed) read_rules(arguments[2], &rules);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fcntl(LIFELINE, F_SETFD, FD_CLOEXEC);

    sigset_t watched, before;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGHUP);
    sigprocmask(SIG_BLOCK, &watched, &before);
    int signals = signalfd(-1, &watched, SFD_CLOEXEC);
    struct handover *handover = mmap(NULL, sizeof *handover, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (signals < 0 || handover == MAP_FAILED) fail("start");
    handover->listener = -1;

    pid_t child = start(arguments + 4, sandboxed ? &rules : NULL, handover, &before, signals);
    int status = supervise(child, &rules, handover->listener, signals, strtol(arguments[3], NULL, 10));
    kill_rest();
    if (handover->error || has_notes()) report(arguments[1], handover->error);
    if (status < 0) return 143;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    sigprocmask(SIG_UNBLOCK, &watched, NULL);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}
