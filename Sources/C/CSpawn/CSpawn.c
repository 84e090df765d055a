#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
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

int cspawn_signalfd(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return above_standard_streams(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int cspawn_next_signal(int signalfd) {
    struct signalfd_siginfo info;
    return read(signalfd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int cspawn_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

pid_t cspawn_reap(bool *signalled, int *status) {
    int raw = 0;
    pid_t pid = waitpid(-1, &raw, WNOHANG);
    if (pid <= 0) return 0;
    *signalled = WIFSIGNALED(raw);
    *status = WIFSIGNALED(raw) ? WTERMSIG(raw) : WEXITSTATUS(raw);
    return pid;
}

int cspawn_lock(int fd, bool exclusive) { return flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB); }

static int unix_socket(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address->sun_path, path);
    return above_standard_streams(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int close_failed(int fd) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int cspawn_unix_listen(const char *path) {
    struct sockaddr_un address;
    int fd = unix_socket(path, &address);
    if (fd < 0) return -1;
    // Only the umask decides the mode of a socket while it is made. Single-threaded, so nothing else sees this one.
    mode_t before = umask(0177);
    int failed = bind(fd, (struct sockaddr *)&address, sizeof address);
    umask(before);
    if (failed || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || listen(fd, 16) != 0) return close_failed(fd);
    return fd;
}

int cspawn_accept(int fd) { return above_standard_streams(accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)); }

int cspawn_unix_connect(const char *path, int milliseconds) {
    struct sockaddr_un address;
    int fd = unix_socket(path, &address);
    if (fd < 0) return -1;
    struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) != 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        return close_failed(fd);
    }
    return fd;
}

int cspawn_limit_data(pid_t pid, long long bytes) {
    struct rlimit limit;
    if (prlimit(pid, RLIMIT_DATA, NULL, &limit) != 0) return -1;
    rlim_t wanted = (rlim_t)bytes;
    if (limit.rlim_max < wanted) wanted = limit.rlim_max;
    limit = (struct rlimit){.rlim_cur = wanted, .rlim_max = wanted};
    return prlimit(pid, RLIMIT_DATA, &limit, NULL);
}
