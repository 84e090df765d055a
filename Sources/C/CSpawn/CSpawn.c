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

static int start_free(const struct cspawn_request *request, pid_t *pid) {
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

/// Why a child could not become its program.
struct refusal {
    int number;
    bool confines;
};

/// Its data segments include what malloc and anonymous mmap give. Its children inherit the limit, each for itself.
static int limit_data(long long bytes) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) != 0) return -1;
    rlim_t wanted = (rlim_t)bytes;
    if (limit.rlim_max < wanted) wanted = limit.rlim_max;
    limit = (struct rlimit){.rlim_cur = wanted, .rlim_max = wanted};
    return setrlimit(RLIMIT_DATA, &limit);
}

static bool confine(const struct cspawn_request *request) {
    for (size_t index = 0; index < request->group_count; index++) {
        // 0: the process that writes.
        if (write(request->groups[index], "0", 1) != 1) return false;
    }
    return request->data_limit == 0 || limit_data(request->data_limit) == 0;
}

static bool take_stream(int from, int to) {
    if (from >= 0) return dup2(from, to) == to;
    int null = open("/dev/null", to == 0 ? O_RDONLY : O_WRONLY);
    if (null < 0 || null == to) return null == to;
    bool is_taken = dup2(null, to) == to;
    close(null);
    return is_taken;
}

/// In a child: what posix_spawn does by `fill`, only system calls, for it has its parent's memory.
/// - Parameter report: where it says what failed; closed by the program's start.
static void become(const struct cspawn_request *request, int report) {
    struct refusal refusal = {.confines = !confine(request)};
    if (!refusal.confines) {
        setsid();
        for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
        bool is_ready = take_stream(request->input, 0) && take_stream(request->output, 1) &&
                        take_stream(request->error, 2) && (report == 3 || dup3(report, 3, O_CLOEXEC) == 3);
        if (is_ready) {
            report = 3;
            closefrom(4);
            if (!request->directory || chdir(request->directory) == 0) {
                sigset_t none;
                sigemptyset(&none);
                sigprocmask(SIG_SETMASK, &none, NULL);
                execve(request->path, request->arguments, request->environment);
            }
        }
    }
    refusal.number = errno;
    (void)!write(report, &refusal, sizeof refusal);
    _exit(127);
}

/// posix_spawn cannot have a child do something before its program begins; vfork is what it uses, too.
static int start_confined(const struct cspawn_request *request, pid_t *pid, bool *confines) {
    int ends[2];
    if (cspawn_pipe(ends) != 0) return errno;
    pid_t child = vfork();
    if (child == 0) become(request, ends[1]);
    int failed = child < 0 ? errno : 0;
    close(ends[1]);
    if (!failed) {
        // Under a sanitizer vfork is fork, and the child may not be so far yet.
        fcntl(ends[0], F_SETFL, 0);
        struct refusal refusal;
        ssize_t count;
        do count = read(ends[0], &refusal, sizeof refusal);
        while (count < 0 && errno == EINTR);
        if (count != 0) {
            failed = count == sizeof refusal ? refusal.number : EIO;
            *confines = count == sizeof refusal && refusal.confines;
            waitpid(child, NULL, 0);
        }
    }
    close(ends[0]);
    *pid = child;
    return failed;
}

int cspawn_start(const struct cspawn_request *request, pid_t *pid, bool *confines) {
    *confines = false;
    bool is_confined = request->group_count > 0 || request->data_limit > 0;
    return is_confined ? start_confined(request, pid, confines) : start_free(request, pid);
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
