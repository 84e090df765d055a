#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/// `fd`, or a duplicate above the standard streams when it is one of their numbers.
static int above_standard_streams(int fd) {
    if (fd < 0 || fd > 2) return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    int saved = errno;
    close(fd);
    errno = saved;
    return moved;
}

static int connect_stream(posix_spawn_file_actions_t *actions, int from, int to) {
    if (from < 0) {
        return posix_spawn_file_actions_addopen(actions, to, "/dev/null", to == 0 ? O_RDONLY : O_WRONLY, 0);
    }
    return posix_spawn_file_actions_adddup2(actions, from, to);
}

static int fill(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                const struct cspawn_request *request) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int failed = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    if (!failed) failed = posix_spawnattr_setsigdefault(attributes, &all);
    if (!failed) failed = posix_spawnattr_setsigmask(attributes, &none);
    if (!failed) failed = connect_stream(actions, request->input, 0);
    if (!failed) failed = connect_stream(actions, request->output, 1);
    if (!failed) failed = connect_stream(actions, request->error, 2);
    if (!failed) failed = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    if (!failed && request->directory) failed = posix_spawn_file_actions_addchdir_np(actions, request->directory);
    return failed;
}

int cspawn_start(const struct cspawn_request *request, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        failed = fill(&actions, &attributes, request);
        if (!failed) {
            failed = posix_spawn(pid, request->path, &actions, &attributes, request->arguments, request->environment);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

int cspawn_pidfd(pid_t pid) { return above_standard_streams(pidfd_open(pid, 0)); }

int cspawn_wait(int pidfd, bool reap, bool *signalled, int *status) {
    siginfo_t info = {0};
    int options = WEXITED | WNOHANG | (reap ? 0 : WNOWAIT);
    while (waitid(P_PIDFD, (id_t)pidfd, &info, options) != 0) {
        if (errno != EINTR) return -1;
    }
    if (info.si_pid == 0) return 0;
    *signalled = info.si_code != CLD_EXITED;
    *status = info.si_status;
    return 1;
}

int cspawn_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    ends[0] = above_standard_streams(ends[0]);
    ends[1] = above_standard_streams(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int saved = errno;
    if (ends[0] >= 0) close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
    errno = saved;
    return -1;
}

int cspawn_eventfd(void) { return above_standard_streams(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int cspawn_memory_file(const void *bytes, size_t count) {
    int fd = above_standard_streams(memfd_create("input", MFD_CLOEXEC));
    if (fd < 0) return -1;
    for (size_t done = 0; done < count;) {
        ssize_t written = write(fd, (const char *)bytes + done, count - done);
        if (written > 0) {
            done += (size_t)written;
        } else if (errno != EINTR) {
            int saved = errno;
            close(fd);
            errno = saved;
            return -1;
        }
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}
