// kiln-launch [once]: runs programs under supervision, one after another, as its caller asks on descriptor 3.
//
// What a program starts dies with it: orphans become the launcher's children, and are killed when the program ends, when the caller tells it
// to stop (after the grace; told again, at once), and when descriptor 3, a socket, closes, whose other end only the caller holds: also a
// caller killed with SIGKILL. A launcher is kept and asked again, for starting one costs more than a small program's whole run; so it has
// one program at a time, or it would not know whose an orphan is. One that serves once leaves its program
// the descriptors from 4 on, closes them when that ended, for who reads from the program is to notice, and ends.
// What is asked and answered is in launch.h. The answer's notes are "r PATH", "w PATH" and "n " for the network (tried, and not
// allowed), each ending in NUL.
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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { CALLER = 3 };

/// What the child tells before it becomes the program.
static struct handover {
    volatile int error, listener;
} *handover;

static bool once;
static int signals;
static sigset_t watched, before;

void fail(const char *what) {
    fprintf(stderr, "kiln-launch: %s: %s\n", what, strerror(errno));
    _exit(126);
}

static void become(const struct request *request, const struct rules *rules, int told, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(126);
    setsid(); // so that it can be told to stop with all of its group, and a terminal is not its own
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (chdir(request->folder) == 0) {
        if (rules) {
            restrict_files(rules);
            handover->listener = filter_calls(rules);
            if (write(told, "", 1) != 1) _exit(126);
        }
        execve(request->program, request->arguments, request->variables);
    }
    handover->error = errno;
    _exit(127);
}

/// A sandboxed child shares the table of descriptors until it becomes the program: that is how its listener gets here.
static pid_t start(const struct request *request, const struct rules *rules) {
    pid_t self = getpid();
    int told[2] = {-1, -1};
    if (rules && pipe2(told, O_CLOEXEC) != 0) fail("pipe");
    pid_t child = rules ? (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL) : vfork();
    if (child == 0) become(request, rules, told[1], self);
    if (child < 0) handover->error = errno;
    if (rules) {
        // Whether it tells or dies, one of these becomes readable.
        struct pollfd on[] = {{.fd = told[0], .events = POLLIN}, {.fd = signals, .events = POLLIN}};
        while (child > 0 && poll(on, 2, -1) < 0) {}
        close(told[0]);
        close(told[1]);
    }
    return child;
}

/// Waits for a child and counts what it used. Returns its number, or what wait4(2) says in place of one.
static pid_t reap(int options, struct answer *answer, int *status) {
    struct rusage usage;
    pid_t ended = wait4(-1, status, options, &usage);
    if (ended <= 0) return ended;
    answer->microseconds += (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    if ((uint64_t)usage.ru_maxrss > answer->peak_kibibytes) answer->peak_kibibytes = (uint64_t)usage.ru_maxrss;
    return ended;
}

/// Kills whatever is left below this process: the children of what dies become its own, until there are none.
static void kill_rest(struct answer *answer) {
    char path[64], list[4096];
    int status;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    while (reap(WNOHANG, answer, &status) >= 0) {
        int file = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t length = file < 0 ? 0 : read(file, list, sizeof list - 1);
        if (file >= 0) close(file);
        list[length > 0 ? length : 0] = 0;
        char *at = list;
        for (long child; (child = strtol(at, &at, 10)) > 1;)
            if (*at == ' ') kill((pid_t)child, SIGKILL); // not a number the end of the list cut
        if (length <= 0) return;
        reap(0, answer, &status);
    }
}

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int next_signal(void) {
    struct signalfd_siginfo signal;
    return read(signals, &signal, sizeof signal) == sizeof signal ? (int)signal.ssi_signo : 0;
}

/// Waits until the program ended or must: returns false where it is to be killed.
static bool supervise(pid_t child, const struct request *request, const struct rules *rules, struct answer *answer) {
    struct pollfd on[] = {{.fd = signals, .events = POLLIN}, {.fd = CALLER, .events = POLLIN}, {.fd = handover->listener, .events = POLLIN}};
    long end = -1;
    for (;;) {
        long left = end < 0 ? -1 : end - now_ms();
        if (end >= 0 && left <= 0) return false;
        if (poll(on, 3, left > INT_MAX ? INT_MAX : (int)left) <= 0) continue;
        if (on[2].revents & POLLIN) answer_call(handover->listener, rules);
        else if (on[2].revents) on[2].fd = -1;
        bool stops = false;
        if (on[1].revents) {
            struct header said;
            if (!hear(CALLER, &said)) return false;
            stops = true;
        }
        if (on[0].revents) {
            stops |= next_signal() != SIGCHLD;
            for (pid_t ended; (ended = reap(WNOHANG, answer, &answer->status)) > 0;)
                if (ended == child) return true;
        }
        if (!stops) continue;
        if (end >= 0) return false;
        kill(-child, SIGTERM);
        end = now_ms() + request->header.grace;
    }
}

/// What it prints goes to its log; the launcher itself holds the log only meanwhile.
static bool print_to(const char *log) {
    int file = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) return false;
    dup2(file, 1);
    dup2(file, 2);
    close(file);
    return true;
}

