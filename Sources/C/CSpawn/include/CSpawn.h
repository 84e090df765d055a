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
    const int *groups; // files `cgroup.procs` of the control groups that it is in from its first instruction on
    size_t group_count;
    long long data_limit; // its RLIMIT_DATA from its first instruction on; 0: the parent's
};

/// Fills `confines`: whether what failed was the limits. Returns 0 or an errno value.
int cspawn_start(const struct cspawn_request *request, pid_t *pid, bool *confines);

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

// What a supervisor needs.

/// Blocks the signals and returns a descriptor that polls readable when one came, non-blocking, or -1 with errno.
int cspawn_signalfd(const int *signals, size_t count);

/// Returns the number of a signal that came, or 0.
int cspawn_next_signal(int signalfd);

/// Descendants whose parent dies become children of this process. Returns 0, or -1 with errno.
int cspawn_become_subreaper(void);

/// Reaps one child that has ended, whichever: returns its number, or 0.
pid_t cspawn_reap(bool *signalled, int *status);

/// Takes the flock of an open file without waiting. Returns 0, or -1 with errno (EWOULDBLOCK: another holds it).
int cspawn_lock(int fd, bool exclusive);

/// A listening unix socket of mode 0600, or -1 with errno. The path has at most 107 bytes.
int cspawn_unix_listen(const char *path);

/// Accepts a connection, non-blocking, or -1 with errno.
int cspawn_accept(int fd);

/// Connects and gives every later read and write `milliseconds` at most, or returns -1 with errno.
int cspawn_unix_connect(const char *path, int milliseconds);
