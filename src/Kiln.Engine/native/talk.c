// What the launcher and its caller say to each other, on a socket.
#define _GNU_SOURCE
#include "launch.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool read_all(int caller, void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = read(caller, (char *)bytes + done, size - done);
        if (count > 0) done += (size_t)count;
        else if (count == 0 || errno != EINTR) return false;
    }
    return true;
}

bool hear(int caller, struct header *header) { return read_all(caller, header, sizeof *header); }

/// Lists texts that stand one after another.
static char **list(char ***room, char **text, size_t count) {
    char **start = *room;
    for (size_t i = 0; i < count; i++, *text += strlen(*text) + 1) *(*room)++ = *text;
    *(*room)++ = NULL;
    return start;
}

bool hear_texts(int caller, const struct header *header, struct request *request) {
    size_t texts = 3 + header->arguments + header->variables + header->rules;
    char **room = malloc((texts + 4) * sizeof *room + header->size + 1), *text = (char *)(room + texts + 4);
    if (!room) fail("memory");
    request->header = *header;
    request->room = room;
    if (!read_all(caller, text, header->size)) return false;
    char **paths = list(&room, &text, 3);
    request->folder = paths[0];
    request->log = paths[1];
    request->program = paths[2];
    request->arguments = list(&room, &text, header->arguments);
    request->variables = list(&room, &text, header->variables);
    request->rules = list(&room, &text, header->rules);
    return true;
}

bool tell(int caller, const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = send(caller, (const char *)bytes + done, size - done, MSG_NOSIGNAL);
        if (count > 0) done += (size_t)count;
        else if (errno != EINTR) return false;
    }
    return true;
}
