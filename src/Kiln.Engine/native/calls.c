// Filters system calls with seccomp: sockets other than local ones are refused where no network is declared, and calls that open files are
// told to the launcher before they happen. Of files it only takes notes: Landlock decides, so a program that changes a path while it is being
// read fools the notes, never the rules.
#define _GNU_SOURCE
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t)
#endif

enum { NOTES = 64, X32 = 0x40000000 };

static struct note {
    char kind, path[PATH_MAX];
} notes[NOTES];
static size_t note_count;

#ifdef ARCHITECTURE
static const int told_calls[] = {
#ifdef SYS_open
    SYS_open,
#endif
    SYS_openat, SYS_openat2, SYS_execve, SYS_execveat,
};

static size_t make_filter(struct sock_filter *at, bool network, bool tells) {
    struct sock_filter *start = at;
    const size_t field = offsetof(struct seccomp_data, nr);
    *at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    // Another architecture's calls have other numbers, and would slip through: there are none.
    *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
    *at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field);
    *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
    *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
    // io_uring opens files and sockets without a call that could be seen here.
    *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1);
    *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
    for (size_t i = 0; tells && i < sizeof told_calls / sizeof *told_calls; i++) {
        *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)told_calls[i], 0, 1);
        *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    if (!network) {
        *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4);
        *at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]));
        *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 2, 0);
        *at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0);
        *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, tells ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ERRNO | EACCES);
    }
    *at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    return (size_t)(at - start);
}

int filter_calls(const struct rules *rules) {
    struct sock_filter code[40];
    struct sock_fprog program = {.len = (unsigned short)make_filter(code, rules->network, true), .filter = code};
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener >= 0) {
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, 1UL); // wake each other on one processor, where the kernel can
        return listener;
    }
    // There is one listener a tree: a sandbox within a sandbox, or within a container that has one, takes no notes.
    program.len = (unsigned short)make_filter(code, rules->network, false);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) fail("seccomp");
    return -1;
}

static bool read_text(pid_t process, uint64_t address, char *text, size_t size) {
    for (size_t length = 0; length + 1 < size;) {
        size_t part = 4096 - (address + length) % 4096; // the next page may not be there
        if (part > size - 1 - length) part = size - 1 - length;
        struct iovec to = {text + length, part}, from = {(void *)(uintptr_t)(address + length), part};
        ssize_t count = process_vm_readv(process, &to, 1, &from, 1, 0);
        if (count <= 0) return false;
        if (memchr(text + length, 0, (size_t)count)) return true;
        length += (size_t)count;
    }
    return false;
}

static bool is_among(const char *path, const struct places *places) {
    char place[PATH_MAX];
    strcpy(place, path);
    for (;;) {
        size_t low = 0, high = places->count;
        while (low < high) {
            size_t middle = (low + high) / 2;
            int order = strcmp(places->paths[middle], place);
            if (order == 0) return true;
            if (order < 0) low = middle + 1;
            else high = middle;
        }
        char *slash = strrchr(place, '/');
        if (!slash || slash == place) return false;
        *slash = 0;
    }
}

static void note(char kind, const char *path) {
    for (size_t i = 0; i < note_count; i++)
        if (strcmp(notes[i].path, path) == 0) return;
    if (note_count == NOTES) return;
    notes[note_count].kind = kind;
    strcpy(notes[note_count++].path, path);
}

/// Where a relative path starts: the folder a descriptor or the process stands in.
static bool start_of(pid_t process, int folder, char *start) {
    char link[64];
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/%d/cwd", process);
    else snprintf(link, sizeof link, "/proc/%d/fd/%d", process, folder);
    ssize_t length = readlink(link, start, PATH_MAX - 1);
    start[length > 0 ? length : 0] = 0;
    return length > 0;
}

static bool starts_with(const char *path, const char *start) { return strncmp(path, start, strlen(start)) == 0; }

static void look_at(pid_t process, int folder, uint64_t address, uint64_t flags, const struct rules *rules) {
    char path[PATH_MAX], whole[2 * PATH_MAX], real[PATH_MAX];
    if (flags & O_PATH || !read_text(process, address, path, sizeof path) || !*path) return;
    if (starts_with(path, "/usr/") || starts_with(path, "/proc/") || starts_with(path, "/sys/") || starts_with(path, "/dev/")) return;
    if (*path == '/') strcpy(whole, path);
    else {
        if (!start_of(process, folder, whole)) return;
        strcat(strcat(whole, "/"), path);
    }
    bool writes = (flags & O_ACCMODE) != O_RDONLY;
    struct stat stat;
    if (!realpath(whole, real)) {
        if (!writes || errno != ENOENT) return;
        char *slash = strrchr(whole, '/'); // a new file in a folder that is there
        char name[NAME_MAX + 2];
        if (strlen(slash) > NAME_MAX) return;
        strcpy(name, slash);
        *slash = 0;
        if (!realpath(*whole ? whole : "/", real) || strlen(real) + strlen(name) >= PATH_MAX) return;
        strcat(real, name);
    } else if (!writes && (lstat(real, &stat) != 0 || S_ISDIR(stat.st_mode))) return;
    if (!is_among(real, writes ? &rules->writable : &rules->readable)) note(writes ? 'w' : 'r', real);
}

void answer_call(int listener, const struct rules *rules) {
    // Room for what a newer kernel may add.
    union { struct seccomp_notif notif; char room[512]; } asked;
    union { struct seccomp_notif_resp answer; char room[512]; } answer;
    memset(&asked, 0, sizeof asked);
    memset(&answer, 0, sizeof answer);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) return;
    const struct seccomp_data *call = &asked.notif.data;
    pid_t process = (pid_t)asked.notif.pid;
    uint64_t flags = 0;
    answer.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    switch (call->nr) {
#ifdef SYS_open
    case SYS_open: look_at(process, AT_FDCWD, call->args[0], call->args[1], rules); break;
#endif
    case SYS_openat: look_at(process, (int)call->args[0], call->args[1], call->args[2], rules); break;
    case SYS_openat2: {
        struct iovec to = {&flags, sizeof flags}, from = {(void *)(uintptr_t)call->args[2], sizeof flags};
        if (process_vm_readv(process, &to, 1, &from, 1, 0) == sizeof flags) look_at(process, (int)call->args[0], call->args[1], flags, rules);
        break;
    }
    case SYS_execve: look_at(process, AT_FDCWD, call->args[0], 0, rules); break;
    case SYS_execveat: look_at(process, (int)call->args[0], call->args[1], 0, rules); break;
    case SYS_socket: // told only where it is to be refused
        note('n', "");
        answer.answer.flags = 0;
        answer.answer.error = -EACCES;
        break;
    }
    answer.answer.id = asked.notif.id;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}
#else
int filter_calls(const struct rules *rules) { return (void)rules, -1; }
void answer_call(int listener, const struct rules *rules) { (void)listener, (void)rules; }
#endif

char *take_notes(size_t *size) {
    char *text = NULL;
    FILE *stream = note_count > 0 ? open_memstream(&text, size) : NULL;
    for (size_t i = 0; stream && i < note_count; i++) fprintf(stream, "%c %s%c", notes[i].kind, notes[i].path, 0);
    if (stream) fclose(stream);
    else *size = 0;
    note_count = 0;
    return text;
}