static void print_nowhere(struct answer *answer) {
    struct stat log;
    answer->printed_bytes = fstat(1, &log) == 0 ? (uint64_t)log.st_size : 0;
    dup2(0, 1);
    dup2(0, 2);
}

static void run(const struct request *request, struct answer *answer) {
    struct rules rules = {0};
    bool sandboxed = request->header.rules > 0;
    if (!print_to(request->log)) {
        answer->error = errno;
        return;
    }
    if (sandboxed) take_rules(request, &rules);
    handover->error = 0;
    handover->listener = -1;
    pid_t child = start(request, sandboxed ? &rules : NULL);
    if (child > 0) {
        if (!supervise(child, request, &rules, answer)) answer->status = 143 << 8;
        kill_rest(answer);
    }
    answer->error = handover->error;
    if (handover->listener >= 0) close(handover->listener);
    drop_rules(&rules);
    print_nowhere(answer);
}

/// Waits for the next request. False where there will be none.
static bool next_request(struct request *request) {
    struct pollfd on[] = {{.fd = signals, .events = POLLIN}, {.fd = CALLER, .events = POLLIN}};
    for (;;) {
        if (poll(on, 2, -1) < 0) continue;
        if (on[0].revents && next_signal() != SIGCHLD) return false;
        if (!on[1].revents) continue;
        struct header header;
        if (!hear(CALLER, &header)) return false;
        if (header.size > 0) return hear_texts(CALLER, &header, request);
        // What is told to stop has ended already.
    }
}

/// Runs one program. False where nobody wants to hear how it ended.
static bool serve(const struct request *request) {
    struct answer answer = {0};
    run(request, &answer);
    for (int i = CALLER + 1; once && i < signals; i++) close(i);
    char *notes = take_notes(&answer.notes_size);
    bool is_told = tell(CALLER, &answer, sizeof answer) && tell(CALLER, notes, answer.notes_size);
    free(notes);
    free(request->room);
    return is_told;
}

int main(int count, char **arguments) {
    once = count > 1 && strcmp(arguments[1], "once") == 0;
    if (!once) syscall(SYS_close_range, CALLER + 1, ~0U, 0); // what the caller was itself given, and never closed
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fcntl(CALLER, F_SETFD, FD_CLOEXEC);
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGHUP);
    sigprocmask(SIG_BLOCK, &watched, &before);
    signals = signalfd(-1, &watched, SFD_CLOEXEC);
    handover = mmap(NULL, sizeof *handover, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (signals < 0 || handover == MAP_FAILED) fail("start");

    struct request request;
    while (next_request(&request) && serve(&request) && !once) {}
    return 0;
}
