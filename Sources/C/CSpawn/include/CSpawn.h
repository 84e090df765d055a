#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Linux calls that Glibc's Swift module lacks. Every descriptor made here is close-on-exec and above 2, so that it never
// reaches a child by accident nor collides with the child's standard streams.

/// A process to start, in a session of its own, with default signal dispositions and an empty signal mask.
/// It keeps descriptors 0, 1 and 2 only; one that is -1 here is /dev/null there.
struct cspawn_request {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory; // NULL: the parent's
    int input;
    int output;
    int error;
};

/// Returns 0 or an errno value.
int cspawn_start(const struct cspawn_request *request, pid_t *pid);

/// Returns a descriptor that polls readable when the process has ended, or -1 with errno.
int cspawn_pidfd(pid_t pid);

/// Whether a child has ended: returns 1 and fills `signalled` and `status`, 0 while it runs, -1 with errno.
/// It stays a zombie, and its number in use, unless `reap`.
int cspawn_wait(int pidfd, bool reap, bool *signalled, int *status);

/// Fills the read end, non-blocking, and the write end. Returns 0, or -1 with errno.
int cspawn_pipe(int ends[2]);

/// Returns a counter that wakes a poll, non-blocking, or -1 with errno.
int cspawn_eventfd(void);

/// Returns a file in memory that no path names, holding `bytes`, at its beginning, or -1 with errno.
int cspawn_memory_file(const void *bytes, size_t count);
