// Shared by the parts of the launcher: see launch.c.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What the caller asks for: how long the program may take to stop, in milliseconds, and how many texts of each kind follow.
struct header {
    uint32_t size; // of all texts; 0 tells the program that runs to stop
    uint32_t grace, arguments, variables, rules;
};

/// A program to be started.
struct request {
    struct header header;
    const char *folder, *log, *program;
    char **arguments, **variables; // each ending in NULL
    char **rules;
    void *room; // that all of it stands in
};

/// What a sandboxed program may touch. A rule is a letter and a path: r read and execute, l list, w everything; "n" opens the network.
struct rules {
    char **entries;
    size_t count;
    struct places {
        char **paths; // real ones, sorted
        size_t count;
    } readable, writable;
    bool network;
};

/// How a program ended, for the caller. The notes follow.
struct answer {
    int32_t status; // as wait(2) gives it
    int32_t error;  // why it could not be started, or 0
    uint64_t microseconds, peak_kibibytes, printed_bytes, notes_size;
};

void fail(const char *what);

/// Reads what the caller sends next, all of it. False where the caller is gone.
bool hear(int caller, struct header *header);
bool hear_texts(int caller, const struct header *header, struct request *request);
bool tell(int caller, const void *bytes, size_t size);

/// Prepares rules for a program, which stand in its request.
void take_rules(const struct request *request, struct rules *rules);
void drop_rules(struct rules *rules);

/// Restricts the calling process to the rules, as far as the kernel can.
void restrict_files(const struct rules *rules);

/// Filters system calls of the calling process. Returns the descriptor on which opened paths are told, or -1 where that is not possible.
int filter_calls(const struct rules *rules);

/// Looks at one call: an opened path is noted where the rules do not allow it, and the call goes on; a socket is noted and refused.
void answer_call(int listener, const struct rules *rules);

/// What was noted, as lines that each end in NUL, and nothing from then on. The caller frees it.
char *take_notes(size_t *size);
