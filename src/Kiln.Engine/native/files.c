// Which files a program may touch: Landlock's rules, from kernel 5.13 on. Each version of it restricts more; what this kernel's cannot is left open.
#define _GNU_SOURCE
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

// As in linux/landlock.h, whose copy on this machine may be older than its kernel.
enum {
    EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REFER = 1 << 13, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15,
    OF_VERSION_1 = (1 << 13) - 1, OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV, BIND_AND_CONNECT_TCP = 3, ABSTRACT_SOCKETS_AND_SIGNALS = 3,
};

struct ruleset {
    uint64_t files, network, scopes;
};

struct __attribute__((packed)) beneath {
    uint64_t access;
    int32_t folder;
};

static int landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    return version < 0 ? 0 : (int)version;
}

static uint64_t known_rights(int version) {
    return OF_VERSION_1 | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? IOCTL_DEV : 0);
}

/// A place that is not there needs no rule.
static void allow(int ruleset, const char *path, uint64_t access) {
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) return;
    struct stat stat;
    if (fstat(place, &stat) == 0 && !S_ISDIR(stat.st_mode)) access &= OF_FILES;
    struct beneath rule = {.access = access, .folder = place};
    if (access && syscall(SYS_landlock_add_rule, ruleset, 1, &rule, 0) != 0) fail(path);
    close(place);
}

void restrict_files(const struct rules *rules) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
    int version = landlock_version();
    if (version == 0) return;
    uint64_t all = known_rights(version);
    struct ruleset handled = {.files = all, .network = rules->network ? 0 : BIND_AND_CONNECT_TCP, .scopes = ABSTRACT_SOCKETS_AND_SIGNALS};
    size_t size = version >= 6 ? sizeof handled : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (ruleset < 0) fail("landlock");
    for (size_t i = 0; i < rules->count; i++) {
        uint64_t access = rules->entries[i][0] == 'w' ? all : rules->entries[i][0] == 'l' ? READ_DIR : EXECUTE | READ_FILE | READ_DIR;
        allow(ruleset, rules->entries[i] + 1, access);
    }
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) fail("landlock");
    close(ruleset);
}

static int by_text(const void *left, const void *right) { return strcmp(*(char *const *)left, *(char *const *)right); }

void take_rules(const struct request *request, struct rules *rules) {
    size_t count = request->header.rules;
    rules->entries = malloc(count * sizeof(char *));
    rules->readable.paths = malloc(count * sizeof(char *));
    rules->writable.paths = malloc(count * sizeof(char *));
    if (!rules->entries || !rules->readable.paths || !rules->writable.paths) fail("memory");
    for (size_t i = 0; i < count; i++) {
        char *rule = request->rules[i];
        if (*rule == 'n') rules->network = true;
        else rules->entries[rules->count++] = rule;
        char *real = *rule == 'r' || *rule == 'w' ? realpath(rule + 1, NULL) : NULL;
        if (real) rules->readable.paths[rules->readable.count++] = real;
        if (real && *rule == 'w') rules->writable.paths[rules->writable.count++] = real;
    }
    qsort(rules->readable.paths, rules->readable.count, sizeof(char *), by_text);
    qsort(rules->writable.paths, rules->writable.count, sizeof(char *), by_text);
}

void drop_rules(struct rules *rules) {
    for (size_t i = 0; i < rules->readable.count; i++) free(rules->readable.paths[i]);
    free(rules->entries);
    free(rules->readable.paths);
    free(rules->writable.paths);
}
