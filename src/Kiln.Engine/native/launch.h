// Shared by the parts of the launcher: see launch.c.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What a sandboxed program may touch. A rule is a letter and a path: r read and execute, l list, w everything.
struct rules {
    char **entries; // each 'r', 'l' or 'w' followed by the path as given
    size_t count;
    struct places {
        char **paths; // real ones, sorted
        size_t count;
    } readable, writable;
    bool network;
};

void fail(const char *what);

/// Reads a file of NUL-terminated entries; the entry "n" opens the network.
void read_rules(const char *file, struct rules *rules);

/// Restricts the calling process to the rules, as far as the kernel can.
void restrict_files(const struct rules *rules);

/// Filters system calls of the calling process. Returns the descriptor on which opened paths are told, or -1 where that is not possible.
int filter_calls(const struct rules *rules);

/// Looks at one call: an opened path is noted where the rules do not allow it, and the call goes on; a socket is noted and refused.
void answer_call(int listener, const struct rules *rules);

bool has_notes(void);

/// Appends what was noted to the report.
void write_notes(int report);
