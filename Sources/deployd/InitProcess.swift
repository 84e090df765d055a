import Core
import Glibc

/// The first process of a container whose image has no init: nobody else reaps there what has lost its parent, such as what a
/// build leaves behind, and each would stay a zombie.
enum InitProcess {
    static var isWanted: Bool { getpid() == 1 }

    /// Runs this program once more as a child, hands signals on to it, and reaps whatever ends, until the child has ended.
    /// - Returns: the child's exit status; 128 and the signal's number when it was killed.
    static func run() -> Int32 {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let child: pid_t
        do throws(DeploydError) { child = try startAgain() } catch {
            Log().error(error.message)
            return 1
        }
        while true {
            let number = sigwaitinfo(&signals, nil)
            if number == SIGCHLD {
                if let status = reap(until: child) { return status }
            } else if number > 0 {
                kill(child, number)
            }
        }
    }

    private static func startAgain() throws(DeploydError) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child = pid_t()
        let result = posix_spawn(&child, "/proc/self/exe", nil, &attributes, CommandLine.unsafeArgv, environ)
        guard result == 0 else { throw .system("starting deployd beside its init", errno: result) }
        return child
    }

    /// Reaps all that have ended.
    /// - Returns: the exit status of `child` when it is among them.
    private static func reap(until child: pid_t) -> Int32? {
        var ended: Int32?
        var status: Int32 = 0
        while true {
            let pid = waitpid(-1, &status, WNOHANG)
            guard pid > 0 else { return ended }
            if pid == child { ended = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F) }
        }
    }
}
